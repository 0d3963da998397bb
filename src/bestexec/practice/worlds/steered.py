"""Routing and payments: a known share of the flow follows what venues pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from bestexec.practice.draws import rng
from bestexec.practice.worlds.drawn import Floats, Ints, World, bounded, parents, world
from bestexec.practice.worlds.quarter import known, measured, routed

RATES_USD = (0.0, 0.0004, 0.0008, 0.0012, 0.0016, 0.0020, 0.0024, 0.0028)
"""Payments a share that venues choose from each month."""
TIER_USD = 0.0005
"""What a venue pays more for each share beyond its tier."""


@dataclass(frozen=True)
class Steered:
    """Fills, what the venues pay, and the truth."""

    fills: pl.DataFrame
    """As `quarter` gives them. Fees are nil: payments are all that the router gains."""
    payments: pl.DataFrame
    """month, venue, from_shares (0, and the month's tier), usd_per_share: what a share beyond `from_shares` pays the router."""
    payers: Mapping[str, str]
    """The venue that pays best, by month."""
    moved: float
    """Chance of each fill to be sent to the month's best payer, whatever its quality."""
    followed: pl.Series
    """Whether payment decided, one Boolean a fill."""


def steered(
    seed: int, *, moved: float = 0.05, fills: int = 20_000, days: int = 63, symbols: int = 60, venues: int = 8, vendors: int = 2,
    correlation: float = 0.0, effects: Mapping[str, float] | None = None,
) -> Steered:  # fmt: skip
    """A router that sends `moved` (0 to 1) of its flow after the payment, the rest as if nothing were paid; 0 is the honest router.

    All venues are of equal quality unless `effects` (USD a share of effective spread, by venue) says otherwise. Raises Problem on arguments without sense.
    """
    made = world(seed, days=days, symbols=symbols, venues=venues, vendors=vendors)
    bounded("fills", fills, 1, 20_000_000)
    bounded("moved", moved, 0.0, 1.0)
    bounded("correlation", correlation, 0.0, 0.2)
    draw, on = rng(seed, 0, "steered"), range(days)
    months = sorted({f"{day:%Y-%m}" for day in made.days})
    rates = _rates(draw, len(months), venues)
    best = rates.argmax(axis=1)
    parent = parents(draw, made, on, fills)
    honest, _ = routed(draw, made, parent)
    followed = draw.random(fills) < moved
    month = np.array([months.index(f"{day:%Y-%m}") for day in made.days])[parent.day][parent.of]
    venue = np.where(followed, best[month], honest)
    frame = measured(draw, made, parent, on, venue, correlation=correlation, effects=known(effects or {}, made)).with_columns(venue_fee_usd=pl.lit(0.0))
    payments = _payments(draw, made, months, rates, month, honest, frame["fill_qty"].to_numpy())
    payers = {name: made.venues[position] for name, position in zip(months, best.tolist(), strict=True)}
    return Steered(frame, payments, payers, moved, pl.Series("followed", followed))


def _rates(draw: np.random.Generator, months: int, venues: int) -> Floats:
    """[month, venue]: drawn anew each month, with one venue, never the same twice in a row, above all others."""
    rates = np.array(RATES_USD[:-1])[draw.integers(0, len(RATES_USD) - 1, (months, venues))]
    payer = int(draw.integers(venues))
    for month in range(months):
        rates[month, payer] = RATES_USD[-1]
        payer = (payer + 1 + int(draw.integers(venues - 1))) % venues
    return rates


def _payments(
    draw: np.random.Generator, made: World, months: list[str], rates: Floats, month: Ints, honest: Ints, qty: Floats
) -> pl.DataFrame:  # fmt: skip
    """Two lines a month and venue: the rate, and the better rate beyond a tier of 0.7 to 1.3 times what an honest router would send."""
    rows = []
    for n, name in enumerate(months):
        expected = np.bincount(honest[month == n], qty[month == n], len(made.venues))
        tiers = np.rint(expected * draw.uniform(0.7, 1.3, len(made.venues)))
        for venue, rate, tier in zip(made.venues, rates[n].tolist(), tiers.tolist(), strict=True):
            rows.append((name, venue, 0.0, rate))
            if tier > 0 and rate > 0:
                rows.append((name, venue, tier, rate + TIER_USD))
    return pl.DataFrame(rows, schema={"month": pl.String, "venue": pl.String, "from_shares": pl.Float64, "usd_per_share": pl.Float64}, orient="row")
