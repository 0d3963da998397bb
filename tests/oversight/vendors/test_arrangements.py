"""Arrangements with what follows from each kind, and when somebody else's review can be relied on: the rule, its refusals, its lapse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.models import Copy
from oversight.record import actions as record
from oversight.record.models import Entry
from oversight.vendors import actions, queries, todo
from oversight.vendors.arranging import Reliance
from oversight.vendors.kinds import KINDS, why_not
from oversight.vendors.models import Vendor
from oversight.vendors.quarters import Quarter, parse, quarter_of

from .conftest import Firm


def relied(firm: Firm, vendor: Vendor, quarter: str = "2026Q2", **said: Any) -> Reliance:
    """A review received, read, challenged and relied on."""
    arrangement = vendor.arrangements.filter(state="in_force").first() or firm.arranged(vendor)
    row = actions.open_reliance(firm.vm, arrangement, quarter=quarter, **said)
    actions.receive(firm.vm, row, received_on=date(2026, 8, 10), results=firm.filed("Results"), rationale=firm.filed("Rationale"))
    actions.read(firm.analyst, row, reading="Covers market orders.", reading_file=firm.filed("Notes"))
    actions.answer_challenge(firm.supervisor, row, challenge="And limits?", answer="Sent.", challenge_file=firm.filed("Mail"))
    return actions.rely(firm.compliance, row)


def test_every_kind_says_what_follows_and_whether_a_review_can_be_relied_on() -> None:
    assert {kind.key: kind.allows_reliance for kind in KINDS} == {"own_mpid": False, "member_agent": True, "wholesaler": False, "carrying_router": True}
    assert all(kind.meaning and kind.follows and kind.capacities and kind.reliance for kind in KINDS)


@pytest.mark.parametrize(
    ("kind", "capacity", "crd", "said"),
    [
        ("own_mpid", "software", "", "no member handles these orders"),
        ("member_agent", "agent", "12345", ""),
        ("wholesaler", "principal", "12345", "its review looks at itself"),
        ("wholesaler", "mixed", "12345", "its review looks at itself"),
        ("carrying_router", "agent", "12345", ""),
        ("carrying_router", "principal", "12345", "this flow is handled as principal"),
        ("carrying_router", "mixed", "12345", "agent for some orders, principal for others"),
        ("carrying_router", "agent", "", "CRD number is missing"),
    ],
)
def test_a_review_is_relied_on_only_for_flow_handled_as_agent_by_a_member(kind: str, capacity: str, crd: str, said: str) -> None:
    why = why_not(kind, capacity, crd)
    assert (said in why, bool(why)) == (True, bool(said))


@pytest.mark.parametrize(("kind", "capacity", "crd"), [("own_mpid", "software", ""), ("wholesaler", "principal", "9"), ("carrying_router", "principal", "9")])
def test_where_the_rule_does_not_hold_reliance_is_refused_with_the_reason(firm: Firm, vendor: Vendor, kind: str, capacity: str, crd: str) -> None:
    row = firm.arranged(vendor, kind=kind, capacity=capacity, crd=crd)
    with pytest.raises(Refusal) as refusal:
        actions.open_reliance(firm.vm, row, quarter="2026Q2")
    assert refusal.value.words == f"{row}: {why_not(kind, capacity, crd)}"
    assert Reliance.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"kind": "own_mpid"}, "the capacity is: none: it supplies software"),
        ({"kind": "own_mpid", "capacity": "software"}, "no CRD number belongs here"),
        ({"kind": "nap"}, "no such kind"),
        ({"crd": ""}, "its CRD number is missing"),
        ({"crd": "12a"}, "digits alone"),
        ({"until_on": date(2025, 12, 31)}, "end before it begins"),
        ({"order_types": " "}, "Say who handles which flow"),
    ],
)
def test_facts_that_do_not_go_together_are_refused(firm: Firm, vendor: Vendor, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        firm.drafted(vendor, **facts)


def test_an_arrangement_is_approved_by_a_second_person_who_can_read_the_agreement(firm: Firm, vendor: Vendor, actor: Callable[..., Actor]) -> None:
    row = firm.drafted(vendor)
    with pytest.raises(Refusal, match="the signed agreement is not filed beside it"):
        actions.approve_arrangement(firm.compliance, row)
    firm_compliance_drafted = actions.correct_arrangement(firm.compliance, row, crd="777", why="typo")
    assert firm_compliance_drafted.corrected_by == firm.compliance.key
    from oversight.evidence import actions as evidence

    evidence.link(firm.analyst, firm.filed("Agreement"), row.subject)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.approve_arrangement(firm.compliance, row)
    actions.approve_arrangement(firm.supervisor, row)
    assert (row.standing, vendor.has_arrangement) == ("in force", True)
    with pytest.raises(Refusal, match="its words no longer change"):
        actions.correct_arrangement(firm.vm, row, crd="778")


def test_in_force_is_a_matter_of_dates_too(firm: Firm, vendor: Vendor) -> None:
    row = firm.arranged(vendor, from_on=date(2026, 10, 2), until_on=date(2026, 10, 3))
    said = {}
    for day in (1, 2, 3, 4):
        with clock.stated(datetime(2026, 10, day, 14, tzinfo=UTC)):
            said[day] = (row.standing, vendor.has_arrangement)
    assert said == {
        1: ("approved, in force from 2026-10-02", False), 2: ("in force", True), 3: ("in force", True), 4: ("ran out on 2026-10-03", False),
    }  # fmt: skip


def test_the_same_flow_is_not_arranged_twice_on_the_same_days(firm: Firm, vendor: Vendor) -> None:
    first = firm.arranged(vendor)
    with pytest.raises(Refusal, match="is in force for the same flow"):
        firm.arranged(vendor)
    actions.end_arrangement(firm.compliance, first, until_on=date(2026, 9, 30), why="replaced")
    assert firm.arranged(vendor, from_on=date(2026, 10, 1)).standing == "in force"


@pytest.mark.parametrize(("until_on", "said"), [(date(2026, 1, 1), "end before it begins"), (date(2026, 10, 2), "end in the future")])
def test_an_arrangement_ends_when_it_has_ended(firm: Firm, vendor: Vendor, until_on: date, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        actions.end_arrangement(firm.compliance, firm.arranged(vendor), until_on=until_on, why="x")


def test_two_people_at_once_decide_once(firm: Firm, vendor: Vendor) -> None:
    row = firm.drafted(vendor)
    stale = type(row).objects.get(pk=row.pk)
    record.move(firm.supervisor, row, "reject", why="wrong flow")
    with pytest.raises(Refusal, match="is “rejected”; this is done while it is"):
        actions.approve_arrangement(firm.compliance, stale)
    with pytest.raises(Refusal, match="its words no longer change"):
        actions.correct_arrangement(firm.vm, stale, crd="1")


def test_quarters_are_counted_as_the_calendar_counts_them() -> None:
    assert (quarter_of(date(2026, 10, 1)), quarter_of(date(2026, 9, 30)), parse("2026-q3")) == (Quarter(2026, 4), Quarter(2026, 3), Quarter(2026, 3))
    assert (Quarter(2026, 4).after, Quarter(2026, 1).before) == (Quarter(2027, 1), Quarter(2025, 4))
    assert (Quarter(2026, 2).first, Quarter(2026, 2).last) == (date(2026, 4, 1), date(2026, 6, 30))
    # the third quarter ends on 30 September; 31 days of October and 14 of November are the 45 days after it
    assert Quarter(2026, 2).holds_until == date(2026, 11, 14)
    with pytest.raises(Refusal, match="is not a quarter"):
        parse("2026Q5")


def test_a_review_received_read_and_challenged_is_relied_on_for_its_quarter(firm: Firm, vendor: Vendor) -> None:
    row = relied(firm, vendor)
    assert (row.state, row.is_relied_on, row.due_on) == ("relied_on", True, date(2026, 11, 14))
    assert [row.received_by, row.read_by, row.challenged_by, row.relied_by] == [
        person.key for person in (firm.vm, firm.analyst, firm.supervisor, firm.compliance)
    ]  # fmt: skip
    assert sorted(word.name for word in Entry.objects.get(verb="challenge").words.all()) == ["answer", "challenge"]


def test_no_fact_is_skipped_and_none_goes_without_its_evidence(firm: Firm, vendor: Vendor) -> None:
    row = actions.open_reliance(firm.vm, firm.arranged(vendor), quarter="2026Q2")
    with pytest.raises(Refusal, match="is “opened”; this is done while it is"):
        actions.rely(firm.compliance, row)
    with pytest.raises(Refusal, match="The rationale is missing"):
        actions.receive(firm.vm, row, received_on=date(2026, 8, 10), results=firm.filed())
    paper = firm.filed()
    with pytest.raises(Refusal, match="Results and rationale are two things"):
        actions.receive(firm.vm, row, received_on=date(2026, 8, 10), results=paper, rationale=paper)
    actions.receive(firm.vm, row, received_on=date(2026, 8, 10), results=firm.filed(), rationale=firm.filed())
    with pytest.raises(Refusal, match="reading file is missing"):
        actions.read(firm.analyst, row, reading="x")


def test_the_reader_does_not_challenge_and_who_opened_or_read_does_not_agree(firm: Firm, vendor: Vendor, actor: Callable[..., Actor]) -> None:
    both = actor("compliance", "vendor_manager", name="both")
    row = actions.open_reliance(both, firm.arranged(vendor), quarter="2026Q2")
    actions.receive(both, row, received_on=date(2026, 8, 10), results=firm.filed(), rationale=firm.filed())
    actions.read(firm.supervisor, row, reading="x", reading_file=firm.filed())
    with pytest.raises(Refusal, match="you are named as read by"):
        actions.answer_challenge(firm.supervisor, row, challenge="x", answer="x", challenge_file=firm.filed())
    actions.answer_challenge(firm.analyst, row, challenge="x", answer="x", challenge_file=firm.filed())
    for by, named in ((both, "opened by"), (firm.supervisor, "read by")):
        with pytest.raises(Refusal, match=f"you are named as {named}"):
            actions.rely(by, row)
    assert actions.rely(firm.compliance, row).is_relied_on


@pytest.mark.parametrize(("received_on", "said"), [(date(2026, 6, 30), "cannot have come before"), (date(2026, 10, 2), "received in the future")])
def test_a_review_comes_after_its_quarter_and_not_tomorrow(firm: Firm, vendor: Vendor, received_on: date, said: str) -> None:
    row = actions.open_reliance(firm.vm, firm.arranged(vendor), quarter="2026Q2")
    with pytest.raises(Refusal, match=said):
        actions.receive(firm.vm, row, received_on=received_on, results=firm.filed(), rationale=firm.filed())


@pytest.mark.parametrize(
    ("quarter", "due_on", "said"),
    [
        ("2027Q1", None, "has not begun"),
        ("2025Q4", None, "held on no day of 2025Q4"),
        ("2026Q2", date(2026, 11, 15), "for one quarter"),
        ("2026Q2", date(2026, 6, 30), "for one quarter"),
        ("2026Q1", None, "has passed"),
    ],
)
def test_a_reliance_is_for_one_quarter(firm: Firm, vendor: Vendor, quarter: str, due_on: date | None, said: str) -> None:
    row = firm.arranged(vendor)
    with pytest.raises(Refusal, match=said):
        actions.open_reliance(firm.vm, row, quarter=quarter, due_on=due_on)


def test_a_quarter_is_opened_once_and_again_after_it_was_refused(firm: Firm, vendor: Vendor) -> None:
    arrangement = firm.arranged(vendor)
    row = actions.open_reliance(firm.vm, arrangement, quarter="2026Q2")
    with pytest.raises(Refusal, match="open already"):
        actions.open_reliance(firm.vm, arrangement, quarter="2026Q2")
    record.move(firm.supervisor, row, "refuse", why="nothing came")
    assert actions.open_reliance(firm.vm, arrangement, quarter="2026Q2").state == "opened"


def test_nothing_is_relied_on_under_a_draft_or_an_ended_arrangement(firm: Firm, vendor: Vendor) -> None:
    with pytest.raises(Refusal, match="The arrangement is drafted"):
        actions.open_reliance(firm.vm, firm.drafted(vendor), quarter="2026Q2")


def test_a_reliance_lapses_the_day_after_and_the_keepers_are_told(firm: Firm, vendor: Vendor) -> None:
    row = relied(firm, vendor, due_on=date(2026, 10, 20))
    with clock.stated(datetime(2026, 10, 20, 14, tzinfo=UTC)):
        assert (row.is_relied_on, actions.lapse()) == (True, 0)
    with clock.stated(datetime(2026, 10, 21, 4, 0, tzinfo=UTC)):  # midnight in New York, the day after
        assert (row.is_relied_on, row.standing) == (False, "lapsed"), "by its date, before anybody notes it"
        before = Copy.objects.count()
        assert (actions.lapse(), actions.lapse()) == (1, 0)
        row.refresh_from_db()
        assert (row.state, row.lapsed_by, Copy.objects.count() - before) == ("lapsed", "system:lapse_reliance", 3)
        with pytest.raises(Refusal, match="is “lapsed”; this is done while it is"):
            record.move(firm.supervisor, row, "refuse", why="x")


def test_an_unfinished_one_cannot_be_finished_late(firm: Firm, vendor: Vendor) -> None:
    row = actions.open_reliance(firm.vm, firm.arranged(vendor), quarter="2026Q2", due_on=date(2026, 10, 1))
    with clock.stated(datetime(2026, 10, 2, 14, tzinfo=UTC)), pytest.raises(Refusal, match="it could hold has passed: 2026-10-01"):
        actions.receive(firm.vm, row, received_on=date(2026, 10, 1), results=firm.filed(), rationale=firm.filed())


def test_nobody_lapses_a_reliance_by_hand(firm: Firm, vendor: Vendor) -> None:
    with pytest.raises(Refusal) as refusal:
        record.move(firm.compliance, relied(firm, vendor), "lapse")
    assert refusal.value.is_forbidden


def test_what_runs_out_without_a_next_one_is_a_task(firm: Firm, vendor: Vendor, person: Callable[..., Account]) -> None:
    row = relied(firm, vendor, due_on=date(2026, 10, 31))
    assert queries.running_out() == [row], "30 days from 1 October are 31 October"
    account = person("vendor_manager", name="keeper")
    words = "reviews relied on lapse within 30 days, with none for the next quarter"
    assert {task.what: (task.number, task.address) for task in todo.tasks(account)}[words] == (1, f"/vendors/reliances/{row.pk}/")
