"""What of the app requests needs an account today."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from oversight import clock
from oversight.accounts.models import Account
from oversight.requests import queries
from oversight.requests.lifecycle import COUNSEL, OPEN, OWNERS, RUNNING, TO_DO
from oversight.requests.models import Item, Production, Request, Room
from oversight.roles import COMPLIANCE, SENIOR_MANAGER
from oversight.task import Task

LIST = "requests:requests"


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    told: list[Task] = []
    if COMPLIANCE in account.roles:
        told += _compliance(account)
    if SENIOR_MANAGER in account.roles:
        told += [*_late(), *_to_release(account)]
    if account.roles & set(COUNSEL):
        told += _counsel(account)
    return [*told, *_owner(account)] if account.roles & set(OWNERS) else told


def _compliance(account: Account) -> list[Task]:
    fresh = list(Request.objects.filter(state="received"))
    ready = list(Request.objects.filter(state="split"))
    search = list(Item.objects.filter(state="nothing_said", request__state__in=OPEN).exclude(searched_by=account.key))
    released = list(Production.objects.filter(state="released"))
    ended = list(Request.objects.filter(state="produced", productions__state="delivered").exclude(productions__state__in=("drafted", "released")).distinct())
    locked = list(Room.objects.filter(state="locked"))
    return [
        *_late(),
        Task(len(fresh), "letters of request are not split into items", _where(fresh), is_urgent=True),
        Task(len(ready), "requests are split, and gathering has not begun", _where(ready)),
        Task(_late_items(), "items of requests are past their day", reverse(LIST), is_urgent=True),
        Task(len(search), "searches without a result wait for your confirmation", _where(search)),
        *_to_release(account),
        Task(len(released), "productions are released and not handed over", _where(released), is_urgent=True),
        Task(len(ended), "requests are answered and not closed", _where(ended)),
        Task(len(locked), "readers' rooms are locked after wrong passphrases", _where(locked), is_urgent=True),
    ]


def _late() -> list[Task]:
    late = list(Request.objects.filter(state__in=RUNNING, due_on__lt=clock.today()).order_by("due_on"))
    soon, _ = queries.due_within(7)
    ahead = [row for row in soon if not row.is_overdue]
    return [
        Task(len(late), "answers to regulators are past their day", _where(late), is_urgent=True),
        Task(len(ahead), "answers to regulators are due within 7 days", _where(ahead), is_urgent=any(row.days_left <= 1 for row in ahead)),
    ]


def _to_release(account: Account) -> list[Task]:
    drafts = list(Production.objects.filter(state="drafted").exclude(made_by=account.key).order_by("made_at"))
    rooms = list(Room.objects.filter(state="proposed").exclude(made_by=account.key).order_by("made_at"))
    return [
        Task(len(drafts), "productions wait for your release", _where(drafts)),
        Task(len(rooms), "readers' rooms wait for your release", _where(rooms)),
    ]


def _counsel(account: Account) -> list[Task]:
    waiting, ready = queries.for_counsel(account)
    documents, items = list(waiting), list(ready)
    return [
        Task(len(documents), "documents wait for you as counsel", documents[0].request.get_absolute_url() if documents else ""),
        Task(len(items), "items wait for you as counsel", _where(items)),
    ]


def _owner(account: Account) -> list[Task]:
    own = list(queries.mine(account))
    late = [item for item in own if item.is_overdue]
    return [
        Task(len(late), "items of a regulator's request that you own are past their day", _where(late), is_urgent=True),
        Task(len(own) - len(late), "items of a regulator's request are yours to gather", _where([item for item in own if not item.is_overdue])),
    ]


def _late_items() -> int:
    return Item.objects.filter(state__in=TO_DO, due_on__lt=clock.today(), request__state__in=RUNNING).count()


def _where(rows: list[Any]) -> str:
    """The one, or the list."""
    return rows[0].get_absolute_url() if len(rows) == 1 else reverse(LIST)
