"""Every write of motions and votes: moved with its alternatives, voted once a seat, closed by the charter's rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.reviews import carrying
from oversight.reviews.floor import Floor, Standing, presides
from oversight.reviews.lifecycle import AGAINST, CHOICES, CLOSE_CASE, CONDITIONS, EXIT, MOTIONS, ON_DIFFERENCE, ON_PROVIDER, RESOLVE
from oversight.reviews.models import DIFFERENCE, AgendaItem, Motion, Vote
from oversight.reviews.rules import Count, carries, counted
from oversight.reviews.sitting import here, quorate, seated

CLOSED = "The vote on this motion is closed."


def move(
    by: Actor, item: AgendaItem, *, kind: str, text: str, alternatives: str, terms: Iterable[Mapping[str, Any]] = ()
) -> Motion:  # fmt: skip
    """Move something on an item, as a seat with a vote. `terms` are conditions, each with `what`, `owner` and `due_on`.

    Raises Refusal without words or alternatives, for a kind that the item does not take, without a quorum, or while another motion on it is open.
    """
    conditions = [_term(term) for term in terms]
    if not text.strip() or not alternatives.strip():
        raise Refusal("A motion says what is moved, and which alternatives were considered and why they were not taken.")
    with actions.turn():
        now, own = _voting(by, item)
        quorate(now, item)
        kept = AgendaItem.objects.select_related("review").get(pk=item.pk)
        _fits(by, kept, kind, conditions)
        decision = carrying.proposed(kept).pk if kind in ON_DIFFERENCE else None
        row = Motion(
            item=kept, number=kept.motions.count() + 1, kind=kind, text=text.strip(), alternatives=alternatives.strip(), decision_id=decision, terms=conditions,
            moved_by=by.key, moved_at=clock.now(), mover=own.seat, state=Motion.LIFECYCLE.start,
        )  # fmt: skip
        return actions.create(by, row, verb="move")


def vote(by: Actor, motion: Motion, choice: str, *, words: str = "") -> Vote:
    """Vote, once, as a seat that is present and does not stand aside; a vote against is explained. Raises Refusal, also once the quorum is lost."""
    if choice not in dict(CHOICES):
        raise Refusal("A vote is for, against, or an abstention.")
    if choice == AGAINST and not words.strip():
        raise Refusal("Say why you vote against it: dissent is kept in words.")
    with actions.turn():
        kept = _open(motion)
        now, own = _voting(by, kept.item)
        if kept.votes.filter(seat=own.seat).exists() or kept.votes.filter(person=by.key).exists():
            raise Refusal("You have voted on this motion. A vote is not changed; say what you think now in the discussion.")
        quorate(now, kept.item)
        return actions.create(
            by, Vote(motion=kept, seat=own.seat, person=by.key, choice=choice, words=words.strip(), at=clock.now()), verb="vote"
        )  # fmt: skip


def close(by: Actor, motion: Motion, **given: Any) -> Motion:
    """Close the vote, as the chair, the principal or the secretary: carried or lost by the charter's rule. What a carried motion decides is done with it.

    Raises Refusal without a quorum, or where fewer voted than a quorum.
    """
    with actions.turn():
        kept = _open(motion)
        now, own = here(by, kept.item.review)
        if not presides(own.seat):
            raise Refusal("The chair, the principal or the secretary closes the vote.", is_forbidden=True)
        seats = quorate(now, kept.item)
        count = count_of(kept, now)
        if count.cast < now.needed:
            raise Refusal(f"{count.cast} voted, and a quorum is {now.needed}. Let the others vote, an abstention counts, or withdraw the motion.")
        assert now.charter is not None, "there is no quorum without a charter"
        is_carried = carries(now.charter.majority, count)
        actions.change(by, kept, verb="count_votes", count=count.words, rule=now.charter.majority, closed_seats=seats)
        actions.move(by, kept, "carry" if is_carried else "lose", **given)
        if is_carried:
            _decide(kept, seats)
            carrying.carry(by, kept)
    motion.state = kept.state
    return kept


def carry(by: Actor, motion: Motion, **given: Any) -> Motion:
    """Close the vote where it is carried. Raises Refusal where by the charter's rule it is not."""
    return _closed(by, motion, "carried", given)


def lose(by: Actor, motion: Motion, **given: Any) -> Motion:
    """Close the vote where it is lost. Raises Refusal where by the charter's rule it is not."""
    return _closed(by, motion, "lost", given)


