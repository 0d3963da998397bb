"""What of the app rooms a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item
from oversight.rooms import queries


def items(first: date, last: date) -> list[Item]:
    """Joint investigations past the vendor's clock, or concluded without it during the quarter, both ends included; two queries."""
    late = [
        Item(row.subject, str(row), f"The vendor's conclusion was owed by {row.vendor_due_on} and is not there.", row.get_absolute_url(), "high",
             row.case.vendor.key)
        for row in queries.rooms(state="late")
    ]  # fmt: skip
    alone = [
        Item(row.subject, str(row), "It was concluded without the vendor, whose clock had run out.", row.get_absolute_url(), "medium", row.case.vendor.key)
        for row in queries.rooms(state="concluded").filter(vendor_says=False, concluded_at__date__range=(first, last))
    ]
    return [*late, *alone]
