"""What is recorded of signing in: by password, by the firm's provider, by second factor."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from django.http import HttpRequest

from oversight import clock
from oversight.access import BEGAN, SEEN
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.record import actions
from oversight.record.actions import Act

UNKNOWN = "unknown"
WATCH = automated("sign_in")


def signed_in(request: HttpRequest, account: Account) -> None:
    """A session begins."""
    request.session[BEGAN] = request.session[SEEN] = int(clock.now().timestamp())
    actions.change(_self(account), Account.objects.get(pk=account.pk), verb="sign_in", last_login=clock.now())


def signed_out(request: HttpRequest) -> None:
    """A session is ended by its holder."""
    if isinstance(request.user, Account):
        actions.append(_self(request.user), Act("sign_out", request.user.subject))


def failed(request: HttpRequest, account: Account | None, way: str, address: str) -> None:
    """Somebody could not sign in. What they typed is not kept: it may be a password in the wrong field."""
    subject = account.subject if account else (Account.RECORD, UNKNOWN)
    actions.append(WATCH, Act("sign_in_failed", subject, facts={"way": way}, private={"address": (None, address)}))


def linked(account: Account, provider: str) -> None:
    """An account's first sign-in through the firm's provider ties it to that identity."""
    actions.append(WATCH, Act("link_identity", account.subject, facts={"provider": provider}))


def _factor_changed(verb: str) -> Any:
    def receive(sender: Any, request: HttpRequest, user: Account, authenticator: Any, **kwargs: Any) -> None:
        actions.append(_self(user), Act(verb, user.subject, facts={"type": str(authenticator.type)}))

    return receive


def _code_failed(sender: Any, request: HttpRequest, user: Account, **kwargs: Any) -> None:
    actions.append(WATCH, Act("sign_in_failed", user.subject, facts={"way": "second factor"}))


def watch() -> None:
    """Listen to what allauth says of second factors: its own signals are the only way to hear of them."""
    for signal, verb in (
        (signals.authenticator_added, "set_up_second_factor"),
        (signals.authenticator_removed, "remove_second_factor"),
        (signals.authenticator_reset, "renew_recovery_codes"),
    ):
        signal.connect(_factor_changed(verb), weak=False, dispatch_uid=f"oversight.accounts.{verb}")
    signals.authentication_failed.connect(_code_failed, dispatch_uid="oversight.accounts.code_failed")


def _self(account: Account) -> Actor:
    return Actor(account.key, account.roles)
