"""What programs read of reviews."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.reviews import minutes, queries
from oversight.reviews.floor import charter, floor
from oversight.reviews.models import Review


class ReviewSaid(Schema):
    """One review: the row, who is in the room, papers, motions with their votes, actions, recusals, signatures, what came later."""

    review: dict[str, Any]
    is_missed: bool
    quorum: str = Field(description="The quorum in words, counted now.")
    has_quorum: bool
    papers: list[dict[str, Any]]
    motions: list[dict[str, Any]]
    recusals: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    signatures: list[dict[str, Any]]
    came_later: list[dict[str, Any]]


class MinutesSaid(Schema):
    """The minutes: as they stand, or as they were frozen; `sha256` is of the frozen text, none before."""

    minutes: dict[str, Any]
    sha256: str | None
    text: str | None = Field(None, description="The very bytes that are signed, as UTF-8.")


class CommitteeSaid(Schema):
    """The charter in force, and the seats."""

    charter: dict[str, Any] | None
    seats: list[dict[str, Any]]


def reviews(request: HttpRequest, page: Query[Page], state: str = "") -> Table:
    """Reviews, the latest period first; `state` open, missed or signed."""
    return paged(request, queries.reviews(state=state), queries.sheet, page)


def review(request: HttpRequest, id: int) -> ReviewSaid:
    """One review with everything that is said in it."""
    row = _review(id)
    now = floor(row)
    motions = [{**said.row(motion), "votes": [said.row(vote) for vote in motion.votes.all()]} for item in queries.agenda(row) for motion in item.motions.all()]
    return ReviewSaid(
        review=said.row(row), is_missed=row.is_missed, quorum=now.words(), has_quorum=now.has_quorum(), papers=[said.row(one) for one in queries.papers(row)],
        motions=motions, recusals=[said.row(one) for one in queries.recusals(row)], actions=[said.row(one) for one in row.actions.order_by("pk")],
        signatures=[said.row(one) for one in row.signatures.order_by("pk")], came_later=[said.row(one) for one in queries.later(row)],
    )  # fmt: skip


def review_agenda(request: HttpRequest, id: int) -> Table:
    """The agenda of a review, with how each item ended."""
    row = _review(id)
    return said.table(request, queries.agenda_sheet(row, queries.agenda(row)))


def review_minutes(request: HttpRequest, id: int) -> MinutesSaid:
    """The minutes of a review."""
    told, held = minutes.told(_review(id))
    return MinutesSaid(minutes=said.value(asdict(told)), sha256=held.sha256 if held else None, text=held.text if held else None)


def review_actions(request: HttpRequest, page: Query[Page], state: str = "", owner: str = "") -> Table:
    """Actions that reviews set, by their day; `state` open, overdue, done or over; `owner` an account's key."""
    return paged(request, queries.actions(state=state, owner=owner), queries.action_sheet, page)


def committee(request: HttpRequest) -> CommitteeSaid:
    """Under which charter reviews are held, and who sits."""
    held = charter()
    return CommitteeSaid(charter=said.row(held) if held else None, seats=[said.row(seat) for seat in queries.every_seat()])


def _review(pk: int) -> Review:
    return get_object_or_404(Review.objects.select_related("charter", "filed"), pk=pk if pk < 2**63 else 0)


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/reviews", reviews, Table, "oversight.reviews.queries.reviews", "vendors:read"),
    Operation("GET", "/reviews/{int:id}", review, ReviewSaid, "oversight.reviews.models.Review", "vendors:read"),
    Operation("GET", "/reviews/{int:id}/agenda", review_agenda, Table, "oversight.reviews.queries.agenda", "vendors:read"),
    Operation("GET", "/reviews/{int:id}/minutes", review_minutes, MinutesSaid, "oversight.reviews.minutes.told", "vendors:read"),
    Operation("GET", "/review-actions", review_actions, Table, "oversight.reviews.queries.actions", "vendors:read"),
    Operation("GET", "/committee", committee, CommitteeSaid, "oversight.reviews.seats.Charter", "vendors:read"),
)
