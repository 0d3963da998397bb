"""What of the app cases a review must take up."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db.models import Q

from oversight import clock
from oversight.agenda import Item
from oversight.cases import queries
from oversight.cases.lifecycle import BY_KEY
from oversight.cases.models import Case, Override


def items(first: date, last: date) -> list[Item]:
    """Cases open now or ended since the quarter began, and every override signed since; a bounded number of queries."""
    begins = datetime.combine(first, time(), clock.MARKET_ZONE)
    until = max(last, clock.today()) + timedelta(days=1)
    wanted = queries.cases().filter(Q(is_ended=False) | Q(ended_at__gte=begins))
    overridden = queries.overrides_between(first, until)
    return [*(_case(row) for row in wanted), *(_override(row) for row in overridden)]


def _case(row: Case) -> Item:
    if not row.is_open:
        return Item(
            row.subject,
            str(row),
            f"It is {row.state_title}, since {row.ended_at.astimezone(clock.MARKET_ZONE):%Y-%m-%d}.",
            row.get_absolute_url(),
            "medium",
            row.vendor.key,
        )
    due = f", due by {row.stage_due_on}{' and past it' if row.is_past_its_day else ''}" if row.stage_due_on else ""
    why = f"Open: {row.state_title}{due}. Next: {queries.next_words(row)}."
    return Item(row.subject, str(row), why, row.get_absolute_url(), "high" if row.is_past_its_day else "medium", row.vendor.key)


def _override(row: Override) -> Item:
    title = f"Override in case {row.case.number}: {BY_KEY[row.condition].title} skipped"
    return Item(row.subject, title, "A condition was skipped by the signatures of two roles.", row.get_absolute_url(), "high", row.case.vendor.key)
