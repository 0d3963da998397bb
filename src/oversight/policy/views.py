"""The pages of policy: the versions, one version, two compared, the draft."""

from __future__ import annotations

from difflib import unified_diff
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bestexec import Problem
from oversight import sheets
from oversight.access import actor_of, allow
from oversight.lifecycle import Refusal
from oversight.policy import actions, queries, tables
from oversight.policy.forms import DraftForm, begun
from oversight.policy.models import Version
from oversight.policy.terms import changes
from oversight.roles import STAFF, WORKING


@allow(*STAFF)
@require_GET
def versions(request: HttpRequest) -> HttpResponse:
    """What is in force, what waits for a second person, every version."""
    shown = {
        "in_force": queries.in_force(), "proposals": queries.proposals(), "drift": queries.drift(), "may_draft": _may_draft(request),
        "every": Version.objects.defer("files"), "drafts": Version.objects.filter(state="draft"),
    }  # fmt: skip
    return sheets.respond(request, "policy/versions.html", shown, queries.sheet())


@allow(*STAFF)
@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: its limits beside those of its base and those in force; its text; its moves."""
    row = get_object_or_404(Version.objects.select_related("base"), pk=pk)
    in_force = queries.in_force()
    others = [other for other in (row.base, in_force) if other and other != row]
    others = others[:1] if len({other.pk for other in others}) == 1 else others
    table = tables.terms_beside(row, others)
    is_stale = row.state in ("draft", "proposed") and not row.is_drafted_on_what_is_in_force
    shown = {
        "version": row, "in_force": in_force, "others": others, "is_stale": is_stale, "may_draft": _may_draft(request),
        "is_own_draft": row.state == "draft" and row.drafted_by == actor_of(request).key,
        "differing": [change for change in changes(row.base.files, row.files) if change.differs] if row.base else [],
    }  # fmt: skip
    return sheets.respond(request, "policy/version.html", shown, table)


@allow(*STAFF)
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Any two versions, term by term and line by line."""
    picked = [
        Version.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None for pk in (request.GET.get("a", ""), request.GET.get("b", ""))
    ]
    every = list(Version.objects.defer("files"))
    a, b = picked
    if a is None or b is None:
        return render(request, "policy/compare.html", {"versions": every, "a": a, "b": b})
    lines = [line for name in sorted({*a.files, *b.files}) for line in _diff(name, a, b)]
    return sheets.respond(request, "policy/compare.html", {"versions": every, "a": a, "b": b, "lines": lines}, tables.comparison(a, b))


@allow(*WORKING)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a version: from what is in force, from another's text (`?from=`), or one's own draft again."""
    row = get_object_or_404(Version, pk=pk) if pk else None
    source = row or _source(request)
    if source is None:
        raise Refusal("No version is in force yet. An operator takes over what lies in the workspace first: `manage.py adopt_policy`.")
    form = DraftForm(request.POST or None, initial={**begun(source.files), "summary": row.summary if row else ""})
    if request.method == "POST" and form.is_valid():
        made = _made(request, row, form)
        if made:
            messages.success(request, "Saved as a draft. Look at what changes, then propose it.")
            return redirect(made)
    shown = {"form": form, "version": row, "source": source, "in_force": queries.in_force()}
    return render(request, "policy/draft.html", shown, status=400 if request.method == "POST" else 200)


def _made(request: HttpRequest, row: Version | None, form: DraftForm) -> Version | None:
    by, said = actor_of(request), form.cleaned_data["summary"]
    try:
        return actions.revise(by, row, form.texts, said) if row else actions.draft(by, form.texts, said)
    except Problem as problem:
        form.blame(problem)
    except Refusal as refusal:
        if refusal.is_forbidden:
            raise
        form.add_error(None, refusal.words)
    return None


def _source(request: HttpRequest) -> Version | None:
    pk = request.GET.get("from", "")
    return get_object_or_404(Version, pk=int(pk)) if pk.isdecimal() and len(pk) < 19 else queries.in_force()


def _may_draft(request: HttpRequest) -> bool:
    return bool(actor_of(request).roles & set(WORKING))


def _diff(name: str, a: Version, b: Version) -> list[dict[str, Any]]:
    before, after = a.files.get(name, "").splitlines(), b.files.get(name, "").splitlines()
    kinds = {"+": "added", "-": "removed", "@": "place"}
    lines = unified_diff(before, after, f"{name} in {a.label}", f"{name} in {b.label}", lineterm="", n=2)
    return [{"text": line, "kind": "place" if line.startswith(("+++", "---")) else kinds.get(line[:1], "")} for line in lines]
