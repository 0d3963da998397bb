"""The pages of agreements and their clauses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.agreements import actions, measures, queries, tables
from oversight.agreements.forms import AgreementForm, ClauseForm, DraftForm, FigureForm, ReportForm
from oversight.agreements.lifecycle import AGREEMENT, KEEPERS
from oversight.agreements.measures import TOLD, Measure
from oversight.agreements.models import Agreement, Clause, DutyReport
from oversight.agreements.templates_of_clauses import BY_KEY, TEMPLATES, ClauseTemplate
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors.queries import vendors
from oversight.vendors.views import attempt


@allow(*STAFF)
@require_GET
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements, and what in them waits for somebody."""
    asked = {name: request.GET.get(name, "").strip() for name in ("vendor", "state")}
    found = queries.agreements(vendor=asked["vendor"], state=asked["state"])
    context = {
        "asked": asked, "vendors": vendors(), "states": AGREEMENT.choices, "may_keep": _may_keep(request), "open": queries.breaches(state="open").count(),
        "overdue": queries.breaches(state="overdue").count(), "missing": len(queries.missing()), "due": queries.duties_due(),
        "claimed": queries.outstanding(),
    }  # fmt: skip
    return sheets.respond(request, "agreements/agreements.html", context, tables.agreements(found))


