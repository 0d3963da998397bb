"""The pages of a selection: candidates side by side, and the memo."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.diligence import choosing, queries, scoring, tables
from oversight.diligence.choices import Selection
from oversight.diligence.dossier import dossiers
from oversight.diligence.forms import MemoForm, PeriodForm, SelectionForm
from oversight.diligence.lifecycle import KEEPERS
from oversight.lifecycle import Refusal
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def selections(request: HttpRequest) -> HttpResponse:
    """Every selection."""
    found = queries.selections()
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    sheet = tables.selections(found if request.GET.get("format") in sheets.FORMATS else page)
    return sheets.respond(request, "diligence/selections.html", {"page": page, "may_keep": bool(actor_of(request).roles & set(KEEPERS))}, sheet)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a selection."""
    form = SelectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = choosing.begin(actor_of(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.words)
        else:
            messages.success(request, "Begun. Add the candidates: the alternatives that have nobody to ask are answered by the firm itself.")
            return redirect(row.get_absolute_url())
    return render(request, "diligence/selection_form.html", {"form": form}, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def selection(request: HttpRequest, pk: int) -> HttpResponse:
    """The candidates side by side on the one form; `?area=` one area, `?differing=1` only where answers differ."""
    row = _selection(pk)
    candidates = queries.candidates(row)
    found = dossiers([each.assessment for each in candidates])
    asked = {"area": request.GET.get("area", ""), "differing": request.GET.get("differing", "")}
    compared = tables.compared(found, [scoring.breakdown(of) for of in found])
    answers = tables.side_by_side(row, found, asked["area"], differing=asked["differing"] == "1")
    may_add = bool(actor_of(request).roles & set(KEEPERS)) and row.state == "open"
    context = {
        "row": row, "candidates": candidates, "compared": compared, "asked": asked, "missing": row.missing if row.state in ("open", "proposed") else [],
        "form": PeriodForm(auto_id="candidate-%s") if may_add else None,
    }  # fmt: skip
    return sheets.respond(request, "diligence/selection.html", context, answers, compared)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a candidate."""
    row = _selection(pk)
    form = PeriodForm(request.POST if request.method == "POST" else None, auto_id="candidate-%s")
    if request.method == "POST" and form.is_valid():
        try:
            choosing.add(actor_of(request), row, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error(None, refusal.words)
        else:
            messages.success(request, "Added, with an assessment on the common form. Open it to send the questionnaire.")
            return redirect(row.get_absolute_url())
    return render(request, "diligence/candidate_form.html", {"form": form, "row": row}, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_http_methods(["GET", "POST"])
def memo(request: HttpRequest, pk: int) -> HttpResponse:
    """The memo: to be read by everybody of the firm, to be written by who keeps the vendor file until it is proposed."""
    row = _selection(pk)
    candidates = queries.candidates(row)
    may_write = bool(actor_of(request).roles & set(KEEPERS)) and row.state == "open"
    form = MemoForm(row, candidates, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        choosing.write(actor_of(request), row, summary=form.cleaned_data["summary"], alternatives=form.cleaned_data["alternatives"], verdicts=form.verdicts())
        messages.success(request, "The memo is saved.")
        return redirect("diligence:memo", pk)
    made = queries.scores([each.assessment_id for each in candidates])
    shown = {
        "row": row, "candidates": [(each, made[each.assessment_id]) for each in candidates], "form": form if may_write else None,
        "missing": row.missing if row.state in ("open", "proposed") else [],
    }  # fmt: skip
    return render(request, "diligence/memo.html", shown, status=400 if request.method == "POST" else 200)


def _selection(pk: int) -> Selection:
    row = queries.selection(pk)
    if row is None:
        raise Http404
    return row
