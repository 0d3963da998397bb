"""What of the app obligations a review must take up."""

from __future__ import annotations

from datetime import date

from oversight import clock
from oversight.agenda import Item
from oversight.obligations.lifecycle import OPEN
from oversight.obligations.models import Duty, Occurrence
from oversight.obligations.queries import occurrences

OF_THE_REVIEW = "review_signed"
"""Duties that the signed review itself proves are not put before it."""


def items(first: date, last: date) -> list[Item]:
    """Duties that were not done by their day, one item a duty; one query. What is about days after the period waits for its own review."""
    late = occurrences().filter(state__in=OPEN, due_on__lt=clock.today(), begins_on__lte=last).exclude(duty__act=OF_THE_REVIEW)
    by_duty: dict[int, list[Occurrence]] = {}
    for row in late:
        by_duty.setdefault(row.duty_id, []).append(row)
    return [_item(rows[0].duty, rows) for rows in by_duty.values()]


def _item(duty: Duty, rows: list[Occurrence]) -> Item:
    number = len(rows)
    periods = f"{rows[0].period}" if number == 1 else f"{number} times, from {rows[0].period} to {rows[-1].period}"
    why = f"Not done by its day: {periods}; the first was due {rows[0].due_on}, {rows[0].days_late} business day{'' if rows[0].days_late == 1 else 's'} ago."
    vendor = duty.vendor.key if duty.vendor else ""
    return Item(
        duty.subject, f"Duty not done: {duty}"[:200], why, rows[0].get_absolute_url() if number == 1 else duty.get_absolute_url(), duty.severity, vendor
    )
