"""What a carried motion sets going: a decision, a case, conditions, an exit; and the actions that a review asks of people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oversight.actor import Actor
from oversight.cases import actions as cases
from oversight.cases.models import Case
from oversight.differences import actions as differences
from oversight.differences.models import Decision, Difference
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.measured.reading import AT_MOST, METRIC, Figure
from oversight.moving import make
from oversight.reviews import acting, voting
from oversight.reviews.models import Action, AgendaItem, Motion, Review
from oversight.vendors.models import Vendor

from .conftest import Room, term
from .test_room import the_vote


@pytest.mark.parametrize("kind", ["resolve", "adopt", "close_case", "nothing"])
def test_on_a_provider_one_of_four_is_moved(committee: Room, kind: str) -> None:
    with pytest.raises(Refusal, match="On this item can be moved: retain the provider"):
        committee.moved(the_vote(committee.open()), kind=kind)


def test_conditions_of_a_provider_become_actions_with_owner_and_day(committee: Room) -> None:
    item = the_vote(committee.open())
    with pytest.raises(Refusal, match="Name at least one condition"):
        committee.moved(item, kind="conditions")
    for wrong in (term(committee.two, due_on=None), term(committee.two, what=" "), {**term(committee.two), "owner": ""}):
        with pytest.raises(Refusal, match="A condition says what is done"):
            committee.moved(item, kind="conditions", terms=[wrong])
    with pytest.raises(Refusal, match="has passed already"):
        committee.moved(item, kind="conditions", terms=[term(committee.two, due_on=date(2026, 9, 30))])
    with pytest.raises(Refusal, match="Conditions go with"):
        committee.moved(item, kind="retain", terms=[term(committee.two)])
    motion = committee.moved(item, kind="conditions", terms=[term(committee.two), term(committee.secretary, "Read the release notes.")])
    assert Action.objects.count() == 0, "nothing is asked of anybody before it carries"
    committee.vote(motion, "for", "for", "for")
    voting.close(committee.chair, motion)
    assert [(row.what, row.owner, row.due_on, row.motion_id) for row in Action.objects.order_by("pk")] == [
        ("Send the reroute figures each week.", committee.two.key, date(2026, 11, 30), motion.pk),
        ("Read the release notes.", committee.secretary.key, date(2026, 11, 30), motion.pk),
    ]


def test_who_cannot_work_owns_no_condition(committee: Room, actor: Callable[..., Actor]) -> None:
    item = the_vote(committee.open())
    for owner in (actor("auditor"), Actor("a-nobody", frozenset())):
        with pytest.raises(Refusal, match="owned by an open account of the firm"):
            committee.moved(item, kind="conditions", terms=[term(owner)])


def test_a_vote_for_a_case_opens_it(committee: Room) -> None:
    review = committee.open()
    motion = committee.moved(the_vote(review), kind="case", text="Effective over quoted spread fell short in small caps.")
    committee.vote(motion, "for", "for", "for")
    voting.close(committee.secretary, motion)
    case = Case.objects.get()
    assert (case.vendor.key, case.what, case.origin_kind, case.origin_id) == (
        "vendor_a", "Effective over quoted spread fell short in small caps.", "review", str(review.pk),
    )  # fmt: skip


def test_a_vote_to_leave_is_an_action_of_compliance_and_moves_no_vendor(committee: Room) -> None:
    item = the_vote(committee.open())
    for terms in ([], [term(committee.two)], [term(committee.secretary), term(committee.secretary)]):
        with pytest.raises(Refusal, match="names one action, of compliance"):
            committee.moved(item, kind="exit", terms=terms)
    motion = committee.moved(item, kind="exit", terms=[term(committee.secretary, "Begin the exit by its plan.")])
    committee.vote(motion, "for", "for", "for")
    voting.close(committee.chair, motion)
    assert (Action.objects.get().owner, Case.objects.count()) == (committee.secretary.key, 0)
    item.refresh_from_db()
    assert item.state == "decided"


@pytest.fixture
def difference(committee: Room) -> Difference:
    """A material difference that compliance identified; nothing is proposed on it yet."""
    return differences.identify(
        committee.secretary, title="Flow to a paying venue", what="Worse there.", first_on=date(2026, 7, 1), last_on=date(2026, 9, 30), usd=Decimal(1_000_000),
        bps=Decimal(50),
    )  # fmt: skip


def proposal(by: Actor, difference: Difference) -> Decision:
    return differences.propose(
        by, difference, kind="justify", reasons="Small, and ending.", alternatives="To reroute: one more vendor to watch.", scope="Retail marketable orders.",
        expires_on=date(2026, 12, 31),
    )  # fmt: skip


def on_difference(committee: Room, difference: Difference) -> tuple[Review, AgendaItem]:
    """In session, with the difference on the agenda, as its app puts it there."""
    review = committee.open()
    return review, review.items.get(subject_kind="difference", subject_id=str(difference.pk))


def test_a_carried_motion_on_a_difference_adopts_the_proposed_decision(committee: Room, difference: Difference) -> None:
    _, item = on_difference(committee, difference)
    decision = proposal(committee.three, difference)
    motion = committee.moved(item, kind="adopt")
    committee.vote(motion, "for", "for", "for")
    voting.close(committee.chair, motion)
    decision.refresh_from_db()
    assert (decision.state, decision.decided_by, motion.decision_id) == ("adopted", committee.chair.key, decision.pk)
    item.refresh_from_db()
    assert item.state == "decided"


def test_a_carried_motion_to_reject_rejects_it(committee: Room, difference: Difference) -> None:
    _, item = on_difference(committee, difference)
    decision = proposal(committee.three, difference)
    motion = committee.moved(item, kind="reject")
    committee.vote(motion, "for", "for", "for")
    voting.close(committee.secretary, motion)
    decision.refresh_from_db()
    assert decision.state == "rejected"


def test_who_proposed_the_decision_does_not_put_it_in_force_and_the_vote_stays_open_for_another(committee: Room, difference: Difference) -> None:
    _, item = on_difference(committee, difference)
    proposal(committee.chair, difference)
    motion = committee.moved(item, kind="adopt")
    committee.vote(motion, "for", "for", "for")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        voting.close(committee.chair, motion)
    assert Motion.objects.get(pk=motion.pk).state == "open"
    assert voting.close(committee.secretary, motion).state == "carried"


def test_without_a_proposed_decision_a_difference_takes_a_resolution_alone(committee: Room, difference: Difference) -> None:
    _, item = on_difference(committee, difference)
    with pytest.raises(Refusal, match="On this item can be moved: resolution"):
        committee.moved(item, kind="adopt")
    assert committee.moved(item, kind="resolve", text="Gather the fills of October first.").kind == "resolve"


def test_a_decision_that_was_taken_back_meanwhile_is_not_put_in_force(committee: Room, difference: Difference) -> None:
    _, item = on_difference(committee, difference)
    decision = proposal(committee.three, difference)
    motion = committee.moved(item, kind="adopt")
    committee.vote(motion, "for", "for", "for")
    Decision.objects.filter(pk=decision.pk).update(state="withdrawn")
    with pytest.raises(Refusal, match="does not wait any more"):
        voting.close(committee.chair, motion)


def test_an_action_is_done_by_its_owner_and_confirmed_by_another(committee: Room) -> None:
    review = committee.open()
    given = {"what": "Ask for the missing orders.", "owner": committee.two.key, "due_on": date(2026, 11, 30)}
    for wrong, said in ((("what", " "), "Say what"), (("due_on", date(2026, 9, 30)), "has passed"), (("owner", "a-nobody"), "owned by an open account")):
        with pytest.raises(Refusal, match=said):
            acting.set_action(committee.chair, review, **{**given, wrong[0]: wrong[1]})
    with pytest.raises(Refusal, match="set by the seats"):
        acting.set_action(committee.senior, review, **given)
    row = acting.set_action(committee.chair, review, **given)
    with pytest.raises(Refusal, match="done by its owner"):
        acting.done(committee.three, row, done_words="Done.")
    with pytest.raises(Refusal, match="done words is missing"):
        acting.done(committee.two, row, done_words=" ")
    acting.done(committee.two, row, done_words="They came on 20 November.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        make(committee.two, row, "confirm", {})
    assert make(committee.three, row, "confirm", {}).state == "confirmed"


def test_an_action_that_asks_for_a_file_is_not_done_without_it(committee: Room) -> None:
    row = acting.set_action(
        committee.chair, committee.open(), what="Ask for the figures.", owner=committee.secretary.key, due_on=date(2026, 11, 30), wanted="The vendor's figures."
    )
    with pytest.raises(Refusal, match="file what proves it beside it first"):
        acting.done(committee.secretary, row, done_words="They came.")
    evidence.file(committee.secretary, "figures.csv", b"day,share\n2026-11-02,0.14\n", subject=row.subject)
    assert acting.done(committee.secretary, row, done_words="They came.").state == "done"


def test_an_action_is_handed_over_with_a_reason_and_its_day_stays(committee: Room) -> None:
    row = acting.set_action(committee.chair, committee.open(), what="Ask.", owner=committee.two.key, due_on=date(2026, 11, 30))
    with pytest.raises(Refusal, match="by its owner or by compliance"):
        acting.hand_over(committee.three, row, owner=committee.three.key, why="I can.")
    with pytest.raises(Refusal, match="Say why"):
        acting.hand_over(committee.two, row, owner=committee.three.key, why=" ")
    changed = acting.hand_over(committee.secretary, row, owner=committee.three.key, why="On leave.")
    assert (changed.owner, changed.due_on) == (committee.three.key, date(2026, 11, 30))


def test_actions_are_set_in_session_alone(committee: Room) -> None:
    with pytest.raises(Refusal, match="while the review is in session"):
        acting.set_action(committee.secretary, committee.convened(), what="Ask.", owner=committee.two.key, due_on=date(2026, 11, 30))


def under_monitoring(committee: Room, **said: Any) -> Case:
    """A case of the committee's vendor that stands in heightened monitoring, its closing test agreed by a second person."""
    case = cases.open_case(committee.secretary, Vendor.objects.get(), title="Rare orders", what="Three stop orders in a year, two of them late.")
    terms = {"figure": Figure(METRIC, "effective_over_quoted"), "side": AT_MOST, "bound": Decimal("0.6"), "min_n": 1, "first_on": date(2026, 11, 2),
             "last_on": date(2026, 11, 30), "if_inconclusive": "The committee votes.", **said}  # fmt: skip
    cases.agree(committee.two, cases.register_test(committee.secretary, case, **terms))
    Case.objects.update(state="monitored")  # the steps before are the ladder's own tests
    return case


