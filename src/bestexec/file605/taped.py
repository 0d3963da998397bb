"""What the tape shows traded while resting orders could be executed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from bestexec.filings import rule605
from bestexec.filings.rule605 import ORDER_KEY, Readings
from bestexec.filings.rule605.exact import WHOLE
from bestexec.linking.daymarket import MarketOf
from bestexec.market.sessions import trading_date
from bestexec.market.venues import KINDS

EXCHANGES = sorted(mic for mic, kind in KINDS.items() if kind == "exchange")


def traded_meanwhile(covered: pl.DataFrame, days: Sequence[date], market_of: MarketOf, readings: Readings) -> pl.DataFrame:
    """ORDER_KEY, opportunity and opportunity_on_exchange (10⁻⁶ shares) of each covered order that rests; null where a day of its life has no tape.

    An order's life is [t0, end] within regular hours, the instant of its end included.
    """
    resting = covered.filter(pl.col("order_class").is_in(readings.limit_classes)).with_row_index("_order")
    lives = resting.select(
        "_order", "symbol", "side", "limit_px", "t0_at", "until_at", first=trading_date(resting["t0_at"]), last=trading_date(resting["until_at"])
    )
    parts = [_of_day(lives, day, market_of) for day in days]
    empty = pl.DataFrame(schema={"_order": pl.UInt32, "opportunity": WHOLE, "opportunity_on_exchange": WHOLE, "has_tape": pl.Boolean})
    added = pl.concat([empty, *parts]).group_by("_order").agg(pl.col("opportunity", "opportunity_on_exchange").sum(), pl.col("has_tape").all())
    known = resting.select("_order", *ORDER_KEY).join(added, on="_order", how="left", maintain_order="left")
    return known.select(*ORDER_KEY, *(pl.when("has_tape").then(name).alias(name) for name in ("opportunity", "opportunity_on_exchange")))


def _of_day(lives: pl.DataFrame, day: date, market_of: MarketOf) -> pl.DataFrame:
    today = lives.filter(pl.col("first") <= day, pl.col("last").fill_null(day) >= day)
    none = {"opportunity": pl.lit(0, WHOLE), "opportunity_on_exchange": pl.lit(0, WHOLE), "has_tape": pl.lit(value=False)}
    if today.is_empty():
        return today.select("_order", **none)
    market = market_of(day)
    if market.open_at is None or market.close_at is None or market.trades.is_empty():
        return today.select("_order", **none)
    open_ended = today.with_columns(
        from_at=pl.max_horizontal("t0_at", pl.lit(market.open_at)), to_at=pl.min_horizontal(pl.col("until_at") + 1, pl.lit(market.close_at))
    ).with_columns(to_at=pl.max_horizontal("from_at", "to_at"))
    trades = market.trades.select("symbol", "traded_at", "px", "qty", on_exchange=pl.col("venue").is_in(EXCHANGES))
    return rule605.opportunities(open_ended, trades).with_columns(has_tape=pl.lit(value=True))
