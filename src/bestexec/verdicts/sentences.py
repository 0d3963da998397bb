"""One plain sentence a verdict, made of the row's facts alone."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor, log10
from typing import Any

from bestexec.metrics.catalog import METRICS
from bestexec.verdicts.base import BETTER, NO_MATERIAL_DIFFERENCE, WORSE
from bestexec.verdicts.matched.comparison import Comparison, costs

Row = Mapping[str, Any]
TITLES = {metric.key: metric.title for metric in METRICS if metric.on == "fills"}
USD_A_SHARE = "$/share"
CENTS = 100
MOST_DECIMALS = 6


def sentence(row: Row, comparison: Comparison) -> str:
    """The verdict of `row`, a row of VERDICTS: effect with unit, interval, count, dollars, and what would change the conclusion."""
    subject = f"{comparison.noun or spoken(comparison.kind).capitalize()} {row['subject']}"
    if row["effect"] is None:
        return f"{subject} cannot be judged by {title_of(comparison)}: {row['why']}."
    said = {WORSE: _differs, BETTER: _differs, NO_MATERIAL_DIFFERENCE: _alike}.get(row["verdict"], _open)
    reversal = "; the plain averages, without regard to kinds of orders, say the opposite" if row["is_reversal"] else ""
    return f"{subject} {said(row, comparison)}{reversal}."


def title_of(comparison: Comparison) -> str:
    """The metric's name within a sentence."""
    title = TITLES.get(comparison.metric, comparison.metric)
    return title[:1].lower() + title[1:]


def size_of(comparison: Comparison, value: float) -> str:
    """A difference with its unit."""
    return f"{_figures(comparison, value)[0]}{_unit(comparison)}"


def side_of(comparison: Comparison, cost: float) -> str:
    """A cost with its unit and its side."""
    return f"{size_of(comparison, abs(cost))} {'worse' if cost > 0 else 'better'}"


def _differs(row: Row, comparison: Comparison) -> str:
    size, low, high = _figures(comparison, *_toward(row, comparison))
    line = _line(row, comparison)
    reached = f"reaches the line of materiality, {line}" if row["is_material"] else f"stays below the line of materiality, {line}"
    return (
        f"filled {size}{_unit(comparison)} {row['verdict']} by {title_of(comparison)} than {_others(comparison)} in the same kinds of orders "
        f"(95 % interval {low} to {high}; {_counts(row)}), {_dollars(row)}; the interval {reached}"
    )


def _alike(row: Row, comparison: Comparison) -> str:
    largest = max(abs(row["low"]), abs(row["high"]))
    return (
        f"shows no material difference from {_others(comparison)} in the same kinds of orders: {_between(row, comparison)}, {_dollars(row)}; "
        f"a line of materiality below {size_of(comparison, largest)} would change this"
    )


def _open(row: Row, comparison: Comparison) -> str:
    line, visible = row["materiality"], row["smallest_visible"]
    shown = f"a true difference of {size_of(comparison, visible)} would have shown nine times in ten"
    more = f", one at the line of materiality, {_line(row, comparison)}, needs {_times(visible / line)} times as much data" if visible > line else ""
    running = f"; inconclusive at or above the line for the {row['times_running']}. period running" if (row["times_running"] or 0) > 1 else ""
    return f"against {_others(comparison)} is inconclusive, for {row['why']}: {_between(row, comparison)}, {_dollars(row)}; {shown}{more}{running}"


def _between(row: Row, comparison: Comparison) -> str:
    """The effect and its interval, each with its side."""
    size, low, high = (_sided(figure) for figure in _figures(comparison, *costs(comparison, row["effect"], row["low"], row["high"])))
    return f"{size.replace(' ', f'{_unit(comparison)} ', 1)} by {title_of(comparison)} (95 % interval {low} to {high}; {_counts(row)})"


def _sided(figure: str) -> str:
    return f"{figure[1:]} better" if figure.startswith("−") else f"{figure} worse"


def _toward(row: Row, comparison: Comparison) -> tuple[float, float, float]:
    """Effect and interval counted in the direction of the verdict."""
    cost, low, high = costs(comparison, row["effect"], row["low"], row["high"])
    return (cost, low, high) if row["verdict"] == WORSE else (-cost, -high, -low)


def _line(row: Row, comparison: Comparison) -> str:
    return size_of(comparison, row["materiality"])


def _figures(comparison: Comparison, *values: float) -> list[str]:
    """Numbers, in cents where the unit is USD a share: one alone with two digits, an effect and its interval with two digits of the interval's width."""
    scaled = [value * (CENTS if comparison.unit == USD_A_SHARE else 1) for value in values]
    width = max(scaled[-1] - scaled[1] if len(scaled) > 1 else abs(scaled[0]), 10.0**-MOST_DECIMALS)
    decimals = min(max(1 - floor(log10(width)), 0), MOST_DECIMALS)
    return [f"{value:,.{decimals}f}".replace("-", "−") for value in scaled]


def _unit(comparison: Comparison) -> str:
    return " ¢ a share" if comparison.unit == USD_A_SHARE else f" {comparison.unit}"


def spoken(kind: str) -> str:
    return kind.replace("_", " ")


def _others(comparison: Comparison) -> str:
    return comparison.others or f"the other {spoken(comparison.kind)}s"


def _counts(row: Row) -> str:
    return f"{row['n']:,} fills, {row['clusters']:,} symbol-days"


def _dollars(row: Row) -> str:
    size = f"${abs(row['dollars']):,.0f}"
    return f"{'a cost of ' if row['dollars'] > 0 else 'a saving of '}about {size} over these fills"


def _times(ratio: float) -> str:
    """How much more data, in words: a standard error falls with the square root of it. Tenths below ten, then two digits; up, so that it suffices."""
    times = ratio**2
    if times < 10:
        return f"{ceil(times * 10) / 10:.1f}"
    step = 10 ** (floor(log10(times)) - 1)
    return f"about {ceil(times / step) * step:,}"
