"""Trading days, their samples and the received runs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bestexec import Problem
from oversight.access import actor_of, allow
from oversight.findings import actions, days, drawing, listing, proof, queries, sampling
from oversight.findings.models import Day, Draw, Finding, Run
from oversight.findings.views import order_url
from oversight.handling import queries as handling
from oversight.roles import STAFF, WORKING
from oversight.sheets import FORMATS, download, respond

PAGE = 70
"""Days on one page: a quarter."""
ORDERS = 25
"""Sampled orders on one page."""
STATEMENT = "I looked at the exceptions of this day, at how each was answered, and at its sample."


@allow(*STAFF)
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Every trading day received, the latest first."""
    found = Day.objects.order_by("-on")
    if request.GET.get("state") in Day.LIFECYCLE.keys:
        found = found.filter(state=request.GET["state"])
    if request.GET.get("format") in FORMATS:
        return download(days.sheet(days.held(list(found))), request.GET["format"])
    paged = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "findings/days.html", {"paged": paged, "days": days.held(list(paged)), "states": Day.LIFECYCLE.states})


@allow(*STAFF)
@require_GET
def day(request: HttpRequest, on: str) -> HttpResponse:
    """Everything of one trading day, and the form to sign it."""
    row = day_of(on)
    rows = Finding.objects.filter(on=row.on)
    sheet = listing.sheet(rows.order_by("rank", "due_at", "pk") if request.GET.get("format") in FORMATS else (), name=f"exceptions-{on}")
    before = Day.objects.filter(on__lt=row.on).order_by("-on").first()
    after = Day.objects.filter(on__gt=row.on).order_by("on").first()
    shown = {
        "day": row, "held": days.held([row])[0], "by_cause": listing.groups(rows.exclude(state="vanished")), "before": before, "after": after,
        "signatures": list(row.signatures.select_related("run")), "runs": list(Run.objects.filter(run_days__on=row.on).order_by("received_at")),
        "samples": queries.samples(Draw.objects.filter(on=row.on).order_by("pk")), "logged": list(handling.of_day(row.on)), "history": queries.history(row),
        "reasons": queries.why_not_signed(row, actor_of(request)), "statement": STATEMENT,
    }  # fmt: skip
    return respond(request, "findings/day.html", shown, sheet)


def day_of(on: str) -> Day:
    """The day that the address names; Http404 for none."""
    try:
        return get_object_or_404(Day, on=date.fromisoformat(on))
    except ValueError as error:
        raise Http404 from error


@allow(*STAFF)
@require_GET
def sample(request: HttpRequest) -> HttpResponse:
    """The sampled orders: what is left to look at first, then counts of each quarter."""
    state = request.GET.get("state", "drawn")
    items = sampling.listed(state, request.GET.get("day", ""))
    if request.GET.get("format") in FORMATS:
        return download(sampling.sheet(items), request.GET["format"])
    paged = Paginator(items, ORDERS).get_page(request.GET.get("page"))
    drawn = [(item, order_url(item)) for item in paged]
    shown = {"paged": paged, "drawn": drawn, "state": state, "quarters": sampling.quarters(), "counts": sampling.counts(), "rule": drawing.RULE}
    return render(request, "findings/sample.html", shown)


@allow(*STAFF)
@require_GET
def draw(request: HttpRequest, pk: int) -> HttpResponse:
    """One draw: its seed, its population, its orders; with `again=1`, whether it comes out the same when it is drawn again now."""
    row = get_object_or_404(Draw.objects.select_related("run"), pk=pk)
    try:
        outcome: Any = queries.redraw(row) if request.GET.get("again") else None
    except Problem as problem:
        outcome = None
        messages.error(request, str(problem))
    items = [(item, order_url(item)) for item in queries.samples([row])[0][1]]
    return render(request, "findings/draw.html", {"draw": row, "items": items, "outcome": outcome, "rule": drawing.RULE})


@allow(*STAFF)
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """The received runs, the latest first."""
    return respond(request, "findings/runs.html", {"waiting": queries.not_received()}, proof.sheet(queries.received()))


@allow(*STAFF)
@require_GET
def run(request: HttpRequest, pk: str) -> HttpResponse:
    """One received run: what went in, by which rules, what came out, what could not be judged."""
    row = get_object_or_404(queries.received(), pk=pk)
    parts, said = proof.parts(row)
    part = request.GET.get("part", "inputs")
    table = getattr(parts, part if part in ("outputs", "unjudged") else "inputs") if parts else None
    if table is not None and request.GET.get("format") in FORMATS:
        return download(table, request.GET["format"])
    shown = {
        "run": row,
        "table": table,
        "part": part,
        "said": said,
        "history": queries.history(row),
        "may_verify": bool(actor_of(request).roles & set(WORKING)),
    }
    return render(request, "findings/run.html", shown)


@allow(*WORKING)
@require_POST
def verify(request: HttpRequest, pk: str) -> HttpResponse:
    """Hold every byte of the run against its seal now."""
    is_intact, words = actions.verify(actor_of(request), get_object_or_404(Run, pk=pk))
    (messages.success if is_intact else messages.error)(request, words)
    return redirect(reverse("findings:run", args=[pk]))
