"""A question that stays open a second time running."""

from __future__ import annotations

import polars as pl
import pytest

from bestexec.verdicts.base import VERDICTS, table
from bestexec.verdicts.running import with_times_running


def verdict(word: str, effect: float | None, running: int | None = None, subject: str = "X") -> pl.DataFrame:
    row = {"judgement": "matched", "kind": "venue", "subject": subject, "against": "all others", "metric": "cost", "verdict": word, "effect": effect}
    return table([{**row, "materiality": 1.0, "times_running": running}])


def test_a_second_inconclusive_period_at_the_line_is_counted() -> None:
    first = with_times_running(verdict("inconclusive", -1.5), None)
    second = with_times_running(verdict("inconclusive", 1.0), first)
    assert [each["times_running"].to_list() for each in (first, second, with_times_running(verdict("inconclusive", 2.0), second))] == [[1], [2], [3]]
    assert second.schema == VERDICTS.schema


@pytest.mark.parametrize(("word", "effect"), [("worse", 2.0), ("inconclusive", 0.9), ("inconclusive", None)])
def test_another_verdict_or_one_below_the_line_ends_the_run(word: str, effect: float | None) -> None:
    assert with_times_running(verdict(word, effect), verdict("inconclusive", 2.0, 1))["times_running"].to_list() == [None]


def test_a_period_between_or_another_subject_begins_anew() -> None:
    assert with_times_running(verdict("inconclusive", 2.0), verdict("worse", 2.0))["times_running"].to_list() == [1]
    assert with_times_running(verdict("inconclusive", 2.0), verdict("inconclusive", 2.0, 1, subject="Y"))["times_running"].to_list() == [1]
