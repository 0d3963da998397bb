"""From an interval and a line set beforehand to one of four words."""

from __future__ import annotations

from dataclasses import dataclass

from bestexec.verdicts.base import BETTER, INCONCLUSIVE, LEVEL, NO_MATERIAL_DIFFERENCE, WORSE
from bestexec.verdicts.matched.comparison import Comparison

PER_BPS = 1e-4


@dataclass(frozen=True)
class Said:
    """The word, why, and what a person is asked for."""

    verdict: str
    why: str = ""
    is_material: bool = False
    needs_decision: bool = False


def line(comparison: Comparison, shares: float, price: float | None) -> float | None:
    """The line of materiality in the metric's unit: dollars over the subject's matched `shares`, or basis points of its average `price`, the lesser.

    Each of the policy's limits says from when a difference is material, so the first that is reached decides. Null without matched shares.
    """
    if not shares:
        return None
    lines = [comparison.materiality.usd / shares] + ([comparison.materiality.bps * PER_BPS * price] if price else [])
    return min(lines) / comparison.dollars_per_unit


def said(*, cost: float, low: float, high: float, q: float, line: float | None) -> Said:
    """The rule. `cost` is the effect with + bad for the customer, `low` to `high` its interval, all in the unit of `line`.

    Worse or better: significant after the family's correction (q ≤ LEVEL); it is material when the interval reaches the line on
    that side. No material difference: not significant, and the whole interval lies within ± line. All else is inconclusive,
    and needs a decision where the effect itself is at or above the line; so does each material difference.
    """
    if q <= LEVEL:
        reach = high if cost > 0 else -low
        is_material = line is not None and reach >= line
        return Said(WORSE if cost > 0 else BETTER, is_material=is_material, needs_decision=is_material)
    if line is not None and -line < low and high < line:
        return Said(NO_MATERIAL_DIFFERENCE)
    if low <= 0 <= high:
        why = "the interval holds both no difference and a material one"
    else:
        why = "alone it would be significant; among so many comparisons it is not, and a material difference is not excluded"
    return Said(INCONCLUSIVE, why, needs_decision=line is not None and abs(cost) >= line)
