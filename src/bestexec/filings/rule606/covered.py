"""Which orders a Rule 606(a)(1) report counts: the section and the order type of each, or why it is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from bestexec.filings.rule606.readings import Readings
from bestexec.linking.identity import ORDER_KEY
from bestexec.market.rule606 import SECTIONS
from bestexec.schema.words import FILED_TYPES

STOCKS, OTHER_STOCKS, OPTIONS = SECTIONS.values()
ORDER_TYPES_606 = FILED_TYPES[1:]
OPTION_CONTRACT = 100
"""Shares that one option contract stands for."""
OPTION_LIMIT_USD = 50_000
"""An option order worth this or more is no customer order (17 CFR 242.600(b))."""
NEVER_ROUTED = "never routed"
UNKNOWN_INDEX = "not known whether its stock was in the S&P 500"
_STOPS = {"stop": "market", "trailing_stop": "market"}


def covered(orders: pl.DataFrame, routes: pl.DataFrame, in_index: Mapping[str, bool | None], readings: Readings) -> pl.DataFrame:
    """One row an order: its key, `month_on`, `section`, `routed_order_type`, `is_directed`, and `left_out` (why it counts nowhere; null when it does).

    `orders` are LINKED_ORDERS, `routes` schema.ROUTES; `in_index` says of each stock whether it was in the S&P 500 on the quarter's first day.
    """
    routed = routes.select(ORDER_KEY).unique().with_columns(_is_routed=pl.lit(True))
    joined = orders.join(routed, on=ORDER_KEY, how="left", maintain_order="left")
    member = joined["symbol"].replace_strict(dict(in_index), default=None, return_dtype=pl.Boolean) if in_index else pl.repeat(None, joined.height, eager=True)
    return joined.with_columns(_is_member=member.cast(pl.Boolean)).select(
        *ORDER_KEY,
        month_on=pl.col("day").dt.truncate("1mo"),
        section=_section(),
        routed_order_type=order_type(readings),
        is_directed=pl.col("is_directed").fill_null(False),
        left_out=_left_out(readings),
    )


def index_on(symbols: pl.DataFrame, first: date) -> dict[str, bool | None]:
    """Whether each symbol of the `symbols` feed was in the S&P 500 on `first`; None where its line does not say.

    The line in force that day decides, of several the last. A symbol that began later is as the one it replaced, else as its first line says.
    """
    in_force: dict[str, bool | None] = {}
    later: dict[str, tuple[date, bool | None, str | None]] = {}
    for row in symbols.select("symbol", "is_sp500", "from_on", "to_on", "prior_symbol").iter_rows():
        symbol, is_member, from_on, to_on, prior = row
        if (from_on is None or from_on <= first) and (to_on is None or first < to_on):
            in_force[symbol] = is_member
        elif from_on is not None and from_on > first and (symbol not in later or from_on < later[symbol][0]):
            later[symbol] = (from_on, is_member, prior)
    began = {symbol: in_force.get(prior, is_member) if prior else is_member for symbol, (_, is_member, prior) in later.items()}
    return {**began, **in_force}


def order_type(readings: Readings) -> pl.Expr:
    """The order type as Rule 606 groups it, by what the order was on receipt."""
    limit = (
        pl.when(pl.col("marketability") == "marketable").then(pl.lit("marketable_limit"))
        .when(pl.col("marketability") == "unknown").then(pl.lit(readings.unquoted_limits))
        .otherwise(pl.lit("nonmarketable_limit"))
    )  # fmt: skip
    kind = pl.col("order_type")
    typed = pl.when(kind == "market").then(pl.lit("market")).when(kind == "limit").then(limit)
    if readings.stops == "as_elected":
        typed = typed.when(kind.is_in(list(_STOPS))).then(pl.lit("market")).when(kind == "stop_limit").then(limit)
    return typed.otherwise(pl.lit("other"))


def _section() -> pl.Expr:
    stock = pl.when("_is_member").then(pl.lit(STOCKS)).when(~pl.col("_is_member")).then(pl.lit(OTHER_STOCKS))
    return pl.when(pl.col("asset_class") == "option").then(pl.lit(OPTIONS)).when(pl.col("asset_class") == "equity").then(stock)


def _left_out(readings: Readings) -> pl.Expr:
    is_option, is_stock = pl.col("asset_class") == "option", pl.col("asset_class") == "equity"
    worth = pl.coalesce(pl.col("order_qty") * pl.col("limit_px"), pl.col("filled_notional_usd"))
    unmarked = (pl.col("is_held").is_null() | pl.col("is_directed").is_null()) & (readings.unmarked_orders == "left_out")
    return (
        pl.when(~is_option & ~is_stock).then(pl.lit("neither a stock nor an option"))
        .when(unmarked).then(pl.lit("not said whether held or directed"))
        .when(is_stock & ~pl.col("is_held").fill_null(True)).then(pl.lit("not held"))
        .when(is_option & (pl.col("customer_class") == "broker_dealer")).then(pl.lit("option order of a broker or dealer"))
        .when(is_option & (worth >= OPTION_LIMIT_USD // OPTION_CONTRACT)).then(pl.lit(f"option order worth {OPTION_LIMIT_USD:,} USD or more"))
        .when(pl.col("_is_routed").is_null()).then(pl.lit(NEVER_ROUTED))
        .when(is_stock & pl.col("_is_member").is_null()).then(pl.lit(UNKNOWN_INDEX))
    )  # fmt: skip
