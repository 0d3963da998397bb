"""One row a group: every metric with the rows behind it, its coverage and its clustered standard error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.errors import Problem
from bestexec.metrics.base import SHARES, Estimator, Metric, On, Ratio, Total, names
from bestexec.metrics.catalog import chosen
from bestexec.metrics.estimators import CLUSTER

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TIME_WEIGHTED = ("spread_ns", "quoted_ns")
"""Columns of `linking.columns.QUOTED_TIME`, known by symbol-day rather than by row."""
AT_ONCE = 12
"""Metrics summed in one pass over the rows: bounds the memory."""
_WHOLE, _GROUP, _CLUSTER = "_whole", "_group", "_cluster"


def summarize(
    measured: pl.DataFrame, by: tuple[str, ...], on: On, *, min_n: int = 0, keys: tuple[str, ...] | None = None, quoted_time: pl.DataFrame | None = None
) -> pl.DataFrame:
    """A scorecard: one row a group of `by`, sorted by it.

    Columns: `by`; `n` (rows); `shares`; then for each metric `key` (Float64), `key_n` (rows with a weight that counted), `key_coverage` (fraction of
    shares, or of rows where the metric `covers` rows, whose inputs are known) and `key_se` (standard error clustered by symbol-day; null for
    totals and below two clusters). Below `min_n` counted rows, value and standard error are null; totals, being facts, stay.
    On `trades`, excluded rows are left out from `n` on, and `quoted_time` (`QUOTED_TIME` rows) feeds the time-weighted spread.
    Nothing depends on the order of rows or the number of threads. Raises Problem on an unknown key or dimension.
    """
    if missing := [name for name in by if name not in measured.columns]:
        raise Problem(f"{', '.join(missing)} is no column of the {on}", do="choose dimensions that `docs/schema.md` lists for the linked table")
    metrics = chosen(on, keys)
    rows = measured.filter(pl.col("excluded").is_null()) if on == "trades" else measured
    whole = rows.with_columns(pl.lit(0).alias(_WHOLE))
    groups = (_WHOLE, *by)
    frame, figures = _exact(whole, groups, on, metrics, quoted_time)
    for metric in metrics:
        if isinstance(metric.summary, Estimator):
            estimated = _estimated(whole, groups, metric, metric.summary)
            frame = frame.join(estimated, on=groups, how="left", nulls_equal=True, maintain_order="left").with_columns(pl.col(f"{metric.key}_n").fill_null(0))
        else:
            frame = frame.with_columns(figures[metric.key])
    return frame.with_columns(_enough(metric, min_n) for metric in metrics).with_columns(_rounded(metric) for metric in metrics).drop(_WHOLE)


def _estimated(rows: pl.DataFrame, groups: tuple[str, ...], metric: Metric, estimator: Estimator) -> pl.DataFrame:
    needed = dict.fromkeys((*groups, *CLUSTER, SHARES[metric.on], *estimator.reads))
    found = estimator.run(rows.select(*needed), groups)
    return found.rename({"value": metric.key, "n": f"{metric.key}_n", "coverage": f"{metric.key}_coverage", "se": f"{metric.key}_se"})


def _enough(metric: Metric, min_n: int) -> pl.Expr:
    """Value and standard error where enough rows counted."""
    is_enough = pl.lit(isinstance(metric.summary, Total)) | (pl.col(f"{metric.key}_n") >= min_n)
    return pl.when(is_enough).then(pl.col(metric.key, f"{metric.key}_se"))


def _rounded(metric: Metric) -> pl.Expr:
    """What statistics gave, to 10 significant digits; an exact sum, and a quotient of two, as it is."""
    statistics = (metric.key, f"{metric.key}_se") if isinstance(metric.summary, Estimator) else (f"{metric.key}_se",)
    return pl.col(statistics).round_sig_figs(10)


@dataclass(frozen=True)
class _Sums:
    """Names of a metric's sums: the SQL that makes them, so that metrics share what they have in common."""

    num: str
    den: str
    used: str
    covered: str

    @classmethod
    def of(cls, metric: Metric) -> _Sums:
        num, den = metric.summary.terms if isinstance(metric.summary, Ratio) else (metric.summary.terms[0], "")
        where = f"WHERE {metric.counts}"
        covered = f"sum({SHARES[metric.on]}) {where}" if metric.covers == "shares" else f"count {where}"
        return cls(f"sum({num}) {where}", f"sum({den}) {where}", f"count {where}" + (f" AND ({den}) <> 0" if den else ""), covered)


