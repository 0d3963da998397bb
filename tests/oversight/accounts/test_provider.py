"""Sign-in through the firm's provider, against one that speaks OpenID Connect over real HTTP on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from oversight.accounts import actions
from oversight.accounts.models import Account
from oversight.actor import automated
from oversight.record.models import Entry

KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
CLIENT_ID, SECRET = "desk", "a secret of thirty-two bytes or so"
Person = Callable[..., Account]


class Provider:
    """A provider with one user. `claims` are what it says of them; `sign` makes the token."""

    def __init__(self) -> None:
        self.claims: dict[str, object] = {"sub": "u-1", "email": "ann@firm.example", "email_verified": True}
        self.userinfo: dict[str, object] = {}
        self.sign: Callable[[dict[str, object]], str] = lambda claims: jwt.encode(claims, KEY, "RS256", headers={"kid": "one"})
        self.challenge = ""
        self.is_broken = False
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path == "/.well-known/openid-configuration":
                    url = provider.url
                    self.answer({"issuer": url, "authorization_endpoint": f"{url}/authorize", "token_endpoint": f"{url}/token", "jwks_uri": f"{url}/keys",
                                 "userinfo_endpoint": f"{url}/userinfo", "token_endpoint_auth_methods_supported": ["client_secret_post"]})  # fmt: skip
                elif path == "/keys":
                    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                    self.answer({"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]})
                else:
                    self.answer(provider.userinfo)

            def do_POST(self) -> None:
                asked = {name: values[0] for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
                proof = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
                if (asked["code"], asked["client_secret"], proof) != ("the-code", SECRET, provider.challenge):
                    return self.answer({"error": "invalid_grant"}, 400)
                claims = {"iss": provider.url, "aud": CLIENT_ID, "iat": int(time.time()), "exp": int(time.time()) + 60, **provider.claims}
                return self.answer({"access_token": "t", "token_type": "Bearer", "id_token": provider.sign(claims)})

            def answer(self, said: object, status: int = 200) -> None:
                body = json.dumps(said).encode()
                self.send_response(503 if provider.is_broken else status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    made = Provider()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    settings.OIDC_ISSUER = made.url
    app = {"provider_id": "firm", "name": "Example Sign-In", "client_id": CLIENT_ID, "secret": SECRET, "settings": {"server_url": made.url}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def ann(person: Person) -> Account:
    account = person("analyst", name="ann")
    return actions.sign_in_through(automated("test"), account, "provider", why="single sign-on")


def go(client: Client, provider: Provider, **more: str) -> object:
    """The browser's way: to the provider, and back with its code."""
    away = urlsplit(client.post("/account/oidc/firm/login/", more)["Location"])
    asked = {name: values[0] for name, values in parse_qs(away.query).items()}
    assert (f"{away.scheme}://{away.netloc}{away.path}", asked["code_challenge_method"], asked["client_id"]) == (f"{provider.url}/authorize", "S256", CLIENT_ID)
    assert asked["redirect_uri"] == "http://testserver/account/oidc/firm/login/callback/"
    provider.challenge = asked["code_challenge"]
    return client.get("/account/oidc/firm/login/callback/", {"code": "the-code", "state": asked["state"]})


def test_an_account_is_linked_at_its_first_sign_in_and_found_by_the_link_after(ann: Account, provider: Provider, client: Client) -> None:
    assert "Sign in through Example Sign-In" in client.get("/account/login/").content.decode()
    assert go(client, provider)["Location"] == "/"
    assert client.get("/people/me/").status_code == 200
    assert SocialAccount.objects.get().user_id == ann.pk
    provider.claims = {"sub": "u-1", "email": "another@firm.example", "email_verified": False}
    again = Client()
    assert go(again, provider)["Location"] == "/"
    assert [entry.verb for entry in Entry.objects.order_by("seq")] == ["sign_in_through", "link_identity", "sign_in", "sign_in"]
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "u-2", "email": "stranger@firm.example", "email_verified": True},
        {"sub": "u-2", "email": "ann@firm.example", "email_verified": False},
        {"sub": "u-2", "email": "ann@firm.example"},
        {"sub": "u-2", "email": "password@firm.example", "email_verified": True},
        {"sub": "u-2", "email": "closed@firm.example", "email_verified": True},
    ],
)
def test_nobody_else_comes_in_and_all_read_the_same_words(ann: Account, person: Person, provider: Provider, client: Client, claims: dict[str, object]) -> None:
    person("analyst", name="password")
    closed = actions.sign_in_through(automated("test"), person("analyst", name="closed"), "provider")
    actions.close_account(automated("test"), closed, why="left")
    provider.claims = claims
    page = go(client, provider)
    assert (page.status_code, "no open account of this desk signs in with that identity" in page.content.decode()) == (403, True)
    assert client.get("/people/me/").status_code == 302
    assert (SocialAccount.objects.count(), Account.objects.count()) == (0, 3)
    assert Entry.objects.order_by("-seq")[0].verb == "sign_in_failed"


