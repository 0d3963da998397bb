"""People who own duties, and one duty of each kind of proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.obligations import actions, raising
from oversight.obligations.models import Duty, Occurrence
from oversight.obligations.recurrence import MONTH


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def at(month: int, day: int, hour: int = 8, year: int = 2026) -> AbstractContextManager[None]:
    """That hour in New York."""
    return clock.stated(datetime(year, month, day, hour, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


@pytest.fixture
def compliance(actor: Callable[..., Actor]) -> Actor:
    return actor("compliance", name="cco")


@pytest.fixture
def owner(actor: Callable[..., Actor]) -> Actor:
    return actor("vendor_manager", name="owner")


@pytest.fixture
def deputy(actor: Callable[..., Actor]) -> Actor:
    return actor("analyst", name="deputy")


FACTS: dict[str, Any] = {
    "title": "Call with the vendor", "cites": ["FINRA RN 21-29"], "severity": "high", "every": MONTH, "after": 5, "unit": "business_days", "falls": "before",
    "year_ends": 12, "owner_role": "vendor_manager", "deputy_role": "analyst", "runbook": "Call them.", "wanted": "The note.", "proof": "words",
    "act": "", "second": False,
}  # fmt: skip


@pytest.fixture
def duty(compliance: Actor, owner: Actor, deputy: Actor) -> Duty:
    """Monthly, five business days after the month's end, from 1 October 2026; September's is due on 7 October."""
    return actions.add(compliance, key="call", owner=owner.key, deputy=deputy.key, **FACTS)


@pytest.fixture
def due(duty: Duty) -> Iterator[Occurrence]:
    """September's, due on 7 October 2026."""
    raising.raise_due(clock.today())
    yield Occurrence.objects.get(period="2026-09")


def account(by: Actor) -> Account:
    return Account.objects.get(key=by.key)
