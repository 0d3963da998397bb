"""The practice market's published reports keep every rule of their layout, and say of each center what it was made to do."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from bestexec.filings import validate
from bestexec.practice.issues import issues
from bestexec.practice.published import CENTERS, CODES, LIT, NOT_USED, write_reports
from bestexec.practice.venues import Wholesaler


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("published")
    write_reports(made, issues(7, 30), [(2026, 8)], 7)
    return made


def test_each_center_files_once_a_month_and_breaks_no_rule(folder: Path) -> None:
    files = sorted(folder.iterdir())
    assert [path.name for path in files] == sorted(f"{CODES.get(one.mic, one.mic)}605202608.dat" for one in CENTERS)
    for path in files:
        told = validate(path)
        assert (path.name, told.violations.height) == (path.name, 0)
        assert told.accepted == told.records > 0


@pytest.mark.parametrize("center", CENTERS, ids=lambda center: center.mic)
def test_shares_are_improved_as_often_as_the_center_improves(folder: Path, center: Wholesaler) -> None:
    lines = pl.read_csv(folder / f"{CODES.get(center.mic, center.mic)}605202608.dat", separator="|")
    share = lines["ExctdPIOrdersQty"].sum() / lines["CvrdOrderExctdQty"].sum()
    assert share == pytest.approx(center.improves if isinstance(center, Wholesaler) else LIT["improves"], abs=0.002)


def test_the_best_center_is_one_that_the_firm_does_not_use() -> None:
    assert max(CENTERS, key=lambda one: one.improves * one.depth if isinstance(one, Wholesaler) else 0) is NOT_USED[0]


def test_the_same_arguments_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_reports(tmp_path, issues(7, 30), [(2026, 8)], 7)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {path.name: path.read_bytes() for path in folder.iterdir()}
