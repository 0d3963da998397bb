"""What of the app analysis needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.analysis import queries
from oversight.analysis.lifecycle import LOOKERS
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    if not account.roles & set(LOOKERS):
        return []
    waiting = list(queries.questions().exclude(looked_by=account.key))
    address = waiting[0].get_absolute_url() if len(waiting) == 1 else reverse("analysis:quarter")
    return [Task(len(waiting), "questions on the quarter's analysis await another person", address)]
