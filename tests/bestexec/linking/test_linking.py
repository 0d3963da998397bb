"""Orders, routes and fills become linked rows; nothing is lost, nothing looks ahead."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl

from bestexec.linking.identity import once
from bestexec.linking.rules import Rules
from bestexec.metrics import measure
from bestexec.schema import FILLS

from .worlds import DAY, at, fill, linked, market, order, quote, table, trade

STILL = [quote("09:30:00", "10.00", "10.10")]


def test_each_fill_fed_is_linked_unlinked_withdrawn_or_a_copy(tmp_path: Path) -> None:
    fills = [
        fill("a", "1", 1, "100", "10.08", "10:00:01"),
        fill("a", "1", 1, "100", "10.08", "10:00:01"),
        fill("a", "2", 1, "50", "10.09", "10:00:02", is_busted=True),
        fill("a", "3", 1, "50", "10.09", "10:00:03"),
        fill("a", "4", 1, "50", "10.07", "10:00:04", corrects_fill_id="3"),
        fill("nobody", "5", 1, "10", "10.05", "10:00:05"),
    ]
    out = linked(market(tmp_path, STILL), orders=[order("a", 1, "200", "10:00:00")], fills=fills)
    assert sorted(out.fills["fill_id"]) == ["1", "4"]
    assert out.unlinked["fill_id"].to_list() == ["5"]
    assert sorted(out.withdrawn.select("fill_id", "excluded").rows()) == [("2", "busted"), ("3", "corrected")]
    assert out.copies.select("table", "id", "copies").rows() == [("fills", "1", "same")]
    assert out.fills.height + out.unlinked.height + out.withdrawn.height + out.copies.height == len(fills)


def test_a_later_report_of_an_order_supersedes_the_earlier_one(tmp_path: Path) -> None:
    first, second = order("a", 1, "200", "10:00:00"), order("a", 1, "300", "10:00:00")
    out = linked(market(tmp_path, STILL), orders=[first, second])
    assert out.orders["order_qty"].to_list() == [Decimal(300)]
    assert out.copies["copies"].to_list() == ["superseded"]


def test_the_order_in_which_the_same_rows_came_changes_nothing() -> None:
    """Two imports hold the same fill, and one of them another; received either way round, the same rows stay in the same order."""
    rows = table(
        "fills", [fill("a", "2", 1, "100", "10.08", "10:00:01"), fill("a", "1", 1, "50", "10.08", "10:00:02"), fill("a", "2", 1, "100", "10.08", "10:00:01")]
    )
    rows = rows.with_columns(import_id=pl.Series(["m", "m", "k"]))
    (stays, copies), (again, copied) = once(rows, FILLS), once(rows.reverse(), FILLS)
    assert stays.equals(again)
    assert copies.equals(copied)
    assert stays.select("fill_id", "import_id").rows() == [("1", "m"), ("2", "k")]


def test_the_same_order_id_on_two_symbols_is_two_orders(tmp_path: Path) -> None:
    out = linked(market(tmp_path, STILL), orders=[order("a", 1, "1", "10:00:00"), {**order("a", 1, "1", "10:00:00"), "symbol": "BBB"}])
    assert sorted(out.orders["symbol"]) == ["AAA", "BBB"]


def test_receipt_is_at_or_before_and_execution_is_strictly_before(tmp_path: Path) -> None:
    """A quote that bears the very instant counts at receipt (Rule 605's column) and not at execution (another source's quotes)."""
    quotes = [quote("09:30:00", "10.00", "10.10"), quote("10:00:00", "10.02", "10.08"), quote("10:00:01", "10.03", "10.05")]
    out = linked(market(tmp_path, quotes), orders=[order("a", 1, "100", "10:00:00")], fills=[fill("a", "1", 1, "100", "10.08", "10:00:01")])
    row = out.fills.row(0, named=True)
    assert (row["bid_at_receipt"], row["bid_at_execution"]) == (Decimal("10.02"), Decimal("10.02"))


def test_past_the_close_the_last_regular_quote_stands(tmp_path: Path) -> None:
    """G9: executed 15:58:12; the last regular midpoint 10.03 is from 15:59:59.8; five minutes pass the close, one minute does not."""
    quotes = [
        quote("09:30:00", "10.00", "10.10"),
        quote("15:59:00", "10.01", "10.03"),
        quote("15:59:59.8", "10.02", "10.04"),
        quote("16:00:00", "9.00", "9.10"),
    ]
    fills = [fill("a", "1", 1, "100", "10.06", "15:58:12"), fill("a", "2", 1, "100", "10.06", "15:59:59.990")]
    out = linked(market(tmp_path, quotes), orders=[order("a", 1, "200", "15:58:00")], fills=fills)
    assert out.fills.sort("fill_id").select("mid_after_50ms", "mid_after_1min", "mid_after_5min").rows() == [
        (Decimal("10.05"), Decimal("10.02"), Decimal("10.03")),
        (Decimal("10.03"), Decimal("10.03"), Decimal("10.03")),
    ]


def test_no_quote_leaves_nulls_and_a_reason(tmp_path: Path) -> None:
    out = linked(market(tmp_path, []), orders=[order("a", 1, "100", "10:00:00")], fills=[fill("a", "1", 1, "100", "10.08", "10:00:01")])
    assert out.fills.select("mid_at_t0", "mid_after_1s", "excluded").rows() == [(None, None, "quote missing at t0")]


def test_orders_the_policy_does_not_measure_are_excluded_by_name(tmp_path: Path) -> None:
    out = linked(
        market(tmp_path, STILL),
        orders=[
            order("a", 1, "1", "10:00:00", asset_class="option"),
            order("b", 1, "1", "08:00:00"),
            order("c", 1, "1", "10:00:00", order_type="market_on_close"),
        ],
    )
    assert out.orders.sort("order_id")["excluded"].to_list() == ["asset class option is not measured", "quote out_of_session at t0", "auction order"]


def test_a_policy_may_measure_what_the_default_leaves_out(tmp_path: Path) -> None:
    out = linked(market(tmp_path, STILL), rules=Rules(left_out=frozenset()), orders=[order("a", 1, "1", "10:00:00", asset_class="option")])
    assert out.orders["excluded"].to_list() == [None]


def test_the_legs_of_time_add_up(tmp_path: Path) -> None:
    route = {
        "firm": "F", "key_on": DAY, "order_id": "a", "route_id": "r", "routed_on": DAY, "symbol": "AAA", "side": 1, "qty": "100",
        "routed_at": at("10:00:00.010"), "acked_at": at("10:00:00.013"), "venue": "XNYS", "vendor": "v", "line": 1,
    }  # fmt: skip
    fills = [fill("a", "1", 1, "100", "10.08", "10:00:00.020", route_id="r")]
    row = linked(market(tmp_path, STILL), orders=[order("a", 1, "100", "10:00:00")], routes=[route], fills=fills).fills.row(0, named=True)
    legs = (row["receipt_to_route_ns"], row["route_to_ack_ns"], row["ack_to_fill_ns"])
    assert legs == (10_000_000, 3_000_000, 7_000_000)
    assert sum(legs) == row["receipt_to_fill_ns"]
    assert row["vendor"] == "v"


def test_what_became_of_an_order_is_counted(tmp_path: Path) -> None:
    """G17: 1,000 shares, 300 and 200 executed, 500 canceled; a second order of 400, nothing executed."""
    orders = [
        order("a", 1, "1000", "10:00:00", canceled_qty="500", ended_at=at("10:05:00"), end_reason="canceled"),
        order("b", 1, "400", "10:00:00", canceled_qty="400"),
    ]
    fills = [fill("a", "1", 1, "300", "10.08", "10:00:01"), fill("a", "2", 1, "200", "10.10", "10:00:02")]
    out = linked(market(tmp_path, STILL), orders=orders, fills=fills).orders.sort("order_id")
    assert out.select("filled_qty", "filled_notional_usd", "canceled_qty", "fills", "is_filled", "is_complete").rows() == [
        (Decimal(500), Decimal("5044.00"), Decimal(500), 2, True, False),
        (Decimal(0), None, Decimal(400), 0, False, False),
    ]


def test_routes_that_no_feed_carries_are_unknown_not_zero(tmp_path: Path) -> None:
    assert linked(market(tmp_path, STILL), orders=[order("a", 1, "1", "10:00:00")]).orders.select("routes", "rejects").rows() == [(None, None)]


def test_the_interval_vwap_counts_the_tape_between_receipt_and_last_fill(tmp_path: Path) -> None:
    """(100 × 10.04 + 300 × 10.08) / 400 = 10.07; the trades before receipt and after the last fill stay out."""
    trades = [trade("09:59:59", "9.00"), trade("10:00:00", "10.04"), trade("10:00:02", "10.08", "300"), trade("10:00:03", "11.00")]
    out = linked(market(tmp_path, STILL, trades), orders=[order("a", 1, "300", "10:00:00")], fills=[fill("a", "1", 1, "300", "10.08", "10:00:02")])
    assert out.orders["interval_vwap"].to_list() == [Decimal("10.070000000")]


def test_the_size_benchmark_is_the_smaller_of_order_and_displayed_size(tmp_path: Path) -> None:
    out = linked(
        market(tmp_path, [quote("09:30:00", "10.00", "10.10", size="300")]), orders=[order("a", 1, "500", "10:00:00"), order("b", 1, "200", "10:00:00")]
    )
    assert out.orders.sort("order_id")["size_benchmark_qty"].to_list() == [Decimal(300), Decimal(200)]


def test_an_odd_lot_inside_the_quote_is_the_best_displayed_price(tmp_path: Path) -> None:
    """G15: NBBO 10.00 x 10.10; odd-lot offer 10.08, odd-lot bid 9.99 (worse than the bid, so the bid stands)."""
    quotes = [*STILL, quote("09:45:00", "9.99", "10.08", kind="odd_lot")]
    out = linked(market(tmp_path, quotes), orders=[order("a", 1, "100", "10:00:00")], fills=[fill("a", "1", 1, "100", "10.07", "10:00:01")])
    assert out.fills.select("best_bid_at_t0", "best_ask_at_t0").rows() == [(Decimal("10.00"), Decimal("10.08"))]


def test_without_an_odd_lot_feed_there_is_no_best_displayed_price(tmp_path: Path) -> None:
    out = linked(market(tmp_path, STILL), orders=[order("a", 1, "100", "10:00:00")], fills=[fill("a", "1", 1, "100", "10.07", "10:00:01")])
    assert out.fills.select("best_bid_at_t0", "best_ask_at_t0").rows() == [(None, None)]


def test_the_fee_is_the_stated_one_else_the_most_particular_line_in_force(tmp_path: Path) -> None:
    """Schedule: XNYS takes 0.0030 a share for removing; from 2026-07-01 0.0020; a stated fee of 0.05 goes before both."""
    fees = [
        {"venue": "XNYS", "fee_usd_per_share": "0.0040", "line": 1},
        {"venue": "XNYS", "liquidity": "removed", "fee_usd_per_share": "0.0030", "to_on": DAY, "line": 2},
        {"venue": "XNYS", "liquidity": "removed", "fee_usd_per_share": "0.0020", "from_on": DAY, "line": 3},
    ]
    fills = [
        fill("a", "1", 1, "100", "10.08", "10:00:01", liquidity="removed"),
        fill("a", "2", 1, "100", "10.08", "10:00:02", liquidity="added"),
        fill("a", "3", 1, "100", "10.08", "10:00:03", liquidity="removed", fee_usd="0.05"),
        fill("a", "4", 1, "100", "10.08", "10:00:04", liquidity="removed", venue="XNAS"),
    ]
    out = linked(market(tmp_path, STILL), orders=[order("a", 1, "400", "10:00:00")], fills=fills, fees=fees).fills.sort("fill_id")
    assert out["venue_fee_usd"].to_list() == [Decimal("0.20"), Decimal("0.40"), Decimal("0.05"), None]
    assert out["schedule_fee_usd"].to_list() == [Decimal("0.20"), Decimal("0.40"), Decimal("0.20"), None]


def test_an_order_that_was_never_executable_still_has_its_shortfall(tmp_path: Path) -> None:
    """Buy 100 at limit 9.50, midpoint 10.05 at receipt, 10.45 at the end: 100 × (10.45 − 10.05) = 40.00 of opportunity lost."""
    quotes = [*STILL, quote("11:00:00", "10.40", "10.50")]
    out = linked(market(tmp_path, quotes), orders=[order("a", 1, "100", "10:00:00", limit_px="9.50", ended_at=at("12:00:00"), end_reason="canceled")])
    assert out.orders.select("excluded", "is_left_out").rows() == [("never executable in regular hours", False)]
    assert measure(out.orders, "orders")["shortfall_unfilled_usd"].to_list() == [Decimal(40)]


def test_an_auction_order_is_left_out_of_every_measure_of_quotes(tmp_path: Path) -> None:
    out = linked(market(tmp_path, STILL), orders=[order("a", 1, "100", "10:00:00", order_type="market_on_close")])
    assert measure(out.orders, "orders").select("is_left_out", "implementation_shortfall_usd").rows() == [(True, None)]
