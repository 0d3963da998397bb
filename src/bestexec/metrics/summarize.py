"""One row a group: every metric with the rows behind it, its coverage and its clustered standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.errors import Problem
from bestexec.metrics.base import SHARES, Estimator, Metric, On, Ratio, Total
from bestexec.metrics.catalog import chosen
from bestexec.metrics.estimators import CLUSTER

Floats = npt.NDArray[np.float64]

TIME_WEIGHTED = ("spread_ns", "quoted_ns")
"""Columns of `linking.columns.QUOTED_TIME`, joined to each symbol-day."""
WHOLE = "_whole"
"""The one group there is when no dimension is asked for."""


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
    rows = rows.with_columns(pl.lit(0).alias(WHOLE))
    groups = (WHOLE, *by)
    clusters = _Clusters.of(rows, groups, on, metrics, quoted_time)
    frame = clusters.groups
    for metric in metrics:
        if isinstance(metric.summary, Estimator):
            figures = _estimated(rows, groups, metric, metric.summary)
            frame = frame.join(figures, on=groups, how="left", nulls_equal=True, maintain_order="left")
        else:
            frame = frame.with_columns(clusters.figures(metric))
    return frame.with_columns(_enough(metric, min_n) for metric in metrics).with_columns(_round(metric) for metric in metrics).drop(WHOLE)


def _estimated(rows: pl.DataFrame, groups: tuple[str, ...], metric: Metric, estimator: Estimator) -> pl.DataFrame:
    needed = dict.fromkeys((*groups, *CLUSTER, SHARES[metric.on], *estimator.reads))
    found = estimator.run(rows.select(*needed), groups)
    return found.rename({"value": metric.key, "n": f"{metric.key}_n", "coverage": f"{metric.key}_coverage", "se": f"{metric.key}_se"})


def _enough(metric: Metric, min_n: int) -> pl.Expr:
    """Value and standard error where enough rows counted."""
    is_enough = pl.lit(isinstance(metric.summary, Total)) | (pl.col(f"{metric.key}_n") >= min_n)
    return pl.when(is_enough).then(pl.col(metric.key, f"{metric.key}_se"))


def _round(metric: Metric) -> pl.Expr:
    """What statistics gave, to 10 significant digits; an exact sum, and its quotient, as it is."""
    statistics = (metric.key, f"{metric.key}_se") if isinstance(metric.summary, Estimator) else (f"{metric.key}_se",)
    return pl.col(statistics).round_sig_figs(10)


@dataclass(frozen=True)
class _Clusters:
    """Exact sums of each symbol-day of each group, in the order of group, symbol and day."""

    sums: pl.DataFrame
    groups: pl.DataFrame
    start: npt.NDArray[np.int64]
    """First cluster of each group."""
    group: npt.NDArray[np.int64]
    """Group of each cluster."""

    @classmethod
    def of(cls, rows: pl.DataFrame, by: tuple[str, ...], on: On, metrics: tuple[Metric, ...], quoted_time: pl.DataFrame | None) -> _Clusters:
        keys = tuple(dict.fromkeys((*by, *CLUSTER)))
        wanted = {name: expr for metric in metrics for name, expr in _sums(metric).items()}
        summed = rows.lazy().group_by(keys).agg(pl.len().cast(pl.Int64).alias("n"), pl.col(SHARES[on]).sum().alias("shares"), **wanted)
        sums = _with_quoted_time(summed.collect(engine="streaming").sort(keys), keys, quoted_time)
        group = sums.select(pl.struct(by).rle_id().cast(pl.Int64)).to_series().to_numpy()
        start = np.flatnonzero(np.diff(group, prepend=-1))
        totals = sums.group_by(by, maintain_order=True).agg(pl.col("n").sum(), pl.col("shares").sum().cast(pl.Float64))
        return cls(sums, totals, start, group)

    def figures(self, metric: Metric) -> list[pl.Series]:
        """Value, count, coverage and standard error of a metric for each group."""
        names = _Names.of(metric)
        used, covered = self._total(names.used), self._total(names.covered)
        whole = self.groups["shares" if metric.covers == "shares" else "n"]
        value, se = self._ratio(metric.summary, names) if isinstance(metric.summary, Ratio) else (self._total(names.num), np.full(len(self.start), np.nan))
        counted = pl.Series(used, dtype=pl.Float64) > 0
        return [
            _null_unless(value, counted, metric.key),
            pl.Series(f"{metric.key}_n", used).cast(pl.Int64),
            _null_unless(_divide(covered, whole.to_numpy()), pl.Series(whole.to_numpy() != 0), f"{metric.key}_coverage"),
            _null_unless(se, counted, f"{metric.key}_se"),
        ]

    def _ratio(self, ratio: Ratio, names: _Names) -> tuple[Floats, Floats]:
        """Σ num ÷ Σ den, and by the delta method √(G/(G−1) Σ u²), u = (num − ratio × den) ÷ Σ den of each cluster."""
        num, den = self._floats(names.num), self._floats(names.den)
        whole = self._total(names.den)
        value = _divide(self._total(names.num), whole)
        influence = _divide(num - value[self.group] * den, whole[self.group])
        count = np.add.reduceat((den != 0).astype(np.float64), self.start) if len(self.start) else whole
        squares = np.add.reduceat(influence * influence, self.start) if len(self.start) else whole
        return value, np.sqrt(_divide(count, count - 1) * squares)

    def _total(self, name: str) -> Floats:
        """Exact sum by group, as a float."""
        by_group = self.sums.select(pl.col(name), _group=pl.Series(self.group)).group_by("_group", maintain_order=True).agg(pl.col(name).sum())
        return by_group[name].cast(pl.Float64).to_numpy()

    def _floats(self, name: str) -> Floats:
        return self.sums[name].cast(pl.Float64).fill_null(0).to_numpy()


@dataclass(frozen=True)
class _Names:
    """Sums are named by the SQL that makes them, so that metrics share them."""

    num: str
    den: str
    used: str
    covered: str

    @classmethod
    def of(cls, metric: Metric) -> _Names:
        where = f"WHERE {metric.counts}"
        num, den = metric.summary.terms if isinstance(metric.summary, Ratio) else (metric.summary.terms[0], "")
        used = f"count {where}" + (f" AND ({den}) <> 0" if den else "")
        return cls(f"sum({num}) {where}", f"sum({den}) {where}", used, f"{metric.covers} {where}")


def _sums(metric: Metric) -> dict[str, pl.Expr]:
    if isinstance(metric.summary, Estimator) or metric.reads <= set(TIME_WEIGHTED):
        return {}
    names, counts = _Names.of(metric), pl.sql_expr(metric.counts)
    num, *den = (pl.sql_expr(term) for term in metric.summary.terms)
    whole = pl.col(SHARES[metric.on]) if metric.covers == "shares" else pl.lit(1)
    sums = {names.num: pl.when(counts).then(num).sum(), names.covered: pl.when(counts).then(whole).sum()}
    if den:
        sums |= {names.den: pl.when(counts).then(den[0]).sum(), names.used: (counts & (den[0] != 0)).sum()}
    else:
        sums |= {names.used: counts.sum()}
    return sums


def _with_quoted_time(sums: pl.DataFrame, keys: tuple[str, ...], quoted_time: pl.DataFrame | None) -> pl.DataFrame:
    """The sums that the time-weighted spread asks for, from each symbol-day's quoted time; null where the dimensions cut finer than it does."""
    num, den = TIME_WEIGHTED
    where = f"WHERE ({num}) IS NOT NULL AND ({den}) IS NOT NULL"
    named = {f"sum({num}) {where}": num, f"sum({den}) {where}": den}
    if quoted_time is None or ("hour" in keys and "hour" not in quoted_time.columns):
        quoted_time = pl.DataFrame(schema={"symbol": pl.String, "day": pl.Date, num: pl.Decimal(38, 8), den: pl.Int64})
    shared = [name for name in ("symbol", "day", "hour") if name in quoted_time.columns and name in keys]
    joined = sums.join(quoted_time.group_by(shared).agg(pl.col(TIME_WEIGHTED).sum()), on=shared, how="left", maintain_order="left")
    is_known = pl.col(den).fill_null(0) > 0
    return joined.with_columns(
        is_known.cast(pl.Int64).alias(f"count {where} AND ({den}) <> 0"), pl.when(is_known).then("shares").alias(f"shares {where}")
    ).rename({old: new for new, old in named.items()})  # fmt: skip


def _divide(part: Floats, whole: Floats) -> Floats:
    """Part over whole, NaN (which no one outside sees) where the whole is zero."""
    return np.divide(part, whole, out=np.full(len(part), np.nan), where=whole != 0)


def _null_unless(values: Floats, known: pl.Series, name: str) -> pl.Series:
    return pl.select(pl.when(known).then(pl.Series(values).fill_nan(None)).alias(name)).to_series()
