"""What is declared together is corrected together: false discoveries, the smallest visible difference, ranks of thin subjects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from statsmodels.stats.multitest import multipletests

from bestexec.verdicts.arrays import Floats
from bestexec.verdicts.base import LEVEL, POWER
from bestexec.verdicts.matched.contrast import Estimate


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
