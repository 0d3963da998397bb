"""The charter and the seats: two people each; who counts, and from when until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from oversight.accounts import actions as accounts
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.record.actions import move
from oversight.reviews import floor, seating
from oversight.reviews.lifecycle import ONE, WHOLE
from oversight.reviews.models import Charter, Seat

from .conftest import Room, later

FACTS: dict[str, Any] = {"mode": WHOLE, "quorum": 2, "majority": "majority_of_votes", "due_days": 40, "notice_days": 5, "purpose": "Best execution."}


def test_a_charter_holds_once_a_second_person_agrees(room: Room) -> None:
    row = seating.propose_charter(room.secretary, **FACTS)
    assert (row.number, floor.charter()) == (1, None)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        seating.approve_charter(room.secretary, row)
    seating.approve_charter(room.chair, row)
    assert floor.charter() == row


def test_the_next_version_takes_the_place_of_the_one_before(room: Room) -> None:
    first, second = room.charter(), room.charter(quorum=3)
    assert [(one.number, one.state) for one in Charter.objects.order_by("number")] == [(1, "superseded"), (2, "in_force")]
    assert (first.pk, floor.charter()) == (first.pk, second)


def test_one_version_waits_at_a_time(room: Room) -> None:
    seating.propose_charter(room.secretary, **FACTS)
    with pytest.raises(Refusal, match="waits for a second person already"):
        seating.propose_charter(room.senior, **FACTS)


@pytest.mark.parametrize(("mode", "quorum", "said"), [(ONE, 2, "One principal decides alone"), (WHOLE, 1, "is one person"), (WHOLE, 0, "is one person")])
def test_a_quorum_that_cannot_work_is_refused(room: Room, mode: str, quorum: int, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        seating.propose_charter(room.secretary, **{**FACTS, "mode": mode, "quorum": quorum})


def test_a_charter_is_written_by_compliance_or_a_senior_manager(room: Room) -> None:
    with pytest.raises(Refusal, match="by compliance or a senior manager"):
        seating.propose_charter(room.chair, **FACTS)


def test_a_seat_counts_once_another_agrees_who_is_not_the_one_appointed(room: Room) -> None:
    room.charter()
    row = seating.appoint(room.secretary, person=room.two.key, place="member", **SEAT)
    assert floor.seats() == []
    for by in (room.secretary, room.two):
        with pytest.raises(Refusal, match="nobody approves their own work"):
            seating.confirm_seat(by, row)
    seating.confirm_seat(room.senior, row)
    assert [seat.person for seat in floor.seats()] == [room.two.key]


def test_a_seat_counts_between_its_days(room: Room) -> None:
    room.charter()
    room.seat(room.chair, "chair", from_on=date(2026, 10, 3), until_on=date(2026, 10, 5))
    counted = []
    for day in range(6):
        with later(day):
            counted.append(len(floor.seats()))
    assert counted == [0, 0, 1, 1, 1, 0]  # 1 October is day 0: 3, 4 and 5 October are days 2, 3 and 4


def test_a_seat_whose_account_is_closed_or_lost_its_role_counts_no_more(room: Room, actor: Callable[..., Actor]) -> None:
    room.committee()
    administrator = actor("administrator", name="it")
    assert len(floor.seats()) == 4
    accounts.close_account(administrator, Account.objects.get(key=room.three.key), why="Left the firm.")
    assert {seat.person for seat in floor.seats()} == {room.chair.key, room.two.key, room.secretary.key}
    accounts.end_role(administrator, Account.objects.get(key=room.two.key).held.get(role="committee"), why="Moved.")
    assert {seat.person for seat in floor.seats()} == {room.chair.key, room.secretary.key}


def test_one_person_sits_once_and_one_sits_in_the_chair(room: Room) -> None:
    room.committee()
    again = seating.appoint(room.senior, person=room.chair.key, place="member", **SEAT)
    with pytest.raises(Refusal, match="somebody holds that place, or this person holds another"):
        seating.confirm_seat(room.two, again)
    second = seating.appoint(room.secretary, person=room.senior.key, place="chair", **SEAT)
    with pytest.raises(Refusal, match="somebody holds that place"):
        seating.confirm_seat(room.two, second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.filter(pk=second.pk).update(state="in_force")


def test_a_second_signer_is_independent(room: Room) -> None:
    room.charter(mode=ONE, quorum=1)
    row = seating.appoint(room.secretary, person=room.two.key, place="second_signer", **{**SEAT, "is_independent_of_vendors": False})
    with pytest.raises(Refusal, match="a second signer is independent"):
        seating.confirm_seat(room.senior, row)


@pytest.mark.parametrize("role", ["analyst", "vendor_manager", "auditor", "administrator"])
def test_who_holds_no_role_that_may_sit_is_not_appointed(room: Room, actor: Callable[..., Actor], role: str) -> None:
    with pytest.raises(Refusal, match="held by an open account in the role"):
        seating.appoint(room.secretary, person=actor(role).key, place="member", **SEAT)


def test_a_seat_that_ends_before_it_begins_is_refused(room: Room) -> None:
    with pytest.raises(Refusal, match="end before it begins"):
        seating.appoint(room.secretary, person=room.two.key, place="member", **{**SEAT, "until_on": SEAT["from_on"] - timedelta(days=1)})


def test_independence_is_said_in_words(room: Room) -> None:
    with pytest.raises(Refusal, match="Say why the person is independent"):
        seating.appoint(room.secretary, person=room.two.key, place="member", **{**SEAT, "why": "  "})


def test_a_seat_that_ends_today_counts_no_more_and_a_day_to_come_is_refused(room: Room) -> None:
    room.committee()
    with pytest.raises(Refusal, match="That day is to come"):
        seating.end_seat(room.secretary, room.seats["three"], until_on=date(2026, 10, 2), why="Leaves.")
    seating.end_seat(room.secretary, room.seats["three"], until_on=date(2026, 10, 1), why="Leaves.")
    assert room.three.key not in {seat.person for seat in floor.seats()}


def test_a_seat_whose_last_day_passed_is_ended_by_the_day_so_that_another_can_follow(room: Room) -> None:
    room.charter()
    room.seat(room.chair, "chair", until_on=date(2026, 10, 5))
    with later(5):
        assert seating.end_over() == 1
        assert room.seat(room.two, "chair").state == "in_force"
        assert seating.end_over() == 0


def test_places_of_the_other_mode_do_not_count(room: Room) -> None:
    room.charter(mode=ONE, quorum=1)
    room.seat(room.chair, "principal")
    room.seat(room.two, "member")
    assert [seat.place for seat in floor.seats()] == ["principal"]


def test_a_decline_says_why(room: Room) -> None:
    row = seating.appoint(room.secretary, person=room.two.key, place="member", **SEAT)
    with pytest.raises(Refusal, match="why is missing"):
        move(room.senior, row, "decline")
    assert move(room.senior, row, "decline", why="No registration is on file.").declined_by == room.senior.key


SEAT: dict[str, Any] = {
    "registration": "Series 24", "is_independent_of_desk": True, "is_independent_of_vendors": True, "why": "Reports to the board.", "from_on": date(2026, 7, 1),
}  # fmt: skip
