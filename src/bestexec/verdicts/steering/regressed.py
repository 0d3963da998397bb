"""Weighted least squares with a constant for each cell, and a variance that lets symbol-days be alike within.

Constants leave by demeaning within cells (Frisch, Waugh, Lovell). The variance is the cluster-robust sandwich (Liang and Zeger 1986) with residuals
freed of their cell's leverage, × G ÷ (G − 1); intervals are of Student's t with as many degrees of freedom as there are effective clusters, less one
(Carter, Schnepel and Steigerwald 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from bestexec.verdicts.arrays import Floats, Ints
from bestexec.verdicts.base import POWER


@dataclass(frozen=True)
class Fit:
    """The first regressor's coefficient. `why` is set, and the numbers are 0, where there is nothing to estimate."""

    n: int
    clusters: int
    effect: float = 0.0
    error: float = 0.0
    freedom: float = 0.0
    others: tuple[float, ...] = ()
    """The other regressors' coefficients."""
    why: str = ""

    @property
    def p(self) -> float:
        """Two-sided."""
        return float(2 * stats.t.sf(abs(self.effect) / self.error, self.freedom))

    def interval(self, level: float) -> tuple[float, float]:
        reach = self.error * float(stats.t.ppf(1 - level / 2, self.freedom))
        return self.effect - reach, self.effect + reach

    def smallest_visible(self, level: float) -> float:
        return self.error * float(stats.t.ppf(1 - level / 2, self.freedom) + stats.t.ppf(POWER, self.freedom))


def regress(value: Floats, regressors: Floats, weight: Floats, cell: Ints, cluster: Ints, *, named: str = "subject") -> Fit:
    """`value` (n) on `regressors` (n × k), within `cell`; all weights above 0. `named` is the first regressor, for the reason where it does not vary."""
    inside, part = demeaned(np.column_stack([value, regressors]), weight, cell)
    return solved(inside[:, 0], inside[:, 1:], weight, cluster, part, named)


def demeaned(columns: Floats, weight: Floats, cell: Ints) -> tuple[Floats, Floats]:
    """(columns less their weighted means within cells, each row's part of its cell's weight)."""
    heavy = np.bincount(cell, weight)
    means = np.stack([np.bincount(cell, weight * column) / heavy for column in columns.T], axis=1)
    return columns - means[cell], weight / heavy[cell]


def solved(value: Floats, regressors: Floats, weight: Floats, cluster: Ints, part: Floats, named: str) -> Fit:
    """The fit of demeaned columns; `part` is each row's leverage in its cell."""
    count = int(np.unique(cluster).size)
    information = regressors.T @ (weight[:, None] * regressors)
    scale = np.sqrt(np.maximum(np.diag(information), 0.0))
    if value.size == 0 or scale[0] <= 1e-12 * np.sqrt(weight.sum()):
        return Fit(value.size, count, why=f"{named} does not vary within cells")
    kept = np.flatnonzero(scale > 1e-12 * np.sqrt(weight.sum()))
    regressors, information, scale = regressors[:, kept], information[np.ix_(kept, kept)], scale[kept]
    if np.linalg.cond(information / np.outer(scale, scale)) > 1e10:
        return Fit(value.size, count, why=f"{named} cannot be told from the controls")
    bread = np.linalg.inv(information)
    coefficients = bread @ (regressors.T @ (weight * value))
    residual = (value - regressors @ coefficients) / np.sqrt(np.maximum(1 - part, 1e-9))
    influence = (regressors @ bread[0]) * weight
    by_cluster = np.bincount(cluster, influence * residual)
    together, alone = (np.bincount(cluster, part).astype(np.float64, copy=False) for part in (influence * regressors[:, 0], influence**2))
    freedom = min(effective(together**2), effective(alone)) - 1
    error = float(np.sqrt((by_cluster**2).sum() * count / max(count - 1, 1)))
    if freedom < 1:
        return Fit(value.size, count, why=f"the rows come, in effect, from {max(freedom + 1, 1):.1f} independent symbol-days")
    if error <= 1e-12 * float(np.abs(value).max() / scale[0]):
        return Fit(value.size, count, why="the figure does not vary within cells, so that nothing says how sure it is")
    return Fit(value.size, count, float(coefficients[0]), error, freedom, tuple(coefficients[1:].tolist()))


def effective(parts: Floats) -> float:
    """How many equal parts would be as concentrated."""
    total = float(parts.sum())
    return total * total / float((parts**2).sum()) if total > 0 else 0.0


def codes(rows: pl.DataFrame, columns: list[str]) -> Ints:
    """A number from 0 for each combination of the columns, in their order."""
    return rows.select((pl.struct(columns).rank("dense") - 1).cast(pl.Int64)).to_series().to_numpy()
