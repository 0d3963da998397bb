"""Duties, what they owe, how they stood on any day, the profile."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight import clock
from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.lifecycle import Refusal
from oversight.obligations import assessment, listing, profile, queries, standing
from oversight.obligations.models import Duty, SelfAssessment


class OwedSaid(Schema):
    """What a duty owes for one period. `standing` says how it stands today, `asked` who is asked: an account's key, empty for the role of the owner."""

    owed: dict[str, Any]
    duty: dict[str, Any]
    standing: str
    asked: str
    is_late: bool
    is_proved: bool


class DutySaid(Schema):
    """A duty. `rule` says in words how often; `asked` is who is asked today."""

    duty: dict[str, Any]
    rule: str
    asked: str


def owed(request: HttpRequest, page: Query[Page], show: str = "open", owner: str = "", severity: str = "", vendor: str = "", q: str = "") -> Table:
    """What duties owe, by their day; `show` is open, missed, next, running, waiting, waiver, mine, done, late, waived or all."""
    found = queries.listed(show=show, owner=owner, severity=severity, vendor=vendor, text=q, key=caller_of(request).by.key)
    return paged(request, found.prefetch_related("escalations"), listing.owed_sheet, page)


def owed_one(request: HttpRequest, id: int) -> OwedSaid:
    """What a duty owes for one period, by its number."""
    row = get_object_or_404(queries.occurrences(), pk=_number(id))
    asked = queries.Asked.today().person(row.duty)
    return OwedSaid(owed=said.row(row), duty=said.row(row.duty), standing=listing.standing(row), asked=asked, is_late=row.is_late, is_proved=row.is_proved)


def duties(request: HttpRequest, page: Query[Page], state: str = "", owner: str = "", every: str = "", q: str = "") -> Table:
    """Every duty, on or off, with its owner and its rhythm."""
    return paged(request, queries.duties(state=state, owner=owner, every=every, text=q), listing.duty_sheet, page)


def duty(request: HttpRequest, id: int) -> DutySaid:
    """One duty, by its number."""
    row = get_object_or_404(Duty, pk=_number(id))
    return DutySaid(duty=said.row(row), rule=row.rule.spoken, asked=queries.Asked.today().person(row))


def duties_of_day(request: HttpRequest, on: date) -> Table:
    """How duties stood at the end of a day, as the record knew it then."""
    _past(on)
    return table(request, standing.sheet(standing.as_of(on), on))


def obligation_profile(request: HttpRequest, on: date | None = None) -> Table:
    """The answers of the obligation profile, now or at the end of a day, and the duties that each switches on."""
    if on:
        _past(on)
    return table(request, profile.sheet(profile.standings(on), on))


def gaps(request: HttpRequest, id: int) -> Table:
    """The gaps of a self-assessment, the heaviest first."""
    return table(request, assessment.gap_sheet(get_object_or_404(SelfAssessment, pk=_number(id))))


def _number(id: int) -> int:
    return id if id < 2**63 else 0


def _past(on: date) -> None:
    if on > clock.today():
        raise Refusal("This day is not over yet. What stood is known up to today.")


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/duties/owed", owed, Table, "oversight.obligations.queries.listed", "vendors:read"),
    Operation("GET", "/duties/owed/{int:id}", owed_one, OwedSaid, "oversight.obligations.queries.occurrences", "vendors:read"),
    Operation("GET", "/duties", duties, Table, "oversight.obligations.queries.duties", "vendors:read"),
    Operation("GET", "/duties/{int:id}", duty, DutySaid, "oversight.obligations.models.Duty", "vendors:read"),
    Operation("GET", "/duties/days/{on}", duties_of_day, Table, "oversight.obligations.standing.as_of", "vendors:read"),
    Operation("GET", "/duties/profile", obligation_profile, Table, "oversight.obligations.profile.standings", "vendors:read"),
    Operation("GET", "/duties/self-assessments/{int:id}/gaps", gaps, Table, "oversight.obligations.assessment.gap_sheet", "vendors:read"),
)
