"""What was known then stands beside what is known now: each kind of thing, and the lines that differ."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tests.oversight.desk.conftest import Bench, bench, week

from oversight import clock
from oversight.actor import Actor
from oversight.differences.models import Difference
from oversight.evidence import actions as evidence
from oversight.findings.models import Finding, Run
from oversight.record.actions import create, move
from oversight.requests import known, sources

from .conftest import beside

__all__ = ("Bench", "bench", "week")
FIRST, LAST = date(2026, 9, 28), date(2026, 9, 30)
THEN = datetime(2026, 10, 1, 13, tzinfo=UTC)
LATER = datetime(2026, 11, 9, 15, tzinfo=UTC)
OF_PRIVILEGE = 2
"""Counsel's papers, and what counsel withholds: one query each, however much there is."""


def lines(name: str) -> list[tuple[Any, ...]]:
    return beside(name, FIRST, LAST, THEN)


def test_a_day_measured_again_says_which_run_was_in_force_then(bench: Bench, actor: Callable[..., Actor]) -> None:
    for day, name in ((date(2026, 9, 28), "O1"), (date(2026, 9, 29), "O2")):
        bench.order(name, on=day)
        bench.fill(name, "10.00", on=day)
    first = bench.receive()
    with clock.stated(LATER):
        bench.order("O3")
        bench.fill("O3", "10.01")
        bench.orders, bench.fills = ([row for row in rows if row["day"] == date(2026, 9, 28)] for rows in (bench.orders, bench.fills))
        second = bench.receive()
        assert lines("known-runs") == [
            ("2026-09-28", f"run {first.id[:12]}, received 2026-10-01 08:00 EDT", f"run {second.id[:12]}, received 2026-11-09 10:00 EST", "changed"),
            ("2026-09-29", f"run {first.id[:12]}, received 2026-10-01 08:00 EDT", f"run {first.id[:12]}, received 2026-10-01 08:00 EDT", ""),
        ]
    assert Run.objects.count() == 2


def test_neighbors_that_agree_are_one_line(bench: Bench) -> None:
    for day in (28, 29, 30):
        bench.order(f"O{day}", on=date(2026, 9, day))
        bench.fill(f"O{day}", "10.00", on=date(2026, 9, day))
    bench.receive()
    with clock.stated(LATER):
        assert [(row[0], row[3]) for row in lines("known-runs")] == [("2026-09-28 to 2026-09-30, 3 days", "")]


def test_findings_stand_as_the_record_has_them_at_that_instant(bench: Bench, actor: Callable[..., Actor]) -> None:
    bench.order("O1")
    bench.fill("O1", "10.00")
    run = Run.objects.get(pk=bench.receive().id)
    analyst = actor("analyst")
    rows = [
        Finding(
            finding_id=f"{number:064d}", run=run, check_id="EXE-101", title="Slippage", severity="low", rank=2, on=FIRST, subject_text="x", numbers="{}",
            ask="?", authority="x", opened_at=clock.now(), due_at=LATER, state="open",
        )
        for number in range(2)
    ]  # fmt: skip
    for row in rows:
        create(analyst, row)
    with clock.stated(LATER):
        move(analyst, rows[0], "dismiss", cause_code="other", answer="Thin market.")
        assert lines("known-findings") == [("EXE-101 Slippage", "2 open", "1 awaiting second reader, 1 open", "changed")]


def test_evidence_that_came_later_is_said_to_have_come_later(bench: Bench, actor: Callable[..., Actor]) -> None:
    by = actor("analyst")
    evidence.file(by, "a.txt", b"a\n", title="Outage letter", effective_on=date(2026, 9, 29))
    evidence.file(by, "b.txt", b"b\n", title="Of another year", effective_on=date(2025, 9, 29))
    with clock.stated(LATER):
        evidence.file(by, "c.txt", b"c\n", title="Report on the cause", effective_on=date(2026, 9, 29))
        assert lines("known-evidence") == [
            ("Report on the cause", "not known", "filed 2026-11-09 10:00 EST", "came later"),
            ("Outage letter", "filed 2026-10-01 08:00 EDT", "filed 2026-10-01 08:00 EDT", ""),
        ]


def test_a_difference_identified_later_was_not_known_then(bench: Bench, actor: Callable[..., Actor]) -> None:
    row = Difference(
        title="Flow to KNCM", what="Worse.", first_on=FIRST, last_on=LAST, materiality_usd=0, materiality_bps=0, identified_by="a", identified_at=LATER,
        due_on=LATER.date(), state="identified",
    )  # fmt: skip
    with clock.stated(LATER):
        create(actor("analyst"), row)
        assert lines("known-differences") == [("Flow to KNCM", "not known", "to be decided", "came later")]


def test_where_nothing_is_known_each_kind_says_so(bench: Bench) -> None:
    tables = [one.sheet for one in known.compared(FIRST, LAST, THEN)]
    assert {(len(table.rows), table.empty) for table in tables} == {(0, "Nothing of this kind was known then, and nothing is known now.")}
    assert [table.name for table in tables] == [source.key for source in sources.SOURCES]


@pytest.mark.parametrize("days", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_days(bench: Bench, days: int, django_assert_num_queries: Any) -> None:
    for day in range(28, 28 + days):
        bench.order(f"O{day}", on=date(2026, 9, day))
        bench.fill(f"O{day}", "10.00", on=date(2026, 9, day))
    bench.receive()
    with clock.stated(LATER), django_assert_num_queries(OF_PRIVILEGE + 2 * len(sources.SOURCES)):
        known.compared(FIRST, LAST, THEN)
