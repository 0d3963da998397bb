"""What each fill, order and customer lost, worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.bestexec.checks.given import DAY

from bestexec.errors import Problem
from bestexec.lookback import COUNTERFACTUALS, NETTINGS, ROUNDINGS, Harmed, Question, Stated, Unseen, by_customer, harm_of, in_words, look_back
from bestexec.lookback.unseen import DOLLARS

from .firm import outside, sealed

FAR = Stated("quote_at_t0")


def harmed(root: Path, *fills: dict[str, object], stated: Stated = FAR, netting: str = "per_order", check: str = "EXE-101") -> Harmed:
    return harm_of(look_back([(sealed(root, fills), [DAY])], Question(check, DAY, DAY)), stated, netting)


def of_orders(found: Harmed) -> list[Any]:
    return found.orders.select("order_id", "loss_usd", "harm_usd").rows()


@pytest.mark.parametrize(
    ("stated", "usd"),
    [
        (FAR, "9.00"),  # (10.05 − 10.02) × 300
        (Stated("quote_at_execution"), "6.00"),  # (10.05 − 10.03) × 300
        (Stated("mid_at_t0"), "12.00"),  # (10.05 − 10.01) × 300
        (Stated("best_displayed_at_t0"), "10.50"),  # (10.05 − 10.015) × 300
        (Stated("stated_improvement", improvement_px=Decimal("0.0015")), "9.45"),  # (10.05 − (10.02 − 0.0015)) × 300 = 0.0315 × 300
        (Stated("limit_px"), "3.00"),  # (10.05 − 10.04) × 300
    ],
)
def test_each_counterfactual_of_a_buy(stated: Stated, usd: str, tmp_path: Path) -> None:
    fill = outside("O1", ask_at_execution="10.03", best_ask_at_t0="10.015", limit_px="10.04")
    assert of_orders(harmed(tmp_path, fill, stated=stated)) == [("O1", Decimal(usd), Decimal(usd))]


@pytest.mark.parametrize(
    ("stated", "usd"),
    [
        (FAR, "9.00"),  # (10.00 − 9.97) × 300
        (Stated("mid_at_t0"), "12.00"),  # (10.01 − 9.97) × 300
        (Stated("best_displayed_at_t0"), "10.50"),  # (10.005 − 9.97) × 300
        (Stated("stated_improvement", improvement_px=Decimal("0.0015")), "9.45"),  # (10.0015 − 9.97) × 300
        (Stated("limit_px"), "3.00"),  # (9.98 − 9.97) × 300
    ],
)
def test_each_counterfactual_of_a_sale(stated: Stated, usd: str, tmp_path: Path) -> None:
    fill = outside("O1", px="9.97", side=-1, best_bid_at_t0="10.005", limit_px="9.98")
    assert of_orders(harmed(tmp_path, fill, stated=stated)) == [("O1", Decimal(usd), Decimal(usd))]


def test_the_ratio_of_other_venues_is_applied_to_the_fill(tmp_path: Path) -> None:
    """Elsewhere, quoted 10.00 × 10.02: 100 at 10.015 (effective 0.01) and 300 at 10.01 (effective 0): (1 + 0) ÷ (400 × 0.02) = 0.125.

    The fill would have been at 10.01 + 0.125 × 0.01 = 10.01125, so it lost (10.05 − 10.01125) × 300 = 11.625. Its own venue's fills are not asked.
    """
    others = [outside("A", px="10.015", qty=100, venue="XNYS"), outside("B", px="10.01", qty=300, venue="ARCX"), outside("C", px="10.02", qty=900)]
    found = harmed(tmp_path, outside("O1"), *others, stated=Stated("comparison_eq", comparison="symbol_day"))
    assert found.fills.select("order_id", "ratio", "ratio_n", "counterfactual_px").rows() == [("O1", Decimal("0.125"), 2, Decimal("10.01125"))]
    assert of_orders(found) == [("O1", Decimal("11.625"), Decimal("11.625"))]


def test_a_comparison_is_as_near_as_it_was_named(tmp_path: Path) -> None:
    """Another symbol's fill of the day, at the midpoint, is no comparison for the symbol's day; for the day it is: ratio 0, (10.05 − 10.01) × 300 = 12."""
    fills = (outside("O1"), outside("A", px="10.01", venue="XNYS", symbol="BBB"))
    near = harmed(tmp_path, *fills, stated=Stated("comparison_eq", comparison="symbol_day"))
    assert (of_orders(near), [(gap.kind, gap.why, gap.rows) for gap in near.unseen]) == (
        [("O1", None, Decimal(0))],
        [(DOLLARS, "no fill of the comparison, or no good quote at its benchmark instant", 1)],
    )
    assert of_orders(harmed(tmp_path, *fills, stated=Stated("comparison_eq", comparison="day"))) == [("O1", Decimal(12), Decimal(12))]


def test_netting_within_an_order_is_a_stated_choice(tmp_path: Path) -> None:
    """O1: 300 at 10.05 lost 9.00 and 100 at 10.00 gained 2.00: 7.00 net, 9.00 without netting. O2's gain of 900 × 0.02 = 18 helps nobody."""
    fills = (outside("O1"), outside("O1", px="10.00", qty=100, fill_id="O1-2"), outside("O2", px="10.00", qty=900))
    assert of_orders(harmed(tmp_path, *fills)) == [("O1", Decimal(7), Decimal(7))]
    assert of_orders(harmed(tmp_path, *fills, netting="per_fill")) == [("O1", Decimal(9), Decimal(9))]


