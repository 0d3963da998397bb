"""Has the remedy worked? A test of non-inferiority, registered before its data exist, for closing a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl
from scipy import stats

from bestexec.errors import Problem
from bestexec.verdicts.base import CANNOT_TELL, NOT_SHOWN, POWER, SUPPORTED, table
from bestexec.verdicts.judging import OTHERS, Subject, estimates
from bestexec.verdicts.matched.comparison import Comparison, costs
from bestexec.verdicts.sentences import side_of, size_of, title_of

JUDGEMENT = "non-inferiority"


@dataclass(frozen=True, kw_only=True)
class Registered:
    """What was fixed beforehand: who against whom and how, by how much it may be worse at most, how sure we must be, and from when data count."""

    comparison: Comparison
    subject: str
    margin: float
    """In the metric's unit, on the side that costs the customer."""
    alpha: float
    """Of the one-sided test."""
    minimum_n: int
    after: date
    """Fills of later days count; the test was registered on this day or before."""

    def __post_init__(self) -> None:
        if not (self.margin > 0 and 0 < self.alpha < 0.5 and self.minimum_n > 0):
            raise Problem("margin and minimum n are above 0, alpha between 0 and ½", where=self.subject, do="register the test with all three")


def answer(fills: pl.DataFrame, registered: Registered) -> pl.DataFrame:
    """One row of VERDICTS: `supported` when the subject is worse by less than the margin, at the registered alpha; `not shown`; or `cannot tell`.

    The same inference as the comparison's: low and high are the interval of confidence 1 − 2·alpha, whose upper end of
    cost decides; p is that of the one-sided test. It stands alone, without correction for a family.
    """
    comparison = replace(registered.comparison, minimum_n=registered.minimum_n, subjects=(registered.subject,))
    later = fills.filter(pl.col("day") > registered.after)
    (subject,) = estimates(later, comparison)
    row = {
        "judgement": JUDGEMENT, "kind": comparison.kind, "subject": registered.subject, "against": OTHERS, "metric": comparison.metric,
        "unit": comparison.unit, "materiality": registered.margin,
        **_figures(subject, registered),
    }  # fmt: skip
    return table([{**row, "sentence": _sentence(row, registered)}])


def _figures(subject: Subject, registered: Registered) -> dict[str, Any]:
    within = subject.within
    low, high = within.interval(2 * registered.alpha)
    told: dict[str, Any] = {
        "n": within.n, "clusters": within.clusters, "coverage": within.shares / subject.shares if subject.shares else None, "effect": within.effect,
        "low": low, "high": high,
    }  # fmt: skip
    if within.effect is None or within.error is None or low is None or high is None:
        return {**told, "verdict": CANNOT_TELL, "why": within.why}
    cost, least, most = costs(subject.comparison, within.effect, low, high)
    per_unit = subject.comparison.dollars_per_unit * within.shares
    is_supported = most < registered.margin
    why = "it is worse by more than the margin" if least > registered.margin else "that it is worse by the margin or more is not excluded"
    return {
        **told, "p": float(stats.t.cdf((cost - registered.margin) / within.error, within.freedom)),
        "smallest_visible": within.error * (within.quantile(1 - registered.alpha) + within.quantile(POWER)),
        "dollars": cost * per_unit, "dollars_low": least * per_unit, "dollars_high": most * per_unit,
        "verdict": SUPPORTED if is_supported else NOT_SHOWN, "why": None if is_supported else why,
    }  # fmt: skip


def _sentence(row: Mapping[str, Any], registered: Registered) -> str:
    comparison = registered.comparison
    about = (
        f"that {comparison.kind.replace('_', ' ')} {registered.subject} is less than {size_of(comparison, registered.margin)} worse by {title_of(comparison)}"
    )
    since = f"on fills after {registered.after}"
    if row.get("effect") is None:
        return f"It cannot be told {since} {about}: {row['why']}."
    cost, _, most = costs(comparison, row["effect"], row["low"], row["high"])
    figures = f"it is {side_of(comparison, cost)}, at most {side_of(comparison, most)} at {1 - registered.alpha:.1%} confidence, {row['n']:,} fills"
    return f"It is {'supported' if row['verdict'] == SUPPORTED else 'not shown'} {since} {about}: {figures}."
