"""What of the app harm needs an account today."""

from __future__ import annotations

from oversight.accounts.models import Account
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    return []
