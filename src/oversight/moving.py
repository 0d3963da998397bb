"""One page for every move of every lifecycle: its form, generated, and what it does."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.db.models import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from oversight.access import actor_of, allow
from oversight.actor import Actor
from oversight.lifecycle import Move, Refusal, offered, spaced
from oversight.record import actions
from oversight.record.models import Moving
from oversight.roles import EVERY_ROLE


def kinds() -> dict[str, type[Moving]]:
    """Every model with a lifecycle, by what the record calls it."""
    return {model.RECORD: model for model in apps.get_models() if issubclass(model, Moving)}


def found(kind: str, pk: str, by: Any) -> Moving:
    """The row; Http404 where there is none, or where this account may not see it."""
    model = kinds().get(kind)
    row = model._default_manager.filter(pk=pk).first() if model and str(pk).isalnum() else None
    if row is None or not row.is_visible_to(by):
        raise Http404
    return row


def form_of(row: Moving, move: Move, sent: Any = None) -> forms.Form:
    """A form with the fields that `move` needs and takes, drawn as the model declares them; `why` is a text."""
    wanted = [*move.needs, *(name for name in move.takes if name not in move.needs)]
    of_model = [name for name in wanted if name != "why"]
    made = {name: _field(row, name, required=name in move.needs) for name in of_model}
    if "why" in move.needs or not wanted:
        made["why"] = forms.CharField(label="Why", required="why" in move.needs, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)
    return type("MoveForm", (forms.Form,), made)(sent, auto_id=f"{row.RECORD}-{row.pk}-{move.name}-%s")


def _field(row: Moving, name: str, *, required: bool) -> forms.Field:
    declared = type(row)._meta.get_field(name)
    assert isinstance(declared, Field), f"{name} is not a field with a form"
    drawn = declared.formfield(required=required)
    assert drawn is not None, f"{name} has no form"
    return drawn


def buttons(row: Moving, by: Actor) -> list[tuple[Move, forms.Form]]:
    """The moves offered to `by` on `row`, each with its form."""
    return [(move, form_of(row, move)) for move in offered(row.LIFECYCLE, row, person=by.key, roles=by.roles) if row.offers(move.name, by)]


def make(by: Actor, row: Moving, name: str, given: dict[str, Any]) -> Moving:
    """Make the move: by the app's own action where it has one (`MOVES` in its `actions`), else by the one `move`."""
    own = getattr(import_module(f"{type(row).__module__.rsplit('.', 1)[0]}.actions"), "MOVES", {}).get((row.RECORD, name))
    act = own or (lambda by, row, **given: actions.move(by, row, name, **given))
    return act(by, row, **given)


@allow(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, kind: str, pk: str, name: str) -> HttpResponse:
    """GET: the move's form on a page of its own. POST: make it, go back to where it was asked for."""
    row = found(kind, pk, request.user)
    the_move = row.LIFECYCLE.move(name)
    back = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    by = actor_of(request)
    if the_move not in offered(row.LIFECYCLE, row, person=by.key, roles=by.roles) and request.method == "GET":
        raise Refusal(f"{the_move.title}: this is not open to you now.", is_forbidden=not by.roles & set(the_move.by))
    form = form_of(row, the_move, request.POST if request.method == "POST" else None)
    if request.method == "POST" and (form.is_valid() or the_move not in offered(row.LIFECYCLE, row, person=by.key, roles=by.roles)):
        given = {field: value for field, value in getattr(form, "cleaned_data", {}).items() if value not in (None, "")}
        make(by, row, name, given)
        messages.success(request, f"{the_move.title}: done. The {row.LIFECYCLE.thing} is now “{row.state_title}”.")
        return redirect(back)
    shown = {"row": row, "move": the_move, "form": form, "back": back, "thing": spaced(row.LIFECYCLE.thing)}
    return render(request, "move.html", shown, status=400 if request.method == "POST" else 200)
