"""A supervisor signs a trading day when everything was answered and looked at; what was signed stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from oversight.findings import actions, days, queries
from oversight.findings.models import Day, Finding, SampleItem, Signature
from oversight.lifecycle import Refusal
from oversight.record import actions as record

MONDAY, TUESDAY = date(2026, 9, 28), date(2026, 9, 29)


def look_at_all(by: Any) -> None:
    for item in SampleItem.objects.filter(state="drawn"):
        record.move(by, item, "look")


def test_a_day_is_signed_when_all_is_answered_and_looked_at(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a", severity="high"), bench.found("b")], orders=[bench.order("calm")])
    analyst, supervisor = actor("analyst"), actor("supervisor")
    day = Day.objects.get()
    assert queries.why_not_signed(day, supervisor) == ["2 exceptions are still open.", "1 sampled order was not looked at."]
    with pytest.raises(Refusal, match="still open or awaits its second reader"):
        actions.sign(supervisor, day, statement="All is well.")
    actions.answer(analyst, list(Finding.objects.all()), "dismiss", cause_code="other", answer="Seen.")
    assert queries.why_not_signed(day, supervisor) == ["1 exception is still awaiting a second reader.", "1 sampled order was not looked at."]
    record.move(supervisor, bench.finding("a"), "agree")
    with pytest.raises(Refusal, match="sample was not looked at"):
        actions.sign(supervisor, day, statement="All is well.")
    look_at_all(analyst)
    assert queries.why_not_signed(day, supervisor) == []
    actions.sign(supervisor, Day.objects.get(), statement="All is well.")

    signature = Signature.objects.get()
    assert (Day.objects.get().state, signature.run_id, signature.signed_by, signature.statement) == ("signed", bench.sealed[0], supervisor.key, "All is well.")
    assert signature.counts == {
        "exceptions": 2,
        "by_severity": {"high": {"closed": 1}, "medium": {"closed": 1}, "low": {}, "info": {}},
        "harm_usd": "10.00",
        "sample": {"looked": 1},
    }


def test_nobody_signs_off_their_own_answer_to_what_matters(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a", severity="high"), bench.found("b")])
    first, second = actor("supervisor", name="first"), actor("supervisor", name="second")
    actions.dismiss(first, bench.finding("a"), cause_code="other", answer="Seen.")
    actions.dismiss(second, bench.finding("b"), cause_code="other", answer="Seen.")
    record.move(second, bench.finding("a"), "agree")
    with pytest.raises(Refusal, match="Another supervisor signs it") as refused:
        actions.sign(first, Day.objects.get(), statement="Mine.")
    assert refused.value.is_forbidden
    assert queries.why_not_signed(Day.objects.get(), first) == ["You answered an exception of this day that matters, so another supervisor signs."]
    actions.sign(second, Day.objects.get(), statement="Read by me.")
    assert Day.objects.get().signed_by == second.key


def test_only_a_supervisor_signs_and_says_what(bench: Any, actor: Any) -> None:
    bench.receive([])
    with pytest.raises(Refusal, match="only supervisor") as refused:
        actions.sign(actor("analyst", "compliance"), Day.objects.get(), statement="Fine.")
    assert refused.value.is_forbidden
    with pytest.raises(Refusal, match="statement is missing"):
        actions.sign(actor("supervisor"), Day.objects.get(), statement=" ")
    assert Signature.objects.count() == 0


def test_the_database_keeps_what_was_signed(bench: Any, actor: Any) -> None:
    bench.receive([])
    actions.sign(actor("supervisor"), Day.objects.get(), statement="Nothing was found.")
    for change in (lambda: Signature.objects.update(statement="Something else."), lambda: Signature.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert Signature.objects.get().statement == "Nothing was found."


def test_what_came_later_is_signed_again_and_both_signatures_stay(bench: Any, actor: Any) -> None:
    bench.receive([])
    supervisor = actor("supervisor")
    actions.sign(supervisor, Day.objects.get(), statement="Nothing was found.")
    bench.receive([bench.found("a")], policy="p-2")
    assert [day.on for day in queries.days_to_sign()] == [MONDAY]
    actions.dismiss(actor("analyst"), bench.finding("a"), cause_code="other", answer="Seen.")
    actions.sign(supervisor, Day.objects.get(), statement="One came later; seen.")
    assert [(each.run_id, each.statement) for each in Signature.objects.all()] == [
        (bench.sealed[0], "Nothing was found."),
        (bench.sealed[1], "One came later; seen."),
    ]


def test_an_escalated_exception_does_not_hold_the_signature(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a")])
    actions.escalate(actor("analyst"), [bench.finding("a")], why="Odd.")
    actions.sign(actor("supervisor"), Day.objects.get(), statement="One is with compliance.")
    assert Signature.objects.get().counts["by_severity"]["medium"] == {"escalated": 1}


def test_the_days_are_counted(bench: Any, actor: Any, django_assert_num_queries: Any) -> None:
    rows = [bench.found("a", severity="high"), bench.found("b", harm_usd=None), bench.found("c", TUESDAY, severity="info")]
    bench.receive(rows, days=(MONDAY, TUESDAY), orders=[bench.order("calm"), bench.order("calm-2")])
    analyst = actor("analyst")
    actions.dismiss(analyst, bench.finding("a"), cause_code="other", answer="Seen.")
    record.move(analyst, SampleItem.objects.first(), "look")
    with django_assert_num_queries(5):
        monday, tuesday = days.held(list(Day.objects.order_by("on")))[0:2]
    assert monday.by_severity == {"high": 1, "medium": 1, "low": 0, "info": 0}
    assert (monday.exceptions, monday.open, monday.awaiting, monday.harm_usd, monday.looked, monday.sampled) == (2, 1, 1, 5, 1, 2)
    assert (tuesday.exceptions, tuesday.by_severity["info"], tuesday.open, tuesday.sampled, tuesday.left) == (1, 1, 1, 0, 1)


def test_a_questioned_order_needs_a_note_and_can_be_settled(bench: Any, actor: Any) -> None:
    bench.receive([], orders=[bench.order("calm")])
    analyst = actor("analyst")
    with pytest.raises(Refusal, match="note is missing"):
        record.move(analyst, SampleItem.objects.get(), "question")
    record.move(analyst, SampleItem.objects.get(), "question", note="Why so slow?")
    assert [item.order_id for item in queries.questioned()] == ["calm"]
    record.move(analyst, SampleItem.objects.get(), "settle", why="It waited for the auction.")
    assert (SampleItem.objects.get().state, queries.questioned().count()) == ("looked", 0)
