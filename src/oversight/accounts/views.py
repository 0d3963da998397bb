"""People and one person: who may do what, and the acts of an administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as of_allauth
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oversight import clock, sheets
from oversight.access import actor_of, allow
from oversight.accounts import actions, queries
from oversight.accounts.forms import EndForm, GiveForm, OpenForm, OwnForm, ThroughForm, WhyForm
from oversight.accounts.models import PASSWORD, PROVIDER, Account
from oversight.lifecycle import Refusal, spaced
from oversight.roles import ADMINISTRATOR, AUDITOR, BY_KEY, COMPLIANCE, EVERY_ROLE

COLUMNS = (
    sheets.Column("name", "Name"),
    sheets.Column("username", "Sign-in name", kind="code"),
    sheets.Column("roles", "Roles"),
    sheets.Column("vendor", "Vendor"),
    sheets.Column("sign_in", "Signs in through"),
    sheets.Column("second_factor", "Second factor"),
    sheets.Column("last_sign_in", "Last sign-in"),
    sheets.Column("state", "Account"),
)


@allow(ADMINISTRATOR, COMPLIANCE, AUDITOR)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Every account: roles, second factor, last sign-in."""
    found = queries.people()
    sheet = sheets.Sheet(
        "people", f"Accounts: {sum(account.is_active for account in found)} open, {len(found)} in all", COLUMNS,
        tuple(_row(account) for account in found), source=f"The accounts and roles of {clock.now().astimezone(clock.MARKET_ZONE):%Y-%m-%d %H:%M %Z}.",
        empty="There is no account.",
    )  # fmt: skip
    return sheets.respond(request, "accounts/people.html", {"resets": queries.waiting_resets(), "may_act": ADMINISTRATOR in actor_of(request).roles}, sheet)


def _row(account: Any) -> sheets.Row:
    seen = account.last_login
    cells = (
        account.name, account.username, ", ".join(spaced(role) for role in account.roles_now) or "none", account.vendor or "—",
        account.get_sign_in_display(), "yes" if account.has_factor else "no",
        f"{seen.astimezone(clock.MARKET_ZONE):%Y-%m-%d %H:%M %Z}" if seen else "never", "open" if account.is_active else "closed",
    )  # fmt: skip
    return sheets.Row(cells, links={"name": reverse("accounts:person", args=[account.key])}, key=account.key)


