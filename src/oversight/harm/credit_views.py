"""The pages of credits: what became of each, files of results, and the decision on reporting."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import citations, sheets
from oversight.access import actor_of, allow
from oversight.harm import actions, crediting, queries, results, tables
from oversight.harm.forms import ReportForm, ResultsForm
from oversight.harm.lifecycle import CREDIT, RELEASERS
from oversight.harm.models import RULES, Credit, Harm, PaymentResult
from oversight.roles import COMPLIANCE, STAFF


@allow(*STAFF)
@require_GET
def credits(request: HttpRequest, pk: int) -> HttpResponse:
    """The credits of an assessment, by state, and what they add up to."""
    row = get_object_or_404(Harm.objects.select_related("approved_count__filed", "credit_file"), pk=pk)
    state = request.GET.get("state", "")
    found = queries.credits(row, state)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    sums, total = queries.states_of(row)
    taken = tables.of_results(queries.results(row))
    context = {
        "row": row, "page": page, "state": state, "states": CREDIT.states, "sums": sums, "total": total, "columns": crediting.COLUMNS,
        "may_take": bool(actor_of(request).roles & set(RELEASERS)) and row.state in ("credited", "settled"),
        "results": taken,
    }  # fmt: skip
    table = tables.of_credits(row, found if request.GET.get("format") in sheets.FORMATS else page)
    return sheets.respond(request, "harm/credits.html", context, table, taken)


@allow(*STAFF)
@require_GET
def credit(request: HttpRequest, pk: int) -> HttpResponse:
    """One credit: its states and moves."""
    row = get_object_or_404(Credit.objects.select_related("harm__approved_count"), pk=pk)
    return render(request, "harm/credit.html", {"row": row})


@allow(*RELEASERS)
@require_http_methods(["GET", "POST"])
def take_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file of what became of the credits."""
    row = get_object_or_404(Harm, pk=pk)
    form = ResultsForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["content"]
        made = actions.take_results(actor_of(request), row, sent.name, sent.read(results.MOST_BYTES + 1))
        said = f"{made.taken} of {made.lines} lines taken." + (f" {len(made.rejects)} refused, listed below with their reasons." if made.rejects else "")
        (messages.warning if made.rejects else messages.success)(request, said)
        return redirect("harm:result", made.pk)
    return render(request, "harm/take_results.html", {"row": row, "form": form, "columns": results.COLUMNS}, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """One file of results: what was taken, and each refused line with its reason."""
    made = get_object_or_404(PaymentResult.objects.select_related("harm", "filed"), pk=pk)
    return sheets.respond(request, "harm/result.html", {"made": made, "row": made.harm}, tables.of_refused(made))


@allow(COMPLIANCE)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose whether to report."""
    row = get_object_or_404(Harm, pk=pk)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.decide_reporting(actor_of(request), row, **form.cleaned_data)
        messages.success(request, "Proposed. A senior manager seconds it.")
        return redirect(row.get_absolute_url())
    cites = [citations.BY_KEY[key] for key, _ in RULES if key in citations.BY_KEY]
    return render(request, "harm/report.html", {"row": row, "form": form, "cites": cites}, status=400 if request.method == "POST" else 200)
