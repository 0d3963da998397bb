"""Signing in with a password and a second factor: what works, what is refused, what the record keeps."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from oversight import clock
from oversight.accounts import actions
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.record.models import Entry, Word

PHRASE = "a long enough phrase"
LOGIN = "/account/login/"
Person = Callable[..., Account]


@pytest.fixture
def ann(person: Person) -> Account:
    return actions.set_password(automated("test"), person("analyst", name="ann"), PHRASE)


def sign_in(client: Client, name: str = "ann", password: str = PHRASE, **more: str) -> object:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def verbs() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("verb", flat=True))


def set_up_factor(client: Client) -> str:
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert secret
    assert client.post("/account/2fa/totp/activate/", {"code": code(secret[1])})["Location"] == "/account/2fa/recovery-codes/"
    return secret[1]


def test_signing_in_and_out_is_recorded(ann: Account, client: Client) -> None:
    assert sign_in(client)["Location"] == "/"
    assert Account.objects.get(pk=ann.pk).last_login == clock.now()
    assert client.post("/account/logout/")["Location"] == LOGIN
    assert client.get("/people/me/")["Location"] == "/account/login/?next=/people/me/"
    assert verbs() == ["set_password", "sign_in", "sign_out"]
    assert set(Entry.objects.filter(verb__in=("sign_in", "sign_out")).values_list("actor", "subject_id")) == {(ann.key, ann.key)}


def test_a_failed_sign_in_is_recorded_without_what_was_typed(ann: Account, client: Client) -> None:
    for name in ("ann", "nobody", "my secret password"):
        page = sign_in(client, name, "wrong")
        assert (page.status_code, "do not go together" in page.content.decode()) == (200, True)
    failed = Entry.objects.filter(verb="sign_in_failed").order_by("seq")
    assert list(failed.values_list("actor", "subject_id")) == [("system:sign_in", ann.key), ("system:sign_in", "unknown"), ("system:sign_in", "unknown")]
    assert {word.text for word in Word.objects.filter(entry__in=failed)} == {'[null,"127.0.0.1"]'}
    assert not any("secret" in entry.body or "127.0.0.1" in entry.body for entry in failed)


def test_the_same_words_for_an_unknown_name_and_a_wrong_password(ann: Account) -> None:
    said = [re.findall(r'<ul class="errorlist.*?</ul>', sign_in(Client(), name, "wrong").content.decode(), re.DOTALL) for name in ("ann", "nobody")]
    assert said[0] == said[1] != []


def test_after_five_failures_even_the_right_password_waits(ann: Account, client: Client) -> None:
    for _ in range(5):
        sign_in(client, password="wrong")
    page = sign_in(client)
    assert (page.status_code, "Too many attempts failed. Wait five minutes." in page.content.decode()) == (200, True)
    assert verbs().count("sign_in_failed") == 5


def test_the_counts_stand_in_the_database_where_every_worker_sees_them(ann: Account, client: Client) -> None:
    from django.db import connection

    sign_in(client, password="wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_limits WHERE cache_key LIKE '%%login_failed%%'")
        assert cursor.fetchone() == (2,)


@pytest.mark.parametrize(
    "there", ["//evil.example/", "https://evil.example/", "https:evil.example", "javascript:alert(1)", "/\\evil.example", "\thttps://evil.example"]
)
def test_signing_in_leads_nowhere_else(ann: Account, client: Client, there: str) -> None:
    assert sign_in(client, next=there)["Location"] == "/"


def test_signing_in_leads_back_to_where_one_was_going(ann: Account, client: Client) -> None:
    assert sign_in(client, next="/people/me/")["Location"] == "/people/me/"


def test_a_forged_host_is_refused(db: None, client: Client) -> None:
    assert client.get(LOGIN, HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "password/reset/",
        "password/set/",
        "3rdparty/",
        "3rdparty/signup/",
        "social/signup/",
        "login/code/confirm/",
        "oidc/other/login/",
    ],
)
def test_pages_of_allauth_that_the_desk_does_not_use_are_not_there(ann: Account, client: Client, path: str) -> None:
    assert client.get(f"/account/{path}").status_code == 404
    sign_in(client)
    assert client.post(f"/account/{path}").status_code == 404


def test_without_a_provider_there_is_no_way_through_one(db: None, client: Client) -> None:
    assert client.post("/account/oidc/firm/login/").status_code == 404
    assert "Sign in through" not in client.get(LOGIN).content.decode()


def test_nothing_is_seen_before_the_second_factor_where_it_is_required(
    ann: Account, client: Client, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MFA_POLICY = "required"
    sign_in(client)
    for path in ("/", "/people/me/", "/exceptions/", "/record/"):
        assert client.get(path)["Location"] == "/account/2fa/totp/activate/"
    with django_capture_on_commit_callbacks(execute=True):
        set_up_factor(client)
    assert client.get("/people/me/").status_code == 200
    assert "cannot be taken off" in client.get("/account/2fa/totp/deactivate/").content.decode()
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=ann).count() == 2
    assert verbs() == ["set_password", "sign_in", "set_up_second_factor", "set_up_second_factor"]


def test_the_second_factor_is_asked_for_and_a_recovery_code_works_once(ann: Account, client: Client) -> None:
    sign_in(client)
    set_up_factor(client)
    recovery = re.findall(r"<li><code>(\d{8})</code></li>", client.get("/account/2fa/recovery-codes/").content.decode())
    assert len(recovery) == 10
    for attempt, answer in ((recovery[0], "/"), (recovery[0], None), ("000000", None)):
        fresh = Client()
        assert sign_in(fresh)["Location"] == "/account/2fa/authenticate/"
        assert fresh.get("/people/me/").status_code == 302
        page = fresh.post("/account/2fa/authenticate/", {"code": attempt})
        assert page.get("Location") == answer
    assert verbs().count("sign_in") == 2
    assert verbs().count("sign_in_failed") == 2


def test_the_secret_of_a_second_factor_is_stored_encrypted(ann: Account, client: Client) -> None:
    sign_in(client)
    secret = set_up_factor(client)
    held = Authenticator.objects.get(user=ann, type=Authenticator.Type.TOTP)
    assert secret not in str(held.data)
    fresh = Client()
    sign_in(fresh)
    assert fresh.post("/account/2fa/authenticate/", {"code": code(secret)}).status_code == 302


def test_taking_the_second_factor_off_is_recorded(ann: Account, client: Client) -> None:
    sign_in(client)
    set_up_factor(client)
    assert client.post("/account/2fa/totp/deactivate/")["Location"] == "/account/2fa/"
    assert verbs()[-2:] == ["remove_second_factor", "remove_second_factor"]


def test_an_idle_session_ends(ann: Account, client: Client, morning: datetime) -> None:
    sign_in(client)
    with clock.stated(morning + timedelta(minutes=30)):
        assert client.get("/people/me/").status_code == 200
    with clock.stated(morning + timedelta(minutes=61)):
        assert client.get("/people/me/")["Location"] == "/account/login/?next=/people/me/"


def test_a_session_in_use_ends_at_its_full_age(ann: Account, client: Client, morning: datetime) -> None:
    sign_in(client)
    for minutes in range(0, 601, 20):
        with clock.stated(morning + timedelta(minutes=minutes)):
            assert client.get("/people/me/").status_code == 200
    with clock.stated(morning + timedelta(minutes=601)):
        assert client.get("/people/me/").status_code == 302


def test_sessions_end_everywhere_when_the_holder_says_so(ann: Account, client: Client) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    assert client.post("/people/me/end-sessions/")["Location"] == LOGIN
    assert [each.get("/people/me/").status_code for each in (client, other)] == [302, 302]
    assert verbs()[-1] == "end_sessions"


def test_a_changed_password_ends_every_session(ann: Account, client: Client) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    changed = {"oldpassword": PHRASE, "password1": "another long phrase", "password2": "another long phrase"}
    assert client.post("/account/password/change/", changed)["Location"] == LOGIN
    assert other.get("/people/me/").status_code == 302
    assert (sign_in(Client()).status_code, sign_in(Client(), password="another long phrase").status_code) == (200, 302)


def test_an_account_of_the_provider_has_no_password_to_change(person: Person, client: Client) -> None:
    account = person("analyst", name="bob")
    actions.sign_in_through(automated("test"), account, "provider")
    client.force_login(Account.objects.get(pk=account.pk))
    page = client.get("/account/password/change/")
    assert (page.status_code, "no password here" in page.content.decode()) == (409, True)


def test_a_reset_second_factor_ends_the_sessions_and_is_set_up_anew(ann: Account, person: Person, client: Client, settings: Any) -> None:
    settings.MFA_POLICY = "required"
    sign_in(client)
    set_up_factor(client)
    assert client.get("/people/me/").status_code == 200
    asker, second = person("administrator"), person("compliance")
    reset = actions.ask_factor_reset(Actor(asker.key, asker.roles), ann, why="the phone is lost")
    actions.agree_to_reset(Actor(second.key, second.roles), reset)
    assert client.get("/people/me/")["Location"] == "/account/login/?next=/people/me/"
    sign_in(client)
    assert client.get("/people/me/")["Location"] == "/account/2fa/totp/activate/"


def test_every_form_asks_for_its_token(ann: Account) -> None:
    strict = Client(enforce_csrf_checks=True)
    before = Entry.objects.count()
    for path in (LOGIN, "/account/logout/", "/people/me/", "/people/open/", "/account/password/change/"):
        page = strict.post(path, {"login": "ann", "password": PHRASE})
        assert (page.status_code, "The form is stale" in page.content.decode()) == (403, True)
    assert Entry.objects.count() == before


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(db: None, client: Client) -> None:
    answer = client.get("/people/me/", HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/account/login/?next=/people/me/")
