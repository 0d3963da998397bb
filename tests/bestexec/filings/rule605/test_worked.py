"""The worked examples, to the digit: the numbers were computed by hand with rational numbers, not by this program."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from tests.bestexec.filings.rule605.made import AT, KEY, MIN, MS, OPEN, US, S, detail, fill, only, order, readings, sums, told

from bestexec.filings import rule605
from bestexec.filings.rule605.executions import BUCKETS

G1_MIDS = (
    ("10.06", "10.07", "10.08", "10.05", "10.00"), ("10.06", "10.07", "10.09", "10.05", "10.00"), ("10.08", "10.08", "10.10", "10.06", "10.00"),
)  # fmt: skip
G1_FILLS = [fill("100", "10.08", 2 * MS, G1_MIDS[0]), fill("100", "10.10", 15 * MS, G1_MIDS[1]), fill("100", "10.12", 1500 * MS, G1_MIDS[2])]
G1 = order(qty="300")
G2 = order("20.00", "20.04", side=-1, qty="200", symbol="XYZ")
G2_FILL = fill("200", "20.01", 400 * US, ("20.02", "20.01", "20.00", "19.99", "20.05"), symbol="XYZ")


def cells(row: dict[str, Any], **wanted: str | int | None) -> None:
    assert {name: row[name] for name in wanted} == wanted


def test_g1_a_market_order_in_three_executions() -> None:
    row = only([G1], G1_FILLS)
    cells(
        row, OrderType="MXXNN", CvrdOrderCnt=1, CvrdOrderQty="300.000000", CvrdOrderSize="3030.000000", OrderSize="1000", LotSizeFlag="ROUND",
        ExctdOrderMidPtAvg="10.050000", ExctdOrderAvgQuotSprd="0.100000", AvgEffctvSprd="0.100000", AvgEffctvSprdPct="0.009950", AvgEFQPct="1.000000",
        ExctdPIOrdersQty="100.000000", ExctdPIOrdWghtdAvgAmtPerShare="0.020000", ExctdPIOrdWghtdAvgTime="2.000000",
        ExctdOrderAtQuotQty="100.000000", ExctdAtQuotOrdWghtdAvgTime="15.000000",
        ExctdOrderOutQuotQty="100.000000", ExctdOutQuotOrdWghtdAvgAmt="0.020000", ExctdOutQuotOrdWghtdAvgTime="1500.000000",
        CvrdOrderQtyto10millisec="100.000000", CvrdOrderQtyto1sec="100.000000", CvrdOrderQtyto10sec="100.000000", CvrdOrderQtyto1millisec="0.000000",
        AvgRealSprd50millisec="0.066667", AvgRealSprd1sec="0.053333", AvgRealSprd15sec="0.020000", AvgRealSprd1min="0.093333", AvgRealSprd5min="0.200000",
        AvgRealSprdPct50millisec="0.006633", AvgRealSprdPct1sec="0.005307", AvgRealSprdPct15sec="0.001990", AvgRealSprdPct1min="0.009287",
        AvgRealSprdPct5min="0.019900", FilledOrderCnt=None, CvrdOrderExctdQty="0.000000", CvrdOrderExctdAwayQty="300.000000",
    )  # fmt: skip
    (total,) = sums([G1], G1_FILLS).to_dicts()
    assert round(Decimal(total["time_amount"]) / (300 * 10**6) / MS, 6) == Decimal("505.666667")


def test_g2_a_sale_whose_realized_spread_changes_sign() -> None:
    cells(
        only([G2], [G2_FILL]), ExctdOrderMidPtAvg="20.020000", ExctdOrderAvgQuotSprd="0.040000", AvgEffctvSprd="0.020000", AvgEffctvSprdPct="0.000999",
        AvgEFQPct="0.500000", ExctdPIOrdersQty="200.000000", ExctdPIOrdWghtdAvgAmtPerShare="0.010000", ExctdPIOrdWghtdAvgTime="0.400000",
        ExctdOrderAtQuotQty="0.000000", ExctdAtQuotOrdWghtdAvgTime=None, ExctdOrderOutQuotQty="0.000000", ExctdOutQuotOrdWghtdAvgAmt=None,
        ExctdOutQuotOrdWghtdAvgTime=None, CvrdOrderQtyto1millisec="200.000000",
        AvgRealSprd50millisec="0.020000", AvgRealSprd1sec="0.000000", AvgRealSprd15sec="-0.020000", AvgRealSprd1min="-0.040000", AvgRealSprd5min="0.080000",
        AvgRealSprdPct50millisec="0.000999", AvgRealSprdPct1sec="0.000000", AvgRealSprdPct15sec="-0.000999", AvgRealSprdPct1min="-0.001998",
        AvgRealSprdPct5min="0.003996",
    )  # fmt: skip


def test_g3_an_effective_spread_below_zero() -> None:
    cells(
        only([order()], [fill("100", "10.03", 90 * US)]), AvgEffctvSprd="-0.040000", AvgEffctvSprdPct="-0.003980", AvgEFQPct="-0.400000",
        ExctdPIOrdWghtdAvgAmtPerShare="0.070000", CvrdOrderQtyto100microsec="100.000000",
    )  # fmt: skip


def test_g4_inside_and_outside_in_one_order() -> None:
    fills = [fill("60", "50.01", 800 * US), fill("40", "49.99", 12 * MS)]
    cells(
        only([order("50.00", "50.02", side=-1)], fills), ExctdOrderMidPtAvg="50.010000", AvgEffctvSprd="0.016000", AvgEffctvSprdPct="0.000320",
        AvgEFQPct="0.800000", ExctdPIOrdersQty="60.000000", ExctdPIOrdWghtdAvgAmtPerShare="0.010000", ExctdPIOrdWghtdAvgTime="0.800000",
        ExctdOrderOutQuotQty="40.000000", ExctdOutQuotOrdWghtdAvgAmt="0.010000", ExctdOutQuotOrdWghtdAvgTime="12.000000",
    )  # fmt: skip
    (total,) = sums([order("50.00", "50.02", side=-1)], fills).to_dicts()
    assert Decimal(total["time_amount"]) / (100 * 10**6) / MS == Decimal("5.28")


def test_g5_a_fraction_of_a_share() -> None:
    cells(
        only([order("99.99", "100.01", qty="0.5")], [fill("0.5", "100.00", 300 * US)]), LotSizeFlag="FRACTIONAL", OrderSize="0", CvrdOrderQty="0.500000",
        CvrdOrderSize="50.005000", AvgEffctvSprd="0.000000", AvgEFQPct="0.000000", ExctdPIOrdersQty="0.500000", ExctdPIOrdWghtdAvgAmtPerShare="0.010000",
    )  # fmt: skip


def test_g6_two_orders_of_one_row() -> None:
    other = order("10.02", "10.06", order_id="2")
    row = only([G1, other], [*G1_FILLS, fill("100", "10.05", 5 * MS, order_id="2")])
    cells(
        row, CvrdOrderCnt=2, CvrdOrderExctdAwayQty="400.000000", AvgEffctvSprd="0.080000", ExctdOrderAvgQuotSprd="0.085000",
        ExctdOrderMidPtAvg="10.047500", AvgEffctvSprdPct="0.007962", AvgEFQPct="0.941176", ExctdPIOrdersQty="200.000000",
        ExctdPIOrdWghtdAvgAmtPerShare="0.015000",
    )  # fmt: skip
    summary = rule605.summarized(sums([G1, other], [*G1_FILLS, fill("100", "10.05", 5 * MS, order_id="2")]), (), readings(), code="CODE", participant="T")
    row = summary.filter(pl.col("OrderSize") == "1000").to_dicts()[0]
    wanted = {"AvgPctQuotSprd": "0.008460", "WghtdAvgPctPI": "0.000249", "PctExctdPI": "0.500000", "PctExctdAtQuotOrBetter": "0.750000"}
    assert {name: str(row[name]) for name in wanted} == wanted
    assert str(row["WghtdAvgExctnTime"]) == "380.500000"


def test_g7_the_ratio_of_averages_is_not_the_average_of_ratios() -> None:
    a, b = order("10.00", "10.10", limit_px=None), order("10.00", "10.02", order_id="2", qty="900")
    fills = [fill("100", "10.075", MS), fill("900", "10.02", MS, order_id="2")]
    total = rule605.added([sums([a, b], fills).with_columns(size_bucket=pl.lit(1000, pl.Int64))])
    (row,) = rule605.detailed(total, readings(), code="CODE", participant="T").to_dicts()
    assert (row["AvgEffctvSprd"], row["ExctdOrderAvgQuotSprd"], row["AvgEFQPct"]) == (Decimal("0.023"), Decimal("0.028"), Decimal("0.821429"))


def test_g7_percent_over_the_average_midpoint() -> None:
    a, b = order("9.99", "10.01"), order("99.975", "100.025", order_id="2")
    fills = [fill("100", "10.01", MS), fill("100", "100.025", MS, order_id="2")]
    total = rule605.added([sums([a, b], fills).with_columns(size_bucket=pl.lit(1000, pl.Int64))])
    (row,) = rule605.detailed(total, readings(), code="CODE", participant="T").to_dicts()
    assert (row["AvgEffctvSprd"], row["ExctdOrderMidPtAvg"], row["AvgEffctvSprdPct"]) == (Decimal("0.035"), Decimal(55), Decimal("0.000636"))


@pytest.mark.parametrize(
    ("weighting", "wanted"),
    [
        ("shares", {
            "ExctdOrderMidPtAvg": "14.038000", "AvgEffctvSprdPct": "0.004844", "AvgPctQuotSprd": "0.005414", "AvgEFQPct": "0.894737",
            "PctExctdPI": "0.600000", "PctExctdAtQuotOrBetter": "0.800000", "WghtdAvgPctPI": "0.000285", "WghtdAvgExctnTime": "303.560000",
            "AvgOrderQty": "250.000000",
        }),
        ("equal_by_symbol", {"AvgEffctvSprdPct": "0.005475", "AvgEFQPct": "0.750000"}),
    ],
)  # fmt: skip
def test_g8_the_summary_over_two_symbols(weighting: str, wanted: dict[str, str]) -> None:
    read = readings(cross_symbol_weighting=weighting)
    total = sums([G1, G2], [*G1_FILLS, G2_FILL])
    summary = rule605.summarized(total, ["ABC", "XYZ"], read, code="CODE", participant="T")
    row = summary.filter(pl.col("OrderSize") == "199999").to_dicts()[0]
    assert (row["Sp500"], row["OrderType"]) == ("Y", "M")
    assert {name: str(row[name]) for name in wanted} == wanted


def test_all_sizes_of_the_summary_leave_the_largest_out() -> None:
    orders = [order("99.99", "100.00", qty="100"), order("99.99", "100.00", qty="2000", order_id="2")]
    summary = rule605.summarized(sums(orders), (), readings(), code="CODE", participant="T")
    found = [(row["OrderSize"], str(row["AvgOrderQty"]), str(row["AvgOrderSize"])) for row in summary.to_dicts()]
    small = ("100.000000", "10000.000000")
    assert found == [("10000", *small), ("199999", *small), ("200000", "2000.000000", "200000.000000")]


@pytest.mark.parametrize(
    ("after", "column"),
    [
        (0, 14), (99_999, 14), (100_000, 15), (999_999, 15), (1_000_000, 16), (10 * MS, 17), (S, 18), (10 * S, 19), (30 * S, 20), (300 * S - 1, 20),
        (300 * S, 21),
    ],
)  # fmt: skip
def test_g10_time_buckets_hold_their_lower_edge(after: int, column: int) -> None:
    row = detail([order()], [fill("100", "10.10", after)]).row(0)
    assert [place for place in range(14, 22) if row[place - 1]] == [column]
    assert len(BUCKETS) == 8


def test_g10_an_execution_before_t0_is_a_fault_of_the_data() -> None:
    out = told([order()], [fill("100", "10.10", -1)])
    assert out["excluded"].to_list() == ["executed before it could be"]
    assert out["excluded"][0] in rule605.FAULTS


LIMIT: dict[str, Any] = {"order_type": "limit", "limit_px": "10.02"}


def test_g11a_a_limit_is_timed_from_when_it_became_executable() -> None:
    waited = order("10.05", "10.10", **LIMIT, executable_at=AT + 3 * S, at_executable=("10.02", "10.10"))
    row = only([waited], [fill("100", "10.02", 3050 * MS)])
    cells(row, OrderType="LNNNN", CvrdOrderQtyto1sec="100.000000", FilledOrderWghtdAvgTime="50.000000", AvgEffctvSprd=None, FilledOrderCnt=1)


def test_g11b_inside_the_quote_is_executable_at_receipt() -> None:
    (row,) = told([order("10.05", "10.10", order_type="limit", limit_px="10.06")]).to_dicts()
    assert (row["order_class"], row["t0_at"]) == ("LNNNN", AT)


def test_g11c_a_limit_never_reached_is_no_covered_order() -> None:
    out = told([order(order_type="limit", limit_px="9.50", executable_at=None, at_executable=(None, None))])
    assert out["excluded"].to_list() == ["never executable in regular hours"]


def test_g11d_an_order_entered_before_the_open_counts_from_its_executable_time() -> None:
    at = OPEN + 11 * MIN
    early = order(None, None, **LIMIT, received_at=OPEN - 30 * MIN, is_open_at_receipt=False, executable_at=at, at_executable=("10.02", "10.10"))
    (row,) = told([early]).to_dicts()
    assert (row["order_class"], row["t0_at"], row["excluded"]) == ("LNNNN", at, None)


@pytest.mark.parametrize(("soon", "why"), [(True, "halted soon after it became executable"), (False, None)])
def test_g11e_a_halt_soon_after_excludes(soon: bool, why: str | None) -> None:
    assert told([order("10.02", "10.10", **LIMIT, is_halted_soon_after=soon)])["excluded"].to_list() == [why]


def test_g12a_a_stop_is_held_to_the_quote_at_its_trigger() -> None:
    stop = order("10.00", "10.05", side=-1, qty="300", order_type="stop", executable_at=AT + S, at_executable=("9.93", "9.96"))
    cells(
        only([stop], [fill("300", "9.92", S + 4 * MS)]), OrderType="MXXNY", ExctdOrderMidPtAvg="9.945000", AvgEffctvSprd="0.050000",
        AvgEffctvSprdPct="0.005028", ExctdOrderAvgQuotSprd="0.030000", AvgEFQPct="1.666667", ExctdOrderOutQuotQty="300.000000",
        ExctdOutQuotOrdWghtdAvgAmt="0.010000", ExctdOutQuotOrdWghtdAvgTime="4.000000",
    )  # fmt: skip


@pytest.mark.parametrize(("limit", "order_class"), [("10.55", "LYNNY"), ("10.50", "LNNNY")])
def test_g12b_a_stop_limit_is_classed_at_its_trigger(limit: str, order_class: str) -> None:
    stop = order("10.30", "10.34", order_type="stop_limit", limit_px=limit, executable_at=AT + S, at_executable=("10.48", "10.52"))
    assert told([stop])["order_class"].to_list() == [order_class]


@pytest.mark.parametrize(
    ("side", "limit", "tif", "order_class"),
    [
        (1, "10.10", "day", "LYNNN"), (1, "10.10", "ioc", "LYNYN"), (1, "10.05", "day", "LNYNN"), (1, "10.07", "ioc", "LNYYN"),
        (1, "10.049", "day", "LNNNN"), (1, "10.00", "day", "LNNNN"), (1, "10.02", "ioc", "LNNYN"),
        (-1, "10.00", "day", "LYNNN"), (-1, "10.05", "day", "LNYNN"), (-1, "10.06", "day", "LNNNN"), (-1, "10.10", "day", "LNNNN"),
    ],
)  # fmt: skip
def test_g13_limits_against_the_quote(side: int, limit: str, tif: str, order_class: str) -> None:
    (row,) = told([order(side=side, order_type="limit", limit_px=limit, tif=tif)]).to_dicts()
    assert (row["order_class"], row["excluded"]) == (order_class, None)


@pytest.mark.parametrize(
    ("qty", "limit", "bucket"),
    [
        ("1", "249.99", "0"), ("1", "250.00", "250"), ("1", "999.999", "250"), ("1", "1000", "1000"), ("1", "4999.99", "1000"),
        ("1", "199999.99", "50000"), ("1", "200000", "200000"), ("80", "3.125", "250"),
    ],
)  # fmt: skip
def test_g14_size_groups_hold_their_lower_edge(qty: str, limit: str, bucket: str) -> None:
    assert only([order(limit, limit, order_type="limit", limit_px=limit, qty=qty)])["OrderSize"] == bucket


@pytest.mark.parametrize(
    ("qty", "lot", "flag"),
    [
        ("0.99", "100", "FRACTIONAL"), ("1", "100", "ODD"), ("39", "40", "ODD"), ("40", "40", "ROUND"), ("100.5", "100", "ROUND"), ("10.5", "100", "ODD"),
        ("1", "1", "ROUND"), ("0.4", "1", "FRACTIONAL"),
    ],
)  # fmt: skip
def test_g14_lot_classes(qty: str, lot: str, flag: str) -> None:
    assert only([order(qty=qty, round_lot=lot)])["LotSizeFlag"] == flag


def test_g15_better_than_at_and_worse_than_the_best_displayed_offer() -> None:
    bought = order(qty="300", best_ask_at_receipt="10.08", best_bid_at_receipt="10.00")
    fills = [fill("100", "10.07", MS), fill("100", "10.08", MS), fill("100", "10.09", MS)]
    cells(
        only([bought], fills), ExctdPIOrdersQty="300.000000", ExctdPIOrdWghtdAvgAmtPerShare="0.020000", AvgEffctvSprd="0.060000", AvgEFQPct="0.600000",
        ExctdPIOrderRltvBestPrQty="100.000000", ExctdPIOrderRltvBestPrWghtdAvg="0.010000", ExctdOrderAtBestPrQty="100.000000",
        ExctdOrderOutBestPrQty="100.000000", ExctdOrderOutBestPrWghtdAvgAmt="0.010000",
    )  # fmt: skip


def test_g15_a_sale_against_an_odd_lot_bid() -> None:
    sold = order(side=-1, qty="150", best_bid_at_receipt="10.02", best_ask_at_receipt="10.10")
    cells(
        only([sold], [fill("50", "10.01", MS), fill("100", "10.03", MS)]), ExctdPIOrdersQty="150.000000", ExctdPIOrdWghtdAvgAmtPerShare="0.023333",
        AvgEffctvSprd="0.053333", AvgEFQPct="0.533333", ExctdPIOrderRltvBestPrQty="100.000000", ExctdPIOrderRltvBestPrWghtdAvg="0.010000",
        ExctdOrderAtBestPrQty="0.000000", ExctdOrderOutBestPrQty="50.000000", ExctdOrderOutBestPrWghtdAvgAmt="0.010000",
    )  # fmt: skip


def test_g16_shares_beyond_the_displayed_size() -> None:
    orders = [order(qty=qty, order_id=name, order_type="limit", limit_px="10.10") for name, qty in (("1", "500"), ("2", "200"), ("3", "500"))]
    fills = [
        fill("450", "10.10", MS, order_id="1"), fill("50", "10.12", 2 * MS, order_id="1"), fill("200", "10.10", MS, order_id="2"),
        fill("250", "10.10", MS, order_id="3"),
    ]  # fmt: skip
    rows = detail(orders, fills)
    assert rows["ExctdOrderSizeBnchmrkQty"].sum() == 800
    assert rows["ExctdSIOutsizedQty"].sum() == 150


def test_g17_executed_here_away_and_canceled() -> None:
    sent = order(qty="1000", canceled_qty="500", end_reason="canceled")
    fills = [fill("300", "10.10", MS, capacity="principal"), fill("200", "10.10", 20 * MS, capacity="agency")]
    row = only([sent], fills)
    cells(
        row, CvrdOrderCnt=1, CvrdOrderQty="1000.000000", CvrdOrderCnclQty="500.000000", CvrdOrderExctdQty="300.000000", CvrdOrderExctdAwayQty="200.000000",
        CvrdOrderSize="10100.000000",
    )  # fmt: skip
    assert sum(Decimal(row[name]) for name in row if name.startswith(("CvrdOrderQtyto", "CvrdOrderQtyOthr"))) == 500
    limit = {"order_type": "limit", "limit_px": "11.00"}
    first = {**sent, **limit}
    second = {**order(qty="950", canceled_qty="950", end_reason="canceled", order_id="2"), **limit}
    alone, both = only([first], fills), only([first, second], fills)
    cells(both, CvrdOrderCnt=2, CvrdOrderQty="1950.000000", CvrdOrderCnclQty="1450.000000")
    averages = [name for name in both if name.startswith(("Avg", "ExctdPI", "ExctdAt", "ExctdOut", "ExctdOrderMid"))]
    assert {name: both[name] for name in averages} == {name: alone[name] for name in averages}


def test_g18_resting_orders_and_what_traded_while_they_rested() -> None:
    names = ("1", "2", "3")
    orders = [order("10.05", "10.10", order_id=name, executable_at=AT, **{**LIMIT, "limit_px": "10.06"}) for name in names]
    fills = [fill("100", "10.06", 20 * MS, order_id="1"), fill("50", "10.06", 200 * MS, order_id="2")]
    traded = pl.DataFrame(
        [{**KEY, "order_id": name, "opportunity": every * 10**6, "opportunity_on_exchange": listed * 10**6}
         for name, every, listed in zip(names, (400, 60, 30), (250, 60, 0), strict=True)]
    )  # fmt: skip
    row = only(orders, fills, traded=traded)
    cells(
        row, FilledOrderCnt=2, FilledOrderWghtdAvgTime="80.000000", RegExctdOrderQty="190.000000", RegExctdOrderOnXchngQty="160.000000",
        CvrdOrderQtyto1sec="150.000000",
    )  # fmt: skip
    open_ended = only(orders, fills, readings(opportunity_cap="none"), traded)
    cells(open_ended, RegExctdOrderQty="490.000000", RegExctdOrderOnXchngQty="310.000000")


def test_g19_a_halt_excludes_and_a_crossed_market_and_a_hand_do_not() -> None:
    halted, crossed, by_hand = order(is_halted_at_receipt=True), order("10.05", "10.03", order_id="2"), order(is_manual=True, order_id="3")
    assert told([halted, crossed, by_hand])["excluded"].to_list() == ["received during a halt", None, None]
    row = only([crossed], [fill("100", "10.03", MS, order_id="2")])
    cells(row, ExctdOrderAvgQuotSprd="-0.020000", AvgEffctvSprd="-0.020000", AvgEFQPct=None, ExctdOrderAtQuotQty="100.000000")
