"""What of the app conflicts needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.conflicts import queries, seen
from oversight.conflicts.lifecycle import SECOND
from oversight.roles import COMPLIANCE
from oversight.task import Task
from oversight.vendors.lifecycle import KEEPERS


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    register, ledger = reverse("conflicts:register"), reverse("conflicts:ledger")
    found = []
    if COMPLIANCE in account.roles:
        found.append(Task(queries.to_accept(account.key).count(), "conflicts of interest wait for your decision", f"{register}?state=proposed"))
    if account.roles & set(SECOND):
        found.append(Task(queries.results_to_confirm(account.key).count(), "yearly results of conflicts await a second person", f"{register}#results"))
        found.append(Task(queries.batches_to_approve(account.key).count(), "files of payments await approval", f"{ledger}#files"))
    if account.roles & set(KEEPERS):
        found.append(Task(queries.overdue().count(), "conflicts have no result within a year", f"{register}?state=overdue", is_urgent=True))
        found.append(Task(len(seen.unregistered()), "payees have no conflict on file", f"{register}#payees", is_urgent=True))
    return found