def on_case(committee: Room, case: Case) -> AgendaItem:
    return committee.open().items.get(subject_kind="case", subject_id=str(case.pk))


def test_a_carried_vote_closes_a_case_over_which_no_test_can_have_power(committee: Room) -> None:
    case = under_monitoring(committee, no_power=True, no_power_why="Three orders a year: a window of a hundred years.")
    item = on_case(committee, case)
    motion = committee.moved(item, kind="close_case", text="The release is undone, and each of the three orders was made whole.")
    committee.vote(motion, "for", "for", "against")
    voting.close(committee.chair, motion)
    case.refresh_from_db()
    assert (case.state, case.ended_how, case.vote_kind, case.vote_id, case.ended_by) == ("closed", "vote", "motion", str(motion.pk), committee.chair.key)
    assert case.closing_letter is not None
    item.refresh_from_db()
    assert item.state == "decided"


def test_a_lost_vote_closes_nothing(committee: Room) -> None:
    case = under_monitoring(committee, no_power=True, no_power_why="Three orders a year.")
    motion = committee.moved(on_case(committee, case), kind="close_case")
    committee.vote(motion, "for", "against", "against")
    assert voting.close(committee.chair, motion).state == "lost"
    case.refresh_from_db()
    assert (case.state, case.vote_kind) == ("monitored", "")


