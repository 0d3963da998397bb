"""How routers are set: versions, which was in force at any instant, two compared, venues beside the policy."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight import clock
from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.configuration import listing, queries
from oversight.configuration.models import Analysis, Version


class ConfigurationSaid(Schema):
    """One version with all that it sets, and what was read before and after it."""

    configuration: dict[str, Any]
    vendor: str
    analysis: dict[str, Any] | None


def configurations(request: HttpRequest, page: Query[Page], vendor: str = "") -> Table:
    """Every version, or those of the vendor of that name in the data; the latest first."""
    return paged(request, queries.versions(vendor), listing.versions, page)


def configuration(request: HttpRequest, id: int) -> ConfigurationSaid:
    """One version, by its number in the desk."""
    return _said(get_object_or_404(Version.objects.select_related("vendor"), pk=id if id < 2**63 else 0))


def configuration_in_force(request: HttpRequest, vendor: str, at: datetime | None = None) -> ConfigurationSaid:
    """The version in force for a vendor at an instant, without one now; an instant without its offset is New York's."""
    asked = at or clock.now()
    found = queries.in_force(vendor, asked if asked.tzinfo else asked.replace(tzinfo=clock.MARKET_ZONE))
    if found is None:
        raise Http404
    return _said(found)


def configurations_compared(request: HttpRequest, a: int, b: int, page: Query[Page]) -> Table:
    """In what version `b` differs from version `a`, by their numbers in the desk."""
    before, after = (get_object_or_404(Version.objects.select_related("vendor"), pk=pk if pk < 2**63 else 0) for pk in (a, b))
    return table(request, listing.comparison(before, after), page)


def venue_drift(request: HttpRequest, page: Query[Page], on: date | None = None) -> Table:
    """Venues on which the routers' configuration and the policy differ at the end of a day, without one today."""
    asked = on or clock.today()
    return table(request, listing.venues(queries.venue_drift(asked), asked), page)


def _said(row: Version) -> ConfigurationSaid:
    held = Analysis.objects.filter(version=row).first()
    return ConfigurationSaid(configuration=said.row(row), vendor=row.vendor.key, analysis=said.row(held) if held else None)


OPERATIONS = (
    Operation("GET", "/configurations", configurations, Table, "oversight.configuration.queries.versions", "vendors:read"),
    Operation("GET", "/configurations/{int:id}", configuration, ConfigurationSaid, "oversight.configuration.models.Version", "vendors:read"),
    Operation("GET", "/configurations/in-force", configuration_in_force, ConfigurationSaid, "oversight.configuration.queries.in_force", "vendors:read"),
    Operation("GET", "/configurations/compared", configurations_compared, Table, "oversight.configuration.terms.changes", "vendors:read"),
    Operation("GET", "/configurations/venues", venue_drift, Table, "oversight.configuration.queries.venue_drift", "vendors:read"),
)
