"""A review from the calendar to the lock: what is raised, what is missed, what keeps it from being signed."""

from __future__ import annotations

import pytest

from oversight.reviews.models import Review

from .conftest import Room


@pytest.mark.django_db
def test_a_review_is_raised_held_and_signed_by_two(committee: Room) -> None:
    review = committee.signed()
    kept = Review.objects.get(pk=review.pk)
    assert (kept.state, kept.filed is not None, kept.items.count()) == ("signed", True, 1)
