"""The report of (b)(1): R5 to the digit, its lists, its six months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bestexec.filings.rule606.customer import routes_report
from bestexec.filings.rule606.document import Node
from bestexec.filings.rule606.period import Period, before, transacted

from .conftest import Broken
from .flow import JULY, Flow

SPAN = Period(date(2026, 2, 15), date(2026, 8, 14))


def at(text: str, ns: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000_000 + ns


@pytest.mark.parametrize(
    ("instant", "day", "time"),
    [
        (at("2026-03-09 19:59:59", 500_000_000), date(2026, 3, 9), "20:00:00"), (at("2026-03-09 19:59:59", 499_999_999), date(2026, 3, 9), "19:59:59"),
        (at("2026-03-09 23:59:59", 500_000_000), date(2026, 3, 10), "00:00:00"), (at("2026-12-31 23:59:59", 999_999_999), date(2027, 1, 1), "00:00:00"),
    ],
)  # fmt: skip
def test_r5_seconds_are_rounded_half_up_and_the_date_rolls(instant: int, day: date, time: str) -> None:
    """15:59:59.500 in New York on 9 March 2026 is 19:59:59.500 UTC."""
    assert transacted(instant) == {"date": day, "time": time}


@pytest.mark.parametrize(
    ("asked", "first", "last", "months"),
    [
        (date(2020, 6, 1), date(2019, 12, 1), date(2020, 5, 31), 6), (date(2026, 8, 15), date(2026, 2, 15), date(2026, 8, 14), 7),
        (date(2026, 8, 31), date(2026, 2, 28), date(2026, 8, 30), 7),
    ],
)  # fmt: skip
def test_the_period_is_the_six_months_before_the_request(asked: date, first: date, last: date, months: int) -> None:
    """The first as in the SEC's samples; seven calendar months when it begins within one; the 31st of February is its last day."""
    span = before(asked)
    assert (span.first, span.last, len(span.months)) == (first, last, months)


def made(flow: Flow, *, with_not_held: bool = True) -> Node:
    fed = flow.fed()
    named: dict[str, Any] = {"broker": "Sample", "customer": "C", "names": {"XNAS": "Nasdaq"}}
    return routes_report(fed.orders, fed.routes, fed.fills, SPAN, with_not_held=with_not_held, **named)


def told(report: Node) -> list[tuple[str, str, str, list[tuple[str, str, list[str]]]]]:
    return [
        (listed.name, order.value("orderId"), order.value("directed"), [
            (route.value("venueName"), route.value("mic"), [f"{made.value('date')} {made.value('time')}" for made in route.all("transaction")])
            for route in order.all("route")
        ])
        for listed in report.below if listed.below for order in listed.below
    ]  # fmt: skip


def test_each_order_stands_in_its_list_with_its_routes_and_transactions(broken: Broken) -> None:
    flow = Flow()
    (held,) = flow.add()
    flow.fill(held, 40, filled_at=at("2026-07-01 15:00:00", 600_000_000))
    flow.fill(held, 60, filled_at=at("2026-07-01 15:00:02"))
    flow.add(is_directed=True, at="XNYS")
    (not_held,) = flow.add(is_held=False, at=None)
    flow.route(not_held, None, venue_raw="DARK9")
    flow.add(asset_class="option", at="XCBO")
    flow.add(asset_class="crypto")
    (own,) = flow.add(at=None)
    flow.fill(own, 1, at="OFFX", filled_at=at("2026-07-02 14:00:00"))
    report = made(flow)
    assert told(report) == [
        ("held", "O1", "N", [("Nasdaq", "XNAS", ["2026-07-01 15:00:01", "2026-07-01 15:00:02"])]),
        ("held", "O2", "Y", [("New York Stock Exchange", "XNYS", [])]), ("held", "O6", "N", [("Sample", "", ["2026-07-02 14:00:00"])]),
        ("notHeldExempt", "O3", "N", [("DARK9", "", [])]), ("options", "O4", "N", [("XCBO", "XCBO", [])]),
    ]  # fmt: skip
    assert broken(report) == []
    assert [row[1] for row in told(made(flow, with_not_held=False))] == ["O1", "O2", "O6", "O4"]


def test_what_lies_outside_the_six_months_is_left_out() -> None:
    """An order of the day before is there for what happened to it within them."""
    flow = Flow()
    flow.add(on=date(2026, 2, 14))
    flow.add(on=date(2026, 8, 15))
    (earlier,) = flow.add(on=date(2026, 2, 13))
    flow.routes[-1]["routed_on"] = date(2026, 2, 15)
    assert [row[1] for row in told(made(flow))] == [earlier]


def test_an_order_id_that_a_list_has_twice_is_told_with_its_day(broken: Broken) -> None:
    flow = Flow()
    flow.add()
    flow.add(on=JULY + timedelta(days=1))
    flow.orders[-1]["order_id"] = flow.routes[-1]["order_id"] = "O1"
    report = made(flow)
    assert [row[1] for row in told(report)] == ["O1 2026-07-01 AAA", "O1 2026-07-02 AAA"]
    assert broken(report) == []


def test_a_large_report_breaks_no_rule(broken: Broken) -> None:
    flow = Flow()
    for name in flow.add(count=2_000):
        flow.fill(name, 100)
    report = made(flow)
    assert (len(told(report)), broken(report)) == (2_000, [])
