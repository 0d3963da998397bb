"""What of the app cases needs an account today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.cases import daily, queries
from oversight.cases.lifecycle import DECIDERS, KEEPERS, OPEN
from oversight.cases.models import Measure, Monitoring, Notice, Override, Registration
from oversight.roles import COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    if VENDOR in account.roles:
        return _vendor(account)
    found: list[Task] = []
    if account.roles & set(KEEPERS):
        found += _keeper()
    if account.roles & {*DECIDERS, COMMITTEE}:
        found += _second(account)
    if account.roles & {COMPLIANCE, SENIOR_MANAGER}:
        found += _signer(account)
    return found


def _keeper() -> list[Task]:
    every = list(queries.open_cases())
    late = [row for row in every if row.is_past_its_day]
    differing = [row for row in every if row.difference_due_on is not None and row.difference_due_on < clock.today()]  # type: ignore[attr-defined]  # annotated
    unsent = [row for row in every if row.state == "opened" and not row.draft_waits]  # type: ignore[attr-defined]  # annotated
    answered = [row for row in every if row.state == "noticed" and row.notice_state == "answered"]  # type: ignore[attr-defined]  # annotated
    return [
        _task(late, "cases are past the day of their stage", is_urgent=True),
        _task(differing, "cases have a difference past its day of modify or justify", is_urgent=True),
        _task(queries.exits_to_begin(), "vendors of terminated cases wait for their exit to begin", is_urgent=True),
        _task(unsent, "cases wait for their notice to be drafted"),
        _task(answered, "answers of vendors to notices wait for the joint investigation"),
    ]


def _second(account: Account) -> list[Task]:
    waiting = queries.awaiting
    deciding = [
        _task(waiting(Measure.objects.all(), account.key), "interim measures wait for a second person", is_urgent=True),
        _task(waiting(Monitoring.objects.all(), account.key), "proposals of heightened monitoring wait for a second person"),
    ] if account.roles & set(DECIDERS) else []  # fmt: skip
    running = [_task([row for row, _ in daily.silent()], "vendors under heightened monitoring lack the run that is due", is_urgent=True)]
    loose = [row for row in queries.standing_measures() if not row.case.is_open]
    bare = [row for row in queries.standing_measures() if row.case.is_open and not row.is_carried_out]
    sending = Notice.objects.filter(state="draft", case__state__in=OPEN).exclude(drafted_by=account.key).exclude(revised_by=account.key).select_related("case")
    return [
        *deciding,
        _task(waiting(Registration.objects.all(), account.key), "closing tests wait for a second person, before their window begins"),
        *(running if account.roles & {SUPERVISOR, COMPLIANCE} else []),
        *([_task(bare, "interim measures in force do not say by what they are carried out")] if SUPERVISOR in account.roles else []),
        *([_task(loose, "interim measures of ended cases still stand")] if SUPERVISOR in account.roles else []),
        *([_task(list(sending.order_by("pk")), "notices wait for your approval and sending")] if COMPLIANCE in account.roles else []),
    ]


def _signer(account: Account) -> list[Task]:
    rows = queries.awaiting(Override.objects.all(), account.key)
    mine = [row for row in rows if isinstance(row, Override) and (row.is_from_another_role or SENIOR_MANAGER in account.roles)]
    return [_task(mine, "overrides of cases wait for a second role", is_urgent=True)]


def _vendor(account: Account) -> list[Task]:
    rows = list(queries.to_answer(account.vendor))
    at = reverse("cases:asked")
    return [
        Task(sum(row.is_overdue for row in rows), "formal notices are past their answer clock", at, is_urgent=True),
        Task(len(rows), "formal notices await your answer", at),
    ]


def _task(rows: Sequence[Any], words: str, *, is_urgent: bool = False) -> Task:
    """So many, beginning with the first."""
    return Task(len(rows), words, rows[0].get_absolute_url() if rows else reverse("cases:cases"), is_urgent)
