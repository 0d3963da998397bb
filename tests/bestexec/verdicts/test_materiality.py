"""From an interval and a line to a word."""

from __future__ import annotations

import pytest

from bestexec.errors import Problem
from bestexec.verdicts import materiality
from bestexec.verdicts.matched import Materiality
from bestexec.verdicts.materiality import Said, said

from .rows import comparison

WORDS = [
    # cost, low, high, q → word, is_material, needs_decision; the line is 1
    ((0.9, 0.5, 1.3, 0.01), ("worse", True, True)),
    ((0.5, 0.2, 0.8, 0.01), ("worse", False, False)),
    ((-0.9, -1.3, -0.5, 0.05), ("better", True, True)),
    ((-0.5, -0.8, -0.2, 0.01), ("better", False, False)),
    ((0.1, -0.7, 0.9, 0.8), ("no material difference", False, False)),
    ((0.5, 0.1, 0.9, 0.06), ("no material difference", False, False)),
    ((0.1, -0.8, 1.0, 0.8), ("inconclusive", False, False)),
    ((1.0, -0.5, 2.5, 0.3), ("inconclusive", False, True)),
    ((-1.2, -2.5, 0.1, 0.3), ("inconclusive", False, True)),
    ((0.8, 0.1, 1.5, 0.06), ("inconclusive", False, False)),
]


@pytest.mark.parametrize(("told", "expected"), WORDS)
def test_the_rule(told: tuple[float, float, float, float], expected: tuple[str, bool, bool]) -> None:
    cost, low, high, q = told
    found = said(cost=cost, low=low, high=high, q=q, line=1.0)
    assert (found.verdict, found.is_material, found.needs_decision) == expected
    assert bool(found.why) == (found.verdict == "inconclusive")


def test_an_interval_that_alone_would_be_significant_has_a_reason_of_its_own() -> None:
    assert said(cost=0.8, low=0.1, high=1.5, q=0.06, line=1.0).why != said(cost=0.8, low=-0.1, high=1.7, q=0.3, line=1.0).why


def test_without_a_line_nothing_is_immaterial() -> None:
    assert said(cost=0.0, low=-0.001, high=0.001, q=0.9, line=None) == Said("inconclusive", "the interval holds both no difference and a material one")


def test_the_line_is_what_is_reached_first() -> None:
    """1,000 USD over 50,000 shares are 2 ¢ a share; 1 bps of 50 USD is ½ ¢. Over a million shares, 0.1 ¢. A spread counts the distance twice."""
    assert materiality.line(comparison(), 50_000, 50.0) == pytest.approx(0.005)
    assert materiality.line(comparison(), 1_000_000, 50.0) == pytest.approx(0.001)
    assert materiality.line(comparison(dollars_per_unit=0.5), 50_000, 50.0) == pytest.approx(0.01)
    assert materiality.line(comparison(), 50_000, None) == pytest.approx(0.02)
    assert materiality.line(comparison(), 0, 50.0) is None


def test_a_comparison_without_sense_is_refused() -> None:
    for refused in (lambda: Materiality(usd=0, bps=1), lambda: comparison(cells=("venue",)), lambda: comparison(dollars_per_unit=0)):
        with pytest.raises(Problem):
            refused()
