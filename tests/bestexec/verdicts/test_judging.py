"""From measured fills to verdicts: the whole of it, on worlds whose truth is planted, and on input that says nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from bestexec.practice.worlds import quarter
from bestexec.units import PX, QTY
from bestexec.verdicts.base import COMPARED, INCONCLUSIVE, VERDICTS
from bestexec.verdicts.judging import judge
from bestexec.verdicts.matched import Comparison, Materiality

from .rows import LINE, comparison, drawn, fill, frame

EFFECTS = {"V003": 0.02, "V005": -0.012}
BY_SPREAD = Comparison(kind="venue", metric="effective_spread", better="lower", materiality=LINE, dollars_per_unit=0.5)
BY_IMPROVEMENT = Comparison(kind="venue", metric="net_price_improvement", better="higher", materiality=LINE)


@pytest.fixture(scope="module")
def world() -> pl.DataFrame:
    return quarter(5, correlation=0.1, effects=EFFECTS)


@pytest.fixture(scope="module")
def verdicts(world: pl.DataFrame) -> pl.DataFrame:
    return judge(world, (BY_SPREAD, BY_IMPROVEMENT))


def of(verdicts: pl.DataFrame, subject: str, metric: str = "effective_spread") -> dict[str, Any]:
    return verdicts.row(by_predicate=(pl.col("subject") == subject) & (pl.col("metric") == metric), named=True)


def test_what_was_planted_is_found_and_nothing_else(verdicts: pl.DataFrame) -> None:
    assert verdicts.schema == VERDICTS.schema
    found = verdicts.filter(pl.col("verdict").is_in(["worse", "better"])).select("metric", "subject", "verdict").rows()
    assert sorted(found) == [
        ("effective_spread", "V003", "worse"), ("effective_spread", "V005", "better"),
        ("net_price_improvement", "V003", "worse"), ("net_price_improvement", "V005", "better"),
    ]  # fmt: skip


def test_the_interval_holds_the_planted_difference(verdicts: pl.DataFrame, world: pl.DataFrame) -> None:
    """V003 against the others, of which V005's part of the matched weight, about a tenth, is 1.2 ¢ better."""
    row = of(verdicts, "V003")
    assert row["low"] <= 0.02 + 0.1 * 0.012 <= row["high"] + 0.001
    assert row["effect"] == pytest.approx(0.0206, abs=0.002)


def test_a_spread_and_the_improvement_of_the_same_fills_say_the_same_in_their_own_signs(verdicts: pl.DataFrame) -> None:
    """Effective spread = quoted spread − 2 × net improvement, and a venue's fills see the quotes of all: the effects are about −2 to 1, the dollars alike."""
    spread, improvement = of(verdicts, "V003"), of(verdicts, "V003", "net_price_improvement")
    assert spread["effect"] > 0 > improvement["effect"]
    assert spread["dollars"] == pytest.approx(improvement["dollars"], rel=0.1)
    assert spread["dollars"] > 0
    assert spread["dollars_low"] < spread["dollars"] < spread["dollars_high"]
    assert of(verdicts, "V003")["rank"] == of(verdicts, "V003", "net_price_improvement")["rank"] == 8
    assert of(verdicts, "V005")["rank"] == of(verdicts, "V005", "net_price_improvement")["rank"] == 1


def test_dollars_are_effect_times_matched_shares_and_coverage_says_how_many_those_are() -> None:
    """X: 200 and 100 shares beside Y, 700 alone; effect of 2 ¢ on 300 shares is 6 USD; coverage 300 / 1,000."""
    fills = frame(
        *(fill(venue, cost + (noise if venue == "X" else 0), day=day, qty=qty, cell=cell)
          for day, (cell, qty, noise) in enumerate([("c", 50, 0.001), ("c", 50, -0.001), ("d", 100, 0.001), ("d", 100, -0.001)])
          for venue, cost in (("X", 0.03), ("Y", 0.01))),
        fill("X", 9.0, qty=700, cell="alone"),
    )  # fmt: skip
    row = judge(fills, (comparison(),)).row(0, named=True)
    assert (row["subject"], row["n"], row["coverage"]) == ("X", 4, 0.3)
    assert (row["effect"], row["dollars"]) == (pytest.approx(0.02), pytest.approx(6.0))


def test_exact_decimals_give_the_same_verdicts(world: pl.DataFrame) -> None:
    part = world.filter(pl.col("day") < date(2026, 8, 1))
    exact = part.with_columns(
        pl.col("fill_qty").cast(QTY), pl.col("fill_px", "bid_at_t0", "ask_at_t0").cast(PX), pl.col("effective_spread").cast(pl.Decimal(18, 9))
    )
    rounded = exact.with_columns(pl.col("fill_qty", "fill_px", "bid_at_t0", "ask_at_t0", "effective_spread").cast(pl.Float64))
    assert judge(exact, (BY_SPREAD,)).equals(judge(rounded, (BY_SPREAD,)))


def test_a_family_is_corrected_as_one() -> None:
    """The same comparison twice, as two members: p stays, and the smallest visible difference grows."""
    alone, twice = judge(drawn(1), (comparison(),)), judge(drawn(1), (comparison(), comparison(key="again")))
    assert alone["p"].to_list() * 2 == twice["p"].to_list()
    assert (twice["smallest_visible"].head(3) > alone["smallest_visible"]).all()
    assert alone["q"].to_list() == pytest.approx(twice["q"].head(3).to_list())


def test_only_the_subjects_asked_for_are_judged() -> None:
    found = judge(drawn(1), (comparison(subjects=("V1", "V9")),))
    assert found["subject"].to_list() == ["V1", "V9"]
    assert found["why"].to_list()[1] == "it has no fills"


