"""What of the app retention needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.retention import queries
from oversight.retention.lifecycle import KEEPERS, SECOND
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    page, found = reverse("retention:schedule"), []
    if account.roles & set(KEEPERS):
        found.append(Task(queries.to_place().count(), "legal holds are asked for", f"{page}#holds", is_urgent=True))
        found.append(Task(queries.disposals().filter(state="approved").count(), "approved disposals are not carried out", f"{page}#disposals"))
    if account.roles & set(SECOND):
        found.append(Task(queries.disposals_to_decide(account.key).count(), "disposals wait for a second person", f"{page}#disposals"))
        found.append(Task(queries.periods_to_decide(account.key).count(), "periods of retention wait for a second person", reverse("retention:periods")))
    return found
