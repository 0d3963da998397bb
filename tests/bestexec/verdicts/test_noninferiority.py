"""A registered test after a remedy."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from scipy import stats

from bestexec.errors import Problem
from bestexec.practice.worlds import quarter
from bestexec.verdicts.judging import judge
from bestexec.verdicts.matched import Comparison
from bestexec.verdicts.noninferiority import Registered, answer

from .rows import LINE

COMPARISON = Comparison(kind="venue", metric="effective_spread", better="lower", materiality=LINE, dollars_per_unit=0.5)
REGISTERED = Registered(comparison=COMPARISON, subject="V001", margin=0.01, alpha=0.05, minimum_n=200, after=date(2026, 6, 30))


@pytest.fixture(scope="module")
def world() -> pl.DataFrame:
    return quarter(5, correlation=0.1, effects={"V003": 0.02})


def test_a_subject_that_does_not_differ_is_supported_by_the_same_figures_as_the_comparison(world: pl.DataFrame) -> None:
    row, verdict = answer(world, REGISTERED).row(0, named=True), judge(world, (COMPARISON,)).row(0, named=True)
    assert (row["verdict"], row["why"]) == ("supported", None)
    assert (row["effect"], row["n"], row["clusters"]) == (verdict["effect"], verdict["n"], verdict["clusters"])
    assert row["materiality"] == 0.01
    assert verdict["low"] < row["low"] < row["effect"] < row["high"] < verdict["high"]
    assert row["sentence"].startswith("It is supported on fills after 2026-06-30 that venue V001 is less than 1.0 ¢ a share worse by effective spread: ")


def test_the_interval_and_p_belong_to_one_another(world: pl.DataFrame) -> None:
    """With the margin at the upper end of the one-sided interval, p is alpha."""
    worse = replace(REGISTERED, subject="V003")
    high = answer(world, worse).row(0, named=True)["high"]
    assert answer(world, replace(worse, margin=high)).row(0, named=True)["p"] == pytest.approx(0.05, rel=1e-6)


@pytest.mark.parametrize(("margin", "verdict", "why"), [
    (0.01, "not shown", "it is worse by more than the margin"), (0.02, "not shown", "that it is worse by the margin or more is not excluded"),
    (0.03, "supported", None),
])  # fmt: skip
def test_a_subject_worse_by_two_cents_needs_a_wider_margin(world: pl.DataFrame, margin: float, verdict: str, why: str | None) -> None:
    row = answer(world, replace(REGISTERED, subject="V003", margin=margin)).row(0, named=True)
    assert (row["verdict"], row["why"]) == (verdict, why)


def test_where_higher_is_better_the_cost_is_on_the_other_side(world: pl.DataFrame) -> None:
    improvement = replace(COMPARISON, metric="net_price_improvement", better="higher", dollars_per_unit=1.0)
    row = answer(world, replace(REGISTERED, comparison=improvement, subject="V003", margin=0.002)).row(0, named=True)
    assert (row["verdict"], row["effect"] < 0, row["dollars"] > 0) == ("not shown", True, True)
    assert row["p"] > 0.95


@pytest.mark.parametrize(("told", "why"), [
    ({"after": date(2026, 9, 30)}, "it has no fills"), ({"subject": "V009"}, "it has no fills"),
    ({"after": date(2026, 9, 28)}, "one trading day only"),
])  # fmt: skip
def test_without_data_it_cannot_be_told(world: pl.DataFrame, told: dict[str, object], why: str) -> None:
    row = answer(world, replace(REGISTERED, **told)).row(0, named=True)
    assert (row["verdict"], row["why"], row["effect"]) == ("cannot tell", why, None)


def test_below_the_registered_minimum_it_cannot_be_told(world: pl.DataFrame) -> None:
    row = answer(world, replace(REGISTERED, minimum_n=100_000)).row(0, named=True)
    assert row["verdict"] == "cannot tell"
    assert "the minimum, set beforehand, is 100,000" in row["why"]


@pytest.mark.parametrize("told", [{"margin": 0.0}, {"alpha": 0.5}, {"alpha": 0.0}, {"minimum_n": 0}])
def test_a_test_that_fixes_nothing_is_refused(told: dict[str, float]) -> None:
    with pytest.raises(Problem):
        replace(REGISTERED, **told)


def test_p_is_the_tail_below_the_margin(world: pl.DataFrame) -> None:
    """p and the two-sided interval give the standard error twice: (high − effect) / t(0.95) and (margin − effect) / t(1 − p)."""
    row = answer(world, REGISTERED).row(0, named=True)
    wide = answer(world, replace(REGISTERED, alpha=0.01)).row(0, named=True)
    ratio = (wide["high"] - wide["effect"]) / (row["high"] - row["effect"])
    freedom = next(f for f in range(5, 2_000) if stats.t.ppf(0.99, f) / stats.t.ppf(0.95, f) <= ratio)
    error = (row["high"] - row["effect"]) / stats.t.ppf(0.95, freedom)
    assert row["p"] == pytest.approx(stats.t.cdf((row["effect"] - 0.01) / error, freedom), rel=0.1)
