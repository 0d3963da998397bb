"""The firm's pages of rooms: the list, one room with the firm's notes, opening it, choosing days and orders."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.cases.models import Case
from oversight.lifecycle import Refusal
from oversight.roles import STAFF
from oversight.rooms import actions, queries, tables
from oversight.rooms.forms import AboutForm, DayForm, NoteForm, OrdersForm, SupposeForm
from oversight.rooms.lifecycle import KEEPERS, SPEAKERS
from oversight.rooms.models import Room
from oversight.rooms.seen import seen
from oversight.vendors.queries import vendors


@allow(*STAFF)
@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """Every joint investigation, and the cases that wait for a room."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "vendor")}
    found = queries.rooms(**asked)
    page = Paginator(found, 100).get_page(request.GET.get("page"))
    may_open = bool(actor_of(request).roles & set(KEEPERS))
    context = {"page": page, "asked": asked, "states": queries.STATES, "vendors": vendors(), "waiting": list(queries.without_room()), "may_open": may_open}
    return sheets.respond(request, "rooms/rooms.html", context, tables.sheet(found if request.GET.get("format") in sheets.FORMATS else page))


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def open_room(request: HttpRequest, case: int) -> HttpResponse:
    """Open the room of a case under investigation."""
    row = get_object_or_404(Case.objects.select_related("vendor"), pk=case)
    form = AboutForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_room(actor_of(request), row, about=form.cleaned_data["about"])
        except Refusal as refusal:
            form.add_error(None, refusal.words)
        else:
            messages.success(request, "The room is open; the vendor's accounts were told.")
            return redirect(made.get_absolute_url())
    able = list(queries.answering(row.vendor.key))
    return render(request, "rooms/open.html", {"case": row, "form": form, "able": able}, status=400 if request.method == "POST" else 200)


@allow(*STAFF)
@require_GET
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """One room as the firm sees it: what both sides said, and the firm's notes, which the vendor does not see."""
    row, roles = _room(pk), actor_of(request).roles
    shown = {
        "row": row, "room": seen(row, is_firm=True), "may_speak": bool(roles & set(SPEAKERS)) and row.takes_words, "may_note": bool(roles & set(SPEAKERS)),
        "may_choose": bool(roles & set(KEEPERS)) and row.takes_words, "suppose": SupposeForm(), "day": DayForm(),
        "able": list(queries.answering(row.case.vendor.key)), "is_firm": True, "named": row.case.vendor.name,
    }  # fmt: skip
    return render(request, "rooms/room.html", shown)


@allow(*KEEPERS)
@require_POST
def choose_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Show both sides the configuration of a day."""
    row, form = _room(pk), DayForm(request.POST)
    if not form.is_valid():
        raise Refusal("Choose a day, as yyyy-mm-dd.")
    made = actions.choose_day(actor_of(request), row, form.cleaned_data["on"])
    return redirect(made.get_absolute_url())


@allow(*KEEPERS)
@require_http_methods(["GET", "POST"])
def orders(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose orders to show: by key, or from what the checks found in this vendor's flow."""
    row = _room(pk)
    form = OrdersForm(request.POST if request.method == "POST" else None, initial={"orders": _named(request)})
    if request.method == "POST" and form.is_valid():
        keys = [*form.cleaned_data["orders"], *_ticked(request)]
        if not keys:
            form.add_error("orders", "Name an order, or tick one below.")
        shown = _show(request, row, keys, form) if keys else False
        if shown:
            return redirect(f"{row.get_absolute_url()}#orders")
    found, again = queries.telling(row), set(_ticked(request))
    ticked = {each.pk for each in found if (each.key_on, each.symbol, each.order_id) in again}
    context = {"row": row, "form": form, "found": found, "ticked": ticked}
    return render(request, "rooms/orders.html", context, status=400 if request.method == "POST" else 200)


@allow(*SPEAKERS)
@require_http_methods(["GET", "POST"])
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Note something for the firm alone, beside one thing of the room."""
    row = _room(pk)
    about = {"subject_kind": request.GET.get("kind", Room.RECORD), "subject_id": request.GET.get("id", str(pk))}
    form = NoteForm(request.POST if request.method == "POST" else None, initial=about)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.note(actor_of(request), row, given["words"], subject=(given["subject_kind"], given["subject_id"]))
        messages.success(request, "Noted, for the firm alone.")
        return redirect(f"{row.get_absolute_url()}#{given['subject_kind'].removeprefix('room_')}-{given['subject_id']}")
    return render(request, "rooms/note.html", {"row": row, "form": form}, status=400 if request.method == "POST" else 200)


def _room(pk: int) -> Room:
    row = queries.room(pk)
    if row is None:
        raise Http404
    return row


def _named(request: HttpRequest) -> str:
    """An order that another page's address names."""
    parts = [request.GET.get(name, "").strip() for name in ("on", "symbol", "order")]
    return " ".join(parts) if all(parts) else ""


def _ticked(request: HttpRequest) -> list[tuple[date, str, str]]:
    found = []
    for line in request.POST.getlist("chosen")[:100]:
        on, _, rest = line.partition("|")
        symbol, _, order_id = rest.partition("|")
        try:
            found.append((date.fromisoformat(on), symbol, order_id))
        except ValueError:
            continue
    return found


def _show(request: HttpRequest, row: Room, keys: list[tuple[date, str, str]], form: OrdersForm) -> bool:
    """Show them, all or none; what is refused is said in the form."""
    try:
        actions.show_orders(actor_of(request), row, keys, form.cleaned_data["why"])
    except Refusal as refusal:
        form.add_error(None, refusal.words)
        return False
    messages.success(request, f"{len(keys)} order{'s are' if len(keys) > 1 else ' is'} shown to the vendor.")
    return True
