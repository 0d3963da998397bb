"""The pages of the handling log: the list, one happening, noting and correcting."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.handling import actions, queries
from oversight.handling.forms import CorrectionForm, HappeningForm
from oversight.handling.lifecycle import KINDS
from oversight.handling.models import Happening
from oversight.lifecycle import Refusal
from oversight.roles import STAFF, WORKING


@allow(*STAFF)
@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """The log, by kind, day, state and order."""
    asked = {name: request.GET.get(name, "").strip() for name in ("kind", "on", "state", "order")}
    found = queries.happenings(kind=asked["kind"], on=_day(asked["on"]), state=asked["state"], order=asked["order"])
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    context = {
        "page": page, "asked": asked, "kinds": KINDS, "states": queries.STATES, "may_note": bool(actor_of(request).roles & set(WORKING)),
        "is_filtered": any(asked.values()),
    }  # fmt: skip
    return sheets.respond(request, "handling/entries.html", context, queries.sheet(found if request.GET.get("format") in sheets.FORMATS else page))


@allow(*STAFF)
@require_GET
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One happening: its facts, moves, evidence and history."""
    row = get_object_or_404(Happening, pk=pk)
    may_correct = bool(actor_of(request).roles & set(WORKING)) and row.state not in row.LIFECYCLE.ends
    return render(request, "handling/entry.html", {"row": row, "may_correct": may_correct, "asked_for": queries.asked_for(row)})


@allow(*WORKING)
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest) -> HttpResponse:
    """Note what happened; `?order=&symbol=&venue=&vendor=&kind=` fill the form in."""
    asked = {name: request.GET[name] for name in ("kind", "symbol", "venue", "vendor") if name in request.GET}
    form = HappeningForm(request.POST if request.method == "POST" else None, initial={**asked, "orders": request.GET.get("order", "")})
    if request.method == "POST" and form.is_valid():
        row = actions.note(actor_of(request), **form.facts())
        messages.success(request, "Noted. File what proves it below, if there is anything.")
        return redirect(row.get_absolute_url())
    return _form(request, form, None)


@allow(*WORKING)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the facts of a happening that is not reviewed yet, or say when it ended."""
    row = get_object_or_404(Happening, pk=pk)
    if row.state in row.LIFECYCLE.ends:
        raise Refusal("This was reviewed, so nothing in it changes any more. Note what you know now as a happening of its own.")
    form = CorrectionForm(request.POST if request.method == "POST" else None, instance=get_object_or_404(Happening, pk=pk))
    if request.method == "POST" and form.is_valid():
        actions.correct(actor_of(request), row, why=form.cleaned_data["reason"], **form.facts())
        messages.success(request, "Corrected. The record keeps what stood here before.")
        return redirect(row.get_absolute_url())
    return _form(request, form, row)


def _form(request: HttpRequest, form: HappeningForm, row: Happening | None) -> HttpResponse:
    shown = {"form": form, "row": row, "kinds": KINDS, "vendors": queries.known("vendor"), "venues": queries.known("venue")}
    return render(request, "handling/form.html", shown, status=400 if request.method == "POST" else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