def test_a_second_identity_is_not_tied_to_a_linked_account(ann: Account, provider: Provider, client: Client) -> None:
    go(client, provider)
    provider.claims = {**provider.claims, "sub": "u-2"}
    assert go(Client(), provider).status_code == 403
    assert SocialAccount.objects.get().uid == "u-1"


def test_a_closed_account_does_not_come_in_by_its_link(ann: Account, provider: Provider, client: Client) -> None:
    go(client, provider)
    actions.close_account(automated("test"), ann, why="left")
    assert client.get("/people/me/").status_code == 302
    assert go(Client(), provider).status_code == 403


def test_a_switch_back_to_a_password_ends_the_link(ann: Account, provider: Provider, client: Client) -> None:
    go(client, provider)
    actions.sign_in_through(automated("test"), ann, "password", why="leaves single sign-on")
    assert SocialAccount.objects.count() == 0
    assert go(Client(), provider).status_code == 403


def test_somebody_signed_in_ties_no_identity_to_their_account(person: Person, provider: Provider, client: Client) -> None:
    client.force_login(person("analyst", name="bob"))
    assert go(client, provider, process="connect").status_code == 403
    assert SocialAccount.objects.count() == 0


@pytest.mark.parametrize(
    "sign",
    [
        lambda claims: jwt.encode(claims, OTHER_KEY, "RS256", headers={"kid": "one"}),
        lambda claims: jwt.encode(claims, KEY, "RS256", headers={"kid": "two"}),
        lambda claims: jwt.encode(claims, SECRET, "HS256", headers={"kid": "one"}),
        lambda claims: jwt.encode(claims, None, "none", headers={"kid": "one"}),
        lambda claims: jwt.encode({**claims, "aud": "another"}, KEY, "RS256", headers={"kid": "one"}),
        lambda claims: jwt.encode({**claims, "iss": "https://evil.example"}, KEY, "RS256", headers={"kid": "one"}),
        lambda claims: jwt.encode({**claims, "exp": 1}, KEY, "RS256", headers={"kid": "one"}),
        lambda claims: "not.a.token",
        lambda claims: "",
    ],
    ids=["another key", "an unknown key", "a shared secret", "unsigned", "for another", "from another", "expired", "no token", "nothing"],
)
def test_a_token_that_does_not_hold_lets_nobody_in(ann: Account, provider: Provider, client: Client, sign: Callable[[dict[str, object]], str]) -> None:
    provider.sign = sign
    page = go(client, provider)
    assert (page.status_code, "did not sign you in" in page.content.decode()) == (401, True)
    assert client.get("/people/me/").status_code == 302


def test_an_address_that_comes_apart_is_believed_for_the_same_person_alone(ann: Account, provider: Provider) -> None:
    provider.claims, provider.userinfo = {"sub": "u-1"}, {"sub": "u-2", "email": "ann@firm.example", "email_verified": True}
    assert go(Client(), provider).status_code == 401
    provider.userinfo = {**provider.userinfo, "sub": "u-1"}
    assert go(Client(), provider)["Location"] == "/"


def test_a_stolen_code_without_the_state_of_this_browser_is_nothing(ann: Account, provider: Provider, client: Client) -> None:
    assert client.get("/account/oidc/firm/login/callback/", {"code": "the-code", "state": "made-up"}).status_code == 401
    provider.challenge = "of another browser"
    away = client.post("/account/oidc/firm/login/")["Location"]
    state = parse_qs(urlsplit(away).query)["state"][0]
    assert client.get("/account/oidc/firm/login/callback/", {"code": "the-code", "state": state}).status_code == 401


def test_a_provider_that_is_down_is_said(ann: Account, provider: Provider, client: Client) -> None:
    provider.is_broken = True
    page = client.post("/account/oidc/firm/login/")
    assert (page.status_code, "could not be asked" in page.content.decode()) == (401, True)


def test_the_provider_asks_before_it_is_gone_to_by_a_link(ann: Account, provider: Provider, client: Client) -> None:
    assert client.get("/account/oidc/firm/login/").status_code == 200
