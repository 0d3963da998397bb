"""Exceptions, days, samples, suppressions, the handling log."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Body, Field, Query, Schema

from bestexec import Problem
from oversight import moving
from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged, table
from oversight.findings import actions, days, listing, queries, sampling, suppressing
from oversight.findings.models import Day, Finding
from oversight.handling import queries as handling
from oversight.lifecycle import offered, refuse
from oversight.roles import WORKING


class Asked(Schema):
    """The filters of the queue; what somebody must still do something about, unless `state` says otherwise."""

    day: str = Field("", description="trading date, YYYY-MM-DD")
    since: str = Field("", description="first trading date")
    until: str = Field("", description="last trading date")
    severity: str = Field("", description="high, medium, low or info")
    check: str = Field("", description="id of a check, such as EXE-101")
    vendor: str = ""
    venue: str = ""
    symbol: str = ""
    order: str = Field("", description="order id")
    owner: str = Field("", description="account key, “me” or “nobody”")
    state: str = Field("", description="a state of the lifecycle, or “all”")
    cause: str = Field("", description="cause code")
    late: str = Field("", description="1: open past their clock")
    q: str = Field("", description="words")


class FindingSaid(Schema):
    """One exception: its fields, its numbers as they were sealed, the moves open to the caller."""

    finding: dict[str, Any]
    numbers: Any
    state: str
    moves: list[str]


class Given(Schema):
    """What a move needs: the fields that its form asks for at the desk, and why."""

    why: str = Field("", max_length=4000)
    fields: dict[str, str] = Field(default_factory=dict, description="such as cause_code, customer_impact, answer")


class DaySaid(Schema):
    """One trading day: state, signatures, what it holds."""

    day: dict[str, Any]
    holds: dict[str, Any]
    signatures: list[dict[str, Any]]


def findings(request: HttpRequest, ask: Query[Asked], page: Query[Page]) -> Table:
    """The queue of exceptions, worst and most urgent first."""
    found = listing.listed(listing.asked({name: str(each) for name, each in ask.dict().items()}), caller_of(request).account.key)
    return paged(request, found.order_by("rank", "due_at", "pk"), listing.sheet, page)


def finding(request: HttpRequest, id: int) -> FindingSaid:
    """One exception, by its number."""
    return _said(request, _finding(request, id))


def move(request: HttpRequest, id: int, name: str, given: Body[Given]) -> FindingSaid:
    """Make any move of its lifecycle that is open to the token's owner."""
    row, by = _finding(request, id), caller_of(request).by
    the_move = row.LIFECYCLE.move(name)
    refuse(row.LIFECYCLE, the_move, row, person=by.key, roles=by.roles, given=dict.fromkeys(the_move.needs, "given"))
    form = moving.form_of(row, the_move, {**given.fields, "why": given.why})
    unknown = set(given.fields) - set(form.fields)
    if unknown:
        raise Problem(f"`{min(unknown)}` is not asked for here", where="fields", do=f"{name} asks for: {', '.join(form.fields)}")
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Problem(errors[0], where=field, do=f"{name} asks for: {', '.join(form.fields)}")
    made = moving.make(by, row, name, {field: each for field, each in form.cleaned_data.items() if each not in (None, "")})
    assert isinstance(made, Finding)
    return _said(request, made)


def take(request: HttpRequest, id: int) -> FindingSaid:
    """Make the token's owner the owner of an exception."""
    row = _finding(request, id)
    return _said(request, actions.take(caller_of(request).by, [row])[0])


def every_day(request: HttpRequest, page: Query[Page]) -> Table:
    """The trading days, the latest first: what each holds, who signed."""
    return paged(request, Day.objects.order_by("-on"), lambda rows: days.sheet(days.held(rows)), page)


def day(request: HttpRequest, on: date) -> DaySaid:
    """One trading day."""
    found = get_object_or_404(Day, on=on)
    holds = days.held([found])[0]
    numbers = {name: said.value(getattr(holds, name)) for name in holds.__dataclass_fields__ if name != "day"}
    return DaySaid(day=said.row(found), holds=numbers, signatures=[said.row(signature) for signature in found.signatures.all()])


def sample(request: HttpRequest, page: Query[Page]) -> Table:
    """The sampled orders that nobody has looked at, and those about which something is asked."""
    return table(request, sampling.sheet([*queries.questioned(), *queries.sample_left()]), page)


def suppressions(request: HttpRequest, page: Query[Page]) -> Table:
    """The suppressions, the latest first."""
    return table(request, suppressing.sheet(), page)


def handled(request: HttpRequest, page: Query[Page], on: date | None = None) -> Table:
    """The handling log: overrides, outages, failovers, error-account trades."""
    return paged(request, handling.happenings(on=on), handling.sheet, page)


def _finding(request: HttpRequest, pk: int) -> Finding:
    row = Finding.objects.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if row is None or not row.is_visible_to(caller_of(request).account):
        raise Http404
    return row


def _said(request: HttpRequest, row: Finding) -> FindingSaid:
    by = caller_of(request).by
    moves = [each.name for each in offered(row.LIFECYCLE, row, person=by.key, roles=by.roles)]
    return FindingSaid(finding=said.row(row), numbers=json.loads(row.numbers, parse_float=str), state=row.state_title, moves=moves)


OPERATIONS = (
    Operation("GET", "/findings", findings, Table, "oversight.findings.listing.listed", "findings:read"),
    Operation("GET", "/findings/{int:id}", finding, FindingSaid, "oversight.findings.models.Finding", "findings:read"),
    Operation("POST", "/findings/{int:id}/moves/{name}", move, FindingSaid, "oversight.moving.make", "findings:write", WORKING),
    Operation("POST", "/findings/{int:id}/take", take, FindingSaid, "oversight.findings.actions.take", "findings:write", WORKING),
    Operation("GET", "/days", every_day, Table, "oversight.findings.days.held", "findings:read"),
    Operation("GET", "/days/{on}", day, DaySaid, "oversight.findings.days.held", "findings:read"),
    Operation("GET", "/sample", sample, Table, "oversight.findings.queries.sample_left", "findings:read"),
    Operation("GET", "/suppressions", suppressions, Table, "oversight.findings.suppressing.sheet", "findings:read"),
    Operation("GET", "/handling", handled, Table, "oversight.handling.queries.happenings", "findings:read"),
)
