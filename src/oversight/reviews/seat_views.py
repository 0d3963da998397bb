"""The pages of the charter, its seats, and the actions that reviews set."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from oversight import sheets
from oversight.access import actor_of, allow
from oversight.reviews import acting, queries, seating
from oversight.reviews.floor import charter as charter_in_force
from oversight.reviews.floor import may_sit, seats
from oversight.reviews.forms import CharterForm, HandOverForm, SeatForm
from oversight.reviews.lifecycle import CHARTERERS, DOERS, KEEPERS
from oversight.reviews.models import Action, Charter
from oversight.reviews.views import asked
from oversight.roles import STAFF


@allow(*STAFF)
@require_GET
def charter(request: HttpRequest) -> HttpResponse:
    """The charter in force and its versions, and who sits."""
    every = queries.every_seat()
    open_now = may_sit([seat.person for seat in every])
    versions = list(Charter.objects.order_by("-number"))
    in_force = next((one for one in versions if one.state == "in_force"), None)
    shown = {
        "charter": in_force, "versions": versions, "seats": [(seat, seat.person in open_now) for seat in every],
        "may_write": bool(actor_of(request).roles & set(CHARTERERS)), "counting": len([one for one in seats(in_force) if one.has_vote]) if in_force else 0,
    }  # fmt: skip
    return render(request, "reviews/charter.html", shown)


@allow(*CHARTERERS)
@require_http_methods(["GET", "POST"])
def propose_charter(request: HttpRequest) -> HttpResponse:
    """Write the next version of the charter."""
    held = charter_in_force()
    begun = {name: getattr(held, name) for name in CharterForm.base_fields} if held else CharterForm.begun()
    form = CharterForm(request.POST if request.method == "POST" else None, initial=begun)
    if request.method == "POST" and form.is_valid():
        row = seating.propose_charter(actor_of(request), **form.cleaned_data)
        messages.success(request, "Written. It holds once a second person agrees.")
        return redirect(row.get_absolute_url())
    words = "A review that is convened already keeps the charter under which it was convened, and a review that was raised keeps its day."
    return asked(request, form, title="Write the charter", words=words, button="Propose it", back=reverse("reviews:charter"))


@allow(*CHARTERERS)
@require_http_methods(["GET", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    """Appoint somebody to a seat."""
    form = SeatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = seating.appoint(actor_of(request), **form.cleaned_data)
        messages.success(request, "Appointed. The seat counts once a second person agrees; file the registration beside it.")
        return redirect(row.get_absolute_url())
    words = "A seat counts while its account is open and holds one of the roles committee, compliance, supervisor or senior manager."
    return asked(request, form, title="Appoint to a seat", words=words, button="Appoint", back=reverse("reviews:charter"))


@allow(*STAFF)
@require_GET
def actions(request: HttpRequest) -> HttpResponse:
    """Every action that a review set, by its day."""
    state, owner = (request.GET.get(name, "").strip() for name in ("state", "owner"))
    found = queries.actions(state=state, owner=actor_of(request).key if owner == "me" else owner)
    shown = {"states": queries.ACTION_STATES, "asked": {"state": state, "owner": owner}, "owners": queries.owners()}
    return sheets.respond(request, "reviews/actions.html", shown, queries.action_sheet(found))


@allow(*STAFF)
@require_GET
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One action: what was asked, what was done, what proves it."""
    row = get_object_or_404(Action.objects.select_related("review", "item__review", "motion"), pk=pk)
    by = actor_of(request)
    may_hand_over = row.state == "open" and (by.key == row.owner or bool(by.roles & set(KEEPERS)))
    return render(request, "reviews/action.html", {"row": row, "is_mine": by.key == row.owner, "may_hand_over": may_hand_over})


@allow(*DOERS)
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an action to another person."""
    row = get_object_or_404(Action.objects.select_related("review"), pk=pk)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        acting.hand_over(actor_of(request), row, **form.cleaned_data)
        messages.success(request, "Handed over. Its day stays, and the new owner is told.")
        return redirect(row.get_absolute_url())
    return asked(request, form, title="Hand an action over", words=row.what, button="Hand it over", back=row.get_absolute_url())
