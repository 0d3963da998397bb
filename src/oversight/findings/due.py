"""By when a finding is to be answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bestexec import trading_days
from oversight import clock

RULE = "A clock runs through every hour of a trading day, midnight to midnight in New York, and stands still on weekends and market holidays."


def due_at(opened_at: datetime, hours: Decimal) -> datetime:
    """The instant (UTC) at which `hours` of trading days have gone by since `opened_at`."""
    at, left = opened_at.astimezone(clock.MARKET_ZONE), timedelta(hours=float(hours))
    while True:
        on = at.date()
        midnight = datetime(on.year, on.month, on.day, tzinfo=clock.MARKET_ZONE) + timedelta(days=1)
        if trading_days(on, on):
            until = midnight.astimezone(UTC) - at.astimezone(UTC)
            if left <= until:
                return at.astimezone(UTC) + left
            left -= until
        at = midnight
