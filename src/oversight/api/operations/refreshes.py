"""What programs read and do of the app refreshes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.refreshes import queries
from oversight.refreshes.models import Refresh


class RefreshSaid(Schema):
    """One refresh: the row, what was answered, what was gathered last, and who asked and acknowledged."""

    refresh: dict[str, Any]
    changes: list[dict[str, Any]]
    gathering: dict[str, Any] | None = Field(None, description="What the desk knew of the year when it was asked last; none before.")
    conditions: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    acknowledgements: list[dict[str, Any]]


def refreshes(request: HttpRequest, page: Query[Page], state: str = "", vendor: str = "") -> Table:
    """Yearly refreshes, those in progress first; `state` open, late, completed or withdrawn; `vendor` by its name in the data."""
    return paged(request, queries.refreshes(state=state, vendor=vendor), queries.sheet, page)


def refresh(request: HttpRequest, id: int) -> RefreshSaid:
    """One refresh with everything that it stands on."""
    row = get_object_or_404(Refresh.objects.select_related("vendor"), pk=id if id < 2**63 else 0)
    gathered = queries.gathering(row)
    return RefreshSaid(
        refresh=said.row(row), gathering=said.row(gathered) if gathered else None, changes=[said.row(one) for one in row.changes.order_by("place")],
        conditions=[said.row(one) for one in row.conditions.order_by("pk")], questions=[said.row(one) for one in row.questions.order_by("pk")],
        acknowledgements=[said.row(one) for one in row.acknowledgements.order_by("pk")],
    )  # fmt: skip


def approvals(request: HttpRequest) -> Table:
    """Until when each vendor is approved, and by what; what runs out first stands first."""
    return said.table(request, queries.standing_sheet(queries.standing()))


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/refreshes", refreshes, Table, "oversight.refreshes.queries.refreshes", "vendors:read"),
    Operation("GET", "/refreshes/{int:id}", refresh, RefreshSaid, "oversight.refreshes.models.Refresh", "vendors:read"),
    Operation("GET", "/approvals", approvals, Table, "oversight.refreshes.queries.standing", "vendors:read"),
)
