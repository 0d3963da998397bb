"""A review from the calendar to its end: what is raised, what is missed, under which charter it is held, which duty it proves."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

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
from oversight.reviews.models import AgendaItem, Motion, Review

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


def test_an_empty_agenda_is_no_review(room: Room) -> None:
    with clock.stated(datetime(2026, 7, 1, 14, tzinfo=UTC)):
        room.committee()
    review = room.open()
    AgendaItem.objects.filter(review=review).delete()
    with pytest.raises(Refusal, match="the agenda is empty"):
        actions.adjourn(room.chair, review)


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
