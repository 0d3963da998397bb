"""Kaplan–Meier against SciPy and Greenwood, quantiles, venue shares, concentration, and their standard errors."""

from __future__ import annotations

from datetime import date
from math import sqrt

import polars as pl
import pytest
from scipy.stats import CensoredData, ecdf

from bestexec.linking.columns import LINKED
from bestexec.metrics import measure, summarize
from bestexec.metrics.worked import LIMIT_ORDERS, Row, as_table

S = 1_000_000_000
TIMES = (1, 1, 2, 3, 3, 3, 5, 8, 8, 13, 21, 34)
FILLED = (True, False, True, True, True, False, False, True, False, True, False, False)


def resting(seconds: int, filled: bool, number: int) -> Row:
    return {
        "order_id": str(number), "symbol": f"S{number}", "day": date(2026, 7, 1), "order_type": "limit", "marketability": "non_marketable", "order_qty": "100",
        "working_ns": seconds * S, "is_filled": filled, "is_complete": filled, "executable_at": 0, "ended_at": seconds * S, "last_filled_at": seconds * S,
    }  # fmt: skip


def orders(rows: list[Row], *keys: str, by: tuple[str, ...] = ()) -> pl.DataFrame:
    return summarize(measure(as_table(rows, LINKED["orders"]), "orders"), by, "orders", keys=keys)


def fills(rows: list[Row], *keys: str, by: tuple[str, ...] = ()) -> pl.DataFrame:
    return summarize(measure(as_table(rows, LINKED["fills"]), "fills"), by, "fills", keys=keys)


@pytest.mark.parametrize(("key", "at"), [("fill_likelihood_1s", 1), ("fill_likelihood_10s", 10), ("complete_likelihood_10s", 10)])
def test_the_likelihood_and_its_error_are_those_of_scipy(key: str, at: int) -> None:
    rows = [resting(seconds, filled, number) for number, (seconds, filled) in enumerate(zip(TIMES, FILLED, strict=True))]
    survival = ecdf(
        CensoredData(
            uncensored=[t for t, f in zip(TIMES, FILLED, strict=True) if f], right=[t for t, f in zip(TIMES, FILLED, strict=True) if not f],
        )
    ).sf  # fmt: skip
    figures = orders(rows, key)
    assert figures[key][0] == pytest.approx(1 - float(survival.evaluate(at)), rel=1e-9)
    interval = survival.confidence_interval(confidence_level=0.6826894921370859)
    greenwood = float(interval.high.evaluate(at)) - float(survival.evaluate(at))  # one standard error above
    alone = figures[f"{key}_se"][0] * sqrt((len(TIMES) - 1) / len(TIMES))  # every order is its own cluster here
    assert alone == pytest.approx(greenwood, rel=1e-6)


def test_a_fill_and_a_cancel_at_the_same_instant_count_the_cancel_as_still_working() -> None:
    rows = [resting(1, True, 1), resting(1, False, 2)]
    assert orders(rows, "fill_likelihood_1s")["fill_likelihood_1s"].to_list() == [0.5]


def test_a_likelihood_is_not_read_beyond_the_longest_time_watched() -> None:
    rows = [resting(1, True, 1), resting(30, False, 2)]
    keys = ("fill_likelihood_10s", "fill_likelihood_1min", "fill_likelihood_close")
    figures = orders(rows, *keys).row(0, named=True)
    assert [figures[key] for key in keys] == [0.5, None, 0.5]
    assert [figures[f"{key}_n"] for key in keys] == [2, 2, 2]


def test_once_all_are_filled_the_likelihood_is_one_ever_after() -> None:
    assert orders([resting(1, True, 1), resting(2, True, 2)], "fill_likelihood_30min")["fill_likelihood_30min"].to_list() == [1.0]


def test_marketable_and_never_executable_orders_are_not_resting() -> None:
    rows = [*LIMIT_ORDERS, {**LIMIT_ORDERS[0], "marketability": "marketable"}, {**LIMIT_ORDERS[0], "marketability": "not_executable", "working_ns": None}]
    assert orders(rows, "fill_likelihood_1s").row(0)[2:5] == (0.2, 5, 1.0)


