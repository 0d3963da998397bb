"""In the room: who is there, who stands aside, whether that is a quorum, how items end and votes are counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from oversight.accounts import actions as accounts
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.reviews import actions, floor, seating, sitting, voting
from oversight.reviews.models import AgendaItem, Review, Vote

from .conftest import Room, term


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


def test_items_discussed_as_one_are_taken_up_together_all_or_none(committee: Room) -> None:
    review = committee.open()
    first, second = an_item(review), actions.add(committee.two, review, title="Odd lots", why="Left out before.")
    with pytest.raises(Refusal, match="Choose the items"):
        sitting.take_up_together(committee.chair, [], discussion="Read.", resolution="Noted.")
    with pytest.raises(Refusal, match=f"Item {the_vote(review).number}: Take up: a vote on a provider ends by a motion.* Nothing was ended"):
        sitting.take_up_together(committee.chair, [first, the_vote(review)], discussion="Read.", resolution="Noted.")
    assert an_item(review).state == "open"
    sitting.recuse(committee.two, review, item=second, reason="It is my desk.")
    first, second = (AgendaItem.objects.get(pk=item.pk) for item in (first, second))
    with pytest.raises(Refusal, match=f"Item {second.number}: You are recused from this"):
        sitting.take_up_together(committee.two, [first, second], discussion="Read.", resolution="Noted.")
    first, second = (AgendaItem.objects.get(pk=item.pk) for item in (first, second))
    ended = sitting.take_up_together(committee.chair, [first, second], discussion="Read.", resolution="Noted.")
    assert [(item.state, item.resolution, item.ended_seats) for item in ended] == [("taken_up", "Noted.", 3), ("taken_up", "Noted.", 2)]


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
