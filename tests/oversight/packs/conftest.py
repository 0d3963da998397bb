"""A quarter with figures, and its review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from tests.oversight.analysis.conftest import Bench, bench, third
from tests.oversight.reviews.conftest import Room, room

from bestexec import Run
from oversight import clock
from oversight.reviews.models import Review

__all__ = ("Bench", "Room", "bench", "room", "third")


@pytest.fixture
def review(bench: Bench, third: Callable[[], Run], room: Room, settings: LazySettings, tmp_path: Path) -> Review:
    """The review of the third quarter, raised and not convened; one day measured.

    Four orders: three retail ones against a control total of four, one institutional that nobody totaled.
    """
    with clock.stated(datetime(2026, 7, 1, 14, tzinfo=UTC)):
        room.committee()
    bench.total(4, 3)
    third()
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        return room.raised()


@pytest.fixture
def committee_only(bench: Bench, room: Room) -> Review:
    """A review of a quarter for which no run was received."""
    with clock.stated(datetime(2026, 7, 1, 14, tzinfo=UTC)):
        room.committee()
    with clock.stated(datetime(2026, 10, 2, 12, tzinfo=UTC)):
        return room.raised()
