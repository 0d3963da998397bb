"""The firm's limits."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, table
from oversight.policy import queries, terms
from oversight.policy.models import Version


class VersionSaid(Schema):
    """One version: its fields with the whole text of its files, each thing that it decides, and how the workspace differs from it."""

    version: dict[str, Any]
    terms: list[dict[str, Any]]
    drift: list[dict[str, str]]


def in_force(request: HttpRequest) -> VersionSaid:
    """The version in force now."""
    return _said(queries.in_force(), queries.drift())


def versions(request: HttpRequest, page: Query[Page]) -> Table:
    """Every version, the latest first."""
    return table(request, queries.sheet(), page)


def version(request: HttpRequest, number: int) -> VersionSaid:
    """One version, by its number."""
    return _said(Version.objects.filter(number=number).first() if number < 2**31 else None, ())


def _said(found: Version | None, drift: tuple[queries.Drift, ...]) -> VersionSaid:
    if found is None:
        raise Http404
    decided = [
        {"key": term.key, "value": term.value, "unit": term.unit, "meaning": term.meaning, "read_by": list(term.readers)} for term in terms.terms(found.files)
    ]
    return VersionSaid(version=said.row(found), terms=decided, drift=[{"name": one.name, "how": one.how} for one in drift])


OPERATIONS = (
    Operation("GET", "/policy", in_force, VersionSaid, "oversight.policy.queries.in_force", "policy:read"),
    Operation("GET", "/policy/versions", versions, Table, "oversight.policy.queries.sheet", "policy:read"),
    Operation("GET", "/policy/versions/{int:number}", version, VersionSaid, "oversight.policy.terms.terms", "policy:read"),
)
