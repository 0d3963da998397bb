"""One trading day's market as the feeds show it, and the quotes in force at any instants of any days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from bestexec.linking.asof import AsOf, QuoteLookup
from bestexec.market.sessions import trading_date
from bestexec.schema import STATUSES
from bestexec.units import DURATION, INSTANT, MID, PX, QTY

QUOTE_COLUMNS = {
    "bid_px": PX, "ask_px": PX, "mid_px": MID, "bid_qty": QTY, "ask_qty": QTY,
    "quoted_at": INSTANT, "age_ns": DURATION, "state": pl.String(),
}  # fmt: skip


NO_HALTS = pl.DataFrame(schema=STATUSES.schema)


@dataclass(frozen=True)
class DayMarket:
    """Quotes, tape and hours of one day; None or empty where no feed covers it."""

    day: date
    open_at: int | None
    close_at: int | None
    nbbo: QuoteLookup | None
    odd_lots: QuoteLookup | None
    trades: pl.DataFrame
    """The regular-way tape: the rows of `schema.TRADES` with is_regular."""
    halts: pl.DataFrame = field(default_factory=lambda: NO_HALTS)
    """Rows of `schema.STATUSES` during which the symbol did not trade."""
    limit_states: pl.DataFrame = field(default_factory=lambda: NO_HALTS)
    """Rows of `schema.STATUSES` during which it was in a limit state of limit-up limit-down."""


MarketOf = Callable[[date], DayMarket]


def quotes_at(symbols: pl.Series, instants: pl.Series, rule: AsOf, market_of: MarketOf, *, odd_lots: bool = False) -> pl.DataFrame:
    """The quote in force at each (symbol, instant), each looked up in its own day's book, in the order asked.

    Columns and types as QUOTE_COLUMNS. A null instant, or a day without quotes, has state `missing`.
    """
    asked = pl.DataFrame({"row": pl.int_range(len(symbols), eager=True), "symbol": symbols, "instant": instants})
    asked = asked.with_columns(day=trading_date(asked["instant"]))
    parts = [_of_day(day, part, rule, market_of, odd_lots) for (day,), part in asked.partition_by("day", as_dict=True, maintain_order=True).items()]
    empty = pl.DataFrame(schema={"row": pl.Int64, **QUOTE_COLUMNS})
    return pl.concat([empty, *parts]).sort("row").drop("row")


def _of_day(day: object, part: pl.DataFrame, rule: AsOf, market_of: MarketOf, odd_lots: bool) -> pl.DataFrame:
    rows = part.select(pl.col("row").cast(pl.Int64))
    market = market_of(day) if isinstance(day, date) else None
    book = None if market is None else market.odd_lots if odd_lots else market.nbbo
    if book is None:
        return rows.with_columns(pl.lit("missing" if name == "state" else None).cast(dtype).alias(name) for name, dtype in QUOTE_COLUMNS.items())
    found = book.at(part["symbol"], part["instant"], rule)
    told = found.with_columns(pl.col("state").fill_null("missing"))
    return rows.with_columns(told.select(pl.col(name).cast(dtype) for name, dtype in QUOTE_COLUMNS.items()))
