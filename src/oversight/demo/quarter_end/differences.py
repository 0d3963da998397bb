"""Two material differences of the sample firm's quarter: one is modified, one is justified for a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from oversight import clock
from oversight.demo.people import People
from oversight.differences import actions
from oversight.measured.reading import AT_MOST, METRIC, Figure
from oversight.record.actions import move
from oversight.roles import ANALYST, COMMITTEE, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

QUARTER = date(2026, 7, 1), date(2026, 9, 30)
RETAIL = {"customer_class": ("retail",)}
PAID_VENUE = "KNCM"


def at(month: int, day: int, hour: int, minute: int = 0) -> Any:
    """That minute of the story, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, month, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def before_meeting(people: People, vendors: dict[str, Vendor]) -> None:
    """2 to 22 October: both are identified, more is asked of one, and a decision on each is proposed."""
    vendor = vendors["vendor_b"]
    with at(10, 2, 10, 15):
        flow = actions.identify(
            people[ANALYST], title=f"Retail market orders at {PAID_VENUE} cost more than elsewhere", vendor=vendor, first_on=QUARTER[0], last_on=QUARTER[1],
            what=f"From 12 August on vendor B sends most retail marketable orders to {PAID_VENUE}, which pays it. They pay more of the quoted "
            "spread there than the same flow pays through vendor A in the same quarter. What it comes to in dollars is worked out with the affected orders.",
            figure=Figure(METRIC, "effective_over_quoted", {**RETAIL, "venue": (PAID_VENUE,)}), beside={**RETAIL, "vendor": ("vendor_a",)},
        )  # fmt: skip
    with at(10, 2, 11):
        odd = actions.identify(
            people[ANALYST], title="Vendor B is slow on the day of its outage", vendor=vendor, first_on=date(2026, 9, 29), last_on=date(2026, 9, 29),
            what="On 29 September its gateway queued new orders from 10:05 to 10:22; orders of these minutes were routed late.",
            figure=Figure(METRIC, "mean_receipt_to_route", {}),
        )  # fmt: skip
        actions.ask(people[ANALYST], flow, asks="The analyst asks vendor B for the routing table in force since 12 August.", due_on=date(2026, 10, 9))
    with at(10, 9, 15, 20):
        move(
            people[VENDOR_MANAGER], flow.questions.get(), "answer",
            answer=f"Vendor B names release 5.1 of 12 August. Its note says nothing of destinations; the firm approved no move to {PAID_VENUE}.",
        )  # fmt: skip
    with at(10, 20, 14):
        actions.propose(
            people[SUPERVISOR], flow, kind="modify", modification=f"{PAID_VENUE} is taken off the first place for retail marketable orders and tried last.",
            reasons="What it pays reaches the vendor; what it costs reaches the customer.",
            figure=Figure(METRIC, "venue_share", {**RETAIL, "venue": (PAID_VENUE,)}),
            alternatives="Leave it and watch: rejected, the figures are of seven weeks. Pull the vendor at once: kept for a case that fails.",
            side=AT_MOST, bound=Decimal("0.15"), since_on=date(2026, 11, 2), by_on=date(2026, 11, 30), min_n=100,
        )  # fmt: skip
    with at(10, 22, 11, 30):
        proposal = actions.propose(
            people[ANALYST], odd, kind="justify", scope="The seventeen minutes of 29 September, orders that queued at the vendor's gateway.",
            reasons="One event, reported by the vendor the same day; its cure is asked under the agreement's clause on outages.",
            alternatives="Fail over at once by rule: taken up in the exit plan. Count it as a fault of routing: it was none.", expires_on=date(2027, 1, 29),
        )  # fmt: skip
    with at(10, 23, 9, 40):
        actions.adopt(people[COMPLIANCE], proposal, why="One event; looked at again with the next review.")


def after_meeting(people: People, vendors: dict[str, Vendor]) -> None:
    """28 October: what the committee voted is adopted, where its vote has not done so already."""
    flow = vendors["vendor_b"].differences.order_by("pk").first()
    proposal = flow.decisions.filter(state="proposed").first() if flow else None
    if proposal is not None:
        with at(10, 28, 10):
            actions.adopt(people[COMMITTEE], proposal, why="As voted on 27 October.")
