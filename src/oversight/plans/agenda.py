"""What of the app plans a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item
from oversight.plans import queries


def items(first: date, last: date) -> list[Item]:
    """Plans past the vendor's time, unilateral ones of the quarter, items overdue, figures that do not show it by now; a bounded number of queries."""
    late = [
        Item(row.subject, str(row), f"It was owed by {row.due_on} and is not there.", row.get_absolute_url(), "high", row.case.vendor.key)
        for row in queries.plans(state="late")
    ]
    alone = [
        Item(row.subject, str(row), "The firm wrote it: the vendor's time had run out.", row.get_absolute_url(), "medium", row.case.vendor.key)
        for row in queries.plans().filter(taken_over_at__date__range=(first, last))
    ]
    overdue = [
        Item(row.subject, str(row), f"It was due {row.due_on} and is not reported done.", row.get_absolute_url(), "high", row.plan.case.vendor.key)
        for row in queries.overdue_items()
    ]
    unmet = [
        Item(row.subject, str(row), f"Its figure was to show it by {row.by_on} and does not.", row.get_absolute_url(), "high", row.plan.case.vendor.key)
        for row in queries.unmet()
        if not row.is_overdue
    ]
    return [*late, *alone, *overdue, *unmet]
