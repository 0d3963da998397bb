"""Every write of tokens: made by their owner, ended by the owner or an administrator."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.api import queries
from oversight.api.models import Token
from oversight.api.scopes import BY_KEY, SCOPES
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.roles import ADMINISTRATOR, AUDITOR, STAFF

OWNERS = tuple(role for role in STAFF if role != AUDITOR)
"""Who makes tokens: auditors change nothing, and administrators and vendors see no figures."""
MOST_DAYS, MOST = 365, 20
SEEN_EVERY = timedelta(minutes=1)


def issue(by: Actor, owner: Account, name: str, scopes: Collection[str], days: int) -> tuple[Token, str]:
    """A token of one's own and its secret, which nobody can read again. Raises Refusal for a scope that the owner's roles could not use."""
    if not by.roles & set(OWNERS) or owner.key != by.key:
        raise Refusal("Tokens are made by the analysts, supervisors, managers and compliance who use them.", is_forbidden=True)
    if not name.strip() or not scopes:
        raise Refusal("Say what uses the token, and choose at least one thing that it may do.")
    if not 1 <= days <= MOST_DAYS:
        raise Refusal(f"A token lasts from 1 to {MOST_DAYS} days.")
    for scope in scopes:
        if scope not in BY_KEY:
            raise Refusal(f"There is no scope {scope}. There are: {', '.join(BY_KEY)}.")
        if not by.roles & set(BY_KEY[scope].roles):
            raise Refusal(f"{scope}: your roles may not do this, so neither may a token of yours.", is_forbidden=True)
    if queries.usable(owner) >= MOST:
        raise Refusal(f"You have {MOST} tokens already. End those that nothing uses.")
    prefix = f"bx_{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(30)}"
    token = Token(
        owner=owner, name=name.strip()[:80], scopes=[scope.key for scope in SCOPES if scope.key in scopes], prefix=prefix,
        sha256=hashlib.sha256(secret.encode()).hexdigest(), made_at=clock.now(), expires_on=clock.today() + timedelta(days=days),
    )  # fmt: skip
    return actions.create(by, token, verb="issue"), secret


def end(by: Actor, token: Token) -> Token:
    """End the token at once and for good."""
    if token.owner.key != by.key and ADMINISTRATOR not in by.roles:
        raise Refusal("A token is ended by its owner or an administrator.", is_forbidden=True)
    if token.ended_at is not None:
        raise Refusal("This token is ended already.")
    return actions.change(by, token, verb="end", ended_by=by.key, ended_at=clock.now())


def seen(token: Token) -> None:
    """Note that the token was used, at most once a minute; this is no act, and the record does not say it."""
    at = clock.now()
    if token.last_used_at is None or at - token.last_used_at >= SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=at)
