"""How the text of one field becomes an exact value, or a reason why it cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from bestexec.importers.base import Reject
from bestexec.importers.plain import Plain
from bestexec.units import NS_PER_MS, NS_PER_SECOND, PX_SCALE, QTY_SCALE

Fault = tuple[pl.Expr, str]
"""When a row is at fault, and why in words."""

INTEGER_DIGITS = 18
_FIRST_YEAR, _LAST_YEAR = 1970, 2261
"""Years whose every nanosecond fits an int64 count from 1970."""
FIRST_EPOCH_NS = 10**17
"""Smaller numbers (before March 1973) are an epoch in seconds, milliseconds or microseconds, not in nanoseconds."""
FIRST_CALENDAR_NS, LAST_CALENDAR_NS = 631_324_800 * NS_PER_SECOND, 2_082_672_000 * NS_PER_SECOND
"""1990-01-03 and 2035-12-31, UTC: well within the trading calendar."""
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})? ?(Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?$"
_ISO_TAIL = r"^(?:\.([0-9]{1,9}))? ?(Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?$"
_LONGEST_TEXT = 200


@dataclass(frozen=True)
class Typed:
    """A field read as a type at once: its `value` from that type, null where the text would be at fault."""

    dtype: pl.DataType
    value: Callable[[pl.Expr], pl.Expr]


@dataclass(frozen=True)
class Parser:
    """`value` is the exact value of a field's text, and null whenever the text is at fault; `faults` then say why, the first that holds."""

    value: Callable[[pl.Expr], pl.Expr]
    faults: Callable[[pl.Expr], tuple[Fault, ...]] = lambda _given: ()
    quick: Callable[[Plain, int], Typed | None] | None = None
    """How plain lines give the same value without the way through text; None where these lines do not allow it. Asked with the field's place."""


@dataclass(frozen=True)
class Cell:
    """One field of a source: the column it fills, how its text is read, and whether a row may lack it."""

    name: str
    parser: Parser
    required: bool = True


def parse(fields: pl.DataFrame, cells: tuple[Cell, ...], row_faults: tuple[Fault, ...] = ()) -> tuple[pl.DataFrame, tuple[Reject, ...]]:
    """The rows of `fields` (`line`, and text by the cells' names) as values, and a reject for each row that has a fault.

    `row_faults` look at the values of several cells. The text of a reject is the field at fault, or the whole row.
    """
    stripped = fields.lazy().select("line", *(_stripped(cell.name).alias(f"text:{cell.name}") for cell in cells))
    valued = stripped.with_columns(cell.parser.value(_text(cell)).alias(cell.name) for cell in cells)
    wrong = [pl.col(cell.name).is_null() & (pl.lit(cell.required) | _text(cell).is_not_null()) for cell in cells]
    rows = valued.with_columns(pl.any_horizontal(*wrong, *(condition.fill_null(value=False) for condition, _ in row_faults)).alias("bad")).collect()
    values = rows.select("line", *(cell.name for cell in cells))
    if not rows["bad"].any():
        return values, ()
    return values.filter(~rows["bad"]), _rejects(rows.filter("bad"), cells, row_faults)


def text() -> Parser:
    """The text as it stands: `NA`, `NULL` and `nan` are text."""
    return Parser(lambda given: given)


def symbol() -> Parser:
    """A symbol, upper case."""
    return Parser(lambda given: given.str.to_uppercase())


def one_of(values: tuple[str, ...]) -> Parser:
    """A word of a closed list, in any case."""
    return meaning({value.lower(): value for value in values}, pl.String(), f"one of {', '.join(values)}")


def meaning(words: Mapping[str, object], dtype: pl.DataType, expected: str) -> Parser:
    """A word, in any case, that stands for a value."""
    return Parser(
        lambda given: given.str.to_lowercase().replace_strict(words, default=None, return_dtype=dtype),
        lambda given: ((given.is_not_null(), f"not {expected}"),),
    )


def side() -> Parser:
    """+1 for buy, −1 for sell."""
    words = {"+1": 1, "1": 1, "b": 1, "buy": 1, "-1": -1, "s": -1, "sell": -1}
    return meaning(words, pl.Int8(), "a side (+1, -1, B, S, buy, sell)")