@allow(ADMINISTRATOR)
@never_cache
@require_http_methods(["GET", "POST"])
def open_account(request: HttpRequest) -> HttpResponse:
    """The form of a new account, and the one-time link once it is open."""
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.open_account(actor_of(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.words)
        else:
            return _invited(request, account) if account.sign_in == PASSWORD else redirect("accounts:person", account.key)
    return render(request, "accounts/open.html", {"form": form, "provider": settings.OIDC_ISSUER}, status=400 if request.method == "POST" else 200)


@allow(ADMINISTRATOR, COMPLIANCE, AUDITOR)
@require_GET
def person(request: HttpRequest, key: str) -> HttpResponse:
    """One account: what it may do, since when, by whom; for an administrator the forms to change it."""
    account = _found(key)
    held = list(queries.holdings(account))
    now = [(holding.pk, holding.role) for holding in held if holding.ended_at is None]
    shown = {
        "account": account, "held": held, "has_factor": queries.has_factor(account), "reset": queries.open_reset(key), "is_linked": queries.is_linked(account),
        "may_act": ADMINISTRATOR in actor_of(request).roles and actor_of(request).key != key and account.is_active, "is_self": actor_of(request).key == key,
        "may_open": ADMINISTRATOR in actor_of(request).roles,
        "give": GiveForm(auto_id="give-%s", held=frozenset(role for _, role in now)), "end": EndForm(auto_id="end-%s", holdings=now) if now else None,
        "close": WhyForm(auto_id="close-%s"), "ask": WhyForm(auto_id="ask-%s"),
        "through": ThroughForm(auto_id="through-%s", initial={"sign_in": PROVIDER if account.sign_in == PASSWORD else PASSWORD}),
    }  # fmt: skip
    return render(request, "accounts/person.html", shown)


@allow(ADMINISTRATOR)
@require_POST
def give_role(request: HttpRequest, key: str) -> HttpResponse:
    """Give the account one more role."""
    form = GiveForm(request.POST)
    return _acted(
        request, key, form, lambda account, given: actions.give_role(actor_of(request), account, given["role"], why=given["why"]), "The role is given."
    )


@allow(ADMINISTRATOR)
@require_POST
def end_role(request: HttpRequest, key: str) -> HttpResponse:
    """End one of the account's roles."""
    held = list(queries.holdings(_found(key)).filter(ended_at=None).select_related("account"))
    form = EndForm(request.POST, holdings=[(holding.pk, holding.role) for holding in held])
    by_pk = {str(holding.pk): holding for holding in held}
    return _acted(
        request, key, form, lambda account, given: actions.end_role(actor_of(request), by_pk[given["holding"]], why=given["why"]), "The role has ended."
    )


@allow(ADMINISTRATOR)
@require_POST
def close_account(request: HttpRequest, key: str) -> HttpResponse:
    """Close the account."""
    form = WhyForm(request.POST)
    return _acted(request, key, form, lambda account, given: actions.close_account(actor_of(request), account, why=given["why"]), "The account is closed.")


@allow(ADMINISTRATOR)
@require_POST
def ask_reset(request: HttpRequest, key: str) -> HttpResponse:
    """Ask that a lost second factor be removed."""
    words = "Asked. A second person, of compliance, must agree."
    form = WhyForm(request.POST)
    return _acted(request, key, form, lambda account, given: actions.ask_factor_reset(actor_of(request), account, why=given["why"]), words)


@allow(ADMINISTRATOR)
@require_POST
def sign_in_through(request: HttpRequest, key: str) -> HttpResponse:
    """Switch between a password and the firm's provider."""
    form = ThroughForm(request.POST)
    words = "Switched. Its sessions ended."
    return _acted(request, key, form, lambda account, given: actions.sign_in_through(actor_of(request), account, given["sign_in"], why=given["why"]), words)


@allow(ADMINISTRATOR)
@require_POST
def end_sessions(request: HttpRequest, key: str) -> HttpResponse:
    """End every session of the account."""
    return _acted(request, key, forms.Form(request.POST), lambda account, _: actions.end_sessions(actor_of(request), account), "Its sessions ended.")


@allow(ADMINISTRATOR)
@never_cache
@require_POST
def invite(request: HttpRequest, key: str) -> HttpResponse:
    """A new one-time link to set a password, shown once."""
    return _invited(request, _found(key))


@allow(*EVERY_ROLE)
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """One's own account."""
    account = _found(actor_of(request).key)
    form = OwnForm(request.POST or None, initial={"name": account.name, "wants_mail": account.wants_mail})
    if request.method == "POST" and form.is_valid():
        actions.keep_own(actor_of(request), account, **form.cleaned_data)
        messages.success(request, "Your account is as you said.")
        return redirect("accounts:me")
    roles = [BY_KEY[role] for role in sorted(actor_of(request).roles)]
    shown = {"account": account, "form": form, "held": roles, "has_factor": queries.has_factor(account)}
    return render(request, "accounts/me.html", shown, status=400 if request.method == "POST" else 200)


@allow(*EVERY_ROLE)
@require_POST
def end_own_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of one's own account, this one too."""
    actions.end_sessions(actor_of(request), _found(actor_of(request).key))
    return redirect("account_login")


@allow(*EVERY_ROLE)
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own password; an account of the firm's provider has none."""
    account = _found(actor_of(request).key)
    if account.sign_in != PASSWORD or not account.has_usable_password():
        raise Refusal("Your account has no password here. You sign in through the firm's provider, or by a link that an administrator sends.")
    return of_allauth.password_change(request)


def _found(key: str) -> Account:
    account = queries.person(key)
    if account is None:
        raise Http404
    return account


def _acted(request: HttpRequest, key: str, form: forms.Form, act: Callable[[Account, dict[str, str]], object], words: str) -> HttpResponse:
    account = _found(key)
    if not form.is_valid():
        raise Refusal(" ".join(f"{spaced(name)}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()))
    act(account, form.cleaned_data)
    messages.success(request, words)
    return redirect("accounts:person", key)


def _invited(request: HttpRequest, account: Account) -> HttpResponse:
    link = settings.PUBLIC_URL.rstrip("/") + actions.invite(actor_of(request), account)
    is_mailed = False
    if settings.EMAIL_HOST and account.email:
        text = (
            f"An account of the best-execution desk waits for your password.\nYour sign-in name: {account.username}\n"
            f"Set the password here within three days; the link works once:\n{link}\n"
        )
        is_mailed = bool(send_mail("Set your password", text, None, [account.email], fail_silently=True))
    return render(request, "accounts/invited.html", {"account": account, "link": link, "is_mailed": is_mailed})