def test_quantiles_are_observed_times_of_orders() -> None:
    rows = [{"order_qty": "1", "is_filled": True, "t0_to_first_fill_ns": ns} for ns in (50, 10, 40, 20)] + [{"order_qty": "9", "is_filled": False}]
    figures = orders(rows, "median_time_to_first_fill", "p90_time_to_first_fill")
    assert (figures["median_time_to_first_fill"][0], figures["p90_time_to_first_fill"][0], figures["median_time_to_first_fill_n"][0]) == (20, 50, 4)


def test_a_hundred_orders_have_their_99th_percentile_at_the_99th() -> None:
    rows = [{"order_qty": "1", "is_filled": True, "t0_to_first_fill_ns": ns} for ns in range(1, 101)]
    keys = ("median_time_to_first_fill", "p90_time_to_first_fill", "p99_time_to_first_fill")
    assert orders(rows, *keys).select(keys).row(0) == (50, 90, 99)


def test_the_error_of_a_median_is_woodruff_s() -> None:
    rows = [{"order_qty": "1", "symbol": f"S{ns:03}", "is_filled": True, "t0_to_first_fill_ns": ns} for ns in range(1, 101)]
    # share at or below the median 0.5; clustered error √(100/99 × 100 × (0.5/100)²) = 0.0502519; 0.5 ± 1.96 × that = 0.40151, 0.59849
    # the 41st and 60th of the sample: (60 − 41) / (2 × 1.959964)
    assert orders(rows, "median_time_to_first_fill")["median_time_to_first_fill_se"][0] == pytest.approx(19 / (2 * 1.959963984540054), rel=1e-9)


def at_venue(venue: str | None, qty: str, symbol: str = "AAA", day: date = date(2026, 7, 1)) -> Row:
    return {"venue": venue, "fill_qty": qty, "symbol": symbol, "day": day}


def test_venue_shares_are_of_the_rows_alike_in_every_other_dimension() -> None:
    rows = [at_venue("XNAS", "300"), at_venue("XNYS", "100"), at_venue("XNAS", "10", "BBB"), at_venue(None, "100")]
    assert fills(rows, "venue_share", by=("venue",)).select("venue", "venue_share", "venue_share_coverage").rows() == [
        (None, None, None),
        ("XNAS", pytest.approx(310 / 410), pytest.approx(410 / 510)),
        ("XNYS", pytest.approx(100 / 410), pytest.approx(410 / 510)),
    ]
    assert fills(rows, "venue_share", by=("symbol", "venue")).select("symbol", "venue", "venue_share").rows() == [
        ("AAA", None, None),
        ("AAA", "XNAS", 0.75),
        ("AAA", "XNYS", 0.25),
        ("BBB", "XNAS", 1.0),
    ]


def test_a_venue_s_share_is_unknown_when_venues_are_pooled() -> None:
    assert fills([at_venue("XNAS", "300")], "venue_share", by=("symbol",)).row(0) == ("AAA", 1, 300.0, None, 0, None, None)


def test_the_errors_of_share_and_concentration_follow_the_delta_method() -> None:
    rows = [at_venue("XNAS", "300"), at_venue("XNYS", "100"), at_venue("XNAS", "100", "BBB"), at_venue("XNYS", "100", "BBB")]
    # shares 400/600 and 200/600; influence on XNAS: (300 − 2/3 × 400) / 600 = 1/18, (100 − 2/3 × 200) / 600 = −1/18
    # error of the share √(2 × 2 / 18²) = 1/9; of the index, influence 2 × (2/3 − 1/3) / 18 = 1/27, so √(2 × 2 / 27²) = 2/27
    by_venue = fills(rows, "venue_share", by=("venue",))
    assert by_venue["venue_share_se"].to_list() == [pytest.approx(1 / 9, rel=1e-9)] * 2
    pooled = fills(rows, "venue_concentration")
    assert (pooled["venue_concentration"][0], pooled["venue_concentration_se"][0]) == (pytest.approx(5 / 9, rel=1e-9), pytest.approx(2 / 27, rel=1e-9))
