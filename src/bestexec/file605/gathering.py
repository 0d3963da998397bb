"""The orders and executions that a month's report may concern, with the quotes at receipt, at the executable time and after each execution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec.books import Books
from bestexec.filings.rule605 import FILLS, ORDER_KEY, ORDERS, Readings
from bestexec.filings.rule605.columns import conformed
from bestexec.linking.asof import AsOf
from bestexec.linking.columns import HORIZONS_NS
from bestexec.linking.daymarket import MarketOf, quotes_at
from bestexec.linking.executable import executable_at, halted_soon_after
from bestexec.linking.fills import later
from bestexec.linking.identity import fills_in_force, once
from bestexec.linking.orders import described, with_quotes
from bestexec.linking.spans import within
from bestexec.market.sessions import regular_hours, session_of, trading_date
from bestexec.schema import ORDERS as FED_ORDERS
from bestexec.store import Imported, read_rows
from bestexec.units import MID

TIES = {"at_or_before": AsOf.AT_OR_BEFORE, "before": AsOf.BEFORE}
RULE_201, LIMIT_STATE = "short_sale_restriction", "luld_limit"


@dataclass(frozen=True)
class Gathered:
    """What the report is computed from: `orders` and `fills` as `filings.rule605.ORDERS` and `FILLS`."""

    orders: pl.DataFrame
    fills: pl.DataFrame
    unlinked: int
    """Executions of the month whose order no feed shows."""
    withdrawn: int
    """Executions busted or corrected afterwards."""


def gather(
    feeds: Mapping[str, pl.DataFrame], imports: Sequence[Imported], books: Books, days: Sequence[date], thin: frozenset[str], readings: Readings
) -> Gathered:
    """Everything known of orders received, executed or still working in the month of `readings`; `days` are all days with rows."""
    orders, fills, unlinked, withdrawn = _concerned(feeds, readings.month)
    first = min([readings.month, *orders["key_on"]])
    working = [day for day in days if day >= first]
    named = described(orders, feeds["symbols"], working, books.market_of)
    timed = named.with_columns(executable_at=_executable(named, working, books.market_of))
    statuses = read_rows(imports, "statuses", working)
    rules = {"receipt": TIES[readings.nbbo_tie], "executable": AsOf.AT_OR_BEFORE}
    quoted = _at_instants(timed, books.market_of, rules, statuses)
    flagged = quoted.with_columns(
        (session_of(quoted["received_at"]) == "regular").alias("is_open_at_receipt"),
        within(quoted, "received_at", statuses.filter(pl.col("kind") == RULE_201)).alias("is_price_tested"),
        halted_soon_after(quoted, books.market_of, readings.executable_before_halt_ns).alias("is_halted_soon_after"),
        is_thin=pl.col("symbol").is_in(sorted(thin)),
    )
    made = conformed(flagged, ORDERS).sort(ORDER_KEY)
    return Gathered(made, conformed(_with_market(fills, books.market_of), FILLS).sort(*ORDER_KEY, "filled_at", "fill_id"), unlinked, withdrawn)


def _concerned(feeds: Mapping[str, pl.DataFrame], month: date) -> tuple[pl.DataFrame, pl.DataFrame, int, int]:
    """(orders received or executed in the month, or good till later and still working then; all their fills that stand; fills unlinked; withdrawn)."""
    after = next_month(month)
    orders, _ = once(feeds["orders"], FED_ORDERS)
    fills, _, withdrawn = fills_in_force(feeds["fills"])
    of_month = pl.col("traded_on").is_between(month, after, closed="left")
    begins = regular_hours_begin(month)
    lasts = pl.col("tif").is_in(["gtc", "gtd"]) & (pl.coalesce("ended_at", "expires_at").fill_null(begins) >= begins)
    received = pl.col("key_on").is_between(month, after, closed="left") | ((pl.col("key_on") < month) & lasts)
    executed = fills.filter(of_month).select(ORDER_KEY).unique().with_columns(_executed=pl.lit(value=True))
    marked = orders.join(executed, on=ORDER_KEY, how="left", maintain_order="left")
    chosen = marked.filter(received.fill_null(value=False) | pl.col("_executed").fill_null(value=False)).drop("_executed")
    unlinked = fills.filter(of_month).join(orders, on=ORDER_KEY, how="anti").height
    return chosen, fills.join(chosen.select(ORDER_KEY), on=ORDER_KEY, how="semi", maintain_order="left"), unlinked, withdrawn.filter(of_month).height


def next_month(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def regular_hours_begin(month: date) -> int:
    """The first open (epoch ns) on or after a day."""
    day = month
    while (hours := regular_hours(day)) is None:
        day = date.fromordinal(day.toordinal() + 1)
    return hours.open_at


def _executable(orders: pl.DataFrame, days: Sequence[date], market_of: MarketOf) -> pl.Series:
    """When each order could first be executed; a price that was reached during a halt counts from its end, if it still stands then."""
    first = executable_at(orders, days, market_of)
    ends = halt_end(orders["symbol"], first, market_of)
    again = executable_at(orders.with_columns(received_at=ends), days, market_of)
    frame = pl.DataFrame({"first": first, "end": ends, "again": again, "kind": orders["order_type"]})
    waits = pl.col("end").is_not_null() & (pl.col("kind") != "market")
    return frame.select(pl.when(waits).then("again").otherwise("first").alias("executable_at")).to_series()


def halt_end(symbols: pl.Series, instants: pl.Series, market_of: MarketOf) -> pl.Series:
    """The end of the halt that each instant lies in; null where it lies in none, or in one without an end."""
    asked = pl.DataFrame({"symbol": symbols, "at": instants, "day": trading_date(instants)}).with_row_index("_row")
    halts = [market_of(day).halts.select("symbol", "from_at", "to_at") for day in asked["day"].unique().drop_nulls().to_list() if market_of(day).halts.height]
    if not halts:
        return pl.repeat(None, asked.height, dtype=pl.Int64, eager=True).alias("end")
    met = asked.join(pl.concat(halts), on="symbol").filter(pl.col("at") >= pl.col("from_at"), pl.col("at") < pl.col("to_at"))
    latest = met.group_by("_row").agg(end=pl.col("to_at").max())
    return asked.join(latest, on="_row", how="left", maintain_order="left")["end"]


def _at_instants(orders: pl.DataFrame, market_of: MarketOf, rules: Mapping[str, AsOf], statuses: pl.DataFrame) -> pl.DataFrame:
    """`orders` with quote, displayed sizes, best displayed prices and states at receipt and at the executable time, which a quote itself may bring about."""
    limit_states = statuses.filter(pl.col("kind") == LIMIT_STATE)
    for instant, column in (("receipt", "received_at"), ("executable", "executable_at")):
        rule = rules[instant]
        orders = with_quotes(orders, column, instant, rule, market_of, sizes=True)
        orders = orders.with_columns(
            *_best_displayed(orders, column, instant, rule, market_of),
            (pl.col(f"quote_state_at_{instant}") == "halted").alias(f"is_halted_at_{instant}"),
            within(orders, column, limit_states).alias(f"is_limit_state_at_{instant}"),
        )
    return orders


def _best_displayed(orders: pl.DataFrame, column: str, instant: str, rule: AsOf, market_of: MarketOf) -> list[pl.Expr]:
    """The better of the quote and the odd-lot quote, each side; null on days without a feed of odd lots."""
    days = trading_date(orders[column])
    fed = [day for day in days.unique().drop_nulls().to_list() if market_of(day).odd_lots is not None]
    if not fed:
        return [pl.lit(None).alias(f"best_{side}_at_{instant}") for side in ("bid", "ask")]
    odd = quotes_at(orders["symbol"], orders[column], rule, market_of, odd_lots=True)
    has_feed = days.is_in(fed)
    bid = pl.when(has_feed).then(pl.max_horizontal(pl.col(f"bid_at_{instant}"), odd["bid_px"]))
    ask = pl.when(has_feed).then(pl.min_horizontal(pl.col(f"ask_at_{instant}"), odd["ask_px"]))
    return [bid.alias(f"best_bid_at_{instant}"), ask.alias(f"best_ask_at_{instant}")]


def _with_market(fills: pl.DataFrame, market_of: MarketOf) -> pl.DataFrame:
    """Fills with their session, the displayed sizes at execution and the midpoints after it; a locked or crossed quote has a midpoint."""
    at_fill = quotes_at(fills["symbol"], fills["filled_at"], AsOf.BEFORE, market_of)
    mids = [_mid_after(fills, name, ns, market_of) for name, ns in HORIZONS_NS.items()]
    return fills.with_columns(
        (session_of(fills["filled_at"]) == "regular").alias("is_regular"),
        at_fill["bid_qty"].alias("bid_qty_at_fill"), at_fill["ask_qty"].alias("ask_qty_at_fill"), *mids, fill_qty="qty", fill_px="px",
    )  # fmt: skip


def _mid_after(fills: pl.DataFrame, name: str, horizon_ns: int, market_of: MarketOf) -> pl.Series:
    found = quotes_at(fills["symbol"], later(fills["filled_at"], horizon_ns, market_of), AsOf.AT_OR_BEFORE, market_of)
    both = (pl.col("bid_px").cast(pl.Decimal(38, 9)) + pl.col("ask_px").cast(pl.Decimal(38, 9))).to_physical() // 2
    return found.select(((both.cast(pl.Decimal(38, 0))) * pl.lit("0.000000001").cast(pl.Decimal(38, 9))).cast(MID).alias(f"mid_after_{name}")).to_series()
