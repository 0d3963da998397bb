"""The coverage ledger from files to the terminal, the JSON and the report: complete, with gaps, or unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bestexec.cli import app

HEADER = "firm,order_id,symbol,side,qty,order_type,received_at"
AT = "2026-01-05T10:00:00.123456789-05:00"


@pytest.fixture
def told(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Import files under names of feeds, measure, and give what `coverage --json` says."""

    def run(**feeds: list[str]) -> dict[str, list[dict[str, object]]]:
        words = ["--workspace", str(tmp_path / "w")]
        for feed, ids in feeds.items():
            path = tmp_path / f"{feed}.csv"
            path.write_text("\n".join([HEADER, *(f"F,{id_},IBM,B,100,market,{AT}" for id_ in ids)]) + "\n", encoding="utf-8")
            assert CliRunner().invoke(app, [*words, "import", str(path), "--feed", feed]).exit_code == 0
        assert CliRunner().invoke(app, [*words, "measure"]).exit_code == 0
        answer: dict[str, list[dict[str, object]]] = json.loads(CliRunner().invoke(app, [*words, "coverage", "--json"]).stdout)
        return answer

    return run


def test_with_one_feed_and_no_total_completeness_is_unknown(told, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (line,) = told(oms=["A", "B"])["completeness"]
    assert (line["of"], line["fed"], line["total"], line["state"]) == ("orders", 2, None, "completeness unknown")
    printed = CliRunner().invoke(app, ["--workspace", str(tmp_path / "w"), "coverage"], env={"COLUMNS": "240"}).stdout
    assert "completeness unknown" in printed


def test_one_order_that_the_vendor_lacks_is_named_and_is_an_exception(told, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    said = told(oms=["A", "B", "C"], vendor=["A", "C"])
    (line,) = said["completeness"]
    assert (line["fed"], line["unmatched"], line["state"], line["feeds"]) == (3, 1, "gaps", "oms, vendor")
    assert [(row["id"], row["reason"]) for row in said["unmatched"]] == [("B", "not in vendor")]
    matched = {row["feed"]: (row["counted"], row["n"]) for row in said["match_rates"] if row["rate"] == "matched"}
    assert matched == {"oms": (2, 3), "vendor": (2, 2)}
    assert "66.67% of 3" in CliRunner().invoke(app, ["--workspace", str(tmp_path / "w"), "coverage"], env={"COLUMNS": "240"}).stdout
    CliRunner().invoke(app, ["--workspace", str(tmp_path / "w"), "report", "--out", str(tmp_path / "r")])
    (page,) = (tmp_path / "r").glob("*.html")
    text = page.read_text(encoding="utf-8")
    assert "Was everything there?" in text
    assert "Feeds held against each other" in text
    assert "COM-118" in text


def test_feeds_that_agree_are_complete(told) -> None:  # type: ignore[no-untyped-def]
    said = told(oms=["A", "B"], vendor=["B", "A"])
    assert [line["state"] for line in said["completeness"]] == ["complete"]
    assert said["unmatched"] == []
