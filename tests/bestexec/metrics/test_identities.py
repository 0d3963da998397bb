"""What must hold of any fills: identities of the rule, splitting, mirroring, order of rows."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from bestexec.linking.columns import HORIZONS_NS, LINKED
from bestexec.metrics import METRICS, Estimator, Ratio, measure, summarize
from bestexec.metrics.worked import FILLS, Row, as_table

MIRROR_PX = Decimal(200)
QUOTED = ("t0", "receipt", "route", "execution")
WEIGHTED = tuple(metric.key for metric in METRICS if metric.on == "fills" and isinstance(metric.summary, Ratio))
PER_SHARE = tuple(metric.key for metric in METRICS if metric.on == "fills" and metric.unit.symbol == "$/share" and not metric.key.startswith("average_mid"))

cents = st.integers(9_000, 11_000).map(lambda value: Decimal(value) / 100)
half = st.integers(1, 20).map(lambda value: Decimal(value) / 100)


@st.composite
def fills(draw: st.DrawFn) -> dict[str, str | int]:
    row: dict[str, str | int] = {
        "side": draw(st.sampled_from([1, -1])), "fill_qty": str(draw(st.integers(1, 1_000))), "fill_px": str(draw(cents)),
        "symbol": draw(st.sampled_from(["AAA", "BBB", "CCC"])),
        "venue": draw(st.sampled_from(["XNAS", "XNYS"])), "t0_to_fill_ns": draw(st.integers(0, 10**12)), "receipt_to_fill_ns": 5, "receipt_to_route_ns": 1,
        "route_to_ack_ns": 2, "ack_to_fill_ns": 2, "venue_fee_usd": "0", "customer_cost_usd": "0",
    }  # fmt: skip
    for instant in QUOTED:
        mid, width = draw(cents), draw(half)
        row |= {f"bid_at_{instant}": str(mid - width), f"ask_at_{instant}": str(mid + width), f"mid_at_{instant}": str(mid)}
    row |= {"best_bid_at_t0": row["bid_at_t0"], "best_ask_at_t0": row["ask_at_t0"]}
    return row | {f"mid_after_{name}": str(draw(cents)) for name in HORIZONS_NS}


some_fills = st.lists(fills(), min_size=1, max_size=6)


def scorecard(rows: list[Row], by: tuple[str, ...] = ()) -> pl.DataFrame:
    return summarize(measure(as_table(rows, LINKED["fills"]), "fills"), by, "fills")


def halves(row: Row) -> list[Row]:
    qty = Decimal(str(row["fill_qty"]))
    return [{**row, "fill_qty": str(qty / 4)}, {**row, "fill_qty": str(qty - qty / 4)}]


def mirrored(row: Row) -> Row:
    """The same trade seen from the other side of a mirror: a buy at p becomes a sell at 200 − p, and bids become offers."""

    def flip(name: str) -> str:
        return str(MIRROR_PX - Decimal(str(row[name])))

    prices = {name: flip(name) for name in row if name.startswith(("mid_", "fill_px"))}
    sides = {f"bid_at_{i}": flip(f"ask_at_{i}") for i in QUOTED} | {f"ask_at_{i}": flip(f"bid_at_{i}") for i in QUOTED}
    best = {"best_bid_at_t0": flip("best_ask_at_t0"), "best_ask_at_t0": flip("best_bid_at_t0")}
    return {**row, **prices, **sides, **best, "side": -int(str(row["side"]))}


@settings(max_examples=examples(4, 40))
@given(some_fills)
def test_splitting_a_fill_changes_no_weighted_metric(rows: list[Row]) -> None:
    whole, split = scorecard(rows), scorecard([part for row in rows for part in halves(row)])
    assert split.select(WEIGHTED).row(0) == whole.select(WEIGHTED).row(0)


@settings(max_examples=examples(4, 40))
@given(some_fills)
def test_mirroring_side_and_prices_flips_no_cost(rows: list[Row]) -> None:
    one, other = scorecard(rows), scorecard([mirrored(row) for row in rows])
    assert other.select(PER_SHARE).row(0) == one.select(PER_SHARE).row(0)


@settings(max_examples=examples(4, 40))
@given(some_fills, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[Row], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert scorecard(shuffled, ("venue",)).equals(scorecard(rows, ("venue",)))


@pytest.mark.parametrize("horizon", HORIZONS_NS)
def test_effective_at_execution_less_realized_is_twice_the_reversion_with_its_sign_turned(horizon: str) -> None:
    figures = scorecard(list(FILLS))
    left = figures["effective_spread_at_execution"][0] - figures[f"realized_spread_{horizon}"][0]
    assert left == pytest.approx(-2 * figures[f"reversion_{horizon}"][0], abs=1e-15)
    rows = measure(as_table(FILLS, LINKED["fills"]), "fills")
    assert (rows["effective_spread_at_execution"] - rows[f"realized_spread_{horizon}"]).to_list() == [-2 * value for value in rows[f"reversion_{horizon}"]]


@settings(max_examples=examples(4, 40))
@given(some_fills)
def test_the_rule_s_own_invariants_hold(rows: list[Row]) -> None:
    """Numbers 2, 3, 5, 6 and 8 of section 1.13."""
    row = scorecard(rows).row(0, named=True)
    shares = row["shares"]
    buckets = ("under_100us", "100us_to_1ms", "1ms_to_10ms", "10ms_to_1s", "1s_to_10s", "10s_to_30s", "30s_to_5min", "5min_or_more")
    assert sum(row[f"shares_{name}"] for name in buckets) == shares
    assert row["inside_shares"] + row["at_quote_shares"] + row["outside_shares"] == shares
    assert row["best_displayed_inside_shares"] <= row["inside_shares"]
    assert row["best_displayed_outside_shares"] >= row["outside_shares"]
    parts = [row[f"{name}_shares"] * (row[f"{name}_time"] or 0) for name in ("inside", "at_quote", "outside")]
    assert sum(parts) / shares == pytest.approx(row["mean_time_to_execution"], rel=1e-12)
    net = row["inside_shares"] * (row["price_improvement"] or 0) - row["outside_shares"] * (row["price_disimprovement"] or 0)
    assert row["quoted_spread"] - 2 * net / shares == pytest.approx(row["effective_spread"], abs=1e-12)


def test_no_metric_is_left_out_of_these_properties() -> None:
    estimators = {metric.key for metric in METRICS if metric.on == "fills" and isinstance(metric.summary, Estimator)}
    totals = {metric.key for metric in METRICS if metric.on == "fills"} - set(WEIGHTED) - estimators
    assert estimators == {"venue_share", "venue_concentration"}
    assert {key for key in totals if not key.startswith(("shares_", "best_displayed_"))} == {
        "inside_shares", "at_quote_shares", "outside_shares", "inside_fills", "at_quote_fills", "outside_fills",
        "improvement_usd", "disimprovement_usd", "net_improvement_usd", "arrival_slippage_usd", "venue_fees", "venue_rebates", "customer_cost",
    }  # fmt: skip
