"""The page of an order that was chosen to be looked at by both sides: the vendor's own alone, and the same to the firm."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from bestexec import Problem
from oversight import sheets
from oversight.access import allow
from oversight.desk import inspector
from oversight.desk import replay as replays
from oversight.desk.replay import Replay
from oversight.roles import STAFF, VENDOR
from oversight.rooms import queries
from oversight.rooms.models import ShownOrder


@allow(VENDOR, *STAFF)
@require_GET
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """One order, exactly as its vendor sees it; `?format=` downloads its events. For anybody but its own vendor and the firm there is none."""
    order = queries.shown_order(pk)
    account: Any = request.user
    is_outside = VENDOR in account.roles
    if order is None or (is_outside and not queries.is_shared(order, account)):
        raise Http404
    back = reverse("rooms:shared", args=[order.room_id]) if is_outside else order.room.get_absolute_url()
    context = {"order": order, "back": f"{back}#order-{order.pk}", "is_firm": not is_outside, "route_heads": inspector.ROUTE_HEADS}
    shown = _shown(order)
    if shown is None:
        return render(request, "desk/replay_none.html", context, status=404)
    return sheets.respond(request, "desk/replay.html", {**context, "shown": shown, "drawn": shown.drawn}, shown.events)


def _shown(order: ShownOrder) -> Replay | None:
    """Its values; None where the run it rests on is not to be had: what exactly is wrong with it is for the firm."""
    try:
        return replays.replay(order)
    except Problem:
        return None
