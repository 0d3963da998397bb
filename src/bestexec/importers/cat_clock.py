"""CAT timestamps: New York's clock as text, or nanoseconds since 1970, as exact instants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bestexec.importers.cells import FIRST_EPOCH_NS
from bestexec.market.sessions import HOUR_NS, NEW_YORK
from bestexec.units import NS_PER_SECOND

TEXT_FORM = r"^[0-9]{8}T[0-9]{6}(\.[0-9]{1,9})?$"
_YEAR, _LEAP = r"(?:19[7-9][0-9]|2[01][0-9]{2}|22[0-5][0-9]|226[01])", r"(?:19|2[012])(?:[02468][048]|[13579][26])"
_MONTH_DAY = r"(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))"
_TIME = r"T(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9](?:\.[0-9]{1,9})?"
_TIMESTAMP = rf"^(?:(?:{_YEAR}{_MONTH_DAY}|{_LEAP}0229){_TIME}|[1-9][0-9]{{17}}|[1-8][0-9]{{18}})$"
"""A time of a day that there is, or a count of nanoseconds."""
EPOCH_FORM = r"^[0-9]{18,19}$"
WENT_BACK_NS = HOUR_NS // 2
"""In the hour that clocks show twice, a record this much earlier than the latest before it is of the second showing."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2261


def shown_ns(text: pl.Expr) -> pl.Expr:
    """Nanoseconds from 1970 to what the clock showed, whatever its zone; null if the text is no such time."""
    on = date_of(text.str.slice(0, 8))
    hour, minute, second = (text.str.slice(start, 2).cast(pl.Int64, strict=False) for start in (9, 11, 13))
    fraction = text.str.slice(16, 9).str.pad_end(9, "0").cast(pl.Int64, strict=False)
    legal = text.str.contains(TEXT_FORM) & (hour < 24) & (minute < 60) & (second < 60)
    seconds = on.cast(pl.Int32).cast(pl.Int64) * 86_400 + hour * 3_600 + minute * 60 + second
    return pl.when(legal).then(seconds * NS_PER_SECOND + fraction)


def epoch_ns(text: pl.Expr) -> pl.Expr:
    """The instant of a timestamp that is a count of nanoseconds; null for any other."""
    number = text.cast(pl.Int64, strict=False)
    return pl.when(text.str.contains(EPOCH_FORM) & (number >= FIRST_EPOCH_NS)).then(number)


def date_of(text: pl.Expr) -> pl.Expr:
    """The date of yyyymmdd; null if there is none."""
    on = text.str.to_date("%Y%m%d", strict=False)
    return pl.when(text.str.contains("^[0-9]{8}$") & on.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)).then(on)


def key_date(text: pl.Expr) -> pl.Expr:
    """The date in the key of an order, trade or fulfillment: as written, or New York's of a count of nanoseconds."""
    of_count = epoch_ns(text).cast(pl.Datetime("ns", "UTC")).dt.convert_time_zone(NEW_YORK).dt.date()
    return pl.coalesce(pl.when(text.str.contains(TEXT_FORM) | text.str.contains("^[0-9]{8}$")).then(date_of(text.str.slice(0, 8))), of_count)


def is_date(text: pl.Expr) -> pl.Expr:
    return date_of(text).is_not_null()


def is_timestamp(text: pl.Expr) -> pl.Expr:
    """Whether it is a time that a clock can show, or a count of nanoseconds."""
    return text.str.contains(_TIMESTAMP)


def resolution_ns(text: pl.Expr) -> pl.Expr:
    """Finest step that the digits given can show: a whole second without decimals, one nanosecond of a count."""
    decimals = (text.str.len_chars().cast(pl.Int64) - 16).clip(0, 9)
    step = decimals.replace_strict({digits: 10 ** (9 - digits) for digits in range(10)}, default=None, return_dtype=pl.Int64)
    return pl.when(text.str.contains(TEXT_FORM)).then(step).when(epoch_ns(text).is_not_null()).then(pl.lit(1, pl.Int64))


@dataclass(frozen=True)
class Fold:
    """Where a file stands in the hour that clocks show twice: the latest time of it so far, and whether it is the second showing."""

    latest: int | None = None
    second: bool = False


def instants(texts: pl.DataFrame, names: Sequence[str], fold: Fold) -> tuple[pl.DataFrame, Fold]:
    """The columns `names` as epoch ns, null where New York's clocks never showed the time; and how the file then stands.

    A time that clocks showed twice is decided by the order of the file, by the first of `names`: the second showing begins where
    it goes back by more than half an hour. All times of one record that are in that hour are of the same showing.
    """
    shown = texts.select(shown_ns(pl.col(name)).alias(name) for name in names)
    counts = texts.select(epoch_ns(pl.col(name)).alias(name) for name in names)
    first = shown.select(in_new_york(pl.col(name), "earliest").alias(name) for name in names)
    again = shown.select(in_new_york(pl.col(names[0]), "latest"))
    doubtful = (first[names[0]] != again[names[0]]).fill_null(value=False)
    if not doubtful.any():
        return first.select(pl.col(name).fill_null(counts[name]) for name in names), fold
    times = pl.select(pl.when(doubtful).then(first[names[0]])).to_series()
    highest = pl.select(pl.max_horizontal(pl.lit(times.fill_null(strategy="forward").cum_max()), pl.lit(fold.latest, pl.Int64))).to_series()
    back = (times < highest.shift(1, fill_value=fold.latest) - WENT_BACK_NS).fill_null(value=False)
    is_second = back.cast(pl.Int8).cum_max().cast(pl.Boolean) | fold.second
    latter = shown.select(in_new_york(pl.col(name), "latest").alias(name) for name in names)
    chosen = [pl.select(pl.when(is_second).then(latter[name]).otherwise(first[name]).fill_null(counts[name]).alias(name)).to_series() for name in names]
    return pl.DataFrame(chosen), Fold(highest[-1], bool(is_second[-1]))


def in_new_york(shown: pl.Expr, which: str) -> pl.Expr:
    """The instant at which New York's clocks showed a time: the `earliest` or `latest` of two, null if they never did."""
    instant = shown.cast(pl.Datetime("ns")).dt.replace_time_zone(NEW_YORK, ambiguous=which, non_existent="null")  # type: ignore[arg-type]  # one of its words
    return instant.dt.epoch("ns")
