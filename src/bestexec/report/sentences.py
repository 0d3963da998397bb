"""Sentences made from computed facts only."""

from __future__ import annotations

from math import hypot

from bestexec.report.blocks import Cell
from bestexec.report.numerals import printed
from bestexec.report.run_figures import Measured, RunFigures
from bestexec.units import FRACTION, Unit

Z = 1.96
"""Half the width of a 95 % interval, in standard errors."""
SIGNS = {
    "lower": "lower is better for the customer",
    "higher": "higher is better for the customer",
    "neither": "neither direction is better by itself",
}


def compared(run: RunFigures, key: str, value: Measured, against: Measured | None, name: str) -> str:
    """How a figure stands against its benchmark: difference, direction, and whether it exceeds its 95 % interval."""
    metric = run.words[key]
    if run.is_few(metric, value.n):
        return f"Rests on {value.n}, fewer than the policy's minimum of {run.min_n}."
    if value.value is None:
        return "Not measured."
    if against is None or against.value is None:
        return "No benchmark in this run."
    gap = float(value.value) - float(against.value)
    level = printed(Cell(against.value, metric.unit))
    size = _difference(abs(gap), metric.unit)
    if gap == 0 or size == _difference(0.0, metric.unit):
        return f"Equal to {name} ({level}) as printed."
    return f"{size} {'above' if gap > 0 else 'below'} {name} ({level}){_direction(gap, metric.better)}{_certainty(gap, value.se, against.se)}."


def _difference(gap: float, unit: Unit) -> str:
    return f"{printed(Cell(gap, unit), bare=True)} percentage points" if unit == FRACTION else printed(Cell(gap, unit))


def _direction(gap: float, better: str) -> str:
    if better not in ("lower", "higher"):
        return ""
    return ": better" if (gap < 0) == (better == "lower") else ": worse"


def _certainty(gap: float, se: float | None, other: float | None) -> str:
    """The benchmark's own error counts where it is known."""
    if se is None:
        return ""
    outside = abs(gap) > Z * hypot(se, other or 0.0)
    return ", outside its 95 % interval" if outside else ", within its 95 % interval"


def counted(number: int, one: str, many: str) -> str:
    return f"{printed(Cell(number))} {one if number == 1 else many}"
