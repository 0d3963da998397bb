"""What is owed is done: by whom, with what proof, late, confirmed, waived, in somebody's stead, or by an act in the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.evidence import actions as evidence
from oversight.findings.models import Day, Run, Signature
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.obligations import actions, queries, raising
from oversight.obligations.models import Duty, Occurrence
from oversight.obligations.recurrence import QUARTER, TRADING_DAY
from oversight.record import actions as record
from oversight.record.models import Entry

from .conftest import FACTS, account, at

Act = Callable[..., Actor]


def test_its_owner_does_it_with_words(due: Occurrence, owner: Actor) -> None:
    actions.done(owner, due, note="Called them; nothing new.")
    assert (due.state, due.done_by, due.is_late) == ("done", owner.key, False)
    assert [entry.verb for entry in Entry.objects.filter(subject_kind="duty_occurrence", subject_id=due.pk)] == ["raise", "do", "settle"]


def test_words_are_wanted(due: Occurrence, owner: Actor) -> None:
    with pytest.raises(Refusal, match="note is missing"):
        actions.done(owner, due, note="  ")


@pytest.mark.parametrize("role", ["supervisor", "compliance"])
def test_supervisor_and_compliance_stand_in(due: Occurrence, actor: Act, role: str) -> None:
    actions.done(actor(role, name="other"), due, note="Called them.")
    assert due.state == "done"


@pytest.mark.parametrize("role", ["analyst", "committee", "vendor_manager", "senior_manager", "auditor", "administrator", "vendor"])
def test_nobody_elses_duty_is_done(due: Occurrence, actor: Act, role: str) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.done(actor(role, name="other"), due, note="Called them.")
    assert refusal.value.is_forbidden


def test_two_people_doing_one_at_once_the_second_is_told(due: Occurrence, owner: Actor, deputy: Actor) -> None:
    stale = queries.occurrences().get(pk=due.pk)
    actions.done(owner, due, note="Called them.")
    with pytest.raises(Refusal, match="is “done”; this is done while it is"):
        actions.done(deputy, stale, note="I called them too.")
    assert Occurrence.objects.get(pk=due.pk).done_by == owner.key


def test_late_it_needs_a_reason_and_stays_marked(due: Occurrence, owner: Actor) -> None:
    with at(10, 9):
        actions.daily()
        due.refresh_from_db()
        with pytest.raises(Refusal, match="Say why it is late"):
            actions.done(owner, due, note="Called them.")
        actions.done(owner, due, note="Called them.", late_reason="Nobody answered before.")
        assert (due.state, due.is_late, due.late_reason) == ("done", True, "Nobody answered before.")


def test_past_its_day_it_is_marked_as_missed_even_before_the_daily_round(due: Occurrence, owner: Actor) -> None:
    with at(10, 9), pytest.raises(Refusal, match="Say why it is late"):
        actions.done(owner, due, note="Called them.")
    due.refresh_from_db()
    assert due.state == "missed"


def wants_file(compliance: Actor, duty: Duty, due: Occurrence) -> Occurrence:
    actions.amend(compliance, duty, why="The note is filed from now on.", proof="file")
    return queries.occurrences().get(pk=due.pk)


def test_a_file_is_wanted_where_the_duty_says_so(compliance: Actor, owner: Actor, duty: Duty, due: Occurrence) -> None:
    row = wants_file(compliance, duty, due)
    with pytest.raises(Refusal, match="the proof is missing"):
        actions.done(owner, row, note="Called them.")
    evidence.file(owner, "note.txt", b"What they said.\n", subject=row.subject)
    actions.done(owner, row, note="Called them.")
    assert row.state == "done"


@pytest.mark.parametrize(("effective", "expires"), [(None, date(2026, 10, 5)), (date(2026, 10, 7), None)])
def test_evidence_that_is_not_in_force_on_the_day_proves_nothing(
    compliance: Actor, owner: Actor, duty: Duty, due: Occurrence, effective: date | None, expires: date | None
) -> None:
    row = wants_file(compliance, duty, due)
    evidence.file(owner, "note.txt", b"What they said.\n", subject=row.subject, effective_on=effective, expires_on=expires)
    with at(10, 6), pytest.raises(Refusal, match="the proof is missing"):
        actions.done(owner, row, note="Called them.")


def test_a_withdrawn_link_proves_nothing(compliance: Actor, owner: Actor, duty: Duty, due: Occurrence) -> None:
    row = wants_file(compliance, duty, due)
    filed = evidence.file(owner, "note.txt", b"What they said.\n", subject=row.subject)
    evidence.withdraw(owner, filed.links.get(), "the wrong note")
    with pytest.raises(Refusal, match="the proof is missing"):
        actions.done(owner, row, note="Called them.")


def test_a_second_person_confirms_and_sends_back(compliance: Actor, owner: Actor, actor: Act, duty: Duty, due: Occurrence) -> None:
    actions.amend(compliance, duty, why="It matters.", second=True)
    row, supervisor = queries.occurrences().get(pk=due.pk), actor("supervisor")
    actions.done(owner, row, note="Called them.")
    assert row.state == "awaiting"
    actions.send_back(supervisor, row, why="What did they say?")
    assert row.state == "due"
    actions.done(supervisor, row, note="I called them myself.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(supervisor, row, "confirm")
    record.move(compliance, row, "confirm")
    assert (row.state, row.confirmed_by) == ("done", compliance.key)


def test_sent_back_after_its_day_it_is_missed_at_once(compliance: Actor, owner: Actor, duty: Duty, due: Occurrence) -> None:
    actions.amend(compliance, duty, why="It matters.", second=True)
    row = queries.occurrences().get(pk=due.pk)
    actions.done(owner, row, note="Called them.")
    with at(10, 9):
        actions.send_back(compliance, row, why="Not what was asked.")
    assert row.state == "missed"


def test_a_waiver_takes_two_people_and_its_clock_runs_on(due: Occurrence, owner: Actor, compliance: Actor, actor: Act) -> None:
    with pytest.raises(Refusal, match="why is missing"):
        actions.ask_waiver(compliance, due)
    actions.ask_waiver(compliance, due, why="They are closed that week.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        record.move(compliance, due, "waive", why="Fine.")
    with at(10, 9):
        assert due.is_overdue
        actions.refuse_waiver(actor("supervisor"), due, why="Call them all the same.")
        assert due.state == "missed"
        actions.ask_waiver(owner, due, why="They are closed.")
        record.move(compliance, due, "waive", why="Closed indeed.")
    assert (due.state, due.waived_by, due.is_late) == ("waived", compliance.key, True)


def test_while_the_owner_is_out_the_deputy_is_asked(duty: Duty, due: Occurrence, owner: Actor, deputy: Actor) -> None:
    assert queries.Asked.today().person(duty) == owner.key
    absence = actions.note_absence(owner, person=owner.key, from_on=date(2026, 10, 5), until_on=date(2026, 10, 9))
    with at(10, 8):
        actions.daily()
        assert (queries.Asked.today().person(duty), Copy.objects.get(notice__what__startswith="Missed").to) == (deputy.key, deputy.key)
        assert queries.of_account(account(deputy))[0] == due
        assert queries.of_account(account(owner)) == []
        actions.end_absence(owner, absence)
        assert queries.Asked.today().person(duty) == owner.key
    assert Entry.objects.filter(subject_kind="absence").count() == 2


def test_when_both_are_out_it_falls_to_the_role(duty: Duty, due: Occurrence, owner: Actor, deputy: Actor, person: Callable[..., Account]) -> None:
    other = person("vendor_manager", name="another")
    for by in (owner, deputy):
        actions.note_absence(by, person=by.key, from_on=date(2026, 10, 1), until_on=date(2026, 10, 30))
    assert queries.Asked.today().person(duty) == ""
    assert list(queries.of_account(other)) == list(Occurrence.objects.filter(state="due"))


@pytest.mark.parametrize(
    ("days", "words"),
    [((date(2026, 10, 9), date(2026, 10, 5)), "comes before the first"), ((date(2026, 9, 1), date(2026, 9, 30)), "over already"),
     ((date(2026, 10, 8), date(2026, 10, 20)), "noted for some of these days")],
)  # fmt: skip
def test_an_absence_that_cannot_be_is_refused(owner: Actor, days: tuple[date, date], words: str) -> None:
    actions.note_absence(owner, person=owner.key, from_on=date(2026, 10, 5), until_on=date(2026, 10, 9))
    with pytest.raises(Refusal, match=words):
        actions.note_absence(owner, person=owner.key, from_on=days[0], until_on=days[1])


def test_absences_of_others_are_noted_by_supervisor_and_compliance(owner: Actor, deputy: Actor, compliance: Actor) -> None:
    days = {"from_on": date(2026, 10, 5), "until_on": date(2026, 10, 9)}
    with pytest.raises(Refusal, match="Absences of others"):
        actions.note_absence(deputy, person=owner.key, **days)
    row = actions.note_absence(compliance, person=owner.key, **days)
    with pytest.raises(Refusal, match="Absences of others"):
        actions.end_absence(deputy, row)


def test_a_signed_day_proves_the_daily_duty_by_itself(compliance: Actor, owner: Actor, actor: Act) -> None:
    facts = {**FACTS, "every": TRADING_DAY, "after": 2, "proof": "act", "act": "day_signed"}
    actions.add(compliance, key="sign-days", owner=owner.key, **facts)
    raising.raise_due(clock.today())
    row = Occurrence.objects.select_related("duty").get(period="2026-09-30")
    with pytest.raises(Refusal, match="the record does not hold it yet"):
        actions.done(owner, row, note="Signed.")
    sign(date(2026, 9, 30), actor("supervisor"))
    assert actions.daily().proved == 1
    row.refresh_from_db()
    assert (row.state, row.done_by, row.acted_at, row.is_late) == ("done", "system:duties", clock.now(), False)
    assert Occurrence.objects.get(period="2026-10-01").state == "due"


def sign(on: date, by: Actor) -> None:
    install = automated("test")
    hashes = dict.fromkeys(("policy_sha256", "metrics_sha256", "checks_sha256", "code_sha256"), "1" * 64)
    numbers = {"days": 1, "orders": 1, "fills": 1, "findings": 0, "not_evaluated": 0}
    run = Run(
        id="a" * 64, first_on=on, last_on=on, **numbers, **hashes, policy_version="1", code_version="1", received_at=clock.now(), received_by="system:test"
    )
    record.create(install, run)
    day = record.create(install, Day(on=on, state="signed"))
    record.create(by, Signature(day=day, run=run, counts={}, statement="Read.", signed_by=by.key, signed_at=clock.now()), verb="sign")


def test_one_act_does_one_period(compliance: Actor, owner: Actor, duty: Duty) -> None:
    with at(9, 20):
        actions.add(compliance, key="review", owner=owner.key, **{**FACTS, "every": QUARTER, "after": 10, "proof": "act", "act": "access_reviewed"})
        raising.raise_due(clock.today())
    record.append(compliance, record.Act("sign", ("access_review", "1")))
    assert actions.daily().proved == 1
    with at(12, 20):
        assert actions.daily().proved == 0
        record.append(compliance, record.Act("sign", ("access_review", "2")))
        assert actions.daily().proved == 1
