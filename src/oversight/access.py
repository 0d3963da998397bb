"""Who may see which page: each view says its roles, and a view that says none is not served."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.roles import EVERY_ROLE

View = Callable[..., HttpResponse]
V = TypeVar("V")
SEEN, BEGAN, SECURED = "seen_at", "began_at", "is_secured"
OPEN_WITHOUT_SECOND_FACTOR = ("/account/", "/static/", "/health")

_remembered: ContextVar[dict[str, Any] | None] = ContextVar("remembered", default=None)


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
                return to_sign_in(request)
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


@cache
def address_and_roles(name: str) -> tuple[str, frozenset[str]]:
    """The address of a page without parameters, and who may see it. Neither changes while a process runs, and each page of the desk asks it of forty."""
    address = reverse(name)
    return address, getattr(resolve(address).func, "allowed", frozenset())


def actor_of(request: HttpRequest, origin: str = "desk") -> Actor:
    """Who acts in this request."""
    assert request.user.is_authenticated, "a view that acts says `allow`"
    return Actor(request.user.key, request.user.roles, origin)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to the sign-in page and back here; a part of a page that htmx asks for makes the whole page go."""
    back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse(settings.LOGIN_REDIRECT_URL)
    answer = redirect_to_login(back)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer


def once(name: str, read: Callable[[], V]) -> V:
    """What `read` gives, read at most once a request; outside of requests, each time."""
    held = _remembered.get()
    if held is None:
        return read()
    if name not in held:
        held[name] = read()
    value: V = held[name]
    return value


def forget(name: str) -> None:
    """Read `name` anew the next time: it was written to."""
    (_remembered.get() or {}).pop(name, None)


class SessionPolicy:
    """Ends a session that lay idle or grew old, serves no view without a rule, and shows nothing before the second factor is set up where required."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _remembered.set({})
        try:
            return self._refused(request) or self.get_response(request)
        finally:
            _remembered.reset(before)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> HttpResponse | None:
        """The refusal page for a view that nobody decided about."""
        if hasattr(view, "allowed"):
            return None
        words = "This page does not say who may see it, so nobody does. It is our mistake: tell an administrator."
        return render(request, "refused.html", {"refusal": Refusal(words, is_forbidden=True)}, status=403)

    def _refused(self, request: HttpRequest) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        session, at = request.session, int(clock.now().timestamp())
        began, seen = session.setdefault(BEGAN, at), session.get(SEEN, at)
        if at - seen > settings.SESSION_IDLE_SECONDS or at - began > settings.SESSION_COOKIE_AGE:
            logout(request)
            return to_sign_in(request)
        if SEEN not in session or at - seen >= 60:
            session[SEEN] = at
        if settings.MFA_POLICY == "required" and not session.get(SECURED) and not request.path.startswith(OPEN_WITHOUT_SECOND_FACTOR):
            if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
                return redirect(reverse("mfa_activate_totp"))
            session[SECURED] = True
        return None


class Refusals:
    """Shows a Refusal as a page in words: 403 where the person may not, 409 where the thing is not in a state for it."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a Refusal; None, so that it is raised on, for anything else."""
        if isinstance(exception, Refusal):
            shown = {"refusal": exception, "back": _before(request)}
            return render(request, "refused.html", shown, status=403 if exception.is_forbidden else 409)
        return None


def _before(request: HttpRequest) -> str:
    """The page of this desk from which it was asked; empty where that is not known, or is the page that is refused."""
    said = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        return ""
    page = urlsplit(said)._replace(scheme="", netloc="").geturl()
    return page if page.startswith("/") and page != request.get_full_path() else ""
