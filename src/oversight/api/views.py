"""The page of the API: tokens, what there is, how it is called; and the document for programs."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight.access import actor_of, allow, everyone
from oversight.accounts.models import Account
from oversight.api import actions, allowance, queries, reference
from oversight.api.actions import OWNERS
from oversight.api.forms import TokenForm
from oversight.api.models import Token
from oversight.api.problems import told
from oversight.api.surface import document
from oversight.lifecycle import Refusal
from oversight.roles import ADMINISTRATOR, STAFF

READERS = (*STAFF, ADMINISTRATOR)


@allow(*READERS)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Tokens, and every operation with its parameters and an example."""
    return _page(request, TokenForm(account_of(request)) if account_of(request).roles & set(OWNERS) else None)


@allow(*OWNERS)
@require_http_methods(["POST"])
def issue(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret is shown on this answer and never again."""
    form = TokenForm(account_of(request), request.POST)
    if form.is_valid():
        try:
            made = form.cleaned_data
            token, secret = actions.issue(actor_of(request), account_of(request), made["name"], made["scopes"], made["days"])
        except Refusal as refusal:
            if refusal.is_forbidden:
                raise
            form.add_error(None, refusal.words)
        else:
            return _page(request, TokenForm(account_of(request)), made=token, secret=secret)
    return _page(request, form, status=400)


@allow(*OWNERS, ADMINISTRATOR)
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token."""
    actions.end(actor_of(request), get_object_or_404(queries.listed(account_of(request)), pk=pk))
    messages.success(request, "The token is ended. Whatever used it is told so at its next call.")
    return redirect("api:home")


@everyone
@require_GET
def openapi(request: HttpRequest) -> JsonResponse:
    """The OpenAPI document: what there is to call. It says nothing of the firm."""
    return JsonResponse(document())


@everyone
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address that the API does not have, said as JSON."""
    return told(404, "the API has no such address", request.path, "/api/v1/openapi.json lists them all")


def _page(request: HttpRequest, form: TokenForm | None, *, made: Token | None = None, secret: str = "", status: int = 200) -> HttpResponse:
    account = account_of(request)
    shown = {
        "form": form, "made": made, "secret": secret, "tokens": list(queries.listed(account)), "is_administrator": ADMINISTRATOR in account.roles,
        "parts": reference.groups(document(), settings.PUBLIC_URL), "address": settings.PUBLIC_URL, "a_minute": allowance.A_MINUTE,
    }  # fmt: skip
    answer = render(request, "api/home.html", shown, status=status)
    if secret:
        answer["Cache-Control"] = "no-store"
    return answer


def account_of(request: HttpRequest) -> Account:
    """The account that looks at the page."""
    assert isinstance(request.user, Account)
    return request.user
