"""What of the app reviews needs an account today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from oversight.accounts.models import Account
from oversight.reviews import queries
from oversight.reviews.lifecycle import DOERS, KEEPERS, SEATED
from oversight.reviews.models import Action, AgendaItem, Charter, Review, Seat
from oversight.task import Task


def tasks(account: Account) -> list[Task]:
    """What needs this account now, by its roles; a number of nothing is left out by whoever shows it."""
    found = _own(account) if account.roles & set(DOERS) else []
    if account.roles & set(SEATED):
        found += _seated(account)
    return found + (_keeping() if account.roles & set(KEEPERS) else [])


def _own(account: Account) -> list[Task]:
    mine = f"{reverse('reviews:actions')}?owner=me"
    open_now = list(Action.objects.filter(state="open", owner=account.key))
    late = sum(row.is_overdue for row in open_now)
    return [
        Task(late, "actions of reviews are yours and overdue", f"{mine}&state=overdue", is_urgent=True),
        Task(len(open_now) - late, "actions of reviews are yours", f"{mine}&state=open"),
    ]


def _seated(account: Account) -> list[Task]:
    index, charter, done = reverse("reviews:reviews"), reverse("reviews:charter"), f"{reverse('reviews:actions')}?state=done"
    votes, signing = queries.to_vote(account), queries.to_sign(account)
    skipping = AgendaItem.objects.filter(state="skipping", review__state="in_session").exclude(skip_by=account.key).select_related("review")
    waiting = Seat.objects.filter(state="proposed").exclude(appointed_by=account.key).exclude(person=account.key).count()
    drafts = Charter.objects.filter(state="proposed").exclude(proposed_by=account.key).count()
    return [
        _task(votes, "motions wait for your vote", index, is_urgent=True),
        _task(signing, "reviews wait for your signature", index, is_urgent=True),
        _task(list(queries.overdue()), "quarterly reviews are missed: past their day and not signed", f"{index}?state=missed", is_urgent=True),
        Task(len(queries.not_raised()), "quarters owe a review that nobody raised", index, is_urgent=True),
        _task(list(skipping) if queries.seat_of(account) else [], "items of a review are proposed to be skipped", index),
        Task(waiting + drafts, "a charter or seats of the committee wait for a second person", charter),
        Task(Action.objects.filter(state="done").exclude(owner=account.key).count(), "actions of reviews are done and to be confirmed", done),
    ]  # fmt: skip


def _keeping() -> list[Task]:
    index, charter = reverse("reviews:reviews"), reverse("reviews:charter")
    lacks = Review.objects.exists() and not Charter.objects.filter(state="in_force").exists()
    to_convene = [row for row in Review.objects.filter(state="raised").order_by("due_on", "pk") if not row.is_overdue]
    uncirculated = list(Review.objects.filter(papers__state="attached", state__in=("convened", "in_session")).distinct())
    return [
        _task(to_convene, "reviews have no meeting set", index),
        _task(uncirculated, "reviews have papers that nobody was told of", index),
        Task(int(lacks), "charter of the committee is not in force", charter, is_urgent=True),
    ]


def _task(rows: Sequence[Any], words: str, page: str, *, is_urgent: bool = False) -> Task:
    """So many; one alone is led to itself."""
    return Task(len(rows), words, rows[0].get_absolute_url() if len(rows) == 1 else page, is_urgent)
