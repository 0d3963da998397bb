"""In the room: who is there, who stands aside, whether that is a quorum, how items end and votes are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from oversight.accounts import actions as accounts
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.cases.models import Case
from oversight.differences import actions as differences
from oversight.differences.models import Decision, Difference
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal
from oversight.moving import make
from oversight.reviews import acting, actions, floor, seating, sitting, voting
from oversight.reviews.models import Action, AgendaItem, Motion, Review, Vote

from .conftest import Room


def an_item(review: Review) -> AgendaItem:
    """An item that ends without a vote."""
    return review.items.filter(is_vote=False).order_by("number")[:1].get()


def the_vote(review: Review) -> AgendaItem:
    return review.items.get(is_vote=True)


def test_the_quorum_is_counted_from_who_is_here_and_not_recused(committee: Room) -> None:
    review = committee.open(committee.chair)
    item = an_item(review)
    assert floor.floor(review).words() == "no quorum: 1 of 3 seats with a vote, 2 needed"
    sitting.arrive(committee.two, review)
    assert floor.floor(review).words() == "quorum: 2 of 3 seats with a vote, 2 needed"
    sitting.recuse(committee.two, review, item=item, reason="Sits on the vendor's board.")
    now = floor.floor(review)
    assert (now.has_quorum(), now.has_quorum(item)) == (True, False)
    sitting.leave(committee.two, review)
    assert floor.floor(review).has_quorum() is False


def test_the_secretary_counts_for_no_quorum_and_has_no_vote(committee: Room) -> None:
    review = committee.open()
    assert [seat.place for seat in floor.floor(review).counted()] == ["chair", "member", "member"]
    motion = committee.moved(the_vote(review))
    with pytest.raises(Refusal, match="The secretary has no vote"):
        voting.vote(committee.secretary, motion, "for")


def test_who_presides_notes_others_and_others_themselves_alone(committee: Room) -> None:
    review = committee.open(committee.chair)
    sitting.arrive(committee.secretary, review, committee.seats["two"])
    with pytest.raises(Refusal, match="others speak for themselves"):
        sitting.arrive(committee.two, review, committee.seats["three"])
    with pytest.raises(Refusal, match="noted as here already"):
        sitting.arrive(committee.two, review)
    sitting.leave(committee.two, review)
    with pytest.raises(Refusal, match="gone or not here already"):
        sitting.leave(committee.two, review)


def test_nobody_without_a_seat_does_anything_in_the_room(committee: Room, actor: Callable[..., Actor]) -> None:
    review, other = committee.open(), actor("committee", name="guest")
    item = an_item(review)
    for attempt in (
        lambda: sitting.arrive(other, review), lambda: sitting.take_up(other, item, discussion="x", resolution="x"), lambda: committee.moved(item, by=other),
        lambda: sitting.recuse(other, review, reason="x"), lambda: sitting.propose_skip(other, item, skip_reason="x"), lambda: actions.adjourn(other, review),
    ):  # fmt: skip
        with pytest.raises(Refusal, match="You hold no seat"):
            attempt()


def test_who_is_not_noted_as_present_decides_nothing(committee: Room) -> None:
    review = committee.open(committee.chair, committee.two)
    motion = committee.moved(the_vote(review))
    with pytest.raises(Refusal, match="You are not noted as present"):
        voting.vote(committee.three, motion, "for")
    with pytest.raises(Refusal, match="You are not noted as present"):
        sitting.take_up(committee.three, an_item(review), discussion="x", resolution="x")


def test_an_item_is_taken_up_before_a_quorum_with_what_was_said_and_resolved(committee: Room) -> None:
    review = committee.open(committee.chair)
    item = an_item(review)
    with pytest.raises(Refusal, match="There is no quorum: 1 of 3 seats with a vote, 2 needed"):
        sitting.take_up(committee.chair, item, discussion="Read.", resolution="Noted.")
    sitting.arrive(committee.three, review)
    with pytest.raises(Refusal, match="resolution is missing"):
        sitting.take_up(committee.chair, item, discussion="Read.", resolution=" ")
    ended = sitting.take_up(committee.secretary, AgendaItem.objects.get(pk=item.pk), discussion="Read.", resolution="Noted.")
    assert (ended.state, ended.ended_seats, ended.ended_by) == ("taken_up", 2, committee.secretary.key)


def test_a_vote_on_a_provider_is_not_merely_taken_up(committee: Room) -> None:
    with pytest.raises(Refusal, match="a vote on a provider ends by a motion, or is skipped"):
        sitting.take_up(committee.chair, the_vote(committee.open()), discussion="Fine.", resolution="Retain.")


def test_skipping_takes_a_reason_and_another_seat(committee: Room) -> None:
    review = committee.open()
    item = an_item(review)
    with pytest.raises(Refusal, match="skip reason is missing"):
        sitting.propose_skip(committee.chair, item, skip_reason="  ")
    with pytest.raises(Refusal, match="The secretary writes it down"):
        sitting.propose_skip(committee.secretary, item, skip_reason="Settled yesterday.")
    sitting.propose_skip(committee.chair, item, skip_reason="Settled yesterday.")
    assert not AgendaItem.objects.get(pk=item.pk).is_ended
    with pytest.raises(Refusal, match="nobody approves their own work"):
        sitting.second_skip(committee.chair, item)
    with pytest.raises(Refusal, match="The secretary writes it down"):
        sitting.second_skip(committee.secretary, item)
    skipped = sitting.second_skip(committee.two, item)
    assert (skipped.state, skipped.skip_by, skipped.ended_by, skipped.ended_seats) == ("skipped", committee.chair.key, committee.two.key, 3)


def test_a_skip_that_nobody_seconds_is_put_back(committee: Room) -> None:
    item = an_item(committee.open())
    sitting.propose_skip(committee.chair, item, skip_reason="Settled yesterday.")
    assert sitting.put_back(committee.two, item, why="It is not settled.").state == "open"


def test_who_stands_aside_does_not_decide_on_it(committee: Room) -> None:
    review = committee.open()
    item = the_vote(review)
    sitting.recuse(committee.three, review, item=item, reason="Holds shares of the vendor.")
    motion = committee.moved(item)
    with pytest.raises(Refusal, match="You are recused from this"):
        voting.vote(committee.three, motion, "for")
    committee.vote(motion, "for", "for")
    assert voting.close(committee.chair, motion).count == "2 for, 0 against, 0 abstaining, of 2 seats"


def test_a_recusal_has_a_reason_and_comes_before_the_vote(committee: Room) -> None:
    review = committee.open()
    item = the_vote(review)
    with pytest.raises(Refusal, match="Say why"):
        sitting.recuse(committee.two, review, item=item, reason=" ")
    motion = committee.moved(item)
    voting.vote(committee.two, motion, "for")
    for aside in (item, None):
        with pytest.raises(Refusal, match="has voted on a motion that is still open"):
            sitting.recuse(committee.two, review, item=aside, reason="Holds shares.")
    voting.withdraw(committee.chair, motion, why="One of us stands aside.")
    row = sitting.recuse(committee.two, review, item=item, reason="Holds shares.")
    with pytest.raises(Refusal, match="That is noted already"):
        sitting.recuse(committee.two, review, item=item, reason="Holds shares.")
    with pytest.raises(Refusal, match="nobody approves their own work"):
        sitting.lift(committee.two, row, why="In error.")
    assert sitting.lift(committee.chair, row, why="They were sold in 2025; the statement is filed.").state == "lifted"


def test_the_chair_notes_a_recusal_for_another(committee: Room) -> None:
    review = committee.open()
    row = sitting.recuse(committee.chair, review, seat=committee.seats["two"], reason="Told us at the door.")
    assert (row.person, row.stated_by) == (committee.two.key, committee.chair.key)
    assert [one.seat.person for one in floor.floor(review).standings if one.counts] == [committee.chair.key, committee.three.key]


def test_a_motion_names_the_alternatives_that_were_considered(committee: Room) -> None:
    item = the_vote(committee.open())
    for said in ({"alternatives": " "}, {"text": ""}):
        with pytest.raises(Refusal, match="which alternatives were considered"):
            committee.moved(item, **said)


def test_one_motion_is_open_on_an_item_at_a_time_and_a_lost_one_leaves_it_open(committee: Room) -> None:
    item = the_vote(committee.open())
    motion = committee.moved(item)
    with pytest.raises(Refusal, match="Another motion on this item is open"):
        committee.moved(item, by=committee.two, kind="case")
    with pytest.raises(Refusal, match="a motion on it is open"):
        sitting.propose_skip(committee.chair, item, skip_reason="x")
    committee.vote(motion, "for", "against", "against")
    assert voting.close(committee.chair, motion).state == "lost"
    assert AgendaItem.objects.get(pk=item.pk).state == "open"
    assert committee.moved(item, kind="exit", terms=[term(committee.secretary)]).number == 2


def test_a_vote_is_given_once_and_never_changed(committee: Room) -> None:
    motion = committee.moved(the_vote(committee.open()))
    voting.vote(committee.chair, motion, "for")
    with pytest.raises(Refusal, match="You have voted on this motion"):
        voting.vote(committee.chair, motion, "against", words="I changed my mind.")


def test_dissent_is_kept_in_words(committee: Room) -> None:
    motion = committee.moved(the_vote(committee.open()))
    with pytest.raises(Refusal, match="dissent is kept in words"):
        voting.vote(committee.two, motion, "against")
    voting.vote(committee.two, motion, "against", words="Small caps are worse for the second quarter running.")
    committee.vote(motion, "for")
    voting.vote(committee.three, motion, "for")
    voting.close(committee.chair, motion)
    assert Vote.objects.get(choice="against").words == "Small caps are worse for the second quarter running."


def test_a_vote_is_one_of_three(committee: Room) -> None:
    with pytest.raises(Refusal, match="for, against, or an abstention"):
        voting.vote(committee.chair, committee.moved(the_vote(committee.open())), "maybe")


def test_a_vote_after_the_quorum_is_lost_is_refused_and_earlier_votes_stay(committee: Room) -> None:
    committee.charter(quorum=3)
    review = committee.open()
    motion = committee.moved(the_vote(review))
    voting.vote(committee.two, motion, "for")
    sitting.leave(committee.two, review)
    with pytest.raises(Refusal, match="There is no quorum: 2 of 3 seats with a vote, 3 needed"):
        voting.vote(committee.chair, motion, "for")
    with pytest.raises(Refusal, match="There is no quorum"):
        voting.close(committee.chair, motion)
    sitting.arrive(committee.two, review)
    voting.vote(committee.chair, motion, "for")
    voting.vote(committee.three, motion, "abstain")
    assert voting.close(committee.chair, motion).count == "2 for, 0 against, 1 abstaining, of 3 seats"


def test_a_member_whose_account_is_closed_in_the_meeting_counts_no_more_and_the_vote_given_stays(committee: Room, actor: Callable[..., Actor]) -> None:
    committee.charter(majority="majority_of_present")
    review = committee.open()
    motion = committee.moved(the_vote(review))
    voting.vote(committee.three, motion, "for")
    accounts.close_account(actor("administrator", name="it"), Account.objects.get(key=committee.three.key), why="Left the firm.")
    now = floor.floor(review)
    assert (now.words(), now.of(committee.three.key)) == ("quorum: 2 of 2 seats with a vote, 2 needed", None)
    voting.vote(committee.chair, motion, "against", words="No.")
    voting.vote(committee.two, motion, "for")
    closed = voting.close(committee.chair, motion)
    # Of three seats (two here, one that voted and left) two are for it: more than half.
    assert (closed.state, closed.count, closed.closed_seats) == ("carried", "2 for, 1 against, 0 abstaining, of 3 seats", 2)


def test_a_seat_that_ended_in_the_meeting_is_recounted(committee: Room) -> None:
    committee.charter(quorum=3)
    review = committee.open()
    seating.end_seat(committee.secretary, committee.seats["three"], until_on=date(2026, 10, 1), why="Resigned in the meeting.")
    with pytest.raises(Refusal, match="There is no quorum: 2 of 2 seats with a vote, 3 needed"):
        sitting.take_up(committee.chair, an_item(review), discussion="Read.", resolution="Noted.")


def test_a_vote_is_closed_by_who_presides_once_a_quorum_has_voted(committee: Room) -> None:
    motion = committee.moved(the_vote(committee.open()))
    voting.vote(committee.chair, motion, "for")
    with pytest.raises(Refusal, match="1 voted, and a quorum is 2"):
        voting.close(committee.chair, motion)
    voting.vote(committee.two, motion, "abstain")
    with pytest.raises(Refusal, match="closes the vote"):
        voting.close(committee.two, motion)
    closed = voting.close(committee.secretary, motion)
    assert (closed.state, closed.rule, closed.closed_by) == ("carried", "majority_of_votes", committee.secretary.key)
    with pytest.raises(Refusal, match=r"The vote on this motion is closed. It is carried"):
        voting.vote(committee.three, motion, "against", words="Too late.")


def test_a_motion_is_withdrawn_by_its_mover_or_the_chair(committee: Room) -> None:
    review = committee.open()
    motion = committee.moved(the_vote(review), by=committee.two)
    with pytest.raises(Refusal, match="withdrawn by who moved it"):
        voting.withdraw(committee.three, motion, why="x")
    assert voting.withdraw(committee.two, motion, why="To be worded anew.").state == "withdrawn"


@pytest.mark.parametrize("kind", ["resolve", "adopt", "close_case", "nothing"])
def test_on_a_provider_one_of_four_is_moved(committee: Room, kind: str) -> None:
    with pytest.raises(Refusal, match="On this item can be moved: retain the provider"):
        committee.moved(the_vote(committee.open()), kind=kind)


def term(owner: Actor, what: str = "Send the reroute figures each week.", due_on: date | None = date(2026, 11, 30)) -> dict[str, Any]:
    return {"what": what, "owner": owner.key, "due_on": due_on}


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


def test_a_small_firm_skips_with_the_second_signer_and_votes_alone(small: Room) -> None:
    review = small.open(small.chair)
    item = an_item(review)
    sitting.propose_skip(small.chair, item, skip_reason="Nothing to say on it.")
    with pytest.raises(Refusal, match="You are not noted as present"):
        sitting.second_skip(small.two, item)
    sitting.arrive(small.two, review)
    assert sitting.second_skip(small.two, item).state == "skipped"
    motion = small.moved(the_vote(review))
    with pytest.raises(Refusal, match="The independent second signer has no vote"):
        voting.vote(small.two, motion, "for")
    voting.vote(small.chair, motion, "for")
    assert voting.close(small.chair, motion).state == "carried"
