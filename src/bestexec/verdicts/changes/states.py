"""Classes of the market's state by bounds that the reference days alone decide, so that no later day moves an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

SPREADS = 10
VOLATILITIES = 4
"""Classes, alike in number of the reference days' fills, and of their symbol-days."""
NEEDED = ("symbol", "day", "t0_at", "bid_at_t0", "ask_at_t0", "mid_at_t0")


def with_states(rows: pl.DataFrame, reference: Sequence[date]) -> pl.DataFrame:
    """`rows` with `spread_state` and `volatility_state`, 0 the lowest: quoted spread at t0 and the day's volatility as multiples of the symbol's median.

    Null where no quote at t0 is known or the reference days lack the symbol. Volatility: √(Σ (Δ log midpoint)² ÷ Σ Δt) over the firm's own t0 of the
    symbol's day. Rows without the columns of NEEDED come back as they are.
    """
    if not set(NEEDED) <= set(rows.columns):
        return rows
    mid = pl.col("mid_at_t0").cast(pl.Float64)
    quoted = rows.with_columns(_spread=pl.when(mid > 0).then((pl.col("ask_at_t0") - pl.col("bid_at_t0")).cast(pl.Float64) / mid))
    once = quoted.filter(mid > 0).group_by("symbol", "day", "t0_at").agg(mid.median()).sort("symbol", "day", "t0_at")
    moves = once.with_columns(_moved=pl.col("mid_at_t0").log().diff().over("symbol", "day"), _took=pl.col("t0_at").diff().over("symbol", "day"))
    pace = (pl.col("_moved").pow(2).sum() / pl.when(pl.col("_took").sum() > 0).then(pl.col("_took").sum())).sqrt()
    volatility = moves.group_by("symbol", "day").agg(_volatility=pace)
    classed = _classed(quoted, "_spread", "spread_state", SPREADS, reference)
    by_day = _classed(volatility, "_volatility", "volatility_state", VOLATILITIES, reference).select("symbol", "day", "volatility_state")
    return classed.drop("_spread").join(by_day, on=["symbol", "day"], how="left", maintain_order="left")


def _classed(rows: pl.DataFrame, value: str, name: str, parts: int, reference: Sequence[date]) -> pl.DataFrame:
    """How many of the bounds lie below the value's multiple of its symbol's median."""
    known = rows.filter(pl.col("day").is_in(reference), pl.col(value).is_finite())
    usual = known.group_by("symbol").agg(_usual=pl.col(value).median())
    multiple = pl.when(pl.col("_usual") > 0).then(pl.col(value) / pl.col("_usual"))
    multiples = known.join(usual, on="symbol", how="left").select(multiple).to_series().drop_nulls()
    bounds = [bound for n in range(1, parts) if (bound := multiples.quantile(n / parts, "linear")) is not None]
    above = pl.sum_horizontal([pl.lit(0), *((multiple > bound).cast(pl.Int64) for bound in bounds)])
    joined = rows.join(usual, on="symbol", how="left", maintain_order="left")
    return joined.with_columns(pl.when(multiple.is_not_null()).then(above).cast(pl.Int64).alias(name)).drop("_usual")
