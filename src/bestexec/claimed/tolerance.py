"""How far an honest figure may lie from ours: its rounding, and records that differ a little.

Both are of the same orders, so no sampling error excuses a gap. What does: the vendor rounds; and a few fills are in one of
the two records alone. That moves a sum by as much, and an average by a part of its own standard error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bestexec.metrics.base import Estimator, Metric, Total

RECORDS = 0.003
"""Part of a period's fills that may be in one record alone, or told differently, before the records themselves are in doubt."""


@dataclass(frozen=True)
class Tolerance:
    """`relative` is of the figure itself, `errors` of its standard error."""

    relative: float
    errors: float


SUM = Tolerance(RECORDS, 0.0)
AVERAGE = Tolerance(0.002, 0.2)
"""Where n of N fills are lost at random, an average moves by its standard error × √(n/N): 0.055 at RECORDS, and three times that is rarely passed."""
ORDERED = Tolerance(0.01, 0.5)
"""Medians and other quantiles move in steps."""


def of_metric(metric: Metric) -> Tolerance:
    """By how the metric is made of its rows."""
    if isinstance(metric.summary, Total):
        return SUM
    return ORDERED if isinstance(metric.summary, Estimator) else AVERAGE


def half_step(claimed: Iterable[Decimal]) -> float:
    """Half of the last digit in which figures of one metric are stated: the finest that any of them shows."""
    return min((0.5 * 10.0 ** _exponent(value) for value in claimed), default=0.0)


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "a claim is a finite number"
    return exponent if value else 0
