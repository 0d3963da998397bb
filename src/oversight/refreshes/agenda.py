"""What of the app refreshes a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item
from oversight.refreshes import queries
from oversight.refreshes.approval import ROUTING, Approval


def items(first: date, last: date) -> list[Item]:
    """Approvals of vendors that route which ran out or do so within 30 days, and conditions past their day. Five queries, whatever their number."""
    found = [
        _approval(one) for one in queries.standing() if one.vendor.state in (*ROUTING, "suspended") and one.days_left is not None and one.days_left <= SOON
    ]
    late = queries.conditions_late().select_related("refresh__vendor")
    return [*found, *(
        Item(
            row.subject, f"Condition of a refresh past its day: {row}"[:200], f"It was set for {row.refresh.vendor.name} and due on {row.due_on}.",
            row.get_absolute_url(), "medium", row.refresh.vendor.key,
        )
        for row in late
    )]  # fmt: skip


SOON = 30


def _approval(one: Approval) -> Item:
    vendor = one.vendor
    going = f"the refresh is {one.refresh.state_title}" if one.refresh else "nobody opened the refresh"
    ends = f"ran out on {one.until_on}" if one.has_run_out else f"runs out on {one.until_on}"
    address = one.refresh.get_absolute_url() if one.refresh else vendor.get_absolute_url()
    why = f"It rests on the {one.base_is} of {one.base_on}; {going}. From day 366 on a vendor that routes is suspended, or a signed extension holds."
    return Item(("approval", vendor.key), f"Approval of {vendor.name} {ends}"[:200], why, address, "high" if one.has_run_out else "medium", vendor.key)
