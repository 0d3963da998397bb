"""The figures that a vendor reports, and the ways in which its report can lie: data, one row each."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_QTY = pl.col("fill_qty")


@dataclass(frozen=True)
class Figure:
    """One metric of docs/metrics.md, its unit, and the decimal places it is reported with."""

    metric: str
    unit: str
    summary: pl.Expr
    places: int


@dataclass(frozen=True)
class Lie:
    """One way to lie. Either it bends one figure (`metric`): up or down (`toward` ±1), or `instead` by a wrong method; or it `drops` fills."""

    key: str
    says: str
    metric: str = ""
    toward: int = 0
    instead: pl.Expr | None = None
    drops: pl.Expr | None = None


def _mean(column: str, where: pl.Expr | None = None) -> pl.Expr:
    """Average weighted by shares."""
    value, weight = (pl.col(column), _QTY) if where is None else (pl.col(column).filter(where), _QTY.filter(where))
    return (value * weight).sum() / weight.sum()


def _slippage_bps(sign: pl.Expr) -> pl.Expr:
    """Dollars of slippage over dollars at the midpoint at receipt, in basis points; `sign` turns those of some fills around."""
    dollars = pl.col("side") * (pl.col("fill_px") - pl.col("mid_at_receipt")) * _QTY
    return 10_000 * (sign * dollars).sum() / (pl.col("mid_at_receipt") * _QTY).sum()


_improved = pl.col("net_price_improvement") > 0
_cost = 2 * pl.col("side") * (pl.col("fill_px") - pl.col("mid_at_execution"))

FIGURES = (
    Figure("quoted_spread", "$/share", _mean("quoted_spread"), 5),
    Figure("effective_spread", "$/share", _mean("effective_spread"), 5),
    Figure("effective_over_quoted", "fraction", (pl.col("effective_spread") * _QTY).sum() / (pl.col("quoted_spread") * _QTY).sum(), 4),
    Figure("realized_spread_1min", "$/share", _mean("realized_spread_1min"), 5),
    Figure("price_improvement", "$/share", _mean("net_price_improvement", _improved), 5),
    Figure("net_price_improvement", "$/share", _mean("net_price_improvement"), 5),
    Figure("inside", "fraction", _mean("inside"), 4),
    Figure("outside", "fraction", _mean("outside"), 4),
    Figure("at_or_inside", "fraction", _mean("at_or_inside"), 4),
    Figure("arrival_slippage_bps", "bps", _slippage_bps(pl.lit(1)), 3),
    Figure("mean_time_to_execution", "ns", _mean("t0_to_fill_ns"), -4),
    Figure("executed_shares", "shares", _QTY.sum(), 0),
    Figure("order_count", "orders", pl.col("order_id").n_unique().cast(pl.Float64), 0),
    Figure("venue_fees_per_share", "$/share", pl.col("venue_fee_usd").clip(0).sum() / _QTY.sum(), 6),
    Figure("venue_rebates_per_share", "$/share", -pl.col("venue_fee_usd").clip(None, 0).sum() / _QTY.sum(), 6),
)

_BENT = (
    ("effective_spread", -1), ("effective_over_quoted", -1), ("quoted_spread", 1), ("realized_spread_1min", -1), ("price_improvement", 1),
    ("net_price_improvement", 1), ("inside", 1), ("outside", -1), ("arrival_slippage_bps", -1), ("mean_time_to_execution", -1), ("executed_shares", 1),
    ("order_count", 1), ("venue_fees_per_share", -1), ("venue_rebates_per_share", 1),
)  # fmt: skip
_LEFT_OUT = (
    ("outside_fills", "executed outside the quote", pl.col("outside") == 1),
    ("costly_fills", "that cost more than four fifths of the quoted spread", pl.col("effective_spread") > 0.8 * pl.col("quoted_spread")),
    ("slow_fills", "slower than 50 ms", pl.col("t0_to_fill_ns") > 50_000_000),
    ("limit_orders", "of limit orders", pl.col("order_type") == "limit"),
    ("thin_symbols", "in thin symbols", pl.col("liquidity_class") == "thin"),
    ("odd_lots", "of odd lots", pl.col("lot_class") == "odd"),
    ("large_orders", "of orders of 20,000 USD and more", pl.col("size_bucket") >= 20_000),
    ("first_half_hour", "received before ten o'clock", pl.col("hour") == 9),
    ("last_hour", "received in the last hour", pl.col("hour") == 15),
    ("one_venue", "at the venue V001", pl.col("venue") == "V001"),
    ("last_month", "of the last month", pl.col("month") == pl.col("month").max()),
    ("wide_spreads", "where the quoted spread was above 10 bps", pl.col("quoted_spread") > 0.001 * pl.col("mid_at_t0")),
)
_METHODS = (
    ("effective_from_execution", "effective_spread", "against the midpoint at execution", (_cost * _QTY).sum() / _QTY.sum()),
    ("effective_unweighted", "effective_spread", "each fill counted once, whatever its size", pl.col("effective_spread").mean()),
    ("effective_median", "effective_spread", "the median fill's", pl.col("effective_spread").median()),
    ("effective_of_improved", "effective_spread", "of improved shares alone", _mean("effective_spread", _improved)),
    ("effective_halved", "effective_spread", "not doubled", _mean("effective_spread") / 2),
    ("improvement_of_improved", "net_price_improvement", "of improved shares alone", _mean("net_price_improvement", _improved)),
    ("ratio_of_improved", "effective_over_quoted", "of improved shares alone", _mean("effective_spread", _improved) / _mean("quoted_spread", _improved)),
    ("time_to_route", "mean_time_to_execution", "from receipt to route alone", _mean("receipt_to_route_ns")),
    ("time_median", "mean_time_to_execution", "the median fill's", pl.col("t0_to_fill_ns").median()),
    ("sells_flipped", "arrival_slippage_bps", "with the sign of sells flipped", _slippage_bps(pl.col("side"))),
    ("rebate_sign_flipped", "venue_fees_per_share", "rebates counted as fees paid by others", pl.col("venue_fee_usd").sum() / _QTY.sum()),
    ("fills_as_orders", "order_count", "fills counted as orders", pl.len().cast(pl.Float64)),
)

LIES = (
    *(Lie(f"{metric}_{'up' if toward > 0 else 'down'}", f"the figure of {metric} is made better by a part", metric, toward) for metric, toward in _BENT),
    *(Lie(f"without_{key}", f"fills {says} are left out", drops=drops) for key, says, drops in _LEFT_OUT),
    *(Lie(key, f"{metric} is shown {says}", metric, instead=instead) for key, metric, says, instead in _METHODS),
)
"""38 ways."""
