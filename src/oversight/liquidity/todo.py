"""What of the app liquidity needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.liquidity import queries
from oversight.liquidity.lifecycle import DECIDERS, NOTERS
from oversight.task import Task
from oversight.vendors.lifecycle import KEEPERS


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    overview, found = reverse("liquidity:reach"), []
    if account.roles & set(DECIDERS):
        found.append(Task(queries.memos_to_decide(account.key).count(), "memos on venues wait for your decision", f"{overview}?memos=proposed#memos"))
    if account.roles & {*KEEPERS, *DECIDERS}:
        found.append(Task(queries.memos_due().count(), "memos on venues are past the day of their next look", f"{overview}?memos=due#memos", is_urgent=True))
    if account.roles & set(NOTERS):
        found.append(Task(queries.to_confirm(account.key).count(), "reachable venues are not confirmed", overview))
    return found
