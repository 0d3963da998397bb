"""Summaries that one GROUP BY cannot make: shares of a whole, concentration, quantiles, and the likelihood of a fill under censoring."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.metrics.base import Estimator

Figures = tuple[float | None, int, float | None, float | None]
"""Value, rows that counted, coverage (fraction), clustered standard error."""
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CLUSTER = ("symbol", "day")
FIGURES = ("value", "n", "coverage", "se")
NORMAL_97_5 = 1.959963984540054


def clustered_se(influence: Floats, clusters: Ints) -> float | None:
    """√(G/(G−1) · Σ u²), u being each cluster's sum of influences; null below two clusters. Rows must come in a fixed order."""
    _, start = np.unique(clusters, return_index=True)
    if len(start) < 2:
        return None
    by_cluster = np.add.reduceat(influence, start)
    return float(np.sqrt(len(start) / (len(start) - 1) * np.sum(by_cluster * by_cluster)))


def _each_group(rows: pl.DataFrame, by: tuple[str, ...], order: tuple[str, ...], figures: Callable[[pl.DataFrame], Figures]) -> pl.DataFrame:
    """`figures` of each group of `by`, its rows sorted by cluster and `order`, the clusters numbered in `cluster`."""
    keys = tuple(dict.fromkeys((*by, *CLUSTER)))
    ordered = rows.sort(*keys, *order, nulls_last=False).with_columns(cluster=pl.struct(keys).rle_id().cast(pl.Int64))
    found = [(*key, *figures(group)) for key, group in ordered.group_by(by, maintain_order=True)]
    schema = {**{name: rows.schema[name] for name in by}, "value": pl.Float64, "n": pl.Int64, "coverage": pl.Float64, "se": pl.Float64}
    return pl.DataFrame(found, schema=schema, orient="row")


# --- shares of a whole ---------------------------------------------------------------------------------------------------------------


def venue_share(rows: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Shares of each venue over the shares of all rows alike in every other dimension; null unless venue is among `by`."""
    if "venue" not in by:
        return rows.select(by).unique().with_columns(value=pl.lit(None, pl.Float64), n=pl.lit(0, pl.Int64), coverage=pl.lit(None, pl.Float64), se=pl.lit(None, pl.Float64))
    whole = tuple(name for name in by if name != "venue")
    pools = [_venue_shares(key, pool, whole) for key, pool in _with_constant(rows).group_by("_all", *whole, maintain_order=True)]
    return pl.concat(pools).select(*by, *FIGURES)


def _with_constant(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(_all=pl.lit(0))
