"""How the tables of routes are shown: what asks for attention first, what says nothing left out, an empty one said."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.bestexec.report.given import run_figures

from bestexec.printed import routes as printed
from bestexec.report import quality
from bestexec.report.blocks import Callout, Heading, Table, Text
from bestexec.routed.shown import SHOWN, SHOWN_BY_NAME
from bestexec.schema import conform

LEAK = {"judgement": "fade", "metric": "fade_1s", "rows": 40, "n": 40, "limit_bps": 0.5, "needed_n": 90, "sentence": "…"}
LEAKS: list[dict[str, Any]] = [
    {**LEAK, "subject": "XNAS", "rank": 1, "effect_bps": 0.4, "low_bps": -0.2, "high_bps": 1.0, "verdict": "cannot tell", "why": "…"},
    {**LEAK, "subject": "POOL", "rank": 2, "effect_bps": 2.0, "low_bps": 1.5, "high_bps": 2.5, "verdict": "leaks", "metric": "fade_50ms"},
    {**LEAK, "subject": "XNYS", "rows": 0, "n": 0, "verdict": "cannot tell", "why": "no route there ended without a fill"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")


def tables(**given: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    return {
        one.name: conform(pl.DataFrame(given[one.name], infer_schema_length=None), one.of) if one.name in given else one.of.schema.to_frame() for one in SHOWN
    }  # fmt: skip


def test_each_shows_columns_of_its_table() -> None:
    assert [(one.name, key) for one in SHOWN for key, _, _ in one.columns if key not in one.of.schema] == []


def test_who_leaks_stands_first_and_who_says_nothing_is_left_out() -> None:
    assert SHOWN_BY_NAME["leaking"].rows(tables(leaking=LEAKS)["leaking"])["subject"].to_list() == ["POOL", "XNAS"]


def test_the_terminal_prints_each_table_or_why_it_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    said = printed.routed(tables(leaking=LEAKS)).replace("\u00a0", " ")
    assert said.index("POOL") < said.index("XNAS") and "Against the order, more than at the controls (bps)" in said and "2.00" in said and "XNYS" not in said
    assert "What first looks cost: No order was shown to one venue first" in said


def test_the_report_marks_what_asks_for_attention() -> None:
    blocks = quality.assemble(run_figures(routed=tables(leaking=LEAKS))).blocks
    at = next(place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.text == "What happened on the routes")
    call, table, empty = blocks[at + 1 : at + 4]
    assert isinstance(call, Callout) and call.text == "1 line asks for attention."
    assert isinstance(table, Table) and table.strong == (0,) and table.rows[0][1].value == "POOL"
    assert isinstance(empty, Text) and empty.text.startswith("What first looks cost")
