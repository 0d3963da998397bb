"""The firm's pages of cases: the register, one case, its monitoring and tests."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.cases import actions, daily, evaluating, narrowing, publishing, queries, tables
from oversight.cases.forms import OpenForm
from oversight.cases.lifecycle import KEEPERS, OPENERS, PROPOSERS
from oversight.cases.models import Case, Monitoring, Registration
from oversight.differences.models import Difference
from oversight.evidence import queries as evidence
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors.queries import vendors

DRAWN = 12
"""So many open cases have their ladder drawn above the list."""


@allow(*STAFF)
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The register, with the ladder of each open case."""
    asked = {name: request.GET.get(name, "").strip() for name in ("vendor", "state")}
    found = queries.cases(**asked)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    drawn = [(row, queries.rungs(row), queries.next_words(row)) for row in page if row.is_open][:DRAWN]
    may_open = bool(actor_of(request).roles & set(OPENERS))
    context = {"asked": asked, "page": page, "drawn": drawn, "vendors": vendors(), "states": queries.STATES, "may_open": may_open}
    return sheets.respond(request, "cases/cases.html", context, tables.cases(found if request.GET.get("format") in sheets.FORMATS else page))


@allow(*STAFF)
@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: its ladder, what is next, two clocks, measures, notice and answer side by side, monitoring, tests, overrides."""
    row = get_object_or_404(queries.cases(), pk=pk)
    roles, notices = actor_of(request).roles, list(queries.notices_of(row))
    drafts = [each for each in notices if each.state == "draft"]
    measures, monitorings = list(queries.measures_of(row)), list(row.monitorings.order_by("-pk").select_related("case"))
    registrations, overrides = (
        list(row.registrations.order_by("-pk").select_related("case", "other")),
        list(row.overrides.order_by("-pk").select_related("case")),
    )
    every = [tables.measures(measures), tables.monitorings(monitorings), tables.tests(registrations), tables.overrides(overrides)]
    context: dict[str, Any] = {
        "row": row, "rungs": queries.rungs(row), "next": queries.next_words(row), "conditions": queries.asked(row), "notices": notices,
        "standing": next((each for each in notices if each.state in ("sent", "answered")), None), "draft": drafts[0] if drafts else None,
        "differences": list(queries.differences_of(row)), "origin": evidence.subject(row.origin_kind, row.origin_id) if row.origin_kind else None,
        "measures": measures, "of_measures": every[0], "of_monitorings": every[1], "of_tests": every[2], "of_overrides": every[3],
        "waiting": [each for each in (*measures, *monitorings, *registrations, *overrides) if each.state not in each.LIFECYCLE.ends],
        "skipped": [each for each in overrides if each.state in ("signed", "used")], "is_unilateral": row.is_open and row.is_unilateral,
        "silent": [days for each, days in daily.silent() if each.case_id == row.pk], "is_published": publishing.is_published(),
        "may_keep": row.is_open and bool(roles & set(KEEPERS)), "may_propose": row.is_open and bool(roles & set(PROPOSERS)),
        "may_conclude": row.state == "investigating" and row.is_unilateral and bool(roles & set(KEEPERS)),
        "skippable": queries.skippable(row) if row.is_open and roles & set(PROPOSERS) else [],
    }  # fmt: skip
    return sheets.respond(request, "cases/case.html", context, *every)


@allow(*OPENERS)
@require_http_methods(["GET", "POST"])
def open_case(request: HttpRequest) -> HttpResponse:
    """Open a case; `?origin_kind=&origin_id=&vendor=&difference=&title=` fill the form in."""
    asked = {name: request.GET[name] for name in ("origin_kind", "origin_id", "difference", "title", "what") if name in request.GET}
    begun = evidence.row(asked.get("origin_kind", ""), asked.get("origin_id", "")) if "origin_kind" in asked else None
    asked = {"title": str(begun), **({"difference": str(begun.pk)} if isinstance(begun, Difference) else {}), **asked} if begun is not None else asked
    vendor = vendors().filter(key=request.GET.get("vendor") or _vendor_of(begun)).first()
    form = OpenForm(request.POST if request.method == "POST" else None, initial={**asked, "vendor": vendor})
    said = ""
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        origin = given.pop("origin_kind"), given.pop("origin_id")
        try:
            row = actions.open_case(actor_of(request), given.pop("vendor"), origin=origin, **given)
        except Refusal as refusal:
            said = _said(refusal)
        else:
            messages.success(request, f"Case {row.number} is open. Decide on interim measures now; then draft the notice.")
            return redirect(row.get_absolute_url())
    sent = request.POST if request.method == "POST" else request.GET
    kind, id_ = sent.get("origin_kind", ""), sent.get("origin_id", "")
    shown = {"form": form, "said": said, "origin": evidence.subject(kind, id_) if kind else None}
    return render(request, "cases/open.html", shown, status=400 if request.method == "POST" else 200)


def _vendor_of(begun: Any) -> str:
    """The key of the vendor that a row is about; empty where it is about none."""
    about = getattr(begun, "vendor", None) or getattr(getattr(getattr(begun, "clause", None), "agreement", None), "vendor", "")
    return str(getattr(about, "key", about) or "")


@allow(*STAFF)
@require_GET
def monitoring(request: HttpRequest, pk: int) -> HttpResponse:
    """Heightened monitoring: its limits beside the policy's, the days measured since, exceptions before and since."""
    row = get_object_or_404(Monitoring.objects.select_related("case__vendor"), pk=pk)
    found, days = queries.counted(row)
    since = queries.runs_since(row)
    try:
        known = narrowing.narrowable(row.from_on)
    except Refusal:
        known = {}
    limits = [(name, value, known.get(name)) for name, value in row.narrowed.items()]
    silent = next((missing for each, missing in daily.silent() if each.pk == row.pk), None)
    registration = row.case.registration
    context = {
        "row": row, "limits": limits, "silent": silent, "days": days, "is_published": publishing.is_published(), "test": registration,
        "latest": registration.latest if registration else None,
    }  # fmt: skip
    of_runs, of_lines = tables.runs(since), tables.lines(found, days, row)
    return sheets.respond(request, "cases/monitoring.html", {**context, "of_runs": of_runs, "of_lines": of_lines}, of_lines, of_runs)


@allow(*STAFF)
@require_GET
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """A closing test: what was registered, when it was locked, and what each run said of it."""
    row = get_object_or_404(Registration.objects.select_related("case__vendor", "other", "supersedes"), pk=pk)
    context = {
        "row": row, "terms": tables.terms(row), "latest": row.latest, "measured": len(evaluating.measured_days(row)), "method": evaluating.method_of(row),
        "visible": tables.visible(row),
    }  # fmt: skip
    return sheets.respond(request, "cases/test.html", context, tables.evaluations(queries.evaluations_of(row), row))


def _said(refusal: Refusal) -> str:
    """A refusal said on the form; one of rights goes on to its own page."""
    if refusal.is_forbidden:
        raise refusal
    return refusal.words


def case_of(pk: int) -> Case:
    """The case, or the page that says there is none."""
    return get_object_or_404(Case.objects.select_related("vendor"), pk=pk)
