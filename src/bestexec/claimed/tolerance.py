"""How far an honest figure may lie from ours: its rounding, and records that differ a little.

Both are of the same orders, so no sampling error excuses a gap. What does: the vendor rounds; and a few fills are in one of
the two records alone. That moves a sum by as much, or by a few of its largest rows, and an average by a part of its own standard error.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from bestexec.importers.vendor_metrics import NAMED_UNITS
from bestexec.metrics.base import Estimator, Metric, Total

RECORDS = 0.003
"""Part of a period's fills that may be in one record alone, or told differently, before the records themselves are in doubt."""
ROUND = 0.005
"""Zeros at the end of a whole number may be rounding, or not: they excuse no more than this part of it."""
WHOLE = {"fraction": 0.01, "$/share": 0.01}
"""To what a whole number is stated where one of its unit is too much: to a percent, to a cent. Elsewhere to one of the vendor's unit."""
ZERO = {"fraction": 0.01, "$/share": 0.0001}
"""The same of 0, which shows no digit: dollars a share have four places in the reports of Rule 605, and a fee may well be less than a cent."""


@dataclass(frozen=True)
class Tolerance:
    """`relative` is of the figure itself, `errors` of its standard error; of a sum the larger of the two counts, of others both together."""

    relative: float
    errors: float


SUM = Tolerance(RECORDS, 0.2)
"""The error of a sum is √Σx² over its rows. Of many, RECORDS is more; of few, or where a few are large, one row alone can be."""
AVERAGE = Tolerance(0.002, 0.2)
"""Where n of N fills are lost at random, an average moves by its standard error × √(n/N): 0.055 at RECORDS, and three times that is rarely passed."""
ORDERED = Tolerance(0.01, 0.5)
"""Medians and other quantiles move in steps."""


def of_metric(metric: Metric) -> Tolerance:
    """By how the metric is made of its rows."""
    if isinstance(metric.summary, Total):
        return SUM
    return ORDERED if isinstance(metric.summary, Estimator) else AVERAGE


def allowed(metric: Metric, ours: float, error: float) -> float:
    """How far records that differ a little move the figure; its rounding comes on top."""
    part = of_metric(metric)
    moved = part.relative * abs(ours), part.errors * error
    return max(moved) if isinstance(metric.summary, Total) else sum(moved)


def error_of_sum(metric: Metric, rows: pl.DataFrame) -> float:
    """√Σx² of what its rows add to a sum: how far it would vary if each row were there by chance."""
    adds = pl.sql_expr(metric.summary.terms[0]).cast(pl.Float64).filter(pl.sql_expr(metric.counts))
    return float(rows.select(adds.pow(2).sum().sqrt().round_sig_figs(10)).item())


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
