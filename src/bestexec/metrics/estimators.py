"""Summaries that one GROUP BY cannot make: shares of a whole, concentration, quantiles, and the likelihood of a fill under censoring."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.metrics.base import Estimator

Figures = tuple[float | None, float | None]
"""Value and clustered standard error."""
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CLUSTER = ("symbol", "day")
NORMAL_97_5 = 1.959963984540054
RESTING = "order_type IN ('limit', 'stop_limit') AND marketability IN ('midpoint_or_better', 'non_marketable')"
_FIGURES = {"value": pl.Float64, "n": pl.Int64, "coverage": pl.Float64, "se": pl.Float64}


def venue_share(rows: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Shares of each venue over those of all rows alike in every other dimension; unknown unless venue is among `by`."""
    if "venue" not in by:
        return _frame([], rows, by)
    whole = tuple(name for name in by if name != "venue")
    found = []
    for key, pool in _by_venue(rows, whole):
        share, influence = pool.shares()
        for column, venue in enumerate(pool.venues):
            value = dict(zip(whole, key, strict=True)) | {"venue": venue}
            found.append((*(value[name] for name in by), float(share[column]), pool.n, pool.coverage, clustered_se(influence[:, column])))
    return _frame(found, rows, by)


def concentration(rows: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Herfindahl–Hirschman index of the venues of each group."""
    found = []
    for key, group in _by_venue(rows, by):
        share, influence = group.shares()
        value = float(np.sum(share * share)) if group.n else None
        found.append((*key, value, group.n, group.coverage, clustered_se(influence @ (2 * share))))
    return _frame(found, rows, by)


def quantile(rows: pl.DataFrame, by: tuple[str, ...], *, of: str, percent: int) -> pl.DataFrame:
    """Quantile of a time (ns ≥ 0) over the filled orders that have one: an observed value, never interpolated."""
    return _each_group(rows.filter(pl.col("is_filled")), by, pl.col(of), pl.lit(True), partial(_quantile, percent=percent))


def likelihood(rows: pl.DataFrame, by: tuple[str, ...], *, time: str, event: str, at_ns: int | None) -> pl.DataFrame:
    """Kaplan–Meier likelihood that a resting limit order has had its `event` within `at_ns` of its executable time; None reads the curve's end."""
    return _each_group(rows.filter(pl.sql_expr(RESTING)), by, pl.sql_expr(time), pl.col(event), partial(product_limit, at_ns=at_ns))


def clustered_se(influence: Floats) -> float | None:
    """√(G/(G−1) · Σ u²) of the influence u of each of G clusters, in a fixed order; null below two clusters."""
    clusters = len(influence)
    return float(np.sqrt(clusters / (clusters - 1) * np.sum(influence * influence))) if clusters > 1 else None


@dataclass(frozen=True)
class _Pool:
    """Shares of a pool of fills, by cluster (rows) and venue (columns, sorted); fills of no known venue count against coverage."""

    venues: list[str]
    cells: Floats
    n: int
    coverage: float | None

    def shares(self) -> tuple[Floats, Floats]:
        """Each venue's share of the whole, and what each cluster adds to it (delta method)."""
        whole = self.cells.sum()
        share = self.cells.sum(axis=0) / whole
        return share, (self.cells - self.cells.sum(axis=1, keepdims=True) * share) / whole


def _by_venue(rows: pl.DataFrame, by: tuple[str, ...]) -> Iterator[tuple[tuple[Any, ...], _Pool]]:
    """The pool of each group of `by`."""
    keys = tuple(dict.fromkeys((*by, *CLUSTER, "venue")))
    cells = rows.group_by(keys).agg(pl.col("fill_qty").sum().cast(pl.Float64), n=pl.len()).sort(keys)
    for key, start, end in _slices(cells, by):
        part = cells[start:end]
        known = part.drop_nulls("venue")
        venues, column = np.unique(known["venue"].to_numpy().astype(str), return_inverse=True)
        cluster = _numbered(known)
        shares = np.zeros((int(cluster[-1]) + 1 if len(cluster) else 0, len(venues)))
        shares[cluster, column] = known["fill_qty"].to_numpy()
        every = float(part["fill_qty"].sum())
        yield key, _Pool(venues.tolist(), shares, int(known["n"].sum()), float(known["fill_qty"].sum()) / every if every else None)


def _slices(ordered: pl.DataFrame, by: tuple[str, ...]) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    """Key, first row and end of each group of rows sorted by `by`."""
    if not by:
        yield (), 0, ordered.height
        return
    groups = ordered.group_by(by, maintain_order=True).len()
    ends = np.cumsum(groups["len"].to_numpy())
    for *key, length, end in zip(*groups.get_columns(), ends.tolist(), strict=True):
        yield tuple(key), end - length, end


def _numbered(rows: pl.DataFrame) -> Ints:
    """Clusters of sorted rows, numbered from 0."""
    return rows.select(pl.struct(CLUSTER).rle_id().cast(pl.Int64)).to_series().to_numpy()


def _frame(found: list[tuple[Any, ...]], rows: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(found, schema={**{name: rows.schema[name] for name in by}, **_FIGURES}, orient="row")


def _each_group(rows: pl.DataFrame, by: tuple[str, ...], time: pl.Expr, event: pl.Expr, figures: Callable[[Ints, Any, Ints], Figures]) -> pl.DataFrame:
    """`figures` of each group's (times, events, clusters), sorted by cluster, time and event; rows without a time ≥ 0 count against coverage."""
    keys = tuple(dict.fromkeys((*by, *CLUSTER)))
    ordered = rows.select(*keys, _time=time, _event=event.cast(pl.Boolean)).sort(*keys, "_time", "_event")
    times, events, cluster = ordered["_time"].fill_null(-1).to_numpy(), ordered["_event"].fill_null(False).to_numpy(), _numbered(ordered)
    known = (times >= 0) & ordered["_event"].is_not_null().to_numpy()
    found = []
    for key, start, end in _slices(ordered, by):
        kept = known[start:end]
        if not kept.any():
            found.append((*key, None, 0, 0.0, None))
            continue
        value, se = figures(times[start:end][kept], events[start:end][kept], cluster[start:end][kept])
        found.append((*key, value, int(kept.sum()), float(kept.mean()), se))
    return _frame(found, rows, by)


def _quantile(times: Ints, _: Any, cluster: Ints, *, percent: int) -> Figures:
    """Woodruff: the clustered interval of the share at or below the quantile, read back through the sample."""
    ordered, n = np.sort(times), len(times)
    value = ordered[-(-percent * n // 100) - 1]
    below = times <= value
    se_share = clustered_se(_sum_by(cluster, (below - below.mean()) / n))
    if se_share is None:
        return float(value), None
    ends = np.clip(np.ceil((percent / 100 + np.array([-1, 1]) * NORMAL_97_5 * se_share) * n).astype(int) - 1, 0, n - 1)
    return float(value), float(ordered[ends[1]] - ordered[ends[0]]) / (2 * NORMAL_97_5)


def product_limit(times: Ints, happened: npt.NDArray[np.bool_], cluster: Ints, *, at_ns: int | None) -> Figures:
    """The product-limit estimate, and its infinitesimal jackknife summed by cluster (Greenwood's where every order is its own)."""
    n = len(times)
    distinct, index = np.unique(times, return_inverse=True)
    died = np.bincount(index[happened], minlength=len(distinct))
    at_risk = n - np.searchsorted(np.sort(times), distinct, side="left")
    survived = np.cumprod(1 - died / at_risk)
    read_at = int(distinct[-1]) if at_ns is None else at_ns
    if read_at > distinct[-1] and survived[-1] > 0:
        return None, None
    upto = int(np.searchsorted(distinct, read_at, side="right"))
    if upto == 0:
        return 0.0, None
    survival = float(survived[upto - 1])
    if survival == 0.0:
        return 1.0, None
    left = (at_risk - died)[:upto]
    hazard = np.cumsum(died[:upto] / (at_risk[:upto] * left))
    within = np.minimum(index, upto - 1)
    influence = survival * (hazard[within] - (happened & (index < upto)) / left[within])
    return 1 - survival, clustered_se(_sum_by(cluster, influence))


def _sum_by(cluster: Ints, influence: Floats) -> Floats:
    """Sums over runs of the same cluster, in the order given."""
    return np.add.reduceat(influence, np.flatnonzero(np.diff(cluster, prepend=-1)))


PLACED = "venue IS NOT NULL"
VENUE_SHARE = Estimator("venue share", "sum(fill_qty of the venue) / sum(fill_qty of all venues)", ("venue", "fill_qty"), venue_share, PLACED)
CONCENTRATION = Estimator(
    "Herfindahl–Hirschman index", "sum over venues of (fill_qty of the venue / fill_qty of all)²", ("venue", "fill_qty"), concentration, PLACED
)  # fmt: skip


def time_quantile(of: str, percent: int) -> Estimator:
    """The `percent` quantile of the time `of` (a column, ns)."""
    formula = f"smallest {of} that at least {percent} % of the filled orders do not exceed"
    return Estimator("quantile over orders", formula, (of, "is_filled"), partial(quantile, of=of, percent=percent), f"is_filled AND {of} >= 0")


FIRST = ("working_ns", "is_filled", "its first fill")
COMPLETE = ("CASE WHEN is_complete THEN last_filled_at - executable_at ELSE ended_at - executable_at END", "is_complete", "its last, complete fill")


def fill_likelihood(until: tuple[str, str, str], at_ns: int | None, at_words: str) -> Estimator:
    """Likelihood of `FIRST` or `COMPLETE` fill within `at_ns` of the executable time."""
    time, event, words = until
    formula = (
        f"1 − Π (1 − fills at s / orders still working at s) over s ≤ {at_words}; resting limit and stop-limit orders alone (midpoint or better, or "
        f"non-marketable); clock: {time}; event: {words}; canceled, replaced and expired orders are censored at their end"
    )
    counted = f"{RESTING} AND ({time}) >= 0 AND {event} IS NOT NULL"
    reads = ("order_type", "marketability", "working_ns", "is_filled", "is_complete", "last_filled_at", "executable_at", "ended_at")
    return Estimator("Kaplan–Meier", formula, reads, partial(likelihood, time=time, event=event, at_ns=at_ns), counted)
