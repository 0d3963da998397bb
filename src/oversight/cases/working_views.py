"""The forms with which the firm works a case: notices, measures, monitoring, tests, overrides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.cases import actions, evidencing, letter, narrowing, queries, tables
from oversight.cases.forms import (
    AloneForm,
    CarryForm,
    DifferenceForm,
    FigureLines,
    MeasureForm,
    MonitoringForm,
    NoticeForm,
    OverrideForm,
    TestForm,
    figures_asked,
    lines_of,
)  # fmt: skip
from oversight.cases.lifecycle import KEEPERS, OPENERS, PROPOSERS
from oversight.cases.models import Case, Measure, Notice
from oversight.cases.views import case_of
from oversight.lifecycle import Refusal
from oversight.policy.queries import desk_limits
from oversight.roles import STAFF

SINCE_DAYS = 91
"""From how far back example orders are proposed."""


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def draft_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a notice, or an amended one."""
    row = case_of(pk)
    standing, today = row.notice, clock.today()
    due = today + timedelta(days=desk_limits().cases["answer_days"])
    orders = evidencing.examples(row.vendor, queries.found_lately(row.vendor), today - timedelta(days=SINCE_DAYS), today)
    words = (
        {"subject_line": standing.subject_line, "what": standing.what, "asked": standing.asked} if standing else {"subject_line": row.title, "what": row.what}
    )
    figures = lines_of(standing) if standing else []

    def does(**given: Any) -> Notice:
        return actions.draft_notice(actor_of(request), row, **given)

    return _notice(request, row, does, {**words, "answer_due_on": due, "orders": "\n".join(orders)}, figures, "Draft the notice")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def revise_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft anew; its figures are read anew."""
    row = get_object_or_404(Notice.objects.select_related("case__vendor"), pk=pk)
    words = {name: getattr(row, name) for name in ("subject_line", "what", "asked", "answer_due_on")}

    def does(**given: Any) -> Notice:
        return actions.revise_notice(actor_of(request), row, **given)

    return _notice(request, row.case, does, {**words, "orders": "\n".join(order[2] for order in row.orders)}, lines_of(row), "Write it anew")


@allow(*STAFF)
@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice with its figures, orders and answer."""
    row = get_object_or_404(Notice.objects.select_related("case__vendor", "letter", "supersedes"), pk=pk)
    may_revise = row.state == "draft" and bool(actor_of(request).roles & set(KEEPERS))
    context = {"row": row, "may_revise": may_revise, "files": queries.files_of(row, row.case.vendor.key), "runs": evidencing.runs_of(row.figures)}
    return sheets.respond(request, "cases/notice.html", context, tables.figures(row))


@allow(*STAFF)
@require_GET
def notice_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """How the letter of a draft would look if it went out today; a sent one is filed, and never made again."""
    row = get_object_or_404(Notice.objects.select_related("case__vendor", "letter", "supersedes"), pk=pk)
    if row.state != "draft":
        if row.letter is None:
            raise Refusal("This draft was given up; no letter was made of it.")
        return redirect("evidence:file_bytes", pk=row.letter_id)
    response = HttpResponse(letter.notice(row), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="draft-notice-{row.case.number}-{row.number}.pdf"'
    return response


@allow(*PROPOSERS)
@require_http_methods(["GET", "POST"])
def propose_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose an interim measure."""
    row = case_of(pk)
    form = MeasureForm(_posted(request), case=row, initial={"from_on": clock.today()})
    return _asked(request, row, form, lambda: actions.propose_measure(actor_of(request), row, **form.cleaned_data), "Propose an interim measure")


@allow(*PROPOSERS)
@require_http_methods(["GET", "POST"])
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by what a measure is carried out."""
    measure = get_object_or_404(Measure.objects.select_related("case__vendor", "to_vendor"), pk=pk)
    form = CarryForm(_posted(request), measure=measure)
    return _asked(request, measure.case, form, lambda: actions.carry_out(actor_of(request), measure, **form.cleaned_data), "Say by what it is carried out")


@allow(*PROPOSERS)
@require_http_methods(["GET", "POST"])
def propose_monitoring(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose narrower limits for the vendor's next runs."""
    row = case_of(pk)
    known = narrowing.narrowable(clock.today())
    form = MonitoringForm(_posted(request), known=known, lately=queries.found_lately(row.vendor), initial={"from_on": queries.next_trading_day(clock.today())})

    def does() -> Any:
        return actions.propose_monitoring(actor_of(request), row, **form.terms())

    return _asked(request, row, form, does, "Propose heightened monitoring", template="cases/propose_monitoring.html")


@allow(*PROPOSERS)
@require_http_methods(["GET", "POST"])
def register_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Register the closing test."""
    row = case_of(pk)
    form = TestForm(_posted(request), case=row)
    return _asked(request, row, form, lambda: actions.register_test(actor_of(request), row, **form.terms()), "Register the closing test")


@allow(*PROPOSERS)
@require_http_methods(["GET", "POST"])
def propose_override(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to skip a condition."""
    row = case_of(pk)
    form = OverrideForm(_posted(request), among=queries.skippable(row) if row.is_open else ())
    return _asked(request, row, form, lambda: actions.propose_override(actor_of(request), row, **form.cleaned_data), "Propose an override")


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def conclude_alone(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the firm's own conclusion where the vendor never answered."""
    row = case_of(pk)
    form = AloneForm(_posted(request))
    return _asked(request, row, form, lambda: actions.conclude_alone(actor_of(request), row, **form.cleaned_data), "Conclude without the vendor's answer")


@allow(*OPENERS)
@require_http_methods(["GET", "POST"])
def add_difference(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the case is about one more difference."""
    row = case_of(pk)
    form = DifferenceForm(_posted(request), case=row)
    return _asked(request, row, form, lambda: actions.add_difference(actor_of(request), row, **form.cleaned_data), "Add a material difference")


def _notice(request: HttpRequest, row: Case, does: Callable[..., Notice], words: dict[str, Any], figures: list[dict[str, Any]], title: str) -> HttpResponse:
    """The form of a notice: its words and a line for each figure."""
    is_sent, said = request.method == "POST", ""
    form, lines = NoticeForm(_posted(request), initial=words), FigureLines(_posted(request), initial=figures, prefix="figures")
    if is_sent and form.is_valid() and lines.is_valid():
        try:
            made = does(**form.cleaned_data, figures=figures_asked(lines))
        except Refusal as refusal:
            said = _words(refusal)
        else:
            messages.success(request, "Kept as a draft, with its figures as they stand now. Compliance, another person, approves and sends it.")
            return redirect(made.get_absolute_url())
    shown = {"row": row, "form": form, "lines": lines, "title": title, "said": said}
    return render(request, "cases/draft_notice.html", shown, status=400 if is_sent else 200)


def _asked(
    request: HttpRequest, row: Case, form: Form | MeasureForm, does: Callable[[], Any], title: str, *, template: str = "cases/form.html"
) -> HttpResponse:
    """A form about a case: what the action refuses is said above it, and nothing typed is lost."""
    is_sent, said = request.method == "POST", ""
    if is_sent and form.is_valid():
        try:
            does()
        except Refusal as refusal:
            said = _words(refusal)
        else:
            messages.success(request, f"{title}: done.")
            return redirect(row.get_absolute_url())
    return render(request, template, {"row": row, "form": form, "title": title, "said": said}, status=400 if is_sent else 200)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _words(refusal: Refusal) -> str:
    if refusal.is_forbidden:
        raise refusal
    return refusal.words
