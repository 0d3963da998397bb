"""Every reason for which an order is left out; and what is doubtful is read as the policy says, on the day it says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.bestexec.filings.rule605.made import AT, MS, OPEN, S, detail, fill, only, order, readings, sums, told

from bestexec import policy
from bestexec.errors import Problem
from bestexec.filings import rule605
from bestexec.filings.rule605.readings import NAMES
from bestexec.policy import Policy

NOTHING = {"bid": None, "ask": None}
REASONS: list[tuple[dict[str, Any], list[Any], str]] = [
    ({"qty": None}, [], "no side, quantity or time of receipt"),
    ({"asset_class": "option"}, [], "option is no NMS stock"),
    ({"is_thin": True}, [], "security exempt as rarely traded"),
    ({"parent_order_id": "0"}, [], "part of another order"),
    ({"end_reason": "rejected"}, [], "refused by the firm"),
    ({"order_type": "market_on_close"}, [], "for the opening or closing price"),
    ({"order_type": "limit", "limit_px": "10.10", "tif": "opg"}, [], "for the opening or closing price"),
    ({"order_type": "limit", "limit_px": "10.10", "tif": "fok"}, [], "only at its full size"),
    ({"order_type": "midpoint_peg"}, [], "midpoint peg order"),
    ({"order_type": "limit"}, [], "limit order without a limit"),
    ({"is_held": False}, [], "not held"),
    ({"special_handling": "VWAP"}, [], "special handling"),
    ({"min_qty": "50"}, [], "special handling"),
    ({"is_short_exempt": True}, [], "short sale marked exempt"),
    ({"side": -1, "is_short": True, "is_price_tested": True}, [], "short sale under the price test of Rule 201"),
    ({"is_open_at_receipt": False}, [], "market order received outside regular hours"),
    ({"is_halted_at_receipt": True}, [], "received during a halt"),
    (NOTHING, [], "no national best bid and offer at receipt"),
    ({"order_type": "stop", "executable_at": None}, [], "never executable in regular hours"),
    ({"order_type": "stop", "is_halted_at_executable": True}, [], "its price was reached during a halt alone"),
    ({"order_type": "stop", "at_executable": ("10.00", None)}, [], "no national best bid and offer at t0"),
    ({"order_type": "stop", "is_halted_soon_after": True}, [], "halted soon after it became executable"),
    ({}, [fill("100", "10.10", S, is_regular=False)], "executed outside regular hours"),
    ({}, [fill("100", "10.10", -S)], "executed before it could be"),
    ({}, [fill("101", "10.10", S)], "more executed and canceled than ordered"),
    ({"canceled_qty": "1"}, [fill("100", "10.10", S)], "more executed and canceled than ordered"),
]


@pytest.mark.parametrize(("said", "fills", "why"), REASONS, ids=[f"{place} {why}" for place, (_, _, why) in enumerate(REASONS)])
def test_an_order_is_left_out_and_the_same_without_it_is_not(said: dict[str, Any], fills: list[Any], why: str) -> None:
    out = told([order(order_id="0"), order(**said)], fills)
    assert out["excluded"].to_list() == [None, why]
    assert rule605.counts(out).row(0)[:2] == (why, 1)


def test_a_short_sale_without_the_price_test_is_covered() -> None:
    assert told([order(side=-1, is_short=True)])["excluded"].to_list() == [None]


def test_the_readings_change_on_their_day() -> None:
    shipped = policy.default()
    before, after = (rule605.read(shipped, date(2026, month, 1)) for month in (7, 8))
    assert (before.crossed_market_orders, after.crossed_market_orders) == ("exclude", "include")
    assert (before.manual_orders, after.manual_orders) == ("exclude", "include")
    profiles = [rule605.read(shipped, date(2026, month, 1)).best_displayed_required for month in (10, 11)]
    assert profiles == [False, True]
    assert {item.name for item in rule605.stated(shipped, date(2026, 8, 1))} == set(NAMES)
    assert all(item.doubt and item.meaning and item.source for item in rule605.stated(shipped, date(2026, 8, 1)))


@pytest.mark.parametrize(("changed", "why"), [
    ({"crossed_market_orders": "exclude"}, "crossed market"), ({"manual_orders": "exclude"}, "received by hand"),
    ({"luld_limit_state_quotes": "exclude"}, "quote of a limit state"),
])  # fmt: skip
def test_what_a_reading_excludes(changed: dict[str, Any], why: str) -> None:
    doubtful = order("10.05", "10.03", is_manual=True, is_limit_state_at_receipt=True)
    assert told([doubtful])["excluded"].to_list() == [None]
    assert told([doubtful], read=readings(**changed))["excluded"].to_list() == [why]


def test_a_halt_excludes_unless_the_policy_includes_it() -> None:
    halted = order(is_halted_at_receipt=True)
    assert told([halted], read=readings(halt_orders="include"))["excluded"].to_list() == [None]


@pytest.mark.parametrize(("price", "wanted"), [("far_quote", "1010.000000"), ("near_quote", "1000.000000"), ("mid", "1005.000000")])
def test_the_value_of_a_market_order(price: str, wanted: str) -> None:
    assert only([order()], read=readings(market_notional_px=price))["CvrdOrderSize"] == wanted


def test_a_market_order_and_a_stop_marked_immediate_or_cancel() -> None:
    pair = [order(tif="ioc"), order(order_id="2", order_type="stop", tif="ioc")]
    assert told(pair)["order_class"].to_list() == ["LYNYN", "MXXNY"]
    assert told(pair, read=readings(market_ioc_class="MXXNN", stop_ioc_class="ioc"))["order_class"].to_list() == ["MXXNN", "LYNYN"]


def test_a_stop_may_be_held_to_the_quote_at_its_receipt() -> None:
    stop = [order("9.00", "9.10", order_type="stop", executable_at=AT + S, at_executable=("10.00", "10.10"))]
    fills = [fill("100", "10.10", 2 * S)]
    assert only(stop, fills)["ExctdOrderMidPtAvg"] == "10.050000"
    row = only(stop, fills, readings(stop_effective_spread_at="receipt"))
    assert (row["ExctdOrderMidPtAvg"], row["CvrdOrderQtyto10sec"]) == ("9.050000", "100.000000")


def test_the_size_benchmark_by_its_readings() -> None:
    orders = [order(qty="500"), order(qty="500", order_id="2")]
    fills = [fill("500", "10.10", MS, ask_qty_at_fill="200", bid_qty_at_fill="1")]
    cells = [
        only(orders, fills, readings(**changed))["ExctdOrderSizeBnchmrkQty"]
        for changed in ({}, {"size_benchmark_without_fill": False}, {"size_benchmark_at": "execution"})
    ]
    assert cells == ["600.000000", "300.000000", "500.000000"]
    capped = only([order(qty="100")], read=readings())["ExctdOrderSizeBnchmrkQty"], only([order(qty="100")], read=readings(size_benchmark_cap="none"))
    assert (capped[0], capped[1]["ExctdOrderSizeBnchmrkQty"]) == ("100.000000", "300.000000")


def test_classes_that_carry_each_group() -> None:
    resting, midpoint = [order(order_type="limit", limit_px="10.02")], [order(order_type="limit", limit_px="10.06")]
    assert (only(resting)["ExctdPIOrdersQty"], only(midpoint)["FilledOrderCnt"]) == (None, None)
    wide = readings(quote_classes=(*readings().quote_classes, "LNNNN"), limit_classes=("LNNNN", "LNYNN"))
    assert (only(resting, read=wide)["ExctdPIOrdersQty"], only(midpoint, read=wide)["FilledOrderCnt"]) == ("0.000000", 0)


def test_lot_flags_by_words_or_letters() -> None:
    rows = [order(qty=qty, order_id=qty) for qty in ("0.5", "5", "500")]
    assert set(detail(rows)["LotSizeFlag"]) == {"FRACTIONAL", "ODD", "ROUND"}
    assert set(detail(rows, read=readings(lot_flags=rule605.readings.LETTERS))["LotSizeFlag"]) == {"F", "O", "R"}


def test_an_unknown_round_lot_is_read_by_price_or_blocks() -> None:
    dear = order("600.00", "600.10", qty="40", round_lot=None)
    assert only([dear])["LotSizeFlag"] == "ROUND"
    with pytest.raises(Problem, match="1 symbols have no stated round lot"):
        told_and_sized = readings(unknown_round_lot="block")
        sums([dear], read=told_and_sized)


@pytest.mark.parametrize(("reading", "canceled"), [(True, "60.000000"), (False, "0.000000")])
def test_shares_that_expire(reading: bool, canceled: str) -> None:
    expired = order(end_reason="expired")
    assert only([expired], [fill("40", "10.10", MS)], readings(expired_is_canceled=reading))["CvrdOrderCnclQty"] == canceled


@pytest.mark.parametrize("placeholder", ["0.0001", "999999.99"])
def test_a_placeholder_for_a_price_enters_no_market_order(placeholder: str) -> None:
    row = only([order(limit_px=placeholder)], [fill("100", "10.10", MS)])
    assert (row["OrderType"], row["OrderSize"], row["CvrdOrderSize"]) == ("MXXNN", "1000", "1010.000000")


def test_a_summary_of_crossed_markets_alone_has_no_spread_below_zero() -> None:
    total = sums([order("10.05", "10.03")], [fill("100", "10.03", MS)])
    row = rule605.summarized(total, (), readings(), code="CODE", participant="T").to_dicts()[0]
    assert (str(row["AvgPctQuotSprd"]), row["AvgEFQPct"], str(row["AvgEffctvSprdPct"])) == ("0.000000", None, "-0.001992")


def test_no_execution_is_the_firms_own_where_the_policy_says_so() -> None:
    row = only([order()], [fill("100", "10.10", MS, capacity="principal")], readings(executed_here="none"))
    assert (row["CvrdOrderExctdQty"], row["CvrdOrderExctdAwayQty"]) == ("0.000000", "100.000000")


def test_a_crossed_quote_left_out_of_the_quoted_spread_alone() -> None:
    pair = [order(), order("10.05", "10.03", order_id="2")]
    fills = [fill("100", "10.10", MS), fill("100", "10.03", MS, order_id="2")]
    row = only(pair, fills, readings(crossed_spread="leave_out"))
    assert (row["ExctdOrderAvgQuotSprd"], row["AvgEffctvSprd"]) == ("0.100000", "0.040000")
    assert row["AvgEFQPct"] == "0.400000"


def test_from_november_a_missing_best_displayed_price_stops_the_report() -> None:
    november = readings(date(2026, 11, 1))
    orders, fills = [order()], [fill("100", "10.10", MS)]
    with pytest.raises(Problem, match="without a best available displayed price, which 2026-11 must report"):
        only(orders, fills, november)
    known = [order(best_ask_at_receipt="10.08", best_bid_at_receipt="10.00")]
    row = only(known, fills, november)
    assert (row["ExctdOrderOutBestPrQty"], row["ExctdOrderOutBestPrWghtdAvgAmt"]) == ("100.000000", "0.020000")
    assert only(orders, fills)["ExctdOrderOutBestPrQty"] is None


def test_what_the_report_cannot_follow_is_refused() -> None:
    shipped = policy.default()
    for name, value in (("size_benchmark_display", "largest_venue"), ("replacement", "same_order")):
        changed = Policy(**{**vars(shipped), "settings": {**shipped.settings, name: _said(shipped, name, value)}})
        with pytest.raises(Problem, match="is not computed"):
            rule605.read(changed, date(2026, 8, 1))


def _said(shipped: Policy, name: str, value: str) -> policy.Setting:
    return policy.Setting(((None, value),), "tested", shipped.settings[name].declared)


def test_an_order_received_before_the_open_waits_whatever_its_limit() -> None:
    (row,) = told([order(order_type="limit", limit_px="11.00", received_at=OPEN - S, is_open_at_receipt=False, executable_at=OPEN)]).to_dicts()
    assert (row["order_class"], row["t0_at"]) == ("LNNNN", OPEN)


def test_a_symbol_with_fractions_alone_and_a_month_with_one_order() -> None:
    row = only([order("0.50", "0.52", qty="0.000001")], [fill("0.000001", "0.51", 0)])
    assert (row["LotSizeFlag"], row["CvrdOrderQty"], row["CvrdOrderSize"], row["AvgEffctvSprd"]) == ("FRACTIONAL", "0.000001", "0.000001", "0.000000")


def test_nothing_covered_gives_no_rows() -> None:
    assert detail([order(is_held=False)]).height == 0
