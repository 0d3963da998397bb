"""Two signatures under the same minutes: the first freezes them, the second locks the review and files them."""

from __future__ import annotations

import hashlib
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.lifecycle import Refusal, refuse
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.reviews import minutes as kept
from oversight.reviews import printing
from oversight.reviews.floor import Floor, floor
from oversight.reviews.generating import DESK
from oversight.reviews.lifecycle import KEEPERS
from oversight.reviews.models import Minutes, Review, Seat, Signature
from oversight.reviews.signers import why_not
from oversight.reviews.sitting import seated
from oversight.roles import SENIOR_MANAGER


def sign(by: Actor, review: Review, *, statement: str = "", why: str = "", **given: Any) -> Review:
    """Sign first: the minutes are frozen as they stand, and signed by their hash. Raises Refusal for who may not, or where somebody signed meanwhile."""
    with actions.turn():
        held = Review.objects.select_related("charter").get(pk=review.pk)
        _asked(by, held, "sign")
        now, seat = _signer(by, held)
        actions.move(by, review, "sign", **given)
        held = Review.objects.select_related("charter").get(pk=review.pk)
        text = kept.text_of(kept.as_they_stand(held))
        frozen = Minutes(
            review=held, number=held.minutes.count() + 1, text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), frozen_by=by.key, frozen_at=clock.now(),
        )  # fmt: skip
        actions.create(by, frozen, verb="freeze")
        _signature(by, held, frozen, seat, statement or why)
        others = sorted(one.seat.person for one in now.standings if one.seat.person != by.key)
        tell(by, to_keys=others, what=f"{held}: signed by one; a second signature is waited for", url=held.get_absolute_url(), severity="medium")
    return review


def countersign(by: Actor, review: Review, *, statement: str = "", why: str = "", **given: Any) -> Review:
    """Sign second, the same bytes: the review is locked, its minutes are filed. Raises Refusal unless the chair, or the principal, is one of two."""
    with actions.turn():
        held = Review.objects.select_related("charter").get(pk=review.pk)
        _asked(by, held, "countersign")
        _, seat = _signer(by, held)
        frozen = held.minutes.order_by("-number")[:1].get()
        _signature(by, held, frozen, seat, statement or why)
        told = kept.frozen(frozen)
        content = printing.pdf(told, frozen, list(frozen.signatures.select_related("seat").order_by("pk")))
        filed = evidence.file(
            DESK, f"minutes-{held.quarter}-{held.pk}.pdf", content, title=f"Signed minutes: {held}", effective_on=clock.today(), subject=held.subject,
            what="minutes signed by two",
        )  # fmt: skip
        actions.change(DESK, held, verb="file_minutes", filed=filed)
        actions.move(by, review, "countersign", **given)
        # Says which quarter is done in a fact of its own: the duty to review it is proved by this entry.
        actions.append(by, actions.Act("lock", held.subject, facts={"kind": held.kind, "quarter": held.quarter}))
        tell(by, to_roles=(*KEEPERS, SENIOR_MANAGER), what=f"{held} is signed by two and locked", url=held.get_absolute_url())
    review.filed = filed
    return review


def send_back(by: Actor, review: Review, *, why: str = "", **given: Any) -> Review:
    """Do not sign: the minutes are opened again, the first signature stays under the bytes that it was given for and counts no more."""
    with actions.turn():
        seated(by, review)
        moved = actions.move(by, review, "send_back", why=why, **given)
        tell(by, to_keys=(review.first_signed_by,), what=f"{review}: the second signer does not sign; read why", url=review.get_absolute_url(), severity="high")
    return moved


def _asked(by: Actor, review: Review, move: str) -> None:
    """The lifecycle's word first: what state it is in, and that nobody signs twice."""
    refuse(Review.LIFECYCLE, Review.LIFECYCLE.move(move), review, person=by.key, roles=by.roles, given={})


def _signer(by: Actor, review: Review) -> tuple[Floor, Seat]:
    """The floor, and the seat that signs. Raises Refusal where it is not this person's signature that is waited for."""
    now = floor(review)
    words, own = why_not(review, by.key, now), now.of(by.key)
    if words or own is None:
        raise Refusal(words, is_forbidden=True)
    return now, own.seat


def _signature(by: Actor, review: Review, frozen: Minutes, seat: Seat, statement: str) -> Signature:
    row = Signature(
        review=review, minutes=frozen, seat=seat, person=by.key, place=seat.place, sha256=frozen.sha256, statement=statement.strip(), at=clock.now(),
    )  # fmt: skip
    return actions.create(by, row, verb="sign")