def flag() -> Parser:
    """True or false."""
    words = {"true": True, "t": True, "yes": True, "y": True, "1": True, "false": False, "f": False, "no": False, "n": False, "0": False}
    return meaning(words, pl.Boolean(), "true or false (true, false, yes, no, 1, 0)")


def decimal(scale: int, *, above: int | None = None, least: int | None = None) -> Parser:
    """An exact decimal of at most `scale` decimals: no exponent, no separators, and never through a float."""
    digits = 18 if scale <= PX_SCALE else 38

    def number(given: pl.Expr) -> pl.Expr:
        return given.cast(pl.Decimal(digits, scale), strict=False)

    def faults(given: pl.Expr) -> tuple[Fault, ...]:
        return (
            (~given.str.contains(r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"), "not a plain decimal number"),
            (given.str.contains(rf"\.[0-9]{{{scale}}}[0-9]*[1-9]"), f"more than {scale} decimals"),
            (number(given).is_null(), f"more than {digits - scale} digits before the point"),
            *_limits(number(given), above, least),
        )

    def quick(plain: Plain, _place: int) -> Typed | None:
        if plain.has_exponents or plain.has_decimals_beyond(scale):
            return None
        return Typed(pl.Decimal(18, scale), lambda given: _within(given, _limits(given, above, least)))

    exact = rf"^[+-]?([0-9]+(\.[0-9]{{0,{scale}}}0*)?|\.[0-9]{{1,{scale}}}0*)$"
    return Parser(lambda given: _within(pl.when(given.str.contains(exact)).then(number(given)), _limits(number(given), above, least)), faults, quick)


def price() -> Parser:
    return decimal(PX_SCALE, above=0)


def quantity() -> Parser:
    return decimal(QTY_SCALE, above=0)


def size() -> Parser:
    """A quantity that may be nothing, such as what is displayed."""
    return decimal(QTY_SCALE, least=0)


def amount() -> Parser:
    """Money of either sign."""
    return decimal(PX_SCALE)


def integer(*, least: int | None = None, most: int | None = None) -> Parser:
    """A whole number of at most 18 digits, zeros before them aside."""

    def within(number: pl.Expr) -> pl.Expr:
        return _within(number, ((number.abs() >= 10**INTEGER_DIGITS, ""), *_limits(number, None, least, most)))

    def faults(given: pl.Expr) -> tuple[Fault, ...]:
        number = given.cast(pl.Int64, strict=False)
        return ((number.is_null() | (number.abs() >= 10**INTEGER_DIGITS), "not a whole number"), *_limits(number, None, least, most))

    def quick(_plain: Plain, _place: int) -> Typed:
        return Typed(pl.Int64(), within)

    return Parser(lambda given: within(given.cast(pl.Int64, strict=False)), faults, quick)


def hexadecimal() -> Parser:
    """A whole number in hexadecimal digits."""
    return Parser(
        lambda given: given.str.to_integer(base=16, strict=False, dtype=pl.Int64),
        lambda given: ((given.is_not_null(), "not a hexadecimal number"),),
    )


def day() -> Parser:
    """A date, yyyy-mm-dd or yyyymmdd."""

    def value(given: pl.Expr) -> pl.Expr:
        on = pl.coalesce(given.str.to_date("%Y-%m-%d", strict=False), given.str.to_date("%Y%m%d", strict=False))
        return pl.when(given.str.contains("^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8})$")).then(on)

    return Parser(value, lambda given: ((given.is_not_null(), "not a date (yyyy-mm-dd)"),))


def seconds_after_midnight() -> Parser:
    """Seconds and up to 9 decimals of them as text → nanoseconds."""
    form = r"^([0-9]{1,5})(?:\.([0-9]{0,9}))?$"

    def value(given: pl.Expr) -> pl.Expr:
        parts = given.str.extract_groups(form).struct
        ns = parts[0].cast(pl.Int64) * NS_PER_SECOND + _fraction_ns(parts[1])
        return _within(ns, _limits(ns, most=86_400 * NS_PER_SECOND - 1))

    def faults(given: pl.Expr) -> tuple[Fault, ...]:
        return (
            (given.str.contains(r"^[0-9]{1,5}\.[0-9]{10}"), "more than 9 decimals of a second"),
            (~given.str.contains(form), "not seconds after midnight"),
            (given.is_not_null(), "not within a day"),
        )

    return Parser(value, faults)


def epoch(*finest: int) -> Parser:
    """A count from 1970 in nanoseconds (1), microseconds (1,000) or milliseconds (1,000,000), of those `finest` that the source may use → nanoseconds.

    Which it is, its size says: counts of the years 1990 to 2035 in one unit are never counts of those years in another.
    """

    def value(number: pl.Expr) -> pl.Expr:
        return pl.coalesce(pl.when((number >= FIRST_CALENDAR_NS // unit) & (number < LAST_CALENDAR_NS // unit)).then(number * unit) for unit in finest)

    def faults(_given: pl.Expr) -> tuple[Fault, ...]:
        units = " or ".join({1: "nanoseconds", 1_000: "microseconds", NS_PER_MS: "milliseconds"}[unit] for unit in finest)
        return ((pl.lit(value=True), f"not an instant from 1990 to 2035 in {units} from 1970"),)

    def text(given: pl.Expr) -> pl.Expr:
        return value(given.cast(pl.Int64, strict=False))

    return Parser(text, faults, lambda _plain, _place: Typed(pl.Int64(), value))


def clock_digits() -> Parser:
    """HHMMSS and 3, 6 or 9 decimals of a second, without a mark between → nanoseconds after midnight."""
    scales = {9: NS_PER_MS, 12: 1_000, 15: 1}

    def clock(ns: pl.Expr) -> pl.Expr:
        shown = ns // NS_PER_SECOND
        hours, minutes = shown // 10_000, shown // 100
        legal = (ns >= 0) & (hours < 24) & (minutes - hours * 100 < 60) & (shown - minutes * 100 < 60)
        seconds = shown - minutes * 40 - hours * 2_400  # HHMMSS less what its hundreds and ten thousands count too much
        return pl.when(legal).then(ns + (seconds - shown) * NS_PER_SECOND)

    def value(given: pl.Expr) -> pl.Expr:
        digits = pl.when(~given.str.contains("^[+-]")).then(given.cast(pl.Int64, strict=False))
        return clock(pl.coalesce(pl.when(given.str.len_bytes() == width).then(digits * scale) for width, scale in scales.items()))

    def quick(plain: Plain, place: int) -> Typed | None:
        scale = scales.get(plain.width(place) or 0)
        return Typed(pl.Int64(), lambda given: clock(given * scale)) if scale else None

    return Parser(value, lambda given: ((given.is_not_null(), "not a time (HHMMSS and 3, 6 or 9 decimals)"),), quick)


def instant(zone: str | None) -> Parser:
    """ISO 8601 with `Z` or an offset and up to 9 decimals, or epoch nanoseconds → epoch nanoseconds.

    A time without an offset is at fault unless `zone` says whose clock it was read from; then so is one that this
    clock showed twice or never.
    """

    def value(given: pl.Expr) -> pl.Expr:
        clock, offset = _clock_ns(given), _offset_ns(given)
        number = given.cast(pl.Int64, strict=False)
        epoch = pl.when(given.str.contains("^[0-9]+$") & (number >= FIRST_EPOCH_NS)).then(number)
        if zone is None:
            return pl.coalesce(clock - offset, epoch)
        shown, again = _from_zone(clock, zone, "earliest"), _from_zone(clock, zone, "latest")
        return pl.coalesce(clock - offset, pl.when(offset.is_null() & (shown == again)).then(shown), epoch)

    def faults(given: pl.Expr) -> tuple[Fault, ...]:
        found: list[Fault] = [
            (given.str.contains("^[0-9]{1,17}$"), "an epoch number that is not in nanoseconds"),
            (given.str.contains(r":[0-9]{2}\.[0-9]{10}"), "more than 9 decimals of a second"),
            (~given.str.contains(_ISO), "not an instant (ISO 8601 with an offset or Z, or epoch nanoseconds)"),
            (_clock_ns(given).is_null(), f"no such date or time, or not within {_FIRST_YEAR}–{_LAST_YEAR}"),
        ]
        if zone is None:
            return (*found, (given.is_not_null(), "a time without an offset; state one, or import with --zone"))
        found.append((_from_zone(_clock_ns(given), zone, "earliest").is_null(), f"never shown by clocks in {zone}: they went forward"))
        return (*found, (given.is_not_null(), f"shown twice by clocks in {zone}: they went back"))

    return Parser(value, faults)


def _clock_ns(given: pl.Expr) -> pl.Expr:
    """Nanoseconds from 1970 to what the clock showed, whatever its zone; null if the text is no such time."""
    on = given.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    hour, minute, second = (given.str.slice(start, 2).cast(pl.Int64, strict=False) for start in (11, 14, 17))
    legal = on.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR) & (hour < 24) & (minute < 60) & (second < 60) & given.str.contains(_ISO)
    seconds = on.cast(pl.Int32).cast(pl.Int64) * 86_400 + hour * 3_600 + minute * 60 + second
    return pl.when(legal).then(seconds * NS_PER_SECOND + _fraction_ns(_iso_tail(given)[0]))


def _offset_ns(given: pl.Expr) -> pl.Expr:
    """The stated offset from UTC; null if none is."""
    stated = _iso_tail(given)[1]
    minutes = stated.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + stated.str.slice(-2).cast(pl.Int64, strict=False)
    signed = pl.when(stated.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return pl.when(stated == "Z").then(0).otherwise(signed) * 60 * NS_PER_SECOND


def _iso_tail(given: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """What stands behind the seconds: their decimals and the offset."""
    tail = given.str.slice(19).str.extract_groups(_ISO_TAIL).struct
    return tail[0], tail[1]


def _from_zone(clock: pl.Expr, zone: str, ambiguous: str) -> pl.Expr:
    shown = clock.cast(pl.Datetime("ns"))
    return shown.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null").dt.epoch("ns")  # type: ignore[arg-type]


def _fraction_ns(digits: pl.Expr) -> pl.Expr:
    """`5` after the point is 500,000,000 ns; no digits are 0."""
    return digits.fill_null("").str.slice(0, 9).str.pad_end(9, "0").cast(pl.Int64, strict=False)


def _limits(value: pl.Expr, above: int | None = None, least: int | None = None, most: int | None = None) -> tuple[Fault, ...]:
    """When a value is out of its range."""
    found: list[Fault] = [] if above is None else [(value <= above, f"not above {above}")]
    found += [] if least is None else [(value < least, f"below {least}")]
    found += [] if most is None else [(value > most, f"above {most}")]
    return tuple(found)


def _within(value: pl.Expr, limits: tuple[Fault, ...]) -> pl.Expr:
    """The value; null when it is out of its range."""
    return pl.when(~pl.any_horizontal(condition for condition, _ in limits)).then(value) if limits else value


def _text(cell: Cell) -> pl.Expr:
    return pl.col(f"text:{cell.name}")


def _stripped(name: str) -> pl.Expr:
    bare = pl.col(name).str.strip_chars()
    return pl.when(bare != "").then(bare)


def _rejects(bad: pl.DataFrame, cells: tuple[Cell, ...], row_faults: tuple[Fault, ...]) -> tuple[Reject, ...]:
    """The first fault of each row, by the order of the cells."""
    row = pl.concat_str((_text(cell).fill_null("") for cell in cells), separator=",")
    found = [
        (condition, f"{cell.name}: {why}", _text(cell).fill_null(""))
        for cell in cells
        for condition, why in (
            (pl.lit(cell.required) & _text(cell).is_null(), "missing"),
            *((_text(cell).is_not_null() & pl.col(cell.name).is_null() & condition, why) for condition, why in cell.parser.faults(_text(cell))),
        )
    ]
    found += [(condition, why, row) for condition, why in row_faults]
    said = bad.select(
        "line",
        pl.coalesce(*(pl.when(condition).then(pl.lit(why)) for condition, why, _ in found), pl.lit("cannot be read")).alias("reason"),
        pl.coalesce(*(pl.when(condition).then(shown) for condition, _, shown in found), row).str.slice(0, _LONGEST_TEXT).alias("text"),
    )
    return tuple(Reject(*values) for values in said.iter_rows())
