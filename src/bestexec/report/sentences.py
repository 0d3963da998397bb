"""Sentences made from computed facts only."""

from __future__ import annotations

from math import hypot

from bestexec.report.blocks import Cell
from bestexec.report.numerals import printed
from bestexec.report.run_figures import Measured, MetricWords, RunFigures, is_few
from bestexec.units import FRACTION, Unit

Z = 1.96
"""Half the width of a 95 % interval, in standard errors."""
SIGNS = {
    "lower": "lower is better for the customer",
    "higher": "higher is better for the customer",
    "neither": "neither direction is better by itself",
}


def compared(run: RunFigures, key: str, value: Measured, against: Measured | None, name: str) -> str:
    """How a figure of the run stands against its benchmark."""
    return beside(run.words[key], run.min_n, value, against, name)


def beside(metric: MetricWords, min_n: int, value: Measured, against: Measured | None, name: str) -> str:
    """How a figure stands against its benchmark: difference, direction, and whether it exceeds its 95 % interval."""
    if is_few(metric, min_n, value.n):
        return f"too few, {value.n} against the policy's minimum of {min_n}"
    if value.value is None:
        return "not measured"
    if against is None or against.value is None:
        return "no benchmark in this run"
    gap = float(value.value) - float(against.value)
    size = _difference(abs(gap), metric.unit)
    if size == _difference(0.0, metric.unit):
        return f"equal to {name} as printed"
    return f"{size} {'above' if gap > 0 else 'below'} {name}{_direction(gap, metric.better)}{_certainty(gap, value.se, against.se)}"


def alone(metric: MetricWords, min_n: int, value: Measured) -> str:
    """What is known of a figure that has nothing to stand against: between which values it lies in 95 of 100 such samples."""
    if is_few(metric, min_n, value.n):
        return f"too few, {value.n} against the policy's minimum of {min_n}"
    if value.value is None:
        return "not measured"
    if value.se is None:
        return f"{printed(Cell(value.value, metric.unit))}, of unknown error"
    low, high = (float(value.value) + sign * Z * value.se for sign in (-1, 1))
    return f"between {printed(Cell(low, metric.unit))} and {printed(Cell(high, metric.unit))} at 95%"


def level(run: RunFigures, key: str, value: Measured) -> str:
    """A figure with its unit and its count, for a sentence."""
    count = f" (n {printed(Cell(value.n))})" if value.n is not None else ""
    return printed(Cell(value.value, run.words[key].unit)) + count


def counted(number: int, one: str, many: str) -> str:
    return f"{printed(Cell(number))} {one if number == 1 else many}"


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _difference(gap: float, unit: Unit) -> str:
    return f"{printed(Cell(gap, unit), bare=True)} percentage points" if unit == FRACTION else printed(Cell(gap, unit))


def _direction(gap: float, better: str) -> str:
    if better not in ("lower", "higher"):
        return ""
    return ", better" if (gap < 0) == (better == "lower") else ", worse"


def _certainty(gap: float, se: float | None, other: float | None) -> str:
    """Of the difference; the benchmark's own error counts where it is known."""
    if se is None:
        return ""
    return ", beyond its 95% interval" if abs(gap) > Z * hypot(se, other or 0.0) else ", but within its 95% interval"
