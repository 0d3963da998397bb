"""What of the app plans needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.plans import queries
from oversight.plans.models import Plan
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    found = []
    if account.roles & {VENDOR_MANAGER, COMPLIANCE}:
        found += _keeper()
    if VENDOR_MANAGER in account.roles:
        found += _proposer()
    if account.roles & {COMPLIANCE, SUPERVISOR}:
        found += _second(account)
    return found + (_vendor(account) if VENDOR in account.roles else [])


def _keeper() -> list[Task]:
    listed = reverse("plans:plans")
    return [
        Task(queries.overdue_items().count(), "items of corrective plans are overdue", f"{listed}#items", is_urgent=True),
        Task(len(queries.unmet()), "items of corrective plans do not show what they were to show by now", f"{listed}#items", is_urgent=True),
        Task(queries.plans(state="late").count(), "corrective plans are past the vendor's time", f"{listed}?state=late", is_urgent=True),
        Task(queries.to_ask().count(), "cases in planning have no corrective plan asked for", listed),
        Task(queries.live_items(state="reported").count(), "items of corrective plans are reported done and wait for the firm's look", f"{listed}#items"),
    ]


def _proposer() -> list[Task]:
    listed = reverse("plans:plans")
    return [
        Task(queries.plans(state="submitted").count(), "corrective plans were submitted and wait for your proposal", f"{listed}?state=submitted"),
        Task(Plan.objects.filter(state="written").count(), "corrective plans are yours to write for the vendor", f"{listed}?state=open"),
    ]


def _second(account: Account) -> list[Task]:
    waiting = queries.plans(state="proposed").exclude(proposed_by=account.key).exclude(taken_over_by=account.key)
    return [Task(waiting.count(), "corrective plans are proposed and wait for you as second person", f"{reverse('plans:plans')}?state=proposed")]


def _vendor(account: Account) -> list[Task]:
    """A plan that is owed, and items by their standing."""
    listed, today = reverse("plans:mine"), clock.today()
    owed = [row for row in queries.of_account(account).filter(state="asked") if row.case.is_open]
    plans = [
        Task(1, f"corrective plan of case {row.case.number} is owed by {row.due_on}", reverse("plans:shared", args=[row.pk]), is_urgent=row.due_on < today)
        for row in owed
    ]
    items = queries.live_items(state="open").filter(plan__case__vendor__key=account.vendor)
    late = items.filter(due_on__lt=today).count()
    return [
        *plans, Task(late, "items of your corrective plan are overdue", listed, is_urgent=True),
        Task(items.count() - late, "items of your corrective plan are to be carried out", listed),
    ]  # fmt: skip
