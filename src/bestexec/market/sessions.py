"""When the market is open, and which trading day and session an instant belongs to."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.errors import Problem
from bestexec.market.dated import Dated, in_force

NEW_YORK = "America/New_York"
MINUTE_NS, HOUR_NS = 60_000_000_000, 3_600_000_000_000
DATE_NOT_STATED = date(1970, 1, 1)
"""A source that tells times but no date is filed under this day; it is treated as an ordinary 09:30–16:00 day."""

CALENDAR_FIRST, CALENDAR_LAST = date(1990, 1, 1), date(2035, 12, 31)
"""The span of the trading calendar, stated so that it does not move with today."""

PRE_OPENS_NS: Dated[int] = ((None, 4 * HOUR_NS),)
"""Start of the pre-market session, after midnight in New York."""
POST_LASTS_NS: Dated[int] = ((None, 4 * HOUR_NS),)
"""Length of the post-market session after the regular close, early closes included (13:00 to 17:00)."""
EVENING_STARTS_NS: Dated[int] = ((None, 20 * HOUR_NS),)
"""From this time on, an evening belongs to the next trading date (the overnight session of alternative trading systems)."""

_ORDINARY_OPEN_NS, _ORDINARY_CLOSE_NS = 9 * HOUR_NS + HOUR_NS // 2, 16 * HOUR_NS


@dataclass(frozen=True)
class Hours:
    """Regular trading hours [open_at, close_at) of one day, epoch ns."""

    open_at: int
    close_at: int


def local_to_epoch(day: date, ns_since_midnight: pl.Series | npt.NDArray[np.int64], zone: str = NEW_YORK) -> pl.Series:
    """Epoch ns (Int64) of wall-clock times on `day` in `zone`, given as nanoseconds after the midnight shown by the clock.

    Exact on days when clocks change: a time shown twice is its first showing, a time never shown is null. Nulls stay null.
    """
    clock = pl.Series("instant", ns_since_midnight).cast(pl.Int64)
    offset, tomorrow = _utc_offset_ns(day, zone), _utc_offset_ns(day + timedelta(days=1), zone)
    midnight = _days_since_epoch(day) * 24 * HOUR_NS
    if offset == tomorrow and (clock.len() == 0 or (clock.max() or 0) < 24 * HOUR_NS):  # type: ignore[operator]  # an Int64 maximum
        return clock + (midnight - offset)
    shown = (clock + midnight).cast(pl.Datetime("ns"))
    return shown.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.epoch("ns").alias("instant")


def regular_hours(day: date) -> Hours | None:
    """Regular hours of the US equity market on `day`, early closes known; None when it is closed.

    Raises Problem outside the calendar's span.
    """
    return _regular_hours(day)


def trading_date(instants: pl.Series) -> pl.Series:
    """Trading date (Date) of each instant: the session that its evening, night, weekend or holiday leads into.

    Null for a null and for an instant outside the calendar's span.
    """
    return _by_minute(instants, _trading_date).alias("trading_date")


def session_of(instants: pl.Series) -> pl.Series:
    """Session of each instant (pre, regular, post, overnight); null when none is open, such as a weekend's day."""
    return _by_minute(instants, _session).alias("session")


def local_hour(instants: pl.Series, zone: str = NEW_YORK) -> pl.Series:
    """Hour of the market's day (Int64, 0–23) that each instant falls in."""
    return _local(instants, zone).dt.hour().cast(pl.Int64).alias("hour")


def utc_date(instants: pl.Series) -> pl.Series:
    """The UTC day (Date) of each instant: the trading date of crypto, which trades around the clock."""
    return instants.cast(pl.Int64).cast(pl.Datetime("ns")).dt.date().alias("trading_date")


def trading_days(first: date, last: date) -> Sequence[date]:
    """The days from `first` to `last`, both included, on which the market is open."""
    span = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return tuple(day for day in span if regular_hours(day) is not None)


def next_session(on: date) -> date:
    """The first trading day on or after `on`. Raises Problem outside the calendar's span."""
    while regular_hours(on) is None:
        on += timedelta(days=1)
    return on


def _next_session_or_none(on: date) -> date | None:
    return next_session(on) if _is_known(on) else None


def _is_known(on: date) -> bool:
    return on == DATE_NOT_STATED or CALENDAR_FIRST <= on < CALENDAR_LAST


