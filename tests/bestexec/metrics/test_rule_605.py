"""The worked examples of the Rule 605 specification (section 4), to the printed digit; G9, G11 to G14 are with linking."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from bestexec.linking.columns import HORIZONS_NS
from bestexec.metrics.worked import Row

Printed = Callable[..., str]

US, MS, S = 1_000, 1_000_000, 1_000_000_000
TO_MS = 1e-6


def fill(side: int, bid: str, ask: str, mid: str, qty: str, px: str, ns: int, *mids_after: str, odd_bid: str | None = None, odd_ask: str | None = None) -> Row:
    """One fill against the quote at t0, with up to five later midpoints."""
    return {
        "side": side, "bid_at_t0": bid, "ask_at_t0": ask, "mid_at_t0": mid, "fill_qty": qty, "fill_px": px, "t0_to_fill_ns": ns,
        "best_bid_at_t0": odd_bid, "best_ask_at_t0": odd_ask, **{f"mid_after_{name}": mid for name, mid in zip(HORIZONS_NS, mids_after, strict=False)},
    }  # fmt: skip


G1 = (
    fill(1, "10.00", "10.10", "10.05", "100", "10.08", 2 * MS, "10.06", "10.07", "10.08", "10.05", "10.00"),
    fill(1, "10.00", "10.10", "10.05", "100", "10.10", 15 * MS, "10.06", "10.07", "10.09", "10.05", "10.00"),
    fill(1, "10.00", "10.10", "10.05", "100", "10.12", 1_500 * MS, "10.08", "10.08", "10.10", "10.06", "10.00"),
)
G2 = (fill(-1, "20.00", "20.04", "20.02", "200", "20.01", 400 * US, "20.02", "20.01", "20.00", "19.99", "20.05"),)
G6 = (*G1, fill(1, "10.02", "10.06", "10.04", "100", "10.05", 5 * MS))


def check(printed: Printed, rows: tuple[Row, ...], expected: Mapping[str, str]) -> None:
    assert {key: printed(rows, key, scale=TO_MS if "time" in key else 1) for key in expected} == expected


def test_G1_a_market_buy_inside_at_and_outside_the_quote(printed: Printed) -> None:
    check(
        printed, G1,
        {
            "average_mid": "10.050000", "quoted_spread": "0.100000", "effective_spread": "0.100000", "effective_spread_pct": "0.009950",
            "effective_over_quoted": "1.000000",
            "inside_shares": "100.000000", "price_improvement": "0.020000", "inside_time": "2.000000",
            "at_quote_shares": "100.000000", "at_quote_time": "15.000000",
            "outside_shares": "100.000000", "price_disimprovement": "0.020000", "outside_time": "1500.000000",
            "mean_time_to_execution": "505.666667",
            "shares_under_100us": "0.000000", "shares_100us_to_1ms": "0.000000", "shares_1ms_to_10ms": "100.000000", "shares_10ms_to_1s": "100.000000",
            "shares_1s_to_10s": "100.000000", "shares_10s_to_30s": "0.000000", "shares_30s_to_5min": "0.000000", "shares_5min_or_more": "0.000000",
            "realized_spread_50ms": "0.066667", "realized_spread_1s": "0.053333", "realized_spread_15s": "0.020000", "realized_spread_1min": "0.093333",
            "realized_spread_5min": "0.200000", "realized_spread_50ms_pct": "0.006633", "realized_spread_1s_pct": "0.005307",
            "realized_spread_15s_pct": "0.001990",
            "realized_spread_1min_pct": "0.009287", "realized_spread_5min_pct": "0.019900",
        },
    )  # fmt: skip


def test_G2_a_market_sell_and_empty_averages(printed: Printed) -> None:
    check(
        printed, G2,
        {
            "average_mid": "20.020000", "quoted_spread": "0.040000", "effective_spread": "0.020000", "effective_spread_pct": "0.000999",
            "effective_over_quoted": "0.500000",
            "inside_shares": "200.000000", "price_improvement": "0.010000", "inside_time": "0.400000",
            "at_quote_shares": "0.000000", "at_quote_time": "", "outside_shares": "0.000000", "price_disimprovement": "", "outside_time": "",
            "shares_100us_to_1ms": "200.000000",
            "realized_spread_50ms": "0.020000", "realized_spread_1s": "0.000000", "realized_spread_15s": "-0.020000", "realized_spread_1min": "-0.040000",
            "realized_spread_5min": "0.080000", "realized_spread_50ms_pct": "0.000999", "realized_spread_1s_pct": "0.000000",
            "realized_spread_15s_pct": "-0.000999",
            "realized_spread_1min_pct": "-0.001998", "realized_spread_5min_pct": "0.003996",
        },
    )  # fmt: skip


def test_G3_a_fill_better_than_the_midpoint_has_a_negative_effective_spread(printed: Printed) -> None:
    rows = (fill(1, "10.00", "10.10", "10.05", "100", "10.03", 90 * US),)
    check(
        printed, rows,
        {
            "effective_spread": "-0.040000", "effective_spread_pct": "-0.003980", "effective_over_quoted": "-0.400000", "price_improvement": "0.070000",
            "shares_under_100us": "100.000000",
        },
    )  # fmt: skip


def test_G4_a_sell_partly_outside_keeps_the_identity_of_amounts(printed: Printed) -> None:
    rows = (fill(-1, "50.00", "50.02", "50.01", "60", "50.01", 800 * US), fill(-1, "50.00", "50.02", "50.01", "40", "49.99", 12 * MS))
    check(
        printed, rows,
        {
            "average_mid": "50.010000", "effective_spread": "0.016000", "effective_spread_pct": "0.000320", "effective_over_quoted": "0.800000",
            "inside_shares": "60.000000", "price_improvement": "0.010000", "inside_time": "0.800000",
            "outside_shares": "40.000000", "price_disimprovement": "0.010000", "outside_time": "12.000000", "mean_time_to_execution": "5.280000",
            "net_price_improvement": "0.002000",  # (60 × 0.01 − 40 × 0.01) / 100, and 0.02 − 2 × 0.002 = 0.016
        },
    )  # fmt: skip


def test_G5_half_a_share(printed: Printed) -> None:
    rows = (fill(1, "99.99", "100.01", "100.00", "0.5", "100.00", 300 * US),)
    check(printed, rows, {"effective_spread": "0.000000", "effective_over_quoted": "0.000000", "inside_shares": "0.500000", "price_improvement": "0.010000"})


def test_G6_orders_of_one_symbol_in_one_row(printed: Printed) -> None:
    check(
        printed, G6,
        {
            "effective_spread": "0.080000", "quoted_spread": "0.085000", "average_mid": "10.047500", "effective_spread_pct": "0.007962",
            "quoted_spread_pct": "0.008460",
            "effective_over_quoted": "0.941176", "inside_shares": "200.000000", "price_improvement": "0.015000", "net_improvement_usd": "1.000000",
            "net_price_improvement_pct": "0.000249", "inside": "0.500000", "at_or_inside": "0.750000", "mean_time_to_execution": "380.500000",
        },
    )  # fmt: skip


def test_G7_a_ratio_of_averages_is_not_an_average_of_ratios(printed: Printed) -> None:
    # A: quoted 0.10, effective 0.05 (2 × 0.025); B: quoted 0.02, effective 0.02 (2 × 0.01)
    rows = (fill(1, "9.95", "10.05", "10.00", "100", "10.025", MS), fill(1, "9.99", "10.01", "10.00", "900", "10.01", MS))
    check(printed, rows, {"effective_spread": "0.023000", "quoted_spread": "0.028000", "effective_over_quoted": "0.821429"})
    percent = (fill(1, "9.99", "10.01", "10.00", "100", "10.01", MS), fill(1, "99.95", "100.05", "100.00", "100", "100.025", MS))
    check(printed, percent, {"effective_spread": "0.035000", "average_mid": "55.000000", "effective_spread_pct": "0.000636"})


def test_G8_two_symbols_are_pooled_by_shares(printed: Printed) -> None:
    check(
        printed, (*G1, *G2),
        {
            "average_mid": "14.038000", "effective_spread": "0.068000", "quoted_spread": "0.076000", "effective_spread_pct": "0.004844",
            "quoted_spread_pct": "0.005414",
            "effective_over_quoted": "0.894737", "inside": "0.600000", "at_or_inside": "0.800000", "net_price_improvement_pct": "0.000285",
            "mean_time_to_execution": "303.560000",
        },
    )  # fmt: skip


def test_G9_the_realized_spread_past_the_close_takes_the_last_regular_midpoint(printed: Printed) -> None:
    """The clamp is linking's; here the arithmetic on what it gives."""
    check(printed, (fill(1, "10.00", "10.10", "10.05", "100", "10.06", MS, *["10.03"] * 5),), {f"realized_spread_{name}": "0.060000" for name in HORIZONS_NS})


