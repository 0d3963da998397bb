"""What of configuration needs an account today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.configuration import queries
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    roles = account.roles
    deciding = (
        [_task(queries.waiting(account.key), "statements, profiles or configurations wait for a second person")] if roles & {COMPLIANCE, SUPERVISOR} else []
    )
    return [*deciding, *(_keeping() if roles & {COMPLIANCE, SUPERVISOR, VENDOR_MANAGER} else [])]


def _keeping() -> list[Task]:
    beyond = [drift for drift in queries.venue_drift(clock.today()) if drift.vendors]
    return [
        Task(len(beyond), "venues are open to a router and not approved by the policy", f"{reverse('configuration:versions')}#drift", is_urgent=True),
        _task(queries.to_set(), "approved configurations were to take effect and are not noted as set", is_urgent=True),
        _task(queries.to_conclude(), "changes of configuration are in force and their figures after are not read"),
    ]


def _task(rows: Sequence[Any], words: str, *, is_urgent: bool = False) -> Task:
    """So many, beginning with the first."""
    return Task(len(rows), words, rows[0].get_absolute_url() if rows else reverse("configuration:versions"), is_urgent)
