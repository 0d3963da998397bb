"""Values as whole numbers: what is grouped and sorted by the million."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.verdicts.arrays import Ints

ROOM = 2**62
"""Mixed codes stay below it."""
MOST_HOLES = 8
"""Numbers that reach farther than so many times their count are sorted rather than marked in a list."""


def mixed(codes: Sequence[tuple[pl.Series, int]], height: int) -> pl.Series:
    """One number for each combination, in their order; of (codes from 0, how many there are)."""
    told, bound = pl.repeat(0, height, dtype=pl.Int64, eager=True), 1
    for each, count in codes:
        if bound * count >= ROOM:
            told, bound = code(told)
        told, bound = told * count + each, bound * count
    return told


def code(column: pl.Series) -> tuple[pl.Series, int]:
    """A number from 0 for each value of this column, null for null, and how many numbers there are."""
    if column.dtype == pl.String:
        numbers = column.cast(pl.Categorical(pl.Categories.random())).to_physical().cast(pl.Int64)
        return numbers, cast("int", numbers.max() or 0) + 1
    physical = column.to_physical()
    values = physical.drop_nulls().unique().sort()
    return values.search_sorted(physical).cast(pl.Int64), values.len() + 1


def named(column: pl.Series) -> tuple[pl.Series, list[str]]:
    """The place of each value among the sorted names of all, null for null, and those names."""
    texts = column.cast(pl.String)
    names = texts.drop_nulls().unique().sort()
    return texts.cast(pl.Enum(names)).to_physical().cast(pl.Int64), names.to_list()


def first_of_each(*columns: npt.NDArray[Any]) -> Ints:
    """Where a new combination begins, in columns that are sorted by it."""
    if not columns[0].size:
        return np.empty(0, np.int64)
    differs = reduce(np.logical_or, (column[1:] != column[:-1] for column in columns))
    return np.flatnonzero(np.append(True, differs))


def dense(numbers: Ints) -> tuple[Ints, Ints]:
    """The numbers from 0 that occur, in order, and the place of each among them."""
    if numbers.max(initial=0) >= MOST_HOLES * max(numbers.size, 1):
        values, places = np.unique(numbers, return_inverse=True)
        return values, places
    occurs = np.zeros(numbers.max(initial=0) + 1, bool)
    occurs[numbers] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[numbers]
