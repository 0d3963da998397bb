"""The pages of who answers: an outside account sees its vendor's questionnaires alone; the firm's people those of the firm's own candidates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight.access import actor_of, allow
from oversight.accounts.models import Account
from oversight.diligence import answering, judging, outside, queries
from oversight.diligence.forms import AnswerForm, DelegateForm
from oversight.diligence.lifecycle import ANSWERING
from oversight.diligence.models import Answer, Assessment, Challenge
from oversight.evidence import actions as evidence
from oversight.evidence.forms import FileForm
from oversight.evidence.models import Filed, Link
from oversight.evidence.serving import served
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.roles import VENDOR


@allow(VENDOR)
@require_GET
def questionnaires(request: HttpRequest) -> HttpResponse:
    """Every questionnaire that was sent to this account's vendor."""
    rows = list(queries.of_outside(_account(request)))
    counts = queries.counts([row.pk for row in rows])
    shown = [
        {"pk": row.pk, "first_on": row.first_on, "last_on": row.last_on, "due_on": row.due_on, "standing": outside.standing(row), "is_late": row.is_late,
         "is_open": row.state == "sent", "left": counts[row.pk]["left"], "submitted_at": row.submitted_at}
        for row in rows
    ]  # fmt: skip
    return render(request, "diligence/questionnaires.html", {"rows": shown})


@allow(*ANSWERING)
@require_GET
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """One questionnaire: what is left, area by area, and its submission."""
    return render(request, "diligence/questionnaire.html", {"asked": outside.questionnaire(_asked(request, pk), _account(request))})


@allow(*ANSWERING)
@require_GET
def area(request: HttpRequest, pk: int, area: str) -> HttpResponse:
    """The questions of one area, each with its own form."""
    return _area(request, _asked(request, pk), area)


@allow(*ANSWERING)
@require_POST
def save(request: HttpRequest, pk: int, question: str) -> HttpResponse:
    """Save one draft: by its button, or by itself when a field is left. Whoever saved over an answer that they had not seen is told."""
    row = _asked(request, pk)
    answer = _answer(row, question)
    form = AnswerForm(answer.question, request.POST)
    is_quiet = request.headers.get("HX-Request") == "true"
    if not form.is_valid():
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _quiet(f"Not saved: {said}") if is_quiet else _area(request, row, answer.area, form=form, status=400)
    given = {name: form.cleaned_data.get(name, "") for name in ("value", "words", "reason")}
    try:
        saved = answering.draft(actor_of(request), answer, seen=form.cleaned_data["seen"], **given)
    except Refusal as refusal:
        if refusal.is_forbidden:
            raise
        return _quiet(refusal.words) if is_quiet else _area(request, row, answer.area, form=_seen_now(form, answer), said=refusal.words, status=409)
    if is_quiet:
        return _quiet("Draft saved.")
    return redirect(f"{reverse('diligence:area', args=[pk, saved.area])}#{question}")


@allow(*ANSWERING)
@require_http_methods(["GET", "POST"])
def attach(request: HttpRequest, pk: int, question: str) -> HttpResponse:
    """File something beside an answer, with the day it takes effect and the day it expires."""
    row = _asked(request, pk)
    answer = _answer(row, question)
    is_sent = request.method == "POST"
    form = FileForm(**posted(request))
    said = ""
    if is_sent and form.is_valid():
        sent, about = form.cleaned_data["content"], {name: form.cleaned_data[name] for name in ("title", "shows", "effective_on", "expires_on")}
        try:
            filed = evidence.file(actor_of(request), sent.name, sent, **about, subject=answer.subject)
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            said = refusal.words
        else:
            messages.success(request, f"Attached: {filed.title}.")
            return redirect(f"{reverse('diligence:area', args=[pk, answer.area])}#{question}")
    shown = {"form": form, "said": said, "pk": pk, "question": answer.question}
    return render(request, "diligence/attach.html", shown, status=400 if is_sent else 200)


