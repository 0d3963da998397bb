"""What concerns the token itself and its owner."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Query, Schema

from oversight.api.bearer import caller_of
from oversight.api.operation import Operation
from oversight.api.said import Page, Table, paged
from oversight.notices import queries as notices


class Me(Schema):
    """Whom the token acts as."""

    account: str
    roles: list[str]
    scopes: list[str]
    token: str
    expires_on: date


def me(request: HttpRequest) -> Me:
    """Whom this token acts as, and what it may do now."""
    caller = caller_of(request)
    return Me(
        account=caller.account.key,
        roles=sorted(caller.account.roles),
        scopes=caller.token.scopes,
        token=caller.token.prefix,
        expires_on=caller.token.expires_on,
    )


def inbox(request: HttpRequest, page: Query[Page], unread: bool = False) -> Table:
    """The owner's own notices, latest first."""
    return paged(request, notices.inbox(caller_of(request).account, is_unread=unread), notices.sheet, page)


OPERATIONS = (
    Operation("GET", "/me", me, Me, "oversight.api.queries.bearing"),
    Operation("GET", "/notices", inbox, Table, "oversight.notices.queries.inbox"),
)