def withdraw(by: Actor, motion: Motion, *, why: str = "", **given: Any) -> Motion:
    """Take a motion back, as who moved it or who presides; its votes stay."""
    with actions.turn():
        _, own = seated(by, motion.item.review)
        if by.key != motion.moved_by and not presides(own.seat):
            raise Refusal("A motion is withdrawn by who moved it, or by who presides.", is_forbidden=True)
        return actions.move(by, motion, "withdraw", why=why, **given)


def count_of(motion: Motion, now: Floor) -> Count:
    """The count as it is: of the seats that may vote now, and of those that voted and left."""
    votes = list(motion.votes.all())
    may = {seat.pk for seat in now.counted(motion.item)} | {one.seat_id for one in votes}
    return counted((one.choice for one in votes), len(may))


def left_to_vote(motion: Motion, now: Floor) -> list[Standing]:
    """The seats that may still vote on it."""
    voted, may = {one.seat_id for one in motion.votes.all()}, {seat.pk for seat in now.counted(motion.item)}
    return [one for one in now.standings if one.seat.pk in may - voted]


def kinds_for(item: AgendaItem) -> list[tuple[str, str]]:
    """What can be moved on the item: a vote on a provider is one of four; a resolution elsewhere, and what the subject lets the committee decide."""
    held: tuple[str, ...] = ON_PROVIDER if item.is_vote else (RESOLVE,)
    if item.subject_kind == DIFFERENCE and carrying.has_proposal(item):
        held = (*ON_DIFFERENCE, *held)
    if carrying.can_be_closed(item):
        held = (*held, CLOSE_CASE)
    titles = dict(MOTIONS)
    return [(key, titles[key]) for key in held]


def _closed(by: Actor, motion: Motion, state: str, given: Mapping[str, Any]) -> Motion:
    with actions.turn():
        made = close(by, motion, **given)
        if made.state != state:
            raise Refusal(f"By the charter's rule it is {made.state}: {made.count}. Close the vote as that.")
    return made


def _open(motion: Motion) -> Motion:
    kept = Motion.objects.select_related("item__review__charter").prefetch_related("votes").get(pk=motion.pk)
    if kept.state != "open":
        raise Refusal(f"{CLOSED} It is {kept.state_title}.")
    if not kept.is_in_session:
        raise Refusal("The review is not in session.")
    return kept


def _voting(by: Actor, item: AgendaItem) -> tuple[Floor, Standing]:
    now, own = here(by, item.review, item)
    if not own.seat.has_vote:
        raise Refusal(f"The {own.seat.get_place_display().partition(',')[0]} has no vote.", is_forbidden=True)
    return now, own


def _fits(by: Actor, item: AgendaItem, kind: str, conditions: list[dict[str, str]]) -> None:
    if not item.is_in_session:
        raise Refusal("The review is not in session.")
    if item.is_ended:
        raise Refusal(f"The item is {item.state_title}. Open it again first, if it was not decided by motion.")
    if kind not in dict(kinds_for(item)):
        raise Refusal(f"On this item can be moved: {', '.join(title for _, title in kinds_for(item))}.")
    if item.motions.filter(state="open").exists():
        raise Refusal("Another motion on this item is open. Close its vote, or withdraw it, first.")
    if conditions and kind not in (CONDITIONS, EXIT):
        raise Refusal("Conditions go with a motion to retain with conditions; the move of an exit goes with a motion to leave.")
    if kind == CONDITIONS and not conditions:
        raise Refusal("Name at least one condition, with who does it and by when.")
    if kind == EXIT:
        carrying.check_exit(conditions)


def _term(term: Mapping[str, Any]) -> dict[str, str]:
    what, owner, due_on = str(term.get("what") or "").strip(), str(term.get("owner") or ""), term.get("due_on")
    if not what or not owner or not isinstance(due_on, date):
        raise Refusal("A condition says what is done, by whom, and by which day.")
    if due_on < clock.today():
        raise Refusal("The day of a condition has passed already.")
    carrying.check_owner(owner)
    return {"what": what[:2000], "owner": owner, "due_on": due_on.isoformat()}


def _decide(motion: Motion, seats: int) -> None:
    item = AgendaItem.objects.get(pk=motion.item_id)
    actions.change(carrying.DESK, item, verb="count_quorum", ended_seats=seats)
    actions.move(carrying.DESK, item, "decide")
