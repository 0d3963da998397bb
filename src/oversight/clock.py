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


def now() -> datetime:
    """The present instant, UTC: the machine's, or the stated one of a demonstration or a test.

    OVERSIGHT_CLOCK is `STATED@REAL`, two ISO instants with their offsets: at REAL it was STATED, and time has gone on since.
    """
    within, anchor = _stated.get(), os.environ.get("OVERSIGHT_CLOCK")
    if within is not None:
        return within
    if not anchor:
        return datetime.now(UTC)
    stated_at, real_at = _anchored(anchor)
    return stated_at + (datetime.now(UTC) - real_at)


def today() -> date:
    """The present day in the market's zone."""
    return now().astimezone(MARKET_ZONE).date()


def kind() -> str:
    """`system`, or `stated` where somebody set the clock; each entry of the record carries it, so that neither passes for the other."""
    return STATED if _stated.get() is not None or os.environ.get("OVERSIGHT_CLOCK") else SYSTEM


@contextmanager
def stated(instant: datetime) -> Iterator[None]:
    """Within the block it is `instant`, whatever OVERSIGHT_CLOCK says. Raises ValueError for one without its offset."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no offset")
    before = _stated.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _stated.reset(before)


def after(hours: float) -> datetime:
    """The instant so many hours from now."""
    return now() + timedelta(hours=hours)


def _anchored(anchor: str) -> tuple[datetime, datetime]:
    """(STATED, REAL). Raises ValueError, saying what is allowed."""
    try:
        stated_at, real_at = (datetime.fromisoformat(instant) for instant in anchor.split("@"))
    except ValueError:
        stated_at = real_at = datetime.min  # noqa: DTZ901 -- it has no offset, so it is refused below
    if stated_at.tzinfo is None or real_at.tzinfo is None:
        raise ValueError(f"OVERSIGHT_CLOCK={anchor!r} · allowed: STATED@REAL, two ISO instants with their offsets")
    return stated_at.astimezone(UTC), real_at.astimezone(UTC)
