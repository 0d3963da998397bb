"""The report of (b)(3): R4 to the digit, and the 21 figures of each venue and month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bestexec.filings.rule606.document import Node
from bestexec.filings.rule606.handling import handling_report
from bestexec.filings.rule606.period import Period
from bestexec.filings.rule606.readings import Readings
from bestexec.market.rule606 import HANDLED

from .conftest import Broken
from .flow import AUGUST, JULY, Flow

SPAN = Period(date(2026, 4, 1), date(2026, 9, 30))


def made(flow: Flow, readings: Readings | None = None) -> Node:
    fed = flow.fed()
    named: dict[str, Any] = {"broker": "Sample", "customer": "C", "names": {}}
    return handling_report(fed.orders, fed.routes, fed.fills, SPAN, readings or Readings(), **named)


def months(report: Node, direction: str = "hNondirected") -> tuple[Node, ...]:
    found = report.one(direction)
    return found.below if found else ()


def venues(month: Node) -> tuple[Node, ...]:
    listed = month.one("routingVenueList")
    return listed.below if listed else ()


def figures(venue: Node) -> dict[str, str]:
    return {part.name: venue.value(part.name) for part in HANDLED}


@pytest.fixture
def r4() -> Flow:
    """10,000 shares in 4 child orders, 4,000 of them IOC, 2,000 to a broker; 12 fills of 500: 3,000 shares provided, 3,000 removed."""
    flow = Flow()
    (name,) = flow.add(is_held=False, at=None, order_qty="10000")
    adding = flow.route(name, "XNAS", qty="4000", tif="day", routed_at=1_000_000_000, ended_at=2_500_400_000)
    flow.route(name, "XNAS", qty="2000", tif="day", venue_kind="broker")
    taking = [flow.route(name, "XNAS", qty=qty, tif="ioc") for qty in ("2000", "2000")]
    for place in range(6):
        flow.fill(name, 500, fee="-1.25", route_id=adding, liquidity="added", fill_px="10.00", side=1)
        flow.fill(name, 500, fee="1.50", route_id=taking[place % 2], liquidity="removed", fill_px="10.10" if place else "10.05", side=1)
    return flow


def test_r4_to_the_digit(r4: Flow, broken: Broken) -> None:
    """Net 7.50 − 9.00 = −1.50 USD on 6,000 shares; five of twelve fills at the offer, one at the midpoint."""
    report = made(r4)
    ((venue,),) = (venues(month) for month in months(report))
    assert figures(venue) == {
        "routedShr": "10000.000", "iocRoutedShr": "4000.000", "furtherRoutableShr": "2000.000", "orderSizeShr": "2500.000", "executedShr": "6000.000",
        "filledPct": "60.00", "fillSizeShr": "500.000", "netFeeOrRebateCph": "-2.5000", "midpointShr": "500.000", "midpointPct": "8.33",
        "nearsideShr": "3000.000", "nearsidePct": "50.00", "farsideShr": "2500.000", "farsidePct": "41.67", "providedLiqudityShr": "3000.000",
        "providedLiquidityPct": "50.00", "orderDurationMsec": "1500", "providedLiquidityNetCph": "25.0000", "removedLiquidityShr": "3000.000",
        "removedLiquidityPct": "50.00", "removedLiquidityNetCph": "-30.0000",
    }  # fmt: skip
    assert broken(report) == []


def test_midpoint_near_and_far_side_are_all_of_the_executed_shares(r4: Flow) -> None:
    ((venue,),) = (venues(month) for month in months(made(r4)))
    assert sum(float(venue.value(name)) for name in ("midpointShr", "nearsideShr", "farsideShr")) == float(venue.value("executedShr"))


@pytest.mark.parametrize(("side", "px", "near", "far"), [(1, "10.04", "100.000", "0.000"), (1, "10.06", "0.000", "100.000"), (-1, "10.06", "100.000", "0.000")])
def test_prices_inside_the_quote_are_a_setting(side: int, px: str, near: str, far: str) -> None:
    """The quote is 10.00 × 10.10: a buy at 10.04 is on the bid's side."""
    flow = Flow()
    (name,) = flow.add(is_held=False, side=side)
    flow.fill(name, 100, fill_px=px, side=side)
    told = [figures(venues(months(made(flow, replace(Readings(), inside_the_quote=reading)))[0])[0]) for reading in ("by_side", "neither")]
    assert [(each["nearsideShr"], each["farsideShr"]) for each in told] == [(near, far), ("0.000", "0.000")]


