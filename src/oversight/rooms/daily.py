"""Reminders of a conclusion that is owed: before and after its day, each step once."""

from __future__ import annotations

from oversight import clock
from oversight.actor import automated
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, VENDOR_MANAGER
from oversight.rooms import queries
from oversight.rooms.models import Reminder, Room

STEPS = (-3, 0, 1, 7)
"""Days from the day it is owed; from the day after it on the firm is told, too."""
REMINDS = automated("remind-rooms")


def remind() -> int:
    """Remind each vendor whose conclusion is owed; says how many reminders went out. Called daily; of steps that were missed only the last is told."""
    told = 0
    for room in queries.rooms(state="open").filter(vendor_says=False):
        days = (clock.today() - room.vendor_due_on).days
        come = [step for step in STEPS if step <= days]
        if come and not room.reminders.filter(due_on=room.vendor_due_on, step__gte=come[-1]).exists():
            _remind(room, come[-1])
            told += 1
    return told


def _remind(room: Room, step: int) -> None:
    keys = [account.key for account in queries.answering(room.case.vendor.key)]
    number, is_late = room.case.number, step > 0
    with actions.turn():
        actions.create(REMINDS, Reminder(room=room, due_on=room.vendor_due_on, step=step, told_at=clock.now()), verb="remind")
        if keys:
            what = f"Case {number}: your conclusion {'was' if is_late else 'is'} owed by {room.vendor_due_on}"
            tell(REMINDS, to_keys=keys, what=what, url=f"/rooms/mine/{room.pk}/", severity="medium" if is_late else "low")
        if is_late or not keys:
            nobody = "" if keys else "; nobody can answer, for the vendor has no open outside account"
            what = f"Case {number}: the vendor's conclusion {'was' if is_late else 'is'} owed by {room.vendor_due_on}{nobody}"
            tell(REMINDS, to_roles=(VENDOR_MANAGER, COMPLIANCE), what=what, url=room.get_absolute_url(), severity="medium")
