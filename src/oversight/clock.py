"""The one place where the desk asks what time it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MARKET_ZONE = ZoneInfo("America/New_York")
SYSTEM, STATED = "system", "stated"

_stated: ContextVar[datetime | None] = ContextVar("stated", default=None)
_started = datetime.now(UTC)


def now() -> datetime:
    """The present instant, UTC: the machine's, or the stated one of a demonstration or a test."""
    stated = _stated.get()
    if stated is not None:
        return stated
    start = os.environ.get("OVERSIGHT_CLOCK")
    return datetime.fromisoformat(start).astimezone(UTC) + (datetime.now(UTC) - _started) if start else datetime.now(UTC)


def today() -> date:
    """The present day in the market's zone."""
    return now().astimezone(MARKET_ZONE).date()


def kind() -> str:
    """`system`, or `stated` where somebody set the clock; each entry of the record carries it, so that neither passes for the other."""
    return STATED if _stated.get() is not None or os.environ.get("OVERSIGHT_CLOCK") else SYSTEM


@contextmanager
def stated(instant: datetime) -> Iterator[None]:
    """Within the block it is `instant`."""
    before = _stated.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _stated.reset(before)


def after(hours: float) -> datetime:
    """The instant so many hours from now."""
    return now() + timedelta(hours=hours)