def test_a_fee_that_nobody_knows_leaves_the_net_empty_and_not_zero() -> None:
    flow = Flow()
    (name,) = flow.add(is_held=False)
    flow.fill(name, 50, fee="0.10", liquidity="removed")
    flow.fill(name, 50, liquidity="added")
    told = figures(venues(months(made(flow))[0])[0])
    assert [told[name] for name in ("netFeeOrRebateCph", "removedLiquidityNetCph", "providedLiquidityNetCph")] == ["", "-20.0000", ""]


def test_a_resting_route_without_execution_counts_in_the_duration_by_a_setting() -> None:
    """One rests 1 s and is executed, one 3 s and is canceled: 1,000 ms, or the mean of the two, 2,000 ms."""
    flow = Flow()
    (name,) = flow.add(is_held=False, at=None)
    first = flow.route(name, "XNAS", tif="day", routed_at=0, ended_at=1_000_000_000)
    flow.route(name, "XNAS", tif="day", routed_at=0, ended_at=3_000_000_000)
    flow.fill(name, 100, liquidity="added", route_id=first)
    told = [figures(venues(months(made(flow, replace(Readings(), providing_orders=reading)))[0])[0]) for reading in ("executed_adding", "resting")]
    assert [each["orderDurationMsec"] for each in told] == ["1000", "2000"]


def test_further_routable_shares_are_a_setting() -> None:
    flow = Flow()
    (name,) = flow.add(is_held=False, at=None)
    flow.route(name, "XNAS", qty="70", tif="day")
    flow.route(name, "XNAS", qty="30", tif="ioc")
    told = [figures(venues(months(made(flow, replace(Readings(), further_routable=reading)))[0])[0]) for reading in ("brokers", "all_but_ioc")]
    assert [each["furtherRoutableShr"] for each in told] == ["0.000", "70.000"]


def test_directed_orders_stand_apart_and_each_month_by_itself(broken: Broken) -> None:
    flow = Flow()
    flow.add(is_held=False, is_directed=True, order_qty="300")
    flow.add(is_held=False, on=AUGUST, order_qty="200")
    flow.add(is_held=False, on=date(2026, 3, 31))
    flow.add(is_held=True)
    (name,) = flow.add(is_held=False, order_qty="100")
    flow.fill(name, 100, capacity="principal")
    report = made(flow)
    assert [(month.value("mon"), month.value("sentShr"), month.value("executedAsPrincipalShr")) for month in months(report, "hDirected")] == [
        ("7", "300.000", "0.000")
    ]
    assert [(month.value("mon"), month.value("sentShr"), month.value("executedAsPrincipalShr")) for month in months(report)] == [
        ("7", "100.000", "100.000"), ("8", "200.000", "0.000"),
    ]  # fmt: skip
    assert broken(report) == []


def test_a_venue_under_two_names_of_the_feed_is_one() -> None:
    flow = Flow()
    (name,) = flow.add(is_held=False, at=None)
    flow.route(name, "XNAS", venue_raw="NSDQ")
    flow.route(name, "XNAS", venue_raw="INET", on=JULY)
    assert [venue.value("routedShr") for venue in venues(months(made(flow))[0])] == ["200.000"]


def test_what_the_firm_itself_executed_stands_under_its_own_name() -> None:
    flow = Flow()
    (name,) = flow.add(is_held=False, at=None)
    flow.fill(name, 1, at="OFFX")
    (venue,) = venues(months(made(flow))[0])
    assert (venue.value("venueName"), venue.value("mic"), venue.value("executedShr"), venue.value("filledPct")) == ("Sample", "", "1.000", "")
