"""A router that changes on a day, and a market that may change with it or without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np
import polars as pl

from bestexec.errors import Problem
from bestexec.practice.draws import rng
from bestexec.practice.worlds.drawn import Floats, Ints, Parents, World, bounded, parents, world
from bestexec.practice.worlds.quarter import measured, routed

Change = Literal["venue_mix", "attempt_order", "passive_share", "latency"]
PASSIVE = 0.30
"""Share of fills that add liquidity before the change."""


@dataclass(frozen=True)
class Released:
    """Fills and routes of a span, and the truth of what changed."""

    fills: pl.DataFrame
    """As `quarter` gives them; `liquidity` says what added (prices do not depend on it)."""
    routes: pl.DataFrame
    """One row an attempt: each order first tries one venue that has nothing, then those of its fills. Columns of the canonical routes, and filled_qty."""
    day: date
    """First day of the change."""
    change: Change
    points: float
    market: float
    venue: str
    """The venue that gains, where the change is of venues."""


def released(
    seed: int, *, change: Change = "venue_mix", points: float = 0.06, market: float = 0.0, on: int | None = None, fills: int = 20_000, days: int = 63,
    symbols: int = 60, venues: int = 8, vendors: int = 1, correlation: float = 0.0,
) -> Released:  # fmt: skip
    """A span of `days` in which from position `on` (default: the middle) one thing of the router changes by `points`, all else equal.

    `venue_mix`: the share of one venue in fills rises by `points` (0.06 is six points), in every symbol and half hour alike.
    `attempt_order`: its share of first attempts does. `passive_share`: the share of fills that add liquidity does.
    `latency`: the time from route to fill is `points` (0.06: six percent) longer. From the same day on all spreads and
    volatilities are 1 + `market` times what they were, which no router did. Raises Problem on arguments without sense.
    """
    if change not in get_args(Change):
        raise Problem(f"no change of a router is called {change}", where="change", do=f"use one of {', '.join(get_args(Change))}")
    made = world(seed, days=days, symbols=symbols, venues=venues, vendors=vendors)
    start = days // 2 if on is None else on
    bounded("days", days, 2, 504)
    bounded("on", start, 1, days - 1)
    bounded("fills", fills, 1, 20_000_000)
    bounded("points", points, 0.0, 0.5)
    bounded("market", market, -0.5, 4.0)
    bounded("correlation", correlation, 0.0, 0.2)
    draw, span = rng(seed, 0, "released"), range(days)
    parent = parents(draw, made, span, fills)
    gains = int(draw.integers(venues))
    later = parent.day >= start
    by = {name: np.where(later, points if name == change else 0.0, 0.0) for name in get_args(Change)}
    venue = _raised(draw, gains, by["venue_mix"][parent.of], *routed(draw, made, parent))
    first = np.flatnonzero(parent.child == 0)
    tried, shares = routed(draw, made, parent)
    tried = _raised(draw, gains, by["attempt_order"], tried[first], shares[first])
    adds = draw.random(fills) < PASSIVE + by["passive_share"][parent.of]
    rough = np.where(np.arange(days) >= start, 1.0 + market, 1.0)
    frame = _slower(measured(draw, made, parent, span, venue, correlation=correlation, rough=rough), 1.0 + by["latency"][parent.of])
    frame = frame.with_columns(liquidity=pl.when(pl.Series(adds)).then(pl.lit("added")).otherwise(pl.lit("removed")))
    return Released(frame, _routes(made, parent, tried, frame), made.days[start], change, points, market, made.venues[gains])


def _raised(draw: np.random.Generator, gains: int, points: Floats, honest: Ints, shares: Floats) -> Ints:
    """The venues with one's expected share raised by `points`, as far as others have flow to give."""
    share = shares[:, gains] - (shares[:, gains - 1] if gains else 0.0)
    venue: Ints = np.where(draw.random(honest.size) < points / np.maximum(1.0 - share, 1e-9), gains, honest)
    return venue


def _slower(frame: pl.DataFrame, factor: Floats) -> pl.DataFrame:
    waited = pl.col("receipt_to_fill_ns") - pl.col("receipt_to_route_ns")
    taken = pl.col("receipt_to_route_ns") + (waited * pl.Series(factor)).round().cast(pl.Int64)
    frame = frame.with_columns(receipt_to_fill_ns=taken, t0_to_fill_ns=taken, filled_at=pl.col("received_at") + taken)
    return frame.with_columns(mean_receipt_to_execution=pl.col("receipt_to_fill_ns"))


def _routes(made: World, parent: Parents, tried: Ints, frame: pl.DataFrame) -> pl.DataFrame:
    """The attempts in the order of sending: the first one comes back empty after half a millisecond."""
    same = ("firm", "key_on", "order_id", "day", "symbol", "side", "vendor")
    filled = frame.select(
        *same, "route_id", "venue", pl.col("fill_qty").alias("qty"), pl.col("fill_qty").alias("filled_qty"), "routed_at", pl.col("filled_at").alias("ended_at"),
        pl.lit("filled").alias("end_reason"), (pl.Series(parent.child) + 2).alias("attempt"),
    )  # fmt: skip
    first = frame.filter(pl.Series(parent.child == 0)).select(
        *same, pl.format("{}T", pl.col("order_id").str.replace("O", "R")).alias("route_id"), pl.Series("venue", [made.venues[n] for n in tried.tolist()]),
        pl.lit(100.0).alias("qty"), pl.lit(0.0).alias("filled_qty"), (pl.col("routed_at") - 100_000).alias("routed_at"),
        (pl.col("routed_at") - 20_000).alias("ended_at"), pl.lit("canceled").alias("end_reason"), pl.lit(1, pl.Int64).alias("attempt"),
    )  # fmt: skip
    return pl.concat([first, filled]).sort("day", "routed_at", "order_id", "attempt", maintain_order=True)
