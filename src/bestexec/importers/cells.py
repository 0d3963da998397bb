"""How the text of one field becomes an exact value, or a reason why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from bestexec.importers.base import Reject
from bestexec.units import NS_PER_SECOND, PX_SCALE, QTY_SCALE

Fault = tuple[pl.Expr, str]
"""When a row is at fault, and why in words."""

INTEGER_DIGITS = 18
_FIRST_YEAR, _LAST_YEAR = 1970, 2261
"""Years whose every nanosecond fits an int64 count from 1970."""
_FIRST_EPOCH_NS = 10**17
"""Smaller numbers (before March 1973) are an epoch in seconds, milliseconds or microseconds, not in nanoseconds."""
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)? ?(Z|[+-][0-9]{2}:?[0-9]{2})?$"
_ISO_TAIL = r"^(?:\.([0-9]+))? ?(Z|[+-][0-9]{2}:?[0-9]{2})?$"
_LONGEST_TEXT = 200


@dataclass(frozen=True)
class Parser:
    """`value` makes the value of a field's text (null where it cannot); `faults` say why it cannot, the first that holds."""

    value: Callable[[pl.Expr], pl.Expr]
    faults: Callable[[pl.Expr, pl.Expr], tuple[Fault, ...]]


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
    stripped = fields.select("line", *(_stripped(cell.name).alias(f"text:{cell.name}") for cell in cells))
    valued = stripped.with_columns(cell.parser.value(pl.col(f"text:{cell.name}")).alias(cell.name) for cell in cells)
    faults = {cell.name: _faults_of(cell) for cell in cells} | {"": row_faults}
    at_fault = valued.select(
        pl.any_horizontal(condition for condition, _ in found).fill_null(value=False).alias(f"bad:{name}") for name, found in faults.items() if found
    )
    bad = at_fault.select(pl.any_horizontal(pl.all())).to_series() if at_fault.width else pl.repeat(False, valued.height, eager=True)
    if not bad.any():
        return valued.select("line", *(cell.name for cell in cells)), ()
    good = valued.filter(~bad).select("line", *(cell.name for cell in cells))
    return good, _rejects(valued.filter(bad), faults)


def text() -> Parser:
    """The text as it stands: `NA`, `NULL` and `nan` are text."""
    return Parser(lambda given: given, lambda _given, _value: ())


def symbol() -> Parser:
    """A symbol, upper case."""
    return Parser(lambda given: given.str.to_uppercase(), lambda _given, _value: ())


def one_of(values: tuple[str, ...]) -> Parser:
    """A word of a closed list, in any case."""
    known = pl.Series(values, dtype=pl.String)
    return Parser(lambda given: given.str.to_lowercase(), lambda _given, value: ((~value.is_in(known.implode()), f"not one of {', '.join(values)}"),))


