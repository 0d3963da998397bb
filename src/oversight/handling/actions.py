"""Every write of the handling log."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from oversight import clock
from oversight.actor import Actor
from oversight.handling.models import Happening
from oversight.lifecycle import SYSTEM, Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import SUPERVISOR, WORKING

FACTS = ("kind", "vendor", "venue", "symbol", "from_at", "to_at", "orders", "order_count", "shares", "amount_usd", "what", "cause")
"""What a person says of a happening, and may correct until it is reviewed."""


def note(by: Actor, **facts: Any) -> Happening:
    """Write down what happened; `facts` are FACTS, times with their zone, `orders` ids one a line. Supervisors are told where the kind says so."""
    _may(by)
    _check(facts)
    row = Happening(**facts, state=Happening.LIFECYCLE.start, noted_by=by.key, noted_at=clock.now())
    with transaction.atomic():
        actions.create(by, row, verb="note")
        if row.kind_of.tells:
            where = row.vendor or row.venue
            words = f"{row.kind_of.title[0].upper()}{row.kind_of.title[1:]} noted{f': {where}' if where else ''}{'' if row.is_over else ', still going on'}"
            tell(by, to_roles=(SUPERVISOR,), what=words, url=row.get_absolute_url(), severity=row.kind_of.tells)
    return row


def correct(by: Actor, row: Happening, *, why: str = "", **facts: Any) -> Happening:
    """Correct facts of a happening that is not reviewed yet; what stood there before stays in the record. Whoever corrects it does not review it."""
    _may(by)
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise ValueError(f"not facts of a happening: {sorted(unknown)}")
    if row.state in row.LIFECYCLE.ends:
        raise Refusal("This was reviewed, so nothing in it changes any more. Note what you know now as a happening of its own.")
    _check({"from_at": row.from_at, "to_at": row.to_at, "what": row.what, **facts})
    with actions.turn():
        if Happening.objects.get(pk=row.pk).state != row.state:
            raise Refusal("Somebody else moved this meanwhile. Look at it again before you go on.")
        return actions.change(by, row, verb="correct", why=why, signs="corrected", **facts)


def _may(by: Actor) -> None:
    if not by.roles & {*WORKING, SYSTEM}:
        raise Refusal("The handling log is written by analysts, supervisors and compliance.", is_forbidden=True)


def _check(facts: dict[str, Any]) -> None:
    if not facts.get("what"):
        raise Refusal("What happened is missing.")
    if facts.get("to_at") and facts["to_at"] < facts["from_at"]:
        raise Refusal("It would have ended before it began. Look at the two times.")
    if facts["from_at"] > clock.now():
        raise Refusal("It would begin in the future. The log holds what has happened.")
