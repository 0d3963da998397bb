"""A desk with one of everything that could leak, and tokens to reach it with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from bestexec import open_workspace
from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.api import actions
from oversight.api.scopes import SCOPES
from oversight.evidence import actions as evidence
from oversight.findings.models import Day, Finding, Run, RunDay
from oversight.policy import actions as policy
from oversight.record.actions import create

ON = date(2026, 9, 30)
RUN = "b" * 64
SECRET_WORDS = "SYMB"
"""The finding's symbol: nobody without a right may see it."""


@dataclass(frozen=True)
class Program:
    """A program that carries a token."""

    secret: str
    client: Client

    def get(self, address: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{address}", query, headers={"Authorization": f"Bearer {self.secret}"})

    def post(self, address: str, sent: Any = None, **named: Any) -> Any:
        named = named or {"content_type": "application/json"}
        return self.client.post(f"/api/v1{address}", sent, headers={"Authorization": f"Bearer {self.secret}"}, **named)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    """Files of its own for each test."""
    settings.HOME, settings.WORKSPACE = tmp_path / "desk", tmp_path / "workspace"


@pytest.fixture
def desk(db: None, home: None, settings: Settings) -> Finding:
    """A run, a day, an exception, a filing, a policy version."""
    by = automated("test")
    open_workspace(settings.WORKSPACE)
    policy.adopt()
    numbers = {"days": 1, "orders": 10, "fills": 20, "findings": 1, "not_evaluated": 0}
    hashes = {"policy_sha256": "1" * 64, "metrics_sha256": "2" * 64, "checks_sha256": "3" * 64, "code_sha256": "4" * 64}
    run = create(
        by, Run(id=RUN, first_on=ON, last_on=ON, **numbers, **hashes, policy_version="default-1", code_version="0", received_at=clock.now(), received_by=by.key)
    )
    create(by, RunDay(run=run, on=ON))
    create(by, Day(on=ON, state="open"))
    evidence.file(Actor("a-somebody", frozenset({"analyst"})), "note.txt", b"one line\n", title="A note", subject=("run", RUN))
    return create(by, exception(run))


def exception(run: Run, place: int = 1, opened_at: datetime | None = None) -> Finding:
    at = opened_at or clock.now()
    return Finding(
        finding_id=f"{place:064d}", run=run, check_id="EXE-101", title="Outside the quote", severity="high", rank=0, on=ON, subject_text=f"fill F{place}",
        symbol=SECRET_WORDS, venue="XNAS", vendor="Northwind", order_id=f"O{place}", key_on=ON, fill_id=f"F{place}", numbers='{"cost_usd":12.50}',
        ask="Why?", authority="FINRA 5310", harm_usd=Decimal("12.50"), opened_at=at, due_at=at + timedelta(hours=4), matters=True, state="open",
    )  # fmt: skip


@pytest.fixture
def program(person: Callable[..., Account], desk: Finding) -> Callable[..., Program]:
    """A program acting as a new account with the roles named, or as `owner`; all scopes unless some are named."""

    def carry(*roles: str, owner: Account | None = None, scopes: tuple[str, ...] = (), name: str = "") -> Program:
        account = owner or person(*roles, name=name)
        wanted = scopes or tuple(scope.key for scope in SCOPES if account.roles & set(scope.roles))
        _token, secret = actions.issue(Actor(account.key, account.roles), account, "a program", wanted, 30)
        return Program(secret, Client())

    return carry
