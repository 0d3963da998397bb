"""The pages of memos: one memo, writing and revising it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from bestexec import Cell, Problem, printed_cell
from oversight import clock
from oversight.access import actor_of, allow
from oversight.lifecycle import Refusal
from oversight.liquidity import actions
from oversight.liquidity.forms import MemoForm
from oversight.liquidity.lifecycle import ABOUT, NOTERS
from oversight.liquidity.models import Memo
from oversight.measured.reading import Reading, judged, read
from oversight.roles import STAFF

JUDGED = {"met": "reached", "missed": "not reached", "cannot_tell": "cannot tell"}


@allow(*STAFF)
@require_GET
def memo(request: HttpRequest, pk: int) -> HttpResponse:
    """One memo: what is asked, its terms, how the trial stands by its own figure; moves, evidence and history."""
    row = get_object_or_404(Memo.objects.select_related("vendor"), pk=pk)
    reading, unread = _read(row)
    state, why = judged(row.target, reading) if row.target and reading else ("", "")
    shown = {
        "row": row, "reading": reading, "judged": JUDGED.get(state, ""), "why": why, "unread": unread,
        "may_revise": row.state == "drafted" and _may_note(request),
        "bound": printed_cell(Cell(row.target.bound, row.target.figure.unit)) if row.target else "",
    }  # fmt: skip
    return render(request, "liquidity/memo.html", shown)


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def write_memo(request: HttpRequest) -> HttpResponse:
    """Write a memo; `?about=&venue=&vendor=` fill the form in."""
    asked = {name: request.GET[name] for name in ("about", "venue", "vendor") if request.GET.get(name)}
    form = MemoForm(request.POST if request.method == "POST" else None, initial=asked)
    if request.method == "POST" and form.is_valid():
        row = actions.draft(actor_of(request), **form.facts())
        messages.success(request, "Saved as a draft. Propose it when it is complete.")
        return redirect(row.get_absolute_url())
    return _form(request, form, None)


@allow(*NOTERS)
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Other words in a draft."""
    row = get_object_or_404(Memo, pk=pk)
    if row.state != "drafted":
        raise Refusal("This memo is no draft any more. Send it back first, or look at it again on its day.")
    form = MemoForm(request.POST if request.method == "POST" else None, instance=get_object_or_404(Memo, pk=pk))
    if request.method == "POST" and form.is_valid():
        actions.revise(actor_of(request), row, **form.facts())
        messages.success(request, "Revised.")
        return redirect(row.get_absolute_url())
    return _form(request, form, row)


def _read(row: Memo) -> tuple[Reading | None, str]:
    """(the trial's figure from the day of the decision to its last day, or to today; why it cannot be read)."""
    if row.target is None or row.decided_at is None or row.ends_on is None:
        return None, ""
    first = row.decided_at.astimezone(clock.MARKET_ZONE).date()
    try:
        return read(row.target.figure, vendor=row.vendor.key if row.vendor else "", first=first, last=max(first, min(row.ends_on, clock.today()))), ""
    except Problem as problem:
        return None, str(problem)


def _form(request: HttpRequest, form: MemoForm, row: Memo | None) -> HttpResponse:
    return render(request, "liquidity/memo_form.html", {"form": form, "row": row, "about": ABOUT}, status=400 if request.method == "POST" else 200)


def _may_note(request: HttpRequest) -> bool:
    return bool(actor_of(request).roles & set(NOTERS))
