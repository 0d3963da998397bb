"""The made-up CAT day beside the guide: one order of each topology, with the tables written by hand that must come of it."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.bestexec.cat_files import events

from bestexec.importers.cells import instant
from bestexec.rebuilding import Rebuilt, rebuild
from bestexec.rebuilding.cat_topology import NOWHERE, TOPOLOGIES
from bestexec.schema import BY_NAME


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "docs/guides/files/cat"


def files(folder: Path, ending: str) -> list[Path]:
    return [folder / f"990001_EXMP_20260811_Router_OrderEvents_00000{number}.{ending}" for number in (1, 2)]


@pytest.fixture(scope="module")
def day(folder: Path) -> Rebuilt:
    return rebuild(pl.concat([events(path) for path in files(folder, "json")]))


@pytest.mark.parametrize("table", ["orders", "routes", "fills"])
def test_each_table_is_as_written_by_hand(day: Rebuilt, folder: Path, table: str) -> None:
    texts = pl.read_csv(folder / f"{table}.csv", infer_schema=False)
    schema = BY_NAME[table].schema
    flags = {"true": True, "false": False}
    expected = texts.select(
        instant(None).value(pl.col(name)).alias(name) if name.endswith("_at")
        else pl.col(name).replace_strict(flags, default=None, return_dtype=pl.Boolean) if schema[name] == pl.Boolean
        else pl.col(name).cast(schema[name])
        for name in texts.columns
    )  # fmt: skip
    made: pl.DataFrame = getattr(day, table)
    assert_frame_equal(made.select(texts.columns).sort(texts.columns[:2]), expected.sort(texts.columns[:2]))


def test_nothing_in_it_is_loose(day: Rebuilt) -> None:
    assert day.breaks.rows() == []


def test_the_day_says_how_many_orders_are_of_which_topology(day: Rebuilt) -> None:
    """Six orders, one in two versions: A-1 and A-2 went to a broker, B-1 and C-1 to exchanges, C-1 was worked, D-1 executed inside; M-1 went nowhere."""
    found = {fact: (count, of) for fact, count, of in day.facts.select("fact", "count", "of").iter_rows()}
    expected = {"A": (2, 6), "B": (2, 6), "C": (1, 6), "D": (1, 6)}
    assert {letter: found[words] for letter, words in TOPOLOGIES.items()} == expected
    assert found[NOWHERE] == (1, 6)
    assert (found["routes"], found["routes that were refused"]) == ((6, 6), (1, 6))
    assert found["corrections, repairs and deletions"] == (2, 25)


def test_both_encodings_give_the_same_tables(day: Rebuilt, folder: Path) -> None:
    other = rebuild(pl.concat([events(path, path.with_suffix(".json").name) for path in files(folder, "csv")]))
    for table in ("orders", "routes", "fills", "breaks", "facts"):
        assert_frame_equal(getattr(other, table), getattr(day, table))


def test_a_day_given_in_both_encodings_is_one_day(day: Rebuilt, folder: Path) -> None:
    both = rebuild(pl.concat([events(path) for ending in ("csv", "json") for path in files(folder, ending)]))
    for table in ("orders", "routes", "fills"):
        assert_frame_equal(getattr(both, table).drop("import_id"), getattr(day, table).drop("import_id"))
    assert both.breaks.rows() == []


def test_neither_order_nor_repetition_of_files_changes_anything(day: Rebuilt, folder: Path) -> None:
    first, second = (events(path) for path in files(folder, "json"))
    again = first.sort("content")
    for parts in permutations([first, second, again]):
        made = rebuild(pl.concat(parts))
        for table in ("orders", "routes", "fills", "breaks"):
            assert_frame_equal(getattr(made, table), getattr(day, table))


def test_the_account_is_in_no_table(day: Rebuilt) -> None:
    text = "".join(str(frame.rows()) for frame in (day.orders, day.routes, day.fills, day.breaks, day.facts))
    assert "ACC-" not in text
    assert day.orders["account_key"].null_count() == 0
