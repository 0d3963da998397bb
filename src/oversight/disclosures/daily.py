"""What a day brings to customers' requests: a word before their day, on it, and after it; public reports whose three years are over."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.actor import automated
from oversight.disclosures import queries
from oversight.disclosures.models import CustomerRequest, Publication
from oversight.notices.actions import tell
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, SUPERVISOR

DESK = automated("disclosures")


@dataclass(frozen=True)
class Done:
    """How many requests people were told of, and how many reports need not be public any more."""

    told: int
    retired: int

    @property
    def words(self) -> str:
        """In words."""
        return f"{self.told} told of days that near or were missed, {self.retired} public reports past their three years"


def daily() -> Done:
    """Tell of each request whose day is near or over, once for each step; called again, it does nothing twice."""
    told = sum(map(_told, queries.due_within(desk_limits().disclosure_remind_days)))
    over = [row for row in Publication.objects.filter(state="published") if row.is_past_keeping]
    for row in over:
        actions.move(DESK, row, "retire")
    return Done(told, len(over))


def _told(row: CustomerRequest) -> bool:
    left, limits = row.days_left, desk_limits()
    step = "escalated" if left <= -limits.disclosure_escalate_days else "late" if left < 0 else "due" if left == 0 else "coming"
    mark = f"{'rest' if row.sent_at else 'report'} {step}"[:12]
    if row.told_of == mark:
        return False
    roles = (COMPLIANCE, SENIOR_MANAGER) if step == "escalated" else (COMPLIANCE, SUPERVISOR)
    when = f"was due on {row.clock_on}" if left < 0 else "is due today" if left == 0 else f"is due on {row.clock_on}"
    with actions.turn():
        actions.change(DESK, row, verb="remind", told_of=mark)
        tell(DESK, to_roles=roles, what=f"The answer to {row} {when}.", url=row.get_absolute_url(), severity="high" if left <= 0 else "medium")
    return True
