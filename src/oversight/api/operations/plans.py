"""Corrective plans as the firm sees them: versions, items, what each run says of an item's figure."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Schema

from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.lifecycle import offered
from oversight.plans import queries, tables


class PlanSaid(Schema):
    """One version of a plan. What a vendor drafts is not said before it submits."""

    plan: dict[str, Any]
    vendor: str
    is_unilateral: bool = Field(description="written by the firm, because the vendor's time had run out")
    items: list[dict[str, Any]]
    moves: list[str]


class PlanItemSaid(Schema):
    """One item with its figure, run by run."""

    item: dict[str, Any]
    success: str = Field(description="what shows that it worked, in words")
    standing: str
    trend: Table


def plans(request: HttpRequest, page: Query[Page], state: str = "", vendor: str = "") -> Table:
    """The versions of corrective plans, the latest first."""
    return paged(request, queries.plans(state=state, vendor=vendor), tables.sheet, page)


def plan(request: HttpRequest, id: int) -> PlanSaid:
    """One version, by its number."""
    row, by = queries.plan(_number(id)), caller_of(request).by
    if row is None:
        raise Http404
    shown = {name: value for name, value in said.row(row).items() if row.is_shown_to_firm or name != "summary"}
    items = [said.row(item) for item in row.held] if row.is_shown_to_firm else []
    moves = [move.name for move in offered(row.LIFECYCLE, row, person=by.key, roles=by.roles)]
    return PlanSaid(plan=shown, vendor=row.case.vendor.key, is_unilateral=row.is_unilateral, items=items, moves=moves)


def plan_items(request: HttpRequest, page: Query[Page]) -> Table:
    """The items that are being carried out, the first due first."""
    return paged(request, queries.live_items().exclude(state__in=("dropped", "confirmed")), lambda rows: tables.items(rows, queries.trends(rows)), page)


def plan_item(request: HttpRequest, id: int) -> PlanItemSaid:
    """One item, by its number."""
    row = queries.item(_number(id))
    if row is None or not row.plan.is_shown_to_firm:
        raise Http404
    trend = queries.trends([row])[row.pk]
    return PlanItemSaid(item=said.row(row), success=row.success, standing=trend.standing, trend=table(request, tables.trend(row, trend, is_firm=True)))


def _number(id_: int) -> int:
    """A number that the database can hold; nothing stands at nought."""
    return id_ if id_ < 2**63 else 0


CALLS = "oversight.plans.queries"
OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/plans", plans, Table, f"{CALLS}.plans", "vendors:read"),
    Operation("GET", "/plans/{int:id}", plan, PlanSaid, f"{CALLS}.plan", "vendors:read"),
    Operation("GET", "/plans/items", plan_items, Table, f"{CALLS}.live_items", "vendors:read"),
    Operation("GET", "/plans/items/{int:id}", plan_item, PlanItemSaid, f"{CALLS}.trends", "vendors:read"),
)
