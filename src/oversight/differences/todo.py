"""What of the app differences needs an account today."""

from __future__ import annotations

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.differences import queries
from oversight.differences.lifecycle import DECIDERS, IDENTIFIERS
from oversight.roles import SENIOR_MANAGER
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    index = reverse("differences:differences")
    found = []
    if account.roles & {*DECIDERS, *IDENTIFIERS, SENIOR_MANAGER}:
        found.append(Task(queries.overdue().count(), "differences are past their clock: modify or justify", f"{index}?state=late", is_urgent=True))
    if account.roles & set(IDENTIFIERS):
        found += [
            Task(
                queries.undecided().filter(state="identified").count(), "differences wait for a proposal to modify or to justify", f"{index}?state=identified"
            ),
            Task(queries.questions_late().count(), "questions on differences are past their day", index),
        ]
    if account.roles & set(DECIDERS):
        waiting = list(queries.proposed(account.key))
        found.append(
            Task(
                len(waiting),
                "decisions on differences await you as second person",
                waiting[0].get_absolute_url() if len(waiting) == 1 else f"{index}?state=proposed",
            )
        )
    return found
