"""What the terminal says of judgements, also where nothing is known."""

from __future__ import annotations

import polars as pl
import pytest

from bestexec.competing import COMPETING
from bestexec.printed import judgements
from bestexec.verdicts.base import table

CENTER = {"metric": "effective_spread", "order_group": "market", "layout": "amended", "center": "TEST", "is_used": True, "theirs": 0.0125, "ours": 0.0210,
          "difference": 0.0085, "coverage": 0.5}  # fmt: skip
EMPTY = {**CENTER, "center": "FARR", "is_used": False, "theirs": None, "ours": None, "difference": None, "coverage": None, "why": "no line of our orders"}
VERDICT = {"judgement": "matched", "kind": "venue", "subject": "XNAS", "against": "all others", "metric": "effective_spread", "verdict": "worse", "n": 900,
           "effect": 0.02, "low": 0.01, "high": 0.03, "needs_decision": True, "sentence": "Venue XNAS filled worse."}  # fmt: skip


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print for a terminal so wide that no sentence breaks, whatever terminal the tests run in."""
    monkeypatch.setenv("COLUMNS", "240")


def competing(*rows: dict[str, object]) -> str:
    return judgements.competing(pl.concat([COMPETING.schema.to_frame(), pl.DataFrame(rows)], how="diagonal_relaxed"))


def test_a_center_without_a_figure_has_dashes_and_its_reason() -> None:
    told = competing(CENTER, EMPTY)
    (line,) = [line for line in told.splitlines() if "FARR" in line]
    assert (line.count("—"), "no line of our orders" in told) == (4, True)
    assert "0.0125" in told and "0.0210" in told


def test_a_comparison_whose_line_or_dollars_are_not_known_has_dashes_there() -> None:
    told = judgements.verdicts(table([{**VERDICT, "coverage": None, "dollars": None, "materiality": None}]))
    (line,) = [line for line in told.splitlines() if "decide" in line and "venue XNAS" in line]
    assert line.count("—") == 3
    assert "1 of 1 comparisons ask for a decision" in told


def test_nothing_is_said_in_words() -> None:
    assert "They are public: import them" in judgements.competing(COMPETING.schema.to_frame())
