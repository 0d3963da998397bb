"""Each execution against the quote at its order's t0, as whole numbers that add up to a row's sums."""

from __future__ import annotations

import polars as pl

from bestexec.filings.rule605.columns import HORIZONS, ORDER_KEY, ROW_KEY
from bestexec.filings.rule605.exact import WHOLE, minus, px, qty, whole
from bestexec.filings.rule605.readings import Readings

BUCKETS = {
    "under_100us": (0, 100_000), "100us_to_1ms": (100_000, 1_000_000), "1ms_to_10ms": (1_000_000, 10_000_000), "10ms_to_1s": (10_000_000, 1_000_000_000),
    "1s_to_10s": (1_000_000_000, 10_000_000_000), "10s_to_30s": (10_000_000_000, 30_000_000_000), "30s_to_5min": (30_000_000_000, 300_000_000_000),
    "5min_or_more": (300_000_000_000, None),
}  # fmt: skip
"""Bounds in nanoseconds: the lower belongs to the bucket, the upper does not."""
_OF_ORDER = (*ROW_KEY, "side", "t0_at", "bid", "ask", "best_bid", "best_ask")


def measured(fills: pl.DataFrame, covered: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """Fills (columns.FILLS) of the `covered` orders with ROW_KEY and one column for each sum of `FILL_SUMS`, all Int128."""
    joined = fills.join(covered.select(*ORDER_KEY, *(name for name in _OF_ORDER if name != "symbol")), on=ORDER_KEY, how="inner", maintain_order="left")
    side = pl.col("side").cast(WHOLE)
    exact = joined.with_columns(
        n=qty(pl.col("fill_qty")), p=px(pl.col("fill_px")), b=px(pl.col("bid")), a=px(pl.col("ask")),
        time=(pl.col("filled_at") - pl.col("t0_at")).cast(WHOLE), is_away=_is_away(readings),
        best=pl.when(pl.col("side") > 0).then(px(pl.col("best_ask"))).otherwise(px(pl.col("best_bid"))),
    ).with_columns(mid=(pl.col("b") + pl.col("a")) // 2, far=pl.when(pl.col("side") > 0).then("a").otherwise("b"))  # fmt: skip
    better = side * (pl.col("far") + minus(pl.col("p")))
    better_than_best = side * (pl.col("best") + minus(pl.col("p")))
    return exact.with_columns(better=better, better_than_best=better_than_best).with_columns(**_sums(readings, side))


def _is_away(readings: Readings) -> pl.Expr:
    return pl.lit(value=True) if readings.executed_here == "none" else (pl.col("capacity") != "principal").fill_null(value=True)


def _sums(readings: Readings, side: pl.Expr) -> dict[str, pl.Expr]:
    n, time, better, best = (pl.col(name) for name in ("n", "time", "better", "better_than_best"))
    spread = pl.col("a") + minus(pl.col("b"))
    counts = pl.lit(value=True) if readings.crossed_spread == "signed" else spread >= 0
    return {
        "executed": _where(~pl.col("is_away"), n),
        "executed_away": _where(pl.col("is_away"), n),
        **{f"bucket_{name}": _where((time >= low) & (pl.lit(value=True) if high is None else time < high), n) for name, (low, high) in BUCKETS.items()},
        "mid_amount": n * pl.col("mid"),
        "quoted_shares": _where(counts, n),
        "quoted_amount": _where(counts, n * spread),
        "effective_amount": n * 2 * side * (pl.col("p") + minus(pl.col("mid"))),
        **{f"realized_shares_{name}": _where(pl.col(f"mid_after_{name}").is_not_null(), n) for name in HORIZONS},
        **{f"realized_amount_{name}": (n * 2 * side * (pl.col("p") + minus(px(pl.col(f"mid_after_{name}"))))).fill_null(0) for name in HORIZONS},
        "inside_shares": _where(better > 0, n), "inside_amount": _where(better > 0, n * better), "inside_time": _where(better > 0, n * time),
        "at_shares": _where(better == 0, n), "at_time": _where(better == 0, n * time),
        "outside_shares": _where(better < 0, n), "outside_amount": _where(better < 0, minus(n * better)), "outside_time": _where(better < 0, n * time),
        "best_unknown_shares": _where(best.is_null(), n),
        "best_inside_shares": _where(best > 0, n), "best_inside_amount": _where(best > 0, n * best),
        "best_at_shares": _where(best == 0, n),
        "best_outside_shares": _where(best < 0, n), "best_outside_amount": _where(best < 0, minus(n * best)),
        "time_amount": n * time,
    }  # fmt: skip


def _where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(condition.fill_null(value=False)).then(value).otherwise(whole(0))


FILL_SUMS = (
    "executed", "executed_away", *(f"bucket_{name}" for name in BUCKETS), "mid_amount", "quoted_shares", "quoted_amount", "effective_amount",
    *(f"realized_shares_{name}" for name in HORIZONS), *(f"realized_amount_{name}" for name in HORIZONS),
    "inside_shares", "inside_amount", "inside_time", "at_shares", "at_time", "outside_shares", "outside_amount", "outside_time",
    "best_unknown_shares", "best_inside_shares", "best_inside_amount", "best_at_shares", "best_outside_shares", "best_outside_amount", "time_amount",
)  # fmt: skip
