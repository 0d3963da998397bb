"""The firm's pages of due diligence: the list, one assessment, its conditions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.diligence import actions, drawing, judging, opening, queries, scoring, stating, tables
from oversight.diligence.checklist import checklist
from oversight.diligence.dossier import dossier
from oversight.diligence.forms import AccountForm, BeginForm, ConditionForm
from oversight.diligence.lifecycle import KEEPERS, READERS
from oversight.diligence.models import Assessment, outside_accounts
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.vendors import queries as vendors
from oversight.vendors.views import attempt


@allow(*STAFF)
@require_GET
def assessments(request: HttpRequest) -> HttpResponse:
    """Every assessment, by state and vendor."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "vendor")}
    found = queries.assessments(**asked)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    context = {
        "page": page, "asked": asked, "states": queries.STATES, "vendors": vendors.vendors(), "may_begin": bool(actor_of(request).roles & set(KEEPERS)),
        "unanswerable": queries.nobody_answers(),
    }  # fmt: skip
    return sheets.respond(request, "diligence/assessments.html", context, queries.sheet(found if request.GET.get("format") in sheets.FORMATS else page))


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin an assessment; `?vendor=` names the vendor by its key."""
    named = vendors.by_key(request.GET.get("vendor", ""))
    form = BeginForm(request.POST if request.method == "POST" else None, initial={"vendor": named.pk} if named else {})
    if request.method == "POST" and form.is_valid():
        try:
            row = opening.begin(actor_of(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.words)
        else:
            messages.success(request, "Begun. Send the questionnaire when the day on which answers are due is settled.")
            return redirect(row.get_absolute_url())
    return render(request, "diligence/begin.html", {"form": form}, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessment: what blocks its approval, its score, its answers."""
    row = _assessment(pk)
    asked = {name: request.GET.get(name, "").strip() for name in ("show", "area")}
    of, claims = dossier(row), stating.of_answers(row.answers.values_list("pk", flat=True))
    made, by = scoring.breakdown(of), actor_of(request)
    answers = tables.answers(of, tables.kept(of.lines, asked["show"], asked["area"], claims), claims)
    score, conditions = tables.areas(of, made), tables.conditions(of.conditions)
    candidacy = queries.candidacy(row)
    context: dict[str, Any] = {
        "row": row, "of": of, "whole": made.whole, "asked": asked, "filters": tables.SHOWN, "items": checklist(of), "score": score, "conditions": conditions,
        "tests": _tests(of), "open_challenges": sum(len(line.open_challenges) for line in of.lines), "candidacy": candidacy,
        "expiring": [(line, link) for line in of.lines for link in line.expiring], "left": sum(line.answer.state != "given" for line in of.lines),
        "unscored": [(key, title, left) for key, title, lines in of.areas if (left := sum(line.current is not None and line.score is None for line in lines))],
        "answered": sum(line.has_answer for line in of.lines), "returned": sum(line.answer.state == "returned" for line in of.lines),
        "meaning": row.LIFECYCLE.state(row.state).meaning, "people": [] if row.is_by_firm else list(outside_accounts(row.vendor.key)), "rule": drawing.RULE,
        "changed": queries.changed_since(row, row.former) if row.former and row.submitted_at else [],
        "may_keep": bool(by.roles & set(KEEPERS)), "may_read": bool(by.roles & set(READERS)),
        "condition_form": ConditionForm(row, auto_id="condition-%s"), "account_form": AccountForm(auto_id="account-%s"),
    }  # fmt: skip
    return sheets.respond(request, "diligence/assessment.html", context, answers, score, conditions)


@allow(*READERS)
@require_POST
def take_proposals(request: HttpRequest, pk: int) -> HttpResponse:
    """Score by what the answers themselves suggest."""
    row = _assessment(pk)
    many = judging.take_proposals(actor_of(request), row)
    messages.success(request, f"{many} answer{'' if many == 1 else 's'} scored by what the answer suggests; the others wait for a person.")
    return redirect(f"{row.get_absolute_url()}?show=unscored#answers")


@allow(*KEEPERS)
@require_POST
def set_condition(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a condition of the approval."""
    row = _assessment(pk)
    form = ConditionForm(row, request.POST, auto_id="condition-%s")
    if form.is_valid() and attempt(form, lambda: judging.set_condition(actor_of(request), row, **form.cleaned_data)):
        messages.success(request, "The condition is set.")
        return redirect(f"{row.get_absolute_url()}#conditions")
    return render(request, "diligence/condition_form.html", {"form": form, "row": row}, status=400)


@allow(*STAFF)
@require_GET
def condition(request: HttpRequest, pk: int) -> HttpResponse:
    """One condition, its evidence and moves."""
    row = queries.condition(pk)
    if row is None:
        raise Http404
    return render(request, "diligence/condition.html", {"row": row})


@allow(*KEEPERS)
@require_POST
def ask_for_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the administrators for another outside account of the vendor."""
    row = _assessment(pk)
    form = AccountForm(request.POST, auto_id="account-%s")
    if not form.is_valid():
        raise Refusal("A name and a whole e-mail address are needed. Nothing was asked for.")
    actions.ask_for_account(actor_of(request), row, **form.cleaned_data)
    messages.success(request, "The administrators were asked to open the account. Whoever is invited finds the questionnaire as it was left.")
    return redirect(row.get_absolute_url())


def _assessment(pk: int) -> Assessment:
    row = queries.assessment(pk)
    if row is None:
        raise Http404
    return row


def _tests(of: Any) -> tuple[int, int]:
    """(tested, sampled)."""
    tests = [line.test for line in of.lines if line.test is not None]
    return sum(test.state == "tested" for test in tests), len(tests)
