"""The firm's pages of corrective plans: the list, one version, one item, asking, rejecting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.cases.models import Case
from oversight.lifecycle import Refusal, offered
from oversight.plans import actions, queries, tables
from oversight.plans.forms import AskForm, RejectForm, SummaryForm
from oversight.plans.lifecycle import JUDGES, KEEPERS
from oversight.plans.models import Plan
from oversight.roles import STAFF
from oversight.rooms.queries import answering
from oversight.vendors.queries import vendors


@allow(*STAFF)
@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """Every version, the items being carried out, and the cases whose plan is to be asked for."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "vendor")}
    found = queries.plans(**asked)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    live = list(queries.live_items().exclude(state__in=("dropped", "confirmed")))
    items = tables.items(live, queries.trends(live))
    may_ask = bool(actor_of(request).roles & set(KEEPERS))
    context = {
        "page": page,
        "asked": asked,
        "states": queries.STATES,
        "vendors": vendors(),
        "waiting": list(queries.to_ask()),
        "may_ask": may_ask,
        "items": items,
    }
    return sheets.respond(request, "plans/plans.html", context, tables.sheet(found if request.GET.get("format") in sheets.FORMATS else page), items)


@allow(*STAFF)
@require_GET
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its items, how it differs from the one before, and what can be done with it. A vendor's draft is not shown."""
    row = _plan(pk)
    by = actor_of(request)
    items = list(row.held.select_related("configuration__vendor")) if row.is_shown_to_firm else []
    for item in items:
        item.plan = row
    named = {move.name for move in offered(row.LIFECYCLE, row, person=by.key, roles=by.roles)}
    shown = {
        "row": row, "items": _with_trends(items), "may_write": row.state == "written" and bool(by.roles & set(KEEPERS)),
        "differing": queries.differences(row.base, row) if row.base and row.is_shown_to_firm else [], "summary": SummaryForm(initial={"summary": row.summary}),
        "others": list(queries.plans().filter(case=row.case).exclude(pk=row.pk)), "may_reject": "reject" in named, "able": list(answering(row.case.vendor.key)),
        "may_ask": row.state == "accepted" and bool(by.roles & set(KEEPERS)) and queries.current(row.case) is None and row.case.is_open,
    }  # fmt: skip
    return render(request, "plans/plan.html", shown)


@allow(*STAFF)
@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: its terms, what the vendor showed, the figure run by run."""
    row = queries.item(pk)
    if row is None or not row.plan.is_shown_to_firm:
        raise Http404
    trend = queries.trends([row])[row.pk]
    return sheets.respond(request, "plans/item.html", {"item": row, "trend": trend, "retested": queries.retested(row)}, tables.trend(row, trend, is_firm=True))


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, case: int) -> HttpResponse:
    """Ask the vendor for a plan, or for another version of the one that holds."""
    row = get_object_or_404(Case.objects.select_related("vendor"), pk=case)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(actor_of(request), row, form.cleaned_data["asked_for"], due_on=form.cleaned_data["due_on"])
        except Refusal as refusal:
            form.add_error(None, refusal.words)
        else:
            messages.success(request, f"Asked. The plan is owed by {made.due_on}.")
            return redirect(made.get_absolute_url())
    shown = {"case": row, "form": form, "able": list(answering(row.vendor.key))}
    return render(request, "plans/ask.html", shown, status=400 if request.method == "POST" else 200)


@allow(*JUDGES)
@require_http_methods(["GET", "POST"])
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject the vendor's version, with a reason for each item that does not do."""
    row = _plan(pk)
    if row.state not in ("submitted", "proposed"):
        raise Refusal(f"A version is rejected after the vendor submitted it; this one is “{row.state_title}”.")
    form = RejectForm(request.POST if request.method == "POST" else None, plan=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reject(actor_of(request), row, form.cleaned_data["rejection"], objections=form.objections)
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error(None, refusal.words)
        else:
            messages.success(request, "Rejected. The vendor was asked for the next version, with its items in it.")
            return redirect(row.get_absolute_url())
    return render(request, "plans/reject.html", {"row": row, "form": form}, status=400 if request.method == "POST" else 200)


def _plan(pk: int) -> Plan:
    row = queries.plan(pk)
    if row is None:
        raise Http404
    return row


def _with_trends(items: list[Any]) -> list[tuple[Any, Any]]:
    found = queries.trends(items)
    return [(item, found[item.pk]) for item in items]
