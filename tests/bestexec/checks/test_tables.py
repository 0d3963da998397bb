"""The facts beside each fill, order and route."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bestexec.policy import Listed

from .given import KNOWN, POLICY, fill, made, order, route, rows


def test_a_buy_is_outside_above_the_offer_and_a_sell_below_the_bid() -> None:
    """Buy 100 at 10.12 against 10.10: 100 × 0.02 = 2. Sell 50 at 9.97 against 10.00: 50 × 0.03 = 1.50. At the quote: 0."""
    given = rows("fills", fill("B", fill_px="10.12"), fill("S", side=-1, fill_qty="50", fill_px="9.97"), fill("A", fill_px="10.10"))
    assert made("fills", fills=given)["outside_usd"].to_list() == [Decimal(2), Decimal("1.5"), Decimal(0)]


def test_a_fill_meets_the_speed_limit_of_its_own_class_and_size() -> None:
    given = rows("fills", fill(), fill(size_bucket=200_000), fill(order_class="LYNYN"), fill(order_class="LNNNN"), fill(order_class=None))
    assert made("fills", fills=given)["speed_limit_ns"].to_list() == [1_000_000_000, 10_000_000_000, 250_000_000, None, None]


def test_a_fill_whose_route_no_feed_shows_is_told_from_a_day_without_routes() -> None:
    given = rows(
        "fills",
        fill("A", route_id="R1"),
        fill("B", route_id="R2", routed_at=None),
        fill("C"),
        fill("D", route_id="R3", routed_at=None, day=date(2026, 8, 4)),
    )
    assert made("fills", fills=given)["has_route"].to_list() == [True, False, None, None]


def test_a_venue_pays_on_the_days_it_is_listed() -> None:
    limits = replace(KNOWN, venues_that_pay=(Listed("CDED", date(2026, 8, 4), None, "pfof"),))
    given = rows("fills", fill(venue="CDED"), fill(venue="CDED", day=date(2026, 8, 4)), fill(venue="XNAS"), fill(venue=None))
    assert made("fills", limits, fills=given)["is_paying"].to_list() == [False, True, False, None]
    assert made("fills", POLICY, fills=given)["is_paying"].to_list() == [None] * 4


def test_slippage_is_measured_in_dollars_against_the_midpoint_at_receipt() -> None:
    """Bought 300 for 3,024 against 300 × 10.05 = 3,015: 9 dollars, 9 / 3,015 = 29.85 bps. Sold 100 for 1,000 against 1,005: 5 dollars."""
    given = rows("orders", order(filled_qty="300", filled_notional_usd="3024"), order("S", side=-1, filled_notional_usd="1000"))
    facts = made("orders", orders=given)
    assert facts["slippage_usd"].to_list() == [Decimal(9), Decimal(5)]
    assert facts["slippage_bps"].round(6).to_list() == [29.850746, 49.751244]
    assert facts["at_spread_usd"].to_list() == [Decimal(30), Decimal(10)]


def test_lost_shares_are_neither_filled_nor_returned() -> None:
    """300 − 100 − 150 = 50; a filled order that names no cancel returned none; a canceled one that names none is unknown."""
    given = rows(
        "orders",
        order(order_qty="300", filled_qty="100", canceled_qty="150", end_reason="canceled"),
        order(order_qty="300", filled_qty="100", end_reason="filled"),
        order(order_qty="300", filled_qty="100", end_reason="canceled"),
    )
    assert made("orders", orders=given)["lost_qty"].to_list() == [Decimal(50), Decimal(200), None]


def test_a_route_is_held_against_its_own_fills() -> None:
    """300 sent: two fills of 100 on it, 40 returned, 60 lost. The other route has no fill."""
    fills = rows("fills", fill("F1", route_id="R1"), fill("F2", route_id="R1"), fill("F3", route_id="R9", order_id="O2"))
    given = rows("routes", route("R1", qty="300", canceled_qty="40", end_reason="canceled"), route("R2", canceled_qty="100", end_reason="canceled"))
    facts = made("routes", routes=given, fills=fills)
    assert facts["filled_qty"].to_list() == [Decimal(200), Decimal(0)]
    assert facts["lost_qty"].to_list() == [Decimal(60), Decimal(0)]


def test_where_no_fill_names_its_route_nothing_is_known_of_any() -> None:
    facts = made("routes", routes=rows("routes", route()), fills=rows("fills", fill()))
    assert facts["filled_qty"].to_list() == [None]


def test_a_route_that_was_sent_on_in_parts_is_known_as_such() -> None:
    given = rows("routes", route("R1"), route("R2", parent_route_id="R1"))
    assert made("routes", routes=given, fills=rows("fills", fill()))["is_split"].to_list() == [True, False]


def test_sweeps_are_checked_as_the_policy_says_on_the_day() -> None:
    setting = replace(KNOWN.settings["iso_checks"], steps=((None, True), (date(2026, 8, 4), False)))
    limits = replace(KNOWN, settings={**KNOWN.settings, "iso_checks": setting})
    given = rows("routes", route(), route("R2", routed_on=date(2026, 8, 4)))
    assert made("routes", limits, routes=given, fills=rows("fills"))["iso_is_checked"].to_list() == [True, False]
