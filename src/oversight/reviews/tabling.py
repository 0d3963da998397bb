"""Every write of papers: attached by hash, circulated to every seat, flagged where that was late."""

from __future__ import annotations

from typing import IO, Any

from django.core.files.base import File

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.reviews.floor import seats
from oversight.reviews.lifecycle import KEEPERS
from oversight.reviews.models import AgendaItem, Paper, Review


def attach(by: Actor, review: Review, filed: Filed, item: AgendaItem | None = None) -> Paper:
    """Put filed evidence on the table, by its hash; for one item where it is named. Raises Refusal once the meeting is over."""
    _keeps(by)
    if item is not None and item.review_id != review.pk:
        raise Refusal("That item is of another review.")
    with actions.turn():
        kept = Review.objects.get(pk=review.pk)
        if not kept.takes_items:
            raise Refusal("The meeting is over, so no paper comes onto its table. File it for the next review.")
        if kept.papers.filter(sha256=filed.sha256).exclude(state="withdrawn").exists():
            raise Refusal("The same bytes are on the table already.")
        row = Paper(
            review=review, item=item, filed=filed, sha256=filed.sha256, attached_by=by.key, attached_at=clock.now(), state=Paper.LIFECYCLE.start,
        )  # fmt: skip
        return actions.create(by, row, verb="attach")


def attach_file(by: Actor, review: Review, name: str, content: bytes | IO[bytes] | File[bytes], *, title: str = "", item: AgendaItem | None = None) -> Paper:
    """File the bytes as evidence of the review, and put them on the table."""
    _keeps(by)
    with actions.turn():
        return attach(by, review, evidence.file(by, name, content, title=title, subject=review.subject, what="paper of the review"), item)


def circulate(by: Actor, review: Review) -> list[Paper]:
    """Tell every seat of the papers that nobody was told of yet; they are circulated from now on. Raises Refusal where there is none, or no seat."""
    with actions.turn():
        rows = list(review.papers.filter(state="attached").select_related("review__charter"))
        if not rows:
            raise Refusal("No paper waits to be circulated. Attach one first.")
        told = sorted(seat.person for seat in seats(review.charter))
        if not told:
            raise Refusal("Nobody sits on the committee, so nobody can be told. Appoint the seats first.")
        for row in rows:
            actions.change(by, row, verb="address", circulated_to=told)
        actions.move_many(by, rows, "circulate")
        number = f"{len(rows)} paper{'' if len(rows) == 1 else 's'}"
        tell(by, to_keys=told, what=f"{review}: {number} circulated", url=f"{review.get_absolute_url()}#papers", severity="medium")
    return rows


def circulate_one(by: Actor, row: Paper, **given: Any) -> Paper:
    """Circulate what waits of the paper's review: seats are told once of all of it."""
    if row.state != "attached" or given:
        return actions.move(by, row, "circulate", **given)
    circulate(by, row.review)
    return Paper.objects.get(pk=row.pk)


def _keeps(by: Actor) -> None:
    if not by.roles & set(KEEPERS):
        raise Refusal("Papers are kept by compliance.", is_forbidden=True)
