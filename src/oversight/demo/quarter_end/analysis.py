"""The sample firm's quarter is looked at factor by factor and, where an average cannot judge, order by order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from oversight import clock
from oversight.analysis import actions, grid, lane, queries
from oversight.analysis.models import KINDS, ORDERS
from oversight.demo.people import People
from oversight.record.actions import move
from oversight.roles import ANALYST, SUPERVISOR
from oversight.vendors.models import Vendor

PART = 250
"""Single orders of one sitting."""
QUARTER = "2026Q3"


def at(day: int, hour: int, minute: int = 0) -> Any:
    """That minute of October 2026 in New York."""
    return clock.stated(datetime(2026, 10, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def before_meeting(people: People, vendors: dict[str, Vendor]) -> None:
    """5 to 16 October: every kind of order, then every single order; one question, settled by the supervisor."""
    quarter = queries.asked(QUARTER)
    sources = queries.sources_of(quarter)
    if sources is None:
        return
    with at(5, 14):
        kinds = [kind.key for kind in grid.kinds(sources, quarter)]
        retail, others = [key for key in kinds if "|retail|" in key], [key for key in kinds if "|retail|" not in key]
        if retail:
            shows = "Market and marketable limit orders pay more of the spread since mid-August; stops, midpoint orders and extended hours show no such move."
            asks = "Which venues took the flow since 12 August, and what do they pay? Answered with the difference on KNCM."
            asked = actions.look(people[ANALYST], quarter, KINDS, retail, shows=shows, asks=asks)
        if others:
            actions.look(
                people[ANALYST],
                quarter,
                KINDS,
                others,
                shows="Institutional and broker-dealer flow: no move against the quarter before; small cells are named.",
            )
    orders = [one.key for one in lane.orders(sources, quarter)]
    for place in range(0, len(orders), PART):
        sitting = place // PART
        with at(5 + sitting % 5 + 7 * (sitting // 5 % 2), 15, sitting % 60):
            part = orders[place : place + PART]
            words = f"Sitting {sitting + 1}: each read with its limit, its shortfall and its route; those above 25 bps opened in the inspector."
            actions.look(people[ANALYST], quarter, ORDERS, part, shows=words)
    if retail:
        with at(16, 16, 30):
            move(people[SUPERVISOR], asked, "settle", answer="KNCM took them; it pays vendor B. Taken up as a material difference and in case 1.")
