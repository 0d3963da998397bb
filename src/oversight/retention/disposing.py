"""Carries an approved disposal out: thing by thing, each looked at once more, its tombstone before its bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

from django.conf import settings

from bestexec import Piece, Problem, Tombstone, bury, dispose, resume_disposal, tombstone_of
from oversight import clock
from oversight.actor import Actor, automated
from oversight.lifecycle import SYSTEM, Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.retention import items, schedule
from oversight.retention.classes import BY_KEY, WORKSPACE
from oversight.retention.lifecycle import KEEPERS
from oversight.retention.locking import alone
from oversight.retention.models import Disposal, Disposed

Progress = Callable[[str, int, int], None]


def carry_out(by: Actor, row: Disposal, progress: Progress = lambda what, done, of: None) -> Disposal:
    """Let the bytes go, each under its tombstone, and finish. What a hold covers by now, or what was altered, stays and is named.

    One killed in the middle is carried on by another call. Raises Refusal for a role, a disposal that nobody approved, or a workspace that is being written.
    """
    if not by.roles & {*KEEPERS, SYSTEM}:
        raise Refusal("Disposals are carried out by compliance.", is_forbidden=True)
    if row.state != "approved":
        raise Refusal(f"Carry out: the disposal is “{row.state_title}”; this is done once a second person approved it.")
    stayed: list[list[str]] = []
    with alone(Path(settings.HOME)):
        try:
            resume_disposal(Path(settings.HOME))
            there = {item.key: item for item in items.every()}
            for done, said in enumerate(row.items):
                progress(f"disposing of {said['kind']} {said['id'][:12]}", done, row.count)
                if why := _one(by, row, said, there.get((said["root"], said["kind"], said["id"]))):
                    stayed.append([said["kind"], said["id"], why])
        except Problem as problem:
            raise Refusal(f"The disposal stopped: {problem}. What is gone has its tombstone; carry it out again.") from problem
    with actions.turn():
        moved = actions.move(automated("retention"), row, "finish", stayed=stayed)
        told = [key for key in {row.proposed_by, row.decided_by} if key.startswith("a-")]
        gone = row.count - len(stayed)
        tell(by, to_keys=told, what=f"Carried out: {row}; {gone:,} gone, {len(stayed):,} stayed.", url=row.get_absolute_url(), severity="medium")
    return moved


def waiting() -> list[Disposal]:
    """Approved and not carried out to their end, the earliest first."""
    return list(Disposal.objects.filter(state="approved").order_by("decided_at", "pk"))


def _one(by: Actor, row: Disposal, said: dict[str, Any], item: items.Item | None) -> str:
    """Why one thing stays; nothing where it is gone. The hold is asked for and the bytes go while nobody else writes to the record."""
    root = items.root_of(said["root"])
    with actions.turn():
        if row.disposed.filter(root=said["root"], kind=said["kind"], item=said["id"]).exists():
            return ""
        stone = tombstone_of(root, said["kind"], said["id"])
        if item is None and stone is not None and stone.reference == _reference(row):
            _note(by, row, said, stone)
            return ""
        if item is None:
            return "it is gone already, and this disposal did not do it"
        kept = schedule.kept([item])[0]
        if kept.holds:
            return f"held: {'; '.join(str(hold) for hold in kept.holds)}"
        if not kept.is_over:
            return f"its time is not over as things stand now: {kept.record_class.title} until {kept.ends_on or 'further notice'}"
        stone = _stone(row, said)
        refused = dispose(items.workspace(), [stone]) if said["root"] == WORKSPACE else bury(root, [stone])
        if refused:
            return str(next(iter(refused.values())))
        _note(by, row, said, stone)
    return ""


def _note(by: Actor, row: Disposal, said: dict[str, Any], stone: Tombstone) -> None:
    actions.create(by, Disposed(
        disposal=row, root=said["root"], kind=said["kind"], item=said["id"], record_class=said["class"], files=len(stone.pieces),
        size=sum(piece.size for piece in stone.pieces), tombstone=stone.sha256, disposed_at=clock.now(),
    ), verb="dispose")  # fmt: skip


def _stone(row: Disposal, said: dict[str, Any]) -> Tombstone:
    return Tombstone(
        said["kind"], said["id"], tuple(Piece(**piece) for piece in said["pieces"]), BY_KEY[said["class"]].title, said["period"], said["cite"],
        said["ended_on"], row.proposed_by, row.decided_by, clock.now().astimezone(UTC).isoformat(timespec="seconds"), _reference(row),
    )  # fmt: skip


def _reference(row: Disposal) -> str:
    return f"disposal no. {row.pk}"
