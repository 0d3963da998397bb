"""The firm's page of one answer: its versions, score, challenges and test."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight.access import actor_of, allow
from oversight.citations import BY_KEY
from oversight.diligence import judging, queries, scoring, stating, values
from oversight.diligence.dossier import Line, dossier
from oversight.diligence.forms import AreaScoreForm, ChallengeForm, ScoreForm
from oversight.diligence.judgements import Remark
from oversight.diligence.lifecycle import READERS, WITH_FIRM
from oversight.diligence.models import Answer
from oversight.lifecycle import Refusal
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer with all that the firm holds of it."""
    return _page(request, _answer(pk))


@allow(*READERS)
@require_POST
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Score the last version."""
    row = _answer(pk)
    form = ScoreForm(request.POST, auto_id="score-%s")
    if form.is_valid():
        try:
            judging.score(actor_of(request), row, form.cleaned_data["points"], form.cleaned_data["words"])
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error(None, refusal.words)
        else:
            messages.success(request, f"{row.question_id} scored.")
            return redirect(row.get_absolute_url())
    return _page(request, row, score_form=form, status=400)


@allow(*READERS)
@require_http_methods(["GET", "POST"])
def score_area(request: HttpRequest, pk: int, area: str) -> HttpResponse:
    """Score an area on one page: each answer that has no score yet; those left open stay so."""
    row = queries.assessment(pk)
    if row is None or area not in row.form.areas:
        raise Http404
    of = dossier(row)
    lines = [line for line in of.lines if line.question.area == area]
    form = AreaScoreForm([line for line in lines if line.current and not line.score], request.POST if request.method == "POST" else None)
    said = ""
    if request.method == "POST" and form.is_valid():
        try:
            many = judging.score_many(actor_of(request), row, form.given())
        except Refusal as refusal:
            said = refusal.words
        else:
            messages.success(request, f"{many} answer{'' if many == 1 else 's'} scored.")
            return redirect(f"{row.get_absolute_url()}?area={area}#answers")
    keys = [key for key, _, _ in of.areas]
    after = next((key for key in keys[keys.index(area) + 1 :]), "")
    shown = {
        "row": row, "form": form, "said": said, "title": row.form.areas[area], "lines": lines, "after": after, "after_title": row.form.areas.get(after, ""),
        "is_open": row.state in judging.SCORED_IN,
    }  # fmt: skip
    return render(request, "diligence/score_area.html", shown, status=400 if request.method == "POST" else 200)


@allow(*READERS)
@require_POST
def challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who answered something about it."""
    row = _answer(pk)
    form = ChallengeForm(request.POST, auto_id="challenge-%s")
    if form.is_valid():
        made = judging.challenge(actor_of(request), row, form.cleaned_data["words"], form.cleaned_data["note"])
        messages.success(request, "Asked. Who answered is told.")
        return redirect(made.get_absolute_url())
    return _page(request, row, challenge_form=form, status=400)


def _answer(pk: int) -> Answer:
    row = queries.answer(pk)
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest, row: Answer, *, score_form: ScoreForm | None = None, challenge_form: ChallengeForm | None = None, status: int = 200
) -> HttpResponse:
    assessment = row.assessment
    of = dossier(assessment)
    lines = list(of.lines)
    place = next(number for number, line in enumerate(lines) if line.answer.pk == row.pk)
    line, by = lines[place], actor_of(request)
    remarks: dict[int, list[Remark]] = {}
    for remark in Remark.objects.filter(challenge__answer=row).order_by("said_at", "pk"):
        remarks.setdefault(remark.challenge_id, []).append(remark)
    shown = {
        "row": line.answer, "assessment": assessment, "line": line, "question": line.question, "versions": _versions(line),
        "threads": [(each, remarks.get(each.pk, [])) for each in line.challenges], "cites": [(key, BY_KEY.get(key)) for key in line.question.cites],
        "claims": stating.of_answers([row.pk]).get(str(row.pk), []), "before": lines[place - 1].answer if place else None,
        "after": lines[place + 1].answer if place + 1 < len(lines) else None, "area": assessment.form.areas.get(row.area, row.area),
        "suggested": scoring.proposed(line.question, line.current.value, has_answer=line.has_answer) if line.current else None,
        "may_read": bool(by.roles & set(READERS)), "is_with_firm": assessment.state in WITH_FIRM, "can_be_scored": assessment.state in judging.SCORED_IN,
        "score_form": score_form or _score_form(line), "challenge_form": challenge_form or ChallengeForm(auto_id="challenge-%s"),
    }  # fmt: skip
    return render(request, "diligence/answer.html", shown, status=status)


def _score_form(line: Line) -> ScoreForm:
    """The form with the score that stands, else with what the answer suggests."""
    if line.score is not None:
        return ScoreForm(initial={"points": line.score.points, "words": line.score.words}, auto_id="score-%s")
    suggested = scoring.proposed(line.question, line.current.value, has_answer=line.has_answer) if line.current else None
    return ScoreForm(initial={"points": suggested[0], "words": suggested[1]} if suggested else {}, auto_id="score-%s")


def _versions(line: Line) -> list[tuple[object, str]]:
    """Each version with its value as people read it, the last first."""
    return [(given, values.shown(line.question, given.value)) for given in reversed(line.versions)]
