"""Fills with their order, their route, the fee, and the quote at each of their instants."""

from __future__ import annotations

import polars as pl

from bestexec.linking.asof import AsOf
from bestexec.linking.columns import HORIZONS_NS
from bestexec.linking.daymarket import MarketOf, quotes_at
from bestexec.linking.fees import venue_fees
from bestexec.linking.identity import ORDER_KEY
from bestexec.linking.orders import with_quotes
from bestexec.linking.rules import Rules
from bestexec.linking.tape import clamp_to_close
from bestexec.market.sessions import local_hour, trading_date

_FROM_ORDER = (
    "arrangement", "order_type", "order_class", "marketability", "tif", "session", "customer_class", "asset_class", "is_held", "is_directed", "is_short",
    "size_bucket", "lot_class", "liquidity_class", "limit_px", "received_at", "t0_at", "excluded", "is_left_out",
    *(f"{what}_at_{instant}" for instant in ("receipt", "t0") for what in ("bid", "ask", "mid", "quote_state")),
    "quote_age_at_receipt_ns", "quote_age_at_t0_ns", "bid_qty_at_t0", "ask_qty_at_t0",
)  # fmt: skip


def link_fills(
    fills: pl.DataFrame, orders: pl.DataFrame, routes: pl.DataFrame, fees: pl.DataFrame, market_of: MarketOf, rules: Rules, as_of: AsOf
) -> pl.DataFrame:  # fmt: skip
    """`schema.FILLS` rows, each with an order among the benchmarked `orders`, as the columns of LINKED_FILLS (and more)."""
    joined = _joined(fills, orders, routes).with_columns(venue_fees(fills, fees).get_columns())
    timed = joined.with_columns(
        receipt_to_fill_ns=pl.col("filled_at") - pl.col("received_at"),
        t0_to_fill_ns=pl.col("filled_at") - pl.col("t0_at"),
        receipt_to_route_ns=pl.col("routed_at") - pl.col("received_at"),
        route_to_ack_ns=pl.col("acked_at") - pl.col("routed_at"),
        ack_to_fill_ns=pl.col("filled_at") - pl.col("acked_at"),
        clock_resolution_ns=pl.max_horizontal("received_resolution_ns", "routed_resolution_ns", "filled_resolution_ns"),
    )
    routed = with_quotes(timed, "routed_at", "route", as_of, market_of)
    executed = with_quotes(routed, "filled_at", "execution", as_of, market_of)
    return executed.with_columns(*_best_displayed(executed, market_of), *_mids_after(executed, market_of))


def _joined(fills: pl.DataFrame, orders: pl.DataFrame, routes: pl.DataFrame) -> pl.DataFrame:
    of_order = orders.select(*ORDER_KEY, *_FROM_ORDER, "received_resolution_ns", order_vendor="vendor", order_qty="qty", order_currency="currency")
    of_route = routes.select(*ORDER_KEY, "route_id", "routed_at", "acked_at", "routed_resolution_ns", "venue_kind", route_vendor="vendor", route_venue="venue")
    both = fills.join(of_order, on=ORDER_KEY, how="left", maintain_order="left").join(of_route, on=[*ORDER_KEY, "route_id"], how="left", maintain_order="left")
    return both.with_columns(
        day=pl.col("traded_on"), week=pl.col("traded_on").dt.truncate("1w"), month=pl.col("traded_on").dt.strftime("%Y-%m"),
        hour=local_hour(both["received_at"]),
        vendor=pl.coalesce("vendor", "route_vendor", "order_vendor"), venue=pl.coalesce("venue", "route_venue"),
        currency=pl.coalesce("currency", "order_currency"), fill_qty=pl.col("qty"), fill_px=pl.col("px"),
        fill_line=pl.col("line"), fill_import=pl.col("import_id"),
    )  # fmt: skip


def _best_displayed(fills: pl.DataFrame, market_of: MarketOf) -> list[pl.Series]:
    """Best available displayed prices at t0: the better of the quote and the odd-lot quote; null without an odd-lot feed."""
    odd = quotes_at(fills["symbol"], fills["t0_at"], AsOf.AT_OR_BEFORE, market_of, odd_lots=True)
    fed = trading_date(fills["t0_at"]).to_frame("day")
    days = {day: market_of(day).odd_lots is not None for day in fed["day"].unique().drop_nulls().to_list()}
    has_feed = (
        fed["day"].replace_strict(list(days), list(days.values()), default=False, return_dtype=pl.Boolean)
        if days
        else pl.repeat(False, fills.height, eager=True)
    )
    both = fills.select("bid_at_t0", "ask_at_t0").with_columns(odd["bid_px"].alias("bid"), odd["ask_px"].alias("ask"), has_feed.alias("fed"))
    return both.select(
        best_bid_at_t0=pl.when("fed").then(pl.max_horizontal("bid_at_t0", "bid")),
        best_ask_at_t0=pl.when("fed").then(pl.min_horizontal("ask_at_t0", "ask")),
    ).get_columns()


def _mids_after(fills: pl.DataFrame, market_of: MarketOf) -> list[pl.Series]:
    return [mid_after(fills, "filled_at", ns, market_of).alias(f"mid_after_{name}") for name, ns in HORIZONS_NS.items()]


def mid_after(rows: pl.DataFrame, instant: str, horizon_ns: int, market_of: MarketOf) -> pl.Series:
    """The midpoint at the column `instant` plus the horizon, at or before; the last regular one past the close, null without an instant."""
    return quotes_at(rows["symbol"], later(rows[instant], horizon_ns, market_of), AsOf.AT_OR_BEFORE, market_of)["mid_px"]


def later(instants: pl.Series, horizon_ns: int, market_of: MarketOf) -> pl.Series:
    """Each instant plus the horizon (ns), past the close of its day the last regular nanosecond instead; null where there is no instant."""
    numbered = pl.DataFrame({"instant": instants, "day": trading_date(instants)}).with_row_index("_row").drop_nulls("instant")
    parts = [
        part.select("_row").with_columns(clamp_to_close(part["instant"], horizon_ns, market_of(day)).alias("at"))
        for (day,), part in numbered.partition_by("day", as_dict=True, maintain_order=True).items()
    ]
    empty = pl.DataFrame(schema={"_row": pl.UInt32, "at": pl.Int64})
    asked = pl.select(_row=pl.int_range(instants.len(), dtype=pl.UInt32))
    return asked.join(pl.concat([empty, *parts]), on="_row", how="left", maintain_order="left")["at"]
