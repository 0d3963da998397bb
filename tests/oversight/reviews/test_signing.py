"""Two signatures under the same bytes, what keeps them away, and that nothing changes after the second."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from oversight.lifecycle import Refusal
from oversight.reviews import actions, signing, sitting, voting
from oversight.reviews.models import AgendaItem, Minutes, Motion, Presence, Review, Signature, Vote

from .conftest import MEETING, Room


def test_it_is_not_signed_while_an_item_is_open(committee: Room) -> None:
    review = committee.adjourned()
    item = review.items.exclude(state="decided").first()
    actions.resume(committee.chair, review, why="One more word on it.")
    sitting.reopen(committee.chair, AgendaItem.objects.get(pk=item.pk), why="One more word on it.")
    with pytest.raises(Refusal, match="an item of it is still open"):
        actions.adjourn(committee.chair, review)
    Review.objects.filter(pk=review.pk).update(state="adjourned")
    with pytest.raises(Refusal, match="an item of it is still open"):
        signing.sign(committee.chair, Review.objects.get(pk=review.pk))


def test_it_is_not_signed_where_an_item_ended_without_a_quorum(committee: Room) -> None:
    review = committee.adjourned()
    AgendaItem.objects.filter(review=review, state="taken_up").update(ended_seats=1)
    with pytest.raises(Refusal, match="ended without the quorum"):
        signing.sign(committee.chair, review)


def test_two_who_sign_first_at_the_same_second_the_later_is_told(committee: Room) -> None:
    review = committee.adjourned()
    mine, theirs = Review.objects.get(pk=review.pk), Review.objects.get(pk=review.pk)
    signing.sign(committee.chair, mine)
    with pytest.raises(Refusal, match="the review is “signed by one”; this is done while it is “to be signed”"):
        signing.sign(committee.two, theirs)
    assert (Signature.objects.count(), Minutes.objects.count()) == (1, 1)
    signing.countersign(committee.two, Review.objects.get(pk=review.pk))


def test_two_who_sign_second_at_the_same_second_the_later_is_told(committee: Room) -> None:
    review = committee.adjourned()
    signing.sign(committee.chair, review)
    mine, theirs = Review.objects.get(pk=review.pk), Review.objects.get(pk=review.pk)
    signing.countersign(committee.two, mine)
    with pytest.raises(Refusal, match="the review is “signed”"):
        signing.countersign(committee.three, theirs)
    assert Signature.objects.count() == 2


def test_nobody_signs_twice_and_the_chair_is_one_of_two(committee: Room) -> None:
    review = committee.adjourned()
    signing.sign(committee.two, review)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        signing.countersign(committee.two, review)
    with pytest.raises(Refusal, match="One of the two signatures is the chair's"):
        signing.countersign(committee.three, review)
    assert signing.countersign(committee.chair, review).state == "signed"


def test_the_secretary_and_who_was_not_there_do_not_sign(committee: Room) -> None:
    committee.seats.pop("three")
    review = committee.adjourned(committee.chair, committee.two)
    for by, said in (
        (committee.secretary, "The secretary keeps the minutes"),
        (committee.three, "You were not at the meeting"),
        (committee.senior, "You hold no seat"),
    ):
        with pytest.raises(Refusal, match=said):
            signing.sign(by, review)


def test_who_stands_aside_from_the_whole_review_does_not_sign(committee: Room) -> None:
    review = committee.open()
    sitting.recuse(committee.two, review, reason="Married to the vendor's chief executive.")
    committee.seats.pop("two")
    for item in review.items.filter(state="open"):
        if item.is_vote:
            motion = committee.moved(item)
            for by in (committee.chair, committee.three):
                voting.vote(by, motion, "for")
            voting.close(committee.chair, motion)
        else:
            sitting.take_up(committee.chair, item, discussion="Read.", resolution="Noted.")
    review = actions.adjourn(committee.chair, Review.objects.get(pk=review.pk))
    with pytest.raises(Refusal, match="You are recused from the review"):
        signing.sign(committee.two, review)


def test_minutes_that_are_not_right_are_sent_back_and_signed_anew(committee: Room) -> None:
    review = committee.adjourned()
    signing.sign(committee.chair, review)
    first = Minutes.objects.get()
    signing.send_back(committee.two, Review.objects.get(pk=review.pk), why="My dissent is missing.")
    actions.resume(committee.two, Review.objects.get(pk=review.pk), why="My dissent is missing.")
    item = review.items.filter(state="taken_up").first()
    sitting.reopen(committee.two, item, why="My dissent is missing.")
    sitting.take_up(committee.two, AgendaItem.objects.get(pk=item.pk), discussion="I do not agree.", resolution="Noted.")
    review = actions.adjourn(committee.chair, Review.objects.get(pk=review.pk))
    signing.sign(committee.chair, review)
    second = Minutes.objects.get(number=2)
    assert first.sha256 != second.sha256
    assert signing.countersign(committee.two, review).state == "signed"
    assert [(one.person, one.minutes_id) for one in Signature.objects.order_by("pk")] == [
        (committee.chair.key, first.pk), (committee.chair.key, second.pk), (committee.two.key, second.pk),
    ]  # fmt: skip


def test_a_small_firm_is_one_principal_and_an_independent_second_signer(small: Room) -> None:
    review = small.adjourned(small.chair)
    with pytest.raises(Refusal, match="the principal signs first"):
        signing.sign(small.two, review)
    signing.sign(small.chair, review)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        signing.countersign(small.chair, review)
    with pytest.raises(Refusal, match="the independent second signer's"):
        signing.countersign(small.secretary, review)
    assert signing.countersign(small.two, review).state == "signed"


def test_nothing_of_a_signed_review_changes_any_more(committee: Room) -> None:
    review = committee.signed()
    item, motion = review.items.first(), Motion.objects.get()
    for attempt in (
        lambda: actions.convene(committee.secretary, review, meeting_at=MEETING, place="x"), lambda: actions.generate(committee.secretary, review),
        lambda: actions.add(committee.chair, review, title="x", why="x"), lambda: sitting.arrive(committee.chair, review),
        lambda: sitting.reopen(committee.chair, item, why="x"), lambda: voting.vote(committee.three, motion, "for"),
        lambda: sitting.recuse(committee.two, review, reason="x"), lambda: actions.resume(committee.chair, review, why="x"),
        lambda: signing.send_back(committee.three, review, why="x"),
    ):  # fmt: skip
        with pytest.raises(Refusal):
            attempt()


@pytest.mark.parametrize(
    ("table", "change"),
    [
        (Review, {"place": "Elsewhere"}),
        (Vote, {"choice": "abstain"}),
        (Signature, {"sha256": "0"}),
        (Minutes, {"text": "{}"}),
        (Presence, {"is_here": False}),
        (Motion, {"text": "Something else."}),
    ],
)
def test_the_database_itself_keeps_what_was_signed_and_voted(committee: Room, table: type, change: dict[str, object]) -> None:
    committee.signed()
    rows = table._default_manager.all()  # type: ignore[attr-defined]  # a model
    assert rows.exists()
    with pytest.raises(DatabaseError, match=r"append-only|locked"), transaction.atomic():
        rows.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.all()._raw_delete("default")


def test_a_signature_of_one_person_twice_is_refused_by_the_database_too(committee: Room) -> None:
    review = committee.adjourned()
    signing.sign(committee.chair, review)
    with pytest.raises(DatabaseError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(state="signed", signed_by=committee.chair.key)
