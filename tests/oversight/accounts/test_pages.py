"""An administrator's pages, done by hand in a browser's way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from oversight.accounts.models import Account, Holding
from oversight.record.models import Entry

Browser = Callable[..., Client]
Person = Callable[..., Account]
ANN = {"name": "Ann Example", "username": "ann", "email": "ann@firm.example", "roles": ["analyst"], "vendor": "", "sign_in": "password", "why": "joins"}


def test_an_account_is_opened_and_its_link_shown_once(browser: Browser, client: Client) -> None:
    page = browser("administrator")
    shown = page.post("/people/open/", ANN)
    link = re.search(r"<code>http://127.0.0.1:8000(/account/password/reset/key/[^<]+)</code>", shown.content.decode())
    assert link
    assert shown["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert "No mail was sent" in shown.content.decode()
    form = client.get(link[1])["Location"]
    assert client.post(form, {"password1": "a long enough phrase", "password2": "a long enough phrase"}).status_code == 302
    assert client.post("/account/login/", {"login": "ann", "password": "a long enough phrase"})["Location"] in ("/", "/people/me/")
    assert link[1] not in page.get(f"/people/{Account.objects.get(username='ann').key}/").content.decode()


def test_the_link_is_mailed_where_a_mail_server_is_named(browser: Browser, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.firm.example"
    assert "mailed to ann@firm.example" in browser("administrator").post("/people/open/", ANN).content.decode()
    assert [(letter.to, "/account/password/reset/key/" in letter.body) for letter in mail.outbox] == [(["ann@firm.example"], True)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"username": "Ann Example"}, "Enter a valid value."),
        ({"roles": ["analyst", "administrator"]}, "may not be held together"),
        ({"roles": ["vendor"]}, "An outside account must name its vendor."),
        ({"why": ""}, "This field is required."),
        ({"email": "not an address"}, "Enter a valid email address."),
    ],
)
def test_what_does_not_fit_is_said_beside_the_form(browser: Browser, given: dict[str, object], said: str) -> None:
    answer = browser("administrator").post("/people/open/", {**ANN, **given})
    assert (answer.status_code, said in answer.content.decode(), Account.objects.filter(username="ann").exists()) == (400, True, False)


def test_roles_are_given_and_ended_and_the_account_closed(browser: Browser, person: Person) -> None:
    page, ann = browser("administrator"), person("analyst", name="ann")
    url = f"/people/{ann.key}/"
    assert page.post(f"{url}give-role/", {"role": "supervisor", "why": "promoted"})["Location"] == url
    held = Holding.objects.get(account=ann, role="analyst")
    assert page.post(f"{url}end-role/", {"holding": held.pk, "why": "promoted"})["Location"] == url
    assert set(Holding.objects.filter(account=ann, ended_at=None).values_list("role", flat=True)) == {"supervisor"}
    refused = page.post(f"{url}give-role/", {"role": "auditor", "why": "x"})
    assert (refused.status_code, "an auditor does not audit their own work" in refused.content.decode()) == (409, True)
    assert page.post(f"{url}close/", {"why": ""}).status_code == 409
    assert page.post(f"{url}close/", {"why": "left"})["Location"] == url
    assert "Change this account" not in page.get(url).content.decode()
    assert [entry.verb for entry in Entry.objects.order_by("seq")] == ["give_role", "end_role", "end_role", "close"]


def test_a_role_of_somebody_else_is_not_ended_through_this_account(browser: Browser, person: Person) -> None:
    page, ann, bob = browser("administrator"), person("analyst", name="ann"), person("analyst", name="bob")
    assert page.post(f"/people/{ann.key}/end-role/", {"holding": bob.held.get().pk, "why": "x"}).status_code == 409
    assert bob.held.get().ended_at is None


def test_readers_see_no_form_and_an_administrator_none_on_their_own_page(browser: Browser, person: Person) -> None:
    ann, own = person("analyst", name="ann"), browser("administrator")
    for role in ("compliance", "auditor"):
        assert "Change this account" not in browser(role).get(f"/people/{ann.key}/").content.decode()
    assert "Change this account" in own.get(f"/people/{ann.key}/").content.decode()
    me = own.get(f"/people/{Account.objects.get(username='administrator').key}/").content.decode()
    assert ("Change this account" in me, "Another administrator changes its roles." in me) == (False, True)


def test_a_name_cannot_become_a_formula_or_a_script(browser: Browser, person: Person) -> None:
    page = browser("administrator")
    Account.objects.filter(pk=person("analyst", name="ann").pk).update(name='=HYPERLINK("http://evil.example")<script>alert(1)</script>')
    assert "<script>alert" not in page.get("/people/").content.decode()
    assert "\"'=HYPERLINK" in page.get("/people/?format=csv").content.decode()


def test_people_keep_their_own_name_and_mail(browser: Browser) -> None:
    page = browser("auditor")
    assert page.post("/people/me/", {"name": "Audrey Auditor"})["Location"] == "/people/me/"
    account = Account.objects.get()
    assert (account.name, account.wants_mail) == ("Audrey Auditor", False)
    assert [entry.verb for entry in Entry.objects.all()] == ["change_own"]
    assert page.post("/people/me/", {"name": ""}).status_code == 400
