"""Corrections of a family, by published and hand-made examples."""

from __future__ import annotations

import pytest
from scipy import stats

from bestexec.verdicts.families import corrected, ranks, shrunk, smallest_visible
from bestexec.verdicts.matched.contrast import Estimate

PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
"""Benjamini and Hochberg (1995), section 3: of fifteen comparisons, the first four are discoveries at 5 %; Bonferroni has three."""


def test_the_published_example_has_its_four_discoveries() -> None:
    q = corrected(PUBLISHED)
    assert [n for n, value in enumerate(q, 1) if value is not None and value <= 0.05] == [1, 2, 3, 4]
    assert q[3] == pytest.approx(0.0095 * 15 / 4)


def test_what_has_no_p_value_is_no_comparison() -> None:
    """0.01 and 0.04 of two: 0.01 · 2 / 1 and 0.04 · 2 / 2."""
    assert corrected([None, 0.01, None, 0.04]) == [None, pytest.approx(0.02), None, pytest.approx(0.04)]
    assert corrected([None]) == [None]
    assert corrected([]) == []


def test_the_smallest_visible_difference_has_its_power() -> None:
    """At a true difference of this size, T − δ/SE exceeds the corrected critical value in nine of ten: t(ν) at δ/SE less that value is 0.9."""
    estimate = Estimate(n=100, effect=0.0, error=0.02, freedom=30.0)
    visible = smallest_visible(estimate, 8)
    assert visible is not None
    critical = stats.t.ppf(1 - 0.05 / 16, 30)
    assert stats.t.cdf(visible / 0.02 - critical, 30) == pytest.approx(0.9)
    assert smallest_visible(Estimate(why="alone"), 8) is None


def test_a_thin_subject_is_drawn_to_the_mean_and_a_thick_one_stays() -> None:
    """Effects 0, 4, 4 with variances 1, 1, 4. Weights 1, 1, ¼ (sum 2.25): mean 5 / 2.25 = 20/9; Q = (20/9)² + (16/9)² + ¼(16/9)² = 720/81 = 80/9.
    Between: (80/9 − 2) ÷ (2.25 − 2.0625/2.25) = (62/9) ÷ (4/3) = 31/6. New weights 6/37, 6/37, 6/55: mean 4 · 552/882 = 368/147.
    Each keeps 31/6 of its new weight of its distance from it: 31/37, 31/37 and 31/55.
    """
    mean = 368 / 147
    expected = [mean + 31 / 37 * (0 - mean), mean + 31 / 37 * (4 - mean), mean + 31 / 55 * (4 - mean)]
    found = shrunk([Estimate(effect=e, error=s, freedom=9) for e, s in ((0.0, 1.0), (4.0, 1.0), (4.0, 2.0))])
    assert found == [pytest.approx(value) for value in expected]
    assert abs(expected[2] - 4) > abs(expected[1] - 4)


def test_effects_that_scatter_less_than_chance_all_become_their_mean() -> None:
    assert shrunk([Estimate(effect=e, error=1.0, freedom=9) for e in (0.1, 0.3)]) == [pytest.approx(0.2), pytest.approx(0.2)]
    assert shrunk([Estimate(effect=0.1, error=1.0, freedom=9), Estimate(why="alone")]) == [None, None]


def test_the_lowest_cost_is_first_and_what_is_not_known_has_no_rank() -> None:
    assert ranks([0.3, None, 0.1, 0.3]) == [2, None, 1, 2]
