"""The pages of what going live needs: test reports, market access, exit plans."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight.access import actor_of, allow
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors import actions, past
from oversight.vendors.forms import AccessControlForm, ExitPlanForm, StepForms, TestReportForm, steps_in
from oversight.vendors.kinds import HOLDERS
from oversight.vendors.lifecycle import KEEPERS, READERS
from oversight.vendors.models import Vendor
from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport
from oversight.vendors.readiness_actions import PLAN
from oversight.vendors.views import attempt, form_page


@allow(*STAFF)
@require_GET
def test_report(request: HttpRequest, pk: int) -> HttpResponse:
    """One test report."""
    row = get_object_or_404(TestReport.objects.select_related("vendor", "report"), pk=pk)
    return render(request, "vendors/test_report.html", {"row": row, "why": past.why(*row.subject, "reject")})


@allow(*READERS)
@require_http_methods(["GET", "POST"])
def file_test_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a test report on the vendor's file."""
    vendor, by = get_object_or_404(Vendor, pk=pk), actor_of(request)
    form = TestReportForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        title = f"Test report of {vendor}, {form.cleaned_data['suite']}"
        row = attempt(form, lambda: actions.file_test_report(by, vendor, report=form.filing(by, title), **form.facts()))
        if row:
            messages.success(request, "Filed. A second person accepts it.")
            return redirect(row.get_absolute_url())
    return form_page(request, form, f"A test report of {vendor}", vendor.get_absolute_url(), "File it", is_multipart=True)


@allow(*STAFF)
@require_GET
def access_control(request: HttpRequest, pk: int) -> HttpResponse:
    """One statement on market access."""
    row = get_object_or_404(AccessControl.objects.select_related("vendor", "evidence"), pk=pk)
    return render(request, "vendors/access_control.html", {"row": row, "held_by": HOLDERS[row.holder_kind], "why": past.why(*row.subject, "reject")})


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def state_access_control(request: HttpRequest, pk: int) -> HttpResponse:
    """State who holds market-access control for orders through this vendor."""
    vendor, by = get_object_or_404(Vendor, pk=pk), actor_of(request)
    form = AccessControlForm(**posted(request))
    if request.method == "POST" and form.is_valid():
        title = f"Market-access control for {vendor}"
        row = attempt(form, lambda: actions.state_access_control(by, vendor, evidence=form.filing(by, title), **form.facts()))
        if row:
            messages.success(request, "Stated. A second person confirms it.")
            return redirect(row.get_absolute_url())
    words = "17 CFR 240.15c3-5: the controls are under the direct and exclusive control of the broker-dealer that provides the access to the market."
    return form_page(request, form, f"Market-access control for {vendor}", vendor.get_absolute_url(), "State it", is_multipart=True, said=words)


@allow(*STAFF)
@require_GET
def exit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of an exit plan."""
    row = get_object_or_404(ExitPlan.objects.select_related("vendor", "fallback_vendor", "fallback_evidence", "base"), pk=pk)
    by = actor_of(request)
    shown = {
        "row": row, "is_own_draft": row.state == "draft" and row.drafted_by == by.key, "may_keep": bool(by.roles & set(KEEPERS)),
        "is_stale": row.state in ("draft", "proposed") and not row.is_on_latest, "why": past.why(*row.subject, "reject", "withdraw"),
    }  # fmt: skip
    return render(request, "vendors/exit_plan.html", shown)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def draft_exit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The next version of the exit plan, beginning with the words of the approved one."""
    vendor = get_object_or_404(Vendor, pk=pk)
    source = ExitPlan.objects.filter(vendor=vendor, state="approved").first()
    return _plan(request, vendor, source, lambda facts: actions.draft_plan(actor_of(request), vendor, **facts))


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def revise_exit_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft of one's own."""
    row = get_object_or_404(ExitPlan.objects.select_related("vendor"), pk=pk)
    if row.state != "draft":
        raise Refusal(f"This version is {row.state_title}; its words no longer change. Draft the next one.")
    return _plan(request, row.vendor, row, lambda facts: actions.revise_plan(actor_of(request), row, **facts))


def _plan(request: HttpRequest, vendor: Vendor, source: ExitPlan | None, act: Any) -> HttpResponse:
    begun = {name: getattr(source, name) for name in PLAN} if source else {}
    sent = request.POST if request.method == "POST" else None
    form, steps = ExitPlanForm(**posted(request), vendor=vendor, initial=begun), StepForms(sent, initial=None if sent else begun.get("steps"), prefix="steps")
    if sent is not None and form.is_valid() and steps.is_valid():
        facts, title = {name: form.cleaned_data[name] for name in PLAN if name != "steps"}, f"Test of the fallback of {vendor}"
        row = attempt(form, lambda: act({**facts, "steps": steps_in(steps), "fallback_evidence": form.filing(actor_of(request), title)}))
        if row:
            messages.success(request, "Saved as a draft. Look at it, then propose it.")
            return redirect(row.get_absolute_url())
    return form_page(request, form, f"Exit plan of {vendor}", vendor.get_absolute_url(), "Save the draft", template="vendors/exit_plan_form.html", steps=steps)
