"""The tape of the firm's symbols by venue and session: a dozen trades counted by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS, TAPE_SYMBOLS
from bestexec.linking.symbol_tape import symbol_tape, symbols_by_day
from bestexec.schema import SYMBOLS, TRADES, conform

MONDAY, HALF_DAY = date(2026, 9, 28), date(2026, 11, 27)
"""The day after Thanksgiving closes at 13:00."""
SEEN = ("symbol", "venue", "session", "asset_class", "trades", "shares", "notional", "filtered_trades", "filtered_shares")


def at(day: date, clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return int(datetime(day.year, day.month, day.day, hours, minutes, seconds, tzinfo=ZoneInfo("America/New_York")).timestamp()) * 1_000_000_000


def trades(day: date, *rows: tuple[str, str, str | None, str, str, str, bool]) -> pl.DataFrame:
    """Rows of (symbol, clock, venue, quantity, price, kind, is_regular)."""
    made: list[dict[str, Any]] = [
        {"day": day, "symbol": symbol, "traded_at": at(day, clock), "sequence": number, "px": Decimal(px), "qty": Decimal(qty), "venue": venue, "kind": kind,
         "is_regular": is_regular, "source": "sip", "line": number}
        for number, (symbol, clock, venue, qty, px, kind, is_regular) in enumerate(rows, 1)
    ]  # fmt: skip
    return conform(pl.DataFrame(made), TRADES)


def symbols(*rows: tuple[str, str, date | None, date | None]) -> pl.DataFrame:
    made = [{"symbol": symbol, "asset_class": kind, "from_on": first, "to_on": last, "line": 1} for symbol, kind, first, last in rows]
    return conform(pl.DataFrame(made, schema_overrides={"from_on": pl.Date, "to_on": pl.Date}), SYMBOLS)


ABCZ = symbols(("ABCZ", "equity", None, None))


def counted(tape: pl.DataFrame) -> list[tuple[Any, ...]]:
    return tape.select(SEEN).rows()


def test_a_dozen_trades_by_venue_and_session() -> None:
    tape = trades(
        MONDAY,
        ("ABCZ", "08:00:00", "XNAS", "10", "9.90", "extended", False),
        ("ABCZ", "09:30:00", "XNYS", "500", "10.00", "open", False),
        ("ABCZ", "09:30:00", "XNAS", "100", "10.00", "regular", True),
        ("ABCZ", "12:00:00", "XNAS", "50.5", "10.02", "regular", True),
        ("ABCZ", "12:00:01", "FINN", "200", "10.0150", "regular", True),
        ("ABCZ", "12:00:02", "FINN", "30", "11.00", "other", False),
        ("ABCZ", "15:59:59", "ZZZZ", "40", "10.01", "regular", True),
        ("ABCZ", "15:59:59", None, "5", "10.01", "regular", True),
        ("ABCZ", "16:00:00", "XNYS", "900", "10.05", "close", True),
        ("ABCZ", "16:00:00", "XNAS", "20", "10.04", "extended", False),
        ("ABCZ", "20:30:00", "OCEA", "7", "10.00", "extended", False),
        ("DEFZ", "12:00:00", "XNAS", "1000", "50.00", "regular", True),
    )
    nothing = (0, Decimal(0))
    assert counted(symbol_tape(tape, pl.Series(["ABCZ", "GHIZ"]), ABCZ)) == [
        # 30 shares at a price that the source's own filter refuses: beside the volume, not in it. 200 × 10.015 = 2,003
        ("ABCZ", "FINN", "regular", "equity", 1, Decimal(200), Decimal(2003), 1, Decimal(30)),
        ("ABCZ", "OCEA", "overnight", "equity", 1, Decimal(7), Decimal(70), *nothing),
        # at the close itself the regular session has ended: 20 × 10.04
        ("ABCZ", "XNAS", "post", "equity", 1, Decimal(20), Decimal("200.8"), *nothing),
        ("ABCZ", "XNAS", "pre", "equity", 1, Decimal(10), Decimal(99), *nothing),
        # 100 + 50.5 shares; 100 × 10 + 50.5 × 10.02 = 1,000 + 506.01
        ("ABCZ", "XNAS", "regular", "equity", 2, Decimal("150.5"), Decimal("1506.01"), *nothing),
        # both auctions stand apart, whenever they print: 500 × 10 + 900 × 10.05 = 5,000 + 9,045
        ("ABCZ", "XNYS", "auction", "equity", 2, Decimal(1400), Decimal(14045), *nothing),
        # a code that no list knows is kept as it stands; what names no venue stays null: 40 × 10.01, 5 × 10.01
        ("ABCZ", "ZZZZ", "regular", "equity", 1, Decimal(40), Decimal("400.4"), *nothing),
        ("ABCZ", None, "regular", "equity", 1, Decimal(5), Decimal("50.05"), *nothing),
    ]  # fmt: skip


def test_on_a_half_day_the_afternoon_is_extended() -> None:
    """Until 13:00 regular; from then on post, though the source still calls it regular-way."""
    tape = trades(
        HALF_DAY,
        ("ABCZ", "12:59:59", "XNAS", "100", "10.00", "regular", True),
        ("ABCZ", "13:00:00", "XNYS", "300", "10.00", "close", True),
        ("ABCZ", "13:00:01", "XNAS", "60", "10.00", "regular", True),
        ("ABCZ", "17:00:00", "XNAS", "9", "10.00", "extended", False),
    )
    found = symbol_tape(tape, pl.Series(["ABCZ"]), ABCZ)
    assert found.select("venue", "session", "shares").rows() == [
        ("XNAS", "post", Decimal(60)), ("XNAS", "regular", Decimal(100)), ("XNAS", None, Decimal(9)), ("XNYS", "auction", Decimal(300)),
    ]  # fmt: skip


def test_the_asset_class_is_that_of_the_day_and_unknown_where_no_file_says_it() -> None:
    facts = symbols(("ABCZ", "equity", None, MONDAY), ("ABCZ", "other", MONDAY, None), ("ABCZ", "equity", date(2027, 1, 1), None))
    tape = trades(MONDAY, ("ABCZ", "12:00:00", "XNAS", "1", "10", "regular", True), ("NEWZ", "12:00:00", "XNAS", "1", "10", "regular", True))
    found = symbol_tape(tape, pl.Series(["ABCZ", "NEWZ"]), facts)
    assert found.select("symbol", "asset_class").rows() == [("ABCZ", "other"), ("NEWZ", None)]


def test_a_symbol_that_two_files_describe_is_counted_once() -> None:
    tape = trades(MONDAY, ("ABCZ", "12:00:00", "XNAS", "100", "10", "regular", True))
    twice = pl.concat([ABCZ, symbols(("ABCZ", "other", None, None))])
    assert symbol_tape(tape, pl.Series(["ABCZ"]), twice).select("asset_class", "trades", "shares").rows() == [("other", 1, Decimal(100))]


def test_the_order_of_the_trades_changes_nothing() -> None:
    tape = trades(MONDAY, *(("ABCZ", "12:00:00", "XNAS", f"0.{n:06}", "10.00000001", "regular", True) for n in range(1, 400)))
    same = symbol_tape(tape.reverse(), pl.Series(["ABCZ"]), ABCZ)
    assert symbol_tape(tape, pl.Series(["ABCZ"]), ABCZ).equals(same)
    # 1 + 2 + … + 399 = 79,800 millionths of a share, at 10.00000001
    assert same.select("shares", "notional").row(0) == (Decimal("0.079800"), Decimal("0.79800000079800"))


def test_a_day_without_trades_or_without_the_firm_has_no_row() -> None:
    nothing = symbol_tape(trades(MONDAY, ("ABCZ", "12:00:00", "XNAS", "1", "10", "regular", True)), None, ABCZ)
    assert (nothing.height, nothing.schema) == (0, TAPE_SYMBOLS.schema)
    assert symbol_tape(conform(pl.DataFrame(), TRADES), pl.Series(["ABCZ"]), ABCZ).equals(nothing)


def test_the_firms_symbols_of_a_day_are_those_it_had_an_order_or_a_fill_in() -> None:
    orders = conform(pl.DataFrame({"day": [MONDAY, MONDAY], "symbol": ["ABCZ", "ABCZ"]}), LINKED_ORDERS)
    fills = conform(pl.DataFrame({"day": [MONDAY, HALF_DAY], "symbol": ["DEFZ", "ABCZ"]}), LINKED_FILLS)
    assert {day: found.to_list() for day, found in symbols_by_day(orders, fills).items()} == {MONDAY: ["ABCZ", "DEFZ"], HALF_DAY: ["ABCZ"]}
