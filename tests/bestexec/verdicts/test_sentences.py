"""One sentence a verdict: the facts of the row, as a person would say them."""

from __future__ import annotations

from typing import Any

import pytest

from bestexec.verdicts.matched import Comparison, cells_without
from bestexec.verdicts.sentences import _times, sentence

from .rows import LINE

SPREAD = Comparison(kind="venue", metric="effective_spread", better="lower", materiality=LINE)
IMPROVEMENT = Comparison(kind="order_type", metric="net_price_improvement", better="higher", materiality=LINE, cells=cells_without("order_type"))
FACTS: dict[str, Any] = {
    "kind": "venue", "subject": "XNAS", "n": 12_345, "clusters": 812, "effect": 0.0012, "low": 0.0005, "high": 0.0019, "dollars": 1_480.4,
    "materiality": 0.001, "smallest_visible": 0.0015, "verdict": "worse", "is_material": True, "is_reversal": False, "times_running": None, "why": None,
}  # fmt: skip
BOTH = "the interval holds both no difference and a material one"

CASES = [
    (SPREAD, {}, (
        "Venue XNAS filled 0.12 ¢ a share worse by effective spread than the other venues in the same kinds of orders (95 % interval 0.05 to 0.19; "
        "12,345 fills, 812 symbol-days), a cost of about $1,480 over these fills; the interval reaches the line of materiality, 0.10 ¢ a share."
    )),
    (SPREAD, {"verdict": "better", "effect": -0.0012, "low": -0.0019, "high": -0.0005, "dollars": -1_480.4, "is_material": False, "materiality": 0.003}, (
        "Venue XNAS filled 0.12 ¢ a share better by effective spread than the other venues in the same kinds of orders (95 % interval 0.05 to 0.19; "
        "12,345 fills, 812 symbol-days), a saving of about $1,480 over these fills; the interval stays below the line of materiality, 0.30 ¢ a share."
    )),
    (IMPROVEMENT, {"kind": "order_type", "subject": "limit", "verdict": "no material difference", "effect": 0.0003, "low": -0.0006, "high": 0.0012,
                   "dollars": -90.0, "materiality": 0.002}, (
        "Order type limit shows no material difference from the other order types in the same kinds of orders: 0.03 ¢ a share better by "
        "net price improvement against the quote (95 % interval 0.12 better to 0.06 worse; 12,345 fills, 812 symbol-days), a saving of about $90 over these "
        "fills; a line of materiality below 0.12 ¢ a share would change this."
    )),
    (SPREAD, {"verdict": "inconclusive", "low": -0.0004, "high": 0.0028, "smallest_visible": 0.002, "why": BOTH}, (
        "Venue XNAS against the other venues is inconclusive, for the interval holds both no difference and a material one: 0.12 ¢ a share worse by effective "
        "spread (95 % interval 0.04 better to 0.28 worse; 12,345 fills, 812 symbol-days), a cost of about $1,480 over these fills; a true difference of "
        "0.20 ¢ a share would have shown nine times in ten, one at the line of materiality, 0.10 ¢ a share, needs 4.0 times as much data."
    )),
    (SPREAD, {"effect": None, "verdict": "inconclusive", "why": "one trading day only"},
     "Venue XNAS cannot be judged by effective spread: one trading day only."),
]  # fmt: skip


@pytest.mark.parametrize(("comparison", "told", "expected"), CASES)
def test_it_says_effect_interval_count_dollars_and_what_would_change_it(comparison: Comparison, told: dict[str, Any], expected: str) -> None:
    assert sentence({**FACTS, **told}, comparison) == expected


def test_a_reversal_and_a_second_time_are_said() -> None:
    assert sentence({**FACTS, "is_reversal": True}, SPREAD).endswith("; the plain averages, without regard to kinds of orders, say the opposite.")
    again = {**FACTS, "verdict": "inconclusive", "low": -0.0004, "why": "it is so", "times_running": 2}
    assert sentence(again, SPREAD).endswith("; inconclusive at or above the line for the 2. period running.")


def test_another_unit_is_printed_as_it_is() -> None:
    other = Comparison(kind="venue", metric="slippage", better="lower", materiality=LINE, unit="bps")
    assert sentence({**FACTS, "effect": 1.2, "low": 0.5, "high": 1.9}, other).startswith("Venue XNAS filled 1.2 bps worse by slippage than")


@pytest.mark.parametrize(("ratio", "said"), [(2.0, "4.0"), (2.01, "4.1"), (7.0, "about 49"), (31.0, "about 970"), (88.5, "about 7,900")])
def test_how_much_more_data_is_said_in_as_few_digits_as_mean_something(ratio: float, said: str) -> None:
    """4.0401 is 4.1, 961 is 970 and 7,832.25 is 7,900: up, so that it suffices."""
    assert _times(ratio) == said
