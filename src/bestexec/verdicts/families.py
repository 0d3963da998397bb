"""What is declared together is corrected together: false discoveries, the smallest visible difference, ranks of thin subjects, times running."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from statsmodels.stats.multitest import multipletests

from bestexec.verdicts.base import INCONCLUSIVE
from bestexec.verdicts.matched.codes import Floats
from bestexec.verdicts.matched.contrast import Estimate

LEVEL = 0.05
"""Part of false discoveries that is accepted in a family; 1 − LEVEL is the confidence of an interval."""
POWER = 0.90
"""How often a difference of the smallest visible size is seen."""
SAME = ("judgement", "kind", "subject", "against", "metric")
"""What makes rows of two periods the same question."""


def corrected(p: Sequence[float | None]) -> list[float | None]:
    """Benjamini and Hochberg (1995) over the family's known p values; null stays null and does not count."""
    known = [value for value in p if value is not None]
    q = iter(multipletests(known, LEVEL, "fdr_bh")[1] if known else ())
    return [None if value is None else float(next(q)) for value in p]


def smallest_visible(estimate: Estimate, family: int) -> float | None:
    """The true difference that would be significant in POWER of all repetitions, were it the only one in a family of so many."""
    if estimate.error is None:
        return None
    return estimate.error * (estimate.quantile(1 - LEVEL / (2 * max(family, 1))) + estimate.quantile(POWER))


def shrunk(estimates: Sequence[Estimate]) -> list[float | None]:
    """Empirical Bayes: each effect drawn toward the comparison's mean by its own variance against that between subjects (DerSimonian and Laird 1986)."""
    known = [(estimate.effect, estimate.error**2) for estimate in estimates if estimate.effect is not None and estimate.error is not None]
    if len(known) < 2:
        return [None] * len(estimates)
    effects, variances = np.array(known).T
    weights = 1 / (variances + _between(effects, variances))
    mean = float((weights * effects).sum() / weights.sum())
    drawn = iter(effects - weights * variances * (effects - mean))
    return [None if estimate.effect is None else float(next(drawn)) for estimate in estimates]


def _between(effects: Floats, variances: Floats) -> float:
    """The variance between subjects, from how much more the effects scatter than their own variances explain; never below 0."""
    weights = 1 / variances
    scatter = float((weights * (effects - np.average(effects, weights=weights)) ** 2).sum())
    return max((scatter - (effects.size - 1)) / float(weights.sum() - (weights**2).sum() / weights.sum()), 0.0)


def ranks(costs: Sequence[float | None]) -> list[int | None]:
    """1 for the lowest cost; equal costs share the better place; null has none."""
    known = sorted(cost for cost in costs if cost is not None)
    return [None if cost is None else known.index(cost) + 1 for cost in costs]


def with_times_running(verdicts: pl.DataFrame, previous: pl.DataFrame | None) -> pl.DataFrame:
    """`verdicts` with times_running: how many periods in a row the same question was inconclusive at or above the line, this one included; 2 escalates.

    `previous` is the table of the period before. Null where this period is not such a row.
    """
    open_now = (pl.col("verdict") == INCONCLUSIVE) & (pl.col("effect").abs() >= pl.col("materiality"))
    if previous is None:
        return verdicts.with_columns(times_running=pl.when(open_now).then(pl.lit(1, pl.Int64)))
    before = previous.select(*SAME, before="times_running").unique(SAME, keep="last", maintain_order=True)
    told = verdicts.join(before, on=list(SAME), how="left", nulls_equal=True, maintain_order="left")
    return told.with_columns(times_running=pl.when(open_now).then(pl.col("before").fill_null(0) + 1)).drop("before")
