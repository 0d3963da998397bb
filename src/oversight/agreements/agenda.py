"""What of the app agreements a review must take up."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from oversight.agenda import Item
from oversight.agreements import queries
from oversight.agreements.models import Breach


def items(first: date, last: date) -> list[Item]:
    """Possible breaches that are open, each with the vendor's answer or that it is pending beside it; by vendor, data that was owed and did not come.

    Three queries.
    """
    breaches = [_breach(row) for row in queries.breaches(state="open") if row.first_on <= last]
    owed: dict[int, list[queries.Cell]] = {}
    for cell in queries.missing():
        if first <= cell.month <= last:
            owed.setdefault(cell.right.vendor_id, []).append(cell)
    return [*breaches, *(_missing(cells) for cells in owed.values())]


def _breach(row: Breach) -> Item:
    vendor, latest = row.clause.agreement.vendor, row.latest
    said = f"The vendor answers: “{' '.join(row.answer.split())}”" if row.answer else "The vendor's answer is pending."
    clock = f"past its cure clock since {row.due_on}" if row.is_overdue else f"to be cured by {row.due_on}"
    return Item(
        row.subject, f"{vendor.name}: {row}"[:200], f"Measured {latest.shown}, n {latest.n:,}; {row.state_title}; {clock}. {said}",
        row.get_absolute_url(), "high" if row.is_overdue else "medium", vendor.key,
    )  # fmt: skip


def _missing(cells: list[queries.Cell]) -> Item:
    """One vendor's: which of its rights, and for which months each."""
    vendor, by_right = cells[0].right.vendor, dict[str, list[str]]()
    for cell in cells:
        by_right.setdefault(cell.right.obtainable.title, []).append(f"{cell.month:%Y-%m}")
    said = "; ".join(f"{title}: {', '.join(months)}" for title, months in by_right.items())
    why = f"The agreement gives the right to it; nothing was proved as delivered, and the clock of each month ran out. {said}."
    number = f"{len(cells)} month{'' if len(cells) == 1 else 's'} of {len(by_right)} right{'' if len(by_right) == 1 else 's'}"
    return Item(("missing_data", vendor.key), f"Data not delivered by {vendor.name}: {number}"[:200], why, reverse("agreements:obtained"), "medium", vendor.key)
