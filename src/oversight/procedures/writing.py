"""The pages on which procedures are written: taking over starters, opening a section, drafting, revising."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from oversight.access import actor_of, allow
from oversight.lifecycle import Refusal
from oversight.procedures import actions, chapters, content, queries
from oversight.procedures.forms import OpeningForm, VersionForm, begun
from oversight.procedures.lifecycle import WRITERS
from oversight.procedures.models import Section, Version


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def starters(request: HttpRequest) -> HttpResponse:
    """Take over starter sections, some or all."""
    if request.method == "POST":
        made = actions.take_over(actor_of(request), request.POST.getlist("starter"))
        messages.success(request, f"Taken over: {len(made)}. Each is a draft of yours now; fill in what stands in brackets, then propose it.")
        return redirect("procedures:sections")
    left = queries.starters_left()
    grouped = [(chapter, [starter for starter in left if starter.chapter == chapter.key]) for chapter in chapters.CHAPTERS]
    return render(request, "procedures/starters.html", {"grouped": [(chapter, ones) for chapter, ones in grouped if ones], "left": left})


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def open_section(request: HttpRequest) -> HttpResponse:
    """Open a section of the firm's own."""
    form = OpeningForm(request.POST if request.method == "POST" else None, initial={"read_within_days": 14})

    def write() -> Version:
        section = actions.open_section(actor_of(request), form.cleaned_data["chapter"], form.values(), form.cleaned_data["summary"])
        return section.versions.get()

    return _written(request, form, write, {"section": None, "source": None})


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a version of a section: from what was approved last, or from another's text (`?from=`)."""
    section = get_object_or_404(Section, pk=pk)
    source = section.versions.filter(number=_number(request.GET.get("from", ""))).first() or queries.latest(section) or section.versions.first()
    form = VersionForm(request.POST if request.method == "POST" else None, initial=begun(source.content) if source else {})
    others = section.versions.filter(state__in=("draft", "proposed")).order_by("-number")
    shown = {"section": section, "source": source, "others": others}
    return _written(request, form, lambda: actions.draft(actor_of(request), section, form.values(), form.cleaned_data["summary"]), shown)


@allow(*WRITERS)
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a draft of one's own."""
    row = get_object_or_404(Version.objects.select_related("section"), pk=pk)
    if row.state != "draft":
        raise Refusal(f"This version is already “{row.state_title}”; its text no longer changes. Start a draft from it.")
    if row.drafted_by != actor_of(request).key:
        raise Refusal("This is somebody else's draft. Start one of your own from it.", is_forbidden=True)
    form = VersionForm(request.POST if request.method == "POST" else None, initial=begun(row.content, row.summary, row.hash))

    def write() -> Version:
        return actions.revise(actor_of(request), row, form.values(), form.cleaned_data["summary"], seen=form.cleaned_data["seen"])

    return _written(request, form, write, {"section": row.section, "source": row, "row": row})


def _written(request: HttpRequest, form: VersionForm, write: Callable[[], Version], shown: dict[str, Any]) -> HttpResponse:
    """Save what was written and show it; or the form again, with what is wrong beside the field."""
    if request.method == "POST" and form.is_valid():
        try:
            made = write()
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error(None, refusal.words)
        else:
            messages.success(request, "Saved as a draft. Look at it as it will read, then propose it.")
            return redirect(made)
    source = shown["source"]
    left = content.placeholders(source.text, source.runbook, *(proof.what for proof in source.proofs_of)) if source else {}
    return render(request, "procedures/form.html", {"form": form, "left": left, **shown}, status=400 if request.method == "POST" else 200)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
