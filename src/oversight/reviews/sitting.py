"""Every write in the room but votes: who comes and goes, who stands aside, what is taken up, skipped or opened again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.reviews.floor import Floor, Standing, floor, presides
from oversight.reviews.lifecycle import AGENDA_OPEN
from oversight.reviews.models import AgendaItem, Presence, Recusal, Review, Seat, Vote
from oversight.reviews.signers import NO_SEAT

NO_QUORUM = "There is no quorum"


def arrive(by: Actor, review: Review, seat: Seat | None = None) -> Presence:
    """Note that a seat came: one's own, or, for who presides or keeps the minutes, another's. Raises Refusal outside the meeting."""
    return _note(by, review, seat, is_here=True)


def leave(by: Actor, review: Review, seat: Seat | None = None) -> Presence:
    """Note that a seat went: it counts no more, what it voted stays."""
    return _note(by, review, seat, is_here=False)


def recuse(by: Actor, review: Review, *, seat: Seat | None = None, item: AgendaItem | None = None, reason: str) -> Recusal:
    """Stand aside from an item, or from the whole review; for another, who presides notes it. Raises Refusal after a vote that is still open."""
    if not reason.strip():
        raise Refusal("Say why: a recusal without a reason cannot be looked at later.")
    with actions.turn():
        kept = Review.objects.get(pk=review.pk)
        if kept.state not in AGENDA_OPEN:
            raise Refusal("The meeting is over. What was voted stays as it was voted.")
        own = _of(by, kept, seat, "note a recusal for another")
        if item is not None and item.review_id != review.pk:
            raise Refusal("That item is of another review.")
        if Recusal.objects.filter(review=review, seat=own, state="stated", item=item).exists():
            raise Refusal("That is noted already.")
        voted = Vote.objects.filter(seat=own, motion__state="open", motion__item__review=review)
        if (voted.filter(motion__item=item) if item else voted).exists():
            raise Refusal("The seat has voted on a motion that is still open. Let the motion be withdrawn first, and moved again without it.")
        row = Recusal(
            review=review, item=item, seat=own, person=own.person, reason=reason.strip(), stated_by=by.key, stated_at=clock.now(),
            state=Recusal.LIFECYCLE.start,
        )  # fmt: skip
        return actions.create(by, row, verb="recuse")


def lift(by: Actor, row: Recusal, *, why: str = "", **given: Any) -> Recusal:
    """Lift a recusal that was stated in error, as another seat."""
    with actions.turn():
        seated(by, row.review)
        return actions.move(by, row, "lift", why=why, **given)


def take_up(by: Actor, item: AgendaItem, *, discussion: str = "", resolution: str = "", **given: Any) -> AgendaItem:
    """End an item with what was said and resolved. Raises Refusal without a quorum, and for a seat that is not here or stands aside."""
    return _end(by, item, "take_up", discussion=discussion.strip(), resolution=resolution.strip(), **given)


def take_up_together(by: Actor, items: Sequence[AgendaItem], *, discussion: str, resolution: str) -> list[AgendaItem]:
    """End several items that were discussed as one, all or none, each with an entry of its own. Raises Refusal as `take_up` does, naming the item."""
    if not items:
        raise Refusal("Choose the items that were discussed together.")
    ended = []
    with actions.turn():
        for item in items:
            try:
                ended.append(take_up(by, item, discussion=discussion, resolution=resolution))
            except Refusal as refusal:
                raise Refusal(f"Item {item.number}: {refusal.words} Nothing was ended.", is_forbidden=refusal.is_forbidden) from refusal
    return ended


def propose_skip(by: Actor, item: AgendaItem, *, skip_reason: str = "", **given: Any) -> AgendaItem:
    """Give a reason to skip an item; it is still open until another seat seconds that."""
    with actions.turn():
        skipper(by, item)
        return actions.move(by, item, "propose_skip", skip_reason=skip_reason.strip(), **given)


def second_skip(by: Actor, item: AgendaItem, **given: Any) -> AgendaItem:
    """Second the reason, as another seat: the item is skipped, and the minutes name both."""
    with actions.turn():
        skipper(by, item)
        return _end(by, item, "second_skip", **given)


def put_back(by: Actor, item: AgendaItem, *, why: str = "", **given: Any) -> AgendaItem:
    """Do not skip it."""
    with actions.turn():
        here(by, item.review, item)
        return actions.move(by, item, "put_back", why=why, **given)


def reopen(by: Actor, item: AgendaItem, *, why: str = "", **given: Any) -> AgendaItem:
    """Open an item again that was taken up or skipped; what was written stays in the record."""
    with actions.turn():
        here(by, item.review, item)
        return actions.move(by, item, "reopen", why=why, **given)


def seated(by: Actor, review: Review) -> tuple[Floor, Standing]:
    """The floor, and the seat of who acts. Raises Refusal for who has none in force."""
    now = floor(review)
    own = now.of(by.key)
    if own is None:
        raise Refusal(NO_SEAT, is_forbidden=True)
    return now, own


def here(by: Actor, review: Review, item: AgendaItem | None = None) -> tuple[Floor, Standing]:
    """The floor, and the seat of who acts, which is present and does not stand aside. Raises Refusal otherwise."""
    now, own = seated(by, review)
    if not own.is_here:
        raise Refusal("You are not noted as present. Note that you are here first.")
    if now.is_aside(own.seat, item):
        raise Refusal("You are recused from this. The others decide it.", is_forbidden=True)
    return now, own


def quorate(now: Floor, item: AgendaItem | None) -> int:
    """How many seats count. Raises Refusal where they are fewer than the quorum."""
    if not now.has_quorum(item):
        raise Refusal(f"{NO_QUORUM}: {now.words(item).partition(': ')[2]}. Nothing is decided until there is one again; what was voted stays.")
    return len(now.counted(item))


def skipper(by: Actor, item: AgendaItem) -> None:
    """Raises Refusal unless who acts is present, does not stand aside and holds a seat whose word lets an item be skipped."""
    _, own = here(by, item.review, item)
    if not own.seat.may_skip:
        raise Refusal("A seat with a vote, or the second signer, lets an item be skipped. The secretary writes it down.", is_forbidden=True)


def _end(by: Actor, item: AgendaItem, move: str, **given: Any) -> AgendaItem:
    with actions.turn():
        now, _ = here(by, item.review, item)
        counted = quorate(now, item)
        actions.change(by, item, verb="count_quorum", ended_seats=counted)
        return actions.move(by, item, move, **given)


def _note(by: Actor, review: Review, seat: Seat | None, *, is_here: bool) -> Presence:
    with actions.turn():
        kept = Review.objects.get(pk=review.pk)
        if not kept.is_in_session:
            raise Refusal("The review is not in session, so nobody comes or goes.")
        own = _of(by, kept, seat, "note others as present or gone")
        last = Presence.objects.filter(review=review, seat=own).order_by("-pk").first()
        if (last is not None and last.is_here) == is_here:
            raise Refusal(f"That seat is noted as {'here' if is_here else 'gone or not here'} already.")
        return actions.create(by, Presence(review=review, seat=own, is_here=is_here, noted_by=by.key, at=clock.now()), verb="come" if is_here else "go")


def _of(by: Actor, review: Review, seat: Seat | None, what: str) -> Seat:
    """The seat in force that is meant: one's own, or another's for who presides."""
    now, own = seated(by, review)
    if seat is None or seat.pk == own.seat.pk:
        return own.seat
    if not presides(own.seat):
        raise Refusal(f"The chair, the principal and the secretary {what}; others speak for themselves.", is_forbidden=True)
    if not any(one.seat.pk == seat.pk for one in now.standings):
        raise Refusal("That seat is not in force today.")
    return seat