@allow(*STAFF)
@require_GET
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement: its terms, its clauses with what each came to last, its open possible breaches."""
    row = get_object_or_404(Agreement.objects.select_related("vendor", "amends"), pk=pk)
    lines = queries.clause_lines(queries.clauses_of(row))
    context = {
        "row": row, "may_keep": _may_keep(request), "amendments": list(row.amendments.exclude(state="discarded").order_by("effective_from")),
        "breaches": queries.breaches(vendor=row.vendor.key, state="open").filter(clause__agreement=row),
        "drafts": sum(line.clause.state == "drafted" for line in lines),
    }  # fmt: skip
    return sheets.respond(request, "agreements/agreement.html", context, tables.clauses(lines))


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Write an agreement down from its paper."""
    form = DraftForm(request.POST if request.method == "POST" else None, initial={"vendor": request.GET.get("vendor", "")})
    if request.method == "POST" and form.is_valid() and (row := attempt(form, lambda: _drafted(request, form))):
        messages.success(request, "Drafted. File the signed document below and add its clauses; then a second person puts it in force.")
        return redirect(row.get_absolute_url())
    return _asked(request, form, "Write an agreement down", "Draft it")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a draft."""
    row = get_object_or_404(Agreement, pk=pk)
    if row.state != "drafted":
        raise Refusal("This agreement is no draft any more. What changes in it is an amendment.")
    form = AgreementForm(request.POST if request.method == "POST" else None, instance=get_object_or_404(Agreement, pk=pk))
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.correct(actor_of(request), row, **form.terms_given())):
        messages.success(request, "Corrected. The record keeps what stood here before.")
        return redirect(row.get_absolute_url())
    return _asked(request, form, f"Correct “{row}”", "Correct it", row)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft an amendment, which carries the clauses of the agreement it amends."""
    former = get_object_or_404(Agreement, pk=pk)
    if former.state != "in_force":
        raise Refusal("Only an agreement in force is amended.")
    given = {name: getattr(former, name) for name in ("notice_days", "monthly_fee_usd", "effective_until")}
    form = AgreementForm(request.POST if request.method == "POST" else None, initial={**given, "title": f"Amendment of {former.title}"[:160]})
    if request.method == "POST" and form.is_valid() and (row := attempt(form, lambda: actions.amend(actor_of(request), former, **form.terms_given()))):
        messages.success(
            request, "Drafted with the clauses of the agreement it amends. Discard or add clauses, file the paper; then a second person puts it in force."
        )
        return redirect(row.get_absolute_url())
    return _asked(request, form, f"Amend “{former}”", "Draft the amendment", former)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def add_clause(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a template or a figure; then say bound, window and credit."""
    row = get_object_or_404(Agreement.objects.select_related("vendor"), pk=pk)
    template, measure = _chosen(request)
    if measure is None:
        groups: dict[str, list[ClauseTemplate]] = {}
        for one in TEMPLATES:
            groups.setdefault(one.group, []).append(one)
        return render(request, "agreements/choose_clause.html", {"row": row, "groups": groups, "form": FigureForm()})
    form = ClauseForm(request.POST if request.method == "POST" else None, measure=measure, template=template)
    key = template.key if template else ""
    if (
        request.method == "POST"
        and form.is_valid()
        and (made := attempt(form, lambda: actions.add_clause(actor_of(request), row, template=key, **form.facts())))
    ):
        messages.success(request, f"Clause {made} is drafted. A second person puts it in force{', with the agreement' if row.state == 'drafted' else ''}.")
        return redirect(row.get_absolute_url())
    return render(
        request, "agreements/add_clause.html", {"row": row, "form": form, "template": template, "measure": measure, "source": measures.SOURCES[measure.kind]},
        status=400 if request.method == "POST" else 200,
    )  # fmt: skip


@allow(*STAFF)
@require_GET
def clause(request: HttpRequest, pk: int) -> HttpResponse:
    """One clause: its arithmetic, and every window."""
    row = get_object_or_404(Clause.objects.select_related("agreement__vendor", "carries"), pk=pk)
    found = queries.measurements_of(row)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    context = {
        "row": row, "page": page, "may_keep": _may_keep(request), "told": TOLD.get(row.measure.key), "breaches": queries.breaches().filter(clause=row),
        "source": measures.SOURCES[row.measure.kind], "reports": row.reports.order_by("-last_on", "-pk") if row.measure.is_reported else (),
    }  # fmt: skip
    return sheets.respond(request, "agreements/clause.html", context, tables.windows(row, found if request.GET.get("format") in sheets.FORMATS else page))


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def report_duty(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what happened in a period that no run can measure."""
    row = get_object_or_404(Clause.objects.select_related("agreement__vendor"), pk=pk)
    if not row.measure.is_reported or row.state != "in_force":
        raise Refusal("This clause is measured from the data, or is not in force; nobody reports it by hand.")
    periods = queries.periods(row)
    if not periods:
        raise Refusal("No period of this clause is over yet. Report the first one when it is.")
    form = ReportForm(request.POST if request.method == "POST" else None, measure=row.measure, asks=TOLD[row.measure.key].asks, periods=periods)
    if request.method == "POST" and form.is_valid() and (made := attempt(form, lambda: actions.report(actor_of(request), row, **form.facts()))):
        messages.success(request, "Reported. File what proves it below; then a second person confirms it.")
        return redirect(made.get_absolute_url())
    return render(request, "agreements/report_duty.html", {"row": row, "form": form}, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report of a duty: what was said, its evidence, who confirmed it."""
    row = get_object_or_404(DutyReport.objects.select_related("clause__agreement__vendor"), pk=pk)
    return render(request, "agreements/report.html", {"row": row, "shown": row.clause.measure.shown(row.value), "measurement": row.measurements.first()})


@allow(*STAFF)
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """The shipped clauses, each with its arithmetic by hand."""
    return sheets.respond(request, "agreements/templates.html", {}, tables.templates())


def _chosen(request: HttpRequest) -> tuple[ClauseTemplate | None, Measure | None]:
    template = BY_KEY.get(request.GET.get("template", ""))
    if template is not None:
        return template, template.measure
    kind, _, key = request.GET.get("figure", "").partition(":")
    return None, measures.loaded({"kind": kind, "key": key}) if key else None


def _drafted(request: HttpRequest, form: DraftForm) -> Agreement:
    return actions.draft(actor_of(request), form.cleaned_data["vendor"], **form.terms_given())


def _asked(request: HttpRequest, form: AgreementForm, title: str, button: str, row: Agreement | None = None) -> HttpResponse:
    shown: dict[str, Any] = {"form": form, "title": title, "button": button, "row": row}
    return render(request, "agreements/form.html", shown, status=400 if request.method == "POST" else 200)


def _may_keep(request: HttpRequest) -> bool:
    return bool(actor_of(request).roles & set(KEEPERS))
