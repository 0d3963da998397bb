"""Every write of holds, stated periods and proposals of disposal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bestexec import disposal_pieces
from oversight import clock
from oversight.access import forget
from oversight.actor import Actor, automated
from oversight.evidence import queries as evidence
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.retention import items, schedule
from oversight.retention.classes import BY_KEY, spoken
from oversight.retention.lifecycle import ASKERS, KEEPERS
from oversight.retention.models import Disposal, Hold, Period
from oversight.retention.schedule import Kept
from oversight.roles import COMPLIANCE, SENIOR_MANAGER

SCOPE = ("first_on", "last_on", "classes", "symbols", "orders", "subjects")
MOST = 2_000
"""Things on one proposal: a second person reads the list."""


def ask_for_hold(by: Actor, *, title: str, reason: str, **scope: Any) -> Hold:
    """Ask for a hold; from now on nothing in its scope goes. Compliance decides. Raises Refusal for a role, a scope of nothing, or a row that is not there."""
    _may(by, ASKERS, "Holds are asked for by analysts, supervisors, compliance and vendor managers.")
    if unknown := set(scope) - set(SCOPE):
        raise ValueError(f"not a part of a scope: {sorted(unknown)}")
    row = Hold(
        title=title.strip(), reason=reason.strip(), state=Hold.LIFECYCLE.start, proposed_by=by.key, proposed_at=clock.now(),
        **{name: value for name, value in scope.items() if value},
    )  # fmt: skip
    _check(row)
    with actions.turn():
        actions.create(by, row, verb="ask_for")
        tell(by, to_roles=(COMPLIANCE,), what=f"A legal hold is asked for: {row.title}.", url=row.get_absolute_url(), severity="high")
    forget("retention.everything")
    return row


def release(by: Actor, row: Hold, *, why: str = "") -> Hold:
    """Let a hold go; whoever asked for it and placed it is told."""
    with actions.turn():
        moved = actions.move(by, row, "release", why=why)
        told = [key for key in {row.proposed_by, row.placed_by} if key.startswith("a-")]
        tell(by, to_keys=told, what=f"A legal hold was released: {row.title}.", url=row.get_absolute_url(), severity="medium")
    return moved


def state_period(by: Actor, *, record_class: str, months: int, from_on: date, reason: str) -> Period:
    """State a period of the firm's own for a class; a second person approves. Raises Refusal below what the class allows, or from a day that has passed."""
    _may(by, KEEPERS, "Periods are stated by compliance.")
    told = BY_KEY[record_class]
    if told.months is None or told.stays:
        raise Refusal(f"{told.title}: the desk never disposes of it, so it has no period.")
    if months < told.least:
        raise Refusal(f"{told.title}: at least {spoken(told.least)}, by {told.cite}. A shorter period is not taken.")
    if from_on < clock.today():
        raise Refusal("A period holds from today on, or from a later day.")
    row = Period(
        record_class=record_class,
        months=months,
        from_on=from_on,
        reason=reason.strip(),
        state=Period.LIFECYCLE.start,
        proposed_by=by.key,
        proposed_at=clock.now(),
    )
    with actions.turn():
        actions.create(by, row, verb="state")
        tell(by, to_roles=(COMPLIANCE, SENIOR_MANAGER), what=f"A period of retention waits for a second person: {row}.", url=row.get_absolute_url())
    return row


def approve_period(by: Actor, row: Period, *, why: str = "") -> Period:
    """Put a stated period in force; what held from the same day on, or will from a later one, makes room."""
    with actions.turn():
        for before in Period.objects.filter(record_class=row.record_class, state="in_force", from_on__gte=row.from_on):
            actions.move(automated("retention"), before, "supersede", why=f"Stated anew from {row.from_on}.")
        return actions.move(by, row, "approve", why=why)


