"""Corrective plans as tables: the firm's list, the vendor's own, the trend of an item's figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from oversight import clock
from oversight.plans.models import Item, Plan
from oversight.plans.queries import Trend
from oversight.sheets import Column, Row, Sheet

COLUMNS = (
    Column("plan", "Plan"), Column("vendor", "Vendor"), Column("state", "State", kind="tag"), Column("by", "Written by"),
    Column("due_on", "Owed by", kind="day"), Column("items", "Items", kind="count"), Column("confirmed", "Confirmed", kind="count"),
    Column("late", "Late", kind="count"), Column("submitted_at", "Submitted", kind="instant"), Column("accepted_at", "Accepted", kind="instant"),
)  # fmt: skip
MINE = (
    Column("plan", "Plan"), Column("state", "State", kind="tag"), Column("due_on", "Owed by", kind="day"), Column("items", "Items", kind="count"),
    Column("confirmed", "Confirmed", kind="count"), Column("late", "Late", kind="count"), Column("accepted_at", "Accepted", kind="instant"),
)  # fmt: skip
ITEMS = (
    Column("item", "Item"), Column("plan", "Plan"), Column("what", "What is done"), Column("owner", "Who"), Column("due_on", "Due", kind="day"),
    Column("state", "State", kind="tag"), Column("success", "Shown by"), Column("standing", "The figure"),
)  # fmt: skip
TREND = (
    Column("first_on", "From", kind="day"), Column("last_on", "To", kind="day"), Column("value", "Value", kind="number"), Column("n", "n", kind="count"),
    Column("outcome", "Against the bound", kind="tag"), Column("why", "Why"), Column("run", "Run", kind="code"), Column("read_at", "Read", kind="instant"),
)  # fmt: skip


def standing(row: Plan) -> str:
    """The state, or that it is late."""
    return "late" if row.is_overdue else row.state_title


def sheet(found: Iterable[Any]) -> Sheet:
    """The versions for the firm; each must come from `queries.plans`. Of a vendor's draft nothing is counted."""
    rows = tuple(
        Row(
            (
                str(row), row.case.vendor.name, standing(row), "the firm, unilateral" if row.is_unilateral else "the vendor", row.due_on,
                *((row.item_count, row.done_count) if row.is_shown_to_firm else (None, None)), row.late_count if row.state == "accepted" else None,
                row.submitted_at, row.accepted_at,
            ),
            {"plan": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue or (row.state == "accepted" and row.late_count) else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No corrective plan fits. It is asked of the vendor when its case comes to planning: open the case, or ask below."
    return Sheet("corrective-plans", "Corrective plans", COLUMNS, rows, source="Every version stays; the latest of a case comes first.", empty=empty)


def mine(found: Iterable[Any]) -> Sheet:
    """The vendor's own versions; of one that the firm is writing nothing is counted."""
    rows = tuple(
        Row(
            (
                f"Case {row.case.number}, version {row.number}", said(row), row.due_on,
                *((row.item_count, row.done_count) if row.is_shown_to_vendor else (None, None)), row.late_count if row.state == "accepted" else None,
                row.accepted_at,
            ),
            {"plan": reverse("plans:shared", args=[row.pk])}, key=str(row.pk),
            tone="attention" if row.is_overdue or (row.state == "accepted" and row.late_count) else "",
        )
        for row in found
    )  # fmt: skip
    empty = "No corrective plan is asked of you. When your client asks for one, it stands here and you are told."
    return Sheet("plans", "Corrective plans", MINE, rows, source="Your client's record.", empty=empty)


def said(row: Plan) -> str:
    """Where it stands for the vendor, without who of the firm waits for whom."""
    if row.state in ("submitted", "proposed") and not row.is_unilateral:
        return "with your client"
    if row.is_unilateral and not row.is_shown_to_vendor:
        return "written by your client"
    if row.state == "accepted" and row.is_unilateral:
        return "accepted, written by your client"
    return "late" if row.is_overdue else {"asked": "asked of you"}.get(row.state, row.state_title)


def items(found: Iterable[Item], trends: dict[int, Trend]) -> Sheet:
    """Items of accepted plans, the first due first."""
    rows = tuple(
        Row(
            (
                f"{row.place}", f"Case {row.plan.case.number}, {row.plan.case.vendor.name}", row.what, row.owner, row.due_on,
                "overdue" if row.is_overdue else row.state_title, row.success, trends[row.pk].standing if row.figure_key else "no figure",
            ),
            {"item": row.get_absolute_url(), "what": row.get_absolute_url()}, key=str(row.pk), tone="attention" if row.is_overdue else "",
        )
        for row in found
    )  # fmt: skip
    return Sheet(
        "plan-items", "Items being carried out", ITEMS, rows, source=f"As of {clock.today()}.", empty="No item of an accepted plan is being carried out."
    )


def trend(item: Item, found: Trend, *, is_firm: bool) -> Sheet:
    """What each run said of the item's figure; a run whose days a later one took over is marked."""
    rows = tuple(
        Row(
            (
                row.first_on, row.last_on, row.cell, row.n, "run superseded" if row.pk in found.superseded else row.outcome_title, row.why, row.run_id[:12],
                row.read_at,
            ),
            {"run": reverse("findings:run", args=[row.run_id])} if is_firm else {}, key=str(row.pk), tone="muted" if row.pk in found.superseded else "",
        )
        for row in found.readings
    )  # fmt: skip
    source = f"{item.success}. Read over each run's days since the plan was accepted."
    empty = "No run has been read yet: the first that is received with days since the plan was accepted will be."
    runs = tuple(dict.fromkeys(row.run_id for row in found.readings))
    return Sheet("success", "The figure, run by run", TREND, rows, runs if len(runs) == 1 else (), source, empty)
