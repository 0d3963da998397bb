"""The pages of a refresh: the list, one refresh, what is asked in it, and its paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.refreshes import actions, queries
from oversight.refreshes.approval import YEAR, approval_of
from oversight.refreshes.forms import AssessmentForm, ChangesForm, ConditionForm, NamingForm, OpenForm, QuestionForm
from oversight.refreshes.lifecycle import KEEPERS
from oversight.refreshes.models import WRITING, Refresh
from oversight.refreshes.paper import paper as paper_of
from oversight.refreshes.paper import signed
from oversight.refreshes.printing import pdf
from oversight.roles import SENIOR_MANAGER, STAFF, VENDOR_MANAGER
from oversight.vendors.views import attempt


@allow(*STAFF)
@require_GET
def refreshes(request: HttpRequest) -> HttpResponse:
    """Until when each vendor is approved, and every refresh."""
    state, vendor = (request.GET.get(name, "").strip() for name in ("state", "vendor"))
    standing = queries.standing()
    listed, held = queries.sheet(queries.refreshes(state=state, vendor=vendor)), queries.standing_sheet(standing)
    shown = {
        "standing": held, "states": queries.STATES, "asked": {"state": state, "vendor": vendor}, "vendors": [one.vendor for one in standing],
        "to_open": queries.to_open(), "may_open": bool(actor_of(request).roles & set(KEEPERS)),
    }  # fmt: skip
    return sheets.respond(request, "refreshes/refreshes.html", shown, listed, held)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def open_refresh(request: HttpRequest) -> HttpResponse:
    """Open the refresh of a vendor that is due next."""
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"vendor": request.GET.get("vendor")})
    if request.method == "POST" and form.is_valid() and (row := attempt(form, lambda: actions.open_refresh(actor_of(request), **form.cleaned_data))):
        messages.success(request, "Opened. Say first what changed in the year.")
        return redirect(row.get_absolute_url())
    words = (
        "The year counts from the last completed diligence or refresh. The questions on what changed are copied into it, so that they stay as they were asked."
    )
    return _asked(request, form, title="Open a refresh", words=words, button="Open it", back=reverse("refreshes:refreshes"))


@allow(*STAFF)
@require_GET
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """One refresh: where it stands, what is next, what was answered, gathered, asked and acknowledged."""
    row = _row(pk)
    changes = list(row.changes.order_by("place"))
    by = actor_of(request)
    roles, mine = by.roles, queries.mine(row, by.key)
    shown = {
        "row": row, "changes": changes, "left": sum(not one.changed for one in changes), "gathering": queries.gathering(row), "mine": mine,
        "acknowledgements": list(row.acknowledgements.all()), "questions": list(row.questions.order_by("pk")),
        "conditions": list(row.conditions.order_by("due_on", "pk")), "approval": approval_of(row.vendor),
        "may_answer": VENDOR_MANAGER in roles and row.state in WRITING, "may_write": VENDOR_MANAGER in roles and row.state == "gathered",
        "may_set": bool(roles & set(KEEPERS)) and row.state in WRITING, "may_name": bool(roles & set(KEEPERS)) and row.state in (*WRITING, "drafted"),
        "may_ask": SENIOR_MANAGER in roles and row.state == "presented" and mine is not None, "ask": QuestionForm(),
        "renewed_until": row.completed_on + YEAR if row.completed_on and row.renews else None,
    }  # fmt: skip
    return render(request, "refreshes/refresh.html", shown)


@allow(VENDOR_MANAGER)
@require_http_methods(["GET", "POST"])
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what changed, all on one page; what is left empty is left for later."""
    row = _row(pk)
    form = ChangesForm(row.changes.order_by("place"), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        count = attempt(form, lambda: actions.answer_changes(actor_of(request), row, form.said()))
        if count is not None:
            messages.success(request, f"{count} answer{'' if count == 1 else 's'} kept.")
            return redirect(row.get_absolute_url())
    return render(request, "refreshes/changes.html", {"row": row, "form": form}, status=400 if request.method == "POST" else 200)


@allow(VENDOR_MANAGER)
@require_http_methods(["GET", "POST"])
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the assessment and the recommendation, with what was gathered beside them."""
    row = _row(pk)
    form = AssessmentForm(request.POST if request.method == "POST" else None, initial={"assessment": row.assessment, "recommendation": row.recommendation})
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.write(actor_of(request), row, **form.cleaned_data)):
        messages.success(request, "Kept. Hand the paper in when it is complete.")
        return redirect(row.get_absolute_url())
    return _asked(request, form, title="Assessment and recommendation", button="Keep it", row=row, paper=paper_of(row))


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def condition(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a condition on which the vendor is retained."""
    row = _row(pk)
    form = ConditionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.set_condition(actor_of(request), row, **form.cleaned_data)):
        messages.success(request, "The condition is set.")
        return redirect(row.get_absolute_url())
    return _asked(request, form, title="Set a condition", button="Set it", row=row)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def managers(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the senior managers to whom the paper is presented."""
    row = _row(pk)
    choices = queries.senior_managers(row)
    form = NamingForm(choices, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.name_managers(actor_of(request), row, form.cleaned_data["people"])
        messages.success(request, "Named. They are told when the paper is presented.")
        return redirect(row.get_absolute_url())
    words = "" if choices else "No other account holds the role of senior manager. An administrator gives it."
    return _asked(request, form, title="Name senior managers", words=words, button="Name them", row=row)


@allow(SENIOR_MANAGER)
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask something about the paper."""
    row = _row(pk)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.ask(actor_of(request), row, form.cleaned_data["text"])):
        messages.success(request, "Asked. The vendor manager and compliance are told; the refresh waits for the answer.")
        return redirect(row.get_absolute_url())
    return _asked(request, form, title="Ask about the paper", button="Ask", row=row)


@allow(*STAFF)
@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The report to senior management as a page that prints; once completed with its questions, answers and acknowledgements."""
    row = _row(pk)
    return render(request, "refreshes/paper.html", {"row": row, "paper": signed(row) if row.state == "completed" else paper_of(row)})


@allow(*STAFF)
@require_GET
def paper_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper as PDF: the filed one once it was presented, else a draft that says so."""
    row = _row(pk)
    filed = row.signed_report or row.report
    if filed:
        return redirect("evidence:file_bytes", filed.pk)
    answer = HttpResponse(pdf(paper_of(row), mark="Draft, not presented"), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="refresh-{row.pk}-draft.pdf"'
    return answer


def _row(pk: int) -> Refresh:
    return get_object_or_404(Refresh.objects.select_related("vendor", "report", "signed_report").prefetch_related("acknowledgements"), pk=pk)


def _asked(request: HttpRequest, form: forms.Form, **shown: Any) -> HttpResponse:
    """A form on a page of its own, with where to go back to."""
    return render(request, "refreshes/form.html", {"form": form, **shown}, status=400 if request.method == "POST" else 200)
