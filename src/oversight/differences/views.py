"""The pages of differences: the list, one difference, what is asked of it and decided on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.differences import actions, queries
from oversight.differences.beginnings import beginning, of_figure
from oversight.differences.forms import IdentifyForm, JustifyForm, ModifyForm, QuestionForm
from oversight.differences.lifecycle import IDENTIFIERS
from oversight.differences.models import Difference
from oversight.evidence import queries as evidence
from oversight.measured.asking import written
from oversight.measured.reading import Reading
from oversight.roles import STAFF
from oversight.vendors.queries import vendors

PAGE = 100
ASKED = ("state", "vendor", "text")


@allow(*STAFF)
@require_GET
def differences(request: HttpRequest) -> HttpResponse:
    """Every difference, what is to be decided first."""
    asked = {name: request.GET.get(name, "").strip() for name in ASKED}
    found = queries.differences(**{**asked, "state": asked["state"] or "open"}) if asked["state"] != "any" else queries.differences(**{**asked, "state": ""})
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    drawn = found if request.GET.get("format") in sheets.FORMATS else page
    least_usd, least_bps = queries.materiality()
    context = {
        "asked": asked, "states": queries.STATES, "vendors": vendors(), "page": page, "late": queries.overdue().count(), "waiting": queries.undecided().count(),
        "least_usd": least_usd, "least_bps": least_bps, "may_identify": _may(request),
    }  # fmt: skip
    return sheets.respond(request, "differences/differences.html", context, queries.sheet(drawn))


@allow(*IDENTIFIERS)
@require_http_methods(["GET", "POST"])
def identify(request: HttpRequest) -> HttpResponse:
    """Say that a difference is material; what showed it fills the form in."""
    kind, _, id_ = (request.POST.get("origin") or request.GET.get("origin", "")).partition(":")
    shown = beginning(kind, id_) if kind else None
    origin = (kind, id_) if shown else ("", "")
    begun = shown.initial if shown else {"last_on": clock.today(), **of_figure(request.GET)}
    form = IdentifyForm(request.POST if request.method == "POST" else None, initial=begun)
    if request.method == "POST" and form.is_valid():
        row = actions.identify(actor_of(request), **form.said(), origin=origin)
        messages.success(request, f"Identified. Modify or justify is owed by {row.due_on}.")
        return redirect(row.get_absolute_url())
    words = "From today its clock runs: within it the difference is modified or justified, whatever a case does meanwhile."
    return _asked(request, form, "Identify a material difference", words, "Identify it", origin=":".join(origin) if shown else "", shown=shown)


@allow(*STAFF)
@require_GET
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """One difference: what is worse, by how much, what it is compared with, what was decided, what later flow shows."""
    row = _row(pk)
    readings = queries.readings(row)
    decisions = queries.decisions_of(row)
    context = {
        "row": row, "readings": readings, "gap": _gap(readings), "decisions": decisions,
        "standing": next((one for one in decisions if one.state == "adopted"), None),
        "proposed": next((one for one in decisions if one.state == "proposed"), None), "questions": list(row.questions.all()), "cases": list(row.cases.all()),
        "origin": evidence.subject(row.origin_kind, row.origin_id) if row.origin_kind else None, "may_propose": _may(request) and row.state == "identified",
        "may_ask": _may(request) and row.is_undecided, "ask": QuestionForm(), "days_left": (row.due_on - clock.today()).days,
    }  # fmt: skip
    return render(request, "differences/difference.html", context)


@allow(*IDENTIFIERS)
@require_http_methods(["GET", "POST"])
def modify(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to modify."""
    row = _row(pk)
    given = row.figure or {"kind": "", "key": "", "filters": {}}
    initial = {"figure": f"{given['kind']}:{given['key']}", "narrowed": written(given["filters"]), "since_on": clock.today()}
    form = ModifyForm(request.POST if request.method == "POST" else None, difference=row, initial=initial)
    words = "Each run that arrives is held against it. Where flow follows, the difference ends; where it does not by its day, it is decided again."
    return _proposed(request, row, form, "Propose to modify", words)


@allow(*IDENTIFIERS)
@require_http_methods(["GET", "POST"])
def justify(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to justify."""
    row = _row(pk)
    form = JustifyForm(request.POST if request.method == "POST" else None)
    return _proposed(request, row, form, "Propose to justify", "It holds for its scope until its last day; then it is decided again.")


@allow(*IDENTIFIERS)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Gather more before it is decided."""
    row = _row(pk)
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.ask(actor_of(request), row, **form.cleaned_data)
        messages.success(request, "Asked. The clock of the difference runs on.")
        return redirect(row.get_absolute_url())
    return _asked(request, form, "Gather more", "The clock of the difference runs on.", "Ask", row=row)


def _proposed(request: HttpRequest, row: Difference, form: Any, title: str, words: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        actions.propose(actor_of(request), row, **form.said())
        messages.success(request, f"Proposed. Another person decides by {row.due_on}.")
        return redirect(row.get_absolute_url())
    return _asked(request, form, title, words, "Propose it", row=row)


def _asked(request: HttpRequest, form: forms.Form, title: str, words: str, button: str, **more: Any) -> HttpResponse:
    back = more["row"].get_absolute_url() if "row" in more else reverse("differences:differences")
    shown = {"form": form, "title": title, "words": words, "button": button, "back": back, **more}
    return render(request, "differences/form.html", shown, status=400 if request.method == "POST" else 200)


def _gap(readings: list[tuple[str, Reading]]) -> queries.Gap | None:
    """The difference of the two figures with its interval where both errors are known; None where there is nothing to compare."""
    if len(readings) < 2 or any(reading.value is None for _, reading in readings):
        return None
    worse, other = (reading for _, reading in readings)
    return queries.gap(worse, other)


def _row(pk: int) -> Difference:
    return get_object_or_404(Difference.objects.select_related("vendor"), pk=pk)


def _may(request: HttpRequest) -> bool:
    return bool(actor_of(request).roles & set(IDENTIFIERS))
