"""The columns of a world's measured fills: those of `linked_fills` that comparisons need, then metrics."""

from __future__ import annotations

import numpy as np
import polars as pl

from bestexec.linking.columns import HORIZONS_NS
from bestexec.practice.worlds.drawn import FEES_USD, Floats, Ints, Parents, World, local_hours, named, prices
from bestexec.schema import SIZE_BUCKETS

METRICS = (
    "quoted_spread", "effective_spread", "net_price_improvement", "price_improvement", "price_disimprovement", "inside", "outside", "at_or_inside",
    "arrival_slippage", "arrival_slippage_bps", "effective_spread_pct", *(f"realized_spread_{name}" for name in HORIZONS_NS),
    "reversion_1min", "reversion_1min_bps", "mean_receipt_to_execution",
)  # fmt: skip
"""Metrics beside the linked columns."""
IMPACT = 0.15
"""What a fill moves the midpoint against its side in the long run, as a part of the quoted spread."""


def table(
    draw: np.random.Generator, made: World, parent: Parents, venue: Ints, vendor: Ints, quoted: Floats, effective: Floats, pace: Floats
) -> pl.DataFrame:  # fmt: skip
    """One row a fill. `venue` and `effective` are by fill, `vendor`, `quoted` and `pace` by order; prices and spreads in USD a share."""
    of, orders = parent.of, parent.day.size
    mid = np.maximum(np.rint(prices(made, parent) * 200) / 200, 1.0)
    side, spread, middle = parent.side[of], quoted[of], mid[of]
    fill_px = middle + side * effective / 2
    fill_qty = np.maximum(np.rint(draw.lognormal(4.2, 0.9, of.size) * (50 / middle) ** 0.6), 1.0)
    order_qty: Floats = np.bincount(of, fill_qty, orders).astype(np.float64)[of]
    waited = (draw.lognormal(np.log(25e6), 0.8, of.size) * (1 + 0.2 * parent.child)).astype(np.int64)
    received_at = parent.received_at[of]
    routed = draw.integers(200_000, 900_000, orders)[of]
    moved = pace[of] * middle
    at_execution = middle + 0.1 * side * spread + 0.2 * moved * draw.standard_normal(of.size)
    columns = {
        **_dimensions(made, parent, vendor, order_qty, middle), "fill_id": _numbered("F", parent, of, parent.child),
        "route_id": _numbered("R", parent, of, parent.child), "venue": named(made.venues, venue), "venue_kind": named(made.kinds, venue),
        "liquidity": pl.repeat("removed", of.size, eager=True), "kind": pl.repeat("regular", of.size, eager=True),
        "fill_qty": fill_qty, "fill_px": fill_px, "order_qty": order_qty,
        "received_at": received_at, "t0_at": received_at, "routed_at": received_at + routed, "filled_at": received_at + routed + waited,
        "receipt_to_fill_ns": routed + waited, "t0_to_fill_ns": routed + waited, "receipt_to_route_ns": routed,
        **_quote("receipt", middle, spread), **_quote("t0", middle, spread), **_quote("execution", at_execution, spread),
        **_afterwards(draw, side, at_execution, spread, moved),
        "venue_fee_usd": np.array([FEES_USD[kind] for kind in made.kinds])[venue] * fill_qty,
    }  # fmt: skip
    return pl.DataFrame(columns).with_columns(_measured()).with_columns(_derived()).with_columns(_improved())