def propose_disposal(by: Actor, classes: Sequence[str], *, reason: str) -> Disposal:
    """List exactly what of these classes is over and not held, each file by hash and size. Raises Refusal where nothing is, naming the holds that stop it."""
    _may(by, KEEPERS, "Disposals are proposed by compliance.")
    if not reason.strip():
        raise Refusal("Say why it is disposed of now.")
    over = schedule.due(classes)
    found = [one for one in over if one.is_due][:MOST]
    if not found:
        raise Refusal(_held_words(over) or "Nothing of these classes is past its period.")
    said = [_said(one) for one in found]
    size = sum(piece["size"] for one in said for piece in one["pieces"])
    row = Disposal(reason=reason.strip(), items=said, count=len(said), size=size, state=Disposal.LIFECYCLE.start, proposed_by=by.key, proposed_at=clock.now())
    with actions.turn():
        actions.create(by, row, verb="propose")
        tell(by, to_roles=(COMPLIANCE, SENIOR_MANAGER), what=f"A disposal waits for a second person: {row}.", url=row.get_absolute_url(), severity="medium")
    return row


def approve_disposal(by: Actor, row: Disposal, *, why: str = "") -> Disposal:
    """Agree as the second person. Raises Refusal, naming the hold, where one came over anything on the list meanwhile."""
    with actions.turn():
        there = listed(row)
        if held := _held_words(there):
            raise Refusal(f"Approve: {held} Decline it, and propose what is free.")
        if early := [one for one in there if not one.is_over]:
            raise Refusal(f"Approve: the time of {len(early)} of {row.count} is not over as things stand now. Decline it, and propose what is free.")
        return actions.move(by, row, "approve", why=why)


def listed(row: Disposal) -> list[Kept]:
    """What of the list still lies there, under the schedule and the holds of this moment."""
    wanted = {(said["root"], said["kind"], said["id"]) for said in row.items}
    return schedule.kept([item for item in items.every() if item.key in wanted])


def _said(one: Kept) -> dict[str, Any]:
    item, root = one.item, items.root_of(one.item.root)
    pieces = [{"path": piece.path, "sha256": piece.sha256, "size": piece.size} for piece in disposal_pieces(Path(root), item.paths)]
    assert one.ends_on is not None, "what is due has an end"
    return {
        "root": item.root, "kind": item.kind, "id": item.id, "class": one.record_class.key, "period": spoken(one.months),
        "cite": one.record_class.cite, "counts_from": str(item.counts_from), "ended_on": one.ends_on.isoformat(), "pieces": pieces,
    }  # fmt: skip


def _held_words(found: Sequence[Kept]) -> str:
    """`3 of 5 are held by Hold no. 1, …, in force.`; nothing where none is."""
    held = [one for one in found if one.holds]
    names = dict.fromkeys(f"{hold} ({hold.state_title})" for one in held for hold in one.holds)
    return f"{len(held)} of {len(found)} may not be disposed of: {'; '.join(names)}." if held else ""


def _check(row: Hold) -> None:
    if not row.title or not row.reason:
        raise Refusal("Say what the hold is about, and why.")
    if not (row.first_on or row.classes or row.orders or row.subjects):
        raise Refusal("The hold would be on nothing: name days, classes, orders, or a case or request.")
    if row.last_on and (row.first_on is None or row.last_on < row.first_on):
        raise Refusal("Its last day has a first one, and does not lie before it.")
    if strange := set(row.classes) - set(BY_KEY):
        raise Refusal(f"There is no class {min(strange)}.")
    for kind, id_ in row.subjects:
        if evidence.subject(kind, id_) is None:
            raise Refusal(f"There is no {kind} {id_} on the desk.")


def _may(by: Actor, roles: Sequence[str], words: str) -> None:
    if not by.roles & set(roles):
        raise Refusal(words, is_forbidden=True)


MOVES = {
    (Hold.RECORD, "release"): release, (Period.RECORD, "approve"): approve_period, (Disposal.RECORD, "approve"): approve_disposal,
}  # fmt: skip
