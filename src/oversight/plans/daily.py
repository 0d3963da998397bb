"""What a day brings to corrective plans: a plan that nobody asked for is asked for, who owes is reminded, who decides is told of what is late."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from oversight import clock
from oversight.actor import automated
from oversight.cases.lifecycle import OPEN as OPEN_CASES
from oversight.notices.actions import tell
from oversight.plans import actions as plans
from oversight.plans import queries
from oversight.plans.models import Item, Plan, PlanReminder
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.rooms.queries import answering

ACTS = automated("corrective plans")
SOON, LATE, ESCALATED = "soon", "late", "escalated"


@dataclass(frozen=True)
class Done:
    """What the round did."""

    asked: int
    reminded: int
    escalated: int

    @property
    def words(self) -> str:
        return f"{self.asked} plans asked for, {self.reminded} reminders told, {self.escalated} escalated"


def walk() -> Done:
    """Do all of it. Called again on the same day, it does nothing twice; of steps that were missed only the last is told."""
    asked = 0
    for case in queries.to_ask():
        plans.ask(ACTS, case)
        asked += 1
    told = [*(_plan(plan) for plan in queries.plans(state="asked").filter(case__state__in=OPEN_CASES)), *(_item(item) for item in _open_items())]
    return Done(asked, sum(step in (SOON, LATE) for step in told), sum(step == ESCALATED for step in told))


def _open_items() -> list[Item]:
    return list(queries.live_items(state="open"))


def _step(row: Plan | Item) -> str:
    """The last step that has come and was not told yet; empty where there is none."""
    limits, days = desk_limits(), (clock.today() - row.due_on).days
    come = [step for step, day in ((SOON, -limits.plan_remind_days), (LATE, 1), (ESCALATED, limits.plan_escalate_days)) if day <= days]
    if not come:
        return ""
    later = (SOON, LATE, ESCALATED)[(SOON, LATE, ESCALATED).index(come[-1]) :]
    of = Q(plan=row) if isinstance(row, Plan) else Q(item=row)
    return "" if PlanReminder.objects.filter(of, due_on=row.due_on, step__in=later).exists() else come[-1]


def _plan(plan: Plan) -> str:
    words = {SOON: f"is owed by {plan.due_on}", LATE: f"was owed by {plan.due_on}", ESCALATED: f"was owed by {plan.due_on} and is still missing"}
    return _tell(plan, plan, "the corrective plan", words)


def _item(item: Item) -> str:
    words = {SOON: f"is due {item.due_on}", LATE: f"was due {item.due_on}", ESCALATED: f"was due {item.due_on} and is not reported done"}
    return _tell(item, item.plan, f"item {item.place} of the corrective plan", words)


def _tell(row: Plan | Item, plan: Plan, name: str, words: dict[str, str]) -> str:
    step = _step(row)
    if not step:
        return ""
    keys = [account.key for account in answering(plan.case.vendor.key)]
    number, severity = plan.case.number, {SOON: "low", LATE: "medium", ESCALATED: "high"}[step]
    with actions.turn():
        of = {"plan": row} if isinstance(row, Plan) else {"item": row}
        actions.create(ACTS, PlanReminder(due_on=row.due_on, step=step, told_at=clock.now(), **of), verb="remind")
        if keys:
            tell(ACTS, to_keys=keys, what=f"Case {number}: {name} {words[step]}", url=f"/plans/mine/{plan.pk}/", severity=severity)
        nobody = "" if keys else "; nobody can answer, for the vendor has no open outside account"
        roles = {SOON: (VENDOR_MANAGER,), LATE: (VENDOR_MANAGER,), ESCALATED: (VENDOR_MANAGER, COMPLIANCE, SUPERVISOR)}[step]
        if step != SOON or not keys:
            tell(ACTS, to_roles=roles, what=f"Case {number}: {name} {words[step]}{nobody}", url=row.get_absolute_url(), severity=severity)
    return step
