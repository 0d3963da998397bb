"""People of every role, and browsers signed in as them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

pytest.importorskip("django", reason="the desk's extra is not installed")

from django.test import Client

from oversight import clock
from oversight.accounts.models import Account, Holding
from oversight.actor import Actor

MORNING = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
"""08:00 in New York, the day after the sample firm's quarter."""

Person = Callable[..., Account]


@pytest.fixture(autouse=True)
def morning() -> Iterator[datetime]:
    """Every test begins on the same morning."""
    with clock.stated(MORNING):
        yield MORNING


@pytest.fixture
def person(db: None) -> Person:
    """Makes an account with the roles named: `person("analyst")`; `person("analyst", "supervisor", name="both")`."""

    def make(*roles: str, name: str = "", vendor: str = "") -> Account:
        called = name or "-".join(roles)
        account = Account(username=called, name=called.replace("_", " "), email=f"{called}@firm.example", vendor=vendor, opened_at=clock.now())
        account.set_unusable_password()
        account.save()
        Holding.objects.bulk_create(Holding(account=account, role=role, given_by="system:test", given_at=clock.now()) for role in roles)
        return account

    return make


@pytest.fixture
def actor(person: Person) -> Callable[..., Actor]:
    """Makes an account and acts as it: `actor("analyst")`."""

    def act(*roles: str, name: str = "") -> Actor:
        account = person(*roles, name=name)
        return Actor(account.key, account.roles)

    return act


@pytest.fixture
def browser(person: Person) -> Callable[..., Client]:
    """A client signed in as a new account with the roles named."""

    def sign_in(*roles: str, name: str = "", vendor: str = "") -> Client:
        client = Client()
        client.force_login(person(*roles, name=name, vendor=vendor), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
