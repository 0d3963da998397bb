"""A committee of three with a secretary, a vendor that routes, and the way to a signed review step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from oversight import clock
from oversight.actor import Actor
from oversight.reviews import actions, seating, signing, sitting, voting
from oversight.reviews.lifecycle import OF_VOTES, ONE, WHOLE
from oversight.reviews.models import AgendaItem, Charter, Motion, Review, Seat
from oversight.vendors.actions import register
from oversight.vendors.models import Vendor

MEETING = datetime(2026, 10, 27, 14, 0, tzinfo=UTC)
"""10:00 in New York, the sample firm's meeting."""
SEATED_FROM = date(2026, 7, 1)


@dataclass
class Room:
    """Who acts: three seats with a vote, the secretary, a senior manager who agrees to what they write."""

    chair: Actor
    two: Actor
    three: Actor
    secretary: Actor
    senior: Actor
    seats: dict[str, Seat] = field(default_factory=dict)

    def charter(self, **said: Any) -> Charter:
        facts = {"mode": WHOLE, "quorum": 2, "majority": OF_VOTES, "due_days": 40, "notice_days": 5, "purpose": "Best execution.", **said}
        return seating.approve_charter(self.senior, seating.propose_charter(self.secretary, **facts))

    def seat(self, person: Actor, place: str = "member", **said: Any) -> Seat:
        facts = {
            "registration": "Series 24", "is_independent_of_desk": True, "is_independent_of_vendors": True, "why": "Reports to the board.",
            "from_on": SEATED_FROM, **said,
        }  # fmt: skip
        by = self.senior if person.key != self.senior.key else self.secretary
        row = seating.appoint(by, person=person.key, place=place, **facts)
        return seating.confirm_seat(self.chair if person.key != self.chair.key else self.secretary, row)

    def committee(self) -> None:
        self.charter()
        for name, person, place in (("chair", self.chair, "chair"), ("two", self.two, "member"), ("three", self.three, "member")):
            self.seats[name] = self.seat(person, place)
        self.seats["secretary"] = self.seat(self.secretary, "secretary")

    def small(self) -> None:
        """A principal alone, with an independent second signer."""
        self.charter(mode=ONE, quorum=1)
        self.seats["chair"] = self.seat(self.chair, "principal")
        self.seats["two"] = self.seat(self.two, "second_signer")
        self.seats["secretary"] = self.seat(self.secretary, "secretary")

    def vendor(self, key: str = "vendor_a", state: str = "live") -> Vendor:
        row = register(self.secretary, key=key, name=key.replace("_", " ").title())
        Vendor.objects.filter(pk=row.pk).update(state=state)
        return Vendor.objects.get(pk=row.pk)

    def raised(self) -> Review:
        """The review of the third quarter, as the daily round raises it."""
        if not Review.objects.exists():
            actions.raise_owed()
        return Review.objects.get(quarter="2026Q3")

    def convened(self, at: datetime = MEETING) -> Review:
        return actions.convene(self.secretary, self.raised(), meeting_at=at, place="Room 4")

    def open(self, *here: Actor) -> Review:
        """In session, with the secretary, who opened it, and these present: everybody where nobody is named."""
        review = actions.open_meeting(self.secretary, self.convened())
        for person in here or (self.chair, self.two, self.three):
            if person.key in {seat.person for seat in self.seats.values()}:
                sitting.arrive(person, review)
        return Review.objects.get(pk=review.pk)

    def moved(self, item: AgendaItem, by: Actor | None = None, **said: Any) -> Motion:
        kind = "retain" if item.is_vote else "resolve"
        facts = {"kind": kind, "text": "That it stays as it is.", "alternatives": "A case: the figures do not carry it.", **said}
        return voting.move(by or self.chair, item, **facts)

    def vote(self, motion: Motion, *choices: str) -> None:
        """Chair, two and three vote so, in this order."""
        for person, choice in zip((self.chair, self.two, self.three), choices, strict=False):
            voting.vote(person, motion, choice, words="Not by these figures." if choice == "against" else "")

    def carried(self, item: AgendaItem, **said: Any) -> Motion:
        motion = self.moved(item, **said)
        voters = [seat for name, seat in self.seats.items() if name in ("chair", "two", "three") and seat.has_vote]
        self.vote(motion, *["for"] * len(voters))
        return voting.close(self.chair, motion)

    def ended(self, review: Review) -> Review:
        """Every item ended: votes on providers by motion, the others taken up."""
        for item in review.items.filter(state="open"):
            if item.is_vote:
                self.carried(item)
            else:
                sitting.take_up(self.chair, item, discussion="Read.", resolution="Noted.")
        return Review.objects.get(pk=review.pk)

    def adjourned(self, *here: Actor) -> Review:
        return actions.adjourn(self.chair, self.ended(self.open(*here)))

    def signed(self) -> Review:
        review = self.adjourned()
        signing.sign(self.chair, review)
        return signing.countersign(self.two, Review.objects.get(pk=review.pk))


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> None:
    """Evidence lies in a folder of the test's own, and no run was received."""
    settings.HOME = tmp_path
    settings.WORKSPACE = tmp_path


@pytest.fixture
def room(actor: Callable[..., Actor]) -> Room:
    """The people, and nothing else yet."""
    return Room(
        actor("committee", name="chair"), actor("committee", name="two"), actor("committee", name="three"), actor("compliance", name="secretary"),
        actor("senior_manager", name="senior"),
    )  # fmt: skip


@pytest.fixture
def committee(room: Room) -> Room:
    """Charter and seats in force since the quarter, one vendor that routes; the clock stands in the meeting's morning."""
    with clock.stated(datetime(2026, 7, 1, 14, tzinfo=UTC)):
        room.committee()
        room.vendor()
    return room


@pytest.fixture
def small(room: Room) -> Room:
    with clock.stated(datetime(2026, 7, 1, 14, tzinfo=UTC)):
        room.small()
        room.vendor()
    return room


def later(days: float = 0, **more: float) -> Any:
    """So long after the morning on which tests begin."""
    return clock.stated(datetime(2026, 10, 1, 12, tzinfo=UTC) + timedelta(days=days, **more))


def term(owner: Actor, what: str = "Send the reroute figures each week.", due_on: date | None = date(2026, 11, 30)) -> dict[str, Any]:
    """A condition of a motion, as its form gives it."""
    return {"what": what, "owner": owner.key, "due_on": due_on}
