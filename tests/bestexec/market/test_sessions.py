"""Sessions, trading dates and wall clocks. Epochs are worked out from 2026-07-01T00:00Z = 1,782,864,000 s."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.market import sessions
from bestexec.market.sessions import HOUR_NS, Hours

SECOND = 1_000_000_000
JULY_FIRST = 1_782_864_000 * SECOND
"""2026-07-01T00:00Z, 20:00 of 30 June in New York."""


def test_a_wall_clock_time_becomes_an_epoch_with_the_days_own_offset():
    # 2013-10-07T00:00Z = 1,381,104,000 s; New York is 4 hours behind: 09:30 there is 13:30 UTC, 48,600 s later.
    assert sessions.local_to_epoch(date(2013, 10, 7), pl.Series([34_200 * SECOND])).to_list() == [(1_381_104_000 + 48_600) * SECOND]


def test_an_array_is_taken_as_well_as_a_series():
    clock = np.array([34_200 * SECOND, 57_600 * SECOND])
    assert sessions.local_to_epoch(date(2026, 7, 1), clock).to_list() == [JULY_FIRST + 13 * HOUR_NS + HOUR_NS // 2, JULY_FIRST + 20 * HOUR_NS]


def test_nanoseconds_survive():
    assert sessions.local_to_epoch(date(2026, 7, 1), pl.Series([1, None])).to_list() == [JULY_FIRST + 4 * HOUR_NS + 1, None]


def test_a_time_shown_twice_is_its_first_showing():
    # 1 November 2026 = 1,793,491,200 s at 00:00Z; 01:30 is first shown in daylight time, 05:30Z; 03:00 standard time is 08:00Z.
    clock = pl.Series([HOUR_NS * 3 // 2, 3 * HOUR_NS])
    midnight = 1_793_491_200 * SECOND
    assert sessions.local_to_epoch(date(2026, 11, 1), clock).to_list() == [midnight + 5 * HOUR_NS + HOUR_NS // 2, midnight + 8 * HOUR_NS]


def test_a_time_never_shown_is_null():
    # 8 March 2026 = 1,772,928,000 s at 00:00Z; clocks go from 02:00 to 03:00, which is 07:00Z.
    assert sessions.local_to_epoch(date(2026, 3, 8), pl.Series([HOUR_NS * 5 // 2, 3 * HOUR_NS])).to_list() == [None, 1_772_928_000 * SECOND + 7 * HOUR_NS]


def test_another_zone_can_be_named():
    assert sessions.local_to_epoch(date(2026, 7, 1), pl.Series([0]), "UTC").to_list() == [JULY_FIRST]


def test_regular_hours_know_early_closes_and_holidays():
    assert sessions.regular_hours(date(2026, 7, 1)) == Hours(JULY_FIRST + 27 * HOUR_NS // 2, JULY_FIRST + 20 * HOUR_NS)
    assert sessions.regular_hours(date(2026, 7, 3)) is None
    # 27 November 2026: 1,795,737,600 s at 00:00Z; 09:30 to 13:00 standard time is 14:30Z to 18:00Z.
    assert sessions.regular_hours(date(2026, 11, 27)) == Hours(1_795_737_600 * SECOND + 29 * HOUR_NS // 2, 1_795_737_600 * SECOND + 18 * HOUR_NS)


def test_a_day_that_was_not_stated_is_an_ordinary_day():
    # 1 January 1970 in New York is 5 hours behind: 14:30Z to 21:00Z.
    assert sessions.regular_hours(sessions.DATE_NOT_STATED) == Hours(29 * HOUR_NS // 2, 21 * HOUR_NS)
    assert sessions.session_of(pl.Series([29 * HOUR_NS // 2])).to_list() == ["regular"]
    assert sessions.trading_date(pl.Series([29 * HOUR_NS // 2])).to_list() == [sessions.DATE_NOT_STATED]


def test_a_day_outside_the_calendar_is_a_problem_and_an_instant_outside_it_is_null():
    with pytest.raises(Problem, match="no trading calendar for 1985-01-02"):
        sessions.regular_hours(date(1985, 1, 2))
    long_ago = pl.Series([-10_000 * 24 * HOUR_NS])
    assert sessions.trading_date(long_ago).to_list() == [None]
    assert sessions.session_of(long_ago).to_list() == [None]


def test_sessions_begin_with_their_first_nanosecond():
    clock = {
        "03:59:59.999999999": "overnight",
        "04:00": "pre",
        "09:29:59.999999999": "pre",
        "09:30": "regular",
        "15:59:59.999999999": "regular",
        "16:00": "post",
    }
    at = [8 * HOUR_NS - 1, 8 * HOUR_NS, 27 * HOUR_NS // 2 - 1, 27 * HOUR_NS // 2, 20 * HOUR_NS - 1, 20 * HOUR_NS]
    assert sessions.session_of(pl.Series([JULY_FIRST + after for after in at])).to_list() == list(clock.values())


def test_no_session_is_open_on_a_holiday_or_after_the_post_market_of_an_early_close():
    third_of_july_noon = JULY_FIRST + 2 * 24 * HOUR_NS + 16 * HOUR_NS
    early_close_evening = 1_795_737_600 * SECOND + 22 * HOUR_NS  # 17:00 in New York, 4 hours after the close of 27 November
    assert sessions.session_of(pl.Series([third_of_july_noon, early_close_evening - 1, early_close_evening])).to_list() == [None, "post", None]


def test_an_evening_belongs_to_the_next_trading_date():
    tuesday_evening = JULY_FIRST  # 20:00 of 30 June
    thursday_evening = JULY_FIRST + 2 * 24 * HOUR_NS  # 20:00 of 2 July; the 3rd is a holiday, the 4th and 5th a weekend
    got = sessions.trading_date(pl.Series([tuesday_evening - 1, tuesday_evening, thursday_evening, None]))
    assert got.to_list() == [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 6), None]
    assert sessions.session_of(pl.Series([tuesday_evening, thursday_evening])).to_list() == ["overnight", None]


def test_hours_are_those_of_the_market_and_days_of_crypto_those_of_utc():
    assert sessions.local_hour(pl.Series([JULY_FIRST, JULY_FIRST + 14 * HOUR_NS])).to_list() == [20, 10]
    assert sessions.utc_date(pl.Series([JULY_FIRST - 1, JULY_FIRST])).to_list() == [date(2026, 6, 30), date(2026, 7, 1)]


def test_the_third_quarter_of_2026_has_64_trading_days():
    # July 23 weekdays less the 3rd, August 21, September 22 less Labor Day: 22 + 21 + 21.
    assert len(sessions.trading_days(date(2026, 7, 1), date(2026, 9, 30))) == 64
