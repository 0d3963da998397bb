"""Agreements, what was measured against their clauses, possible breaches, credits, and what was obtained."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Schema

from oversight.agreements import actions, queries, tables
from oversight.agreements.entitling import PROVERS
from oversight.agreements.models import Clause, Entitlement
from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table


class Proof(Schema):
    """That a month's files came."""

    month: date = Field(description="Any day of the month.")
    delivered_on: date
    import_name: str = Field(max_length=200, description="The file's name as it was imported.")
    is_complete: bool
    what: str = Field("", max_length=2000, description="What is missing, where it is not complete.")


class Proved(Schema):
    """The proof that was written down."""

    delivery: dict[str, Any]


def agreements(request: HttpRequest, page: Query[Page], vendor: str = "", state: str = "") -> Table:
    """Agreements with vendors."""
    return paged(request, queries.agreements(vendor=vendor, state=state), tables.agreements, page)


def clauses(request: HttpRequest, page: Query[Page], vendor: str = "") -> Table:
    """Clauses with the last window of each."""
    found = Clause.objects.exclude(state="discarded").order_by("agreement__vendor__name", "agreement_id", "pk")
    return table(request, tables.clauses(queries.clause_lines(found.filter(agreement__vendor__key=vendor) if vendor else found)), page)


def measurements(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """Every measurement of one clause, the latest window first."""
    row = get_object_or_404(Clause.objects.select_related("agreement__vendor"), pk=id if id < 2**63 else 0)
    return paged(request, queries.measurements_of(row), lambda rows: tables.windows(row, rows), page)


def possible_breaches(request: HttpRequest, page: Query[Page], vendor: str = "", state: str = "") -> Table:
    """Possible breaches, open ones first."""
    return paged(request, queries.breaches(vendor=vendor, state=state), tables.breaches, page)


def credits_of_vendors(request: HttpRequest, page: Query[Page], vendor: str = "", state: str = "") -> Table:
    """The ledger of credits."""
    return paged(request, queries.credits_claimed(vendor=vendor, state=state), tables.ledger, page)


def obtained(request: HttpRequest, page: Query[Page], vendor: str = "") -> Table:
    """Rights to data with the last six months of each."""
    return table(request, tables.grid(queries.rights(vendor=vendor), queries.months_back(6), may_prove=False), page)


def prove_delivery(request: HttpRequest, id: int, proof: Proof) -> Proved:
    """Write down that a month's files were imported."""
    right = get_object_or_404(Entitlement.objects.select_related("vendor"), pk=id if id < 2**63 else 0)
    given = proof.dict() | {"month": proof.month.replace(day=1)}
    return Proved(delivery=said.row(actions.prove(caller_of(request).by, right, given.pop("month"), **given)))


OPERATIONS = (
    Operation("GET", "/agreements", agreements, Table, "oversight.agreements.queries.agreements", "vendors:read"),
    Operation("GET", "/agreements/clauses", clauses, Table, "oversight.agreements.queries.clause_lines", "vendors:read"),
    Operation("GET", "/agreements/clauses/{int:id}/measurements", measurements, Table, "oversight.agreements.queries.measurements_of", "vendors:read"),
    Operation("GET", "/agreements/breaches", possible_breaches, Table, "oversight.agreements.queries.breaches", "vendors:read"),
    Operation("GET", "/agreements/credits", credits_of_vendors, Table, "oversight.agreements.queries.credits_claimed", "vendors:read"),
    Operation("GET", "/agreements/obtained", obtained, Table, "oversight.agreements.queries.rights", "vendors:read"),
    Operation("POST", "/agreements/obtained/{int:id}", prove_delivery, Proved, "oversight.agreements.entitling.prove", "evidence:write", PROVERS),
)
