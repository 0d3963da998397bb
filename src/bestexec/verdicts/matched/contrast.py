"""One subject against all others: weighted least squares with a constant for each cell, and how sure its answer is.

By Frisch, Waugh and Lovell the cells' constants leave by demeaning within cells. The variance is the two-way cluster-robust
sandwich of Cameron, Gelbach and Miller (2011): symbol-days + parent orders − their intersection. Residuals are first freed
of their leverage in the way of Bell and McCaffrey (2002), CR2, in closed form for cells: the mean residual of a symbol-day's
part of a cell is divided by √(1 − its part of the cell's weight), its scores by √(1 − the cluster's part of the information).
The degrees of freedom are the effective number of clusters less one (Carter, Schnepel and Steigerwald 2017), under the
less favorable of no correlation and of one half between the fills of a cluster.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.sandwich_covariance import cov_cluster

from bestexec.verdicts.arrays import Flags, Floats, Ints
from bestexec.verdicts.matched.codes import first_of_each
from bestexec.verdicts.matched.reducing import Reduced

FEWEST_CLUSTERS = 2
ROUNDING = 1e-12
"""Below this part of the metric's size a standard error is the computer's rounding."""

TINY = np.finfo(float).tiny
"""In place of the weight of a cell without matched rows, whose sums are 0."""


@dataclass(frozen=True)
class Estimate:
    """What the matched rows say of one subject. `why` is set, and the figures are null, where they can say nothing."""

    n: int = 0
    """Rows of the subject in cells that hold others, too."""
    shares: float = 0.0
    """Their weight."""
    clusters: int = 0
    effect: float | None = None
    error: float | None = None
    freedom: float | None = None
    why: str = ""

    @property
    def p(self) -> float | None:
        """Two-sided."""
        if self.effect is None or self.error is None:
            return None
        return float(2 * stats.t.sf(abs(self.effect) / self.error, self.freedom))

    def interval(self, level: float) -> tuple[float | None, float | None]:
        """Two-sided, of confidence 1 − `level`."""
        if self.effect is None or self.error is None:
            return None, None
        reach = self.error * self.quantile(1 - level / 2)
        return self.effect - reach, self.effect + reach

    def quantile(self, probability: float) -> float:
        return float(stats.t.ppf(probability, self.freedom))


@dataclass(frozen=True)
class Scores:
    """The matched rows' part in the estimate: `total` are their scores, of unit `weight × metric`."""

    cluster: Ints
    order: Ints
    total: Floats
    leverage: Floats
    """x̃ × weight of each row, x̃ being the subject's mark less its part of the cell."""
    noise: Floats
    """x̃² × Σ weight²: the variance of a row's score if fills were independent and alike."""
    information: float
    """Σ weight × x̃²."""


def contrast(rows: Reduced, subject: int) -> Estimate:
    """The subject's weighted mean less that of all others, within cells."""
    own = rows.subject == subject
    matched = _matched(rows.cell, own)
    n, shares = int(rows.n[matched & own].sum()), float(rows.weight[matched & own].sum())
    if not n:
        return Estimate(why="it never stood in a cell together with another")
    effect, scores = scored(rows, own, matched)
    clusters, freedom = _clusters(scores)
    facts = Estimate(n, shares, clusters)
    if clusters < FEWEST_CLUSTERS or freedom < 1:
        return _silent(facts, f"its fills come, in effect, from {max(freedom + 1, 1):.1f} independent clusters of {clusters} (symbol-days, parent orders)")
    error = float(np.sqrt(variance(scores)))
    if error <= ROUNDING * float(np.abs(rows.total[matched] / rows.weight[matched]).max()):
        return _silent(facts, "the metric does not vary within the cells, so that nothing says how sure the figure is")
    return Estimate(n, shares, clusters, effect, error, freedom)


