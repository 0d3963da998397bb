"""The pages of a room that the vendor has: its own rooms alone, without the firm's notes; and the forms that both sides share."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.evidence.serving import served
from oversight.evidence.uploads import posted
from oversight.lifecycle import Refusal
from oversight.roles import VENDOR
from oversight.rooms import actions, queries, tables
from oversight.rooms.forms import SayForm, SupposeForm
from oversight.rooms.lifecycle import BY_KEY, FIRM, INSIDE, OUTSIDE, Kind
from oversight.rooms.models import Day, Hypothesis, Room, ShownOrder, Statement
from oversight.rooms.seen import seen


@allow(VENDOR)
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The cases that are shared with this account's vendor."""
    page = Paginator(queries.of_account(request.user), 100).get_page(request.GET.get("page"))
    return sheets.respond(request, "rooms/mine.html", {"page": page}, tables.mine(page))


@allow(VENDOR)
@require_GET
def shared(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: everything both sides said and showed, and nothing of the firm's own."""
    row = _room(request, pk)
    shown = {"room": seen(row, is_firm=False), "may_speak": row.takes_words, "suppose": SupposeForm(), "is_firm": False, "named": "you"}
    return render(request, "rooms/shared.html", shown)


@allow(VENDOR)
@require_GET
def file(request: HttpRequest, pk: int, filed: int) -> HttpResponse:
    """The bytes of a file that was shown in the room; for any other there is none."""
    found = queries.shown_file(_room(request, pk), filed)
    if found is None:
        raise Http404
    return served(found.filed, is_seen=request.GET.get("show") == "1")


@allow(*INSIDE)
@require_http_methods(["GET", "POST"])
def suppose(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a hypothesis."""
    row, form = _room(request, pk), SupposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.put(actor_of(request), row, form.cleaned_data["words"])
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error("words", refusal.words)
        else:
            messages.success(request, "Put. Now both sides can say what speaks for and against it.")
            return redirect(f"{_page(request, row)}#hypothesis-{made.pk}")
    shown = {"form": form, "back": _page(request, row), "number": row.case.number}
    return render(request, "rooms/suppose.html", shown, status=400 if request.method == "POST" else 200)


@allow(*INSIDE)
@require_http_methods(["GET", "POST"])
def say(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Say something of one kind: `?of=` names the hypothesis, day or order it is about, `?instead=` an earlier statement of one's own side."""
    row, one = _room(request, pk), BY_KEY.get(kind)
    if one is None:
        raise Http404
    is_firm = VENDOR not in actor_of(request).roles
    about, earlier = _about(request, row, one), _earlier(request, row, one, is_firm)
    last = _last(row, one, about, is_firm) if one.is_one else earlier
    initial = {"seen": last.pk if last else 0, **({"words": last.words, "value": last.value} if last else {})}
    form = SayForm(kind=one, is_firm=is_firm, **posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _said(request, row, one, about, earlier, form)
        if made is not None:
            messages.success(request, "Said. It stays as it is; a correction is another statement in its place.")
            return redirect(f"{_page(request, row)}#statement-{made.pk}")
    shown = {"form": form, "kind": one, "about": about, "last": last, "back": _page(request, row), "number": row.case.number, "is_firm": is_firm}
    return render(request, "rooms/say.html", shown, status=400 if request.method == "POST" else 200)


def _said(request: HttpRequest, row: Room, one: Kind, about: Any, earlier: Statement | None, form: SayForm) -> Statement | None:
    given = form.cleaned_data
    sent = given.get("content")
    upload = actions.Upload(sent.name, sent, given.get("title", "")) if sent is not None else None
    seen_last = given.get("seen") if one.is_one else None
    try:
        return actions.say(
            actor_of(request), row, one.key, given["words"], of=about, value=given.get("value", ""), supersedes=None if one.is_one else earlier,
            upload=upload, seen=seen_last,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.is_forbidden:
            raise
        form.add_error(None, refusal.words)
        return None


def _room(request: HttpRequest, pk: int) -> Room:
    """The room: for an outside account only one that it shares; for anybody else of these views, any."""
    account: Any = request.user
    row = queries.shared_room(pk, account) if VENDOR in account.roles else queries.room(pk)
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, row: Room) -> str:
    return reverse("rooms:shared", args=[row.pk]) if VENDOR in actor_of(request).roles else row.get_absolute_url()


def _about(request: HttpRequest, row: Room, one: Kind) -> Hypothesis | Day | ShownOrder | None:
    """The thing of this room that it is about; Http404 for one that is not of this room."""
    if not one.of:
        return None
    named = request.GET.get("of", "")
    rows: Any = {"hypothesis": row.hypotheses, "day": row.days, "order": row.orders.filter(state="shown")}[one.of]
    found: Hypothesis | Day | ShownOrder | None = rows.filter(pk=named).first() if named.isdecimal() and len(named) < 19 else None
    if found is None:
        raise Http404
    return found


def _earlier(request: HttpRequest, row: Room, one: Kind, is_firm: bool) -> Statement | None:
    """The statement of one's own side that is corrected."""
    named = request.GET.get("instead", "")
    if not named.isdecimal() or len(named) > 18:
        return None
    found = row.statements.filter(pk=named, kind=one.key, side=FIRM if is_firm else OUTSIDE).first()
    if found is None:
        raise Http404
    return found


def _last(row: Room, one: Kind, about: Any, is_firm: bool) -> Statement | None:
    found = row.standing_statements(one.key, FIRM if is_firm else OUTSIDE)
    return (found.filter(hypothesis=about) if one.of else found).order_by("-pk").first()
