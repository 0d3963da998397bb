"""The world of a quarter: what was stated is found again by simple arithmetic."""

from __future__ import annotations

import math
from hashlib import sha256
from itertools import pairwise

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.linking.columns import LINKED_FILLS
from bestexec.metrics import measure
from bestexec.practice.worlds import parts, quarter
from bestexec.practice.worlds.columns import METRICS

NOISE = pl.col("effective_spread") - 0.6 * pl.col("quoted_spread")
"""The effective spread less what the docstring says is expected where no venue has an effect."""


def _correlation(frame: pl.DataFrame, noise: pl.Expr, *by: str) -> float:
    """Fisher's intraclass correlation about a known mean of 0: products of pairs within groups over squares, each group by its size."""
    groups = frame.group_by(*by).agg(n=pl.len(), total=noise.sum(), squares=(noise * noise).sum()).filter(pl.col("n") > 1)
    pairs = (pl.col("total") ** 2 - pl.col("squares")) / (pl.col("n") - 1)
    return groups.select(pairs.sum() / pl.col("squares").sum()).item()


def _with_error(frame: pl.DataFrame, noise: pl.Expr, *by: str) -> tuple[float, float]:
    """The correlation and its standard error, by leaving out each of nine sets of days in turn. Each symbol's noise is in parts of its mean spread."""
    frame = frame.select("day", "symbol", "order_id", noise=noise / pl.col("quoted_spread").mean().over("symbol"))
    noise = pl.col("noise")
    dates = frame["day"].unique().sort().to_list()
    every = _correlation(frame, noise, *by)
    without = [_correlation(frame.filter(~pl.col("day").is_in(dates[n::9])), noise, *by) for n in range(9)]
    return every, math.sqrt(8 / 9 * sum((one - sum(without) / 9) ** 2 for one in without))


@pytest.mark.parametrize("stated", [0.0, 0.05, 0.2])
def test_the_correlation_within_symbol_days_is_the_one_stated(stated):
    found, error = _with_error(quarter(11, fills=60_000, correlation=stated), NOISE, "day", "symbol")
    assert error < 0.02
    assert abs(found - stated) < 3.5 * error


def test_one_way_analysis_of_variance_gives_the_same_correlation_in_a_single_symbol():
    frame = quarter(12, fills=40_000, symbols=1, days=252, correlation=0.2).select("day", noise=NOISE / pl.col("quoted_spread").median().over("day"))
    groups = frame.group_by("day").agg(n=pl.len(), mean=pl.col("noise").mean(), within=((pl.col("noise") - pl.col("noise").mean()) ** 2).sum())
    k, n = groups.height, groups["n"].sum()
    between = ((groups["mean"] - frame["noise"].mean()) ** 2 * groups["n"]).sum() / (k - 1)
    within = groups["within"].sum() / (n - k)
    typical = (n - (groups["n"] ** 2).sum() / n) / (k - 1)
    found = (between - within) / (between + (typical - 1) * within)
    # The error of 252 groups of about 160: ρ (1 − ρ) × √(2 / 251) = 0.2 × 0.8 × 0.089 ≈ 0.014.
    assert abs(found - 0.2) < 3.5 * 0.015


def test_fills_of_one_order_share_what_is_stated_beyond_their_day():
    frame = quarter(13, fills=60_000, correlation=0.05, within_order=0.3)
    found, error = _with_error(frame, NOISE, "day", "order_id")
    assert error < 0.04
    assert abs(found - 0.35) < 3.5 * error
    first = frame.group_by("day", "symbol", "order_id", maintain_order=True).first()
    alone, error = _with_error(first, NOISE, "day", "symbol")
    assert abs(alone - 0.05) < 3.5 * error


def test_the_effects_of_venues_and_vendors_are_those_stated():
    effects = {"V001": 0.004, "V003": -0.006, "vendor_b": 0.003}
    frame = quarter(14, fills=200_000, effects=effects).filter(pl.col("vendor").is_in(["vendor_a", "vendor_b"]))
    cells = frame.group_by("venue", "vendor").agg(mean=NOISE.mean(), error=NOISE.std() / pl.len().sqrt())
    assert cells.height == 16
    for venue, vendor, mean, error in cells.iter_rows():
        assert error < 0.001
        assert abs(mean - effects.get(venue, 0.0) - effects.get(vendor, 0.0)) < 4 * error, (venue, vendor)


def test_without_effects_no_venue_stands_out():
    cells = quarter(15, fills=100_000).group_by("venue").agg(z=NOISE.mean() / (NOISE.std() / pl.len().sqrt()))
    # The sum of 8 squares of standard normals is below 26.1 in 999 worlds of 1,000.
    assert (cells["z"] ** 2).sum() < 26.1