def test_an_order_is_never_charged_for_having_done_better(tmp_path: Path) -> None:
    """O1 lost 9.00 and its other fill gained 10 × 100 = 1,000 cents = 10.00: the order did better by 1.00, harm is nothing."""
    found = harmed(tmp_path, outside("O1"), outside("O1", px="9.92", qty=100, fill_id="O1-2"))
    assert (of_orders(found), found.harm_usd, found.better_usd) == ([("O1", Decimal(-1), Decimal(0))], Decimal(0), Decimal(1))


def test_no_order_affected_is_an_answer(tmp_path: Path) -> None:
    found = harmed(tmp_path, outside("O1", px="10.02"))
    assert (found.orders.height, found.harm_usd, found.unseen) == (0, Decimal(0), ())
    assert by_customer(found.orders.with_columns(account_key=pl.lit(None, pl.String)), "half_up").height == 0


def test_amounts_of_other_currencies_and_contracts_are_not_added(tmp_path: Path) -> None:
    found = harmed(tmp_path, outside("O1", currency="EUR"), outside("O2", asset_class="option"), outside("O3"))
    assert of_orders(found) == [("O1", None, Decimal(0)), ("O2", None, Decimal(0)), ("O3", Decimal(9), Decimal(9))]
    assert found.unseen == (
        Unseen(DOLLARS, "it is in EUR, and nothing is converted", (DAY,), 1, 3),
        Unseen(DOLLARS, "its price is not one of a share: option", (DAY,), 1, 3),
    )


def test_a_fill_without_its_benchmark_is_in_the_list_and_not_in_the_dollars(tmp_path: Path) -> None:
    found = harmed(tmp_path, outside("O1", quote_state_at_execution="missing", ask_at_execution=None), stated=Stated("quote_at_execution"))
    assert (of_orders(found), found.orders["fills_unknown"].to_list()) == ([("O1", None, Decimal(0))], [1])


def customers(*usd: str) -> pl.DataFrame:
    rows = {"account_key": [f"k{place}" for place in range(len(usd))], "harm_usd": [Decimal(each) for each in usd]}
    return pl.DataFrame(rows, schema={"account_key": pl.String, "harm_usd": pl.Decimal(38, 15)})


@pytest.mark.parametrize(
    ("rounding", "exact", "credits"),
    [
        # 0.004 × 3 = 0.012 → 0.01 in all: one cent to the first of equal remainders; half up, nobody reaches half a cent.
        ("largest_remainder", ("0.004", "0.004", "0.004"), ["0.01", "0.00", "0.00"]),
        ("half_up", ("0.004", "0.004", "0.004"), ["0.00", "0.00", "0.00"]),
        # 1.005 + 2.005 = 3.01: whole cents 1.00 + 2.00, one cent left; half up gives 1.01 + 2.01 = 3.02.
        ("largest_remainder", ("1.005", "2.005"), ["1.01", "2.00"]),
        ("half_up", ("1.005", "2.005"), ["1.01", "2.01"]),
        # 0.333 + 0.336 = 0.669 → 0.67: 0.33 + 0.33, one cent left, to the larger remainder.
        ("largest_remainder", ("0.333", "0.336"), ["0.33", "0.34"]),
        ("largest_remainder", ("9.00",), ["9.00"]),
    ],
)
def test_cents_of_customers(rounding: str, exact: tuple[str, ...], credits: list[str]) -> None:
    found = by_customer(customers(*exact), rounding)
    assert found["credit_usd"].to_list() == [Decimal(usd) for usd in credits]
    assert found["exact_usd"].to_list() == [Decimal(usd) for usd in exact]


def test_orders_of_one_customer_are_summed_before_they_are_rounded() -> None:
    """Three orders of 0.004 are 0.012, a cent; rounded one by one they would be nothing."""
    orders = customers("0.004", "0.004", "0.004").with_columns(account_key=pl.lit("k"))
    assert by_customer(orders, "half_up").rows() == [("k", 3, Decimal("0.012"), Decimal("0.01"))]


def test_an_order_of_an_unknown_customer_is_not_credited() -> None:
    orders = customers("1", "2").with_columns(account_key=pl.Series(["k", None]))
    assert by_customer(orders, "half_up")["credit_usd"].to_list() == [Decimal(1)]


def test_the_arithmetic_is_said_in_words() -> None:
    assert in_words(1, Decimal("10.05000000"), Decimal("10.020000000"), Decimal("300.000000")) == "(10.05 − 10.02) × 300 = 9.00"
    assert in_words(-1, Decimal("9.97"), Decimal("10.00"), Decimal(300)) == "(10.00 − 9.97) × 300 = 9.00"
    assert in_words(1, Decimal("10.05"), Decimal("10.01125"), Decimal("0.5")) == "(10.05 − 10.01125) × 0.5 = 0.019375"
    assert in_words(1, Decimal("10.00"), Decimal("10.02"), Decimal(100)) == "(10.00 − 10.02) × 100 = −2.00"


@pytest.mark.parametrize(
    ("stated", "netting", "words"),
    [
        (Stated("hope"), "per_order", "there is no counterfactual hope"), (Stated("comparison_eq"), "per_order", "comparison is not named"),
        (Stated("stated_improvement"), "per_order", "improvement is not stated"), (FAR, "all", "there is no netting all"),
        (Stated("stated_improvement", improvement_px=Decimal(-1)), "per_order", "improvement is not stated"),
    ],
)  # fmt: skip
def test_a_choice_that_there_is_not_is_refused(stated: Stated, netting: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(Problem, match=words):
        harmed(tmp_path, outside("O1"), stated=stated, netting=netting)
    with pytest.raises(Problem, match="there is no rounding down"):
        by_customer(customers("1"), "down")


def test_each_choice_says_what_it_does() -> None:
    said: list[Any] = [*COUNTERFACTUALS, *NETTINGS, *ROUNDINGS]
    assert [one.key for one in said if not one.title or not one.says.endswith(".")] == []
    assert len({one.key for one in said}) == len(said)
