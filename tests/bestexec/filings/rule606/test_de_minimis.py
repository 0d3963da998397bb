"""The two de-minimis tests at their limits, and the spans in which a firm must give (b)(3) reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from tests.bestexec.checks.given import order, rows

from bestexec.filings.rule606.de_minimis import DeMinimis, compliance, customer, firm, over_part
from bestexec.filings.rule606.period import Period

SPAN = Period(date(2026, 1, 1), date(2026, 6, 30))
IN, LATE = date(2026, 6, 30), date(2026, 7, 1)


def orders(*given: dict[str, object]) -> list[dict[str, object]]:
    shared = {"asset_class": "equity", "customer_class": "retail", "is_held": True, "day": IN, "filled_qty": "0", "filled_notional_usd": None}
    return [order(f"O{place}", **shared | one) for place, one in enumerate(given)]


def of_firm(*given: dict[str, object]) -> DeMinimis:
    return firm(rows("orders", *orders(*given)), SPAN, Decimal("0.05"))


def of_customer(*given: dict[str, object]) -> DeMinimis:
    return customer(rows("orders", *orders(*({"is_held": False} | one for one in given))), SPAN, Decimal(1_000_000))


@pytest.mark.parametrize(("not_held", "is_exempt"), [("50", False), ("49", True)])
def test_a_firm_is_exempt_below_five_percent_of_its_customers_shares(not_held: str, is_exempt: bool) -> None:
    """50 of 1,000 shares are the limit itself. Orders of dealers, of options and of another time are not in it."""
    tested = of_firm(
        {"order_qty": not_held, "is_held": False}, {"order_qty": str(1_000 - int(not_held))}, {"order_qty": "9000", "customer_class": "broker_dealer"},
        {"order_qty": "9000", "asset_class": "option", "is_held": False}, {"order_qty": "9000", "day": LATE, "is_held": False},
    )  # fmt: skip
    assert (tested.measured, tested.is_exempt) == (Fraction(int(not_held), 1_000), is_exempt)


def test_a_firm_without_orders_is_exempt() -> None:
    assert of_firm().is_exempt is True


@pytest.mark.parametrize(("limit_px", "is_exempt"), [("60.00", False), ("59.99", True)])
def test_a_customer_is_exempt_below_a_million_a_month(limit_px: str, is_exempt: bool) -> None:
    """100,000 shares at 60.00 are six million in six months."""
    assert of_customer({"order_qty": "100000", "limit_px": limit_px}).is_exempt is is_exempt


def test_an_order_without_a_limit_is_worth_what_it_traded_at_or_the_midpoint() -> None:
    """300 shares of which 100 were executed for 1,005 are 3,015; 200 at a midpoint of 10.05 are 2,010; together 5,025 in six months."""
    tested = of_customer({"order_qty": "300", "filled_qty": "100", "filled_notional_usd": "1005"}, {"order_qty": "200"})
    assert tested.measured == Fraction(5_025, 6)


def test_an_order_without_any_price_leaves_the_test_untold_unless_the_rest_reaches_the_limit() -> None:
    unknown = {"mid_at_receipt": None}
    assert of_customer(unknown).is_exempt is None
    assert of_customer(unknown, {"order_qty": "100000", "limit_px": "60"}).is_exempt is False


def test_a_part_of_the_six_months_exempts_nobody_and_can_convict() -> None:
    measured = Period(date(2026, 4, 1), SPAN.last)
    assert [over_part(of_customer({"order_qty": "100000", "limit_px": px}), measured).is_exempt for px in ("1", "60")] == [None, False]


def months(*parts: str) -> dict[date, Fraction]:
    return {date(2026, place, 1): Fraction(part) for place, part in enumerate(parts, 1)}


def test_the_first_crossing_begins_four_months_later_and_lasts_six() -> None:
    assert compliance(months("0.04", "0.05"), Decimal("0.05")) == ((date(2026, 6, 1), date(2026, 11, 1)),)


def test_a_later_crossing_begins_in_the_next_month() -> None:
    assert compliance(months("0.04", "0.05"), Decimal("0.05"), has_complied=True) == ((date(2026, 3, 1), date(2026, 8, 1)),)


def test_a_firm_that_stays_above_goes_on_and_one_that_fell_below_stops() -> None:
    """It crosses in January and complies from February to July: at the end of July it is above once more, or not."""
    above, below = months(*["0.06"] * 7), months("0.06", *["0.01"] * 9)
    assert compliance(above, Decimal("0.05"), has_complied=True) == ((date(2026, 2, 1), date(2027, 1, 1)),)
    assert compliance(below, Decimal("0.05"), has_complied=True) == ((date(2026, 2, 1), date(2026, 7, 1)),)
