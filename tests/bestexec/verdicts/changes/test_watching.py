"""The arithmetic of the watch: limits, alarms and what was expected, each by hand."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats

from bestexec.verdicts.changes.expected import SHRUNK, daily
from bestexec.verdicts.changes.families import FAMILIES, Watched
from bestexec.verdicts.changes.states import with_states
from bestexec.verdicts.changes.watching import DOUBT, WINDOWS, Gaps, limits, watch

DAYS = [date(2026, 7, 1) + timedelta(days=n) for n in range(40)]
NORMAL = limits(1, 1.0, 0.0)


def test_a_limit_shares_the_false_alarms_among_days_windows_figures_and_sides() -> None:
    assert limits(5, 2.0, 0.0).beyond == pytest.approx([stats.norm.isf(2 / (2 * 63 * len(WINDOWS) * 5))] * len(WINDOWS), rel=1e-4)


def test_a_heavy_tail_widens_the_limit_of_a_short_window_most() -> None:
    """Excess kurtosis 3 on a day is that of Student's t with 4 + 6 / 3 = 6 degrees of freedom; on ten days 0.3, of 24."""
    found = limits(1, 1.0, 3.0)
    assert found.freedom == pytest.approx([4 + 6 * days / 3 for days in WINDOWS])
    assert found.beyond[0] == pytest.approx(stats.t.isf(1 / (2 * 63 * len(WINDOWS)), 8) * np.sqrt(6 / 8))  # two days: 4 + 6 × 2 / 3 = 8
    assert found.beyond[0] > found.beyond[-1] > NORMAL.beyond[-1]


def gaps(*steps: tuple[int, float], variance: float = 0.01, of_reference: float = 0.0, explained: float = 0.0) -> Gaps:
    gap = np.concatenate([np.full(count, level) for count, level in steps])
    return Gaps(gap, np.full(gap.size, variance), np.full(gap.size, explained), of_reference)


def test_a_step_is_told_on_its_second_day_with_its_first_day_and_size() -> None:
    """Two days of 0.4: 0.4 ÷ √(0.01 / 2) = 5.66 standard errors. One day of 0.4 and one of 0: 2.83, below the limit of 2.88 (1 in 63 × 4 × 2)."""
    (alarm,) = watch(gaps((20, 0.0), (10, 0.4)), first=10, within=NORMAL)
    assert (alarm.began, alarm.raised, alarm.until) == (20, 21, 30)
    assert (alarm.z, alarm.effect, alarm.error) == pytest.approx((5.6569, 0.4, np.sqrt(0.01 / 10)), rel=1e-4)


def test_days_before_the_first_are_not_watched() -> None:
    assert watch(gaps((5, 0.9), (25, 0.0)), first=10, within=NORMAL) == []


def test_a_single_day_apart_is_no_change() -> None:
    assert watch(gaps((20, 0.0), (1, 0.4), (10, 0.0)), first=10, within=NORMAL) == []


def test_a_step_back_is_a_second_change() -> None:
    first, second = watch(gaps((20, 0.0), (10, 0.5), (10, 0.0)), first=10, within=NORMAL)
    assert (first.began, first.until, second.began) == (20, 30, 30)
    assert (first.effect, second.effect) == pytest.approx((0.5, -0.5))


def test_what_the_market_explains_leaves_a_doubt_that_days_do_not_take_away() -> None:
    """0.5 is 7.07 standard errors of two days; with 2.0 explained the doubt is 0.2: 0.5 ÷ √(0.005 + 0.04) = 2.36."""
    figure = gaps((20, 0.0), (10, 0.5), explained=2.0)
    assert DOUBT == 0.1
    assert figure.z(20, 22, (0.0, 0.0)) == pytest.approx(0.5 / np.sqrt(0.005 + 0.04))
    assert watch(figure, first=10, within=NORMAL) == []


