"""Measured fills as classes of improvement and as a curve of time, by hand."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from bestexec.report import distributions

from .given import FILLS


def test_shares_fall_into_the_class_whose_far_bound_they_reach() -> None:
    rows, without = distributions.improvement(FILLS, "net_price_improvement")
    # In cents: 1 (100 shares), 0 (100), −0.1 (200), 2.5 (400): 800 shares with a quote, one fill without.
    assert [(name, sign, shares, fraction) for name, sign, shares, fraction in rows.iter_rows() if shares] == [
        ("−0.1 to 0", -1, Decimal(200), 0.25),
        ("0", 0, Decimal(100), 0.125),
        ("0.5 to 1", 1, Decimal(100), 0.125),
        ("above 2", 1, Decimal(400), 0.5),
    ]
    assert without == 1


def test_classes_leave_no_gap_and_do_not_overlap() -> None:
    amounts = [Decimal(step) / 10000 for step in range(-300, 301)]
    fills = pl.DataFrame({"px": amounts, "fill_qty": [Decimal(1)] * len(amounts)}, schema={"px": pl.Decimal(18, 8), "fill_qty": pl.Decimal(18, 6)})
    rows, _ = distributions.improvement(fills, "px")
    assert rows["shares"].sum() == Decimal(601)
    assert [row[:2] for row in rows.iter_rows()][5] == ("0", 0)
    assert rows["shares"].to_list() == rows["shares"].to_list()[::-1]  # what is worse by so much weighs like what is better by it


def test_the_curve_counts_shares_executed_within_each_time() -> None:
    rows, without = distributions.time_curve(FILLS, "t0_to_fill_ns", "vendor")
    alpha = {at: fraction for name, at, fraction in rows.iter_rows() if name == "Alpha"}
    # Alpha: 100 shares at 1 ms, 100 at 4 ms, 200 at 40 ms; Beta's only timed fill is at 90 ms.
    assert alpha == {500_000: 0.0, 1_000_000: 0.25, 2_000_000: 0.25, 5_000_000: 0.5, 10_000_000: 0.5, 20_000_000: 0.5, 50_000_000: 1.0, 100_000_000: 1.0}
    assert {at: fraction for name, at, fraction in rows.iter_rows() if name == "Beta"} == {at: float(at == 100_000_000) for at in alpha}
    assert without == 1


def test_the_times_hold_the_bounds_of_rule_605() -> None:
    bounds = {100_000, 1_000_000, 10_000_000, 1_000_000_000, 10_000_000_000, 30_000_000_000, 300_000_000_000}
    assert bounds <= set(distributions.TIMES_NS)
    assert list(distributions.TIMES_NS) == sorted(set(distributions.TIMES_NS))


def test_what_is_pooled_is_said() -> None:
    assert distributions.pooled(FILLS) == " Pools held and not held."
    assert distributions.pooled(FILLS.filter(pl.col("is_held"))) == ""
