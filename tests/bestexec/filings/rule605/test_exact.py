"""A drawn month: every figure as fractions give it, parts that add up to the whole, every order counted once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bestexec.filings.rule605.drawn import figures, market
from tests.bestexec.filings.rule605.made import MS, frame, readings

from bestexec.filings import rule605
from bestexec.filings.rule605 import FILLS, ORDERS
from bestexec.filings.rule605.exact import WHOLE, ratio
from bestexec.filings.rule605.readings import QUOTED
from bestexec.market.rule605.codes import RESTING

READ = readings()
ORDERS_AND_FILLS = market(605, 600)
JUDGED = rule605.judged(frame(ORDERS_AND_FILLS[0], ORDERS), frame(ORDERS_AND_FILLS[1], FILLS), READ)
POPULATION = rule605.parted(JUDGED, READ)
FRAMED = frame(ORDERS_AND_FILLS[1], FILLS)
SUMS = rule605.sums_of(POPULATION.covered, FRAMED, None, READ)
DETAIL = rule605.detailed(SUMS, READ, code="CODE", participant="T")
LOTS = {token: lot for lot, token in READ.lot_flags.items()}


def rounded(value: Fraction | None) -> Decimal | None:
    """To six decimals, halves away from zero."""
    if value is None:
        return None
    with localcontext() as context:
        context.prec = 60
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def test_the_drawn_month_has_every_class_and_reasons_to_leave_out() -> None:
    assert set(POPULATION.covered["order_class"]) == set(QUOTED) | set(RESTING)
    assert POPULATION.left_out.height > 20


def test_every_cell_is_what_fractions_give() -> None:
    wanted = figures(POPULATION.covered.to_dicts(), ORDERS_AND_FILLS[1])
    assert len(wanted) == DETAIL.height
    for row in DETAIL.to_dicts():
        cells = wanted[row["Symbol"], LOTS[row["LotSizeFlag"]], row["OrderSize"], row["OrderType"]]
        here = {"FilledOrderWghtdAvgTime"} if row["OrderType"] not in RESTING else {name for name in cells if name.startswith(("ExctdPI", "ExctdOut", "AvgE"))}
        here |= {"ExctdOrderAtQuotQty", "ExctdOrderOutQuotQty", "ExctdOrderAvgQuotSprd"} if row["OrderType"] in RESTING else set()
        for name, value in cells.items():
            exact = value / MS if name == "FilledOrderWghtdAvgTime" and value is not None else value
            assert row[name] == (None if name in here else rounded(exact)), (name, row)


def test_every_invariant_is_kept_and_every_order_counted_once() -> None:
    rule605.hold(DETAIL, READ)
    assert POPULATION.covered.height + POPULATION.left_out.height == len(ORDERS_AND_FILLS[0])
    assert rule605.counts(POPULATION.left_out)["orders"].sum() == POPULATION.left_out.height
    assert DETAIL["CvrdOrderCnt"].sum() == POPULATION.covered.height


def test_the_parts_are_the_whole_in_orders_shares_and_value() -> None:
    assert DETAIL["CvrdOrderQty"].sum() == POPULATION.covered["qty"].sum()
    assert SUMS["notional"].sum() == POPULATION.covered["notional"].sum()
    executed = FRAMED.join(POPULATION.covered.select(rule605.ORDER_KEY), on=rule605.ORDER_KEY, how="semi")["fill_qty"].sum()
    assert DETAIL["CvrdOrderExctdQty"].sum() + DETAIL["CvrdOrderExctdAwayQty"].sum() == executed


@pytest.mark.parametrize("by", ["key_on", "symbol", "side"])
def test_a_month_split_and_put_together_again_is_the_same(by: str) -> None:
    parts = [rule605.sums_of(part, FRAMED, None, READ) for part in POPULATION.covered.partition_by(by)]
    assert len(parts) > 1
    assert rule605.added(parts).equals(SUMS)
    assert rule605.added(reversed(parts)).equals(SUMS)


def test_the_order_of_rows_changes_nothing() -> None:
    shuffled = rule605.sums_of(POPULATION.covered.sample(fraction=1, shuffle=True, seed=7), FRAMED.sample(fraction=1, shuffle=True, seed=8), None, READ)
    assert shuffled.equals(SUMS)


@given(st.integers(-(10**33), 10**33), st.integers(1, 10**27), st.sampled_from([-9, -3, 0]))
def test_a_quotient_is_rounded_once_halves_away_from_zero(above: int, below: int, shift: int) -> None:
    row = pl.DataFrame({"a": pl.Series([above], dtype=WHOLE), "b": pl.Series([below], dtype=WHOLE)})
    exact = Fraction(above) * Fraction(10) ** shift / below
    magnitude = int(abs(exact) + Fraction(1, 2))
    assert row.select(ratio(pl.col("a"), pl.col("b"), shift)).item() == (-magnitude if exact < 0 else magnitude)


@pytest.mark.parametrize(("above", "below", "wanted"), [(123_456_789, 10, 12_345_679), (5, 10, 1), (-5, 10, -1), (4, 10, 0), (1, 0, None), (1, -2, None)])
def test_halves_and_empty_denominators(above: int, below: int, wanted: int | None) -> None:
    row = pl.DataFrame({"a": pl.Series([above], dtype=WHOLE), "b": pl.Series([below], dtype=WHOLE)})
    assert row.select(ratio(pl.col("a"), pl.col("b"))).item() == wanted
