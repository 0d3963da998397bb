"""Case 1 of the sample firm: half of the flow rerouted on the first day, the notice after the meeting, the answer, narrower limits and the test registered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from oversight import clock
from oversight.cases import actions, evidencing
from oversight.cases.interim import REROUTE
from oversight.cases.models import Case
from oversight.cases.testing import BASELINE
from oversight.demo.people import People
from oversight.differences.models import Difference
from oversight.evidence import actions as evidence
from oversight.handling import actions as handling
from oversight.measured.reading import AT_MOST, CHECK, METRIC, Figure
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

WORSE, LAST = date(2026, 8, 12), date(2026, 9, 30)
"""From the day on which flow moved to KNCM to the end of the quarter."""
BASELINE_DAYS = date(2026, 7, 1), date(2026, 8, 11)
NARROWER = {"max_venue_fraction": Decimal("0.15"), "persistence_days": Decimal(1)}
EQ, EQ_THERE = Figure(METRIC, "effective_over_quoted"), Figure(METRIC, "effective_over_quoted", {"venue": ("KNCM",)})
WHAT = (
    "Since 12 August 2026 about three of five retail marketable orders go to one venue, KNCM, which pays the router for them. Effective over quoted spread "
    "is worse there than at the other venues for orders of the same kind and size.\nThe note of the release of 12 August names no change of destinations.\n"
    "On 29 September the gateway queued new orders from 10:05 to 10:22, New York time, and some orders of the quarter are missing from the router's own file."
)
ASKED = (
    "By your answer: which setting or release moved these orders, who decided it and when, and what you are paid for them.\n"
    "The routing tables in force on 11, 12 and 13 August and on 30 September.\n"
    "The orders that your file lacks, or why it lacks them."
)
ANSWER = (
    "The release of 12 August carried a new ranking of destinations. Its weight for expected rebates was set for another client's flow and was not taken back "
    "for yours. We did not name it in the release note, which we regret. The rate at KNCM is 0.0016 dollars a share.\n"
    "Routing tables of the four days are attached. The missing orders were queued at our second gateway and never exported; the list follows within ten days.\n"
    "We do not agree that the price was worse for the smallest orders and would look at them order by order with you."
)
TABLES = (
    "Routing tables, retail marketable orders, share by destination\n\n2026-08-11  KNCM 9 %\n"
    "2026-08-12  KNCM 58 %\n2026-08-13  KNCM 60 %\n2026-09-30  KNCM 61 %\n"
    "\nRanking before the release: price, fill, speed. After it: price, rebate, fill, speed.\n"
)


def at(month: int, day: int, hour: int, minute: int = 0) -> Any:
    """That minute of autumn 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, month, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def before_meeting(people: People, vendors: Mapping[str, Vendor]) -> None:
    """5 October: the case is opened; half of the flow goes to the other vendor from the next morning, decided by two."""
    vendor, found = vendors["vendor_b"], list(Difference.objects.filter(vendor=vendors["vendor_b"]).order_by("pk"))
    with at(10, 5, 9, 40):
        case = actions.open_case(
            people[SUPERVISOR], vendor, title="Retail flow moved to a venue that pays the router", what=WHAT, origin=found[0].subject if found else ("", ""),
            difference=found[0] if found else None,
        )  # fmt: skip
        for further in found[1:]:
            actions.add_difference(people[SUPERVISOR], case, further)
    with at(10, 5, 10, 5):
        words = "Retail marketable orders, held, all symbols: half of them by account group, so that each customer's orders stay with one router."
        measure = actions.propose_measure(
            people[SUPERVISOR], case, kind=REROUTE, percent=Decimal(50), to_vendor=vendors["vendor_a"], what=words, from_on=date(2026, 10, 6)
        )
    with at(10, 5, 11, 20):
        actions.decide(people[COMPLIANCE], measure, why="The difference is paid by customers every day, and the other router has room for the flow.")
    with at(10, 6, 9, 50):
        happening = handling.note(
            people[ANALYST], kind="override", vendor="vendor_b", from_at=datetime(2026, 10, 6, 9, 30, tzinfo=clock.MARKET_ZONE),
            what="Order system: account groups 2, 4 and 6 send retail marketable orders to the other router from today's opening, as decided in case 1.",
            cause="Interim measure of case 1.",
        )  # fmt: skip
        actions.carry_out(people[ANALYST], measure, happening=happening)


