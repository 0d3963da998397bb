"""The pages of arrangements and of reliance on somebody's review under one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors import actions, listing, past
from oversight.vendors.arranging import Arrangement, Reliance
from oversight.vendors.forms import ArrangementForm, CorrectionForm, RelianceForm
from oversight.vendors.kinds import CAPACITIES, KINDS
from oversight.vendors.lifecycle import KEEPERS
from oversight.vendors.models import Vendor
from oversight.vendors.views import attempt, form_page


@allow(*STAFF)
@require_GET
def arrangement(request: HttpRequest, pk: int) -> HttpResponse:
    """One arrangement: what it is, what follows from it, whether a review can be relied on under it, and the quarters relied on."""
    found = Arrangement.objects.select_related("vendor").prefetch_related(Prefetch("reliances", Reliance.objects.select_related("arrangement")))
    row = get_object_or_404(found, pk=pk)
    table = listing.reliances(row.reliances.all())
    may_keep = bool(actor_of(request).roles & set(KEEPERS))
    why = past.why(*row.subject, "reject", "withdraw", "end")
    shown = {"row": row, "capacity": CAPACITIES[row.capacity], "may_keep": may_keep, "why": why}
    return sheets.respond(request, "vendors/arrangement.html", shown, table)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Write an arrangement down."""
    vendor = get_object_or_404(Vendor, pk=pk)
    form = ArrangementForm(request.POST if request.method == "POST" else None, initial={"party": vendor.name})
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: actions.draft_arrangement(actor_of(request), vendor, **form.facts()))
        if row:
            messages.success(request, "Drafted. File the signed agreement below; then a second person approves it.")
            return redirect(row.get_absolute_url())
    back = vendor.get_absolute_url()
    return form_page(request, form, f"An arrangement with {vendor}", back, "Save the draft", template="vendors/arrangement_form.html", kinds=KINDS)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft before a second person decides."""
    row = get_object_or_404(Arrangement, pk=pk)
    if row.state != "drafted":
        raise Refusal("A second person decided on this arrangement, so its words no longer change. Draft another one.")
    form = CorrectionForm(request.POST if request.method == "POST" else None, instance=get_object_or_404(Arrangement, pk=pk))
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if attempt(form, lambda: actions.correct_arrangement(actor_of(request), row, why=why, **form.facts())):
            messages.success(request, "Corrected. The record keeps what stood here before.")
            return redirect(row.get_absolute_url())
    return form_page(request, form, "Correct the arrangement", row.get_absolute_url(), "Correct it", template="vendors/arrangement_form.html", kinds=KINDS)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def open_reliance(request: HttpRequest, pk: int) -> HttpResponse:
    """Mean to rely on the other firm's review of a quarter; refused in words where the rule does not let us."""
    row = get_object_or_404(Arrangement, pk=pk)
    if row.why_no_reliance:
        raise Refusal(f"{row}: {row.why_no_reliance}")
    form = RelianceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.open_reliance(actor_of(request), row, **form.cleaned_data))
        if made:
            messages.success(request, "Opened. Ask for results and rationale, file them below and note that they came.")
            return redirect(made.get_absolute_url())
    return form_page(request, form, f"Rely on the review of {row.party}", row.get_absolute_url(), "Open it")


@allow(*STAFF)
@require_GET
def reliance(request: HttpRequest, pk: int) -> HttpResponse:
    """One reliance: received, read, challenged, each with its evidence, its day and its person."""
    found = Reliance.objects.select_related("arrangement__vendor", "results", "rationale", "reading_file", "challenge_file")
    row = get_object_or_404(found, pk=pk)
    return render(request, "vendors/reliance.html", {"row": row, "why": past.why(*row.subject, "refuse")})