def _exact(
    rows: pl.DataFrame, by: tuple[str, ...], on: On, metrics: tuple[Metric, ...], quoted_time: pl.DataFrame | None
) -> tuple[pl.DataFrame, dict[str, list[pl.Series]]]:
    """The groups with `n` and `shares`, and the four columns of each metric that is a ratio or a total of exact sums."""
    keys = tuple(dict.fromkeys((*by, *CLUSTER)))
    summed = tuple(metric for metric in metrics if not isinstance(metric.summary, Estimator))
    clusters = rows.group_by(keys).agg(pl.len().cast(pl.Int64).alias("n"), pl.col(SHARES[on]).sum().alias("shares")).sort(keys)
    clusters = _with_quoted_time(clusters, keys, quoted_time).with_columns(pl.struct(by).rle_id().alias(_GROUP)).with_row_index(_CLUSTER)
    groups = clusters.group_by(_GROUP, *by, maintain_order=True).agg(pl.col("n").sum(), pl.col("shares").sum().cast(pl.Float64)).drop(_GROUP)
    group = clusters[_GROUP].to_numpy()
    figures: dict[str, list[pl.Series]] = {}
    for some, sums in _passes(rows, keys, clusters, summed):
        totals = sums.group_by(_GROUP, maintain_order=True).agg(pl.all().sum().cast(pl.Float64))
        for metric in some:
            figures[metric.key] = _figures(metric, sums, totals, groups, group)
    return groups, figures


def _passes(
    rows: pl.DataFrame, keys: tuple[str, ...], clusters: pl.DataFrame, metrics: tuple[Metric, ...]
) -> Iterator[tuple[tuple[Metric, ...], pl.DataFrame]]:
    """Some metrics at a time with their exact sums by cluster, in the order of `clusters`.

    Rows of a cluster are laid side by side, so that each sum is a running total (exact decimals), read at the cluster's last row.
    """
    by_row = tuple(metric for metric in metrics if not metric.reads <= set(TIME_WEIGHTED))
    order = rows.select(keys).join(clusters.select(*keys, _CLUSTER), on=keys, how="left", nulls_equal=True, maintain_order="left")[_CLUSTER].arg_sort()
    last_row = clusters["n"].cum_sum() - 1
    for first in range(0, len(by_row), AT_ONCE):
        some = by_row[first : first + AT_ONCE]
        read = {SHARES[metric.on] for metric in some}.union(*(names(text) for metric in some for text in (metric.counts, *metric.summary.terms)))
        running = _terms(rows.select(sorted(read))[order].lazy(), some).select(pl.all().fill_null(0).cum_sum().gather(last_row)).collect()
        sums = running.select(pl.all() - pl.all().shift(1, fill_value=0))
        yield some, sums.with_columns(clusters[_GROUP])
    if by_symbol_day := tuple(metric for metric in metrics if metric.reads <= set(TIME_WEIGHTED)):
        yield by_symbol_day, clusters.drop("n", "shares", _CLUSTER, *keys)


def _terms(rows: pl.LazyFrame, metrics: tuple[Metric, ...]) -> pl.LazyFrame:
    """What each row adds to each sum; every formula is worked out once, under its own text as a name."""
    formulas = rows.with_columns(**{term: pl.sql_expr(term) for metric in metrics for term in metric.summary.terms})
    known = formulas.with_columns(**{metric.counts: _is_known(metric) for metric in metrics})
    return known.select(**{name: term for metric in metrics for name, term in _adds(metric).items()})


def _is_known(metric: Metric) -> pl.Expr:
    """What `metric.counts` says, from its formulas already worked out."""
    known = [pl.col(term).is_not_null() for term in metric.summary.terms]
    return pl.all_horizontal(known + ([pl.sql_expr(metric.gate)] if metric.gate else []))


