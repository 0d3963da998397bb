"""Clocks run on trading days."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from oversight.findings.due import due_at

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("opened", "hours", "due"),
    [
        ((2026, 10, 1, 8, 0), "4", (2026, 10, 1, 12, 0)),
        ((2026, 10, 1, 8, 0), "0.5", (2026, 10, 1, 8, 30)),
        ((2026, 10, 1, 8, 0), "24", (2026, 10, 2, 8, 0)),
        # Friday 16:00 leaves 8 h of Friday; the other 16 h are Monday's.
        ((2026, 10, 2, 16, 0), "24", (2026, 10, 5, 16, 0)),
        # On a Saturday the clock has not begun.
        ((2026, 10, 3, 11, 0), "4", (2026, 10, 5, 4, 0)),
        # Wednesday 20:00 leaves 4 h; Thursday is Thanksgiving; 20 h of Friday.
        ((2026, 11, 25, 20, 0), "24", (2026, 11, 27, 20, 0)),
        # 72 h from Thursday 08:00: 16 + 24 h to Friday's end, then 24 h of Monday and 8 h of Tuesday.
        ((2026, 10, 1, 8, 0), "72", (2026, 10, 6, 8, 0)),
    ],
)
def test_a_clock_stands_still_when_the_market_does(opened: tuple[int, ...], hours: str, due: tuple[int, ...]) -> None:
    assert due_at(datetime(*opened, tzinfo=NEW_YORK), Decimal(hours)) == datetime(*due, tzinfo=NEW_YORK)
