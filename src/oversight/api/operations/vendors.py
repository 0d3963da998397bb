"""The vendor register."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query

from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.vendors import queries


def vendors(request: HttpRequest, page: Query[Page]) -> Table:
    """The vendors on the register, by name."""
    return paged(request, queries.vendors(), queries.sheet, page)


OPERATIONS = (Operation("GET", "/vendors", vendors, Table, "oversight.vendors.queries.vendors", "vendors:read"),)
