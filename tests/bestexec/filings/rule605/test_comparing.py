"""A wrong cell is always named, wherever it is and whatever is wrong with it; a right one never."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.bestexec.filings.rule605.test_exact import DETAIL

from bestexec.errors import Problem
from bestexec.filings.rule605 import comparing
from bestexec.filings.rule605.comparing import FRACTIONS, KEYS, NUMBERS, TEXTS, compared
from bestexec.filings.rule605.writing import detail_bytes

CHANGES = ("last digit", "sign", "empty", "times ten", "word")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("theirs") / "CODE202608.txt"
    path.write_bytes(detail_bytes(DETAIL))
    return path


@pytest.fixture(scope="module")
def ours(file: Path) -> pl.DataFrame:
    return comparing.texts_of(file)


def wrong(text: str | None, how: str) -> str | None:
    if text is None:
        return "1"
    if how == "word":
        return f"{text}x"
    if how == "empty":
        return None
    number = Decimal(text)
    if how == "sign" and number:
        return f"{-number:f}"
    return f"{number * 10:f}" if how == "times ten" and number else f"{number + Decimal('0.000001'):f}"


def with_cell(rows: pl.DataFrame, place: int, name: str, text: str | None) -> pl.DataFrame:
    return rows.with_columns(pl.when(pl.int_range(pl.len()) == place).then(pl.lit(text, pl.String)).otherwise(name).alias(name))


def test_a_file_agrees_with_itself_and_with_what_it_was_written_from(file: Path, ours: pl.DataFrame) -> None:
    for other in (ours, comparing.texts(DETAIL)):
        found = compared(other, ours)
        assert (found.differences.height, found.rows, found.scaled) == (0, DETAIL.height, ())


def test_there_are_more_than_five_thousand_cells(ours: pl.DataFrame) -> None:
    assert compared(ours, ours).cells > 5_000


@pytest.mark.parametrize("how", CHANGES)
def test_one_wrong_cell_is_named_in_every_column(ours: pl.DataFrame, how: str) -> None:
    draw = random.Random(how)
    for name in NUMBERS:
        place = draw.randrange(ours.height)
        text = wrong(ours[name][place], how)
        told = compared(ours, with_cell(ours, place, name, text)).differences
        assert told.select("line", "cell", "theirs").rows() == [(place + 2, name, text)], (name, place)
        assert told["kind"][0] == kind_of(ours[name][place], how), (name, place)


def kind_of(text: str | None, how: str) -> str:
    if text is None:
        return "empty in ours"
    flipped = how == "sign" and Decimal(text) != 0
    return {"word": "unreadable", "empty": "empty in theirs"}.get(how, "sign flipped" if flipped else "differs")


def test_every_wrong_cell_is_named_when_all_are_wrong(ours: pl.DataFrame) -> None:
    all_wrong = ours.with_columns(pl.col(name).map_elements(lambda text: wrong(text, "last digit"), pl.String, skip_nulls=False) for name in NUMBERS)
    told = compared(ours, all_wrong).differences
    assert told.height == ours.height * len(NUMBERS)
    assert told.select("line", "cell").n_unique() == told.height


@pytest.mark.parametrize("name", TEXTS)
def test_a_wrong_text_is_named(ours: pl.DataFrame, name: str) -> None:
    told = compared(ours, with_cell(ours, 3, name, "Z")).differences
    assert told.select("line", "cell", "kind", "theirs").rows() == [(5, name, "differs", "Z")]


@pytest.mark.parametrize("name", KEYS)
def test_a_row_named_wrongly_is_told_as_that_cell(ours: pl.DataFrame, name: str) -> None:
    told = compared(ours, with_cell(ours, 3, name, "Q")).differences
    assert told.select("line", "cell", "kind", "ours", "theirs").rows() == [(5, name, "named wrongly", ours[name][3], "Q")]


def test_rows_that_one_has_alone_and_rows_named_twice(ours: pl.DataFrame) -> None:
    new = ours.head(1).with_columns(Symbol=pl.lit("NEW"), CvrdOrderCnt=pl.lit("77"), line=pl.lit(9_999, pl.Int64))
    again = ours.slice(5, 1).with_columns(line=pl.lit(10_000, pl.Int64))
    told = compared(ours, pl.concat([ours.slice(1), new, again])).differences
    assert sorted(told["kind"].to_list()) == ["row named twice", "row not in ours", "row not in theirs"]
    missing = told.filter(pl.col("kind") == "row not in theirs")
    assert missing.select(KEYS).row(0) == ours.select(KEYS).row(0)


def test_fractions_in_percent_are_compared_as_fractions(ours: pl.DataFrame) -> None:
    percent = ours.with_columns(
        pl.col(name).map_elements(lambda text: f"{Decimal(text) * 100:.6f}", pl.String).alias(name) for name in FRACTIONS
    )  # fmt: skip
    found = compared(ours, percent)
    assert (found.differences.height, found.scaled) == (0, FRACTIONS)
    place = next(place for place, text in enumerate(ours["AvgEFQPct"]) if text and Decimal(text))
    told = compared(ours, with_cell(percent, place, "AvgEFQPct", "1234.5")).differences
    assert told.select("line", "cell", "kind").rows() == [(place + 2, "AvgEFQPct", "differs")]


def test_a_tolerance_is_of_its_cell_alone(ours: pl.DataFrame) -> None:
    place = next(place for place, text in enumerate(ours["AvgEffctvSprd"]) if text)
    near = with_cell(ours, place, "AvgEffctvSprd", f"{Decimal(ours['AvgEffctvSprd'][place]) + Decimal('0.001'):f}")
    assert compared(ours, near, {"AvgEffctvSprd": Decimal("0.001")}).differences.height == 0
    assert compared(ours, near, {"AvgEffctvSprd": Decimal("0.0009"), "AvgEFQPct": Decimal(9)}).differences.height == 1
    with pytest.raises(Problem, match="Nonsense is no number"):
        compared(ours, near, {"Nonsense": Decimal(1)})


def test_powers_of_ten_are_numbers(ours: pl.DataFrame) -> None:
    place = next(place for place, text in enumerate(ours["CvrdOrderQty"]) if text == "100")
    assert compared(ours, with_cell(ours, place, "CvrdOrderQty", "1e2")).differences.height == 0
    assert compared(ours, with_cell(ours, place, "CvrdOrderQty", "1e3")).differences.height == 1


@pytest.mark.parametrize(("text", "what"), [
    ("a|b\n1|2\n", "not an amended detailed file"),
    ("DsgntParticipant|RprtEntityCd|RptDate|Symbol\nT|CODE|202608|ABC\n", "the header lacks LotSizeFlag"),
])  # fmt: skip
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "x.txt").write_text(text)
    with pytest.raises(Problem, match=what):
        comparing.texts_of(tmp_path / "x.txt")


def test_a_ragged_line_is_refused(tmp_path: Path, file: Path) -> None:
    (tmp_path / "x.txt").write_text(file.read_text().replace("\n", "|7\n").replace("|7\n", "\n", 1))
    with pytest.raises(Problem, match="more cells than the header"):
        comparing.texts_of(tmp_path / "x.txt")