@allow(*ANSWERING)
@require_POST
def take_off(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Take a file off an answer that is not submitted; the file stays in the firm's record."""
    row = _asked(request, pk)
    found = get_object_or_404(Link.objects.select_related("filed"), pk=link, subject_kind=Answer.RECORD)
    answer = row.answers.filter(pk=found.subject_id).first() if found.subject_id.isdecimal() else None
    if answer is None or not found.is_visible_to(request.user):
        raise Http404
    evidence.withdraw(actor_of(request), found, "Taken off by who answers.")
    return redirect(f"{reverse('diligence:area', args=[pk, answer.area])}#{answer.question_id}")


@allow(*ANSWERING)
@require_GET
def file(request: HttpRequest, pk: int, filed: int) -> HttpResponse:
    """The bytes of a file that stands beside an answer of this questionnaire, to the side that filed it."""
    row = _asked(request, pk)
    found = get_object_or_404(Filed, pk=filed)
    ids = [str(id_) for id_ in row.answers.values_list("pk", flat=True)]
    if not found.is_visible_to(request.user) or not found.links.filter(subject_kind=Answer.RECORD, subject_id__in=ids).exists():
        raise Http404
    return served(found, is_seen=request.GET.get("show") == "1")


@allow(*ANSWERING)
@require_POST
def delegate(request: HttpRequest, pk: int, question: str) -> HttpResponse:
    """Ask somebody else of the same side to answer."""
    row = _asked(request, pk)
    answer = _answer(row, question)
    answering.delegate(actor_of(request), answer, request.POST.get("to", ""))
    return redirect(f"{reverse('diligence:area', args=[pk, answer.area])}#{question}")


@allow(*ANSWERING)
@require_POST
def reply(request: HttpRequest, pk: int, challenge: int) -> HttpResponse:
    """Reply to what the firm asked about an answer."""
    row = _asked(request, pk)
    found = get_object_or_404(Challenge.objects.select_related("answer__assessment__vendor"), pk=challenge, answer__assessment=row)
    judging.reply(actor_of(request), found, request.POST.get("words", "")[:4000])
    messages.success(request, "Your reply was sent.")
    return redirect(f"{reverse('diligence:area', args=[pk, found.answer.area])}#{found.answer.question_id}")


@allow(*ANSWERING)
@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit every answer that is open."""
    answering.submit(actor_of(request), _asked(request, pk))
    messages.success(request, "Submitted. Your answers stay as they are; you are told if more is asked.")
    return redirect("diligence:questionnaire", pk)


def _asked(request: HttpRequest, pk: int) -> Assessment:
    """The questionnaire, where this account answers it; for anybody else there is none."""
    row = queries.assessment(pk)
    if row is None or not answering.may_answer(_account(request), row):
        raise Http404
    return row


def _answer(row: Assessment, question: str) -> Answer:
    found = get_object_or_404(Answer, assessment=row, question_id=question)
    found.assessment = row
    return found


def _account(request: HttpRequest) -> Account:
    assert isinstance(request.user, Account), "a view that asks says `allow`"
    return request.user


def _seen_now(form: AnswerForm, answer: Answer) -> AnswerForm:
    """The same words, now against the answer as it stands: who saves again has seen it."""
    sent = {name: form.data.get(name, "") for name in form.fields}
    return AnswerForm(form.question, {**sent, "seen": str(Answer.objects.values_list("revision", flat=True).get(pk=answer.pk))})


def _area(request: HttpRequest, row: Assessment, key: str, *, form: AnswerForm | None = None, said: str = "", status: int = 200) -> HttpResponse:
    asked = outside.questionnaire(row, _account(request))
    here = next((each for each in asked.areas if each.key == key), None)
    if here is None:
        raise Http404
    people = answering.delegates(row) if asked.is_open else []
    keys = [each.key for each in asked.areas]
    place = keys.index(key)
    shown: dict[str, Any] = {
        "asked": asked, "area": here, "forms": [_with_form(each, people, form) for each in here.questions], "said": said,
        "said_of": form.question.id if form else "", "before": asked.areas[place - 1] if place else None,
        "after": asked.areas[place + 1] if place + 1 < len(keys) else None,
    }  # fmt: skip
    return render(request, "diligence/area.html", shown, status=status)


def _with_form(each: outside.Asked, people: list[Account], form: AnswerForm | None) -> tuple[outside.Asked, AnswerForm | None, DelegateForm | None]:
    if not each.is_open:
        return each, None, None
    initial = {"value": each.value, "words": each.words, "reason": each.reason, "seen": each.revision}
    own = form if form is not None and form.question.id == each.question.id else AnswerForm(each.question, initial=initial)
    to = DelegateForm(people, initial={"to": each.delegate_key}, auto_id=f"{each.question.id}-%s") if len(people) > 1 or each.delegate_key else None
    return each, own, to


def _quiet(words: str) -> HttpResponse:
    """What is said beside the field when a draft saves itself; plain text, so nothing in it can act."""
    return HttpResponse(words, content_type="text/plain; charset=utf-8")
