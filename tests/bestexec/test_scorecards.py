"""The rows behind a figure, and the two tables, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from bestexec import metrics, policy
from bestexec.errors import Problem
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.reporting import two_tables
from bestexec.schema import conform
from bestexec.scorecards import BENCHMARK_KEYS, KEPT_APART, columns_read, rows_behind, scorecard_rows

DAY = date(2026, 9, 28)


@pytest.fixture
def fills() -> pl.DataFrame:
    """Buys against 9.99 to 10.01: at the offer, at the midpoint, a cent outside, and one whose quote was locked."""
    rows = [("a", "10.01", None), ("b", "10.00", None), ("c", "10.02", None), ("d", "10.00", "quote locked at t0")]
    frame = pl.DataFrame(
        [
            {"day": DAY, "firm": "FIRM", "key_on": DAY, "order_id": name, "fill_id": name, "symbol": "ABCZ", "side": 1, "order_class": "MXXNN", "hour": 10,
             "fill_qty": Decimal(100), "fill_px": Decimal(px), "bid_at_t0": Decimal("9.99"), "ask_at_t0": Decimal("10.01"), "mid_at_t0": Decimal("10.00"),
             "excluded": why, "is_left_out": False}
            for name, px, why in rows
        ],
        schema_overrides={"excluded": pl.String},
    )  # fmt: skip
    return metrics.measure(conform(frame, LINKED_FILLS), "fills")


def test_the_rows_behind_a_figure_are_those_that_count_the_worst_first(fills: pl.DataFrame) -> None:
    behind = rows_behind(fills, "effective_over_quoted", "fills")
    # 2 × 0.02 ÷ 0.02, 2 × 0.01 ÷ 0.02, 0; the locked quote counts nowhere
    assert behind.select("order_id", "figure").rows() == [("c", 2.0), ("a", 1.0), ("b", 0.0)]
    assert behind["weight"].to_list() == [Decimal(2), Decimal(2), Decimal(2)]


def test_where_higher_is_better_the_lowest_comes_first(fills: pl.DataFrame) -> None:
    assert rows_behind(fills, "net_price_improvement", "fills")["order_id"].to_list() == ["c", "a", "b"]


def test_only_the_columns_that_are_read_are_needed(fills: pl.DataFrame) -> None:
    needed = columns_read("fills", ["effective_over_quoted"])
    thin = fills.select(sorted(needed))
    whole, less = (metrics.summarize(rows, (), "fills", keys=("effective_over_quoted",)) for rows in (fills, thin))
    assert whole.equals(less)


def test_an_unknown_metric_has_no_rows_behind_it(fills: pl.DataFrame) -> None:
    with pytest.raises(Problem, match="no metric is called nothing"):
        rows_behind(fills, "nothing", "fills")


def test_the_two_tables_stand_over_any_fills(fills: pl.DataFrame) -> None:
    tape = pl.DataFrame(
        {"day": [DAY], "symbol": ["ABCZ"], "hour": [10], "trades": [5], "shares": [500.0], "average_mid": [10.0], "quoted_spread": [0.02],
         "effective_spread": [0.01], "effective_over_quoted": [0.5], "at_or_inside": [1.0]}
    )  # fmt: skip
    assert set(tape.columns) == {"day", "symbol", "hour", "trades", "shares", *BENCHMARK_KEYS}
    orders = metrics.measure(pl.DataFrame(schema=LINKED_ORDERS.schema), "orders")
    made = two_tables(fills, orders, tape, policy.default(), DAY)
    line = next(row for row in made.tca if row.key == "effective_over_quoted")
    # (4 + 2 + 0) ÷ (3 × 2) = 1; the tape: 0.01 ÷ 0.02
    assert (line.market.value, line.market.n, line.benchmark.value) == (1.0, 3, 0.5)  # type: ignore[union-attr]  # both are there
    assert (line.limit.value, line.limit.n) == (None, None)  # type: ignore[union-attr]  # no limit order


def test_figures_of_the_whole_stand_where_there_are_orders_and_no_fill_among_them(fills: pl.DataFrame) -> None:
    """An order that filled nowhere, or a filter by a venue that nothing traded at: no fill, one order, no figure over fills."""
    one = pl.DataFrame([{"day": DAY, "order_id": "O1", "symbol": "ABCZ", "order_qty": Decimal(100)}], schema=LINKED_ORDERS.schema)
    orders = metrics.measure(one, "orders")
    rows, dimensions = scorecard_rows(fills.clear(), orders, (), pool=KEPT_APART)
    assert dimensions == ()
    assert rows.select("fills", "shares", "orders", "order_shares", "effective_over_quoted").rows() == [(0, Decimal(0), 1, Decimal(100), None)]


def test_as_many_rows_stand_behind_an_estimate_as_it_counts() -> None:
    """Of five orders the likelihood of a fill rests on the two that rest and whose time is known; the median time on the two that were filled."""
    rows = [
        {"order_id": "rests", "order_type": "limit", "marketability": "non_marketable", "working_ns": 5, "is_filled": True, "t0_to_first_fill_ns": 5},
        {"order_id": "canceled", "order_type": "limit", "marketability": "non_marketable", "working_ns": 9, "is_filled": False},
        {"order_id": "never", "order_type": "limit", "marketability": "non_marketable", "working_ns": None, "is_filled": False},
        {"order_id": "crosses", "order_type": "limit", "marketability": "marketable", "working_ns": 3, "is_filled": True, "t0_to_first_fill_ns": 3},
        {"order_id": "market", "order_type": "market", "marketability": "marketable", "working_ns": 1, "is_filled": False},
    ]
    frame = conform(pl.DataFrame([row | {"day": DAY, "firm": "FIRM", "key_on": DAY, "symbol": "ABCZ", "is_left_out": False} for row in rows]), LINKED_ORDERS)
    orders = metrics.measure(frame, "orders")
    for key, named in (("fill_likelihood_close", ["canceled", "rests"]), ("median_time_to_first_fill", ["rests", "crosses"])):
        behind = rows_behind(orders, key, "orders")
        assert (key, behind["order_id"].to_list(), metrics.summarize(orders, (), "orders", keys=(key,))[f"{key}_n"].item()) == (key, named, 2)