def test_metrics_are_those_of_the_catalog_from_the_same_columns():
    frame = quarter(16, fills=2_000)
    linked = frame.drop(METRICS)
    again = measure(linked, "fills", METRICS)
    for metric in METRICS:
        assert (frame[metric].cast(pl.Float64) - again[metric].cast(pl.Float64)).abs().max() < 1e-9, metric


def test_columns_are_those_of_linked_fills_and_metrics():
    frame = quarter(17, fills=500)
    assert set(frame.columns) <= {*LINKED_FILLS.schema.names(), *METRICS}
    assert set(LINKED_FILLS.required) <= set(frame.columns)
    for name in frame.columns:
        if name not in METRICS:
            stated = LINKED_FILLS.schema[name]
            assert frame.schema[name] == (pl.Float64 if isinstance(stated, pl.Decimal) else stated), name
    assert not frame.drop("excluded").null_count().sum_horizontal().item()
    assert frame.select(pl.col(pl.Float64).is_finite().all()).row(0) == (True,) * len(frame.select(pl.col(pl.Float64)).columns)


def test_the_day_is_busy_and_wide_at_its_ends():
    hours = quarter(18, fills=100_000).group_by("hour").agg(n=pl.len(), spread=(pl.col("quoted_spread") / pl.col("mid_at_t0")).median(),
        moves=(pl.col("mid_after_1min") / pl.col("mid_at_execution")).log().std()).sort("hour")  # fmt: skip
    assert hours["hour"].to_list() == [9, 10, 11, 12, 13, 14, 15]
    middle, last = hours.row(3, named=True), hours.row(6, named=True)
    assert last["n"] > 1.5 * middle["n"]
    assert last["spread"] > 1.2 * middle["spread"]
    assert last["moves"] > 1.3 * middle["moves"]
    assert 2 * hours["n"][0] > 1.5 * middle["n"]


def test_orders_have_one_to_twelve_fills_over_several_venues_and_noise_has_heavy_tails():
    frame = quarter(19, fills=50_000)
    orders = frame.group_by("day", "order_id").agg(n=pl.len(), venues=pl.col("venue").n_unique(), symbols=pl.col("symbol").n_unique())
    assert (orders["n"].min(), orders["n"].max()) == (1, 12)
    assert orders.filter(pl.col("venues") > 1).height > 0.4 * orders.height
    assert orders["symbols"].max() == 1
    assert frame.select("day", "order_id", "fill_id").is_duplicated().sum() == 0
    scaled = frame.select(NOISE / pl.col("quoted_spread").mean().over("day", "symbol")).to_series()
    assert scaled.kurtosis() > 1.5


def test_venues_shares_differ_by_symbol_and_by_time_of_day():
    frame = quarter(20, fills=100_000, symbols=10)
    for by in ("symbol", "hour"):
        counts = frame.group_by(by, "venue").len().pivot("venue", index=by, values="len").drop(by).fill_null(0)
        n = counts.sum_horizontal().sum()
        expected = [counts.sum_horizontal() * counts[venue].sum() / n for venue in counts.columns]
        chi = sum(((counts[venue] - one) ** 2 / one).sum() for venue, one in zip(counts.columns, expected, strict=True))
        assert chi > 10 * (counts.height - 1) * (counts.width - 1), by


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others():
    def digest(seed: int) -> str:
        return sha256(quarter(seed, fills=3_000, correlation=0.1, effects={"V002": 0.01}).write_csv().encode()).hexdigest()

    assert digest(21) == digest(21)
    assert digest(21) != digest(22)


def test_parts_are_whole_days_and_add_up():
    made = list(parts(23, fills=10_000, days=10, part=3_000))
    assert [frame.height for frame in made] == [3_333, 3_333, 3_334]
    spans = [(frame["day"].min(), frame["day"].max()) for frame in made]
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"fills": 0}, "fills is 0"), ({"days": 0}, "days is 0"), ({"venues": 1}, "venues is 1"), ({"vendors": 0}, "vendors is 0"),
        ({"symbols": 0}, "symbols is 0"), ({"correlation": 0.21}, "correlation is 0.21"), ({"correlation": -0.01}, "correlation is -0.01"),
        ({"correlation": math.nan}, "correlation is nan"), ({"within_order": 0.6}, "within_order is 0.6"), ({"effects": {"V009": 0.1}}, "is called V009"),
        ({"effects": {"V001": math.inf}}, "the effect of V001 is inf"),
    ],
)  # fmt: skip
def test_arguments_without_sense_are_refused(given, reason):
    with pytest.raises(Problem, match=reason):
        quarter(1, **given)


def test_the_smallest_quarter_is_one_fill():
    assert quarter(1, fills=1, days=1, symbols=1, venues=2, vendors=1).height == 1
