"""Simpson's reversal, on the published example."""

from __future__ import annotations

import polars as pl
import pytest

from bestexec.verdicts.judging import judge
from bestexec.verdicts.matched.contrast import Estimate
from bestexec.verdicts.simpson import is_reversal

from .rows import comparison, fill, frame

STONES = {("A", "small"): (81, 87), ("A", "large"): (192, 263), ("B", "small"): (234, 270), ("B", "large"): (55, 80)}
"""Charig et al. (1986): successes of treatments of kidney stones. A does better with small and with large ones, and worse in all together."""
TIMES = 10


def fills() -> pl.DataFrame:
    """Each patient ten times over, that both differences are visible; spread evenly over sixty days."""
    rows = []
    for (venue, cell), (successes, patients) in STONES.items():
        for n in range(TIMES * patients):
            rows.append(fill(venue, float(n < TIMES * successes), day=n % 60, qty=1, cell=cell, order_id=f"{venue}{cell}{n}"))
    return frame(*rows)


def test_the_plain_averages_say_the_opposite_of_the_same_kinds_of_orders() -> None:
    row = judge(fills(), (comparison(better="higher", unit="successes"),)).row(0, named=True)
    assert row["pooled_effect"] == pytest.approx(273 / 350 - 289 / 350)
    small, large = 87 * 270 / 357, 263 * 80 / 343
    expected = (small * (81 / 87 - 234 / 270) + large * (192 / 263 - 55 / 80)) / (small + large)
    assert row["effect"] == pytest.approx(expected)
    assert row["is_reversal"]
    assert (row["verdict"], row["subject"]) == ("better", "A")
    assert "the plain averages, without regard to kinds of orders, say the opposite" in row["sentence"]


def estimate(effect: float, error: float = 1.0) -> Estimate:
    return Estimate(effect=effect, error=error, freedom=30)


@pytest.mark.parametrize(("within", "without", "expected"), [(3, -3, True), (-3, 3, True), (3, 3, False), (3, -1, False), (1, -3, False)])
def test_both_differences_must_be_visible(within: float, without: float, expected: bool) -> None:
    assert is_reversal(estimate(within), estimate(without)) is expected


def test_where_one_is_unknown_nothing_is_said() -> None:
    assert is_reversal(Estimate(why="alone"), estimate(3)) is None
    assert is_reversal(estimate(3), Estimate(why="alone")) is None
