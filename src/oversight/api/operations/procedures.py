"""The written supervisory procedures: what is in force, how old its evidence is, which checks they claim, who has read them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight import clock
from oversight.api import said
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.procedures import printing, queries
from oversight.procedures.models import Section, Version


class ProvedSaid(Schema):
    """One kind of evidence of a section, and how it stands."""

    kind: str
    what: str
    days: int
    state: str
    last_on: date | None
    good_until: date


class SectionSaid(Schema):
    """One section: the version in force with all that it says, its evidence, every version's state."""

    section: dict[str, Any]
    in_force: dict[str, Any] | None
    evidence: list[ProvedSaid]
    versions: list[dict[str, Any]]


class PrintedSaid(Schema):
    """The procedures of a day: what was in force, and what was unapproved or adrift."""

    on: date
    identity: str
    in_force: list[dict[str, Any]]
    adrift: list[dict[str, str]]


def sections(request: HttpRequest, page: Query[Page], chapter: str = "", state: str = "") -> Table:
    """Every section, those with lapsed evidence first."""
    return paged(request, queries.found(chapter=chapter, state=state), queries.sheet, page)


def procedure(request: HttpRequest, id: int) -> SectionSaid:
    """One section, by its number."""
    row = get_object_or_404(Section, pk=id if id < 2**63 else 0)
    standing = queries.standing_of(row)
    version = standing.version if standing else None
    proved = [
        ProvedSaid(kind=one.proof.kind, what=one.proof.what, days=one.proof.days, state=one.age.state, last_on=one.age.last_on, good_until=one.age.good_until)
        for one in (standing.proved if standing else ())
    ]
    versions = [said.row(each) for each in row.versions.order_by("-number")]
    return SectionSaid(section=said.row(row), in_force=said.row(version) if version else None, evidence=proved, versions=versions)


def procedures_by_age(request: HttpRequest, page: Query[Page], on: date | None = None) -> Table:
    """The sections in force by the age of their evidence, as of any day."""
    return table(request, queries.sheet_by_age(on), page)


def claimed_checks(request: HttpRequest, page: Query[Page]) -> Table:
    """Every check of the library with the sections in force that claim it."""
    return table(request, queries.sheet_of_checks(), page)


def attestations(request: HttpRequest, page: Query[Page], state: str = "") -> Table:
    """Who is asked to read what, who has attested, who is overdue."""
    return paged(request, queries.attestations(state=state), queries.sheet_of_attestations, page)


def procedures_printed(request: HttpRequest, on: date | None = None) -> PrintedSaid:
    """The procedures as of a day, from approved versions alone, with what was unapproved or adrift."""
    printed = printing.as_of(on or clock.today())
    held = [_in_force(one.version) for one in printed.sections if one.version]
    adrift = [{"kind": title, "what": one.what, "how": one.how} for title, ones in printed.adrift for one in ones]
    return PrintedSaid(on=printed.day, identity=printed.identity, in_force=held, adrift=adrift)


def _in_force(version: Version) -> dict[str, Any]:
    return {"chapter": version.section.chapter, **said.row(version)}


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/procedures", sections, Table, "oversight.procedures.queries.found", "vendors:read"),
    Operation("GET", "/procedures/by-age", procedures_by_age, Table, "oversight.procedures.queries.sheet_by_age", "vendors:read"),
    Operation("GET", "/procedures/checks", claimed_checks, Table, "oversight.procedures.queries.claims_of", "vendors:read"),
    Operation("GET", "/procedures/attestations", attestations, Table, "oversight.procedures.queries.attestations", "vendors:read"),
    Operation("GET", "/procedures/printed", procedures_printed, PrintedSaid, "oversight.procedures.printing.as_of", "vendors:read"),
    Operation("GET", "/procedures/{int:id}", procedure, SectionSaid, "oversight.procedures.queries.standing_of", "vendors:read"),
)
