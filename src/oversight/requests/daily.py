"""What a day brings to requests: reminders before a day, escalation after it, rooms whose last day is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from oversight import clock
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.requests import queries, rooming
from oversight.requests.lifecycle import OWNERS
from oversight.requests.models import Item, Reminder, Request, Room
from oversight.requests.rights import DESK, holders
from oversight.roles import COMPLIANCE, SENIOR_MANAGER


@dataclass(frozen=True)
class Done:
    """What the day did: how many were told of, and how many rooms ended."""

    told: int
    ended: int

    @property
    def words(self) -> str:
        """In words."""
        return f"{self.told} told of days that near or were missed, {self.ended} readers' rooms ended"


def daily() -> Done:
    """Tell whom a day concerns, once for each step; end rooms. Called again, it does nothing twice."""
    ended = len(rooming.expire())
    letters, items = queries.due_within(desk_limits().request_remind_days)
    told = sum(map(_told, letters)) + sum(map(_told, items)) + sum(map(_last_days, _ending()))
    return Done(told, ended)


def _told(row: Request | Item) -> bool:
    """The nearest step that was reached: coming, due, late, escalated."""
    left, limits = (row.due_on - clock.today()).days, desk_limits()
    step = "escalated" if left <= -limits.request_escalate_days else "late" if left < 0 else "due" if left == 0 else "coming"
    when = f"was due on {row.due_on}" if left < 0 else "is due today" if left == 0 else f"is due on {row.due_on}"
    roles = {"escalated": (COMPLIANCE, SENIOR_MANAGER), "late": (COMPLIANCE,), "due": (COMPLIANCE,) if isinstance(row, Request) else ()}.get(step, ())
    gone = isinstance(row, Item) and not holders(OWNERS, [row.owner])
    words = f"{str(row)[:1].upper()}{str(row)[1:]} {when}; it is “{row.state_title}”{', and the account of its owner is closed' if gone else ''}"
    return _once(row, step, words, (*roles, *((COMPLIANCE,) if gone else ())), [row.owner], "high" if left <= 0 else "medium")


def _last_days(room: Room) -> bool:
    return _once(room, "ending", f"{room} closes after {room.last_on}", (COMPLIANCE,), [], "info")


def _once(row: Request | Item | Room, step: str, words: str, roles: tuple[str, ...], keys: list[str], severity: str) -> bool:
    kind, id_ = row.subject
    due_on = row.last_on if isinstance(row, Room) else row.due_on
    asked = {"subject_kind": kind, "subject_id": id_, "due_on": due_on, "step": step}
    with actions.turn():
        if Reminder.objects.filter(**asked).exists():
            return False
        actions.create(DESK, Reminder(**asked, told_at=clock.now()), verb="remind")
        tell(DESK, to_roles=tuple(dict.fromkeys(roles)), to_keys=keys, what=words, url=row.get_absolute_url(), severity=severity)
    return True


def _ending() -> list[Room]:
    until = clock.today() + timedelta(days=desk_limits().request_remind_days)
    return list(Room.objects.filter(state="open", last_on__range=(clock.today(), until)).select_related("request", "production"))
