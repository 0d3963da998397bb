"""The sample firm holds the days that a regulator asks about, states a reading of its own, and proposes to let old quote books go."""

from __future__ import annotations

from datetime import date

from oversight.demo.meeting import at
from oversight.demo.people import People
from oversight.record.actions import move
from oversight.requests.models import Request
from oversight.retention import actions, schedule
from oversight.roles import COMPLIANCE, VENDOR_MANAGER
from oversight.vendors.models import Vendor

FIRST, LAST = date(2026, 8, 12), date(2026, 9, 30)


def after_meeting(people: People, vendors: dict[str, Vendor]) -> None:
    """10 to 18 November 2026: a hold on the day after the letter, in force the same morning; a period and a disposal that wait for a second person.

    Where an earlier telling let the books go, and nobody measured since, there is nothing to propose.
    """
    letter = Request.objects.earliest("pk")
    with at(11, 10, 8):
        hold = actions.ask_for_hold(
            people[VENDOR_MANAGER], title="Routing to KNCM since 12 August 2026",
            reason="FINRA asks about it. Nothing of those days goes, whatever the schedule says, until the matter is closed and counsel agrees.",
            first_on=FIRST, last_on=LAST, subjects=[["request", str(letter.pk)]],
        )  # fmt: skip
    with at(11, 10, 8, 20):
        move(people[COMPLIANCE], hold, "place")
    with at(11, 18, 11):
        actions.state_period(
            people[COMPLIANCE], record_class="communications", months=72, from_on=date(2027, 1, 1),
            reason="Letters are kept as long as the papers they speak of: six years, not the three of 17a-4(b). Read by compliance; counsel agrees.",
        )  # fmt: skip
    with at(11, 18, 11, 30):
        if any(one.is_due for one in schedule.due(["books"])):
            reason = "Quote books of the first half of the quarter: built of rows that stay, and rebuilt in minutes when needed."
            actions.propose_disposal(people[COMPLIANCE], ["books"], reason=reason)
