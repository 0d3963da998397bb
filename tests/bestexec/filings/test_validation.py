"""A file is told as what it is, with each rule it breaks; and the exit code says whether it breaks one."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import bestexec
from bestexec.cli import app
from bestexec.filings import COLUMNS, validate

GOOD = "T|TEST|202605|ABC|11|21|3|300|0|200|100|100|100|50|50|0|0.01|0.02|100|0.01|1.5|150|2.25|50|0.02|12\n"
BAD = GOOD.replace("|300|0|200|", "|300|10|200|")
DOUBTFUL = """<heldOrderRoutingPublicReport><version>1.3</version><bd>Sample</bd><year>2026</year><qtr>3</qtr><rMonthly><year>2026</year><mon>7</mon>
<rOptions><ndoPct>95.00</ndoPct><ndoMarketPct>40.00</ndoMarketPct><ndoMarketableLimitPct>20.00</ndoMarketableLimitPct>
<ndoNonmarketableLimitPct>30.00</ndoNonmarketableLimitPct><ndoOtherPct>9.00</ndoOtherPct><rVenues/></rOptions></rMonthly></heldOrderRoutingPublicReport>
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    contents = {"good.dat": GOOD, "bad.dat": BAD, "doubtful.xml": DOUBTFUL, "strange.txt": "a,b\n1,2\n"}
    for name, text in contents.items():
        (tmp_path / name).write_text(text)
    return {name: tmp_path / name for name in (*contents, "absent.dat")}


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["validate", *map(str, arguments)])
    return done.exit_code, done.output


def test_a_good_file_is_said_to_be_one(files: dict[str, Path]) -> None:
    code, text = run(files["good.dat"])
    assert (code, text.splitlines()) == (
        0, ["good.dat (rule605): 1 records, 1 of them can be read; 0 violations, 0 doubts", "  Rule 605 report, legacy 26 fields"],
    )  # fmt: skip


def test_each_violation_has_its_line_cell_rule_and_advice(files: dict[str, Path]) -> None:
    code, text = run(files["good.dat"], files["bad.dat"], "--json")
    good, bad = json.loads(text)
    assert (code, good["is_valid"], bad["is_valid"], good["violations"]) == (1, True, False, [])
    assert bad["violations"] == [{
        "line": 1, "place": 8, "cell": "covered shares", "rule": "shares-add-up", "says": "more shares canceled and executed than ordered",
        "text": "covered shares 300, canceled shares 10, executed shares 200, executed away shares 100", "do": "ask the reporter for a corrected file",
        "is_doubt": False,
    }]  # fmt: skip


def test_a_doubt_is_told_and_breaks_no_rule(files: dict[str, Path]) -> None:
    code, text = run(files["doubtful.xml"])
    assert code == 0
    assert "0 violations, 1 doubts" in text
    assert "types-add-up (doubt)" in text


@pytest.mark.parametrize(("name", "says"), [("strange.txt", "no importer knows this file"), ("absent.dat", "No such file or directory")])
def test_a_file_that_cannot_be_read_at_all_is_a_violation_and_the_others_go_on(files: dict[str, Path], name: str, says: str) -> None:
    code, text = run(files[name], files["good.dat"], "--json")
    refused, good = json.loads(text)
    assert (code, refused["what"], [row["says"] for row in refused["violations"]], good["is_valid"]) == (1, "not read", [says], True)


def test_a_file_of_another_format_is_told_by_its_rejects(tmp_path: Path) -> None:
    path = tmp_path / "venues.csv"
    path.write_text("alias,venue,kind\nARCA,ARCX,exchange\nX,XNYS,palace\n")
    found = validate(path)
    assert (found.what, found.records, found.accepted) == ("blotter", 2, 1)
    assert found.violations.select("line", "rule", "says").rows() == [(3, "unreadable", "kind: not one of exchange, ats, wholesaler, broker, off_exchange")]


def test_a_notebook_gets_one_row_a_violation(files: dict[str, Path]) -> None:
    told = bestexec.validate([files["good.dat"], files["bad.dat"]])
    assert told.schema == pl.Schema(COLUMNS)
    assert told.select("file", "line", "cell", "rule").rows() == [("bad.dat", 1, "covered shares", "shares-add-up")]


def test_more_violations_than_a_screen_holds_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "many.dat"
    path.write_text("".join(BAD.replace("|ABC|", f"|S{n}|") for n in range(203)))
    code, text = run(path)
    assert code == 1
    assert text.splitlines()[-1] == "and 3 more; --json has them all"
