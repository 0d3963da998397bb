"""What surrounds every page: navigation, refusals, what a browser may do, what the deployment checks say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, resolve, reverse

from oversight import urls
from oversight.access import allow, everyone
from oversight.lifecycle import Refusal
from oversight.roles import EVERY_ROLE
from oversight.shell import PLACES

Browser = Callable[..., Client]
PAGES = (
    "/account/login/",
    "/account/password/reset/key/1-none/",
    "/people/me/",
    "/people/",
    "/nothing/",
    "/people/reviews/",
    "/account/2fa/totp/activate/",
    "/health",
)


def forbidding(request: HttpRequest) -> HttpResponse:
    raise Refusal("The day is signed: nothing in it changes.", is_forbidden=False)


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the inside")


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("what nobody decided about")


@pytest.fixture
def more_pages(settings: Any) -> Iterator[None]:
    """The desk with a page that refuses, one that fails, and one that says no roles."""
    conf = types.ModuleType("more_pages")
    more = [path("refuses/", allow("analyst")(forbidding)), path("fails/", everyone(failing)), path("forgotten/", forgotten)]
    conf.urlpatterns = [*more, *urls.urlpatterns]  # type: ignore[attr-defined]  # made here
    sys.modules["more_pages"] = conf
    settings.ROOT_URLCONF = "more_pages"
    yield
    del sys.modules["more_pages"]


def test_someone_who_has_not_signed_in_is_sent_to_the_sign_in_page(client: Client, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=/")


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_each_role_is_shown_the_places_it_may_see_and_each_opens(browser: Browser, role: str) -> None:
    page = browser(role, vendor="Alpha" if role == "vendor" else "")
    nav = re.search(r'<nav aria-label="Pages">(.*?)</nav>', page.get("/people/me/").content.decode(), re.DOTALL)
    assert nav
    shown = re.findall(r'<a href="([^"]+)"', nav[1])
    assert shown == [reverse(place.url) for place in PLACES if role in resolve(reverse(place.url)).func.allowed]  # type: ignore[attr-defined]  # a view carries its rule
    assert [page.get(url).status_code for url in shown] == [200] * len(shown)


def test_one_place_is_marked_as_where_one_is(browser: Browser) -> None:
    body = browser("compliance").get("/people/reviews/").content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', body) == ["/people/reviews/"]


def test_the_shell_costs_four_queries(browser: Browser, django_assert_num_queries: Any) -> None:
    page = browser("compliance")
    page.get("/nothing/")
    with django_assert_num_queries(4):
        assert page.get("/nothing/").status_code == 404


def test_the_second_factor_is_asked_for_once_a_session(browser: Browser, settings: Any, django_assert_num_queries: Any) -> None:
    from allauth.mfa.models import Authenticator

    from oversight.accounts.models import Account

    settings.MFA_POLICY = "required"
    page = browser("compliance")
    Authenticator.objects.create(user=Account.objects.get(), type=Authenticator.Type.TOTP, data={"secret": "x"})
    page.get("/nothing/")
    with django_assert_num_queries(4):
        page.get("/nothing/")


def test_the_health_page_says_that_the_desk_serves_and_nothing_else(client: Client, db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        answer = client.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


@pytest.mark.parametrize("role", ["administrator", "compliance", "vendor", ""])
def test_no_page_lets_a_browser_run_what_stands_in_it(browser: Browser, client: Client, db: None, role: str) -> None:
    page = browser(role, vendor="Alpha" if role == "vendor" else "") if role else client
    for url in PAGES:
        answer = page.get(url, follow=True)
        policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        assert (policy["default-src"], policy["script-src"], policy["style-src"], policy["frame-ancestors"], policy["base-uri"]) == (
            "'none'", "'self'", "'self'", "'none'", "'none'",
        )  # fmt: skip
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"], answer["Referrer-Policy"]) == ("nosniff", "DENY", "same-origin")
        body = answer.content.decode()
        assert re.findall(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|javascript:|src=\"data:|<style", body) == [], url


def test_what_may_not_be_done_is_said_in_words(browser: Browser, more_pages: None) -> None:
    page = browser("analyst")
    refused, forbidden = page.get("/refuses/"), page.get("/people/")
    assert (refused.status_code, "The day is signed: nothing in it changes." in refused.content.decode()) == (409, True)
    assert (forbidden.status_code, "This page is not for your role." in forbidden.content.decode()) == (403, True)


def test_a_page_that_nobody_decided_about_is_served_to_nobody(browser: Browser, client: Client, db: None, more_pages: None) -> None:
    for page in (client, browser("analyst"), browser("administrator")):
        answer = page.get("/forgotten/")
        assert (answer.status_code, "so nobody does" in answer.content.decode(), "nobody decided" in answer.content.decode()) == (403, True, False)


def test_our_own_mistake_is_said_without_its_inside(client: Client, db: None, more_pages: None) -> None:
    client.raise_request_exception = False
    answer = client.get("/fails/")
    body = answer.content.decode()
    assert (answer.status_code, "Something went wrong on our side" in body, "secret" in body) == (500, True, False)


def test_a_rule_without_roles_is_a_mistake_at_once() -> None:
    for roles in ((), ("analist",), ("analyst", "nobody")):
        with pytest.raises(ValueError, match="unknown or no roles"):
            allow(*roles)


def test_the_deployment_checks_have_nothing_to_say(root: Path, tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OVERSIGHT_", "DATABASE_"))}
    given = {
        "OVERSIGHT_SECRET_KEY": "b7Qd2mXw9sLkPz4vTn8yRc3hFj6gUe1aWoIx5BqMtNrYpVzCkD0G", "OVERSIGHT_URL": "https://desk.firm.example",
        "OVERSIGHT_HOME": str(tmp_path), "OVERSIGHT_OIDC_ISSUER": "https://id.firm.example/", "OVERSIGHT_OIDC_CLIENT_ID": "desk",
    }  # fmt: skip
    said = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=root,
        env={**clean, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), said.stderr
