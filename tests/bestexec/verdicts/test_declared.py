"""What every run judges, on worlds whose truth is known."""

from __future__ import annotations

import polars as pl
import pytest

from bestexec import policy
from bestexec.linking.columns import KEPT_APART
from bestexec.metrics.catalog import METRICS
from bestexec.practice.worlds import quarter
from bestexec.verdicts.base import VERDICTS, WORSE, worst_first
from bestexec.verdicts.declared import KINDS, MEASURES, family, harmed, judged, prepared

LIMITS = policy.default()
PLANTED = 0.01
"""USD a share that one venue is worse by."""


@pytest.fixture(scope="module")
def verdicts() -> pl.DataFrame:
    fills = quarter(11, fills=12_000, effects={"V002": PLANTED})
    return judged(fills.with_columns(is_held=pl.lit(None, pl.Boolean), is_directed=pl.lit(False)), LIMITS)


def test_the_planted_venue_is_worse_by_about_as_much_and_is_told_first(verdicts: pl.DataFrame) -> None:
    first = worst_first(verdicts).row(0, named=True)
    assert (first["subject"], first["verdict"], first["needs_decision"]) == ("V002", WORSE, True)
    (row,) = verdicts.filter(pl.col("kind") == "venue", pl.col("subject") == "V002", pl.col("metric") == "effective_spread").to_dicts()
    assert row["low"] <= PLANTED * 2 and row["high"] >= PLANTED / 2
    assert row["sentence"].startswith("Venue V002 filled")


def test_a_venue_that_is_good_on_average_and_bad_where_spreads_are_wide_is_found_there() -> None:
    """Two cents better in most issues, six cents worse in the third whose spread is the widest, where less of its flow goes."""
    fills = quarter(12, fills=12_000).with_columns(is_held=pl.lit(None, pl.Boolean), is_directed=pl.lit(False))
    usual = fills.group_by("symbol").agg(spread=((pl.col("ask_at_t0") - pl.col("bid_at_t0")) / pl.col("mid_at_t0")).cast(pl.Float64).median())
    wide = usual.sort("spread", descending=True).head(usual.height // 3)["symbol"].implode()
    planted = pl.when(pl.col("venue") == "V003").then(pl.when(pl.col("symbol").is_in(wide)).then(0.06).otherwise(-0.02)).otherwise(0.0)
    told = judged(fills.with_columns(effective_spread=pl.col("effective_spread") + planted), LIMITS)
    of_third = told.filter(pl.col("subject") == "V003", pl.col("metric") == "effective_spread").select("kind", "verdict").rows()
    assert dict(of_third)["venue_in_wide_issues"] == WORSE
    assert dict(of_third)["venue"] != WORSE
    (row,) = told.filter(pl.col("kind") == "venue_in_wide_issues", pl.col("subject") == "V003", pl.col("metric") == "effective_spread").to_dicts()
    assert row["low"] <= 0.06 <= row["high"]
    assert row["sentence"].startswith("In issues whose spread is wide, venue V003 filled")


def test_every_kind_and_measure_is_there_and_speaks_as_people_do(verdicts: pl.DataFrame) -> None:
    assert set(verdicts["kind"]) == {kind.column for kind in KINDS}
    assert set(verdicts["metric"]) == {metric for metric, _ in MEASURES}
    said = " ".join(verdicts.filter(pl.col("effect").is_not_null())["sentence"])
    assert "its other months" in said
    assert "order types" not in said and "vendor and" not in said.lower()


def test_the_family_is_the_policys_and_the_metrics_own_sense() -> None:
    made = family(LIMITS, LIMITS.effective_on)
    better = {metric.key: metric.better for metric in METRICS if metric.on == "fills"}
    assert len(made) == len(KINDS) * len(MEASURES)
    assert {one.metric: one.better for one in made} == {metric: better[metric] for metric, _ in MEASURES}
    assert {(one.materiality.usd, one.materiality.bps, one.minimum_n) for one in made} == {
        (float(LIMITS.limit("materiality_usd")), float(LIMITS.limit("materiality_bps")), int(LIMITS.limit("min_n")))
    }


def test_what_a_feed_does_not_say_of_a_flow_is_a_flow_of_its_own() -> None:
    fills = quarter(3, fills=200).with_columns(is_held=pl.Series([True, None] * 100), is_directed=pl.lit(False))
    told = prepared(fills)
    assert told["is_held"].to_list() == ["true", "unknown"] * 100
    assert [name for name in KEPT_APART if told[name].null_count()] == []


def test_no_fill_is_no_verdict() -> None:
    assert judged(quarter(3, fills=10).clear(), LIMITS).schema == VERDICTS.schema


def test_an_order_far_worse_than_its_like_is_listed_though_its_venue_is_no_worse() -> None:
    """Thirty cents a share on every fill of one order: of its own cell the others are the measure, so about 0.30 times its matched shares."""
    fills = quarter(13, fills=6_000).with_columns(is_held=pl.lit(None, pl.Boolean), is_directed=pl.lit(False))
    before = set(harmed(fills, LIMITS)["order_id"])
    shares = fills.filter(~pl.col("order_id").is_in(sorted(before))).group_by("order_id").agg(pl.col("fill_qty").sum()).sort("fill_qty", "order_id")
    chosen = shares["order_id"][-1]
    spoiled = fills.with_columns(net_price_improvement=pl.col("net_price_improvement") - pl.when(pl.col("order_id") == chosen).then(0.3).otherwise(0.0))
    (row,) = harmed(spoiled, LIMITS).filter(pl.col("order_id") == chosen).to_dicts()
    assert row["dollars"] == pytest.approx(0.3 * row["shares"], rel=0.2)
    assert harmed(fills.clear(), LIMITS).is_empty()