def _adds(metric: Metric) -> dict[str, pl.Expr]:
    sums, counts = _Sums.of(metric), pl.col(metric.counts)
    num, *den = metric.summary.terms
    adds = {sums.num: pl.when(counts).then(num), sums.used: counts.cast(pl.Int64)}
    adds[sums.covered] = pl.when(counts).then(SHARES[metric.on]) if metric.covers == "shares" else counts.cast(pl.Int64)
    if den:
        adds |= {sums.den: pl.when(counts).then(den[0]), sums.used: (counts & (pl.col(den[0]) != 0)).cast(pl.Int64)}
    return adds


def _figures(metric: Metric, sums: pl.DataFrame, totals: pl.DataFrame, groups: pl.DataFrame, group: Ints) -> list[pl.Series]:
    """Value, count, coverage and standard error of a metric for each group."""
    name = _Sums.of(metric)
    num, used, covered = (totals[column].to_numpy() for column in (name.num, name.used, name.covered))
    value, se = num, np.full(len(num), np.nan)
    if isinstance(metric.summary, Ratio):
        den = totals[name.den].to_numpy()
        value = _divide(num, den)
        se = _clustered_se(sums[name.num].cast(pl.Float64).to_numpy(), sums[name.den].cast(pl.Float64).to_numpy(), value, den, group)
    whole = groups["shares" if metric.covers == "shares" else "n"].to_numpy()
    return [
        _series(metric.key, np.where(used > 0, value, np.nan)),
        pl.Series(f"{metric.key}_n", used).cast(pl.Int64),
        _series(f"{metric.key}_coverage", _divide(covered, whole)),
        _series(f"{metric.key}_se", se),
    ]


def _clustered_se(num: Floats, den: Floats, value: Floats, whole: Floats, group: Ints) -> Floats:
    """√(G/(G−1) Σ u²), u = (num − value × den) ÷ Σ den of each of a group's G clusters (delta method). Clusters come in a fixed order."""
    if not len(group):
        return value
    start = np.flatnonzero(np.diff(group.astype(np.int64), prepend=-1))
    influence = _divide(num - value[group] * den, whole[group])
    count = np.add.reduceat((den != 0).astype(np.float64), start)
    return np.asarray(np.sqrt(_divide(count, count - 1) * np.add.reduceat(influence * influence, start)))


def _with_quoted_time(clusters: pl.DataFrame, keys: tuple[str, ...], quoted_time: pl.DataFrame | None) -> pl.DataFrame:
    """The sums that the time-weighted spread asks for, from each symbol-day's quoted time; null where the dimensions cut finer than it does."""
    num, den = TIME_WEIGHTED
    where = f"WHERE {num} IS NOT NULL AND {den} IS NOT NULL"
    if quoted_time is None or ("hour" in keys and "hour" not in quoted_time.columns):
        quoted_time = pl.DataFrame(schema={"symbol": pl.String, "day": pl.Date, num: pl.Decimal(38, 8), den: pl.Int64})
    shared = [name for name in ("symbol", "day", "hour") if name in quoted_time.columns and name in keys]
    joined = clusters.join(quoted_time.group_by(shared).agg(pl.col(TIME_WEIGHTED).sum()), on=shared, how="left", maintain_order="left")
    is_known = pl.col(den).fill_null(0) > 0
    return joined.with_columns(
        pl.when(is_known).then(num).fill_null(0).alias(f"sum({num}) {where}"),
        pl.when(is_known).then(den).fill_null(0).alias(f"sum({den}) {where}"),
        is_known.cast(pl.Int64).alias(f"count {where} AND ({den}) <> 0"),
        pl.when(is_known).then("shares").fill_null(0).alias(f"sum({SHARES['trades']}) {where}"),
    ).drop(TIME_WEIGHTED)


def _divide(part: Floats, whole: Floats) -> Floats:
    """Part over whole; NaN, which becomes null before anyone sees it, where the whole is zero."""
    quotient = np.full(len(part), np.nan)
    np.divide(part, whole, out=quotient, where=whole != 0)
    return quotient


def _series(name: str, values: Floats) -> pl.Series:
    return pl.Series(name, values).fill_nan(None)