@pytest.mark.parametrize(
    ("ns", "bucket"),
    [
        (0, "under_100us"),
        (99_999, "under_100us"),
        (100_000, "100us_to_1ms"),
        (999_999, "100us_to_1ms"),
        (1_000_000, "1ms_to_10ms"),
        (10 * MS, "10ms_to_1s"),
        (1 * S, "1s_to_10s"),
        (10 * S, "10s_to_30s"),
        (30 * S, "30s_to_5min"),
        (299_999_999_999, "30s_to_5min"),
        (300 * S, "5min_or_more"),
    ],
)
def test_G10_edges_of_the_time_buckets(printed: Printed, ns: int, bucket: str) -> None:
    rows = (fill(1, "10.00", "10.10", "10.05", "100", "10.10", ns),)
    names = ("under_100us", "100us_to_1ms", "1ms_to_10ms", "10ms_to_1s", "1s_to_10s", "10s_to_30s", "30s_to_5min", "5min_or_more")
    assert {name: printed(rows, f"shares_{name}") for name in names} == {name: "100.000000" if name == bucket else "0.000000" for name in names}


def test_G10_a_time_below_zero_is_in_no_bucket_and_in_no_mean(printed: Printed) -> None:
    rows = (fill(1, "10.00", "10.10", "10.05", "100", "10.10", -1),)
    assert {key: printed(rows, key) for key in ("shares_under_100us", "mean_time_to_execution", "at_quote_time")} == dict.fromkeys(
        ("shares_under_100us", "mean_time_to_execution", "at_quote_time"), ""
    )


