"""The duties that sections name, as the calendar of obligations holds them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from oversight import clock
from oversight.actor import automated
from oversight.procedures import ages, duties, queries
from oversight.procedures.content import DUTY, Proof
from oversight.record import actions as record

from .conftest import Desk

calendar = pytest.importorskip("oversight.obligations.models", reason="the calendar of duties is not here")


def owed(key: str, state: str = "on") -> Any:
    row = calendar.Duty(
        key=key, title="Regular and rigorous review", owner_role="supervisor", deputy_role="compliance", owed_from=date(2026, 1, 1), added_by="system:test",
        added_at=clock.now(), state=state, every="quarter",
    )  # fmt: skip
    return record.create(automated("test"), row)


def done(duty: Any, period: str, at: datetime, state: str = "done") -> None:
    row = calendar.Occurrence(
        duty=duty, period=period, begins_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), due_on=date(2026, 10, 30), raised_by="system:test",
        raised_at=clock.now(), done_by="a-1", done_at=at, confirmed_by="a-2", confirmed_at=at, state=state,
    )  # fmt: skip
    record.create(automated("test"), row)


def test_a_section_is_proved_by_its_duty_once_that_is_done_and_confirmed(desk: Desk) -> None:
    duty = owed("review_quarterly")
    version = desk.approved(proofs=[Proof(DUTY, 100, "the review").kept()], duties=["review_quarterly"])
    done(duty, "2026-Q2", datetime(2026, 9, 30, 14, tzinfo=UTC), state="awaiting")
    standing = queries.standing_of(version.section)
    assert standing is not None
    assert [one.age.state for one in standing.proved] == [ages.NEVER], "what awaits a second person is not confirmed"
    done(duty, "2026-Q1", datetime(2026, 9, 15, 14, tzinfo=UTC))
    standing = queries.standing_of(version.section)
    assert standing is not None
    assert [(one.age.state, one.age.last_on, one.address) for one in standing.proved] == [(ages.FRESH, date(2026, 9, 15), duty.get_absolute_url())]


def test_a_duty_that_is_off_says_so(desk: Desk) -> None:
    owed("review_quarterly", state="off")
    assert [(one.is_on, one.said) for one in duties.of(["review_quarterly", "no_such"])] == [
        (False, "Regular and rigorous review (switched off)"), (False, "no such (not in the calendar)"),
    ]  # fmt: skip
