"""What the benchmarks of verdicts share: the quarter, and the comparison."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bestexec.practice.worlds import quarter
from bestexec.verdicts.matched import Comparison, Materiality

FILLS = 20_000
VENUES = 8
BY_VENUE = Comparison(kind="venue", metric="effective_spread", better="lower", materiality=Materiality(usd=1_000, bps=1), dollars_per_unit=0.5)


def quarter_of(seed: int, correlation: float, within_order: float, effects: Mapping[str, float] | None = None) -> pl.DataFrame:
    """A quarter of eight venues; the same arguments give the same fills."""
    return quarter(seed, fills=FILLS, venues=VENUES, correlation=correlation, within_order=within_order, effects=effects)
