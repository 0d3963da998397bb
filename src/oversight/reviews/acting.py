"""Every write of actions: set by a review, done by its owner, confirmed by another, looked at until then."""

from __future__ import annotations

from datetime import date
from typing import Any

from oversight import clock
from oversight.accounts.models import Holding
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.reviews.floor import floor
from oversight.reviews.lifecycle import DOERS, KEEPERS
from oversight.reviews.models import Action, AgendaItem, Motion, Review


def set_action(
    by: Actor, review: Review, *, what: str, owner: str, due_on: date, wanted: str = "", item: AgendaItem | None = None, motion: Motion | None = None
) -> Action:  # fmt: skip
    """Ask something of one person by a day, while the review is in session. The owner is told."""
    if not what.strip():
        raise Refusal("Say what is to be done.")
    if due_on < clock.today():
        raise Refusal("The day of an action has passed already.")
    check_owner(owner)
    with actions.turn():
        kept = Review.objects.select_related("charter").get(pk=review.pk)
        if not kept.is_in_session:
            raise Refusal("Actions are set while the review is in session.")
        if not (by.roles & set(KEEPERS) or floor(kept).of(by.key)):
            raise Refusal("Actions are set by the seats of the committee.", is_forbidden=True)
        row = Action(
            review=kept, item=item, motion=motion, what=what.strip(), owner=owner, due_on=due_on, wanted=wanted.strip(), set_by=by.key, set_at=clock.now(),
            state=Action.LIFECYCLE.start,
        )  # fmt: skip
        actions.create(by, row, verb="set")
        tell(by, to_keys=(owner,), what=f"{kept}: an action is yours, due {due_on}", url=row.get_absolute_url(), severity="medium")
    return row


def check_owner(owner: str) -> None:
    """Raises Refusal for who cannot own an action: a closed account, or one of no role of the firm that works."""
    if not Holding.objects.filter(account__key=owner, account__is_active=True, ended_at=None, role__in=DOERS).exists():
        raise Refusal("An action is owned by an open account of the firm, in a role that works: not the auditor, not a vendor.")


def done(by: Actor, row: Action, *, done_words: str = "", **given: Any) -> Action:
    """Note one's own action as done, with what it showed."""
    if by.key != row.owner:
        raise Refusal("An action is done by its owner. Hand it over first where somebody else does it.", is_forbidden=True)
    return actions.move(by, row, "do", done_words=done_words.strip(), **given)


def hand_over(by: Actor, row: Action, *, owner: str, why: str) -> Action:
    """Give an open action to another person, as its owner or as compliance; its day stays."""
    if by.key != row.owner and not by.roles & set(KEEPERS):
        raise Refusal("An action is handed over by its owner or by compliance.", is_forbidden=True)
    if row.state != "open":
        raise Refusal(f"The action is {row.state_title}, so nobody takes it over.")
    if not why.strip():
        raise Refusal("Say why it is handed over.")
    check_owner(owner)
    with actions.turn():
        changed = actions.change(by, row, verb="hand_over", why=why, owner=owner)
        tell(by, to_keys=(owner,), what=f"An action of {row.review} was handed to you, due {row.due_on}", url=row.get_absolute_url(), severity="medium")
    return changed