def shown(rows: list[tuple[int, int, float]]) -> Watched:
    """Rows of (day, symbol, value)."""
    schema = {"day": pl.Date, "symbol": pl.Int64, "value": pl.Float64}
    table = pl.DataFrame([(DAYS[day], symbol, value) for day, symbol, value in sorted(rows)], schema=schema, orient="row")
    return Watched(FAMILIES[2], ("",), table["value"].to_numpy()[:, None], table.select("day", "symbol"))


def test_what_is_expected_is_the_reference_by_symbol_at_the_mix_of_the_day() -> None:
    """Symbol 1 shows 1 in 100 rows, symbol 2 shows 0 in 100. Of a mean of 0.5, symbol 1 is 0.5 above: drawn, 0.5 × 100 / 120 = 0.416667; of the rest,
    0.083333 × 100 / 120 = 0.069444: 0.986111 in all, and 0.013889 for symbol 2. Three rows of 1 and one of 2: (3 × 0.986111 + 0.013889) / 4 = 0.743056."""
    reference = [(day, symbol, float(symbol == 1)) for day in range(10) for symbol in (1, 2) for _ in range(10)]
    told = daily(shown([*reference, (10, 1, 1.0), (10, 1, 1.0), (10, 1, 1.0), (10, 2, 1.0)]), DAYS[:10], (("symbol",),))
    assert SHRUNK == 20
    assert told.expected[10, 0] == pytest.approx(0.743056, abs=1e-6)
    assert told.observed[10, 0] == 1.0
    assert told.usual[0] == pytest.approx(0.5)
    assert told.covered[10] == 1.0


def test_a_market_that_was_never_seen_is_not_covered() -> None:
    reference = [(day, 1, float(day % 2)) for day in range(10) for _ in range(10)]
    told = daily(shown([*reference, (10, 1, 1.0), (10, 7, 1.0), (10, 7, 1.0), (10, 7, 0.0)]), DAYS[:10], (("symbol",),))
    assert told.covered[10] == pytest.approx(0.25)


def test_the_variance_of_independent_rows_is_theirs() -> None:
    """A share of 0.3 in 1,000 rows of ten symbols: √(0.21 / 1,000) = 0.0145."""
    draw = np.random.default_rng(1)
    rows = [(day, symbol, float(draw.random() < 0.3)) for day in range(20) for symbol in range(10) for _ in range(100)]
    assert float(np.sqrt(daily(shown(rows), DAYS[:20], ()).variance[0, 0])) == pytest.approx(0.0145, rel=0.15)


def test_the_variance_of_rows_that_go_together_by_symbol_day_is_that_of_symbol_days() -> None:
    """All 100 rows of a symbol-day alike: √(0.21 / 10) = 0.145."""
    draw = np.random.default_rng(1)
    rows = [(day, symbol, value) for day in range(20) for symbol in range(10) for value in [float(draw.random() < 0.3)] for _ in range(100)]
    assert float(np.sqrt(daily(shown(rows), DAYS[:20], ()).variance[0, 0])) == pytest.approx(0.145, rel=0.2)


def test_states_are_bounded_by_the_reference_days_alone() -> None:
    """Spreads of 1 to 10 cents on the first day, median 5.5; tenths of the multiples between them. A later spread of 20 cents is in the highest class."""
    rows = pl.DataFrame(
        {
            "symbol": ["A"] * 11 + ["B"], "day": [DAYS[0]] * 10 + [DAYS[1]] * 2, "t0_at": list(range(12)), "mid_at_t0": [100.0] * 12,
            "bid_at_t0": [100 - cents / 200 for cents in [*range(1, 11), 20, 1]], "ask_at_t0": [100 + cents / 200 for cents in [*range(1, 11), 20, 1]],
        }
    )  # fmt: skip
    assert with_states(rows, DAYS[:1])["spread_state"].to_list() == [*range(10), 9, None]
    assert with_states(rows.drop("bid_at_t0"), DAYS[:1]).columns == rows.drop("bid_at_t0").columns
