"""The stage `review`: what the quarter showed is taken up, and the committee is in the middle of its meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from oversight import clock
from oversight.arrivals import rounds
from oversight.demo import daily
from oversight.demo.people import People
from oversight.demo.quarter_end import analysis, cases, differences, reviews
from oversight.vendors.models import Vendor

Say = Callable[[str], None]
BEFORE: tuple[Any, ...] = (differences, cases, analysis, reviews)
"""In the order of the story."""


def play(say: Say) -> People:
    """Play 1 to 27 October 2026: differences, a case, the quarter's analysis, the papers; the meeting begins and some votes fall."""
    people = daily.play(say)
    vendors = registered()
    say("October: differences are identified, a case is opened, the quarter is looked at factor by factor and order by order")
    for part in BEFORE:
        part.before_meeting(people, vendors)
    with at(10, 27, 6, 30):
        list(rounds.walk())
    say("27 October: the committee meets; some votes have fallen")
    reviews.play_meeting(people, vendors)
    return people


def registered() -> dict[str, Vendor]:
    """The vendors on the register, by key."""
    return {vendor.key: vendor for vendor in Vendor.objects.all()}


def at(month: int, day: int, hour: int, minute: int = 0) -> Any:
    """That minute of the story, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, month, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))