def meaning(words: dict[str, int] | dict[str, bool], dtype: pl.DataType, expected: str) -> Parser:
    """A word, in any case, that stands for a value."""
    return Parser(
        lambda given: given.str.to_lowercase().replace_strict(words, default=None, return_dtype=dtype),
        lambda _given, value: ((value.is_null(), f"not {expected}"),),
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
    dtype = pl.Decimal(18, scale)

    def faults(given: pl.Expr, value: pl.Expr) -> tuple[Fault, ...]:
        found = [
            (~given.str.contains(r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$"), "not a plain decimal number"),
            (given.str.contains(rf"\.[0-9]{{{scale}}}[0-9]*[1-9]"), f"more than {scale} decimals"),
            (value.is_null(), f"more than {18 - scale} digits before the point"),
        ]
        found += [] if above is None else [(value <= above, f"not above {above}")]
        found += [] if least is None else [(value < least, f"below {least}")]
        return tuple(found)

    return Parser(lambda given: given.cast(dtype, strict=False), faults)


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
    """A whole number of at most 18 digits."""

    def faults(given: pl.Expr, value: pl.Expr) -> tuple[Fault, ...]:
        found = [(~given.str.contains(rf"^[+-]?[0-9]{{1,{INTEGER_DIGITS}}}$"), "not a whole number")]
        found += [] if least is None else [(value < least, f"below {least}")]
        found += [] if most is None else [(value > most, f"above {most}")]
        return tuple(found)

    return Parser(lambda given: given.cast(pl.Int64, strict=False), faults)


def hexadecimal() -> Parser:
    """A whole number in hexadecimal digits."""
    return Parser(
        lambda given: given.str.to_integer(base=16, strict=False, dtype=pl.Int64),
        lambda _given, value: ((value.is_null(), "not a hexadecimal number"),),
    )


def day() -> Parser:
    """A date, yyyy-mm-dd or yyyymmdd."""
    return Parser(
        lambda given: pl.coalesce(given.str.to_date("%Y-%m-%d", strict=False), given.str.to_date("%Y%m%d", strict=False)),
        lambda given, value: ((value.is_null() | ~given.str.contains(r"^[0-9]{4}-?[0-9]{2}-?[0-9]{2}$"), "not a date (yyyy-mm-dd)"),),
    )


def seconds_after_midnight() -> Parser:
    """Seconds and up to 9 decimals of them as text → nanoseconds."""

    def value(given: pl.Expr) -> pl.Expr:
        return given.str.extract("^([0-9]+)", 1).cast(pl.Int64, strict=False) * NS_PER_SECOND + _fraction_ns(given.str.extract(r"\.([0-9]*)$", 1))

    def faults(given: pl.Expr, value: pl.Expr) -> tuple[Fault, ...]:
        return (
            (~given.str.contains(r"^[0-9]{1,5}(\.[0-9]*)?$"), "not seconds after midnight"),
            (given.str.contains(r"\.[0-9]{10}"), "more than 9 decimals of a second"),
            (value >= 86_400 * NS_PER_SECOND, "not within a day"),
        )

    return Parser(value, faults)


def instant(zone: str | None) -> Parser:
    """ISO 8601 with `Z` or an offset and up to 9 decimals, or epoch nanoseconds → epoch nanoseconds.

    A time without an offset is at fault unless `zone` says whose clock it was read from; then so is one that this
    clock showed twice or never.
    """

    def value(given: pl.Expr) -> pl.Expr:
        clock, offset = _clock_ns(given), _offset_ns(given)
        iso = clock - offset if zone is None else pl.coalesce(clock - offset, _from_zone(clock, zone, "earliest"))
        return pl.coalesce(iso, given.cast(pl.Int64, strict=False))

    def faults(given: pl.Expr, value: pl.Expr) -> tuple[Fault, ...]:
        epoch, clock = given.str.contains("^[0-9]{1,19}$"), _clock_ns(given)
        naive = ~epoch & _offset_ns(given).is_null()
        found: list[Fault] = [
            (~epoch & ~given.str.contains(_ISO), "not an instant (ISO 8601 with an offset or Z, or epoch nanoseconds)"),
            (epoch & (value < _FIRST_EPOCH_NS), "an epoch number that is not in nanoseconds"),
            (given.str.contains(r"\.[0-9]{10}"), "more than 9 decimals of a second"),
            (~epoch & clock.is_null(), f"no such date or time, or not within {_FIRST_YEAR}–{_LAST_YEAR}"),
        ]
        if zone is None:
            found += [(naive, "a time without an offset; state one, or import with --zone")]
        else:
            twice = _from_zone(clock, zone, "earliest") != _from_zone(clock, zone, "latest")
            found += [(naive & value.is_null(), f"never shown by clocks in {zone}: they went forward"), (naive & twice, f"shown twice by clocks in {zone}: they went back")]
        return (*found, (value.is_null(), "outside the range of instants"))

    return Parser(value, faults)


def _clock_ns(given: pl.Expr) -> pl.Expr:
    """Nanoseconds from 1970 to what the clock showed, whatever its zone; null if no clock shows that."""
    on = given.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    hour, minute, second = (given.str.slice(start, 2).cast(pl.Int64, strict=False) for start in (11, 14, 17))
    fraction = _fraction_ns(given.str.slice(19).str.extract(_ISO_TAIL, 1))
    legal = on.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR) & (hour < 24) & (minute < 60) & (second < 60)
    seconds = on.cast(pl.Int32).cast(pl.Int64) * 86_400 + hour * 3_600 + minute * 60 + second
    return pl.when(legal).then(seconds * NS_PER_SECOND + fraction)


def _offset_ns(given: pl.Expr) -> pl.Expr:
    """The stated offset from UTC; null if none is."""
    stated = given.str.slice(19).str.extract(_ISO_TAIL, 2)
    minutes = stated.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + stated.str.slice(-2).cast(pl.Int64, strict=False)
    signed = pl.when(stated.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return pl.when(stated == "Z").then(0).otherwise(signed) * 60 * NS_PER_SECOND


def _from_zone(clock: pl.Expr, zone: str, ambiguous: str) -> pl.Expr:
    shown = clock.cast(pl.Datetime("ns"))
    return shown.dt.replace_time_zone(zone, ambiguous=ambiguous, non_existent="null").dt.epoch("ns")  # type: ignore[arg-type]


def _fraction_ns(digits: pl.Expr) -> pl.Expr:
    """`5` after the point is 500,000,000 ns; no digits are 0."""
    return digits.fill_null("").str.slice(0, 9).str.pad_end(9, "0").cast(pl.Int64, strict=False)


def _stripped(name: str) -> pl.Expr:
    bare = pl.col(name).str.strip_chars()
    return pl.when(bare != "").then(bare)


def _faults_of(cell: Cell) -> tuple[Fault, ...]:
    given, value = pl.col(f"text:{cell.name}"), pl.col(cell.name)
    missing: tuple[Fault, ...] = ((given.is_null(), "missing"),) if cell.required else ()
    return (*missing, *((given.is_not_null() & condition, why) for condition, why in cell.parser.faults(given, value)))


def _rejects(bad: pl.DataFrame, faults: dict[str, tuple[Fault, ...]]) -> tuple[Reject, ...]:
    """The first fault of each row, by the order of the cells."""
    row = pl.concat_str(pl.col("^text:.*$"), separator=",", ignore_nulls=False).fill_null("")
    named = [
        (condition, f"{name}: {why}" if name else why, pl.col(f"text:{name}").fill_null("") if name else row)
        for name, found in faults.items()
        for condition, why in found
    ]
    said = bad.select(
        "line",
        pl.coalesce(pl.when(condition).then(pl.lit(why)) for condition, why, _ in named).alias("reason"),
        pl.coalesce(pl.when(condition).then(shown) for condition, _, shown in named).str.slice(0, _LONGEST_TEXT).alias("text"),
    )
    return tuple(Reject(*values) for values in said.iter_rows())
