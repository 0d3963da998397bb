"""Who may see which page: each view says its roles, and a view that says none is not served."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.roles import EVERY_ROLE

View = Callable[..., HttpResponse]
SEEN = "seen_at"
OPEN_WITHOUT_SECOND_FACTOR = ("/account/", "/static/", "/health")


def allow(*roles: str) -> Callable[[View], View]:
    """Serve the view to accounts in one of `roles`. Others see the refusal page, and people who have not signed in the sign-in page.

    `view.allowed` holds the roles, so that the permission matrix can be read off the URL conf.
    """
    if not roles or not set(roles) <= set(EVERY_ROLE):
        raise ValueError(f"unknown or no roles: {roles}")

    def deco(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.roles & set(roles):
                raise Refusal("This page is not for your role. Ask an administrator if you should see it.", is_forbidden=True)
            return view(request, *args, **kwargs)

        guarded.allowed = frozenset(roles)  # type: ignore[attr-defined]  # a function carries its own rule
        return guarded

    return deco


def everyone(view: View) -> View:
    """Serve the view to people who have not signed in, too: the sign-in page, the health page."""
    view.allowed = frozenset({"outsider", *EVERY_ROLE})  # type: ignore[attr-defined]  # a function carries its own rule
    return view


def actor_of(request: HttpRequest, origin: str = "desk") -> Actor:
    """Who acts in this request."""
    assert request.user.is_authenticated, "a view that acts says `allow`"
    return Actor(request.user.key, request.user.roles, origin)


class SessionPolicy:
    """Ends a session that lay idle, and shows nothing before the second factor is set up where it is required."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        seen, at = request.session.get(SEEN), int(clock.now().timestamp())
        if seen is not None and at - seen > settings.SESSION_IDLE_SECONDS:
            logout(request)
            return redirect_to_login(request.get_full_path())
        if seen is None or at - seen >= 60:
            request.session[SEEN] = at
        if settings.MFA_POLICY == "required" and not request.path.startswith(OPEN_WITHOUT_SECOND_FACTOR) and not is_mfa_enabled(request.user):
            return redirect(reverse("mfa_activate_totp"))
        return self.get_response(request)


class Refusals:
    """Shows a refusal as a page in words: 403 where the person may not, 409 where the thing is not in a state for it."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a Refusal; None, so that it is raised on, for anything else."""
        if isinstance(exception, Refusal):
            return render(request, "refused.html", {"refusal": exception}, status=403 if exception.is_forbidden else 409)
        return None
