"""Agreements and clauses: drafted by one, put in force by another, amended, ended; reports of duties; who may do what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from oversight import clock
from oversight.actor import Actor, automated
from oversight.agreements import actions, queries
from oversight.agreements.formulas import FLAT, PERCENT, Formula
from oversight.agreements.measures import PERSON, Measure
from oversight.agreements.models import Agreement, Clause, DutyReport, Measurement
from oversight.agreements.windows import DAY, MONTH, QUARTER, ROLLING
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_LEAST
from oversight.record.actions import move
from oversight.record.models import Entry

from .conftest import FIRST, Bench, Clauses, Desk, filled, received, signed

NOTICE = Measure(PERSON, "release_notice_days")
TERMS: dict[str, Any] = {
    "title": "Second agreement", "signed_on": FIRST, "effective_from": FIRST, "effective_until": None, "notice_days": 30, "monthly_fee_usd": None, "terms": "",
}  # fmt: skip


def paper(by: Actor, row: Any) -> None:
    evidence.file(by, "paper.txt", b"Signed.\n", subject=row.subject)


def test_an_agreement_needs_its_paper_and_a_second_person(desk: Desk) -> None:
    row = actions.draft(desk.manager, desk.vendor(), **TERMS)
    with pytest.raises(Refusal, match="file the signed document beside it first"):
        actions.put_in_force(desk.compliance, row)
    paper(desk.manager, row)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.put_in_force(replace(desk.manager, roles=frozenset({"vendor_manager", "compliance"})), row)
    actions.put_in_force(desk.compliance, row)
    assert (row.state, row.put_in_force_by) == ("in_force", desk.compliance.key)


def test_two_who_put_it_in_force_at_once(desk: Desk) -> None:
    row = actions.draft(desk.manager, desk.vendor(), **TERMS)
    paper(desk.manager, row)
    first, second = Agreement.objects.get(pk=row.pk), Agreement.objects.get(pk=row.pk)
    actions.put_in_force(desk.compliance, first)
    with pytest.raises(Refusal, match="is “in force”; this is done while it is"):
        actions.put_in_force(desk.compliance, second)


def test_who_wrote_a_clause_does_not_put_it_in_force_with_the_agreement(desk: Desk, actor: Callable[..., Actor]) -> None:
    other = actor("vendor_manager", name="Victor Vendor")
    row = actions.draft(desk.manager, desk.vendor(), **TERMS)
    paper(desk.manager, row)
    made = actions.add_clause(other, row, **given())
    with pytest.raises(Refusal, match=r"nobody approves their own work, and you drafted clause 7\.1 Notice"):
        actions.put_in_force(other, row)
    assert (Agreement.objects.get(pk=row.pk).state, Clause.objects.get(pk=made.pk).state) == ("drafted", "drafted"), "all or nothing"
    actions.put_in_force(desk.compliance, row)
    assert Clause.objects.get(pk=made.pk).state == "in_force"


def given(**facts: Any) -> dict[str, Any]:
    return {"number": "7.1", "title": "Notice", "words": "Ten days.", "measure": NOTICE, "side": AT_LEAST, "bound": Decimal(10), "window": QUARTER,
    "least_n": 1, "cure_days": 30,
            "credit": Formula(FLAT, usd=Decimal(1000)), **facts}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"window": DAY}, "reported each month or each quarter"),
        ({"measure": Measure("metric", "fill_rate"), "window": ROLLING}, "2 to 250 trading days"),
        ({"measure": Measure("metric", "fill_rate"), "window": ROLLING, "window_days": 251}, "2 to 250 trading days"),
        ({"window_days": 20}, "no other window has any"),
        ({"least_n": 0}, "least n is 1 or more"),
        ({"from_on": date(2026, 6, 30)}, "not measured before its agreement begins, on 2026-07-01"),
        ({"measure": Measure("check", "ROU-999")}, "that a clause could be about"),
        ({"measure": Measure("metric", "fill_rate", {"weather": ("rain",)})}, "that a clause could be about"),
    ],
)
def test_arithmetic_that_cannot_be_is_refused(desk: Desk, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        actions.add_clause(desk.manager, desk.agreements["vendor_a"], **given(**facts))
    assert Clause.objects.count() == 0


def test_a_part_of_a_fee_that_nobody_said_is_refused(desk: Desk) -> None:
    row = actions.draft(desk.manager, desk.vendor(), **TERMS)
    with pytest.raises(Refusal, match="say the fee in the agreement first"):
        actions.add_clause(desk.manager, row, **given(credit=Formula(PERCENT, percent=Decimal(5))))


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "senior_manager", "auditor", "administrator", "vendor"])
def test_only_vendor_managers_and_compliance_keep_agreements(desk: Desk, actor: Callable[..., Actor], role: str) -> None:
    by, row = actor(role, name=f"some {role}"), desk.agreements["vendor_a"]
    before = Entry.objects.count()
    for act in (
        lambda: actions.draft(by, desk.vendor(), **TERMS), lambda: actions.add_clause(by, row, **given()), lambda: actions.amend(by, row, **TERMS),
        lambda: actions.note_right(by, desk.vendor(), what="routes", clause="9", format="CSV", clock_days=1, from_on=FIRST),
        lambda: move(by, row, "end", ended_on=date(2026, 9, 30), why="x"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.is_forbidden
    assert Entry.objects.count() == before


def test_a_draft_is_corrected_and_an_agreement_in_force_is_amended(desk: Desk) -> None:
    row = actions.draft(desk.manager, desk.vendor(), **TERMS)
    actions.correct(desk.compliance, row, notice_days=60)
    assert (row.notice_days, row.drafted_by) == (60, desk.compliance.key)
    with pytest.raises(Refusal, match="run out before it begins"):
        actions.correct(desk.compliance, row, effective_until=date(2026, 6, 1))
    with pytest.raises(Refusal, match="is an amendment"):
        actions.correct(desk.manager, desk.agreements["vendor_a"], notice_days=1)


def test_an_amendment_carries_the_clauses_and_supersedes_from_its_first_day(bench: Bench, desk: Desk, clause: Clauses) -> None:
    former, row = desk.agreements["vendor_a"], clause(least_n=1)
    with pytest.raises(Refusal, match="An amendment begins after"):
        actions.amend(desk.manager, former, **TERMS)
    amendment = actions.amend(desk.manager, former, **{**TERMS, "title": "Amendment 1", "effective_from": date(2026, 9, 16), "monthly_fee_usd": Decimal(9000)})
    with pytest.raises(Refusal, match="waits already"):
        actions.amend(desk.manager, former, **{**TERMS, "effective_from": date(2026, 9, 17)})
    carried = amendment.clauses.get()
    assert (carried.carries, carried.state, carried.from_on, carried.bound) == (row, "drafted", date(2026, 9, 16), row.bound)
    paper(desk.manager, amendment)
    actions.put_in_force(desk.compliance, amendment)
    former.refresh_from_db()
    row.refresh_from_db()
    assert (former.state, former.ended_on, row.state, row.ended_on) == ("superseded", date(2026, 9, 15), "ended", date(2026, 9, 15))
    filled(bench, "O1", 8, date(2026, 9, 15))
    filled(bench, "O2", 20, date(2026, 9, 30))
    actions.evaluate(automated("arrivals"), received(bench.receive().id))
    measured = [(one.clause_id, one.span.words, one.value, one.outcome) for one in Measurement.objects.order_by("first_on")]
    assert measured == [
        (row.pk, "2026-09-01 to 2026-09-15", Decimal(8_000_000), "met"), (carried.pk, "2026-09-16 to 2026-09-30", Decimal(20_000_000), "missed"),
    ]  # fmt: skip


def test_an_amendment_of_what_ended_meanwhile_is_refused(desk: Desk) -> None:
    former = desk.agreements["vendor_a"]
    amendment = actions.amend(desk.manager, former, **{**TERMS, "effective_from": date(2026, 9, 1)})
    paper(desk.manager, amendment)
    actions.end(desk.compliance, former, ended_on=date(2026, 9, 30), why="given notice")
    with pytest.raises(Refusal, match="not in force any more"):
        actions.put_in_force(desk.compliance, Agreement.objects.get(pk=amendment.pk))


def test_an_agreement_ends_with_its_clauses(desk: Desk, clause: Clauses) -> None:
    row, waiting = clause(), clause(number="5", is_active=False)
    with pytest.raises(Refusal, match="cannot have ended before"):
        actions.end(desk.compliance, desk.agreements["vendor_a"], ended_on=date(2026, 6, 30), why="x")
    actions.end(desk.compliance, desk.agreements["vendor_a"], ended_on=date(2026, 9, 30), why="given notice")
    assert [(one.state, one.ended_on) for one in Clause.objects.filter(pk__in=[row.pk, waiting.pk]).order_by("pk")] == [
        ("ended", date(2026, 9, 30)),
        ("discarded", None),
    ]


def test_an_agreement_that_ran_out_ends_by_the_daily_look_once(desk: Desk) -> None:
    row = signed(desk.manager, desk.compliance, desk.vendor(), effective_until=date(2026, 9, 30))
    assert [actions.daily(automated("daily"))["ran_out"] for _ in range(2)] == [1, 0]
    row.refresh_from_db()
    assert (row.state, row.ended_on) == ("ended", date(2026, 9, 30))


def test_the_last_day_for_notice(desk: Desk) -> None:
    # 90 days before 2026-12-31: 31 days of December to 11-30, 30 of November to 10-31, 29 more to 10-02.
    row = signed(desk.manager, desk.compliance, desk.vendor(), effective_until=date(2026, 12, 31))
    assert (row.notice_by, desk.agreements["vendor_b"].notice_by) == (date(2026, 10, 2), None)


def test_a_report_counts_once_it_is_proved_and_confirmed_by_another(desk: Desk, clause: Clauses) -> None:
    row = clause(**given())
    assert [due.window.words for due in queries.duties_due()] == ["Q3 2026"]
    report = actions.report(desk.manager, row, on=date(2026, 9, 30), value=Decimal(4), n=2, what="Two releases; the second was announced four days before.")
    assert (queries.duties_due(), Measurement.objects.count()) == ([], 0)
    with pytest.raises(Refusal, match="file the evidence beside it first"):
        actions.confirm(desk.compliance, report)
    paper(desk.manager, report)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.confirm(desk.manager, report)
    actions.confirm(desk.compliance, report)
    measured = Measurement.objects.get()
    assert (measured.value, measured.n, measured.outcome, measured.credit_usd, measured.run, measured.report) == (
        Decimal(4),
        2,
        "missed",
        Decimal(1000),
        None,
        report,
    )
    assert measured.breach.state == "possible"


def test_no_run_speaks_of_what_a_person_reports(bench: Bench, desk: Desk, clause: Clauses) -> None:
    filled(bench, "O1", 8, date(2026, 9, 30))
    run = received(bench.receive().id)
    row = clause(**given())
    assert (actions.evaluate(automated("arrivals"), run).measured, row.measurements.count()) == (0, 0)


def test_a_period_in_which_nothing_happened_is_not_measurable(desk: Desk, clause: Clauses) -> None:
    report = actions.report(desk.manager, clause(**given()), on=date(2026, 9, 30), value=None, n=0, what="No release in the quarter.")
    paper(desk.manager, report)
    actions.confirm(desk.compliance, report)
    measured = Measurement.objects.get()
    assert (measured.outcome, measured.why) == ("not_measurable", "nothing happened in the period that could be measured: releases 0")


def test_a_second_report_of_a_period_restates_the_first(desk: Desk, clause: Clauses) -> None:
    row = clause(**given())
    for days in (4, 12):
        report = actions.report(desk.manager, row, on=date(2026, 9, 30), value=Decimal(days), n=1, what="x")
        with pytest.raises(Refusal, match="waits already"):
            actions.report(desk.manager, row, on=date(2026, 9, 30), value=Decimal(1), n=1, what="x")
        paper(desk.manager, report)
        actions.confirm(desk.compliance, report)
    first, second = Measurement.objects.order_by("pk")
    assert (second.restates, second.outcome, first.breach.state) == (first, "met", "withdrawn")
    assert second.difference == (
        "4.0 days became 12.0 days (+8.0 days); n stays 1; missed became met; credit $1,000.00 became $0.00. "
        "A later report of the period took the place of the earlier one."
    )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"on": date(2026, 10, 1)}, "period is not over yet"),
        ({"on": date(2026, 3, 31)}, "not over yet, or the clause was not in force in it"),
        ({"value": None}, "Where nothing happened, n is 0"),
        ({"n": 0}, "Where nothing happened, n is 0"),
    ],
)
def test_reports_that_cannot_be_are_refused(desk: Desk, clause: Clauses, facts: dict[str, Any], said: str) -> None:
    row = clause(**given())
    with pytest.raises(Refusal, match=said):
        actions.report(desk.manager, row, **{"on": date(2026, 9, 30), "value": Decimal(4), "n": 1, "what": "x", **facts})
    assert DutyReport.objects.count() == 0


def test_what_the_data_measures_is_reported_by_nobody(desk: Desk, clause: Clauses) -> None:
    with pytest.raises(Refusal, match="measured from the data"):
        actions.report(desk.manager, clause(), on=date(2026, 9, 30), value=Decimal(1), n=1, what="x")


def test_periods_that_are_due_follow_the_calendar(desk: Desk, clause: Clauses) -> None:
    row = clause(**given(window=MONTH, from_on=date(2026, 7, 20)))
    with clock.stated(datetime(2026, 11, 2, 13, tzinfo=UTC)):
        assert [window.words for window in queries.periods(row)] == ["2026-07-20 to 2026-07-31", "2026-08", "2026-09", "2026-10"]
