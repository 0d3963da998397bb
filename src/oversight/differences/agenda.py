"""What of the app differences a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item
from oversight.differences import queries
from oversight.differences.models import Difference


def items(first: date, last: date) -> list[Item]:
    """Every difference that is to be decided, whatever quarter it is of, and those of the quarter that are under way."""
    rows = [*queries.undecided(), *queries.of_period(first, last).filter(state__in=("modifying", "justified"))]
    return [
        Item(
            row.subject, row.title, _why(row), row.get_absolute_url(), "high" if row.is_overdue else "medium", row.vendor.key if row.vendor else "",
        )
        for row in rows
    ]  # fmt: skip


def _why(row: Difference) -> str:
    if row.is_undecided:
        return f"Modify or justify is owed by {row.due_on}{': the clock ran out' if row.is_overdue else ''}; {row.size}."
    return f"{row.state_title[0].upper()}{row.state_title[1:]}; {row.size}."
