"""What of the app refreshes needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.refreshes import queries
from oversight.refreshes.models import Refresh
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, VENDOR_MANAGER
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    return [task for role, tell in TOLD.items() if role in account.roles for task in tell(account)]


def _vendor_manager(account: Account) -> list[Task]:
    index = reverse("refreshes:refreshes")
    open_now = list(Refresh.objects.filter(state__in=("opened", "gathered")).order_by("due_on"))
    return [
        Task(len(queries.to_open()), "yearly refreshes are due and not opened", index, is_urgent=True),
        Task(
            len(open_now),
            "yearly refreshes are in your hands",
            open_now[0].get_absolute_url() if len(open_now) == 1 else f"{index}?state=open",
            is_urgent=_is_near(open_now),
        ),
        *_questions(),
    ]


def _compliance(account: Account) -> list[Task]:
    drafted = list(queries.to_present(account.key))
    index = reverse("refreshes:refreshes")
    overdue = sum(1 for one in queries.standing() if one.suspends)
    return [
        Task(overdue, "vendors route without an approval in force", index, is_urgent=True),
        Task(len(drafted), "papers of yearly refreshes await your approval", drafted[0].get_absolute_url() if len(drafted) == 1 else f"{index}?state=open"),
        Task(queries.conditions_late().count(), "conditions of refreshes are past their day", f"{index}?state=completed", is_urgent=True),
        *_questions(),
    ]


def _senior_manager(account: Account) -> list[Task]:
    papers, extensions = list(queries.to_acknowledge(account)), list(queries.to_sign(account.key))
    return [
        Task(len(papers), "papers of yearly refreshes await your acknowledgement", papers[0].get_absolute_url() if papers else ""),
        Task(len(extensions), "extensions of approvals await your signature", extensions[0].get_absolute_url() if extensions else "", is_urgent=True),
    ]


def _questions() -> list[Task]:
    asked = list(queries.to_answer().select_related("refresh"))
    return [Task(len(asked), "questions of senior managers wait for an answer", asked[0].get_absolute_url() if asked else "")]


def _is_near(open_now: list[Refresh]) -> bool:
    return any(row.is_late for row in open_now)


TOLD = {VENDOR_MANAGER: _vendor_manager, COMPLIANCE: _compliance, SENIOR_MANAGER: _senior_manager}