def _dimensions(made: World, parent: Parents, vendor: Ints, order_qty: Floats, middle: Floats) -> dict[str, pl.Series]:
    of, fills = parent.of, parent.of.size
    days = pl.Series(made.days, dtype=pl.Date)
    draws = (parent.received_at // 1_000) % 100
    market, retail = draws[of] % 10 < 6, draws[of] // 10 < 7
    day = days.gather(pl.Series(parent.day[of]))
    bucket = np.array(SIZE_BUCKETS)[np.searchsorted(np.array(SIZE_BUCKETS), order_qty * middle, side="right") - 1]

    def same(word: str) -> pl.Series:
        return pl.repeat(word, fills, eager=True)

    return {
        "day": day, "firm": same("PRACTICE"), "key_on": day, "order_id": _numbered("O", parent, of), "symbol": named(made.symbols, parent.symbol[of]),
        "side": pl.Series(parent.side[of], dtype=pl.Int8), "vendor": named(made.vendors, vendor[of]),
        "order_type": named(("limit", "market"), market.astype(np.int64)), "order_class": named(("LYNNN", "MXXNN"), market.astype(np.int64)),
        "marketability": same("marketable"), "tif": same("day"), "session": same("regular"),
        "customer_class": named(("institutional", "retail"), retail.astype(np.int64)), "asset_class": same("equity"), "currency": same("USD"),
        "size_bucket": pl.Series(bucket), "lot_class": named(("odd", "round"), (order_qty >= 100).astype(np.int64)),
        "liquidity_class": named(("liquid", "medium", "thin"), np.searchsorted(_THIRDS, parent.symbol[of] / len(made.symbols), side="right")),
        "hour": pl.Series(local_hours(made, parent)[of]), "month": days.dt.strftime("%Y-%m").gather(pl.Series(parent.day[of])),
        "excluded": pl.repeat(None, fills, dtype=pl.String, eager=True), "is_left_out": pl.repeat(False, fills, eager=True),
    }  # fmt: skip


_THIRDS = np.array([1 / 3, 2 / 3])


def _numbered(letter: str, parent: Parents, of: Ints, child: Ints | None = None) -> pl.Series:
    """Ids: the letter, the order's day as a number, its place in that day, and that of the child."""
    first = np.searchsorted(parent.day, parent.day)
    parts = [pl.Series("d", parent.day[of]), pl.Series("n", (np.arange(parent.day.size) - first)[of])]
    if child is not None:
        parts.append(pl.Series("c", child))
    return pl.DataFrame(parts).select(pl.format(letter + "-".join(["{}"] * len(parts)), *(part.name for part in parts))).to_series()


def _quote(instant: str, middle: Floats, spread: Floats) -> dict[str, object]:
    return {
        f"bid_at_{instant}": middle - spread / 2, f"ask_at_{instant}": middle + spread / 2, f"mid_at_{instant}": middle,
        f"quote_state_at_{instant}": pl.repeat("ok", middle.size, eager=True),
    }  # fmt: skip


def _afterwards(draw: np.random.Generator, side: Ints, at_execution: Floats, spread: Floats, moved: Floats) -> dict[str, Floats]:
    """The midpoint at each horizon: a random walk, and a move to the order's side that is complete after a minute."""
    made, level, before = {}, at_execution, 0
    for name, horizon in HORIZONS_NS.items():
        level = level + moved * np.sqrt((horizon - before) / 60e9) * draw.standard_normal(side.size)
        made[f"mid_after_{name}"] = level + side * IMPACT * spread * min(1.0, np.sqrt(horizon / 60e9))
        before = horizon
    return made


def _measured() -> tuple[pl.Expr, ...]:
    cost = pl.col("side") * (pl.col("fill_px") - pl.col("mid_at_t0"))
    far = pl.when(pl.col("side") == 1).then(pl.col("ask_at_t0")).otherwise(pl.col("bid_at_t0"))
    return (
        (pl.col("ask_at_t0") - pl.col("bid_at_t0")).alias("quoted_spread"), (2 * cost).alias("effective_spread"), cost.alias("arrival_slippage"),
        (pl.col("side") * (far - pl.col("fill_px"))).alias("net_price_improvement"),
        *((2 * pl.col("side") * (pl.col("fill_px") - pl.col(f"mid_after_{name}"))).alias(f"realized_spread_{name}") for name in HORIZONS_NS),
        (pl.col("side") * (pl.col("mid_at_execution") - pl.col("mid_after_1min"))).alias("reversion_1min"),
        pl.col("receipt_to_fill_ns").alias("mean_receipt_to_execution"),
    )  # fmt: skip


def _derived() -> tuple[pl.Expr, ...]:
    net = pl.col("net_price_improvement")
    return (
        (pl.col("effective_spread") / pl.col("mid_at_t0")).alias("effective_spread_pct"),
        (10_000 * pl.col("arrival_slippage") / pl.col("mid_at_receipt")).alias("arrival_slippage_bps"),
        (10_000 * pl.col("reversion_1min") / pl.col("mid_at_execution")).alias("reversion_1min_bps"),
        (net > 0).cast(pl.Int64).alias("inside"), (net < 0).cast(pl.Int64).alias("outside"), (net >= 0).cast(pl.Int64).alias("at_or_inside"),
    )  # fmt: skip


def _improved() -> tuple[pl.Expr, ...]:
    net = pl.col("net_price_improvement")
    return (pl.col("inside") * net).alias("price_improvement"), pl.when(net < 0).then(-net).otherwise(0 * net).alias("price_disimprovement")