def scored(rows: Reduced, own: Flags, matched: Flags, *, freed: bool = True) -> tuple[float, Scores]:
    """The effect, and the scores of the rows in `matched`; `freed` of their leverage, or as they are."""
    cell, cluster, weight, total = rows.cell[matched], rows.cluster[matched], rows.weight[matched], rows.total[matched]
    heaviness = _sums(cell, weight)
    part = _sums(cell, weight * own[matched]) / np.maximum(heaviness, TINY)
    mark = own[matched] - part[cell]
    weighted = weight * mark
    informing = weighted * mark
    information = float(informing.sum())
    effect = float((mark * total).sum()) / information
    mean = _sums(cell, total) / np.maximum(heaviness, TINY)
    residual = total - weight * mean[cell] - effect * weighted
    if freed:
        residual = _freed(residual, weight, cell, cluster, heaviness)
    score = mark * residual
    if freed:
        score = score / np.sqrt(1 - np.minimum(_sums(cluster, informing) / information, 1 - ROUNDING))[cluster]
    return effect, Scores(cluster, rows.order[matched], score, weighted, mark * mark * rows.square[matched], information)


def variance(scores: Scores) -> float:
    """Two-way, by statsmodels; where the third term takes away more than the second adds, that of symbol-days alone.

    Orders that live on one symbol-day are the same in the second and the third term, and cancel.
    """
    bread = np.array([[1 / scores.information]])
    by_day = _one_way(scores.total, scores.cluster, bread)
    several = np.flatnonzero(scores.order)
    if not several.size:
        return by_day
    total, order, cluster = scores.total[several], scores.order[several], scores.cluster[several]
    both = np.unique(np.stack([order, cluster], axis=1), axis=0, return_inverse=True)[1]
    return by_day + max(0.0, _one_way(total, order, bread) - _one_way(total, both, bread))


def _one_way(score: Floats, group: Ints, bread: Floats) -> float:
    if score.size == 1:  # statsmodels would squeeze a single row away
        return float((score[0] * bread[0, 0]) ** 2)
    return float(cov_cluster((score[:, None], bread), group, use_correction=False)[0, 0])


def _freed(residual: Floats, weight: Floats, cell: Ints, cluster: Ints, heaviness: Floats) -> Floats:
    """Residual sums with the mean of each (cell, symbol-day) divided by √(1 − its part of the cell)."""
    starts = first_of_each(cell, cluster)
    lengths = np.diff(np.append(starts, cell.size))
    of_block, in_block = np.add.reduceat(residual, starts), np.add.reduceat(weight, starts)
    rest = 1 - in_block / heaviness[cell[starts]]
    factor = np.where(rest > ROUNDING, 1 / np.sqrt(np.maximum(rest, ROUNDING)) - 1, 0.0)
    return residual + weight * np.repeat(factor * of_block / in_block, lengths)


def _clusters(scores: Scores) -> tuple[int, float]:
    """How many clusters there are, and the degrees of freedom they are worth: of symbol-days, or of orders where these are fewer."""
    several = scores.order > 0
    by_order = np.where(several, scores.order + scores.cluster.max(), scores.cluster)
    counted = [_effective(scores, group) for group in ((scores.cluster, by_order) if several.any() else (scores.cluster,))]
    return min(count for count, _ in counted), min(freedom for _, freedom in counted)


def _effective(scores: Scores, group: Ints) -> tuple[int, float]:
    alone, together = _sums(group, scores.noise), _sums(group, scores.leverage) ** 2
    return int(np.count_nonzero(alone)), min(float(part.sum() ** 2 / (part**2).sum()) - 1 for part in (alone, alone + together))


def _matched(cell: Ints, own: Flags) -> Flags:
    """Which rows lie in a cell that holds both the subject and another."""
    rows, ours = np.bincount(cell), _sums(cell, own.astype(float))
    return ((ours > 0) & (ours < rows))[cell] if cell.size else own


def _sums(group: Ints, values: Floats) -> Floats:
    """Σ values by group, 0 for a group without rows."""
    return np.bincount(group, values).astype(np.float64, copy=False)


def _silent(facts: Estimate, why: str) -> Estimate:
    return Estimate(facts.n, facts.shares, facts.clusters, why=why)
