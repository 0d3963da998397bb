"""What is owed: raised, done with proof, missed on the day after, waived by two, escalated; by those who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy, Notice
from oversight.obligations import actions, escalating, profiling, queries, raising
from oversight.obligations.models import Duty, Escalation, Occurrence
from oversight.obligations.recurrence import WEEK
from oversight.record import actions as record
from oversight.record.models import Entry

from .conftest import FACTS, at

Act = Callable[..., Actor]


def test_a_duty_without_an_owner_is_refused(compliance: Actor) -> None:
    with pytest.raises(Refusal, match="A duty has an owner"):
        actions.add(compliance, key="call", owner="", **FACTS)


def test_the_deputy_is_somebody_else(compliance: Actor, owner: Actor) -> None:
    with pytest.raises(Refusal, match="somebody else than the owner"):
        actions.add(compliance, key="call", owner=owner.key, deputy=owner.key, **FACTS)


def test_the_database_too_wants_two_people(duty: Duty) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(deputy=duty.owner)


@pytest.mark.parametrize("role", ["auditor", "senior_manager", "administrator", "vendor"])
def test_who_does_no_duties_owns_none(compliance: Actor, actor: Act, role: str) -> None:
    with pytest.raises(Refusal, match="cannot be the owner"):
        actions.add(compliance, key="call", owner=actor(role).key, **FACTS)


@pytest.mark.parametrize("role", ["analyst", "supervisor", "committee", "vendor_manager", "senior_manager", "auditor", "administrator", "vendor"])
def test_only_compliance_adds_and_amends(actor: Act, duty: Duty, owner: Actor, role: str) -> None:
    by = actor(role, name="other")
    for act in (
        lambda: actions.add(by, key="other", owner=owner.key, **FACTS),
        lambda: actions.amend(by, duty, why="x", title="y"),
        lambda: actions.give_pull(by, role="supervisor", what="venue", how="Call."),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.is_forbidden


@pytest.mark.parametrize(
    ("facts", "words"),
    [({"title": "  "}, "no title"), ({"cites": ["FINRA 9"]}, "no authority called FINRA 9"), ({"proof": "act"}, "Say which act"),
     ({"after": 251}, "at most 250"),
     ({"every": "year", "year_ends": 13}, "from 1 to 12")],
)  # fmt: skip
def test_facts_that_cannot_be_are_refused(compliance: Actor, owner: Actor, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        actions.add(compliance, key="call", owner=owner.key, **{**FACTS, **facts})


def test_a_name_is_given_once(compliance: Actor, owner: Actor, duty: Duty) -> None:
    with pytest.raises(Refusal, match="of that name already"):
        actions.add(compliance, key="call", owner=owner.key, **FACTS)


def test_what_falls_due_within_sixty_days_is_raised_once(duty: Duty) -> None:
    # From 1 October 60 days reach 30 November: 7 October and 6 November; 7 December is beyond.
    assert [(row.period, row.due_on) for row in raising.raise_due(clock.today())] == [("2026-09", date(2026, 10, 7)), ("2026-10", date(2026, 11, 6))]
    assert list(raising.raise_due(clock.today())) == []
    assert Entry.objects.filter(verb="raise").count() == 2


def test_two_callers_raise_nothing_twice(duty: Duty, due: Occurrence) -> None:
    twin = Occurrence(
        duty=duty, period=due.period, begins_on=due.begins_on, ends_on=due.ends_on, due_on=due.due_on, raised_by="x", raised_at=clock.now(), state="due"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        record.create(automated("test"), twin)
    assert Occurrence.objects.filter(period=due.period).count() == 1


def test_nothing_is_owed_from_before_the_duty_began(duty: Duty) -> None:
    raising.raise_due(clock.today())
    assert not Occurrence.objects.filter(due_on__lt=duty.owed_from).exists()


def test_a_clock_that_skipped_weeks_shows_every_one_that_was_missed(compliance: Actor, owner: Actor) -> None:
    actions.add(compliance, key="weekly", owner=owner.key, **{**FACTS, "every": WEEK, "after": 2})
    with at(10, 28):
        done = actions.daily()
    # Due Tu 6, Tu 13, Tu 20, Tu 27 October, all past on We 28; ahead within 21 days to 18 November: Tu 3, Tu 10, Tu 17.
    assert (done.raised, done.missed) == (7, 4)
    missed = Occurrence.objects.filter(state="missed").order_by("due_on")
    assert [row.due_on.isoformat() for row in missed] == ["2026-10-06", "2026-10-13", "2026-10-20", "2026-10-27"]


def test_missed_on_day_one_is_seen_on_day_one_and_told_to_whoever_is_asked(due: Occurrence, owner: Actor) -> None:
    with at(10, 7, 23):
        assert actions.daily().missed == 0
    with at(10, 8, 0):
        assert actions.daily().missed == 1
    due.refresh_from_db()
    assert (due.state, due.missed_by) == ("missed", "system:duties")
    told = Copy.objects.filter(to=owner.key, notice__what__startswith="Missed").values_list("notice__what", flat=True)
    assert list(told) == ["Missed: Call with the vendor, 2026-09, due 2026-10-07."]


def test_the_daily_round_twice_does_no_harm(due: Occurrence, person: Callable[..., Account]) -> None:
    person("supervisor")
    with at(10, 9):
        actions.daily()
        before = (Entry.objects.count(), Notice.objects.count(), Escalation.objects.count())
        assert actions.daily() == actions.Daily(0, 0, 0, 0)
        assert (Entry.objects.count(), Notice.objects.count(), Escalation.objects.count()) == before


def test_a_reassignment_is_recorded_and_told(duty: Duty, compliance: Actor, actor: Act, deputy: Actor) -> None:
    other = actor("vendor_manager", name="next")
    actions.assign(compliance, duty, owner=other.key, deputy=deputy.key, why="The other one left.")
    entry = Entry.objects.get(subject_kind="duty", verb="assign")
    assert f'"owner":["{duty_owner(entry)}","{other.key}"]' in entry.body
    assert Copy.objects.filter(to=other.key, notice__what="You own a duty: Call with the vendor.").count() == 1


def duty_owner(entry: Entry) -> str:
    import json

    return str(json.loads(entry.body)["changes"]["owner"][0])


@pytest.mark.parametrize("role", ["analyst", "vendor_manager", "committee", "senior_manager", "auditor", "administrator", "vendor"])
def test_naming_an_owner_is_for_supervisor_and_compliance(duty: Duty, actor: Act, owner: Actor, role: str) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.assign(actor(role, name="other"), duty, owner=owner.key)
    assert refusal.value.is_forbidden


def test_a_changed_rhythm_takes_back_what_is_not_due_yet_and_raises_it_anew(compliance: Actor, duty: Duty, due: Occurrence) -> None:
    actions.amend(compliance, duty, why="Ten days.", after=10)
    raising.raise_due(clock.today())
    # Ten business days after We 30 September: Th 1, Fr 2, Mo 5 … Fr 9, Mo 12, Tu 13, We 14.
    rows = Occurrence.objects.filter(period="2026-09").order_by("pk").values_list("state", "due_on")
    assert list(rows) == [("withdrawn", date(2026, 10, 7)), ("due", date(2026, 10, 14))]


def test_no_period_falls_through_a_change_of_its_day(compliance: Actor, duty: Duty) -> None:
    actions.amend(compliance, duty, why="Ten days.", after=10)
    raising.raise_due(clock.today())
    with at(10, 9):
        # September's was due on We 14 October by ten business days; by five it was due on We 7, which has passed on Fr 9: it is owed that day.
        actions.amend(compliance, duty, why="Five days again.", after=5)
        actions.daily()
        assert list(Occurrence.objects.filter(period="2026-09").exclude(state="withdrawn").values_list("state", "due_on")) == [("due", date(2026, 10, 9))]


def test_what_was_raised_by_hand_far_ahead_hides_no_turn_of_the_rule(compliance: Actor, duty: Duty) -> None:
    actions.ensure(compliance, key="call", due_on=date(2027, 6, 1))
    raising.raise_due(clock.today())
    assert list(Occurrence.objects.values_list("period", flat=True)) == ["2026-09", "2026-10", "raised 2027-06-01"]


def test_a_later_first_day_takes_back_what_lies_before_it_and_is_told(compliance: Actor, duty: Duty, due: Occurrence, person: Callable[..., Account]) -> None:
    supervisor = person("supervisor")
    with pytest.raises(Refusal, match="begins within 92 days"):
        actions.amend(compliance, duty, why="Later.", owed_from=date(2027, 1, 2))
    actions.amend(compliance, duty, why="The vendor's desk opens on 15 October.", owed_from=date(2026, 10, 15))
    raising.raise_due(clock.today())
    assert list(Occurrence.objects.exclude(state="withdrawn").values_list("period", "due_on")) == [("2026-10", date(2026, 11, 6))]
    assert Copy.objects.get(to=supervisor.key).notice.what == "The days of a duty were changed: Call with the vendor."


def test_a_duty_of_the_profile_keeps_a_rhythm(compliance: Actor) -> None:
    profiling.answer(compliance, "fees", "yes")
    row = Duty.objects.get()
    with pytest.raises(Refusal, match="so it keeps a rhythm"):
        actions.amend(compliance, row, why="We would rather be asked.", every="raised")


def test_what_the_firm_was_told_of_is_kept_for_good(due: Occurrence, person: Callable[..., Account]) -> None:
    with at(10, 12):
        actions.daily()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Escalation.objects.update(after=9)


def test_what_was_missed_stays_missed_when_the_duty_is_switched_off(compliance: Actor, actor: Act, duty: Duty, due: Occurrence) -> None:
    with at(10, 8):
        actions.daily()
        with pytest.raises(Refusal, match="nobody approves their own work"):
            actions.switch_off(compliance, duty, why="No calls any more.")
        actions.switch_off(actor("supervisor"), duty, why="No calls any more.")
        assert sorted(Occurrence.objects.values_list("period", "state")) == [("2026-09", "missed"), ("2026-10", "withdrawn"), ("2026-11", "withdrawn")]
        assert actions.daily().raised == 0
        actions.switch_on(compliance, duty, why="Calls again.")
        assert actions.daily().raised == 2


def test_it_is_escalated_step_by_step_each_once(due: Occurrence, person: Callable[..., Account]) -> None:
    roles = {person(role).key: role for role in ("supervisor", "senior_manager")}
    told: dict[int, list[str]] = {}
    for day in (7, 8, 9, 12, 13, 14, 15):
        with at(10, day):
            before = set(Copy.objects.values_list("pk", flat=True))
            actions.daily()
            copies = Copy.objects.exclude(pk__in=before).filter(to__in=roles, notice__what__startswith="Escalated")
            told[day] = [roles[copy.to] for copy in copies]
    # High: supervisor one business day late, compliance two, senior manager five. Due We 7: Th 8 is one, Fr 9 two, Mo 12 three, Tu 13 four, We 14 five.
    assert told == {7: [], 8: ["supervisor"], 9: [], 12: [], 13: [], 14: ["senior_manager"], 15: []}
    assert list(due.escalations.values_list("role", "after")) == [("supervisor", 1), ("compliance", 2), ("senior_manager", 5)]


def test_a_matrix_of_the_firm_takes_two_people_and_each_version_stays(compliance: Actor, actor: Act, due: Occurrence) -> None:
    mine = [{"severity": severity, "after": 3, "role": "committee"} for severity in ("high", "medium", "low")]
    row = escalating.propose(compliance, mine, why="The committee wants to know.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        escalating.approve(compliance, row)
    assert queries.steps() != mine
    escalating.approve(actor("supervisor"), row)
    assert queries.steps() == mine
    with at(10, 12):
        actions.daily()
    assert list(due.escalations.values_list("role", "after")) == [("committee", 3)]
    later = escalating.propose(compliance, [*mine, {"severity": "high", "after": 9, "role": "senior_manager"}], why="Then senior management.")
    escalating.approve(actor("supervisor", name="another"), later)
    assert [(version.pk, version.state) for version in queries.matrices()] == [(later.pk, "in_force"), (row.pk, "replaced")]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([("high", 1, "supervisor"), ("medium", 1, "supervisor")], "severity low"),
        ([("high", 0, "supervisor"), ("medium", 1, "supervisor"), ("low", 1, "supervisor")], "1 to 250"),
        ([("high", 1, "vendor"), ("medium", 1, "supervisor"), ("low", 1, "supervisor")], "a role of the firm"),
        ([("high", 1, "supervisor"), ("high", 2, "supervisor"), ("medium", 1, "supervisor"), ("low", 1, "supervisor")], "named twice"),
    ],
)
def test_a_matrix_that_tells_nobody_or_twice_is_refused(compliance: Actor, steps: list[tuple[str, int, str]], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        escalating.propose(compliance, [{"severity": severity, "after": after, "role": role} for severity, after, role in steps], why="Other steps.")


def test_another_part_of_the_desk_raises_a_duty_once(compliance: Actor) -> None:
    one = actions.ensure(automated("refreshes"), key="refresh-a", title="Refresh of the vendor", due_on=date(2026, 12, 1), severity="high")
    two = actions.ensure(automated("refreshes"), key="refresh-a", title="Refresh of the vendor", due_on=date(2026, 12, 1))
    later = actions.ensure(automated("refreshes"), key="refresh-a", due_on=date(2027, 12, 1))
    assert (one, later.duty, Duty.objects.get().origin) == (two, one.duty, "app")
    assert queries.duty("refresh-a") == one.duty
    assert list(queries.occurrences(one.duty, until=date(2026, 12, 31))) == [one]


@pytest.mark.parametrize(
    ("asked", "day"), [(date(2026, 12, 25), date(2026, 12, 24)), (date(2026, 10, 3), date(2026, 10, 2)), (date(2026, 9, 26), date(2026, 10, 1))]
)
def test_a_day_on_a_holiday_or_past_becomes_a_business_day(asked: date, day: date, db: None) -> None:
    # Fr 25 December is Christmas: Th 24. Sa 3 October: Fr 2. Sa 26 September has passed on Th 1 October: that day.
    assert actions.ensure(automated("test"), key="x", title="Something", due_on=asked).due_on == day


def test_who_may_pull_is_written_down_once_a_role(compliance: Actor) -> None:
    row = actions.give_pull(compliance, role="supervisor", what="venue", how="Call the vendor's desk, then note it in the handling log.")
    with pytest.raises(Refusal, match="may do so already"):
        actions.give_pull(compliance, role="supervisor", what="venue", how="Call.")
    with pytest.raises(Refusal, match="Say why"):
        actions.end_pull(compliance, row, why=" ")
    actions.end_pull(compliance, row, why="Supervisors changed.")
    assert list(queries.pull_rights()) == []
    with pytest.raises(Refusal, match="ended already"):
        actions.end_pull(compliance, row, why="Again.")


def test_the_command_runs_the_daily_round(due: Occurrence, capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    with at(10, 8):
        call_command("daily")
    # Sixty days from 8 October reach 7 December, the day on which November's is due.
    assert capsys.readouterr().out.splitlines()[-1] == "duties: 1 raised, 0 proved by the record, 1 missed, 1 steps of escalation told"
