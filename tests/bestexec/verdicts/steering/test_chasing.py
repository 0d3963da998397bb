"""Tiers ahead at a month's end."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from bestexec.verdicts.base import VERDICTS
from bestexec.verdicts.steering import CHASED, chasing

SYMBOLS = 8
DAYS = 20
FIRST = date(2026, 7, 6)


def flow(late: float, *, days: int = DAYS) -> pl.DataFrame:
    """1000 shares a day and symbol: half at T, `late` on the last five days; 20 shares more or fewer in turn, so that symbol-days differ."""
    rows = []
    for day in range(days):
        for symbol in range(SYMBOLS):
            at_t = (late if day >= days - 5 else 0.5) * 1000 + (20 if (day + symbol) % 2 else -20)
            same = {"vendor": "v", "symbol": f"S{symbol}", "day": FIRST + timedelta(days=day), "order_type": "market"}
            rows += [{**same, "venue": "T", "fill_qty": at_t}, {**same, "venue": "U", "fill_qty": 1000 - at_t}]
    return pl.DataFrame(rows)


def tier(shares: float) -> pl.DataFrame:
    return pl.DataFrame({"venue": ["T", "T"], "usd_per_share": [0.001, 0.002], "from_shares": [0.0, shares]})


def test_more_flow_while_the_tier_is_ahead_is_found() -> None:
    """Before: 15 days × 8 × 500 = 60,000 shares; the last days bring 8 × 800 = 6,400 each, so that 100,000 is ahead to the end."""
    verdicts, months = chasing(flow(0.8), tier(100_000))
    row = verdicts.row(0, named=True)
    assert (row["verdict"], row["subject"], row["against"]) == ("found", "v", "T")
    assert row["effect"] == pytest.approx(0.3)
    assert months.row(0, named=True) == {
        "vendor": "v", "venue": "T", "month": "2026-07", "tier_shares": 100_000.0, "month_shares": 92_000.0, "reached_on": None, "pending_days": 5,
        "share_in_pending": pytest.approx(0.8), "share_before": pytest.approx(0.5),
    }  # fmt: skip
    assert (verdicts.schema, months.schema) == (VERDICTS.schema, CHASED.schema)


def test_days_that_begin_with_the_tier_behind_are_not_pending() -> None:
    """60,000 + 2 × 6,400 = 72,800 passes 70,000 on the second of the last days."""
    months = chasing(flow(0.8), tier(70_000))[1]
    assert months.select("pending_days", "reached_on").row(0) == (2, FIRST + timedelta(days=16))


def test_flow_that_stays_is_not_found() -> None:
    row = chasing(flow(0.5), tier(100_000))[0].row(0, named=True)
    assert (row["verdict"], row["effect"]) == ("not found", pytest.approx(0.0))


@pytest.mark.parametrize("shares", [50_000, 10_000_000])
def test_a_tier_behind_or_out_of_reach_says_nothing(shares: float) -> None:
    row = chasing(flow(0.8), tier(shares))[0].row(0, named=True)
    assert (row["verdict"], row["why"]) == ("inconclusive", "no month's last days began with its tier still ahead")


def test_a_month_of_a_few_days_is_left_out() -> None:
    assert chasing(flow(0.8, days=9), tier(30_000))[0].is_empty()


def test_without_tiers_there_is_nothing_to_judge() -> None:
    verdicts, months = chasing(flow(0.8), tier(0))
    assert (verdicts.height, months.height) == (0, 0)
