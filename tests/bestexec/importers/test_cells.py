"""One field at a time: exact values, and reasons in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from bestexec.importers import cells
from bestexec.importers.cells import Cell, Parser


def outcome(parser: Parser, given: str) -> object:
    """The value of a text, or the reason against it."""
    rows, rejects = cells.parse(pl.DataFrame({"line": [7], "x": [given]}), (Cell("x", parser),))
    if rejects:
        assert (rejects[0].line, rows.height) == (7, 0)
        return rejects[0].reason.removeprefix("x: ")
    return rows["x"].item()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("9999999999.99999999", Decimal("9999999999.99999999")),
        ("0.00000001", Decimal("0.00000001")),
        ("+10.1", Decimal("10.1")),
        (" 10. ", Decimal(10)),
        (".5", Decimal("0.5")),
        ("10.100000000000", Decimal("10.1")),
        ("10.123456789", "more than 8 decimals"),
        ("10000000000", "more than 10 digits before the point"),
        ("0", "not above 0"),
        ("-1.5", "not above 0"),
        ("nan", "not a plain decimal number"),
        ("NaN", "not a plain decimal number"),
        ("inf", "not a plain decimal number"),
        ("-Infinity", "not a plain decimal number"),
        ("1e5", "not a plain decimal number"),
        ("1,000.5", "not a plain decimal number"),
        ("$10", "not a plain decimal number"),
        ("1٣", "not a plain decimal number"),
        ("", "missing"),
    ],
)
def test_a_price_is_read_to_its_last_digit_or_refused(given: str, expected: object) -> None:
    assert outcome(cells.price(), given) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("0.333333", Decimal("0.333333")), ("0.3333333", "more than 6 decimals"), ("0", "not above 0"), ("-5", "not above 0")]
)
def test_a_quantity_may_be_a_fraction_of_six_decimals(given: str, expected: object) -> None:
    assert outcome(cells.quantity(), given) == expected


def test_a_size_may_be_zero_and_an_amount_negative() -> None:
    assert outcome(cells.size(), "0") == Decimal(0)
    assert outcome(cells.size(), "-1") == "below 0"
    assert outcome(cells.amount(), "-0.0032") == Decimal("-0.0032")


# 2026-01-05T14:30:00Z: 20,458 days and 52,200 s after 1970 = 1,767,623,400 s (56 years × 365 + 14 leap days + 4 days)
AT = 1_767_623_400_000_000_000
NO_INSTANT = "not an instant (ISO 8601 with an offset or Z, or epoch nanoseconds)"
NO_TIME = "no such date or time, or not within 1970–2261"
NO_ZONE = "a time without an offset; state one, or import with --zone"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-05T14:30:00Z", AT),
        ("2026-01-05 09:30:00-05:00", AT),
        ("2026-01-05T09:30:00 -0500", AT),
        ("2026-01-05T20:00:00+05:30", AT),
        ("2026-01-05T14:30:00.1Z", AT + 100_000_000),
        ("2026-01-05T14:30:00.123456789Z", AT + 123_456_789),
        ("1767623400123456789", AT + 123_456_789),
        ("2026-01-05T14:30:00.1234567891Z", "more than 9 decimals of a second"),
        ("2026-01-05T14:30:00", NO_ZONE),
        ("2026-02-30T14:30:00Z", NO_TIME),
        ("2026-01-05T24:30:00Z", NO_TIME),
        ("2026-01-05T23:59:60Z", NO_TIME),
        ("0026-01-05T14:30:00Z", NO_TIME),
        ("9999-12-31T00:00:00Z", NO_TIME),
        ("1767623400", "an epoch number that is not in nanoseconds"),
        ("1767623400123", "an epoch number that is not in nanoseconds"),
        ("99999999999999999999", NO_INSTANT),
        ("01/05/2026 09:30", NO_INSTANT),
        ("2026-01-05", NO_INSTANT),
        ("-1", NO_INSTANT),
        ("2026-01-05T14:30:00+15:00", NO_INSTANT),
    ],
)
def test_an_instant_is_read_to_the_nanosecond_or_refused(given: str, expected: object) -> None:
    assert outcome(cells.instant(None), given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-05T09:30:00.5", AT + 500_000_000),
        ("2026-01-05T14:30:00Z", AT),
        ("2026-03-08T02:30:00", "never shown by clocks in America/New_York: they went forward"),
        ("2026-11-01T01:30:00", "shown twice by clocks in America/New_York: they went back"),
        ("2026-11-01T01:30:00-04:00", 1_793_511_000_000_000_000),  # 05:30 UTC on 1 Nov 2026, day 20,758: × 86,400 + 19,800 s
        ("2026-11-01T01:30:00-05:00", 1_793_514_600_000_000_000),  # an hour later
        ("2026-03-08T01:59:59.999999999", 1_772_953_199_999_999_999),  # 06:59:59.999999999 UTC, day 20,520
        ("2026-03-08T03:00:00", 1_772_953_200_000_000_000),  # a nanosecond later, 07:00 UTC
    ],
)
def test_a_naive_time_needs_a_zone_whose_clocks_showed_it_once(given: str, expected: object) -> None:
    assert outcome(cells.instant("America/New_York"), given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("34200", 34_200_000_000_000),
        ("34200.00426064", 34_200_004_260_640),
        ("35999.954513652", 35_999_954_513_652),
        ("86399.999999999", 86_399_999_999_999),
        ("86400", "not within a day"),
        ("34200.0123456789", "more than 9 decimals of a second"),
        ("3.42e4", "not seconds after midnight"),
    ],
)
def test_seconds_after_midnight_keep_every_nanosecond(given: str, expected: object) -> None:
    assert outcome(cells.seconds_after_midnight(), given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [("2026-01-05", date(2026, 1, 5)), ("20260105", date(2026, 1, 5)), ("2026-1-5", "not a date (yyyy-mm-dd)"), ("2026-13-01", "not a date (yyyy-mm-dd)")],
)
def test_a_date_has_two_spellings(given: str, expected: object) -> None:
    assert outcome(cells.day(), given) == expected


def test_sides_have_the_spellings_of_the_street() -> None:
    assert [outcome(cells.side(), given) for given in ("+1", "1", "B", "buy", "BUY")] == [1] * 5
    assert [outcome(cells.side(), given) for given in ("-1", "S", "sell", "Sell")] == [-1] * 4
    assert outcome(cells.side(), "2") == "not a side (+1, -1, B, S, buy, sell)"


def test_symbols_that_look_like_nothing_are_symbols() -> None:
    assert [outcome(cells.symbol(), given) for given in ("NA", "NULL", "nan", "null", "None", "brk.b")] == ["NA", "NULL", "NAN", "NULL", "NONE", "BRK.B"]


def test_a_word_outside_its_closed_list_is_refused() -> None:
    assert outcome(cells.one_of(("day", "ioc")), "IOC") == "ioc"
    assert outcome(cells.one_of(("day", "ioc")), "gtx") == "not one of day, ioc"


def test_flags_and_whole_numbers() -> None:
    assert [outcome(cells.flag(), given) for given in ("true", "N", "1", "maybe")] == [True, False, True, "not true or false (true, false, yes, no, 1, 0)"]
    assert [outcome(cells.integer(least=0), given) for given in ("42", "-1", "4.0")] == [42, "below 0", "not a whole number"]
    assert [outcome(cells.hexadecimal(), given) for given in ("20002020", "80000000", "x")] == [0x20002020, 0x80000000, "not a hexadecimal number"]


def test_a_row_is_refused_for_its_first_fault_and_an_absent_optional_field_is_null() -> None:
    fields = pl.DataFrame({"line": [2, 3, 4], "px": ["1", "x", ""], "qty": ["", "y", "1"]})
    rows, rejects = cells.parse(fields, (Cell("px", cells.price()), Cell("qty", cells.quantity(), required=False)))
    assert rows.rows() == [(2, Decimal(1), None)]
    assert [(reject.line, reject.reason, reject.text) for reject in rejects] == [(3, "px: not a plain decimal number", "x"), (4, "px: missing", "")]


def test_a_fault_of_the_row_shows_the_row() -> None:
    fields = pl.DataFrame({"line": [2, 3], "bid": ["0", "5"], "ask": ["0", "0"]})
    rows, rejects = cells.parse(
        fields, (Cell("bid", cells.integer()), Cell("ask", cells.integer())), (((pl.col("bid") == 0) & (pl.col("ask") == 0), "neither side has a price"),)
    )
    assert rows["line"].to_list() == [3]
    assert [(reject.line, reject.reason, reject.text) for reject in rejects] == [(2, "neither side has a price", "0,0")]
