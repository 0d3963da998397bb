"""The pages of the profile and of self-assessments."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.citations import BY_KEY as CITATIONS
from oversight.lifecycle import Refusal
from oversight.obligations import assessing, profiling
from oversight.obligations import assessment as reads
from oversight.obligations import profile as answers
from oversight.obligations.bank import ASSESSMENT, ASSESSMENT_AREAS, PROFILE_BY_KEY
from oversight.obligations.forms import AnswerForm, AreaForm, PlanForm
from oversight.obligations.models import SelfAssessment
from oversight.obligations.shipped import BY_KEY
from oversight.roles import COMPLIANCE, STAFF


@allow(*STAFF)
@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    """Every question with its answer, now or at the end of `?on=`."""
    on = _day(request.GET.get("on", ""))
    if on and on > clock.today():
        raise Refusal("This day is not over yet. The profile is known up to today.")
    rows = answers.standings(on)
    answered = sum(row.stands is not None for row in rows)
    context = {
        "areas": answers.by_area(rows), "on": on, "answered": answered, "left": len(rows) - answered, "total": len(rows), "today": clock.today(),
        "waiting": sum(row.waits is not None for row in rows), "stale": sum(bool(row.stands and row.stands.is_stale) for row in rows),
        "may_answer": COMPLIANCE in actor_of(request).roles, "next": next((row.asked for row in rows if not row.stands and not row.waits), None),
        "last": reads.finished().first(), "going": reads.going(),
    }  # fmt: skip
    return sheets.respond(request, "obligations/profile.html", context, answers.sheet(rows, on))


@allow(*STAFF)
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, key: str) -> HttpResponse:
    """One question: what it means, what each answer switches on, its answers until today, and answering it."""
    asked = PROFILE_BY_KEY.get(key)
    if asked is None:
        raise Http404
    by, history = actor_of(request), list(answers.history(key))
    stands = next((row for row in history if row.state == "in_force"), None)
    if request.method == "POST" and COMPLIANCE not in by.roles:
        raise Refusal("The profile is answered by compliance.", is_forbidden=True)
    form = AnswerForm(asked, request.POST if request.method == "POST" else None, stands=stands)
    if request.method == "POST" and form.is_valid():
        made = profiling.answer(by, key, form.cleaned_data["choice"], figure=form.cleaned_data.get("figure"), words=form.cleaned_data["words"])
        messages.success(
            request, "In force; the duties follow." if made.state == "in_force" else "Written down. It takes effect once a second person has signed it."
        )
        return redirect("obligations:question", key)
    context = {
        "asked": asked, "stands": stands, "waits": next((row for row in history if row.state == "proposed"), None), "history": history,
        "form": form if COMPLIANCE in by.roles else None, "cites": [CITATIONS[cite] for cite in asked.cites],
        "effects": [(title, [BY_KEY[duty] for duty in asked.duties(choice)]) for choice, title in asked.titles.items()], "following": _following(key),
    }  # fmt: skip
    return render(request, "obligations/question.html", context, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_http_methods(["GET", "POST"])
def assessments(request: HttpRequest) -> HttpResponse:
    """Every self-assessment; beginning one."""
    may_begin = COMPLIANCE in actor_of(request).roles
    if request.method == "POST":
        made = assessing.begin(actor_of(request))
        return redirect(made.get_absolute_url())
    context = {"may_begin": may_begin and reads.going() is None, "going": reads.going(), "total": len(ASSESSMENT), "areas": ASSESSMENT_AREAS}
    return sheets.respond(request, "obligations/assessments.html", context, reads.sheet())


@allow(*STAFF)
@require_GET
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One self-assessment: how far it is, its gaps by weight, what differs from the one before."""
    row = get_object_or_404(SelfAssessment, pk=pk)
    areas, before = reads.areas(row), reads.earlier(row)
    is_compliance = COMPLIANCE in actor_of(request).roles
    compared = reads.change_sheet(row, before) if before else None
    context = {
        "row": row, "areas": areas, "answered": sum(area.answered for area in areas), "total": sum(len(area.questions) for area in areas),
        "next": next((area for area in areas if area.left), None), "compared": compared, "before": before, "may_answer": is_compliance and row.state == "going",
        "may_plan": is_compliance and row.state == "finished" and row.planned_at is None, "gaps": reads.gaps(row),
    }  # fmt: skip
    return sheets.respond(request, "obligations/assessment.html", context, reads.gap_sheet(row), *([compared] if compared else []))


@allow(*STAFF)
@require_http_methods(["GET", "POST"])
def area(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The questions of one area; what is written can be left and taken up again."""
    row = get_object_or_404(SelfAssessment, pk=pk)
    areas = reads.areas(row)
    here = next((each for each in areas if each.number == number), None)
    if here is None:
        raise Http404
    may_answer = COMPLIANCE in actor_of(request).roles and row.state == "going"
    form = AreaForm(here.questions, reads.answers(row), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        written = assessing.answer(actor_of(request), row, form.given())
        messages.success(request, f"{written} answer{'' if written == 1 else 's'} written down.")
        following = next((each for each in reads.areas(row) if each.left and each.number != number), None)
        return redirect("obligations:area", pk, following.number) if following and "onward" in request.POST else redirect(row.get_absolute_url())
    context = {"row": row, "areas": areas, "here": here, "form": form, "held": reads.answers(row), "may_answer": may_answer}
    return render(request, "obligations/area.html", context, status=400 if request.method == "POST" else 200)


@allow(COMPLIANCE)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the gaps on the calendar."""
    row = get_object_or_404(SelfAssessment, pk=pk)
    form = PlanForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = assessing.plan(actor_of(request), row, form.chosen())
        messages.success(request, f"{len(made)} gap{'' if len(made) == 1 else 's'} on the calendar. Name who closes them.")
        return redirect("obligations:owners")
    return render(request, "obligations/plan.html", {"row": row, "form": form}, status=400 if request.method == "POST" else 200)


def _following(key: str) -> str:
    """The question after this one; nothing after the last."""
    keys = list(PROFILE_BY_KEY)
    place = keys.index(key) + 1
    return keys[place] if place < len(keys) else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
