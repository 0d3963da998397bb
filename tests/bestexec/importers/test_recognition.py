"""A file is of exactly one format, or it is told what was looked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bestexec.errors import Problem
from bestexec.importers import IMPORTERS, blotter, identify
from bestexec.importers.base import head_of
from bestexec.schema import BY_NAME, TABLES

Write = Callable[[str, str | bytes], Path]
SAMPLES = {
    "lean": ("20131007_quote.zip", b"14400054,0,0,1836300,100,Q,1,0\n14400241,1800100,300,0,0,P,1,0\n"),
    "lobster": ("MSFT_2012-06-21_34200000_37800000_message_50.csv", b"35999.954513652,1,46527655,200,308700,1\n"),
    "itch_csv": (
        "events.csv",
        b"timestamp_ns,source_message_sequence,message_type,size,price,execution_price,direction,stock,ask_price_1,ask_size_1,bid_price_1,bid_size_1\n",
    ),
    "dbn": ("quotes.dbn", b"DBN\x03"),
    "fix": ("messages.log", b"20260810-13:30:00.250 : 8=FIX.4.2|9=5|35=0|10=163|\n"),
    "blotter": ("fills.csv", b"firm,order_id,fill_id,symbol,side,qty,px,filled_at\n"),
}


@pytest.mark.parametrize("expected", SAMPLES)
def test_each_sample_is_recognized_by_its_own_importer_and_by_no_other(expected: str) -> None:
    name, head = SAMPLES[expected]
    assert [importer.name for importer in IMPORTERS if importer.recognizes(name, head)] == [expected]


def test_there_is_a_sample_for_each_importer_and_each_makes_canonical_tables() -> None:
    assert {importer.name for importer in IMPORTERS} == SAMPLES.keys()
    assert {table for importer in IMPORTERS for table in importer.makes} <= BY_NAME.keys()


def test_an_empty_file_is_a_problem() -> None:
    with pytest.raises(Problem, match="the file is empty"):
        identify("fills.csv", b"")


@pytest.mark.parametrize("head", [b"a,b,c\n1,2,3\n", b"\xff\xfe\x00binary", b"%PDF-1.7", "größe,preis\n".encode("latin-1"), b"symbol\nIBM\n"])
def test_a_file_that_nobody_knows_is_told_what_was_looked_for(head: bytes) -> None:
    with pytest.raises(Problem) as raised:
        identify("strange.csv", head)
    assert raised.value.what == "no importer knows this file"
    assert [importer.looks_for for importer in IMPORTERS if importer.looks_for not in raised.value.do] == []


def test_a_file_that_two_know_is_a_problem_that_names_both() -> None:
    with pytest.raises(Problem, match="blotter, dbn"):
        identify("fills.dbn", SAMPLES["blotter"][1])


def test_every_recorded_file_is_recognized_as_what_it_is(data: Path) -> None:
    expected = {
        "lean": sorted(data.glob("lean/tick/*/*.zip")),
        "lobster": sorted(data.glob("lobster_small/*.csv")),
        "itch_csv": sorted(data.glob("itch_aapl_2019/*.csv")),
        "fix": sorted(data.glob("fix/*")),
        "dbn": sorted(path for path in data.glob("databento/**/*.db*") if path.is_file()),
    }
    wrong = [path.name for name, paths in expected.items() for path in paths if identify(path.name, head_of(path)).name != name]
    assert wrong == []


def test_no_other_recorded_file_is_taken_for_something_it_is_not(data: Path) -> None:
    others = [
        path for folder in ("cat", "finra", "hftbacktest", "rule605_sec_oes", "rule605_606_aleti") for path in (data / folder).iterdir() if path.is_file()
    ]
    assert [path.name for path in others if any(importer.recognizes(path.name, head_of(path)) for importer in IMPORTERS)] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_full_header_and_the_required_header_both_name_their_table(table) -> None:  # type: ignore[no-untyped-def]
    assert blotter.table_of(table.schema.names()) is table
    least = [name for name in table.required if name not in ("line", "firm")]
    extra = {"fees": ["fee_bps"], "symbols": ["round_lot"]}.get(table.name, [])  # these two need a column that is theirs alone
    assert blotter.table_of((*least, *extra)) is table
