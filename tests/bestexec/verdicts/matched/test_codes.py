"""Values as whole numbers."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import polars as pl
import pytest

from bestexec.verdicts.matched.codes import ROOM, code, dense, first_of_each, mixed, named


@pytest.mark.parametrize("values", [
    pl.Series(["b", "a", None, "b"]), pl.Series([200_000, -5, None, 200_000]), pl.Series([True, False, None, True]), pl.Series([0.5, -1.5, None, 0.5]),
    pl.Series([date(2026, 7, 1), date(1969, 1, 1), None, date(2026, 7, 1)]), pl.Series(["b", "a", None, "b"], dtype=pl.Enum(["a", "b"])),
], ids=lambda values: str(values.dtype))  # fmt: skip
def test_equal_values_have_equal_codes_and_null_is_told_apart(values: pl.Series) -> None:
    codes, count = code(values)
    first, second, _, last = codes.to_list()
    assert first == last != second
    assert {first, second} <= set(range(count))


def test_every_combination_has_its_own_number_even_when_their_product_leaves_no_room() -> None:
    """Three columns of codes up to 2³⁰ give 2⁹⁰ combinations; those that occur are 27."""
    values = [0, 5, 2**30 - 1]
    rows = np.array(list(product(values, values, values)) * 2)
    numbers = mixed([(pl.Series(column), 2**30) for column in rows.T], rows.shape[0])
    assert ROOM < 2**90
    assert numbers.n_unique() == 27
    assert numbers.to_list()[:27] == numbers.to_list()[27:]
    assert numbers.to_list()[:27] == sorted(numbers.to_list()[:27])


def test_no_columns_are_one_combination() -> None:
    assert mixed([], 3).to_list() == [0, 0, 0]


def test_where_a_new_combination_begins() -> None:
    assert first_of_each(np.array([0, 0, 1, 1, 1]), np.array([0, 0, 0, 2, 2])).tolist() == [0, 2, 3]
    assert first_of_each(np.empty(0, np.int64)).tolist() == []


def test_names_are_sorted_whatever_came_first() -> None:
    codes, names = named(pl.Series(["b", None, "c", "a", "b"]))
    assert names == ["a", "b", "c"]
    assert codes.to_list() == [1, None, 2, 0, 1]
    assert named(pl.Series([date(2026, 7, 1)]))[1] == ["2026-07-01"]


@pytest.mark.parametrize("numbers", [[], [7], [3, 1, 3, 0], [2**40, 5, 2**40]])
def test_dense_numbers_are_places_among_those_that_occur(numbers: list[int]) -> None:
    values, places = dense(np.array(numbers, np.int64))
    assert values.tolist() == sorted(set(numbers))
    assert values[places].tolist() == numbers
