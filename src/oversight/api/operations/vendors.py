"""The vendor register: vendors, what going live asks of them, their chain, arrangements, reliance and pilots."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.vendors import checklist, listing, past, pilot, queries
from oversight.vendors.models import Vendor


class ConditionSaid(Schema):
    """One condition of going live."""

    key: str
    what: str
    is_met: bool
    said: str
    warning: str


class VendorSaid(Schema):
    """One vendor: its fields, what going live asks, and the states it was in."""

    vendor: dict[str, Any]
    conditions: list[ConditionSaid]
    states: list[dict[str, Any]]


def vendors(request: HttpRequest, page: Query[Page]) -> Table:
    """The vendors on the register, by name."""
    return paged(request, queries.vendors(), queries.sheet, page)


def vendor_states(request: HttpRequest, on: date, page: Query[Page]) -> Table:
    """The register as it stood at the end of a day, read from the record."""
    return table(request, listing.on_a_day(queries.as_of(on), on), page)


def vendor(request: HttpRequest, id: int) -> VendorSaid:
    """One vendor, by its number."""
    row = _vendor(id)
    met = [ConditionSaid(**{name: getattr(each, name) for name in ("key", "what", "is_met", "said", "warning")}) for each in checklist.conditions(row)]
    states = [{name: said.value(getattr(stay, name)) for name in ("state", "from_at", "until_at", "by", "why")} for stay in past.stays(row.pk)]
    return VendorSaid(vendor=said.row(row), conditions=met, states=states)


def chain_of(request: HttpRequest, id: int, page: Query[Page], ended: bool = False) -> Table:
    """What a vendor rests on, each link before what stands behind it."""
    return table(request, listing.links(queries.flat(queries.chain(_vendor(id), with_ended=ended))), page)


def arrangements_of(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """The arrangements with a vendor, the latest first."""
    return table(request, listing.arrangements(queries.arrangements(_vendor(id))), page)


def reliances(request: HttpRequest, page: Query[Page], id: int) -> Table:
    """Reliance on a vendor's review, the latest quarter first."""
    return paged(request, queries.reliances().filter(arrangement__vendor=_vendor(id)), listing.reliances, page)


def pilot_of(request: HttpRequest, id: int, page: Query[Page]) -> Table:
    """Orders a day in a vendor's pilot against its cap."""
    row = _vendor(id)
    return table(request, pilot.sheet(row, pilot.days(row, past.stays(row.pk))), page)


def _vendor(pk: int) -> Vendor:
    return get_object_or_404(Vendor, pk=pk if pk < 2**63 else 0)


OPERATIONS = (
    Operation("GET", "/vendors", vendors, Table, "oversight.vendors.queries.vendors", "vendors:read"),
    Operation("GET", "/vendors/on/{on}", vendor_states, Table, "oversight.vendors.queries.as_of", "vendors:read"),
    Operation("GET", "/vendors/{int:id}", vendor, VendorSaid, "oversight.vendors.checklist.conditions", "vendors:read"),
    Operation("GET", "/vendors/{int:id}/chain", chain_of, Table, "oversight.vendors.queries.chain", "vendors:read"),
    Operation("GET", "/vendors/{int:id}/arrangements", arrangements_of, Table, "oversight.vendors.queries.arrangements", "vendors:read"),
    Operation("GET", "/vendors/{int:id}/reliances", reliances, Table, "oversight.vendors.queries.reliances", "vendors:read"),
    Operation("GET", "/vendors/{int:id}/pilot", pilot_of, Table, "oversight.vendors.pilot.days", "vendors:read"),
)
