"""What programs read of differences."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.differences import queries
from oversight.differences.models import Difference


class DifferenceSaid(Schema):
    """One difference, every decision on it with what later flow showed, and what was asked."""

    difference: dict[str, Any]
    decisions: list[dict[str, Any]]
    observations: list[dict[str, Any]]
    questions: list[dict[str, Any]]


def differences(request: HttpRequest, page: Query[Page], state: str = "", vendor: str = "") -> Table:
    """Material differences, what is to be decided first; `state` open, undecided, late, ended or one of the lifecycle's; `vendor` by its name in the data."""
    return paged(request, queries.differences(state=state, vendor=vendor), queries.sheet, page)


def difference(request: HttpRequest, id: int) -> DifferenceSaid:
    """One difference with everything that it stands on."""
    row = get_object_or_404(Difference.objects.select_related("vendor"), pk=id if id < 2**63 else 0)
    decisions = queries.decisions_of(row)
    return DifferenceSaid(
        difference=said.row(row), decisions=[said.row(one) for one in decisions],
        observations=[said.row(seen) for one in decisions for seen in one.observations.all()], questions=[said.row(one) for one in row.questions.all()],
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/differences", differences, Table, "oversight.differences.queries.differences", "vendors:read"),
    Operation("GET", "/differences/{int:id}", difference, DifferenceSaid, "oversight.differences.models.Difference", "vendors:read"),
)