def _by_minute(instants: pl.Series, rule: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`rule` asked once for each minute that occurs: no session begins or ends within one."""
    minutes = (instants.cast(pl.Int64) // MINUTE_NS).alias("minute")
    asked = minutes.unique().drop_nulls()
    answers = pl.DataFrame({"minute": asked, "answer": rule(asked * MINUTE_NS)})
    return minutes.to_frame().join(answers, on="minute", how="left", maintain_order="left")["answer"]


def _trading_date(instants: pl.Series) -> pl.Series:
    local = _local(instants)
    frame = pl.DataFrame({"on": local.dt.date(), "clock": _clock_ns(local)})
    days = frame["on"].unique().drop_nulls().sort()
    rules = pl.DataFrame(
        {
            "on": days,
            "evening": pl.Series([in_force(EVENING_STARTS_NS, on) for on in days], dtype=pl.Int64),
            "this": pl.Series([_next_session_or_none(on) for on in days], dtype=pl.Date),
            "next": pl.Series([_next_session_or_none(on + timedelta(days=1)) for on in days], dtype=pl.Date),
        }
    )
    joined = frame.join(rules, on="on", how="left", maintain_order="left")
    return joined.select(pl.when(pl.col("clock") >= pl.col("evening")).then("next").otherwise("this")).to_series()


def _session(instants: pl.Series) -> pl.Series:
    local = _local(instants)
    frame = pl.DataFrame({"at": instants, "on": local.dt.date(), "clock": _clock_ns(local)})
    days = frame["on"].unique().drop_nulls().sort()
    joined = frame.join(pl.DataFrame([_bounds(on) for on in days], schema=_BOUNDS, orient="row"), on="on", how="left", maintain_order="left")
    at = pl.col("at")
    return joined.select(
        pl.when((at >= pl.col("open_at")) & (at < pl.col("close_at"))).then(pl.lit("regular"))
        .when((at >= pl.col("pre_at")) & (at < pl.col("open_at"))).then(pl.lit("pre"))
        .when((at >= pl.col("close_at")) & (at < pl.col("post_to"))).then(pl.lit("post"))
        .when((at < pl.col("pre_at")) | (pl.col("leads_on") & (pl.col("clock") >= pl.col("evening")))).then(pl.lit("overnight"))
    ).to_series()  # fmt: skip


_BOUNDS = {
    "on": pl.Date, "pre_at": pl.Int64, "open_at": pl.Int64, "close_at": pl.Int64, "post_to": pl.Int64, "evening": pl.Int64, "leads_on": pl.Boolean,
}  # fmt: skip


def _bounds(on: date) -> tuple[Any, ...]:
    """One row of session bounds; a closed day has none, but its evening may lead into the next day's session."""
    hours, evening = (regular_hours(on) if _is_known(on) else None), in_force(EVENING_STARTS_NS, on)
    leads_on = _is_known(on + timedelta(days=1)) and regular_hours(on + timedelta(days=1)) is not None
    if hours is None:
        return on, None, None, None, None, evening, leads_on
    pre_at = local_to_epoch(on, pl.Series([in_force(PRE_OPENS_NS, on)])).item()
    return on, pre_at, hours.open_at, hours.close_at, hours.close_at + in_force(POST_LASTS_NS, on), evening, leads_on


@cache
def _regular_hours(day: date) -> Hours | None:
    if day == DATE_NOT_STATED:
        opens, closes = local_to_epoch(day, pl.Series([_ORDINARY_OPEN_NS, _ORDINARY_CLOSE_NS]))
        return Hours(opens, closes)
    if not CALENDAR_FIRST <= day <= CALENDAR_LAST:
        raise Problem(f"no trading calendar for {day}", do=f"use dates from {CALENDAR_FIRST} to {CALENDAR_LAST}")
    return _sessions().get(day)


@cache
def _sessions() -> dict[date, Hours]:
    import exchange_calendars  # noqa: PLC0415  # it loads pandas: half a second that `--help` need not pay

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # exchange_calendars 4.13 reads time zones in a way that pandas 3.1 deprecates
        schedule = exchange_calendars.get_calendar("XNYS", start=str(CALENDAR_FIRST), end=str(CALENDAR_LAST)).schedule
    opens, closes = (schedule[name].dt.as_unit("ns").astype("int64").tolist() for name in ("open", "close"))
    return {day.date(): Hours(open_at, close_at) for day, open_at, close_at in zip(schedule.index, opens, closes, strict=True)}


def _local(instants: pl.Series, zone: str = NEW_YORK) -> pl.Series:
    return instants.cast(pl.Int64).cast(pl.Datetime("ns", "UTC")).dt.convert_time_zone(zone)


def _clock_ns(local: pl.Series) -> pl.Series:
    """Nanoseconds after midnight that the local clock shows."""
    return local.dt.hour().cast(pl.Int64) * HOUR_NS + local.dt.minute().cast(pl.Int64) * MINUTE_NS + local.dt.second().cast(pl.Int64) * 1_000_000_000


def _utc_offset_ns(day: date, zone: str) -> int:
    offset = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).utcoffset() or timedelta()
    return int(offset.total_seconds()) * 1_000_000_000


def _days_since_epoch(day: date) -> int:
    return (day - date(1970, 1, 1)).days
