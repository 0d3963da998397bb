"""How far an honest figure may lie from ours: its rounding, and records that differ a little.

Both are of the same orders, so no sampling error excuses a gap. What does: the vendor rounds; and a few fills are in one of
the two records alone. That moves a sum by as much, and an average by a part of its own standard error.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bestexec.importers.vendor_metrics import NAMED_UNITS
from bestexec.metrics.base import Estimator, Metric, Total

RECORDS = 0.003
"""Part of a period's fills that may be in one record alone, or told differently, before the records themselves are in doubt."""
ROWS = 3
"""As many whole rows may always be: of few rows, one alone is more than that part."""
ROUND = 0.005
"""Zeros at the end of a whole number may be rounding, or not: they excuse no more than this part of it."""
WHOLE = {"fraction": 0.01, "$/share": 0.01}
"""To what a whole number is stated where one of its unit is too much: to a percent, to a cent. Elsewhere to one of the vendor's unit."""
ZERO = {"fraction": 0.01, "$/share": 0.0001}
"""The same of 0, which shows no digit: dollars a share have four places in the reports of Rule 605, and a fee may well be less than a cent."""


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


def allowed(metric: Metric, ours: float, error: float, n: int | None) -> float:
    """How far records that differ a little move the figure; its rounding comes on top."""
    part = of_metric(metric)
    rows = ROWS / n if isinstance(metric.summary, Total) and n else 0.0
    return max(part.relative, rows) * abs(ours) + part.errors * error


def half_step(claimed: Decimal, unit: str, unit_as_named: str | None = None) -> float:
    """Half of the last digit that the figure shows in the vendor's own unit."""
    kept_in, factor = NAMED_UNITS.get((unit_as_named or unit).strip().lower(), (unit, Decimal(1)))
    exponent = (claimed / factor).normalize().as_tuple().exponent
    assert isinstance(exponent, int), "a claim is a finite number"
    shown = 0.5 * 10.0**exponent * float(factor)
    if exponent < 0:
        return shown
    whole = 0.5 * min(float(factor), (WHOLE if claimed else ZERO).get(kept_in, float(factor)))
    return min(shown, max(whole, ROUND * abs(float(claimed)))) if claimed else whole
