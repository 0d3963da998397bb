"""The joint investigation of case 1: three hypotheses, the routing tables of four days, orders looked at by both, and two conclusions that differ."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.cases.models import Case
from oversight.demo.people import People
from oversight.lifecycle import Refusal
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.rooms import actions, queries
from oversight.rooms.actions import Upload
from oversight.rooms.models import Hypothesis, Room
from oversight.vendors.models import Vendor

ABOUT = (
    "Why three of five retail marketable orders go to KNCM since 12 August 2026, where effective over quoted spread is worse than at your other destinations; "
    "why your gateway queued orders on 29 September from 10:05 to 10:22, New York time; why your file lacks some of our orders."
)
PAYMENT = "The ranking of destinations since release 5.1 follows what KNCM pays, not the price that customers get."
RELEASE = "A weight for expected rebates, meant for another client's flow, was carried into ours by mistake with release 5.1."
SECOND_GATEWAY = "The orders that the file lacks were queued at the second gateway on 29 September and never exported."
DAYS = (date(2026, 8, 11), date(2026, 8, 12), date(2026, 8, 13), date(2026, 9, 30))
SHARES = b"day,orders,to_KNCM_percent\n2026-08-10,196,9\n2026-08-11,203,10\n2026-08-12,199,58\n2026-08-13,207,61\n2026-09-30,201,60\n"
RANKING = b"Destination ranking, retail marketable\n\nrelease 5.0: price, fill, speed\nrelease 5.1: price, rebate, fill, speed\n"
QUEUE = b"gateway,opened,closed,orders_queued,orders_exported\ng1,09:30,10:05,0,0\ng2,10:05,10:22,31,20\n"
OTHERWISE = (
    "On 12 August the table that was loaded at 09:28 is not the one on your file: KNCM stood first for retail marketable orders up to 2,000 shares. "
    "Your file still has the fair table, because we did not tell you of the change."
)
FIRM_CONCLUDES = (
    "Flow moved on the morning of release 5.1, to the one venue that pays for it, with worse prices there for orders of the same kind and size, and stayed for "
    "seven weeks after the rebates of August were booked. Whether the weight came by mistake or not, what it weighed was a payment. The missing orders are a "
    "fault of the export, apart from this."
)
VENDOR_CONCLUDES = (
    "A setting of another client's flow was carried over with the release; nobody chose KNCM for your orders. We should have seen it in our own "
    "monitoring and named it in the release note. The price difference is there, though smaller for orders below 100 shares."
)


def after_meeting(people: People, vendors: Mapping[str, Vendor]) -> None:
    """4 to 10 November: the room is opened, both sides say and show what they have, and it is concluded; played once the case is under investigation."""
    case = Case.objects.filter(vendor=vendors["vendor_b"], state="investigating").order_by("number").first()
    if case is None or queries.of_case(case) is not None:
        return
    with at(5, 10):
        room = actions.open_room(people[VENDOR_MANAGER], case, about=ABOUT)
    payment = _first_day(people, room)
    outside = people.by_name.get("vendor_b")
    if outside is not None:
        _answers(people, outside, room, payment)
        _concludes(people, outside, room, payment)


def at(day: int, hour: int, minute: int = 0) -> Any:
    """That minute of November 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, 11, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def _first_day(people: People, room: Room) -> Hypothesis:
    """The firm's hypothesis with its figures, the days, the orders, and what it keeps to itself."""
    keeper, analyst = people[VENDOR_MANAGER], people[ANALYST]
    with at(5, 10, 40):
        payment = actions.put(analyst, room, PAYMENT)
        upload = Upload("flow-to-kncm.csv", SHARES, "Share of your retail marketable orders that went to KNCM, by day")
        actions.say(analyst, room, "for", "The share went from one in ten to three in five within a day, and stayed there.", of=payment, upload=upload)
        actions.note(analyst, room, "The conflicts register has the rate since September. Ask who at the vendor signs for it.", subject=payment.subject)
    with at(5, 11):
        for day in DAYS:
            actions.choose_day(keeper, room, day)
    with at(5, 11, 30):
        for finding in [each for each in queries.telling(room, 60) if each.venue == "KNCM"][:3]:
            _show(keeper, room, finding)
        actions.note(keeper, room, "Counsel: keep customers' losses out of the room; they are in the harm file.", subject=room.subject)
    return payment


def _show(keeper: Actor, room: Room, finding: Any) -> None:
    """An order that a check found at KNCM; one that its day's run in force no longer has is passed over."""
    try:
        actions.show_order(
            keeper, room, finding.key_on, finding.symbol, finding.order_id, "Why was it sent to KNCM, with this quote at the other destinations?"
        )
    except Refusal:
        return


def _answers(people: People, outside: Actor, room: Room, payment: Hypothesis) -> None:
    """The vendor's hypotheses, how its router was set otherwise, and what the orders show."""
    with at(6, 14, 20):
        release = actions.put(outside, room, RELEASE)
        upload = Upload("ranking.txt", RANKING, "Ranking of destinations before and after release 5.1")
        actions.say(outside, room, "for", "The ranking of both releases. The rebate stands second since 5.1.", of=release, upload=upload)
        actions.say(outside, room, "against", "Nobody of ours chose KNCM for this flow; the weight came with a file of another client's.", of=payment)
    with at(6, 14, 50):
        actions.say(outside, room, "otherwise", OTHERWISE, of=room.days.get(on=DAYS[1]))
        gateway = actions.put(outside, room, SECOND_GATEWAY)
        upload = Upload("gateways-2026-09-29.csv", QUEUE, "Orders queued and exported at both gateways on 29 September")
        actions.say(outside, room, "for", "Of 31 orders queued at the second gateway, 20 were exported.", of=gateway, upload=upload)
        for order in room.orders.all()[:1]:
            actions.say(outside, room, "of_order", "It went to KNCM by the ranking alone; two other destinations showed the same price.", of=order)
    with at(9, 10, 10):
        actions.say(
            people[SUPERVISOR], room, "against", "A mistake of a morning is seen within a day. Rebates of this flow were booked for August.", of=release
        )
        actions.say(people[ANALYST], room, "standing", "Eleven of our missing orders are among the 31.", of=gateway, value="supported")
    with at(9, 11):
        actions.say(outside, room, "standing", "The exported list was compared with ours.", of=gateway, value="supported")
        actions.say(outside, room, "standing", "The file and its author are known.", of=release, value="supported")


def _concludes(people: People, outside: Actor, room: Room, payment: Hypothesis) -> None:
    """Two conclusions, a day apart, that name different causes; compliance ends the investigation."""
    with at(9, 15, 30):
        actions.say(outside, room, "standing", "The payment is a fact; that it was the reason is not.", of=payment, value="refuted")
        actions.say(outside, room, "conclusion", VENDOR_CONCLUDES, value="setting")
    with at(10, 10, 30):
        actions.say(people[VENDOR_MANAGER], room, "standing", "What the ranking weighed was the payment.", of=payment, value="supported")
        actions.say(people[VENDOR_MANAGER], room, "conclusion", FIRM_CONCLUDES, value="payment")
    with at(10, 15):
        actions.conclude(people[COMPLIANCE], room, why="Both sides were heard; the causes they name differ, and the plan must answer both.")
