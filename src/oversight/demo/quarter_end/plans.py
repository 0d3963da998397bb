"""The corrective plan of case 1: the vendor's first version is sent back over one item, the second accepted by two people; one item is done a week later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.cases.models import Case
from oversight.configuration.models import DECIDED, Version
from oversight.demo.people import People
from oversight.measured.reading import AT_MOST, METRIC
from oversight.plans import actions, queries
from oversight.plans.models import Item, Plan
from oversight.roles import COMPLIANCE, VENDOR_MANAGER
from oversight.vendors.models import Vendor

ASKED = (
    "By when less than 15 % of our retail marketable orders go to KNCM, and how you keep payments out of the ranking; how a release names each change of "
    "destinations before it is loaded; the orders of the quarter that your file lacks; what happens when a gateway fails."
)
SUMMARY = "The ranking goes back to price, fill and speed; releases name destinations; exports are counted against the order system; gateways are tried."
FLOW: dict[str, Any] = {
    "what": "Take the weight for rebates out of the ranking for this client's flow, and hold KNCM to less than 15 % of retail marketable orders.",
    "owner": "Head of routing", "change": "Ranking: price, fill, speed. KNCM at most 10 % of retail marketable orders.", "retest_kind": "check",
    "retest": "CON-104, flow moved to a venue that pays, and ROU-103", "figure_kind": METRIC, "figure_key": "venue_share",
    "filters": {"venue": ["KNCM"], "customer_class": ["retail"], "marketability": ["marketable"]}, "side": AT_MOST, "bound": Decimal("0.15"), "min_n": 200,
    "by_on": date(2026, 11, 30),
}  # fmt: skip
PRICE: dict[str, Any] = {
    "what": "Compare prices at each destination weekly, and move flow by them alone.", "owner": "Head of routing", "due_on": date(2026, 11, 27),
    "change": "A weekly table of destinations by effective over quoted spread, sent to the client.", "retest_kind": "report",
    "retest": "The report of the certification of release 5.2", "figure_kind": METRIC, "figure_key": "effective_over_quoted",
    "filters": {"customer_class": ["retail"]}, "side": AT_MOST, "bound": Decimal("0.60"), "min_n": 200, "by_on": date(2026, 12, 15),
}  # fmt: skip
RELEASES: dict[str, Any] = {
    "what": "Name each change of destinations or weights in the release note, ten days before it is loaded.", "owner": "Release desk",
    "due_on": date(2026, 11, 20), "change": "No setting changes; the note's form has a part for destinations and weights.", "retest_kind": "other",
    "retest": "The note of release 5.2, read by the client before it is loaded", "no_figure": "A note is read, not measured; the next release shows it.",
}  # fmt: skip
ORDERS: dict[str, Any] = {
    "what": "Send the orders of the quarter that the file lacks, and count each day's export against the client's order system.", "owner": "Data desk",
    "due_on": date(2026, 11, 18), "change": "The export takes in the second gateway.", "retest_kind": "check",
    "retest": "COM-112, the control total of each day", "no_figure": "The control total of each day shows it order by order.",
}  # fmt: skip
GATEWAY: dict[str, Any] = {
    "what": "Switch to the second gateway within ten seconds, tried with the client once a quarter.", "owner": "Head of operations",
    "due_on": date(2026, 12, 11), "change": "Time limit of the switch-over: 10 s in place of 17 min by hand.", "retest_kind": "scenario",
    "retest": "Failover of a gateway during regular hours", "no_figure": "It shows when a gateway fails; the try with the client is filed.",
}  # fmt: skip
TOO_LATE = "One item comes too late, and nothing is said of what happens when a gateway fails."
BY_NOVEMBER = "By 31 January is a quarter of worse prices more. We decided on 30 November; say what is set by then."
LIST = b"order,day,gateway\nC260929-00114,2026-09-29,g2\nC260929-00120,2026-09-29,g2\nC260929-00131,2026-09-29,g2\n"


def after_meeting(people: People, vendors: Mapping[str, Vendor]) -> None:
    """10 to 19 November: asked for, written, rejected over an item, written again, accepted by two; played once the case is in planning."""
    case = Case.objects.filter(vendor=vendors["vendor_b"], state="planning").order_by("number").first()
    outside = people.by_name.get("vendor_b")
    if case is None or queries.accepted(case) is not None:
        return
    with at(10, 16, 40):
        plan = queries.current(case) or actions.ask(people[VENDOR_MANAGER], case, ASKED)
    if outside is None:
        return
    _first_version(people, outside, plan)
    second = queries.current(case)
    assert second is not None, "a rejected version is followed by the next"
    _second_version(people, outside, second)
    _first_item_done(people, outside, second)


def at(day: int, hour: int, minute: int = 0) -> Any:
    """That minute of November 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, 11, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def _first_version(people: People, outside: Actor, plan: Plan) -> None:
    """Written on 11 November with a day too late for the flow; sent back the next morning."""
    with at(11, 15):
        flow = actions.add_item(outside, plan, **FLOW, due_on=date(2027, 1, 31), configuration=_without_kncm(plan))
        for terms in (PRICE, RELEASES, ORDERS):
            actions.add_item(outside, plan, **terms)
        actions.describe(outside, plan, SUMMARY.rpartition(";")[0] + ".")
    with at(11, 16, 30):
        actions.submit(outside, plan)
    with at(12, 9, 20):
        actions.reject(people[VENDOR_MANAGER], plan, TOO_LATE, objections={flow.pk: BY_NOVEMBER})


def _second_version(people: People, outside: Actor, plan: Plan) -> None:
    """Written again the same day; proposed and accepted on the 13th."""
    with at(12, 14, 10):
        flow = plan.held.get(place=1)
        actions.change_item(outside, _whole(flow), due_on=date(2026, 11, 27))
        actions.add_item(outside, plan, **GATEWAY)
        actions.describe(outside, plan, SUMMARY)
    with at(12, 16):
        actions.submit(outside, plan)
    with at(13, 9, 40):
        actions.propose(
            people[VENDOR_MANAGER], plan, why="Both causes are answered, the day is the one decided on, and four of five items say how they are seen."
        )
    with at(13, 11, 20):
        actions.accept(people[COMPLIANCE], plan, why="Each item has its re-test; the flow has its figure and its day.")


def _first_item_done(people: People, outside: Actor, plan: Plan) -> None:
    """The missing orders came on the 18th and were confirmed on the 19th."""
    item = _whole(plan.held.get(what=ORDERS["what"]))
    with at(18, 13, 30):
        actions.attach(outside, item, "orders-2026-q3.csv", LIST, title="Orders of the quarter that the file lacked")
        actions.report(outside, item, "The list is attached; the export takes in the second gateway since yesterday's close.")
    with at(19, 10, 15):
        actions.confirm(people[VENDOR_MANAGER], item, why="Counted against the order system: none is missing.")


def _without_kncm(plan: Plan) -> Version | None:
    """The configuration that takes KNCM out, where it was decided on already."""
    found = Version.objects.filter(vendor=plan.case.vendor, state__in=DECIDED, number__gt=1)
    return found.select_related("vendor").order_by("-number").first()


def _whole(item: Item) -> Item:
    found = queries.item(item.pk)
    assert found is not None, "it was just read"
    return found
