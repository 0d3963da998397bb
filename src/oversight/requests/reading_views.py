"""The reader's room as its reader sees it: no account, no navigation, nothing but what was produced in its scope."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight.access import everyone
from oversight.evidence.models import Filed
from oversight.evidence.serving import served
from oversight.lifecycle import Refusal
from oversight.policy.queries import desk_limits
from oversight.procedures.printing import firm
from oversight.requests import proving, rooming
from oversight.requests.forms import EntranceForm
from oversight.requests.models import Produced, Production, Room, Visit
from oversight.requests.produced import PARTS

COOKIE = "reading"
Served = Callable[..., HttpResponse]


def apart(view: Served) -> Served:
    """No search engine, no cache and no other page learns of it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return answer

    return everyone(guarded)


@apart
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, secret: str) -> HttpResponse:
    """The door, and behind it the room."""
    room = rooming.found(secret)
    if room is None or not room.is_open_now:
        return _shut(request)
    visit = rooming.visit_of(room, request.COOKIES.get(COOKIE, ""))
    if request.method == "POST":
        return _entered(request, secret)
    return _inside(request, room, visit, secret) if visit else _door(request, EntranceForm())


@apart
@require_GET
def document(request: HttpRequest, secret: str, label: str) -> HttpResponse:
    """One produced document, as a download that is noted."""
    room, visit = _let_in(request, secret)
    if room is None or visit is None:
        return redirect("requests:reading", secret=secret) if room else _shut(request)
    found = Produced.objects.filter(production__in=room.productions, label=label).exclude(document__state="recalled").select_related("production", "filed")
    row = found.first()
    return _given(request, visit, row.production, row.filed, f"{row.label} ", produced=row) if row else _shut(request)


@apart
@require_GET
def part(request: HttpRequest, secret: str, number: int, name: str) -> HttpResponse:
    """The letter, the index, the log or the whole archive of one production."""
    room, visit = _let_in(request, secret)
    if room is None or visit is None:
        return redirect("requests:reading", secret=secret) if room else _shut(request)
    row = room.productions.filter(number=number).first()
    filed = getattr(row, name) if row and name in PARTS else None
    if row is None or filed is None or (name == "archive" and _is_recalled(row)):
        return _shut(request)
    return _given(request, visit, row, filed, "", part=name)


@apart
@require_POST
def leave(request: HttpRequest, secret: str) -> HttpResponse:
    """Go out: the passphrase is asked again."""
    _, visit = _let_in(request, secret)
    if visit:
        rooming.leave(visit)
    answer = redirect("requests:reading", secret=secret)
    answer.delete_cookie(COOKIE, path=reverse("requests:reading", args=[secret]))
    return answer


def _let_in(request: HttpRequest, secret: str) -> tuple[Room | None, Visit | None]:
    room = rooming.found(secret)
    if room is None or not room.is_open_now:
        return None, None
    return room, rooming.visit_of(room, request.COOKIES.get(COOKIE, ""))


def _entered(request: HttpRequest, secret: str) -> HttpResponse:
    form = EntranceForm(request.POST)
    if not form.is_valid():
        return _door(request, form, status=400)
    address = get_adapter(request).get_client_ip(request) if settings.READER_ADDRESSES else ""
    try:
        visit, token = rooming.enter(secret, form.cleaned_data["passphrase"], who=form.cleaned_data["who"], address=address or "")
    except Refusal as refusal:
        return _shut(request) if refusal.is_forbidden else _door(request, form, refusal.words, status=429)
    if not visit.is_let_in:
        return _door(request, form, rooming.WRONG, status=403)
    path = reverse("requests:reading", args=[secret])
    answer = redirect(path)
    answer.set_cookie(
        COOKIE, token, max_age=60 * desk_limits().room_minutes, path=path, secure=settings.IS_SECURE, httponly=True, samesite="Lax"
    )  # fmt: skip
    return answer


def _inside(request: HttpRequest, room: Room, visit: Visit, secret: str) -> HttpResponse:
    productions = []
    for row in room.productions.select_related(*PARTS):
        given = list(row.given.select_related("document__filed", "filed").order_by("number"))
        is_whole = all(one.document.state != "recalled" for one in given)
        parts = [(name, what, filed, proving.proved(filed.sha256)) for name, what, filed in row.parts if name != "archive" or is_whole]
        productions.append((row, [(one, one.document.state == "recalled" or proving.proved(one.sha256)) for one in given], parts, is_whole))
    shown = {"room": room, "visit": visit, "secret": secret, "productions": productions, "firm": firm(), "minutes": desk_limits().room_minutes}
    return render(request, "requests/reading.html", shown)


def _door(request: HttpRequest, form: EntranceForm, said: str = "", *, status: int = 200) -> HttpResponse:
    return render(request, "requests/door.html", {"form": form, "said": said}, status=status)


def _shut(request: HttpRequest) -> HttpResponse:
    """No such address, a room not released, locked, revoked or over: the same words."""
    return render(request, "requests/shut.html", {"said": rooming.SHUT}, status=404)


def _given(request: HttpRequest, visit: Visit, production: Production, filed: Filed, before: str, **what: Any) -> HttpResponse:
    """The bytes under their number, held against their hash; noted first. Altered ones are never given."""
    if not proving.proved(filed.sha256):
        words = "The bytes of this file are not those that were released, so they are not given. Please tell the firm."
        return render(request, "requests/shut.html", {"said": words}, status=409)
    rooming.note(visit, production, filed.sha256, **what)
    return served(Named(filed, f"{before}{filed.name}"), is_seen=False)


def _is_recalled(row: Production) -> bool:
    return row.given.filter(document__state="recalled").exists()


class Named:
    """A filing under another file name: with its number before it."""

    def __init__(self, filed: Filed, name: str) -> None:
        self.sha256, self.kind, self.type, self.name = filed.sha256, filed.kind, filed.type, name
