"""Possible breaches: answered by their vendor alone, judged by two people, cured, credited, told when late."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.agreements import actions, queries
from oversight.agreements.models import Breach, Credit, Measurement
from oversight.agreements.queries import StateOfVendor, Totals
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record.actions import move
from oversight.record.models import Entry

from .conftest import Bench, Clauses, Desk, filled, received

Missed = Callable[..., Breach]
PROMISE = date(2026, 10, 20)


def answered(desk: Desk, row: Breach) -> Breach:
    return actions.answer(desk.of(row.clause.agreement.vendor.key), row, answer="A cable was wrong.", promised_on=PROMISE)


def told(account: Account) -> list[tuple[str, str, str]]:
    return [(copy.notice.what, copy.notice.url, copy.notice.severity) for copy in Copy.objects.filter(to=account.key).select_related("notice").order_by("pk")]


def test_the_vendor_and_the_vendor_manager_are_told_each_with_their_own_page(desk: Desk, missed: Missed) -> None:
    row = missed("vendor_a")
    words = "Possible breach, vendor's answer pending: Receipt to route, 2026-09"
    assert told(desk.outside["vendor_a"]) == [(words, f"/agreements/asked/{row.pk}/", "medium")]
    assert told(Account.objects.get(key=desk.manager.key)) == [(f"Alder Routing: {words}", f"/agreements/breaches/{row.pk}/", "medium")]
    assert told(desk.outside["vendor_b"]) == []


def test_only_an_account_of_its_vendor_answers(desk: Desk, missed: Missed, actor: Callable[..., Actor]) -> None:
    row = missed("vendor_a")
    for by in (desk.of("vendor_b"), desk.manager, desk.compliance, actor("vendor", name="of nobody"), replace(desk.manager, roles=frozenset({"vendor"}))):
        with pytest.raises(Refusal) as refusal:
            actions.answer(by, row, answer="Mine.", promised_on=PROMISE)
        assert refusal.value.is_forbidden
    answered(desk, row)
    assert (row.state, row.answered_by, row.promised_on) == ("answered", desk.outside["vendor_a"].key, PROMISE)


def test_an_account_that_was_closed_meanwhile_answers_nothing(desk: Desk, missed: Missed) -> None:
    row, by = missed("vendor_a"), desk.of("vendor_a")
    Account.objects.filter(key=by.key).update(is_active=False)
    with pytest.raises(Refusal, match="only an account of the vendor"):
        actions.answer(by, row, answer="Late words.", promised_on=PROMISE)


def test_an_answer_needs_words_and_a_day_that_is_not_past(desk: Desk, missed: Missed) -> None:
    row = missed()
    with pytest.raises(Refusal, match="answer is missing"):
        actions.answer(desk.of(), row, answer="  ", promised_on=PROMISE)
    with pytest.raises(Refusal, match="promised on is missing"):
        actions.answer(desk.of(), row, answer="x")
    with pytest.raises(Refusal, match="lies in the past"):
        actions.answer(desk.of(), row, answer="x", promised_on=date(2026, 9, 30))


def test_the_answer_stands_outside_the_chain(desk: Desk, missed: Missed) -> None:
    row = answered(desk, missed())
    entry = Entry.objects.get(verb="answer", subject_kind="possible_breach", subject_id=str(row.pk))
    assert "A cable was wrong." not in entry.body
    assert [word.name for word in entry.words.all()] == ["answer"]


def test_an_explanation_is_accepted_by_two(desk: Desk, missed: Missed) -> None:
    row = answered(desk, missed())
    move(desk.compliance, row, "propose", assessment="The cable was changed.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        move(desk.compliance, row, "accept")
    with pytest.raises(Refusal, match="only compliance or supervisor"):
        move(desk.manager, row, "accept")
    move(desk.supervisor, row, "accept")
    assert (row.state, row.settled_by) == ("accepted", desk.supervisor.key)


def test_two_who_accept_at_once(desk: Desk, missed: Missed) -> None:
    row = answered(desk, missed())
    move(desk.manager, row, "propose", assessment="x")
    first, second = Breach.objects.get(pk=row.pk), Breach.objects.get(pk=row.pk)
    move(desk.supervisor, first, "accept")
    with pytest.raises(Refusal, match="is “accepted as explained”; this is done while it is"):
        move(desk.compliance, second, "accept")


def test_a_dispute_keeps_the_words_of_both_and_is_answered_again(desk: Desk, missed: Missed) -> None:
    row = answered(desk, missed())
    actions.dispute(desk.manager, row, firm_words="The cable was changed in July already.")
    assert (row.state, row.answer, row.firm_words) == ("disputed", "A cable was wrong.", "The cable was changed in July already.")
    assert told(desk.outside["vendor_a"])[-1][0] == "Your answer is disputed, you may answer again: Receipt to route, 2026-09"
    actions.answer(desk.of(), row, answer="It was another cable.", promised_on=PROMISE)
    assert (row.state, row.firm_words) == ("answered", "The cable was changed in July already.")


def test_cured_needs_a_later_window_that_met_or_evidence(bench: Bench, desk: Desk, clause: Clauses) -> None:
    row = clause(least_n=1)
    filled(bench, "O1", 12, date(2026, 8, 31))
    actions.evaluate(automated("arrivals"), received(bench.receive().id))
    breach = Breach.objects.get(clause=row)
    with pytest.raises(Refusal, match="no later window met the target"):
        move(desk.manager, breach, "cure", why="It looks better.")
    filled(bench, "O2", 9, date(2026, 9, 29))
    actions.evaluate(automated("arrivals"), received(bench.receive().id))
    assert Measurement.objects.filter(first_on=date(2026, 9, 1)).get().is_to_date
    with pytest.raises(Refusal, match="no later window met the target"):
        move(desk.manager, breach, "cure", why="September is not over.")
    filled(bench, "O3", 9, date(2026, 9, 30))
    actions.evaluate(automated("arrivals"), received(bench.receive().id))
    # (9 + 9) / 2 = 9 ms.
    move(desk.manager, breach, "cure", why="September met the target.")
    assert (breach.state, breach.later_met.span.words) == ("cured", "2026-09")


def test_evidence_shows_a_cure_too(desk: Desk, missed: Missed) -> None:
    row = missed()
    evidence.file(desk.manager, "cable.txt", b"Changed on 2026-10-01.\n", subject=row.subject)
    move(desk.manager, row, "cure", why="The cable was changed.")
    assert row.state == "cured"


def test_nothing_but_a_restatement_withdraws(desk: Desk, missed: Missed) -> None:
    row = missed()
    for by in (desk.manager, desk.compliance, desk.supervisor, desk.of()):
        for name in ("withdraw", "credit"):
            with pytest.raises(Refusal, match="the desk does this itself"):
                move(by, row, name, why="please")


def test_a_restatement_after_it_was_settled_changes_nothing_that_was_signed(bench: Bench, desk: Desk, missed: Missed) -> None:
    row = answered(desk, missed())
    move(desk.manager, row, "propose", assessment="x")
    move(desk.supervisor, row, "accept")
    for fill in bench.fills:
        fill["receipt_to_route_ns"] = 1_000_000
    actions.evaluate(automated("arrivals"), received(bench.receive().id))
    row = Breach.objects.get(pk=row.pk)
    assert (row.state, row.settled_by, row.measurement.value, row.latest.value) == ("accepted", desk.supervisor.key, Decimal(12_500_000), Decimal(1_000_000))


def test_a_clock_that_ran_out_is_told_once_to_all_three(desk: Desk, missed: Missed, person: Callable[..., Account]) -> None:
    row = missed()
    with clock.stated(datetime(2026, 10, 31, 13, tzinfo=UTC)):
        assert (row.is_overdue, actions.daily(automated("daily"))["overdue"]) == (False, 0), "the last day is in time"
    with clock.stated(datetime(2026, 11, 1, 13, tzinfo=UTC)):
        assert row.is_overdue
        assert [actions.daily(automated("daily"))["overdue"] for _ in range(2)] == [1, 0]
    words = "Past its cure clock since 2026-10-31: Receipt to route, 2026-09"
    assert told(desk.outside["vendor_a"])[-1] == (words, f"/agreements/asked/{row.pk}/", "high")
    for by in (desk.manager, desk.compliance):
        assert told(Account.objects.get(key=by.key))[-1] == (f"Alder Routing: {words}", f"/agreements/breaches/{row.pk}/", "high")


def test_a_credit_is_claimed_by_one_agreed_by_another_and_received(desk: Desk, missed: Missed) -> None:
    row = missed()
    credit = actions.claim_credit(desk.manager, row, claimed_usd=Decimal("125.00"))
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.agree_credit(desk.manager, credit, agreed_usd=Decimal(100), why="They offer 100.")
    with pytest.raises(Refusal, match="above zero"):
        actions.agree_credit(desk.compliance, credit, agreed_usd=Decimal(0), why="x")
    actions.agree_credit(desk.compliance, credit, agreed_usd=Decimal("100.00"), why="They offer 100, by mail.")
    row.refresh_from_db()
    assert (row.state, credit.state, credit.agreed_by, credit.month) == ("credited", "agreed", desk.compliance.key, date(2026, 9, 1))
    with pytest.raises(Refusal, match="lies ahead"):
        actions.receive_credit(desk.manager, credit, received_on=date(2026, 10, 2))
    actions.receive_credit(desk.manager, credit, received_on=date(2026, 10, 1))
    # claimed 125 = received 100 + let go 25.
    total = Totals(Decimal(125), Decimal(0), Decimal(0), Decimal(100), Decimal(0), Decimal(25), 1)
    assert (queries.totals(Credit.objects.all()), total.is_tied) == ({date(2026, 9, 1): total, None: total}, True)


def test_another_amount_than_the_arithmetic_needs_a_reason_and_a_second_claim_is_refused(desk: Desk, missed: Missed) -> None:
    row = missed()
    for amount, said in ((Decimal(200), "Say why another amount"), (Decimal(0), "above zero"), (Decimal(-5), "above zero")):
        with pytest.raises(Refusal, match=said):
            actions.claim_credit(desk.manager, row, claimed_usd=amount)
    actions.claim_credit(desk.manager, row, claimed_usd=Decimal(200), reason="Two windows together.")
    with pytest.raises(Refusal, match="claimed for this already"):
        actions.claim_credit(desk.manager, Breach.objects.get(pk=row.pk), claimed_usd=Decimal(125))


def test_a_waived_claim_is_tied_too(desk: Desk, missed: Missed) -> None:
    credit = actions.claim_credit(desk.manager, missed(), claimed_usd=Decimal("125.00"))
    move(desk.compliance, credit, "waive", why="The vendor gave more elsewhere.")
    total = queries.totals(Credit.objects.all())[None]
    assert (total.claimed, total.waived, total.is_tied) == (Decimal(125), Decimal(125), True)


def test_how_a_vendor_stands(desk: Desk, missed: Missed, clause: Clauses) -> None:
    clause("vendor_a", number="9", title="Not measured yet", from_on=date(2026, 10, 1))
    missed("vendor_a")
    assert queries.state_of(desk.vendor("vendor_a")) == StateOfVendor(missed=1, not_measured_yet=1, open_breaches=1, next_cure_on=date(2026, 10, 31))
    assert queries.state_of(desk.vendor("vendor_a")).words == "of 2 clauses: 0 met, 1 missed, 0 not measurable, 1 not measured yet"
    assert queries.state_of(desk.vendor("vendor_b")) == StateOfVendor()
    assert [row.vendor.key for row in queries.of_vendor(desk.vendor("vendor_b"))] == ["vendor_b"]
