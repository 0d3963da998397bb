"""CAT corrections, repairs and deletions: what stands in the end, in whatever order files come."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.bestexec.cat_files import DAY, KEY, broken, events, lines, new_order, rebuilt

from bestexec.rebuilding import rebuild
from bestexec.rebuilding.cat_standing import NOTHING_TO_DELETE, TWICE, UNORDERED

FIRST = new_order(1, "100000.0", "O-1", quantity=100)


def corrected(qty: int, action: str = "COR", **fields: Any) -> dict[str, Any]:
    return {**FIRST, "actionType": action, "quantity": qty, **fields}


DELETED = {"actionType": "DEL", "firmROEID": FIRST["firmROEID"]}


def quantities(frame: pl.DataFrame) -> list[int]:
    return [int(qty) for qty in frame["qty"]]


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ([[FIRST], [corrected(200)]], [200]), ([[FIRST], [corrected(200), corrected(300)]], [300]), ([[FIRST], [corrected(200)], [DELETED]], []),
        ([[FIRST], [DELETED], [corrected(200, "NEW")]], [200]), ([[FIRST, DELETED, FIRST]], [100]),
        ([[FIRST], [corrected(200)], [corrected(300)], [corrected(200)]], [200]), ([[corrected(200)]], [200]), ([[FIRST], [FIRST]], [100]),
    ],
)  # fmt: skip
def test_the_last_word_by_the_names_of_the_files_stands(tmp_path: Path, files: list[list[dict[str, Any]]], left: list[int]) -> None:
    result = rebuilt(tmp_path, *files)
    assert (quantities(result.orders), broken(result)) == (left, [])


def test_received_order_decides_nothing(tmp_path: Path) -> None:
    rebuilt(tmp_path, [FIRST], [corrected(200)], [corrected(300), new_order(2, "100000.0", "O-2")])
    read = [events(path) for path in sorted(tmp_path.iterdir())]
    expected = rebuild(pl.concat(read))
    assert quantities(expected.orders) == [300, 100]
    for parts in permutations([*read, read[0]]):
        made = rebuild(pl.concat(parts))
        assert_frame_equal(made.orders, expected.orders)
        assert_frame_equal(made.breaks, expected.breaks)


def test_without_names_a_correction_comes_after_a_new_record_and_a_deletion_last(tmp_path: Path) -> None:
    for number, records in enumerate(([corrected(200)], [FIRST])):
        (tmp_path / f"part{number}.json").write_text(lines(records))
    one, two = (events(tmp_path / f"part{number}.json") for number in range(2))
    assert quantities(rebuild(pl.concat([one, two])).orders) == quantities(rebuild(pl.concat([two, one])).orders) == [200]
    (tmp_path / "part2.json").write_text(lines([DELETED]))
    assert rebuild(pl.concat([events(tmp_path / "part2.json", firm="EXMP").with_columns(reporter=pl.lit("EXMP")), one, two])).orders.height == 0


def test_two_corrections_that_no_name_orders_are_told_and_one_stands_whatever_came_first(tmp_path: Path) -> None:
    for number, records in enumerate(([corrected(200)], [corrected(300)])):
        (tmp_path / f"part{number}.json").write_text(lines(records))
    one, two = (events(tmp_path / f"part{number}.json") for number in range(2))
    made, other = rebuild(pl.concat([one, two])), rebuild(pl.concat([two, one]))
    assert_frame_equal(made.orders, other.orders)
    assert broken(made) == [(UNORDERED, f"{DAY}_001")]


def test_a_new_record_that_repeats_an_id_replaces_nothing(tmp_path: Path) -> None:
    result = rebuilt(tmp_path, [FIRST], [corrected(200, "NEW")])
    assert (quantities(result.orders), broken(result)) == ([100], [(TWICE, f"{DAY}_001")])


def test_a_deletion_of_nothing_is_told(tmp_path: Path) -> None:
    result = rebuilt(tmp_path, [DELETED])
    assert (result.orders.height, broken(result)) == (0, [(NOTHING_TO_DELETE, f"{DAY}_001")])


def test_a_repair_finds_its_record_by_the_error_that_cat_returned(tmp_path: Path) -> None:
    """CAT returned record 001 with error id 555; the repair has a firmROEID of its own, and names 555."""
    repair = corrected(400, "RPR", firmROEID=f"{DAY}_901", errorROEID=555)
    rebuilt(tmp_path, [FIRST], [repair])
    row = f"NEW,,{DAY}_001,MENO,EXMP,{KEY},O-1,AAA,{DAY}T100000.0,false,false,,,,A,false,,B,,100,,MKT,DAY={DAY},REG,,false,ACC-1,I,false,,,false,N"
    (tmp_path / f"990001_EXMP_{DAY}_Test_OrderEvents_000001.linkage.error_1.csv").write_text(f"3001,NEW,555,{row}\n")
    result = rebuild(pl.concat([events(path) for path in sorted(tmp_path.iterdir())]))
    facts = dict(result.facts.select("fact", "count").iter_rows())
    assert (quantities(result.orders), broken(result)) == ([400], [])
    assert facts["records that CAT returned with an error, used all the same"] == 1
    assert facts["copies of a record, counted once"] == 1


def test_a_returned_record_is_used_although_cat_refused_it(tmp_path: Path) -> None:
    row = f"NEW,,{DAY}_001,MENO,EXMP,{KEY},O-1,AAA,{DAY}T100000.0,false,false,,,,A,false,,B,,100,,MKT,DAY={DAY},REG,,false,ACC-1,I,false,,,false,N"
    path = tmp_path / f"990001_EXMP_{DAY}_Test_OrderEvents_000001.ingestion.error.csv"
    path.write_text(f"2132,NEW,555,{row}\n")
    assert quantities(rebuild(events(path)).orders) == [100]
