"""Who a call acts as: the token's owner, in the roles that the owner holds now, within the token's scopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.api import actions, allowance, queries
from oversight.api.models import Token
from oversight.api.problems import Denied
from oversight.lifecycle import spoken

if TYPE_CHECKING:
    from oversight.api.operation import Operation


@dataclass(frozen=True)
class Caller:
    """The token, its owner, and who the record says acts."""

    token: Token
    account: Account
    by: Actor


class Bearer(HttpBearer):
    """Admits a call to one operation. Cookies count for nothing here."""

    def __init__(self, operation: Operation) -> None:
        super().__init__()
        self.operation = operation

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The caller. Raises Denied."""
        found = queries.bearing(token)
        if found is None or not found.is_usable or not found.owner.is_active:
            raise Denied(401, "this token is unknown, ended or expired", "make another at /api/")
        wait = allowance.spend(found.prefix)
        if wait:
            raise Denied(429, f"this token made {allowance.A_MINUTE} calls within a minute", f"wait {wait} s", wait)
        actions.seen(found)
        if self.operation.scope and self.operation.scope not in found.scopes:
            raise Denied(403, f"this token has no scope {self.operation.scope}", "make one that has it at /api/")
        if not found.owner.roles & set(self.operation.roles):
            raise Denied(403, f"its owner's roles do not reach this; it is for {spoken(self.operation.roles)}")
        return Caller(found, found.owner, Actor(found.owner.key, found.owner.roles, "api"))


def caller_of(request: HttpRequest) -> Caller:
    """Who calls, within an operation."""
    return cast("Caller", getattr(request, "auth"))  # noqa: B009 -- set by the admission
