"""Assessments of harm, their orders with the arithmetic, and their credits; accounts are never said."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.harm import queries, snapshot, tables
from oversight.harm.models import Count, Harm


class HarmSaid(Schema):
    """One assessment with its latest count, and credits by state; amounts are exact decimals as text."""

    harm: dict[str, Any]
    count: dict[str, Any] | None
    credits: list[dict[str, Any]]


def harms(request: HttpRequest, page: Query[Page], state: str = "", vendor: str = "") -> Table:
    """Assessments of what customers lost, the latest first; a state can be open, overdue, to_approve, to_pay, none or settled."""
    return paged(request, queries.harms(state=state, vendor=vendor), tables.of_harms, page)


def harm(request: HttpRequest, id: int) -> HarmSaid:
    """One assessment: its question, its latest count with what could not be seen, its credits by state."""
    row = queries.harm(_whole(id))
    if row is None:
        raise Http404
    count = row.last_count
    counted = {name: value for name, value in said.row(count).items() if name != "accounts"} if count else None
    sums, _ = queries.states_of(row)
    credits = [{"state": one.state, "credits": one.credits, "amount_usd": said.value(one.usd)} for one in sums]
    return HarmSaid(harm=said.row(row), count=counted, credits=credits)


def harm_orders(request: HttpRequest, page: Query[Page], id: int) -> Table:
    """The orders of one count, by what they lost, each with its arithmetic."""
    count = get_object_or_404(Count.objects.select_related("harm", "filed"), pk=_whole(id))
    rows = snapshot.read(count)
    found = snapshot.orders_of(rows).sort("harm_usd", "day", "order_id", descending=[True, False, False])
    return table(request, tables.of_orders(count.harm, count, rows, found), page)


def harm_credits(request: HttpRequest, page: Query[Page], id: int, state: str = "") -> Table:
    """The credits of one assessment, by the customer's number in it."""
    row = get_object_or_404(Harm, pk=_whole(id))
    return paged(request, queries.credits(row, state), lambda found: tables.of_credits(row, found), page)


def _whole(id: int) -> int:
    return id if id < 2**63 else 0


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/harms", harms, Table, "oversight.harm.queries.harms", "vendors:read"),
    Operation("GET", "/harms/{int:id}", harm, HarmSaid, "oversight.harm.queries.harm", "vendors:read"),
    Operation("GET", "/harms/counts/{int:id}/orders", harm_orders, Table, "oversight.harm.snapshot.orders_of", "vendors:read"),
    Operation("GET", "/harms/{int:id}/credits", harm_credits, Table, "oversight.harm.queries.credits", "vendors:read"),
)
