"""Sealed runs, received and to be received."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Schema

from oversight.api import said
from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.arrivals import actions as arrivals
from oversight.findings import actions, proof, queries
from oversight.findings.models import Run
from oversight.roles import WORKING


class RunSaid(Schema):
    """One received run, and the trading days that it is in force for."""

    run: dict[str, Any]
    in_force_for: list[str]


class Waiting(Schema):
    """Sealed runs of the workspace that the desk has not received."""

    runs: list[str]


class Verified(Schema):
    """Whether every byte is as it was sealed, in words."""

    is_intact: bool
    words: str


class Received(Schema):
    """What a receipt did, in numbers of exceptions, of days signed before, of orders drawn; `held` says a line for each kind of promise it was held against."""

    run: str
    opened: int
    opened_high: int
    late: int
    measured_again: int
    vanished: int
    recurred: int
    suppressed: int
    days_late: int
    drawn: int
    held: list[str]


def runs(request: HttpRequest, page: Query[Page]) -> Table:
    """The runs received, the latest first."""
    return paged(request, queries.received(), proof.sheet, page)


def waiting(request: HttpRequest) -> Waiting:
    """The sealed runs of the workspace that were not received yet."""
    return Waiting(runs=list(queries.not_received()))


def run(request: HttpRequest, id: str) -> RunSaid:
    """One run, by its whole id."""
    found = get_object_or_404(Run, pk=id)
    return RunSaid(run=said.row(found), in_force_for=[str(day.on) for day in found.run_days.filter(is_current=True)])


def receive(request: HttpRequest, id: str) -> Received:
    """Receive a sealed run of the workspace, verified first, once, and hold it against every promise."""
    held: list[str] = []
    receipt = arrivals.receive(caller_of(request).by, id, held.append)
    return Received(run=receipt.run.pk, held=held, **{name: getattr(receipt, name) for name in Received.model_fields if name not in ("run", "held")})


def verify(request: HttpRequest, id: str) -> Verified:
    """Hold every byte of a received run against its seal now."""
    is_intact, words = actions.verify(caller_of(request).by, get_object_or_404(Run, pk=id))
    return Verified(is_intact=is_intact, words=words)


OPERATIONS = (
    Operation("GET", "/runs", runs, Table, "oversight.findings.queries.received", "runs:read"),
    Operation("GET", "/runs/waiting", waiting, Waiting, "oversight.findings.queries.not_received", "runs:read"),
    Operation("GET", "/runs/{id}", run, RunSaid, "oversight.findings.models.Run", "runs:read"),
    Operation("POST", "/runs/{id}/receive", receive, Received, "oversight.arrivals.actions.receive", "runs:receive", WORKING),
    Operation("POST", "/runs/{id}/verify", verify, Verified, "oversight.findings.actions.verify", "runs:receive", WORKING),
)
