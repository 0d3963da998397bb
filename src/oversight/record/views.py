"""The record in the browser: its entries, one of them, the history of one thing."""

from __future__ import annotations

import shlex

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oversight import sheets
from oversight.access import allow
from oversight.record import queries
from oversight.record.forms import Asked
from oversight.record.sight import SIGHT, kinds_seen
from oversight.roles import ADMINISTRATOR, STAFF


@allow(*SIGHT)
@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first; each role sees the kinds that are its own."""
    form = Asked(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    chosen = {name: asked[name] for name in ("actor", "verb", "kind", "day") if asked.get(name)}
    filters = queries.Filters(**chosen, kinds=kinds_seen(request.user))
    if request.GET.get("format") in sheets.FORMATS:
        return sheets.download(queries.sheet(filters), request.GET["format"])
    page = queries.page(request.user, filters, asked.get("before"))
    shown = {"page": page, "form": form, "is_narrowed": bool(chosen), "is_later": bool(asked.get("before")), "formats": ("xlsx", "csv", "parquet")}
    return render(request, "record/entries.html", shown, status=200 if form.is_valid() else 400)


@allow(*STAFF, ADMINISTRATOR)
@require_GET
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry whole, and how to check it by hand."""
    step = _seen(request, seq)
    words = [(word, shlex.quote(f"{word.salt}\n{word.text}")) for word in step.entry.words.all()]
    gone = sorted(step.body["words"].keys() - {word.name for word, _ in words})
    return render(request, "record/entry.html", {"step": step, "words": words, "gone": gone})


@allow(*STAFF, ADMINISTRATOR)
@require_GET
def hashed(request: HttpRequest, seq: int) -> HttpResponse:
    """The very bytes whose SHA-256 is the entry's hash, as a file."""
    made = _seen(request, seq).entry
    response = HttpResponse(f"{made.before_hash}\n{made.body}".encode(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entry-{seq}.txt"'
    return response


@allow(*STAFF, ADMINISTRATOR)
@require_GET
def history(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    """What became of one thing, newest first, and how it stood after each step."""
    if not queries.may_see(request.user, kind, id):
        raise Http404
    before = request.GET.get("before", "")
    steps = queries.history(kind, id, before=int(before) if before.isdecimal() and len(before) < 19 else None, with_then=True)
    if not steps and not before:
        raise Http404
    shown = {"kind": kind, "id": id, "steps": steps, "older": steps[-1].entry.seq if len(steps) == queries.PAGE else None}
    return render(request, "record/history.html", shown)


def _seen(request: HttpRequest, seq: int) -> queries.Step:
    """The entry; Http404 where there is none, or where this account may not see what it is about."""
    step = queries.entry(seq) if seq < 2**63 else None
    if step is None or not queries.may_see(request.user, step.entry.subject_kind, step.entry.subject_id):
        raise Http404
    return step
