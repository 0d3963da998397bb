"""What of the app agreements a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item
from oversight.agreements import queries
from oversight.agreements.models import Breach


def items(first: date, last: date) -> list[Item]:
    """Possible breaches that are open, each with the vendor's answer or that it is pending beside it; months of data that were owed and did not come.

    Three queries.
    """
    breaches = [_breach(row) for row in queries.breaches(state="open") if row.first_on <= last]
    owed: dict[int, list[queries.Cell]] = {}
    for cell in queries.missing():
        if first <= cell.month <= last:
            owed.setdefault(cell.right.pk, []).append(cell)
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
    right = cells[0].right
    months = ", ".join(f"{cell.month:%Y-%m}" for cell in cells)
    why = f"The agreement gives the right to it ({right.clause}); nothing was proved as delivered for {months}, and the clock of each month ran out."
    return Item(right.subject, f"Data not delivered: {right}"[:200], why, right.get_absolute_url(), "medium", right.vendor.key)
