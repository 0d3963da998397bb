"""Round lots, ticks and access fees by price and date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from bestexec.market import fees, lots, ticks
from bestexec.market.dated import in_force
from bestexec.units import PX, QTY

BEFORE, AFTER = date(2025, 10, 31), date(2025, 11, 3)


def test_a_dated_rule_says_what_holds_on_a_day():
    rule = ((None, "a"), (date(2026, 11, 2), "b"))
    assert [in_force(rule, on) for on in (date(1990, 1, 1), date(2026, 11, 1), date(2026, 11, 2))] == ["a", "a", "b"]


@pytest.mark.parametrize(("price", "lot"), [("250.00", 100), ("250.01", 40), ("1000.00", 40), ("1000.01", 10), ("10000.00", 10), ("10000.01", 1)])
def test_round_lots_go_by_price_since_november_2025(price, lot):
    assert lots.round_lot_of(Decimal(price), AFTER) == lot
    assert lots.round_lot_of(Decimal(price), BEFORE) == 100


def test_round_lots_of_rows_are_those_of_single_prices():
    rows = pl.DataFrame({"px": ["250", "250.01", "10000.01", None, "5000"], "day": [AFTER, AFTER, AFTER, AFTER, BEFORE]}, schema_overrides={"day": pl.Date})
    got = rows.select(lots.round_lot(pl.col("px").cast(PX), pl.col("day")))
    assert got.to_series().to_list() == [100, 40, 1, 100, 100]


def test_lot_classes_follow_rule_605():
    qty = pl.DataFrame({"qty": ["0.999999", "1", "10.5", "99.999999", "100", "100.5"]}).select(pl.col("qty").cast(QTY))
    assert qty.select(lots.lot_class(pl.col("qty"), pl.lit(100))).to_series().to_list() == ["fractional", "odd", "odd", "odd", "round", "round"]


def test_the_tick_is_a_penny_from_one_dollar_on_and_a_half_penny_only_where_assigned_and_in_force():
    assert ticks.tick_of(Decimal("0.9999"), date(2026, 8, 3)) == Decimal("0.0001")
    assert ticks.tick_of(Decimal(1), date(2026, 8, 3)) == Decimal("0.01")
    assert ticks.tick_of(Decimal(10), date(2026, 10, 30), is_half_penny=True) == Decimal("0.01")
    assert ticks.tick_of(Decimal(10), date(2026, 11, 2), is_half_penny=True) == Decimal("0.005")
    assert ticks.tick_of(Decimal(10), date(2026, 11, 2)) == Decimal("0.01")


def test_ticks_of_rows_are_those_of_single_prices():
    days = [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 2), date(2026, 11, 2)]
    rows = pl.DataFrame({"px": ["10", "10", "0.5", "10"], "day": days, "half": [True, True, True, None]})
    got = rows.select(ticks.tick(pl.col("px").cast(PX), pl.col("day"), pl.col("half"))).to_series()
    assert got.to_list() == [Decimal("0.01"), Decimal("0.005"), Decimal("0.0001"), Decimal("0.01")]


def test_the_access_fee_cap_falls_to_a_third_in_november_2026():
    assert fees.access_fee_cap(Decimal(10), date(2026, 10, 30)) == Decimal("0.0030")
    assert fees.access_fee_cap(Decimal(10), date(2026, 11, 2)) == Decimal("0.0010")
    # Below a dollar it is a share of the price: 0.3 % of $0.50 = $0.0015, 0.1 % = $0.0005.
    assert fees.access_fee_cap(Decimal("0.50"), date(2026, 10, 30)) == Decimal("0.0015")
    assert fees.access_fee_cap(Decimal("0.50"), date(2026, 11, 2)) == Decimal("0.0005")
