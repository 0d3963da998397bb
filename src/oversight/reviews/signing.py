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
from oversight.reviews.floor import Floor
from oversight.reviews.generating import DESK
from oversight.reviews.lifecycle import CHAIR, KEEPERS, PRINCIPAL, SECOND
from oversight.reviews.models import Minutes, Presence, Review, Seat, Signature
from oversight.reviews.sitting import seated
from oversight.roles import SENIOR_MANAGER


def sign(by: Actor, review: Review, *, statement: str = "", why: str = "", **given: Any) -> Review:
    """Sign first: the minutes are frozen as they stand, and signed by their hash. Raises Refusal for who may not, or where somebody signed meanwhile."""
    with actions.turn():
        now, seat = _signer(by, review)
        if now.charter is not None and now.charter.is_small and seat.place != PRINCIPAL:
            raise Refusal("In a small firm the principal signs first; the independent second signer signs after.")
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
    """Sign second, the same bytes: the review is locked, and its minutes are filed as evidence. Raises Refusal unless the chair, or the principal, is one of two."""
    with actions.turn():
        now, seat = _signer(by, review)
        held = Review.objects.select_related("charter").get(pk=review.pk)
        refuse(Review.LIFECYCLE, Review.LIFECYCLE.move("countersign"), held, person=by.key, roles=by.roles, given=given)
        frozen = held.minutes.order_by("-number")[:1].get()
        _pair(now, frozen.signatures.select_related("seat").get().seat, seat)
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


def _signer(by: Actor, review: Review) -> tuple[Floor, Seat]:
    """The floor, and the seat that signs: in force, at the meeting, not recused from all of it; the secretary does not sign."""
    now, own = seated(by, review)
    if own.is_recused:
        raise Refusal("You are recused from the review, so you do not sign it.", is_forbidden=True)
    if not (own.seat.has_vote or own.seat.place == SECOND):
        raise Refusal("The secretary keeps the minutes; they are signed by the seats that decided.", is_forbidden=True)
    if own.seat.place != SECOND and not Presence.objects.filter(review=review, seat=own.seat, is_here=True).exists():
        raise Refusal("You were not at the meeting, so you cannot say that its minutes are right.", is_forbidden=True)
    return now, own.seat


def _pair(now: Floor, first: Seat, second: Seat) -> None:
    if now.charter is not None and now.charter.is_small:
        if second.place != SECOND or not second.is_independent or second.person == first.person:
            raise Refusal("In a small firm the second signature is the independent second signer's, who is not the principal.", is_forbidden=True)
        return
    if CHAIR not in (first.place, second.place):
        raise Refusal("One of the two signatures is the chair's. The other was given; the chair signs now.", is_forbidden=True)


def _signature(by: Actor, review: Review, frozen: Minutes, seat: Seat, statement: str) -> Signature:
    row = Signature(
        review=review, minutes=frozen, seat=seat, person=by.key, place=seat.place, sha256=frozen.sha256, statement=statement.strip(), at=clock.now(),
    )  # fmt: skip
    return actions.create(by, row, verb="sign")
