"""What of the app conflicts a review must take up."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from bestexec import Problem, venue_name
from oversight.agenda import Item
from oversight.conflicts import queries, seen
from oversight.conflicts.models import Conflict
from oversight.conflicts.seen import Payee


def items(first: date, last: date) -> list[Item]:
    """Conflicts on file without a yearly result, without mitigation or without a text that discloses them, and payees with no conflict on file.

    Four queries, whatever their number. Where a run cannot be read, that is an item.
    """
    found = []
    for row in queries.conflicts(state="live"):
        if row.since_on <= last and (lacks := _lacks(row)):
            vendor = row.vendor.key if row.vendor else ""
            found.append(Item(row.subject, f"Conflict: {row}"[:200], f"{lacks}.", row.get_absolute_url(), "high" if row.is_overdue else "medium", vendor))
    try:
        return [*found, *(_payee(payee) for payee in seen.unregistered())]
    except Problem as problem:
        why = f"{problem}. Whether somebody pays without a conflict on file cannot be told."
        return [*found, Item(("payee", ""), "Who pays cannot be read", why, reverse("conflicts:register"), "high")]


def _lacks(row: Conflict) -> str:
    said = [
        f"no result within a year: due {row.result_due_on}" if row.is_overdue else "", "" if row.has_mitigation else "nothing keeps it in check",
        "" if row.has_disclosure else "nothing is disclosed of it", "it waits for compliance to accept it" if row.state == "proposed" else "",
    ]  # fmt: skip
    words = "; ".join(word for word in said if word)
    return f"{words[:1].upper()}{words[1:]}"


def _payee(payee: Payee) -> Item:
    who = venue_name(payee.venue) or payee.venue
    paid = f"${payee.received_usd:,.2f} received" if payee.received_usd is not None else "the amount is not known"
    why = f"{payee.kind_title}, {paid} by the {payee.source}; no conflict of interest is on file for it."
    subject = ("payee", f"{payee.venue} {payee.vendor} {payee.kind}".strip()[:64])
    return Item(subject, f"{who} pays, and no conflict is on file"[:200], why, f"{reverse('conflicts:register')}#payees", "high", payee.vendor)