def test_no_vote_closes_a_case_whose_test_can_tell(committee: Room) -> None:
    item = on_case(committee, under_monitoring(committee))
    with pytest.raises(Refusal, match="On this item can be moved"):
        committee.moved(item, kind="close_case")
    assert "close_case" not in dict(voting.kinds_for(item))


def test_a_vote_that_was_moved_before_a_test_could_tell_closes_nothing(committee: Room) -> None:
    case = under_monitoring(committee, no_power=True, no_power_why="Three orders a year.")
    motion = committee.moved(on_case(committee, case), kind="close_case")
    later = cases.register_test(
        committee.secretary, case, figure=Figure(METRIC, "effective_over_quoted"), side=AT_MOST, bound=Decimal("0.6"), min_n=1, first_on=date(2026, 11, 2),
        last_on=date(2026, 11, 30), if_inconclusive="The committee votes.",
    )  # fmt: skip
    cases.agree(committee.two, later)
    committee.vote(motion, "for", "for", "for")
    with pytest.raises(Refusal, match="does not say that no test can have power"):
        voting.close(committee.chair, motion)
    motion.refresh_from_db()
    case.refresh_from_db()
    assert (motion.state, case.state) == ("open", "monitored")


def test_who_opened_the_case_does_not_close_the_vote_on_it(committee: Room) -> None:
    case = under_monitoring(committee, no_power=True, no_power_why="Three orders a year.")
    motion = committee.moved(on_case(committee, case), kind="close_case")
    committee.vote(motion, "for", "for", "for")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        voting.close(committee.secretary, motion)
    assert voting.close(committee.chair, motion).state == "carried"
