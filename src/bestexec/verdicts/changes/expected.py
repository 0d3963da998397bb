"""What a router that did not move would have shown each day: the reference days' figures by cell, at that day's mix of cells.

Cells are thin where all that matters divides them at once. So the columns are asked group by group: what each value of a group shows beyond what the
groups before explain is added, drawn toward nothing by SHRUNK rows, PASSES times over; the last groups are pairs of columns. What is expected of a
reference day, for the variance, is told by the reference days of the other FOLDS alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from bestexec.verdicts.arrays import Flags, Floats, Ints
from bestexec.verdicts.changes.families import Watched

Groups = tuple[tuple[str, ...], ...]
SHRUNK = 20.0
"""Rows without a difference that are added to each cell."""
PASSES = 2
FOLDS = 5
SEEN = 20
"""Rows of the reference days from which a value of a cell's column counts as seen."""


@dataclass(frozen=True)
class Daily:
    """One row a day, one column a figure. `variance` is that of observed − expected, by symbol-days; `of_reference` that of what is expected."""

    days: tuple[date, ...]
    n: Floats
    """[day]"""
    clusters: Floats
    """[day]"""
    covered: Floats
    """[day]: part of the rows whose market the reference days had seen, by the column of the cell in which it is least."""
    observed: Floats
    expected: Floats
    variance: Floats
    of_reference: Floats
    """[figure]"""
    tail: Floats
    """[figure]: excess kurtosis of a day's gap, from that of symbol-days; what a few large ones that move as a whole leave above a normal's 0."""
    usual: Floats
    """[figure]: over the reference days, all cells together."""


def daily(made: Watched, reference: Sequence[date], groups: Groups) -> Daily:
    """Each day's figures and what was to be expected of them."""
    days = tuple(made.rows["day"].unique().sort().to_list())
    day = made.rows.select(pl.col("day").rle_id().cast(pl.Int64)).to_series().to_numpy()
    known = np.isin(day, [place for place, on in enumerate(days) if on in reference])
    expected = _expected(made, day, known, groups)
    count = np.bincount(day).astype(float)
    residual = made.value - expected
    codes = made.rows.select(pl.struct("day", "symbol").rle_id().cast(pl.Int64)).to_series().to_numpy()
    size = np.bincount(codes).astype(float)
    on = np.zeros(size.size, dtype=np.int64)
    on[codes] = day
    total = np.stack([np.bincount(codes, column) for column in residual.T], axis=1).astype(np.float64, copy=False)
    is_known = known[np.unique(codes, return_index=True)[1]]
    of_row, of_all = _spread(total[is_known], size[is_known])
    variance = (of_row * _sums(on, size, len(days))[:, None] + of_all * _sums(on, size**2, len(days))[:, None]) / count[:, None] ** 2
    observed, told = (_means(values, day, count) for values in (made.value, expected))
    is_reference = np.array([on_day in reference for on_day in days])
    share = (count * is_reference) / max(float((count * is_reference).sum()), 1.0)
    variance = variance * _restless(observed - told, variance, is_reference)
    return Daily(
        days, count, _sums(on, np.ones_like(size), len(days)), _covered(made.rows, day, known, groups, count), observed, told, variance,
        (share[:, None] ** 2 * variance).sum(axis=0), _tail(total[is_known], size[is_known], on[is_known], of_row, of_all),
        (share[:, None] * observed).sum(axis=0),
    )  # fmt: skip


def _expected(made: Watched, day: Ints, known: Flags, groups: Groups) -> Floats:
    codes = [_codes(made.rows, group) for group in groups]
    figure = _fitted(made.value, codes, known)
    own = [code[known] for code in codes]
    part = day[known] % FOLDS
    crossed = np.empty_like(made.value[known])
    for fold in range(FOLDS):
        crossed[part == fold] = _fitted(made.value[known], own, part != fold)[part == fold]
    figure[known] = crossed
    return figure


def _fitted(value: Floats, codes: Sequence[Ints], known: Flags) -> Floats:
    """Each row's figure as the rows of `known` tell it: their mean, then what each group adds."""
    figure = np.tile(value[known].mean(axis=0), (len(value), 1))
    for code in [*codes] * PASSES:
        cells = csr_array((np.ones(known.sum()), (code[known], np.flatnonzero(known))), shape=(int(code.max()) + 1, len(value)))
        beyond = (cells @ (value - figure)) / (cells.sum(axis=1) + SHRUNK)[:, None]
        figure += beyond[code]
    return figure


def _codes(rows: pl.DataFrame, group: tuple[str, ...]) -> Ints:
    """One number for each combination of a group's numbers."""
    code = np.zeros(rows.height, dtype=np.int64)
    for name in group:
        column = rows[name].to_numpy()
        code = code * (int(column.max()) + 1) + column
    return code


def _spread(total: Floats, rows: Floats) -> tuple[Floats, Floats]:
    """(a, b) of Var(a symbol-day's sum of residuals) = a · rows + b · rows²: b is what its rows share."""
    square = total**2
    centered = rows - rows.mean()
    per_row = square / rows[:, None]
    slope = np.maximum((centered[:, None] * per_row).sum(axis=0) / max(float((centered**2).sum()), 1e-12), 0.0)
    base = np.maximum((per_row - slope * rows[:, None]).mean(axis=0), 0.0)
    floor = 3.0 / max(float(rows.sum()), 3.0)
    whole = rows.sum() * base + (rows**2).sum() * slope
    scale = np.where(whole > 0, square.sum(axis=0) / np.where(whole > 0, whole, 1.0), 1.0)
    return np.maximum(base * scale, floor), slope * scale


def _tail(total: Floats, rows: Floats, on: Ints, of_row: Floats, of_all: Floats) -> Floats:
    """Fourth cumulant of a day's sum over its variance squared, of days as they are on average: symbol-days are independent, so that cumulants add."""
    variance = rows[:, None] * of_row + rows[:, None] ** 2 * of_all
    days = max(np.unique(on).size, 1)
    fourth, second = (total**4 - 3 * variance**2).sum(axis=0) / days, variance.sum(axis=0) / days
    excess: Floats = np.maximum(fourth / second**2, 0.0)
    return excess


def _restless(gap: Floats, variance: Floats, is_reference: Flags) -> Floats:
    """What whole days vary more than their symbol-days explain: at least 1."""
    excess: Floats = np.maximum((gap[is_reference] ** 2 / variance[is_reference]).mean(axis=0), 1.0)
    return excess


def _covered(rows: pl.DataFrame, day: Ints, known: Flags, groups: Groups, count: Floats) -> Floats:
    least = np.ones_like(count)
    for name in dict.fromkeys(name for group in groups for name in group):
        code = _codes(rows, (name,))
        seen = np.bincount(code, known)[code] >= SEEN
        least = np.minimum(least, np.bincount(day, seen, count.size) / count)
    return least


def _sums(on: Ints, values: Floats, days: int) -> Floats:
    return np.bincount(on, values, days).astype(np.float64, copy=False)


def _means(values: Floats, day: Ints, count: Floats) -> Floats:
    return np.stack([np.bincount(day, column, count.size) / count for column in values.T], axis=1)