def test_G12_a_stop_filled_below_the_bid(printed: Printed) -> None:
    rows = (fill(-1, "9.93", "9.96", "9.945", "300", "9.92", 4 * MS),)
    check(
        printed, rows,
        {
            "average_mid": "9.945000", "effective_spread": "0.050000", "effective_spread_pct": "0.005028", "quoted_spread": "0.030000",
            "effective_over_quoted": "1.666667",
            "outside_shares": "300.000000", "price_disimprovement": "0.010000", "outside_time": "4.000000",
        },
    )  # fmt: skip


def test_G15_a_buy_against_the_best_available_displayed_price(printed: Printed) -> None:
    rows = tuple(fill(1, "10.00", "10.10", "10.05", "100", px, MS, odd_bid="10.00", odd_ask="10.08") for px in ("10.07", "10.08", "10.09"))
    check(
        printed, rows,
        {
            "inside_shares": "300.000000", "price_improvement": "0.020000",
            "best_displayed_inside_shares": "100.000000", "best_displayed_price_improvement": "0.010000", "best_displayed_at_quote_shares": "100.000000",
            "best_displayed_outside_shares": "100.000000", "best_displayed_price_disimprovement": "0.010000",
            "effective_spread": "0.060000", "effective_over_quoted": "0.600000",
        },
    )  # fmt: skip


def test_G15_a_sell_against_the_best_available_displayed_price(printed: Printed) -> None:
    rows = tuple(fill(-1, "10.00", "10.10", "10.05", qty, px, MS, odd_bid="10.02", odd_ask="10.10") for qty, px in (("50", "10.01"), ("100", "10.03")))
    check(
        printed, rows,
        {
            "inside_shares": "150.000000", "price_improvement": "0.023333",
            "best_displayed_inside_shares": "100.000000", "best_displayed_price_improvement": "0.010000", "best_displayed_at_quote_shares": "0.000000",
            "best_displayed_outside_shares": "50.000000", "best_displayed_price_disimprovement": "0.010000",
            "effective_spread": "0.053333", "effective_over_quoted": "0.533333",
        },
    )  # fmt: skip


def test_G15_a_worse_odd_lot_offer_does_not_replace_the_national_best(printed: Printed) -> None:
    rows = (fill(1, "10.00", "10.10", "10.05", "100", "10.09", MS, odd_bid="10.00", odd_ask="10.12"),)
    check(printed, rows, {"best_displayed_inside_shares": "100.000000", "best_displayed_price_improvement": "0.010000"})


def test_G15_without_an_odd_lot_feed_nothing_is_said(printed: Printed) -> None:
    check(printed, G1, {"best_displayed_inside_shares": "", "best_displayed_price_improvement": "", "best_displayed_at_or_inside": ""})


def test_G16_size_improvement(printed: Printed) -> None:
    orders = tuple(
        {"order_qty": size, "size_benchmark_qty": benchmark, "at_or_better_qty": executed}
        for size, benchmark, executed in (("500", "300", "450"), ("200", "200", "200"), ("500", "300", "250"))
    )
    assert printed(orders, "size_benchmark_shares", "orders") == "800.000000"
    assert printed(orders, "size_improved_shares", "orders") == "150.000000"


def test_G17_an_order_without_a_fill_counts_and_moves_no_average(printed: Printed) -> None:
    first: Row = {"order_qty": "1000", "filled_qty": "500", "canceled_qty": "500", "is_filled": True}
    second: Row = {"order_qty": "400", "filled_qty": "0", "canceled_qty": "400", "is_filled": False}
    counts = ("order_count", "ordered_shares", "canceled_shares", "executed_shares", "filled_order_count")
    assert [printed((first,), key, "orders") for key in counts] == ["1.000000", "1000.000000", "500.000000", "500.000000", "1.000000"]
    assert [printed((first, second), key, "orders") for key in counts] == ["2.000000", "1400.000000", "900.000000", "500.000000", "1.000000"]
    here_and_away = (fill(1, "10.00", "10.10", "10.05", "300", "10.10", 2 * MS), fill(1, "10.00", "10.10", "10.05", "200", "10.10", 2 * S))
    assert [printed(here_and_away, key) for key in ("shares_1ms_to_10ms", "shares_1s_to_10s")] == ["300.000000", "200.000000"]
