"""Who may open, change and close accounts, and what the record keeps of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from oversight import clock
from oversight.accounts import actions, queries
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.lifecycle import Refusal
from oversight.record.models import Entry
from oversight.roles import ADMINISTRATOR, EVERY_ROLE, VENDOR, why_apart

Act = Callable[..., Actor]
Person = Callable[..., Account]


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as raised:
        act()
    return raised.value.words


def opened(by: Actor, username: str = "ann", **given: object) -> Account:
    return actions.open_account(by, **{"username": username, "name": "Ann Example", "email": f"{username}@firm.example", "roles": ("analyst",), **given})


def test_an_administrator_opens_an_account_and_names_stay_outside_the_chain(actor: Act) -> None:
    by = actor(ADMINISTRATOR)
    account = opened(by, why="joins the desk")
    assert (account.roles, account.has_usable_password(), account.username) == ({"analyst"}, False, "ann")
    entries = list(Entry.objects.order_by("seq"))
    assert [(entry.verb, entry.subject_kind, entry.actor) for entry in entries] == [("open", "account", by.key), ("give_role", "holding", by.key)]
    assert not any(word in entry.body for entry in entries for word in ("Ann Example", "ann@firm.example", '"ann"', "joins the desk"))
    assert {word.name: word.text for word in entries[0].words.all()} == {
        "(why)": "joins the desk", "username": '[null,"ann"]', "name": '[null,"Ann Example"]', "email": '[null,"ann@firm.example"]',
    }  # fmt: skip


@pytest.mark.parametrize("role", [role for role in EVERY_ROLE if role != ADMINISTRATOR])
def test_nobody_but_an_administrator_opens_accounts_or_gives_roles(actor: Act, person: Person, role: str) -> None:
    by, other = actor(role), person("auditor", name="other")
    for act in (
        lambda: opened(by), lambda: actions.give_role(by, other, "analyst", why="x"), lambda: actions.close_account(by, other, why="x"),
        lambda: actions.end_role(by, other.held.get(), why="x"), lambda: actions.invite(by, other), lambda: actions.ask_factor_reset(by, other, why="x"),
        lambda: actions.sign_in_through(by, other, "provider"), lambda: actions.end_sessions(by, other),
    ):  # fmt: skip
        assert refusal(act) == "Accounts and roles are an administrator's to open and close."
    assert Entry.objects.count() == 0


def test_nobody_changes_their_own_rights(person: Person) -> None:
    account = person(ADMINISTRATOR)
    by = Actor(account.key, account.roles)
    for act in (lambda: actions.give_role(by, account, "auditor", why="x"), lambda: actions.end_role(by, account.held.get(), why="x"),
                lambda: actions.close_account(by, account, why="x"), lambda: actions.invite(by, account)):  # fmt: skip
        assert refusal(act) == "Nobody changes their own account's rights. Ask another administrator."


@pytest.mark.parametrize(
    ("roles", "reason"),
    [
        ({"administrator", "analyst"}, "who opens accounts does no work on the desk and approves none of it"),
        ({"administrator", "committee"}, "who opens accounts does no work on the desk and approves none of it"),
        ({"auditor", "supervisor"}, "an auditor does not audit their own work"),
        ({"auditor", "administrator"}, "an auditor does not audit their own work"),
        ({"vendor", "analyst"}, "an outside account of a vendor holds no role of the firm"),
    ],
)
def test_duties_that_must_stay_apart_are_not_given_to_one_account(actor: Act, roles: set[str], reason: str) -> None:
    assert why_apart(roles).endswith(f"may not be held together: {reason}")
    by = actor(ADMINISTRATOR, name="giver")
    assert reason in refusal(lambda: opened(by, roles=roles, vendor="Alpha" if VENDOR in roles else ""))
    first, second = sorted(roles)
    account = opened(by, roles={first}, vendor="Alpha" if first == VENDOR else "")
    assert refusal(lambda: actions.give_role(by, account, second, why="more")) != ""
    assert account.held.count() == 1


def test_duties_that_go_together_may(actor: Act) -> None:
    assert why_apart({"analyst", "supervisor", "committee"}) == ""
    assert why_apart(()) == ""


def test_an_outside_account_names_its_vendor_and_holds_nothing_of_the_firm(actor: Act) -> None:
    by = actor(ADMINISTRATOR)
    assert refusal(lambda: opened(by, roles=("vendor",))) == "An outside account must name its vendor."
    account = opened(by, roles=("vendor",), vendor="Alpha Router")
    assert (account.vendor, account.roles) == ("Alpha Router", {"vendor"})
    assert refusal(lambda: opened(by, username="bob", vendor="Alpha Router")).startswith("This is an outside account of Alpha Router")


def test_a_sign_in_name_and_an_address_stand_for_one_person(actor: Act) -> None:
    by = actor(ADMINISTRATOR)
    opened(by)
    assert refusal(lambda: opened(by, username="ANN")) == "The sign-in name ann is taken. Choose another."
    assert refusal(lambda: opened(by, username="bob", email="Ann@firm.example")) == "Another open account has this e-mail address. One person has one account."


def test_the_last_administrator_stays(actor: Act, person: Person) -> None:
    last = person(ADMINISTRATOR)
    by = automated("operator")
    assert refusal(lambda: actions.close_account(by, last, why="leaves")).startswith("The last administrator stays")
    assert (Account.objects.get(pk=last.pk).is_active, last.held.get().ended_at) == (True, None)
    person(ADMINISTRATOR, name="second")
    assert actions.close_account(by, last, why="leaves").is_active is False


def test_a_closed_account_is_out_at_its_next_request_and_does_not_come_back(browser: Callable[..., Client], actor: Act) -> None:
    page, by = browser("analyst", name="leaver"), actor(ADMINISTRATOR)
    assert page.get("/people/me/").status_code == 200
    account = Account.objects.get(username="leaver")
    actions.close_account(by, account, why="leaves the firm")
    assert page.get("/people/me/")["Location"] == "/account/login/?next=/people/me/"
    assert refusal(lambda: actions.give_role(by, account, "auditor", why="x")) == "This account is closed: it can hold no role."
    assert [entry.verb for entry in Entry.objects.order_by("seq")] == ["end_role", "close"]


def test_a_role_that_ended_is_gone_at_the_next_request(browser: Callable[..., Client], actor: Act) -> None:
    page, by = browser("compliance", name="mover"), actor(ADMINISTRATOR)
    assert page.get("/people/").status_code == 200
    actions.end_role(by, Account.objects.get(username="mover").held.get(), why="moves to another desk")
    assert page.get("/people/").status_code == 403


def test_a_link_sets_the_password_once_and_a_newer_link_voids_it(actor: Act, client: Client) -> None:
    by = actor(ADMINISTRATOR)
    account = opened(by)
    first, second = actions.invite(by, account), actions.invite(by, account)
    assert "no longer works" in client.get(first, follow=True).content.decode()
    form = client.get(second)["Location"]
    answer = client.post(form, {"password1": "a long enough phrase", "password2": "a long enough phrase"})
    assert answer["Location"] == "/account/password/reset/key/done/"
    assert Account.objects.get(pk=account.pk).check_password("a long enough phrase")
    assert "no longer works" in client.get(second, follow=True).content.decode()
    assert [entry.verb for entry in Entry.objects.order_by("seq")][2:] == ["invite", "invite", "set_password"]


@pytest.mark.parametrize("weak", ["short", "123456789012", "passwordpassword", "ann-example-1"])
def test_a_weak_password_is_refused(actor: Act, client: Client, weak: str) -> None:
    by = actor(ADMINISTRATOR)
    account = opened(by, username="ann-example")
    form = client.get(actions.invite(by, account))["Location"]
    if weak == "passwordpassword":
        weak = "password1234"
    assert client.post(form, {"password1": weak, "password2": weak}).status_code == 200
    assert not Account.objects.get(pk=account.pk).has_usable_password()
    refusal(lambda: actions.set_password(Actor(account.key, account.roles), account, weak))


def test_nobody_sets_the_password_of_another(actor: Act) -> None:
    by = actor(ADMINISTRATOR)
    account = opened(by)
    assert refusal(lambda: actions.set_password(by, account, "a long enough phrase")) == "Nobody sets another person's password."
    actions.set_password(automated("demo"), account, "a long enough phrase")
    assert account.password.startswith("scrypt$")


def test_a_switch_to_the_provider_ends_the_password_and_its_links(actor: Act, client: Client) -> None:
    by = actor(ADMINISTRATOR)
    account = opened(by)
    link = actions.invite(by, account)
    actions.sign_in_through(by, account, "provider", why="single sign-on")
    assert "no longer works" in client.get(link, follow=True).content.decode()
    assert refusal(lambda: actions.invite(by, account)) == "Only an open account that signs in with a password can be invited to set one."
    assert refusal(lambda: actions.set_password(automated("demo"), account, "a long enough phrase")) == "This account does not sign in with a password."


def test_the_first_administrator_comes_from_the_command_line(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("open_account", "root", "--role", "administrator", "--email", "root@firm.example")
    said = capsys.readouterr().out
    assert said.startswith(
        "root is open: administrator. The link sets the password, once, within three days:\nhttp://127.0.0.1:8000/account/password/reset/key/"
    )
    assert {entry.actor for entry in Entry.objects.all()} == {"system:install"}
    body = json.loads(Entry.objects.get(verb="open").body)
    assert (body["origin"], body["roles"]) == ("command", ["system"])
    call_command("open_account", "second", "--role", "auditor")
    assert Entry.objects.filter(actor="system:operator").count() == 3
    with pytest.raises(CommandError, match="The sign-in name root is taken"):
        call_command("open_account", "root")


def test_names_are_read_once_a_request_and_anew_in_the_next(browser: Callable[..., Client], person: Person, django_assert_num_queries: object) -> None:
    from oversight.access import _remembered

    ann = person("analyst", name="ann")
    token = _remembered.set({})
    try:
        with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's
            assert [queries.names()[ann.key] for _ in range(300)] == ["ann"] * 300
    finally:
        _remembered.reset(token)
    page = browser("compliance")
    Account.objects.filter(pk=ann.pk).update(name="ann renamed")
    assert "ann renamed" in page.get(f"/people/{ann.key}/").content.decode()
    assert _remembered.get() is None


def test_the_list_of_people_costs_the_same_for_one_and_for_thirty(browser: Callable[..., Client], person: Person, django_assert_num_queries: object) -> None:
    page = browser("compliance")
    page.get("/people/")
    with django_assert_num_queries(8) as one:  # type: ignore[operator]  # pytest-django's
        page.get("/people/")
    for number in range(30):
        person("analyst", "supervisor", name=f"p{number}")
    with django_assert_num_queries(len(one)):  # type: ignore[operator]  # pytest-django's
        page.get("/people/")


def test_a_lost_second_factor_needs_a_second_person(actor: Act, person: Person) -> None:
    from allauth.mfa.models import Authenticator

    asker, second, holder = actor(ADMINISTRATOR), actor("compliance"), person("compliance", name="holder")
    assert refusal(lambda: actions.ask_factor_reset(asker, holder, why="lost")) == "This account has no second factor to reset."
    Authenticator.objects.create(user=holder, type=Authenticator.Type.TOTP, data={"secret": "x"})
    reset = actions.ask_factor_reset(asker, holder, why="the phone is lost")
    assert "waits for the second person" in refusal(lambda: actions.ask_factor_reset(asker, holder, why="again"))
    assert "only compliance" in refusal(lambda: actions.agree_to_reset(asker, reset))
    assert "nobody approves their own work" in refusal(lambda: actions.agree_to_reset(Actor(holder.key, holder.roles), reset))
    assert queries.has_factor(holder)
    actions.agree_to_reset(second, reset)
    assert (queries.has_factor(holder), reset.answered_by, reset.answered_at, Account.objects.get(pk=holder.pk).session_round) == (
        False, second.key, clock.now(), 1,
    )  # fmt: skip
    assert [entry.verb for entry in Entry.objects.order_by("seq")] == ["ask", "agree", "reset_second_factor"]