def test_the_second_inconclusive_period_at_the_line_escalates() -> None:
    strict = comparison(materiality=Materiality(usd=0.01, bps=0.0001))
    first = judge(drawn(2), (strict,))
    second = judge(drawn(3), (strict,), first)
    assert first.filter("needs_decision")["times_running"].to_list() == [1] * first["needs_decision"].sum()
    again = second.filter("needs_decision")["subject"]
    assert again.len() > 0
    expected = [2 if name in first.filter("needs_decision")["subject"] else 1 for name in again]
    assert second.filter("needs_decision")["times_running"].to_list() == expected
    assert all("for the 2. period running" in text for text in second.filter(pl.col("times_running") == 2)["sentence"])


def days(*venues: str, costs: Sequence[float | None] = (0.01, 0.02, 0.04), **told: Any) -> pl.DataFrame:
    """Each venue, one fill a day, for as many days as there are costs."""
    return frame(*(fill(venue, cost, **{"day": day, **told}) for venue in venues for day, cost in enumerate(costs)))


ALONE = "it never stood in a cell together with another"
SILENT = [
    ("all quotes missing", days("X", "Y", costs=(None, None)), "weight, cost or a column of the cell is not known in any of its 2 fills"),
    ("weights of zero", days("X", "Y", qty=0), "weight, cost or a column of the cell is not known in any of its 3 fills"),
    ("weights unknown", days("X", "Y", qty=None), "weight, cost or a column of the cell is not known in any of its 3 fills"),
    ("not a number", days("X", "Y", costs=(math.nan, math.inf)), "weight, cost or a column of the cell is not known in any of its 2 fills"),
    ("no column of the cell", days("X", "Y", cell=None), "weight, cost or a column of the cell is not known in any of its 3 fills"),
    ("a venue alone in its cells", pl.concat([days("X", cell="x"), days("Y", cell="y")]), ALONE),
    ("one venue", days("X"), ALONE),
    ("one observation a cell", frame(*(fill(v, 0.01, day=d, cell=f"{v}{d}") for v in "XY" for d in range(3))), ALONE),
    ("one trading day", frame(*(fill(v, 0.01 * n, symbol=s) for n, (v, s) in enumerate(["XA", "YA", "XB", "YB"]))), "one trading day only"),
    ("the same in all", days("X", "Y", costs=(0.01, 0.01, 0.01)), "the metric does not vary within the cells, so that nothing says how sure the figure is"),
    ("one order for all", days("X", "Y", order_id="O", key_on=date(2026, 7, 1)),
     "its fills come, in effect, from 1.0 independent clusters of 1 (symbol-days, parent orders)"),
]  # fmt: skip


@pytest.mark.parametrize(("fills", "why"), [case[1:] for case in SILENT], ids=[case[0] for case in SILENT])
def test_input_that_says_nothing_is_inconclusive_with_its_reason(fills: pl.DataFrame, why: str) -> None:
    found = judge(fills, (comparison(),))
    assert found["verdict"].to_list() == [INCONCLUSIVE] * fills["venue"].n_unique()
    assert found["why"].unique().to_list() == [why]
    assert found.select("effect", "low", "high", "p", "q", "dollars", "smallest_visible", "rank").null_count().row(0) == (found.height,) * 8
    assert all(text.endswith(f" cannot be judged by cost: {why}.") for text in found["sentence"])


def test_below_the_minimum_nothing_is_concluded() -> None:
    found = judge(drawn(1), (comparison(minimum_n=1_000),))
    assert all("the minimum, set beforehand, is 1,000" in why for why in found["why"])
    assert found["effect"].null_count() == 3


def test_a_silent_subject_is_no_member_of_the_family() -> None:
    """Z stands alone: it is told, and the q of the others is what it is without it."""
    fills = pl.concat([drawn(1), frame(fill("Z", 1.0, cell="z"))])
    found, without = judge(fills, (comparison(),)), judge(drawn(1), (comparison(),))
    assert found["q"].to_list()[:3] == without["q"].to_list()
    assert found.row(3, named=True)["why"] == ALONE


def test_no_fills_and_no_comparisons_give_an_empty_table() -> None:
    assert judge(frame(), (comparison(),)).rows() == judge(drawn(1), ()).rows() == []
    assert judge(frame(), (comparison(),)).schema == VERDICTS.schema


@pytest.mark.parametrize("seed", range(30))
def test_small_and_broken_input_never_gives_a_figure_that_is_none(seed: int) -> None:
    """A few fills, some without quote, weight, cell or venue: every figure is finite or null, every silence has its reason."""
    draw = np.random.default_rng(seed)
    fills = drawn(seed, fills=int(draw.integers(1, 40)), days=int(draw.integers(1, 5)), cells=int(draw.integers(1, 4)), lasting=0.5)
    holed = ("venue", "cell", "fill_qty", "fill_px", "cost")
    holes = [pl.when(pl.Series(draw.random(fills.height) > 0.15)).then(name).alias(name) for name in holed]
    found = judge(fills.with_columns(holes), (comparison(minimum_n=1), comparison(key="pooled", cells=(), minimum_n=1)))
    numbers = found.select(pl.col(pl.Float64))
    assert numbers.select(pl.all().is_finite().fill_null(value=True).all()).row(0) == (True,) * numbers.width
    assert set(found["verdict"]) <= set(COMPARED)
    assert found.filter(pl.col("verdict") == INCONCLUSIVE)["why"].null_count() == 0
    assert found["sentence"].null_count() == 0


def test_the_same_input_gives_the_same_bytes_in_any_order_of_rows(world: pl.DataFrame, verdicts: pl.DataFrame) -> None:
    assert judge(world.sample(fraction=1, shuffle=True, seed=1), (BY_SPREAD, BY_IMPROVEMENT)).equals(verdicts)
