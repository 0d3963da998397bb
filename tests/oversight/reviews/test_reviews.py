"""A review from the calendar to the lock: what is raised, what is missed, what keeps it from being signed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from oversight import clock
from oversight.actor import automated
from oversight.arrivals import rounds
from oversight.evidence import store
from oversight.findings.models import Run, RunDay
from oversight.lifecycle import Refusal
from oversight.notices.models import Notice
from oversight.obligations import actions as obligations
from oversight.obligations import queries as duties
from oversight.obligations.models import Occurrence
from oversight.obligations.profiling import duty_of
from oversight.obligations.shipped import BY_KEY
from oversight.record.actions import create, move
from oversight.reviews import actions, quarterly, queries, signing, sitting, voting
from oversight.reviews.models import AgendaItem, Minutes, Motion, Presence, Review, Signature, Vote

from .conftest import MEETING, Room, later


def run_of(*days: date, name: str = "a") -> Run:
    """A received run of these days, without its files."""
    run = Run.objects.create(
        id=name.ljust(64, "0"),
        first_on=days[0],
        last_on=days[-1],
        days=len(days),
        orders=1,
        fills=1,
        findings=0,
        not_evaluated=0,
        policy_version="p",
        policy_sha256="0",
        metrics_sha256="0",
        checks_sha256="0",
        code_version="1",
        code_sha256="0",
        received_at=clock.now(),
        received_by="system:test",
    )
    RunDay.objects.filter(on__in=days).update(is_current=False)
    RunDay.objects.bulk_create([RunDay(run=run, on=on) for on in days])
    return run


@pytest.mark.django_db
def test_nothing_is_owed_before_there_is_data_or_a_charter() -> None:
    assert (quarterly.owed(), actions.daily()) == ([], "0 raised, 0 missed, 0 seats ended")


@pytest.mark.django_db
def test_every_quarter_since_the_first_data_is_raised_once() -> None:
    run_of(date(2026, 2, 3), date(2026, 9, 30))
    assert actions.daily() == "3 raised, 2 missed, 0 seats ended"
    assert [(row.quarter, row.due_on, row.first_on, row.last_on) for row in Review.objects.order_by("quarter")] == [
        ("2026Q1", date(2026, 5, 10), date(2026, 1, 1), date(2026, 3, 31)),  # 31 March + 40 days
        ("2026Q2", date(2026, 8, 9), date(2026, 4, 1), date(2026, 6, 30)),
        ("2026Q3", date(2026, 11, 9), date(2026, 7, 1), date(2026, 9, 30)),
    ]
    assert actions.daily() == "0 raised, 0 missed, 0 seats ended"


def test_the_charter_says_by_which_day_and_a_later_one_moves_no_day_that_was_set(room: Room) -> None:
    room.charter(due_days=30)
    with clock.stated(datetime(2027, 1, 4, 15, tzinfo=UTC)):  # the charter's own quarter is over
        actions.raise_owed()
        room.charter(due_days=60)
        assert Review.objects.get().due_on == date(2027, 1, 30)  # 31 December + 30 days


def test_a_review_is_missed_from_the_first_minute_of_the_day_after(committee: Room) -> None:
    review = committee.raised()
    assert review.due_on == date(2026, 11, 9)
    with clock.stated(datetime(2026, 11, 10, 4, 59, tzinfo=UTC)):  # 23:59 in New York
        assert (review.is_overdue, actions.note_missed()) == (False, 0)
    with clock.stated(datetime(2026, 11, 10, 5, 0, tzinfo=UTC)):
        assert (review.is_overdue, review.days_late, [row.pk for row in queries.overdue()]) == (True, 1, [review.pk])
        assert (actions.note_missed(), actions.note_missed()) == (1, 0)
    kept = Review.objects.get(pk=review.pk)
    assert kept.missed_at == datetime(2026, 11, 10, 5, 0, tzinfo=UTC)
    assert Notice.objects.filter(severity="high", what__contains="is missed").count() == 1


def test_the_daily_round_raises_and_misses(committee: Room) -> None:
    assert dict(rounds.walk())["reviews"] == "1 raised, 0 missed, 0 seats ended"


def test_a_review_is_raised_held_and_signed_by_two(committee: Room) -> None:
    review = committee.signed()
    kept = Review.objects.select_related("filed").get(pk=review.pk)
    assert (kept.state, kept.first_signed_by, kept.signed_by) == ("signed", committee.chair.key, committee.two.key)
    assert kept.filed is not None
    assert store.read(kept.filed.sha256).startswith(b"%PDF-")
    assert [(one.person, one.sha256) for one in kept.signatures.order_by("pk")] == [
        (committee.chair.key, kept.minutes.get().sha256), (committee.two.key, kept.minutes.get().sha256),
    ]  # fmt: skip
    assert queries.signed(date(2026, 7, 1), date(2026, 9, 30)) == kept
    assert queries.signed(date(2026, 4, 1), date(2026, 6, 30)) is None


def test_a_review_signed_late_stays_marked(committee: Room) -> None:
    with later(days=45):  # 15 November
        actions.daily()
        review = actions.convene(committee.secretary, committee.raised(), meeting_at=datetime(2026, 11, 20, 15, tzinfo=UTC), place="Room 4")
        assert review.is_overdue
    with clock.stated(datetime(2026, 11, 20, 15, tzinfo=UTC)):
        actions.open_meeting(committee.secretary, review)
        for person in (committee.chair, committee.two):
            sitting.arrive(person, review)
        committee.seats.pop("three")
        review = actions.adjourn(committee.chair, committee.ended(review))
        signing.countersign(committee.two, signing.sign(committee.chair, review))
        kept = Review.objects.get(pk=review.pk)
        assert (kept.is_signed, kept.is_overdue, kept.is_missed) == (True, False, True)


def test_a_meeting_needs_a_charter_and_a_time_to_come(room: Room) -> None:
    run_of(date(2026, 9, 30))
    review = room.raised()
    with pytest.raises(Refusal, match="no charter is in force"):
        actions.convene(room.secretary, review, meeting_at=MEETING, place="Room 4")
    room.charter()
    with pytest.raises(Refusal, match="That instant has passed"):
        actions.convene(room.secretary, review, meeting_at=datetime(2026, 9, 30, tzinfo=UTC), place="Room 4")
    with pytest.raises(Refusal, match="place is missing"):
        actions.convene(room.secretary, review, meeting_at=MEETING, place=" ")
    with pytest.raises(Refusal, match="only compliance may do this"):
        actions.convene(room.chair, review, meeting_at=MEETING, place="Room 4")


def test_it_is_held_under_the_charter_of_its_convening(committee: Room) -> None:
    review = committee.convened()
    committee.charter(quorum=3)
    assert review.charter is not None
    assert Review.objects.select_related("charter").get(pk=review.pk).charter.quorum == 2
    assert actions.convene(committee.secretary, review, meeting_at=MEETING, place="Room 5").charter.quorum == 3


def test_the_chair_or_the_secretary_opens_and_closes(committee: Room) -> None:
    review = committee.convened()
    with pytest.raises(Refusal, match="opens the meeting"):
        actions.open_meeting(committee.two, review)
    actions.open_meeting(committee.chair, review)
    sitting.arrive(committee.two, review)
    with pytest.raises(Refusal, match="closes the meeting"):
        actions.adjourn(committee.two, review)
    with pytest.raises(Refusal, match="an item of it is still open"):
        actions.adjourn(committee.chair, review)


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


def test_an_empty_agenda_is_no_review(room: Room) -> None:
    with clock.stated(datetime(2026, 7, 1, 14, tzinfo=UTC)):
        room.committee()
    review = room.open()
    AgendaItem.objects.filter(review=review).delete()
    with pytest.raises(Refusal, match="the agenda is empty"):
        actions.adjourn(room.chair, review)


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


def test_the_signed_review_proves_the_duty_of_its_quarter_and_of_no_other(committee: Room) -> None:
    by = automated("obligations")
    for key in ("review_quarterly", "committee_quarterly"):
        duty = duty_of(BY_KEY[key])
        duty.state, duty.origin, duty.owed_from, duty.owner = "on", "hand", date(2026, 7, 1), committee.secretary.key
        create(by, duty)
    obligations.daily()
    committee.signed()
    with later(days=10):  # the committee's own duty is due on 4 December, 45 business days after the quarter, and is raised 60 days ahead
        obligations.daily()
    found = Occurrence.objects.filter(duty__key__in=("review_quarterly", "committee_quarterly")).order_by("period", "duty__key")
    assert [(row.period, row.state) for row in found if row.period in ("2026Q2", "2026Q3")] == [
        ("2026Q2", "missed"), ("2026Q2", "missed"), ("2026Q3", "awaiting"), ("2026Q3", "awaiting"),
    ]  # fmt: skip
    assert duties.to_confirm(committee.secretary.key).count() == 2


def test_a_review_out_of_turn_is_held_like_any_other_and_proves_no_duty(committee: Room) -> None:
    with pytest.raises(Refusal, match="raised by compliance or a senior manager"):
        actions.raise_out_of_turn(committee.chair, first_on=date(2026, 9, 1), last_on=date(2026, 9, 30), due_on=date(2026, 10, 20), why="Harm was found.")
    given = {"first_on": date(2026, 9, 1), "last_on": date(2026, 9, 30), "due_on": date(2026, 10, 20), "why": "Harm was found."}
    for wrong, said in ((("why", " "), "Say why"), (("last_on", date(2026, 8, 1)), "Look at the days"), (("due_on", date(2026, 9, 30)), "overdue on the day")):
        with pytest.raises(Refusal, match=said):
            actions.raise_out_of_turn(committee.senior, **{**given, wrong[0]: wrong[1]})
    row = actions.raise_out_of_turn(committee.senior, **given)
    assert (row.kind, row.quarter, str(row)) == ("extraordinary", "2026Q3", "Extraordinary review of 2026Q3")
    assert actions.raise_owed() == 1, "the quarter owes its own all the same"


def test_an_open_review_of_an_earlier_quarter_is_on_the_agenda_of_the_next(committee: Room) -> None:
    run_of(date(2026, 4, 1), date(2026, 9, 30))
    actions.daily()
    review = actions.convene(committee.secretary, Review.objects.get(quarter="2026Q3"), meeting_at=MEETING, place="Room 4")
    assert [item.title for item in review.items.filter(source="reviews")] == ["Review of 2026Q2 was missed"]


def test_a_move_by_hand_of_a_motion_says_what_the_count_says(committee: Room) -> None:
    review = committee.open()
    motion = committee.moved(review.items.get(is_vote=True))
    committee.vote(motion, "for", "against", "against")
    with pytest.raises(Refusal, match="By the charter's rule it is lost: 1 for, 2 against, 0 abstaining, of 3 seats"):
        voting.carry(committee.chair, motion)
    assert voting.lose(committee.chair, motion).state == "lost"
    with pytest.raises(Refusal, match="The vote on this motion is closed"):
        move_again(committee, motion)


def move_again(committee: Room, motion: Motion) -> None:
    voting.vote(committee.three, motion, "for")
    move(committee.chair, motion, "carry")
