"""What of the app rooms needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.roles import COMPLIANCE, VENDOR, VENDOR_MANAGER
from oversight.rooms import queries
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    kept = _keeper() if account.roles & {VENDOR_MANAGER, COMPLIANCE} else []
    return [*kept, *(_vendor(account) if VENDOR in account.roles else [])]


def _keeper() -> list[Task]:
    listed = reverse("rooms:rooms")
    return [
        Task(len(queries.nobody_answers()), "joint investigations have nobody at the vendor who can answer", f"{listed}?state=open", is_urgent=True),
        Task(queries.rooms(state="late").count(), "joint investigations are past the vendor's clock", f"{listed}?state=late", is_urgent=True),
        Task(queries.without_room().count(), "cases under investigation have no room yet", listed),
        Task(queries.rooms(state="to_conclude").count(), "joint investigations can be concluded", f"{listed}?state=to_conclude"),
    ]


def _vendor(account: Account) -> list[Task]:
    """A conclusion that is owed, with its day, each by itself."""
    owed = queries.of_account(account).filter(state="open", vendor_says=False)
    return [
        Task(1, f"conclusion of the joint investigation of case {row.case.number} is owed by {row.vendor_due_on}", reverse("rooms:shared", args=[row.pk]),
             is_urgent=row.vendor_due_on < clock.today())
        for row in owed if row.case.is_open
    ]  # fmt: skip
