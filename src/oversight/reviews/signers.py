"""Whose signature the minutes wait for: why a person's would not do, in words."""

from __future__ import annotations

from oversight.reviews.floor import Floor, floor
from oversight.reviews.lifecycle import CHAIR, PRINCIPAL, SECOND
from oversight.reviews.models import Presence, Review, Seat, Signature

NO_SEAT = "You hold no seat of the committee that is in force today. Compliance appoints; a second person agrees."


def why_not(review: Review, person: str, now: Floor | None = None) -> str:
    """Why this person's signature is not the one that is waited for; empty where it is. The state of the review is the lifecycle's to say."""
    on = now or floor(review)
    own = on.of(person)
    if own is None:
        return NO_SEAT
    if own.is_recused:
        return "You are recused from the review, so you do not sign it."
    is_small = on.charter is not None and on.charter.is_small
    if review.state == "half_signed":
        return _second(review, own.seat, is_small=is_small)
    return _first(review, own.seat, is_small=is_small)


def _first(review: Review, seat: Seat, *, is_small: bool) -> str:
    if is_small:
        return "" if seat.place == PRINCIPAL else "In a small firm the principal signs first; the independent second signer signs after."
    return _was_there(review, seat)


def _second(review: Review, seat: Seat, *, is_small: bool) -> str:
    first = Signature.objects.filter(minutes__review=review).select_related("seat").order_by("-pk").first()
    if first is None or first.person == seat.person:
        return "You signed first; another person signs second."
    if is_small:
        is_theirs = seat.place == SECOND and seat.is_independent
        return "" if is_theirs else "In a small firm the second signature is the independent second signer's, who is not the principal."
    if CHAIR not in (first.place, seat.place):
        return "One of the two signatures is the chair's. The other was given; the chair signs now."
    return _was_there(review, seat)


def _was_there(review: Review, seat: Seat) -> str:
    if not seat.has_vote:
        return "The secretary keeps the minutes; they are signed by the seats that decided."
    if not Presence.objects.filter(review=review, seat=seat, is_here=True).exists():
        return "You were not at the meeting, so you cannot say that its minutes are right."
    return ""
