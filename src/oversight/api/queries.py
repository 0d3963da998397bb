"""Every read of tokens."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from oversight import clock
from oversight.accounts.models import Account
from oversight.api.models import Token
from oversight.roles import ADMINISTRATOR


def bearing(secret: str) -> Token | None:
    """The token whose secret that is, ended or expired ones too; its owner comes with it."""
    return Token.objects.select_related("owner").filter(sha256=hashlib.sha256(secret.encode()).hexdigest()).first()


def listed(account: Account) -> QuerySet[Token]:
    """This account's tokens, latest first; everybody's for an administrator."""
    found = Token.objects.select_related("owner")
    return found if ADMINISTRATOR in account.roles else found.filter(owner=account)


def usable(account: Account) -> int:
    """How many tokens of this account can be used now."""
    return Token.objects.filter(owner=account, ended_at=None, expires_on__gte=clock.today()).count()
