"""What time it is, and that a clock somebody set is never taken for the machine's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.checks import run_checks

from oversight import clock

ANCHOR = "2026-10-01T08:00:00-04:00@2026-01-01T00:00:00+00:00"
"""At the beginning of 2026 it was 08:00 in New York on the first of October."""


@pytest.fixture
def unstated(morning: datetime) -> Iterator[None]:
    """No instant is stated within this test."""
    before = clock._stated.set(None)
    yield
    clock._stated.reset(before)


def test_the_machines_clock_is_taken_where_none_is_stated(unstated: None) -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.kind() == "system"


def test_a_stated_clock_goes_on_from_its_anchor(unstated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERSIGHT_CLOCK", ANCHOR)
    ahead = datetime(2026, 10, 1, 12, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC)
    before = datetime.now(UTC)
    assert before + ahead <= clock.now() <= datetime.now(UTC) + ahead
    assert clock.kind() == "stated"


def test_an_instant_stated_within_a_block_wins_and_ends_with_it(unstated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERSIGHT_CLOCK", ANCHOR)
    with clock.stated(datetime(2026, 7, 2, 12, tzinfo=UTC)):
        with clock.stated(datetime(2026, 7, 3, 12, tzinfo=UTC)):
            assert clock.now() == datetime(2026, 7, 3, 12, tzinfo=UTC)
        assert (clock.now(), clock.after(2), clock.kind()) == (datetime(2026, 7, 2, 12, tzinfo=UTC), datetime(2026, 7, 2, 14, tzinfo=UTC), "stated")
    monkeypatch.delenv("OVERSIGHT_CLOCK")
    assert (clock.kind(), clock.now() - datetime.now(UTC) < timedelta(seconds=5)) == ("system", True)


def test_today_is_the_markets_day() -> None:
    with clock.stated(datetime(2026, 7, 2, 3, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 1)
    with clock.stated(datetime(2026, 7, 2, 4, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 7, 2)


@pytest.mark.parametrize("anchor", ["now", "2026-10-01T08:00:00-04:00", "2026-10-01T08:00@2026-01-01T00:00+00:00", "2026-10-01T08:00Z@2026-01-01", "a@b@c"])
def test_an_anchor_that_says_no_instants_is_refused(anchor: str, unstated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERSIGHT_CLOCK", anchor)
    with pytest.raises(ValueError, match=r"allowed: STATED@REAL, two ISO instants with their offsets"):
        clock.now()


def test_an_instant_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="has no offset"), clock.stated(datetime(2026, 7, 2)):  # noqa: DTZ001 -- it must be refused
        pass


def test_a_deployment_with_a_stated_clock_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> list[str]:
        return [message.id for message in run_checks(tags=["security"], include_deployment_checks=True) if message.id == "record.E004"]

    assert found() == []
    monkeypatch.setenv("OVERSIGHT_CLOCK", ANCHOR)
    assert found() == ["record.E004"]
    assert [message.id for message in run_checks(tags=["security"]) if message.id == "record.E004"] == []
