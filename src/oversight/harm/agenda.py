"""What of the app harm a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item
from oversight.harm import queries
from oversight.harm.models import Harm


def items(first: date, last: date) -> list[Item]:
    """What is open now and concerns the quarter, both ends included; a bounded number of queries."""
    rows = queries.of_period(first, last)
    return [Item(row.subject, str(row), _why(row), row.get_absolute_url(), "high" if row.is_overdue else "medium", row.vendor) for row in rows]


def _why(row: Harm) -> str:
    count = row.last_count
    if count is None:
        return "Customers may have lost money, and nobody has counted yet."
    unseen = f"; {count.days_unseen} trading days could not be seen" if count.days_unseen else ""
    return f"{row.state_title}: {count.harmed_orders} orders of {count.customers} known customers lost ${count.exact_usd:,.2f}{unseen}."
