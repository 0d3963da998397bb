"""What the terminal says of judgements, also where nothing is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from bestexec.checks import ALERTS
from bestexec.competing import COMPETING
from bestexec.printed import alerts, judgements
from bestexec.schema import conform
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


ALERT = {"alert_id": "a", "check_id": "EXE-101", "title": "Outside the quote", "severity": "medium", "day": date(2026, 8, 12), "venue": "XNAS",
         "findings": 2, "orders": 2, "harm_usd": Decimal("12.5"), "days_before": 20, "as_bad_days": 3,
         "place": 1, "standing": "within the budget", "is_above": True}  # fmt: skip
BELOW = {**ALERT, "alert_id": "b", "check_id": "EXE-105", "title": "Slippage from arrival", "venue": None, "findings": 5, "harm_usd": None,
         "as_bad_days": None, "place": 2, "standing": "below the line", "is_above": False}  # fmt: skip


def test_alerts_below_the_line_are_counted_and_listed_when_asked_for() -> None:
    told = conform(pl.DataFrame([ALERT, BELOW]), ALERTS)
    short, whole = alerts.alerts(told), alerts.alerts(told, every=True)
    assert short.splitlines()[0] == "2 alerts of 7 exceptions: 1 above the line; 1 alerts of 5 exceptions below it (--all shows them)."
    (line,) = [line for line in short.splitlines() if "XNAS" in line]
    assert ("3 of 20 days" in line, "12.50" in line, "Slippage" in short) == (True, True, False)
    (line,) = [line for line in whole.splitlines() if "Slippage from arrival" in line]
    assert (line.count("—"), line.endswith("below the line")) == (3, True)


def test_nothing_is_said_in_words() -> None:
    assert "They are public: import them" in judgements.competing(COMPETING.schema.to_frame())
