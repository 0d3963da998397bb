"""Single orders that were harmed, in dollars."""

from __future__ import annotations

from datetime import date

from bestexec.verdicts.matched import harmed_orders

from ..rows import comparison, fill, frame

FILLS = frame(
    fill("X", 0.10, qty=1_000, order_id="bad"), fill("X", 0.06, qty=500, order_id="bad", cell="d"), fill("Y", 0.01, qty=100, order_id="good"),
    fill("Y", 0.03, qty=300, order_id="fair"), fill("Y", 0.02, qty=100, order_id="fair", cell="d"), fill("Y", 5.0, qty=700, order_id="bad", cell="alone"),
)  # fmt: skip


def test_an_order_is_held_against_the_others_of_its_cells() -> None:
    """Cell c: the others' mean is (100·0.01 + 300·0.03) / 400 = 0.025: 1,000 · 0.075 = 75. Cell d: 500 · (0.06 − 0.02) = 20. Alone: 700 shares unsaid."""
    assert harmed_orders(FILLS, comparison(), limit_usd=90).rows() == [("F", date(2026, 7, 1), "A", "bad", 2, 1_500.0, 700.0, 95.0, 0.06333333333)]
    assert harmed_orders(FILLS, comparison(), limit_usd=95).is_empty()


def test_of_an_effective_spread_half_is_the_customers_cost() -> None:
    assert harmed_orders(FILLS, comparison(dollars_per_unit=0.5), limit_usd=40)["dollars"].to_list() == [47.5]


def test_where_higher_is_better_the_order_with_little_is_harmed() -> None:
    """`good`, against bad and fair in c: (1,000·0.10 + 300·0.03) / 1,300 = 0.083846…: 100 · (0.083846 − 0.01) = 7.384615.
    `fair`: 300 · ((100 + 1) / 1,100 − 0.03) = 18.545455 in c, and 100 · (0.06 − 0.02) = 4 in d.
    """
    found = harmed_orders(FILLS, comparison(better="higher"), limit_usd=5)
    assert found.select("order_id", "dollars").rows() == [("fair", 22.54545455), ("good", 7.384615385)]


def test_what_is_not_known_harms_nobody() -> None:
    assert harmed_orders(frame(fill("X", None), fill("Y", None)), comparison(), limit_usd=0).is_empty()
    assert harmed_orders(frame(), comparison(), limit_usd=0).is_empty()
