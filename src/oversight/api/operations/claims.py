"""What vendors promised, and what the data say of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.claims import queries, tables
from oversight.claims.models import Claim
from oversight.claims.queries import Line
from oversight.claims.standing import BY_KEY
from oversight.lifecycle import Refusal
from oversight.sheets import Sheet


class ClaimSaid(Schema):
    """One claim: its terms in words, how it stands today, on how many fills or orders of which period."""

    claim: dict[str, Any]
    vendor: str
    terms: str
    standing: str
    why: str
    n: int | None
    first: date | None
    last: date | None


def claims(
    request: HttpRequest, page: Query[Page], vendor: str = "", standing: str = "", origin: str = "", area: str = "", on: date | None = None
) -> Table:  # fmt: skip
    """The claims in force, what needs a person first: of a vendor (its name in the data), a standing, a kind of origin, an area, today or on a day."""
    if standing and standing not in BY_KEY:
        raise Refusal(f"There is no standing “{standing[:40]}”. There are {', '.join(BY_KEY)}.")
    found = queries.ledger(vendor=vendor, origin=origin, area=area, on=on)
    return paged(request, [line for line in found if standing in ("", line.standing.key)], _drawn, page)


def claim(request: HttpRequest, id: int) -> ClaimSaid:
    """One claim, by its number."""
    row = _claim(id)
    stands = queries.lines([row])[0].standing
    return ClaimSaid(
        claim=said.row(row), vendor=row.vendor.key, terms=row.terms, standing=stands.key, why=stands.why, n=stands.n, first=stands.first, last=stands.last
    )


def claim_tests(request: HttpRequest, page: Query[Page], id: int) -> Table:
    """The tests of one claim, the latest first."""
    row = _claim(id)
    return paged(request, queries.tests_of(row), lambda found: tables.tests(row, found), page)


def _claim(pk: int) -> Claim:
    return get_object_or_404(Claim.objects.select_related("vendor"), pk=pk if pk < 2**63 else 0)


def _drawn(found: list[Line]) -> Sheet:
    return tables.ledger(found, queries.origins(line.claim for line in found))


OPERATIONS = (
    Operation("GET", "/claims", claims, Table, "oversight.claims.queries.ledger", "vendors:read"),
    Operation("GET", "/claims/{int:id}", claim, ClaimSaid, "oversight.claims.models.Claim", "vendors:read"),
    Operation("GET", "/claims/{int:id}/tests", claim_tests, Table, "oversight.claims.queries.tests_of", "vendors:read"),
)
