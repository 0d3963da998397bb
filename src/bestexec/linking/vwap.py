"""The volume-weighted price of the regular-way tape over each order's interval, own fills included."""

from __future__ import annotations

import polars as pl

from bestexec.linking.daymarket import MarketOf
from bestexec.market.sessions import trading_date
from bestexec.units import MID


def interval_vwap(orders: pl.DataFrame, market_of: MarketOf) -> pl.Series:
    """VWAP (Decimal(18,9)) from received_at to last_filled_at, both included; null without fills, without a tape, or across days.

    Sums are exact decimals: running totals per symbol-day, differenced at the two ends.
    """
    asked = orders.select("symbol", "received_at", "last_filled_at", day=trading_date(orders["received_at"])).with_row_index("_order")
    within = asked.filter(pl.col("last_filled_at").is_not_null(), pl.col("day") == trading_date(asked["last_filled_at"]))
    parts = [_of_day(part, market_of(day).trades) for (day,), part in within.partition_by("day", as_dict=True, maintain_order=True).items()]
    empty = pl.DataFrame(schema={"_order": pl.UInt32, "vwap": MID})
    return asked.select("_order").join(pl.concat([empty, *parts]), on="_order", how="left", maintain_order="left")["vwap"]


def _of_day(asked: pl.DataFrame, trades: pl.DataFrame) -> pl.DataFrame:
    if trades.is_empty():
        return pl.DataFrame(schema={"_order": pl.UInt32, "vwap": MID})
    running = (
        trades.select("symbol", "traded_at", "qty", notional=pl.sql_expr("px * qty"))
        .sort("symbol", "traded_at")
        .with_columns(pl.col("qty", "notional").cum_sum().over("symbol"))
        .unique(subset=["symbol", "traded_at"], keep="last", maintain_order=True)
    )
    start = _totals(asked, running, (pl.col("received_at") - 1).alias("at"))
    end = _totals(asked, running, pl.col("last_filled_at").alias("at"))
    both = end.join(start, on="_order", suffix="_before")
    return both.select("_order", vwap=pl.sql_expr("(notional - coalesce(notional_before, 0)) / nullif(qty - coalesce(qty_before, 0), 0)").cast(MID))


def _totals(asked: pl.DataFrame, running: pl.DataFrame, at: pl.Expr) -> pl.DataFrame:
    instants = asked.select("_order", "symbol", at).sort("at")
    return instants.join_asof(running.sort("traded_at"), left_on="at", right_on="traded_at", by="symbol", check_sortedness=False).select(
        "_order", "qty", "notional"
    )
