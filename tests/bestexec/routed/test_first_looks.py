"""What first looks cost: the move between two sendings by hand, and what is no first look."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from bestexec.linking.routes import LINKED_ROUTES
from bestexec.routed import FIRST_LOOKS, first_looks
from bestexec.schema import conform

DAY = date(2026, 8, 3)
MS = 1_000_000
T = 1_785_763_800_000_000_000


def looked(
    number: int = 0, *, side: int = 1, before: str | None = "10.00", later: str | None = "10.01", filled: int = 0, symbol: str = "IBM", next_at: int = 40
) -> list[dict[str, Any]]:
    """An order that XCHI sees first; at 40 ms the next 200 shares go elsewhere."""
    key = {"firm": "FIRM", "key_on": DAY, "day": DAY, "symbol": symbol, "order_id": f"O{number}", "side": side, "vendor": "A", "is_split": False}
    mids = [told and Decimal(told) for told in (before, later)]
    ended = {"ended_at": T + 40 * MS, "worked_ns": 40 * MS}
    return [
        {**key, "route_id": "R1", "venue": "XCHI", "routed_at": T, **ended, "mid_at_route": mids[0], "qty": 300, "filled_qty": filled},
        {**key, "route_id": "R2", "venue": "IEXG", "routed_at": T + next_at * MS, "ended_at": T + 90 * MS, "mid_at_route": mids[1], "qty": 200},
    ]  # fmt: skip


def told(*orders: list[dict[str, Any]], minimum: int = 2, longest: int = 1000) -> dict[str, Any]:
    made = first_looks(conform(pl.DataFrame([row for order in orders for row in order], infer_schema_length=None), LINKED_ROUTES), longest * MS, minimum)
    assert made.schema == FIRST_LOOKS.schema
    return next(row for row in made.iter_rows(named=True) if row["venue"] == "XCHI")


def test_the_cost_is_the_move_against_the_order_between_the_two_sendings() -> None:
    """Bought: 10.00 to 10.01 is 10 bps, 0.01 × 200 = $2. Sold: 10.00 to 9.98 is 20 bps, 0.02 × 200 = $4. On average 15 bps, together $6."""
    row = told(looked(0), looked(1, side=-1, later="9.98", symbol="SPY"))
    assert row["cost_bps"] == pytest.approx(15, abs=1e-9)
    assert row["cost_usd"] == pytest.approx(6, abs=1e-9)
    assert (row["looks"], row["filled"], row["went_on"], row["n"], row["median_delay_ns"]) == (2, 0, 2, 2, 40 * MS)


def test_its_interval_is_clustered_by_symbol_and_day() -> None:
    """Off the mean by −5 and +5, over 2 orders: u = ∓2.5 in two clusters, so se = √(2/1 × 12.5) = 5 and the interval is 15 ∓ 9.8."""
    row = told(looked(0), looked(1, side=-1, later="9.98", symbol="SPY"))
    assert (row["low_bps"], row["high_bps"]) == (pytest.approx(15 - 1.959963984540054 * 5), pytest.approx(15 + 1.959963984540054 * 5))
    assert row["verdict"] == "costs"


def test_a_move_for_the_order_helps_and_none_is_none() -> None:
    assert told(looked(0, later="9.99"), looked(1, later="9.98", symbol="SPY"))["verdict"] == "helps"
    assert told(looked(0, later="9.99"), looked(1, later="10.01", symbol="SPY"))["verdict"] == "no cost seen"


def test_who_was_filled_there_or_worked_side_by_side_was_not_sent_on() -> None:
    assert told(looked(0, filled=100), looked(1, next_at=10))["went_on"] == 0
    assert told(looked(0, filled=100))["why"] == "no order was sent on from there unfilled"


def test_who_waited_there_was_not_looked_at() -> None:
    assert (told(looked(0), longest=40)["went_on"], told(looked(0), longest=39)["went_on"]) == (1, 0)


def test_a_missing_midpoint_is_counted_and_no_cost() -> None:
    row = told(looked(0), looked(1, before=None), looked(2, later=None))
    assert (row["went_on"], row["n"]) == (3, 1)
    assert row["why"] == "fewer than 2 orders with a midpoint at both sendings"


def test_one_symbol_on_one_day_alone_has_no_interval() -> None:
    assert told(looked(0), looked(1))["why"] == "one symbol on one day alone"
