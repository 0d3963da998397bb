"""Groups, counts, coverage, standard errors: what stands beside a figure."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from math import sqrt

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.linking.columns import LINKED, QUOTED_TIME
from bestexec.metrics import METRICS, measure, summarize
from bestexec.metrics.worked import FILLS, ORDERS, TRADES, Row, as_table

D1, D2 = date(2026, 7, 1), date(2026, 7, 2)


def fill(qty: str, px: str, mid: str | None = "10.00", *, symbol: str = "AAA", day: date = D1, venue: str | None = "XNAS", excluded: str | None = None) -> Row:
    bid, ask = (None, None) if mid is None else ("9.95", "10.05")
    return {
        "side": 1, "fill_qty": qty, "fill_px": px, "mid_at_t0": mid, "bid_at_t0": bid, "ask_at_t0": ask,
        "symbol": symbol, "day": day, "venue": venue, "excluded": excluded,
    }  # fmt: skip


def scorecard(rows: list[Row], *by: str, min_n: int = 0, keys: tuple[str, ...] | None = ("effective_spread",)) -> pl.DataFrame:
    return summarize(measure(as_table(rows, LINKED["fills"]), "fills"), by, "fills", min_n=min_n, keys=keys)


def test_a_fill_without_its_quote_leaves_both_sums_and_counts_against_coverage() -> None:
    figures = scorecard([fill("100", "10.01"), fill("300", "10.02", None)])
    assert figures.row(0, named=True) == {
        "n": 2, "shares": 400.0, "effective_spread": 0.02, "effective_spread_n": 1, "effective_spread_coverage": 0.25, "effective_spread_se": None,
    }  # fmt: skip


def test_an_excluded_fill_is_in_n_and_shares_but_not_in_the_figure() -> None:
    figures = scorecard([fill("100", "10.01"), fill("300", "10.02", excluded="quote crossed at t0")])
    assert figures.row(0)[:4] == (2, 400.0, 0.02, 1)


def test_what_no_row_knows_is_null_and_never_zero() -> None:
    keys = ("inside_shares", "effective_spread", "venue_fees")
    figures = scorecard([fill("300", "10.02", None)], keys=keys).row(0, named=True)
    assert {key: (figures[key], figures[f"{key}_n"], figures[f"{key}_coverage"]) for key in keys} == dict.fromkeys(keys, (None, 0, 0.0))


def test_groups_come_sorted_and_a_group_without_a_name_stays_one() -> None:
    rows = [fill("100", "10.01", venue="XNYS"), fill("100", "10.02", venue=None), fill("100", "10.03", venue="ARCX"), fill("100", "10.05", venue="XNYS")]
    figures = scorecard(rows, "venue")
    assert figures.select("venue", "n", "effective_spread").rows() == [(None, 1, 0.04), ("ARCX", 1, 0.06), ("XNYS", 2, 0.06)]


def test_the_standard_error_is_clustered_by_symbol_day() -> None:
    rows = [fill("100", "10.01"), fill("100", "10.03"), fill("200", "10.03", day=D2), fill("100", "10.05", symbol="BBB")]
    # effective 0.02, 0.06 | 0.06 × 2 | 0.10: mean (2 + 6 + 12 + 10) / 500 = 0.06
    # clusters, Σ (effective − 0.06) × shares: (−4 + 0) | 0 | 4, over 500 shares: −0.008, 0, 0.008
    expected = sqrt(3 / 2 * (0.008**2 + 0 + 0.008**2))
    assert scorecard(rows)["effective_spread_se"][0] == pytest.approx(expected, rel=1e-9)


def test_the_standard_error_of_a_ratio_follows_the_delta_method() -> None:
    rows = [fill("100", "10.01"), fill("300", "10.04", day=D2)]
    # E/Q: (2 + 24) / (10 + 30) = 0.65; u = (2 − 0.65 × 10) / 40 and (24 − 0.65 × 30) / 40 = −0.1125, 0.1125
    figures = scorecard(rows, keys=("effective_over_quoted",))
    assert figures["effective_over_quoted"][0] == pytest.approx(0.65, rel=1e-12)
    assert figures["effective_over_quoted_se"][0] == pytest.approx(sqrt(2 * 2 * 0.1125**2), rel=1e-9)


def test_clusters_that_did_not_count_are_not_counted() -> None:
    rows = [fill("100", "10.01"), fill("300", "10.04", day=D2), fill("300", "10.04", None, symbol="BBB")]
    with_unknown, without = scorecard(rows), scorecard(rows[:2])
    assert with_unknown["effective_spread_se"].to_list() == without["effective_spread_se"].to_list()


def test_one_cluster_has_no_standard_error() -> None:
    assert scorecard([fill("100", "10.01"), fill("300", "10.02")])["effective_spread_se"].to_list() == [None]


def test_below_the_smallest_n_the_figure_goes_and_its_count_stays() -> None:
    rows = [fill("100", "10.01"), fill("100", "10.02", day=D2), fill("100", "10.02", None)]
    assert scorecard(rows, min_n=3).row(0)[2:] == (None, 2, 2 / 3, None)
    assert scorecard(rows, min_n=2)["effective_spread"].to_list() == [0.03]


def test_a_total_is_a_fact_and_stays_whatever_the_smallest_n() -> None:
    assert scorecard([fill("100", "10.01")], min_n=50, keys=("inside_shares",)).row(0)[2:] == (100.0, 1, 1.0, None)


def test_an_average_over_part_of_the_shares_counts_only_the_rows_that_weigh() -> None:
    rows = [fill("100", "10.01"), fill("100", "10.05"), fill("100", "10.01", None)]
    figures = scorecard(rows, keys=("price_improvement",)).row(0, named=True)
    assert figures["price_improvement"] == pytest.approx(0.04, rel=1e-12)
    assert (figures["price_improvement_n"], figures["price_improvement_coverage"]) == (1, 2 / 3)


def test_coverage_of_order_counts_is_by_rows() -> None:
    orders = summarize(measure(as_table(ORDERS, LINKED["orders"]), "orders"), (), "orders", keys=("fill_rate_orders", "vwap_slippage_usd"))
    assert orders["fill_rate_orders_coverage"][0] == 1.0
    assert orders["vwap_slippage_usd_coverage"][0] == 1200 / 1500


def test_no_rows_make_no_groups() -> None:
    for on in ("fills", "orders", "trades"):
        empty = summarize(measure(as_table([], LINKED[on]), on), ("symbol",), on)
        assert empty.height == 0
        assert empty.columns[:3] == ["symbol", "n", "shares"]
        assert len(empty.columns) == 3 + 4 * sum(metric.on == on for metric in METRICS)


def test_an_unknown_key_or_dimension_is_said() -> None:
    with pytest.raises(Problem, match="no metric is called effective"):
        scorecard([fill("100", "10.01")], keys=("effective",))
    with pytest.raises(Problem, match="planet is no column of the fills"):
        scorecard([fill("100", "10.01")], "planet")


def quoted_time(*rows: tuple[str, date, str, int]) -> pl.DataFrame:
    return as_table([dict(zip(("symbol", "day", "spread_ns", "quoted_ns"), row, strict=True)) for row in rows], QUOTED_TIME)


def tape(*rows: tuple[str, date, str]) -> pl.DataFrame:
    trades = [{**TRADES[0], "symbol": symbol, "day": day, "venue": venue} for symbol, day, venue in rows]
    return measure(as_table(trades, LINKED["trades"]), "trades")


def test_the_time_weighted_spread_counts_each_symbol_day_once() -> None:
    times = quoted_time(("AAA", D1, "30", 1_000), ("AAA", D2, "10", 1_000), ("BBB", D1, "500", 1_000))
    rows = tape(("AAA", D1, "XNAS"), ("AAA", D1, "XNAS"), ("AAA", D1, "XNYS"), ("AAA", D2, "XNAS"))
    by_venue = summarize(rows, ("venue",), "trades", keys=("time_weighted_spread",), quoted_time=times)
    assert by_venue.select("venue", "n", "time_weighted_spread", "time_weighted_spread_n").rows() == [("XNAS", 3, 0.02, 2), ("XNYS", 1, 0.03, 1)]


def test_the_time_weighted_spread_is_unknown_where_the_day_is_cut_finer() -> None:
    times = quoted_time(("AAA", D1, "30", 1_000))
    assert summarize(tape(("AAA", D1, "XNAS")), ("hour",), "trades", keys=("time_weighted_spread",), quoted_time=times)["time_weighted_spread"].to_list() == [
        None
    ]
    assert summarize(tape(("AAA", D1, "XNAS")), (), "trades", keys=("time_weighted_spread",))["time_weighted_spread"].to_list() == [None]


def test_excluded_trades_are_left_out_of_the_tape_from_its_count_on() -> None:
    rows = as_table([TRADES[0], {**TRADES[1], "excluded": "quote locked"}], LINKED["trades"])
    assert summarize(measure(rows, "trades"), (), "trades", keys=("effective_spread",)).row(0)[:3] == (1, 100.0, 0.1)


THREADS = """
import hashlib, random, sys
import polars as pl
from bestexec.linking.columns import LINKED
from bestexec.metrics import measure, summarize
from bestexec.metrics.worked import FILLS, as_table
from datetime import date
assert pl.thread_pool_size() == int(sys.argv[1])
rng = random.Random(7)
rows = [
    {**rng.choice(FILLS), "fill_px": f"{rng.uniform(9, 11):.8f}", "fill_qty": f"{rng.uniform(0.1, 500):.6f}", "symbol": rng.choice("ABCDE"),
     "day": date(2026, 7, rng.randint(1, 9)), "venue": rng.choice(["XNAS", "XNYS", "ARCX"])}
    for _ in range(4000)
]
random.Random(int(sys.argv[1])).shuffle(rows)
measured = measure(as_table(rows, LINKED["fills"]), "fills")
for by in ((), ("venue",), ("symbol", "venue")):
    print(hashlib.sha256(summarize(measured, by, "fills").write_json().encode()).hexdigest())
"""


def test_threads_and_the_order_of_rows_change_no_byte() -> None:
    said = set()
    for threads in ("1", "2", "4"):
        environment = {**os.environ, "POLARS_MAX_THREADS": threads}
        ran = subprocess.run([sys.executable, "-c", THREADS, threads], env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        said.add(ran.stdout)
    assert len(said) == 1


def test_the_three_fills_as_a_whole_scorecard_have_every_metric() -> None:
    whole = summarize(measure(as_table(FILLS, LINKED["fills"]), "fills"), (), "fills")
    unknown = {metric.key for metric in METRICS if metric.on == "fills" and whole[metric.key][0] is None}
    assert unknown == {"venue_share"}
