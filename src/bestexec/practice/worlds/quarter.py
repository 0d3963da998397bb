"""A quarter of measured fills, with venue effects and a correlation within symbol-days that are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from bestexec.errors import Problem
from bestexec.practice.draws import rng
from bestexec.practice.worlds.columns import table
from bestexec.practice.worlds.drawn import CLOCK_BINS, Floats, Ints, Parents, World, bounded, chosen, parents, u_shape, world

PART = 400_000
"""Fills made at a time."""
PAID = 0.6
"""Expected effective spread of a fill at a venue without effect, as a part of the quoted spread."""
NOISE = 0.35
"""Standard deviation of the noise in the effective spread, as a part of the symbol's typical spread on the day."""
TAIL = 5
"""Degrees of freedom of the noise of single fills (Student's t, scaled to the stated deviation)."""


def quarter(
    seed: int, *, fills: int = 20_000, days: int = 63, symbols: int = 60, venues: int = 8, vendors: int = 2, correlation: float = 0.0,
    within_order: float = 0.0, effects: Mapping[str, float] | None = None,
) -> pl.DataFrame:  # fmt: skip
    """One row a fill: columns of `linked_fills`, numbers as Float64, and the metrics of `columns.METRICS`, named and signed as in docs/metrics.md.

    effective_spread = 0.6 × quoted_spread + effect of the venue + effect of the vendor + noise, all USD a share. The noise has
    mean 0, a deviation that is the same for all fills of a symbol-day, correlation `correlation` (0 to 0.2) between any two
    fills of a symbol-day, and `within_order` (0 to 0.5) more between two fills of one parent order. `effects` names venues
    (V001, V002, …) and vendors (vendor_a, …). The same arguments give the same bytes. Raises Problem on arguments without sense.
    """
    return pl.concat(
        parts(
            seed, fills=fills, days=days, symbols=symbols, venues=venues, vendors=vendors, correlation=correlation, within_order=within_order, effects=effects
        ),
        rechunk=True,
    )


def parts(
    seed: int, *, fills: int, days: int = 63, symbols: int = 60, venues: int = 8, vendors: int = 2, correlation: float = 0.0, within_order: float = 0.0,
    effects: Mapping[str, float] | None = None, part: int = PART,
) -> Iterator[pl.DataFrame]:  # fmt: skip
    """The quarter in parts of whole days, of about `part` fills each, for sizes that memory does not hold at once."""
    made = world(seed, days=days, symbols=symbols, venues=venues, vendors=vendors)
    bounded("fills", fills, 1, 1_000_000_000)
    bounded("correlation", correlation, 0.0, 0.2)
    bounded("within_order", within_order, 0.0, 0.5)
    effects = known(effects or {}, made)
    count = min(days, max(1, round(fills / part)), fills)
    for n in range(count):
        on = range(days * n // count, days * (n + 1) // count)
        draw = rng(seed, n, "quarter")
        parent = parents(draw, made, on, fills * (n + 1) // count - fills * n // count)
        venue, _ = routed(draw, made, parent)
        yield measured(draw, made, parent, on, venue, correlation=correlation, within_order=within_order, effects=effects)


def known(effects: Mapping[str, float], made: World) -> Mapping[str, float]:
    strange = sorted(set(effects) - {*made.venues, *made.vendors})
    if strange:
        raise Problem(f"no venue or vendor is called {', '.join(strange)}", where="effects", do=f"use {made.venues[0]} to {made.venues[-1]}, vendor_a, …")
    for name, effect in effects.items():
        bounded(f"the effect of {name}", effect, -1.0, 1.0)
    return effects


def routed(draw: np.random.Generator, made: World, parent: Parents) -> tuple[Ints, Floats]:
    """The venue of each fill as an honest router chooses it, by symbol and half hour; and the cumulated shares it chose by."""
    half_hour = np.minimum((parent.progress * CLOCK_BINS).astype(np.int64), CLOCK_BINS - 1)
    shares = made.venue_cdf[parent.symbol[parent.of], half_hour[parent.of]]
    return chosen(draw, shares), shares


def measured(
    draw: np.random.Generator, made: World, parent: Parents, on: range, venue: Ints, *, correlation: float = 0.0, within_order: float = 0.0,
    effects: Mapping[str, float] | None = None, rough: Floats | None = None,
) -> pl.DataFrame:  # fmt: skip
    """The measured fills of orders whose venues are chosen. `rough` multiplies spreads and volatility, one number a day of `on`."""
    effects, roughness = effects or {}, (np.ones(len(on)) if rough is None else rough)[parent.day - on.start]
    vendor = chosen(draw, made.vendor_cdf[parent.symbol])
    state = np.where(draw.random((len(on), len(made.symbols))) < 0.25, 1.9, 1.0)
    typical = (state * made.spread)[parent.day - on.start, parent.symbol] * roughness
    quoted = typical * u_shape(parent.progress, 0.8) * draw.lognormal(-0.045, 0.3, parent.day.size)
    effect = np.array([effects.get(name, 0.0) for name in made.venues])[venue] + np.array([effects.get(name, 0.0) for name in made.vendors])[vendor][parent.of]
    noise = _noise(draw, parent, on, len(made.symbols), correlation, within_order)
    effective = PAID * quoted[parent.of] + effect + NOISE * typical[parent.of] * noise
    return table(draw, made, parent, venue, vendor, quoted, effective, roughness * _pace(draw, made, parent, on))


def _noise(draw: np.random.Generator, parent: Parents, on: range, symbols: int, correlation: float, within_order: float) -> Floats:
    """Mean 0, deviation 1: what a symbol-day shares, what an order shares, and heavy-tailed noise of each fill."""
    of_day = draw.standard_normal((len(on), symbols))[parent.day - on.start, parent.symbol]
    of_order = draw.standard_normal(parent.day.size)
    of_fill = draw.standard_t(TAIL, parent.of.size) * np.sqrt((TAIL - 2) / TAIL)
    shared = np.sqrt(correlation) * of_day + np.sqrt(within_order) * of_order
    noise: Floats = shared[parent.of] + np.sqrt(1 - correlation - within_order) * of_fill
    return noise


def _pace(draw: np.random.Generator, made: World, parent: Parents, on: range) -> Floats:
    """Deviation of a minute's return at each order's receipt: U-shaped within the day, and twice as large on a fifth of the days."""
    fast = np.where(draw.random(len(on)) < 0.2, 2.0, 1.0)[parent.day - on.start]
    pace: Floats = made.volatility[parent.symbol] / np.sqrt(390) * u_shape(parent.progress, 1.4) * fast
    return pace


def expected(frame: pl.DataFrame, effects: Mapping[str, float]) -> pl.Series:
    """The truth: the effective spread of each fill without its noise."""
    effect = sum((pl.col(by).replace_strict(dict(effects), default=0.0, return_dtype=pl.Float64) for by in ("venue", "vendor")), pl.lit(0.0))
    return frame.select((PAID * pl.col("quoted_spread") + effect).alias("expected")).to_series()