def after_meeting(people: People, vendors: Mapping[str, Vendor]) -> None:
    """28 October to 3 November: notice, answer, and the joint investigation begins; without an account of the vendor, without its answer."""
    vendor = vendors["vendor_b"]
    case = Case.objects.get(vendor=vendor)
    with at(10, 28, 9, 10):
        figures = [
            (EQ_THERE, WORSE, LAST),
            (EQ, WORSE, LAST),
            (EQ, *BASELINE_DAYS),
            (Figure(CHECK, "ROU-103"), WORSE, LAST),
            (Figure(CHECK, "EXE-101"), WORSE, LAST),
        ]
        orders = evidencing.examples(vendor, ("EXE-101", "ROU-101"), WORSE, LAST, most=8)
        notice = actions.draft_notice(
            people[VENDOR_MANAGER], case, subject_line="Retail flow to KNCM since 12 August 2026", what=WHAT, asked=ASKED, figures=figures, orders=orders,
            answer_due_on=date(2026, 11, 4),
        )  # fmt: skip
    with at(10, 28, 14, 0):
        actions.send(people[COMPLIANCE], notice)
    outside = people.by_name.get("vendor_b")
    if outside is not None:
        with at(11, 3, 11, 30):
            evidence.file(outside, "routing-tables.txt", TABLES.encode(), title="Routing tables of four days", subject=notice.subject)
            actions.answer(outside, notice, answer=ANSWER)
    case.refresh_from_db()
    with at(11, 3, 14) if outside is not None else at(11, 5, 9, 30):
        actions.investigate(people[VENDOR_MANAGER], case)


def after_room(people: People, vendors: Mapping[str, Vendor]) -> None:
    """10 November: both sides wrote their conclusions in the room; the plan is asked for. Played once the room is concluded."""
    case = Case.objects.get(vendor=vendors["vendor_b"])
    if case.state == "investigating":
        with at(11, 10, 16, 15):
            actions.ask_plan(people[VENDOR_MANAGER], case)


def after_plan(people: People, vendors: Mapping[str, Vendor]) -> None:
    """13 and 16 November: the closing test is registered and agreed, narrower limits are approved, and monitoring begins. Played once a plan is accepted."""
    after_room(people, vendors)
    case = Case.objects.get(vendor=vendors["vendor_b"])
    with at(11, 13, 13, 30):
        registration = actions.register_test(
            people[VENDOR_MANAGER], case, figure=EQ, side=AT_MOST, compared=BASELINE, baseline=BASELINE_DAYS, margin=Decimal("0.02"), min_n=400,
            first_on=date(2026, 11, 16), last_on=date(2027, 1, 15),
            smallest_why="Not known yet. From the scatter of the symbol-days before 12 August it is more than two points.",
            if_inconclusive="The window is registered anew for the next two months, narrower limits stay, and the committee is told at its next meeting.",
        )  # fmt: skip
        monitoring = actions.propose_monitoring(
            people[SUPERVISOR], case, limits=NARROWER, from_on=date(2026, 11, 16), to_on=date(2027, 2, 1), every_days=1,
            reason="The plan brings KNCM below 15 % of these orders by 30 November. Each day above that is to be seen on the next morning.",
        )  # fmt: skip
    with at(11, 13, 15, 40):
        actions.agree(people["committee_2"] if "committee_2" in people.by_name else people[SUPERVISOR], registration)
        actions.approve_monitoring(people[COMPLIANCE], monitoring)
    with at(11, 16, 9, 5):
        actions.monitor(people[SUPERVISOR], case)
