"""The pages of productions and, for the firm, of readers' rooms."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.requests import producing, proving, queries, rooming, tables
from oversight.requests.forms import DraftForm, RoomForm, kept
from oversight.requests.lifecycle import KEEPERS
from oversight.requests.models import Document, Production, Request, Room
from oversight.requests.produced import unfit
from oversight.requests.rights import is_counsel
from oversight.requests.rooming import Link
from oversight.requests.views import SEES_ROOMS
from oversight.roles import COMPLIANCE, STAFF


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what goes out next."""
    row = get_object_or_404(Request, pk=pk if pk < 2**63 else 0)
    able = Document.objects.filter(pk__in=[document.pk for document in producing.eligible(row)]).select_related("filed").order_by("pk")
    form = DraftForm(request.POST if request.method == "POST" else None, able=able)
    if request.method == "POST" and form.is_valid():
        with kept(form):
            made = producing.draft(actor_of(request), row, covering=form.cleaned_data["covering"], documents=form.cleaned_data["documents"])
            messages.success(request, "Drafted. Another person releases it.")
            return redirect(made.get_absolute_url())
    shown = {"form": form, "row": row, "able": able, "title": "Draft a production"}
    return render(request, "requests/draft.html", shown, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def production(request: HttpRequest, pk: int) -> HttpResponse:
    """One production: its documents by number, what was made with it, whether every byte is still as it was released."""
    row = get_object_or_404(Production.objects.select_related("request", "supplements", *_PARTS), pk=pk if pk < 2**63 else 0)
    by, given = actor_of(request), list(queries.given(row))
    log = tables.log(given)
    context = {
        "row": row, "given": [(one, proving.proved(one.sha256)) for one in given], "log": log,
        "wrong": unfit(row) if row.state == "drafted" else [],
        "parts": [(name, what, filed, proving.proved(filed.sha256)) for name, what, filed in row.parts], "keeps": COMPLIANCE in by.roles,
        "sits": is_counsel(by.key, by.roles, row.request_id), "sees_rooms": bool(by.roles & set(SEES_ROOMS)), "later": list(row.supplemented_by.all()),
    }  # fmt: skip
    return sheets.respond(request, "requests/production.html", context, log)


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def make_room(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a reader's room; its address and passphrase are told in the answer, once."""
    row = get_object_or_404(Request, pk=pk if pk < 2**63 else 0)
    form = RoomForm(request.POST if request.method == "POST" else None, request_row=row, initial={"production": request.GET.get("production")})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with kept(form):
            return _told(request, rooming.make_room(actor_of(request), row, reader=said["reader"], last_on=said["last_on"], production=said["production"]))
    shown = {"form": form, "row": row, "title": "Make a reader's room"}
    return render(request, "requests/form.html", shown, status=400 if request.method == "POST" else 200)


@allow(*SEES_ROOMS)
@require_GET
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The firm's page of a room: until when, who came in, what they took."""
    row = get_object_or_404(Room.objects.select_related("request", "production"), pk=pk if pk < 2**63 else 0)
    visits = tables.visits(queries.visits_of(row)[:500])
    context = {"row": row, "visits": visits, "keeps": COMPLIANCE in actor_of(request).roles, "productions": list(row.productions)}
    return sheets.respond(request, "requests/room.html", context, visits)


@allow(*KEEPERS)
@require_POST
def relink(request: HttpRequest, pk: int) -> HttpResponse:
    """Another address and passphrase for a room, told in the answer, once."""
    return _told(request, rooming.relink(actor_of(request), get_object_or_404(Room, pk=pk if pk < 2**63 else 0)))


def _told(request: HttpRequest, link: Link) -> HttpResponse:
    """The one page that shows a link; nothing keeps it, so it is not redirected to."""
    address = request.build_absolute_uri(reverse("requests:reading", args=[link.secret]))
    answer = render(request, "requests/link.html", {"row": link.room, "address": address, "passphrase": link.passphrase})
    answer["Cache-Control"] = "no-store"
    return answer


_PARTS = ("archive", "letter", "listing", "index", "withheld")
