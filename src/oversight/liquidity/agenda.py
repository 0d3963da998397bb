"""What of the app liquidity a review must take up."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from bestexec import venue_name
from oversight.agenda import Item
from oversight.liquidity import coverage, queries
from oversight.liquidity.coverage import Coverage
from oversight.vendors.lifecycle import ROUTING


def items(first: date, last: date) -> list[Item]:
    """For each vendor that routes, the material venues that its router does not reach, or that nobody can tell; memos past their day.

    Three queries and a read of the period's tape, whatever their number.
    """
    reached = [item for found in queries.coverages(first, last) if found.vendor.state in ROUTING and (item := _reach(found))]
    memos = [
        Item(
            row.subject, f"Try-or-decline memo past its day: {row}"[:200], f"It is {row.state_title}; somebody was to look again by {row.due_on}.",
            row.get_absolute_url(), "medium", row.vendor.key if row.vendor else "",
        )
        for row in queries.memos_due()
    ]  # fmt: skip
    return [*reached, *memos]


def _reach(found: Coverage) -> Item | None:
    vendor, gaps = found.vendor, coverage.gaps(found)
    address = reverse("liquidity:vendor", args=[vendor.pk])
    if found.why:
        title = f"Coverage of {vendor.name} cannot be told"
        return Item(
            ("coverage", vendor.key), title[:200], f"{coverage.NO_EVIDENCE[:1].upper()}{coverage.NO_EVIDENCE[1:]}: {found.why}.", address, "medium", vendor.key
        )
    if not gaps:
        return None
    named = ", ".join(f"{venue_name(gap.venue) or gap.venue} {gap.part * 100:.1f} %" for gap in gaps)
    number = f"{len(gaps)} material venue{'' if len(gaps) == 1 else 's'}"
    return Item(
        ("coverage", vendor.key),
        f"{vendor.name} does not reach {number}"[:200],
        f"Of the tape's shares in the firm's symbols: {named}.",
        address,
        "medium",
        vendor.key,
    )
