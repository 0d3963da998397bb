"""What of the vendor register a review must take up."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse

from bestexec import Problem
from oversight.agenda import Item
from oversight.vendors import leave, queries
from oversight.vendors.arranging import Arrangement, Reliance
from oversight.vendors.lifecycle import ROUTING
from oversight.vendors.models import Vendor
from oversight.vendors.quarters import quarter_of

VOTE = Vendor.RECORD
"""The kind of subject on which the committee votes: retain, with conditions, case, exit."""


def items(first: date, last: date) -> list[Item]:
    """One vote on each provider that routes; orders that went where none may go; reviews of others that the firm meant to rely on. Nine queries at most."""
    routing = Vendor.objects.filter(state__in=(*ROUTING, "suspended")).order_by("name", "pk")
    votes = [
        Item(
            row.subject,
            f"Vote on provider: {row.name}"[:200],
            f"It is {row.state_title}. Each quarter there is a vote: retain, with conditions, case, or exit.",
            row.get_absolute_url(),
            "high",
            row.key,
        )
        for row in routing
    ]
    return [*votes, *_routed(), *_relied(first, last)]


def _routed() -> list[Item]:
    try:
        return _told_by_runs()
    except Problem as problem:
        why = f"{problem}. Whether orders went to a vendor without leave, or to one that nobody registered, cannot be told."
        return [Item(("routed_without_leave", ""), "Who routed orders cannot be read", why, reverse("vendors:vendors"), "high")]


def _told_by_runs() -> list[Item]:
    found = [
        Item(
            ("routed_without_leave", each.vendor.key), f"{each.vendor.name} routed orders though its state let none go there"[:200],
            f"{each.orders:,} orders on {each.on}, when it was {each.state}.", each.address, "high", each.vendor.key,
        )
        for each in leave.without_leave()
    ]  # fmt: skip
    index, why = reverse("vendors:vendors"), "Sealed runs hold orders of it."
    unknown = queries.not_registered()
    return found + [
        Item(("not_registered", key[:64]), f"Orders went to {key}, which is not on the register"[:200], why, index, "high", key[:60]) for key in unknown
    ]


def _relied(first: date, last: date) -> list[Item]:
    """Reliances for the quarter that are not whole, or lapsed or were refused with nothing in their place; one query."""
    quarter = str(quarter_of(last))
    rows = Reliance.objects.filter(quarter=quarter).filter(~Q(state="relied_on")).select_related("arrangement__vendor").order_by("pk")
    return [_reliance(row, row.arrangement) for row in rows if row.state != "refused"]


def _reliance(row: Reliance, arrangement: Arrangement) -> Item:
    why = f"It is {row.state_title}. Without results and rationale received, read and challenged, the firm has no review of that flow but its own."
    return Item(row.subject, f"Reliance on the review of {arrangement.party}, {row.quarter}"[:200], why, row.get_absolute_url(), "high", arrangement.vendor.key)
