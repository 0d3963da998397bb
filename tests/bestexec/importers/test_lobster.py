"""LOBSTER pairs: the book after each event, executions, halts; a pair is read line by line together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.importers import lobster

Write = Callable[[str, str | bytes], Path]
NAME = "AAPL_2012-06-21_34200000_57600000_{}_2.csv"
MIDNIGHT = 1_340_251_200_000_000_000  # 2012-06-21T04:00Z: day 15,512 × 86,400 s + 4 h
MESSAGES = """34200.004241176,1,16113575,18,5853300,1
34200.5,4,16113575,10,5853300,1
34201,5,0,7,5856000,-1
34202.25,6,0,900,5855000,-1
34203,7,0,0,-1,-1
34204,7,0,0,0,-1
34205.000000001,7,0,0,1,-1
"""
BOOK = "5859400,200,5853300,18,5859800,200,5853000,150\n"
EMPTY_BOOK = "9999999999,0,5853300,18,9999999999,0,-9999999999,0\n"


@pytest.fixture
def pair(write):  # type: ignore[no-untyped-def]
    return lambda messages, books: (write(NAME.format("message"), messages), write(NAME.format("orderbook"), books))


def test_an_event_gives_the_best_level_after_it_and_executions_are_trades(pair, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(*pair(MESSAGES, BOOK + EMPTY_BOOK + BOOK * 5))
    assert (whole.records, whole.accepted, whole.reasons) == (7, 7, [])
    quotes = whole.tables["quotes"]
    assert quotes.select("quoted_at", "sequence", "bid_px", "bid_qty", "ask_px", "ask_qty").rows()[:2] == [
        (MIDNIGHT + 34_200_004_241_176, 1, Decimal("585.33"), Decimal(18), Decimal("585.94"), Decimal(200)),
        (MIDNIGHT + 34_200_500_000_000, 2, Decimal("585.33"), Decimal(18), None, None),
    ]
    assert quotes.select("day", "symbol", "kind", "venue", "source").unique().rows() == [(date(2012, 6, 21), "AAPL", "venue", "XNAS", "lobster")]
    assert whole.tables["trades"].select("sequence", "px", "qty", "aggressor", "is_regular", "filtered_reason", "kind").rows() == [
        (2, Decimal("585.33"), Decimal(10), -1, True, None, "regular"),
        (3, Decimal("585.60"), Decimal(7), 1, True, None, "regular"),
        (4, Decimal("585.50"), Decimal(900), None, False, "auction", "other"),
    ]


def test_a_halt_lasts_until_trading_resumes(pair, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(*pair(MESSAGES, BOOK * 7))
    at = MIDNIGHT + 34_203_000_000_000
    assert whole.tables["statuses"].select("symbol", "kind", "from_at", "to_at", "line").rows() == [("AAPL", "halt", at, at + 2_000_000_001, 5)]


def test_a_halt_that_the_file_does_not_see_the_end_of_stays_open(pair, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(*pair("34203,7,0,0,-1,-1\n", BOOK))
    assert whole.tables["statuses"].select("from_at", "to_at").rows() == [(MIDNIGHT + 34_203_000_000_000, None)]


def test_a_message_and_its_book_line_are_one_record(pair, read_whole) -> None:  # type: ignore[no-untyped-def]
    messages = "34200,1,1,1,5853300,1\n34201,1,2,1,oops,1\n34202,1,3,1,5853300,1\n34203,1,4,1,5853300,1\n34200.1,4,5,0,5853300,1\n"
    whole = read_whole(*pair(messages, BOOK * 2 + BOOK.replace("5853300", "low") + "1,2\n" + BOOK * 3))
    assert sorted(whole.reasons) == [
        (2, "price: not a whole number", "oops"),
        (3, "order book: bid: not a whole number", ""),
        (4, "order book: 2 fields where 8 belong", ""),
        (5, "an execution without price or size", "34200.1,4,5,0,5853300,1"),
    ]
    assert (whole.records, whole.accepted, whole.skipped) == (7, 1, {"order-book line without its message": 2})


def test_a_book_that_ends_early_rejects_the_messages_left_over(pair, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(*pair(MESSAGES, BOOK * 5))
    assert whole.reasons == [(6, "no order-book line beside it", ""), (7, "no order-book line beside it", "")]
    assert whole.accepted == 5


def test_half_a_pair_is_a_problem(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem, match="the orderbook file of this pair is missing"):
        read_whole(write(NAME.format("message"), MESSAGES))


def test_files_are_grouped_by_symbol_day_span_and_levels() -> None:
    other = "MSFT_2012-06-21_34200000_37800000_{}_50.csv"
    names = (NAME.format("orderbook"), other.format("message"), NAME.format("message"), other.format("orderbook"))
    assert lobster.groups(names) == (
        (NAME.format("message"), NAME.format("orderbook")),
        (other.format("message"), other.format("orderbook")),
    )


def test_the_published_figures_of_msft_come_out_with_types_4_and_5(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    """The quote in force is that of the line before; 110 visible executions of 30,891 shares and 5 hidden ones of 907."""
    name = "MSFT_2012-06-21_34200000_37800000_{}_50.csv"
    whole = read_whole(*(data / "lobster_small" / name.format(part) for part in ("message", "orderbook")))
    before = whole.tables["quotes"].select(sequence=pl.col("sequence") + 1, bid="bid_px", ask="ask_px")
    trades = whole.tables["trades"].join(before, on="sequence", how="left")
    px, bid, ask, qty, side = (pl.col(name).cast(pl.Decimal(38, 8)) for name in ("px", "bid", "ask", "qty", "aggressor"))
    twice = px + px - bid - ask
    sums = trades.select(n=pl.len(), shares=qty.sum(), signed=(side * twice * qty).sum(), plain=(twice.abs() * qty).sum(), quoted=((ask - bid) * qty).sum())
    n, shares, signed, plain, quoted = sums.row(0)
    assert (n, shares, f"{signed / shares:.8f}", f"{plain / shares:.8f}", f"{quoted / shares:.8f}") == (115, 31_798, "0.01309642", "0.01309642", "0.01366690")
