"""Suppressions: what is kept out of the queue, why, until when, and the proposal of another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight.access import actor_of, allow
from oversight.findings import actions, covering, publishing, queries, suppressing
from oversight.findings.forms import SuppressionForm
from oversight.findings.models import Suppression
from oversight.policy.queries import desk_limits
from oversight.roles import STAFF, WORKING
from oversight.sheets import respond

SCOPE = ("vendor", "venue", "symbol")


@allow(*STAFF)
@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Every suppression, those that cover something or wait first."""
    shown: dict[str, object] = {
        "is_published": publishing.is_published(),
        "rule": covering.RULE,
        "longest": desk_limits().longest_suppression_days,
        "may_propose": bool(actor_of(request).roles & set(WORKING)),
    }
    return respond(request, "findings/suppressions.html", shown, suppressing.sheet())


@allow(*STAFF)
@require_GET
def suppression(request: HttpRequest, pk: int) -> HttpResponse:
    """One suppression: its scope, its days, who proposed and approved it, and what it covers."""
    row = get_object_or_404(Suppression, pk=pk)
    shown = {
        "suppression": row,
        "covered": list(row.covered.order_by("-on", "pk")[:100]),
        "number": row.covered.count(),
        "history": queries.history(row),
        "would": queries.would_cover(row.check_id, {name: getattr(row, name) for name in SCOPE}).count(),
        "rule": covering.RULE,
    }
    return render(request, "findings/suppression.html", shown)


@allow(*WORKING)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """GET: the form, filled from the address. POST `preview`: what it would have covered; `propose`: propose it."""
    form = SuppressionForm(request.POST if request.method == "POST" else None, initial=request.GET.dict())
    would = None
    if request.method == "POST" and form.is_valid():
        if "propose" in request.POST:
            row = actions.propose(actor_of(request), form.instance)
            messages.success(request, "Proposed. A supervisor or compliance who did not propose it approves it.")
            return redirect(row)
        would = queries.would_cover(form.cleaned_data["check_id"], {name: form.cleaned_data[name] for name in SCOPE})
    shown = {
        "form": form,
        "would": would,
        "number": would.count() if would is not None else None,
        "few": list(would.order_by("-on", "pk")[:10]) if would is not None else [],
        "longest": desk_limits().longest_suppression_days,
        "rule": covering.RULE,
    }
    return render(request, "findings/propose.html", shown, status=400 if request.method == "POST" and not form.is_valid() else 200)
