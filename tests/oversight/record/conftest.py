"""Happenings of the handling log, as things to be recorded, and a database without its guards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from oversight.actor import Actor
from oversight.handling.models import Happening
from oversight.record import actions, triggers

NOTED_AT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def happening(by: str = "a-000000000001", **facts: Any) -> Happening:
    """A failover that is over, not saved."""
    known = {"kind": "failover", "state": "noted", "from_at": NOTED_AT, "to_at": NOTED_AT, "what": "The line was down.", "noted_by": by, "noted_at": NOTED_AT}
    return Happening(**known | facts)


@pytest.fixture
def noted(db: None) -> Callable[..., Happening]:
    """Writes a happening down: `noted(by, shares=Decimal("5"))`."""

    def note(by: Actor, **facts: Any) -> Happening:
        return actions.create(by, happening(by.key, **facts), verb="note")

    return note


@pytest.fixture
def attacker(db: None) -> Callable[..., None]:
    """Runs SQL as somebody who owns the database and dropped its guards over the record."""

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            for guard in (triggers.append_only("record_entry"), triggers.append_only("record_word"), triggers.chain()):
                for name in guard.triggers[connection.vendor]:
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}{'' if connection.vendor == 'sqlite' else f' ON {guard.table}'}")
            for statement in statements:
                cursor.execute(statement)

    return run


@pytest.fixture
def story(actor: Callable[..., Actor], noted: Callable[..., Happening]) -> Happening:
    """Four entries about one happening: noted, corrected, returned, answered. Their numbers are 1 to 4, their words 2, 1, 1 and 1."""
    analyst, supervisor = actor("analyst"), actor("supervisor")
    row = noted(analyst, shares=Decimal(100), cause="A cable.")
    actions.change(analyst, row, verb="correct", why="I had misread it.", shares=Decimal(120), vendor="vendor_a")
    actions.move(supervisor, row, "send_back", why="Which cable?")
    actions.move(analyst, row, "answer", why="The second.")
    return row
