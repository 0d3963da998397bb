"""Who may do what with a request, beyond what a role alone says."""

from __future__ import annotations

from collections.abc import Collection

from oversight.accounts import queries as accounts
from oversight.accounts.models import Account, Holding
from oversight.actor import Actor
from oversight.evidence.lifecycle import KEEPERS as FILERS
from oversight.lifecycle import Refusal, spoken
from oversight.requests.lifecycle import COUNSEL
from oversight.requests.models import Counsel, Item, Request
from oversight.roles import COMPLIANCE

DESK = Actor("system:requests", frozenset({"system"}), "command")
"""Does what follows of itself from an act of a person: numbers, moves, reminders."""


def only(by: Actor, roles: Collection[str], what: str) -> None:
    """Raise Refusal unless `by` is of one of the roles."""
    if not by.roles & set(roles):
        raise Refusal(f"{what}: only {spoken(tuple(roles))} may do this.", is_forbidden=True)


def is_counsel(key: str, roles: Collection[str], request_id: int) -> bool:
    """Whether the account is counsel for the request now."""
    return bool(set(roles) & set(COUNSEL)) and Counsel.objects.filter(request_id=request_id, account=key, ended_at=None).exists()


def counsel_only(by: Actor, request_id: int, what: str) -> None:
    """Raise Refusal unless `by` is counsel for the request."""
    if not is_counsel(by.key, by.roles, request_id):
        raise Refusal(f"{what}: only counsel named for this request may do this.", is_forbidden=True)


def owner_only(by: Actor, item: Item, what: str) -> None:
    """Raise Refusal unless `by` owns the item, or is compliance."""
    if by.key != item.owner and COMPLIANCE not in by.roles:
        raise Refusal(f"{what}: its owner does this, or compliance.", is_forbidden=True)


def sitting(request: Request) -> list[Counsel]:
    """Counsel of the request whose accounts are open and still of a role of counsel."""
    named = list(request.counsel.filter(ended_at=None))
    able = holders(COUNSEL, [one.account for one in named])
    return [one for one in named if one.account in able]


def holders(roles: Collection[str], keys: Collection[str]) -> set[str]:
    """Which of these accounts are open and hold one of the roles now; one query."""
    held = Holding.objects.filter(ended_at=None, role__in=roles, account__is_active=True, account__key__in=list(keys))
    return set(held.values_list("account__key", flat=True))


def holder(key: str, roles: Collection[str], what: str) -> Account:
    """The open account of that key that holds one of the roles. Raises Refusal, saying what for."""
    account = accounts.person(key) if key else None
    if account is None or not account.is_active or not account.roles & set(roles):
        raise Refusal(f"{what} is an open account of {spoken(tuple(roles))}.")
    return account


def filer(by: Actor) -> Actor:
    """Who files what this act brings: the person where the role files evidence, else the desk on the person's behalf."""
    return by if by.roles & set(FILERS) else DESK
