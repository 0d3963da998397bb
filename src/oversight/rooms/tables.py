"""Rooms as tables: the firm's list, the vendor's own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from oversight import clock
from oversight.sheets import Column, Row, Sheet

COLUMNS = (
    Column("case", "Case"), Column("vendor", "Vendor"), Column("state", "State", kind="tag"), Column("firm", "The firm's conclusion"),
    Column("vendor_says", "The vendor's conclusion"), Column("owed_by", "Vendor owes it by", kind="day"), Column("hypotheses", "Hypotheses", kind="count"),
    Column("orders", "Orders shown", kind="count"), Column("opened_at", "Opened", kind="instant"), Column("concluded_at", "Concluded", kind="instant"),
)  # fmt: skip
MINE = (
    Column("case", "Case"), Column("state", "State", kind="tag"), Column("yours", "Your conclusion"), Column("owed_by", "Owed by", kind="day"),
    Column("theirs", "Your client's conclusion"), Column("opened_at", "Opened", kind="instant"),
)  # fmt: skip
WRITTEN, MISSING = "written", "not written"


def standing(row: Any) -> str:
    """In one word or two, with the vendor's clock."""
    if row.state == "concluded":
        return "concluded" if row.vendor_says else "concluded without the vendor"
    if not row.case.is_open:
        return f"ended: case {row.case.state_title}"
    return "past the vendor's clock" if not row.vendor_says and row.vendor_due_on < clock.today() else "open"


def sheet(found: Iterable[Any]) -> Sheet:
    """The rooms for the firm; each must come from `queries.rooms`."""
    rows = tuple(
        Row(
            (
                str(row.case), row.case.vendor.name, standing(row), WRITTEN if row.firm_says else MISSING, WRITTEN if row.vendor_says else MISSING,
                row.vendor_due_on, row.put, row.shown, row.opened_at, row.concluded_at,
            ),
            {"case": row.get_absolute_url()}, key=str(row.pk), tone="attention" if standing(row).startswith("past") else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No joint investigation fits. A room is opened when a case comes to its investigation: open the case, then its room."
    return Sheet("joint-investigations", "Joint investigations", COLUMNS, rows, source="What both sides wrote in the rooms of the cases.", empty=empty)


def mine(found: Iterable[Any]) -> Sheet:
    """The vendor's own, without the firm's words on the case."""
    rows = tuple(
        Row(
            (
                f"Case {row.case.number}", _said_to_vendor(row), WRITTEN if row.vendor_says else MISSING, row.vendor_due_on,
                WRITTEN if row.firm_says else MISSING, row.opened_at,
            ),
            {"case": reverse("rooms:shared", args=[row.pk])}, key=str(row.pk), tone="attention" if standing(row).startswith("past") else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No case is shared with you. When your client opens a joint investigation with you, it stands here and you are told."
    return Sheet("cases", "Joint investigations with you", MINE, rows, source="Your client's record.", empty=empty)


def _said_to_vendor(row: Any) -> str:
    if row.state == "concluded":
        return "concluded" if row.vendor_says else "concluded without you"
    if not row.case.is_open:
        return "ended"
    return "late: your conclusion is owed" if not row.vendor_says and row.vendor_due_on < clock.today() else "open"
