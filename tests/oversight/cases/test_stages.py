"""The ladder: each move meets its condition or uses up an override that a second person in another role signed; nothing else gets by."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.oversight.cases.conftest import MONDAY, Firm, on
from tests.oversight.vendors.conftest import Firm as VendorFirm

from oversight import clock
from oversight.actor import Actor, automated
from oversight.cases import actions, queries
from oversight.cases.lifecycle import BY_KEY, CONDITIONS
from oversight.cases.models import Case, CaseDifference, Override
from oversight.differences.models import Decision, Difference
from oversight.evidence import queries as evidence
from oversight.lifecycle import Refusal
from oversight.record.actions import create, move
from oversight.record.models import Entry


def difference(firm: Firm, **said: Any) -> Difference:
    terms = {"title": "E/Q at one venue", "what": "Worse there.", "vendor": firm.vendor, "first_on": date(2026, 8, 12), "last_on": date(2026, 9, 30),
             "materiality_usd": 1000, "materiality_bps": 1, "identified_by": firm.analyst.key, "identified_at": clock.now(), "due_on": date(2026, 11, 2),
             "state": "identified", **said}  # fmt: skip
    return create(automated("test"), Difference(**terms))


def planned(firm: Firm) -> None:
    """Give Beta Router an approved exit plan."""
    VendorFirm(firm.vm, firm.compliance, firm.supervisor, firm.analyst).left_by_plan(firm.vendor)


def test_a_case_is_numbered_keeps_its_origin_and_tells_who_leads_it(firm: Firm) -> None:
    first = firm.case()
    second = actions.open_case(firm.committee, firm.other, title="Outage", what="It failed.", origin=firm.other.subject)
    assert [(each.number, each.state, each.origin_kind, each.opened_by) for each in (first, second)] == [
        (1, "opened", "", firm.supervisor.key), (2, "opened", "vendor", firm.committee.key),
    ]  # fmt: skip
    assert (first.stage_due_on, first.origin_words) == (date(2026, 10, 31), "by hand")
    assert [(row.number, row.vendor.key) for row in queries.open_cases()] == [(2, "vendor_a"), (1, "vendor_b")]
    assert [row.number for row in queries.of_vendor(firm.vendor)] == [1]


def test_a_case_is_not_opened_on_what_is_not_there_or_is_anothers_or_twice(firm: Firm) -> None:
    mine, theirs = difference(firm), difference(firm, vendor=firm.other)
    firm.case(origin=mine.subject)
    for said, words in (
        ({"origin": ("finding", "99")}, "There is no finding 99"), ({"origin": ("no_such_thing", "1")}, "There is no no such thing 1"),
        ({"origin": theirs.subject}, "is another vendor's"), ({"origin": mine.subject}, "Case 1 is open on this already"),
        ({"difference": theirs}, "That difference is another vendor's"), ({"title": " "}, "say in a line what it is about"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=words):
            firm.case(**said)  # type: ignore[arg-type]
    for by in (firm.senior, firm.outside):
        with pytest.raises(Refusal, match="Open a case: only"):
            actions.open_case(by, firm.vendor, title="x", what="x")
    assert Case.objects.count() == 1


def test_a_case_can_be_about_several_differences_and_each_keeps_its_clock(firm: Firm) -> None:
    one, two = difference(firm), difference(firm, due_on=date(2026, 10, 2), vendor=None)
    row = firm.case(difference=one)
    actions.add_difference(firm.vm, row, two)
    assert (row.difference, list(queries.differences_of(row))) == (one, [two, one])
    assert [each.number for each in one.cases.all()] == [1]
    with on(MONDAY):
        assert queries.cases().get().difference_due_on == date(2026, 10, 2)
        assert [each.is_overdue for each in queries.differences_of(row)] == [True, False]
    with pytest.raises(Refusal, match="about this difference already"):
        actions.add_difference(firm.vm, row, two)


def test_each_stage_asks_its_condition_and_the_refusal_says_which(firm: Firm, case: Case) -> None:
    with pytest.raises(Refusal, match="the formal notice was not sent"):
        actions.give_notice(firm.compliance, case)
    firm.sent(case)
    case.refresh_from_db()
    with pytest.raises(Refusal, match="the vendor has not answered"):
        actions.investigate(firm.vm, case)
    assert case.notice is not None
    actions.answer(firm.outside, case.notice, answer="It was us.")
    actions.investigate(firm.vm, case)
    assert (case.state, case.stage_due_on, case.investigating_by) == ("investigating", date(2026, 10, 15), firm.vm.key)
    with pytest.raises(Refusal, match="the investigation is not concluded"):
        actions.ask_plan(firm.vm, case)
    firm.skip(case, "conclusion")
    actions.ask_plan(firm.vm, case)
    with pytest.raises(Refusal, match="no corrective plan is accepted"):
        actions.monitor(firm.supervisor, case)
    firm.skip(case, "plan")
    with pytest.raises(Refusal, match="no closing test is registered"):
        actions.monitor(firm.supervisor, case)
    actions.agree(firm.supervisor, firm.registered(case))
    with pytest.raises(Refusal, match="no heightened monitoring is in force"):
        actions.monitor(firm.supervisor, case)
    firm.monitored(case)
    actions.monitor(firm.supervisor, case)
    assert (case.state, case.stage_due_on) == ("monitored", date(2026, 10, 20))  # fourteen days after the window's last
    with pytest.raises(Refusal, match="the registered test is not met over its whole window"):
        actions.close(firm.compliance, case, why="Enough.")
    assert [(row.condition, row.state) for row in case.overrides.all()] == [("conclusion", "used"), ("plan", "used")]


def test_an_override_takes_two_people_in_two_roles_and_is_used_once(firm: Firm, case: Case, actor: Callable[..., Actor]) -> None:
    second = actor("compliance", name="second")
    row = actions.propose_override(firm.compliance, case, condition="notice", reason="The vendor knows already.")
    for by, words in ((firm.compliance, "nobody approves their own work"), (second, "the second role is a senior manager's"), (firm.vm, "only compliance")):
        with pytest.raises(Refusal, match=words):
            actions.sign(by, row)
    with pytest.raises(Refusal, match="the formal notice was not sent"):
        actions.give_notice(firm.compliance, case)
    actions.sign_as_senior(firm.senior, row)
    assert (row.state, row.decided_by) == ("signed", firm.senior.key)
    actions.give_notice(firm.compliance, case)
    row.refresh_from_db()
    assert (case.state, row.state, row.used_by) == ("noticed", "used", "system:cases")
    assert [each.pk for each in queries.overrides_between(date(2026, 10, 1), date(2026, 10, 1))] == [row.pk]


def test_an_account_in_two_roles_does_not_sign_its_own_override_in_the_other(firm: Firm, case: Case, actor: Callable[..., Actor]) -> None:
    both = actor("compliance", "supervisor", "senior_manager")
    row = actions.propose_override(both, case, condition="notice", reason="Known.")
    assert row.proposed_as == "compliance"
    for act in (actions.sign, actions.sign_as_senior):
        with pytest.raises(Refusal, match="nobody approves their own work"):
            act(both, row)


def test_an_override_of_what_is_met_or_not_next_or_waits_already_is_refused(firm: Firm, case: Case) -> None:
    with pytest.raises(Refusal, match="nothing that it can do next asks for the vendor's answer"):
        actions.propose_override(firm.vm, case, condition="answer", reason="x")
    with pytest.raises(Refusal, match="There is no such condition"):
        actions.propose_override(firm.vm, case, condition="everything", reason="x")
    with pytest.raises(Refusal, match="Say why"):
        actions.propose_override(firm.vm, case, condition="notice", reason=" ")
    actions.propose_override(firm.vm, case, condition="notice", reason="x")
    with pytest.raises(Refusal, match="waits already"):
        actions.propose_override(firm.vm, case, condition="notice", reason="x")
    firm.sent(case)
    assert Override.objects.get().state == "lapsed", "the case went on without it"
    planned(firm)
    case.refresh_from_db()
    with pytest.raises(Refusal, match="This condition is met"):
        actions.propose_override(firm.vm, case, condition="exit_plan", reason="x")


def test_a_signed_override_that_is_not_needed_is_not_used(firm: Firm, case: Case) -> None:
    firm.skip(case, "notice")
    firm.sent(case)
    assert Override.objects.get().state == "lapsed"


def test_a_case_ends_as_justified_only_by_adopted_decisions_on_all_its_differences(firm: Firm, case: Case) -> None:
    with pytest.raises(Refusal, match="not every difference of the case is justified"):
        actions.justify(firm.compliance, case, why="It is.")
    one, two = difference(firm), difference(firm)
    for each in (one, two):
        actions.add_difference(firm.vm, case, each)
        desk = automated("differences")
        made = create(
            desk,
            Decision(
                difference=each,
                kind="justify",
                reasons="It is worth it.",
                alternatives="None.",
                scope="all",
                expires_on=date(2027, 3, 31),
                proposed_by="a",
                proposed_at=clock.now(),
                state="proposed",
            ),
        )
        move(desk, each, "propose")
        if each is two:
            with pytest.raises(Refusal, match="not every difference"):
                actions.justify(firm.compliance, case, why="One is.")
        move(firm.compliance, made, "adopt")
        move(desk, each, "justify")
    with pytest.raises(Refusal, match="why is missing"):
        actions.justify(firm.compliance, case)
    ended = actions.justify(firm.compliance, case, why="Both are justified until March.")
    assert (ended.state, ended.stage_due_on, ended.closing_letter is not None) == ("justified", None, True)
    assert CaseDifference.objects.count() == 2


def test_terminating_asks_for_an_exit_plan_and_begins_the_exit_in_the_same_act(firm: Firm, case: Case) -> None:
    with pytest.raises(Refusal, match="the vendor has no approved exit plan"):
        actions.terminate(firm.compliance, case, why="Enough.")
    planned(firm)
    firm.vendor.state = "live"
    type(firm.vendor).objects.filter(pk=firm.vendor.pk).update(state="live")
    actions.terminate(firm.compliance, case, why="Enough.")
    firm.vendor.refresh_from_db()
    assert (case.state, firm.vendor.state, queries.exits_to_begin()) == ("terminated", "exiting", [])
    assert Entry.objects.filter(verb="begin_exit", subject_kind="vendor").count() == 1


def test_where_the_vendors_state_lets_no_exit_begin_it_is_asked_for(firm: Firm, case: Case) -> None:
    planned(firm)
    actions.terminate(firm.compliance, case, why="It is a candidate and stays one.")
    assert [row.number for row in queries.exits_to_begin()] == [1]


def test_a_case_closed_before_its_steps_says_so_in_its_letter_and_stays_so(firm: Firm, case: Case) -> None:
    with pytest.raises(Refusal, match="only by a signed override"):
        actions.close_early(firm.compliance, case, why="Opened in error.")
    firm.skip(case, "steps")
    actions.close_early(firm.compliance, case, why="Opened in error: the data was restated.")
    assert (case.state, case.ended_how, case.get_ended_how_display()) == ("closed", "override", "by a signed override")
    assert case.closing_letter is not None
    assert [link.filed_id for link in evidence.of_subject("case", str(case.pk))] == [case.closing_letter_id]
    assert [rung.words for rung in queries.rungs(case)] == ["", "not reached", "not reached", "not reached", "not reached", "closed"]
    for refused in (
        lambda: firm.drafted(case),
        lambda: firm.monitored(case),
        lambda: firm.registered(case),
        lambda: actions.close(firm.compliance, case, why="x"),
    ):
        with pytest.raises(Refusal):
            refused()


def test_the_letter_of_the_end_is_the_vendors_to_read_and_names_nobody_else(firm: Firm, case: Case, browser: Callable[..., Any]) -> None:
    row = firm.sent(case)
    case.refresh_from_db()
    firm.skip(case, "steps")
    with pytest.raises(Refusal, match="speaks of “Alpha Router”, another vendor"):
        actions.close_early(firm.compliance, case, why="Alpha Router has the flow now.")
    actions.close_early(firm.compliance, case, why="The data was restated.")
    mine, theirs = browser("vendor", name="mine", vendor="vendor_b"), browser("vendor", name="theirs", vendor="vendor_a")
    at = f"/cases/notices/{row.pk}/files/{case.closing_letter_id}/"
    assert (mine.get(at).content[:5], theirs.get(at).status_code) == (b"%PDF-", 404)


def test_a_stage_past_its_day_is_told_once(firm: Firm, case: Case) -> None:
    from oversight.cases import daily

    with on(date(2026, 10, 31)):
        assert daily.tell_late() == 0
    with on(date(2026, 11, 1)):
        assert (daily.tell_late(), daily.tell_late(), Case.objects.get().is_past_its_day) == (1, 0, True)


@pytest.mark.check
def test_no_random_walk_ends_a_case_without_its_condition_or_a_signed_override(firm: Firm, case: Case) -> None:
    """5,000 steps by anybody in any order. What is let through is held against the record of who did what."""
    draw = random.Random(20261116)
    people = [firm.analyst, firm.supervisor, firm.vm, firm.compliance, firm.compliance, firm.senior, firm.committee, firm.outside]
    row, ways = Case.objects.get(pk=case.pk), dict.fromkeys(("close", "close_early", "terminate"), 0)
    for number in range(5000):
        if not row.is_open:
            row = firm.case(title=f"Walk {number}")
        if name := step(draw, draw.choice(people), row, firm):
            ways[name] = ways.get(name, 0) + 1
    assert min(ways[name] for name in ("close", "close_early", "terminate")) > 0, ways
    for ended in Case.objects.filter(state__in=Case.LIFECYCLE.ends):
        assert ended.overrides.filter(state="used", condition__in=("steps", "closing", "exit_plan")).count() == 1
        assert ended.closing_letter is not None
    assert {each.condition for each in Override.objects.filter(state="used")} <= set(BY_KEY)


def step(draw: random.Random, by: Actor, row: Case, firm: Firm) -> str:
    """Try one thing; the name of the case's move where one was let through, each of whose conditions two people in two roles had skipped."""
    waits = {each.condition: each for each in row.overrides.filter(state__in=("proposed", "signed"))}
    before, kind = row.state, draw.random()
    here = [move.name for move in row.LIFECYCLE.moves if before in move.sources and move.name not in ("close_early", "terminate")]
    name = draw.choice(here) if here and draw.random() < 0.6 else draw.choice([move.name for move in row.LIFECYCLE.moves])
    try:
        if kind < 0.3:
            asked = [one.key for one in CONDITIONS if one.move == name] or ["notice"]
            actions.propose_override(by, row, condition=draw.choice(asked), reason="A walk.")
            return ""
        if kind < 0.6:
            if waits:
                draw.choice((actions.sign, actions.sign_as_senior))(by, draw.choice(list(waits.values())))
            return ""
        missing = [one.key for one in CONDITIONS if one.move == name and not row.is_met(one.key)]
        getattr(actions, name)(by, row, why="A walk.")
    except Refusal:
        row.refresh_from_db()
        assert row.state == before
        return ""
    assert name not in ("justify", "close_by_vote"), "no difference is justified, and no review voted"
    for condition in missing:
        override = waits[condition]
        assert override.state == "signed" and override.decided_by and override.decided_by != override.proposed_by
        assert override.proposed_as != "compliance" or override.decided_by == firm.senior.key
    return name
