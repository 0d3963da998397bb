"""Tokens: made by their owner within their own roles, shown once, ended for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from oversight import clock
from oversight.accounts.models import Account, Holding
from oversight.actor import Actor
from oversight.api import actions, allowance
from oversight.api.models import Token
from oversight.findings.models import Finding
from oversight.lifecycle import Refusal
from oversight.record.models import Entry
from oversight.roles import EVERY_ROLE

Browser = Callable[..., Client]
Person = Callable[..., Account]


def acting(account: Account) -> Actor:
    return Actor(account.key, account.roles)


def test_the_secret_is_shown_once_and_only_its_hash_is_kept(browser: Browser) -> None:
    client = browser("analyst")
    answer = client.post("/api/tokens/", {"name": "nightly export", "scopes": ["findings:read"], "days": "30"})
    page = answer.content.decode()
    secret = page.partition('<code class="secret">')[2].partition("</code>")[0]
    token = Token.objects.get()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert token.sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert (token.scopes, token.expires_on) == (["findings:read"], clock.today() + timedelta(days=30))
    assert secret not in client.get("/api/").content.decode()
    body = Entry.objects.get(subject_kind="token").body
    assert secret not in body
    assert token.sha256 not in body


@pytest.mark.parametrize(
    ("roles", "scopes", "days"),
    [
        (("committee",), ["findings:write"], 30),
        (("analyst",), ["findings:read", "everything"], 30),
        (("analyst",), ["findings:read"], 366),
        (("analyst",), ["findings:read"], 0),
        (("analyst",), [], 30),
        (("auditor",), ["findings:read"], 30),
        (("administrator",), ["findings:read"], 30),
        (("vendor",), ["findings:read"], 30),
    ],
)
def test_a_token_that_could_do_more_than_its_owner_is_not_made(roles: tuple[str, ...], scopes: list[str], days: int, person: Person) -> None:
    account = person(*roles)
    with pytest.raises(Refusal):
        actions.issue(acting(account), account, "too much", scopes, days)
    assert Token.objects.count() == 0


def test_nobody_makes_a_token_for_somebody_else(person: Person) -> None:
    one, other = person("analyst", name="one"), person("analyst", name="other")
    with pytest.raises(Refusal):
        actions.issue(acting(one), other, "theirs", ["findings:read"], 30)


@pytest.mark.parametrize("role", EVERY_ROLE)
def test_the_page_is_for_staff_and_administrators_and_shows_others_tokens_to_administrators_alone(role: str, browser: Browser, person: Person) -> None:
    other = person("supervisor", name="other")
    token, _ = actions.issue(acting(other), other, "their secret program", ["findings:read"], 30)
    client = browser(role)
    answer = client.get("/api/")
    assert answer.status_code == (403 if role == "vendor" else 200)
    assert ("their secret program" in answer.content.decode()) == (role == "administrator")
    ended = client.post(f"/api/tokens/{token.pk}/end/")
    assert ended.status_code == {"administrator": 302, "vendor": 403, "auditor": 403}.get(role, 404)
    token.refresh_from_db()
    assert (token.ended_at is not None) == (role == "administrator")


def test_an_ended_an_expired_and_a_made_up_token_open_nothing(program: Callable[..., Any], person: Person) -> None:
    account = person("analyst")
    carried = program(owner=account)
    assert carried.get("/me").status_code == 200
    token = Token.objects.get(owner=account)
    with clock.stated(clock.now() + timedelta(days=30)):
        assert carried.get("/me").status_code == 200
    with clock.stated(clock.now() + timedelta(days=31)):
        assert carried.get("/me").status_code == 401
    actions.end(acting(account), token)
    answer = carried.get("/me")
    assert (answer.status_code, answer["WWW-Authenticate"], answer["Content-Type"]) == (401, 'Bearer realm="bestexec"', "application/problem+json")
    assert answer.json() == {"status": 401, "what": "this token is unknown, ended or expired", "where": "/api/v1/me", "do": "make another at /api/"}
    assert carried.client.get("/api/v1/me", headers={"Authorization": "Bearer bx_00000000_made-up"}).status_code == 401
    assert carried.client.get("/api/v1/me").json()["what"] == "no token was sent"


def test_a_token_follows_its_owners_roles(program: Callable[..., Any], person: Person) -> None:
    account = person("analyst", "committee")
    carried = program(owner=account)
    assert carried.post("/findings/1/take").status_code != 403
    Holding.objects.filter(account=account, role="analyst").update(ended_at=clock.now())
    answer = carried.post("/findings/1/take")
    assert (answer.status_code, answer.json()["what"]) == (403, "its owner's roles do not reach this; it is for analyst, supervisor or compliance")
    assert carried.get("/me").json()["roles"] == ["committee"]
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert carried.get("/me").status_code == 401


def test_a_session_opens_nothing_here(desk: Finding, browser: Browser) -> None:
    assert browser("supervisor").get("/api/v1/findings").status_code == 401


def test_more_calls_than_a_minute_holds_are_told_to_wait(program: Callable[..., Any]) -> None:
    carried = program("analyst")
    token = Token.objects.get()
    assert [allowance.spend(token.prefix) for _call in range(allowance.A_MINUTE)] == [0] * allowance.A_MINUTE
    answer = carried.get("/me")
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    with clock.stated(clock.now() + timedelta(minutes=1)):
        assert carried.get("/me").status_code == 200


def test_when_it_was_last_used_is_kept_apart_from_the_record(program: Callable[..., Any]) -> None:
    carried = program("analyst")
    before = Entry.objects.count()
    carried.get("/me")
    assert Token.objects.get().last_used_at == clock.now()
    assert Entry.objects.count() == before
