"""What the pages of a review offer at its edges, tried apart from the others."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from oversight.reviews import seating

from .conftest import Room
from .test_pages import as_

Browser = Callable[..., Client]


def test_a_stale_vote_on_a_motion_that_closed_is_said_in_words(committee: Room) -> None:
    motion = committee.carried(committee.open().items.get(is_vote=True))
    answer = as_(committee.three).post(reverse("reviews:vote", args=[motion.pk]), {"choice": "for"})
    assert (answer.status_code, "The vote on this motion is closed" in answer.content.decode()) == (409, True)


def test_seats_of_both_kinds_are_ended_by_hand(committee: Room) -> None:
    client = as_(committee.secretary)
    seat = committee.seats["three"]
    answer = client.post(reverse("move", args=["review_seat", seat.pk, "end"]), {"until_on": "2026-10-01", "why": "Leaves."})
    assert answer.status_code == 302
    seat.refresh_from_db()
    assert (seat.state, str(seat.until_on)) == ("ended", "2026-10-01")
    assert seating.end_over() == 0
