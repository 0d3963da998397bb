"""People answer findings; what matters is read by a second person."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from oversight import clock
from oversight.findings import actions
from oversight.findings.models import Day, Finding
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy, Notice
from oversight.record import actions as record
from oversight.record.models import Entry

MONDAY = date(2026, 9, 28)
ANSWER = {"cause_code": "market_moved", "customer_impact": "no", "answer": "The market moved in between."}


def verbs(row: Finding) -> list[tuple[str, str]]:
    return list(Entry.objects.filter(subject_kind="finding", subject_id=str(row.pk)).order_by("seq").values_list("actor", "verb"))


def test_a_small_exception_is_closed_by_its_answer(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a")])
    analyst = actor("analyst")
    actions.explain(analyst, bench.finding("a"), **ANSWER)
    row = bench.finding("a")
    assert (row.state, row.cause_code, row.customer_impact, row.answer) == ("closed", "market_moved", "no", "The market moved in between.")
    assert (row.answered_by, row.answered_at, row.read_by) == (analyst.key, clock.now(), "")
    assert verbs(row) == [("system:receive", "open"), (analyst.key, "explain"), ("system:findings", "settle")]


@pytest.mark.parametrize("said", [{"severity": "high"}, {"harm_usd": 100}])
def test_what_matters_awaits_a_second_reader_who_is_somebody_else(bench: Any, actor: Any, said: dict[str, Any]) -> None:
    bench.receive([bench.found("a", **said)])
    both, second = actor("analyst", "supervisor", name="both"), actor("compliance")
    actions.dismiss(both, bench.finding("a"), cause_code="clock", answer="Known offset.")
    assert bench.finding("a").state == "awaiting_reader"
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(both, bench.finding("a"), "agree")
    record.move(second, bench.finding("a"), "agree")
    row = bench.finding("a")
    assert (row.state, row.read_by, row.read_at) == ("closed", second.key, clock.now())


def test_an_answer_that_says_the_customer_was_affected_matters(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b")])
    analyst = actor("analyst")
    actions.explain(analyst, bench.finding("a"), **ANSWER | {"customer_impact": "yes"})
    actions.explain(analyst, bench.finding("b"), **ANSWER | {"customer_impact": "cannot_tell"})
    assert [(bench.finding(name).state, bench.finding(name).matters) for name in "ab"] == [("awaiting_reader", True), ("closed", False)]


def test_an_analyst_reads_no_answer_as_the_second_person(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a", severity="high")])
    actions.explain(actor("analyst"), bench.finding("a"), **ANSWER)
    with pytest.raises(Refusal, match="only supervisor or compliance") as refused:
        record.move(actor("analyst", name="another"), bench.finding("a"), "agree")
    assert refused.value.is_forbidden


@pytest.mark.parametrize("missing", ["cause_code", "customer_impact", "answer"])
def test_an_explanation_lacks_nothing(bench: Any, actor: Any, missing: str) -> None:
    bench.receive([bench.found("a")])
    with pytest.raises(Refusal, match=f"{missing.replace('_', ' ')} is missing"):
        actions.explain(actor("analyst"), bench.finding("a"), **{name: value for name, value in ANSWER.items() if name != missing})


def test_a_cause_is_one_of_the_desks_limits(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a")])
    with pytest.raises(Refusal, match="There is no cause 'weather'"):
        actions.explain(actor("analyst"), bench.finding("a"), **ANSWER | {"cause_code": "weather"})
    assert bench.finding("a").state == "open"


def test_an_answer_is_sent_back_with_a_reason(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a", severity="high")])
    actions.explain(actor("analyst"), bench.finding("a"), **ANSWER)
    supervisor = actor("supervisor")
    with pytest.raises(Refusal, match="why is missing"):
        record.move(supervisor, bench.finding("a"), "send_back")
    record.move(supervisor, bench.finding("a"), "send_back", why="Which quote?")
    assert bench.finding("a").state == "open"


def test_who_escalates_does_not_resolve(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a")])
    supervisor, compliance = actor("supervisor"), actor("compliance")
    actions.escalate(supervisor, [bench.finding("a")], why="It looks systematic.")
    assert (bench.finding("a").state, bench.finding("a").escalated_by) == ("escalated", supervisor.key)
    with pytest.raises(Refusal, match="you are named as escalated by"):
        record.move(supervisor, bench.finding("a"), "resolve", why="Fine.")
    record.move(compliance, bench.finding("a"), "resolve", why="Raised with the vendor.", cause_code="venue_fault")
    row = bench.finding("a")
    assert (row.state, row.read_by, row.cause_code) == ("closed", compliance.key, "venue_fault")


def test_a_reopened_exception_has_a_new_clock_and_its_signed_day_says_so(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a")])
    actions.explain(actor("analyst"), bench.finding("a"), **ANSWER)
    supervisor = actor("supervisor")
    actions.sign(supervisor, Day.objects.get(), statement="All answered.")
    with clock.stated(datetime(2026, 10, 5, 12, tzinfo=UTC)):
        actions.reopen(supervisor, bench.finding("a"), why="The vendor says otherwise.")
    row, day = bench.finding("a"), Day.objects.get()
    assert (row.state, row.due_at, row.answer) == ("open", datetime(2026, 10, 6, 12, tzinfo=UTC), ANSWER["answer"])
    assert (day.state, day.signatures.count()) == ("late", 1)


def test_many_are_answered_with_one_reason_each_with_its_entry(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b"), bench.found("c", severity="high")])
    analyst = actor("analyst")
    actions.answer(analyst, list(Finding.objects.all()), "dismiss", cause_code="limit_too_tight", answer="Below what we look at.")
    assert [bench.finding(name).state for name in "abc"] == ["closed", "closed", "awaiting_reader"]
    assert Entry.objects.filter(actor=analyst.key, verb="dismiss").count() == 3


def test_of_many_all_or_none_and_the_first_that_cannot_is_named(bench: Any, actor: Any) -> None:
    bench.receive([bench.found("a"), bench.found("b")])
    analyst = actor("analyst")
    actions.dismiss(analyst, bench.finding("b"), cause_code="other", answer="Seen.")
    entries = Entry.objects.count()
    with pytest.raises(Refusal) as refused:
        actions.answer(analyst, [bench.finding("a"), bench.finding("b")], "dismiss", cause_code="other", answer="All.")
    assert refused.value.words == (
        "Slippage from arrival, order b, 100 ABCZ, 2026-09-28. Dismiss: the exception is “closed”; this is done while it is “open”. Nothing was changed."
    )
    assert (bench.finding("a").state, Entry.objects.count()) == ("open", entries)


def test_nothing_chosen_is_said(actor: Any) -> None:
    with pytest.raises(Refusal, match="Choose at least one first"):
        actions.escalate(actor("analyst"), [], why="Why.")


def test_people_take_exceptions_and_supervisors_assign_them(bench: Any, actor: Any, person: Any) -> None:
    bench.receive([bench.found("a")])
    analyst, supervisor, other = actor("analyst"), actor("supervisor"), person("analyst", name="other")
    actions.take(analyst, [bench.finding("a")])
    assert bench.finding("a").owner == analyst.key
    actions.assign(supervisor, [bench.finding("a")], other.key)
    assert bench.finding("a").owner == other.key
    with pytest.raises(Refusal, match="only supervisor or compliance") as refused:
        actions.assign(analyst, [bench.finding("a")], analyst.key)
    assert refused.value.is_forbidden
    with pytest.raises(Refusal, match="does not work the queue"):
        actions.assign(supervisor, [bench.finding("a")], person("auditor").key)


@pytest.mark.parametrize("roles", [("auditor",), ("committee",), ("vendor",), ("administrator",)])
def test_who_only_reads_takes_nothing(bench: Any, actor: Any, roles: tuple[str, ...]) -> None:
    bench.receive([bench.found("a")])
    with pytest.raises(Refusal) as refused:
        actions.take(actor(*roles), [bench.finding("a")])
    assert refused.value.is_forbidden


def test_readers_and_compliance_are_told_once_for_many(bench: Any, actor: Any, person: Any) -> None:
    bench.receive([bench.found("a", severity="high"), bench.found("b", severity="high"), bench.found("c")])
    copies = Copy.objects.exclude(notice__told_by="system:receive")
    supervisor, compliance = person("supervisor"), person("compliance")
    analyst = actor("analyst")
    actions.answer(analyst, list(Finding.objects.filter(severity="high")), "dismiss", cause_code="other", answer="Seen.")
    actions.escalate(analyst, [bench.finding("c")], why="Odd.")
    told = [(copy.notice.what, copy.to) for copy in copies.select_related("notice").order_by("notice_id", "to")]
    assert sorted(told) == sorted(
        [
            ("2 exceptions await a second reader.", supervisor.key),
            ("2 exceptions await a second reader.", compliance.key),
            ("An exception was escalated: Slippage from arrival.", compliance.key),
        ]
    )
    assert Notice.objects.filter(told_by=analyst.key).count() == 2
