"""Fills, summed to as few rows as the comparison's arithmetic can tell apart: exact for weighted means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.verdicts.arrays import Floats, Ints
from bestexec.verdicts.matched.codes import code, dense, first_of_each, mixed, named
from bestexec.verdicts.matched.comparison import ORDER, Comparison


@dataclass(frozen=True)
class Reduced:
    """One row per cell, symbol-day, value of `kind`, and parent order where that order lives on more than one symbol-day; sorted so.

    An order that trades on one symbol-day alone lies within that cluster, where it adds nothing to the two-way variance: its
    sums may be added to its neighbors'.
    """

    subjects: tuple[str, ...]
    days: int
    """Trading days that the rows come from."""
    cell: Ints
    """0, 1, 2 …"""
    cluster: Ints
    """Symbol-day: 0, 1, 2 …"""
    subject: Ints
    """Place in `subjects`."""
    order: Ints
    """0 for all orders of one symbol-day; else the order's own number."""
    n: Ints
    weight: Floats
    square: Floats
    """Sum of squared weights."""
    total: Floats
    """Sum of weight × metric."""


def reduced(fills: pl.DataFrame, comparison: Comparison) -> Reduced:
    """The rows of `fills` that know weight, metric, `kind` and every column of the cell, as Reduced."""
    takes_part = fills.select(known(comparison)).to_series()
    subject, names = named(fills.get_column(comparison.kind))
    cell = mixed([code(fills.get_column(name)) for name in comparison.cells], fills.height)
    cluster = mixed([code(fills.get_column(name)) for name in ("symbol", "day")], fills.height)
    keys = [column.filter(takes_part).to_numpy() for column in (cell, cluster, subject, _orders_of_more_than_one_day(fills))]
    weight, metric = (fills.get_column(name).filter(takes_part).cast(pl.Float64).to_numpy() for name in (comparison.weight, comparison.metric))
    days = fills.get_column("day").filter(takes_part).n_unique()
    return _added(names, days, keys, (np.ones(weight.size, np.int64), weight, weight * weight, weight * metric))


def known(comparison: Comparison) -> pl.Expr:
    """Whether a row can take part in the comparison."""
    weight, metric = (pl.col(name).cast(pl.Float64) for name in (comparison.weight, comparison.metric))
    named = (pl.col(name).is_not_null() for name in dict.fromkeys((comparison.kind, *comparison.cells, "symbol", "day")))
    return pl.all_horizontal(*named, weight.is_finite(), weight > 0, metric.is_finite()).fill_null(value=False)


def pooled(rows: Reduced) -> Reduced:
    """The same rows as one cell."""
    return _added(rows.subjects, rows.days, (np.zeros_like(rows.cell), rows.cluster, rows.subject, rows.order), (rows.n, rows.weight, rows.square, rows.total))


def _orders_of_more_than_one_day(fills: pl.DataFrame) -> pl.Series:
    """A number from 1 for each order whose fills lie on more than one day, 0 for all others."""
    keys = list(ORDER)
    away = fills.lazy().filter(pl.col("day").ne_missing(pl.col("key_on"))).select(keys).unique().collect()
    if away.is_empty():
        return pl.repeat(0, fills.height, dtype=pl.Int64, eager=True)
    named = fills.select(*dict.fromkeys([*keys, "day"]))
    several = named.join(away, on=keys, how="semi", nulls_equal=True).group_by(keys).agg(several=pl.col("day").min() != pl.col("day").max())
    numbered = several.filter("several").select(keys).sort(keys).with_row_index("order", 1).with_columns(pl.col("order").cast(pl.Int64))
    return named.join(numbered, on=keys, how="left", nulls_equal=True, maintain_order="left").get_column("order").fill_null(0)


def _added(names: Sequence[str], days: int, keys: Sequence[Ints], sums: Sequence[npt.NDArray[Any]]) -> Reduced:
    """Rows with equal keys become one, with their sums; sorted by the keys."""
    key = mixed([(pl.Series(values), int(values.max(initial=0)) + 1) for values in keys], keys[0].size).to_numpy()
    by_key = np.argsort(key, kind="stable")
    starts = first_of_each(key[by_key])
    cell, cluster, subject, order = (values[by_key[starts]] for values in keys)
    n, weight, square, total = (np.add.reduceat(values[by_key], starts) if starts.size else values for values in sums)
    present, place = dense(subject)
    return Reduced(
        subjects=tuple(names[each] for each in present), days=days, cell=dense(cell)[1], cluster=dense(cluster)[1], subject=place, order=order,
        n=n, weight=weight, square=square, total=total,
    )  # fmt: skip
