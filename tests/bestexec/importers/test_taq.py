"""NYSE Daily TAQ: the national best of two files, venues' quotes by condition, trades by condition and correction, sizes by date."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.quotes import QuoteBook, build
from bestexec.schema import QUOTES, conform

from .taq_files import MASTER_HEADER, NBBO_HEADER, QUOTE_HEADER, TRADE_HEADER, nbbo, quote, trade, whole

Write = Callable[[str, str | bytes], Path]
MIDNIGHT = 1_705_381_200_000_000_000  # 2024-01-16T05:00Z: day 19,738 × 86,400 s + 5 h, as New York is at −05:00
OPEN = MIDNIGHT + 34_200 * 10**9
QUOTES_NAME, NBBO_NAME, TRADES_NAME = "SPLITS_US_ALL_BBO_B_20240116", "EQY_US_ALL_NBBO_20240116", "EQY_US_ALL_TRADE_20240116"
COMPLETE = "the tape's national best is complete only where the day's NBBO file and its quotes files are both imported"
LOTS = "sizes are taken as told in round lots, made shares at 100 each (a symbol with another round lot is then wrong)"
NAMED = "trading date taken from the file's name"
TAPE = "instants are the tape's own"


def test_each_quote_stands_for_its_venue_and_one_that_is_the_whole_national_best_stands_as_that_too(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    text = whole(
        QUOTE_HEADER,
        quote("093000000000001", "N", "BRK B", "365.01 x 2", "365.05 x 3", sequence=10),
        quote("093000000000002", "P", "BRK B", "365.02 x 1", "365.04 x 4", sequence=11, national="1"),
        quote("093000000000003", "T", "AAPL", "182.10 x 5", "182.11 x 6", sequence=12, national="4", source="N"),
        quote("093000000000004", "T", "AAPL", "182.10 x 5", "182.11 x 7", sequence=13, national="1", source="N"),
        quote("093000000000005", "N", "BRK B", "365.03 x 1", "0 x 0", sequence=14, national="4"),
    )
    found = read_whole(write(QUOTES_NAME, text))
    quotes = found.tables["quotes"].sort("sequence", "kind")
    cents = [
        (row[0], row[1], *(None if px is None else int(px * 100) for px in row[2:4]), *row[4:])
        for row in quotes.select(
            "sequence",
            "kind",
            "bid_px",
            "ask_px",
            pl.col("bid_qty").cast(pl.Int64),
            pl.col("ask_qty").cast(pl.Int64),
            "venue",
            "bid_venue",
            "ask_venue",
            "symbol",
            "line",
        ).rows()
    ]
    assert cents == [
        (10, "venue", 36501, 36505, 200, 300, "XNYS", None, None, "BRK.B", 2),
        (11, "nbbo", 36502, 36504, 100, 400, None, "ARCX", "ARCX", "BRK.B", 3),
        (11, "venue", 36502, 36504, 100, 400, "ARCX", None, None, "BRK.B", 3),
        (12, "nbbo", 18210, 18211, 500, 600, None, "XNAS", "XNAS", "AAPL", 4),
        (12, "venue", 18210, 18211, 500, 600, "XNAS", None, None, "AAPL", 4),
        (13, "venue", 18210, 18211, 500, 700, "XNAS", None, None, "AAPL", 5),
        (14, "venue", 36503, None, 100, None, "XNYS", None, None, "BRK.B", 6),
    ]
    assert quotes["quoted_at"].unique().sort().to_list() == [OPEN + n for n in range(1, 6)]
    assert quotes.select("day", "source", "resolution_ns").unique().rows() == [(date(2024, 1, 16), "taq", 1)]
    assert (found.records, found.accepted, found.skipped, found.reasons) == (5, 5, {}, [])
    assert found.notes == (NAMED, TAPE, LOTS, COMPLETE, "2 quotes that are the national best by themselves stand as national quotes too")


def test_a_quote_that_takes_no_part_stands_without_prices_and_ends_the_one_before(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = [
        quote("093000000000001", "N", "IBM", "10 x 1", "11 x 1", condition=condition, sequence=sequence, canceled=canceled, source=source, national="1")
        for sequence, (condition, canceled, source) in enumerate(
            [("R", "A", "C"), ("N", "", "C"), ("R", "B", "C"), ("Y", "", "N"), ("Y", "", "C"), ("", "", "C"), ("?", "", "C")]
        )
    ]
    found = read_whole(write(QUOTES_NAME, whole(QUOTE_HEADER, *lines)))
    by_venue = found.tables["quotes"].filter(pl.col("kind") == "venue")
    assert by_venue["bid_px"].is_not_null().to_list() == [True, False, False, True, False, False, False]
    assert by_venue["bid_qty"].is_not_null().to_list() == by_venue["bid_px"].is_not_null().to_list()
    assert found.tables["quotes"].filter(pl.col("kind") == "nbbo")["sequence"].to_list() == [0]
    assert "quotes that take no part in the national best and stand without prices, by condition: ? 1, N 1, R 1, Y 1, none 1" in found.notes
    assert found.accepted == 7


def test_both_files_together_make_the_complete_national_best(write, read_whole, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """By hand: 10.00/10.02 at sequence 1 (NBBO file), 10.01/10.02 at 2 (one venue, quotes file), 10.01/10.03 at 3 (NBBO file)."""
    national = read_whole(
        write(
            NBBO_NAME,
            whole(
                NBBO_HEADER,
                nbbo("093000000000001", "IBM", "N 10.00 x 1", "P 10.02 x 2"),
                nbbo("093000000000003", "IBM", "N 10.01 x 1", "P 10.03 x 2", sequence=3),
            ),
        )
    )
    venues = read_whole(write(QUOTES_NAME, whole(QUOTE_HEADER, quote("093000000000002", "N", "IBM", "10.01 x 1", "10.02 x 9", sequence=2, national="1"))))
    for number, found in enumerate((venues, national)):
        conform(found.tables["quotes"], QUOTES).write_parquet(tmp_path / f"{number}.parquet")
    built = build(sorted(tmp_path.glob("*.parquet")), tmp_path / "book", source="taq", kind="nbbo")
    assert (built.rows, built.others, built.conflicts) == (3, 1, 0)
    book = QuoteBook.open(tmp_path / "book")
    assert [int(px) for px in book.quotes["bid_px"].part(0, 3)] == [1_000_000_000, 1_001_000_000, 1_001_000_000]
    assert [int(px) for px in book.quotes["ask_px"].part(0, 3)] == [1_002_000_000, 1_002_000_000, 1_003_000_000]
    assert COMPLETE in national.notes


def test_a_national_quote_that_was_canceled_is_skipped_and_a_side_without_size_is_none(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    text = whole(
        NBBO_HEADER, nbbo("093000000001", "IBM", "N 10.00 x 1", "P 10.02 x 0"), nbbo("093000000002", "IBM", "N 10.01 x 1", "P 10.03 x 2", canceled="B")
    )
    found = read_whole(write(NBBO_NAME, text))
    assert found.tables["quotes"].select("bid_px", "ask_px", "ask_qty", "bid_venue", "ask_venue", "resolution_ns").rows() == [
        (Decimal(10), None, None, "XNYS", None, 1_000)
    ]
    assert found.tables["quotes"]["quoted_at"].to_list() == [OPEN + 1_000]
    assert (found.records, found.accepted, found.skipped) == (2, 1, {"quote canceled or corrected by its source": 1})


def test_a_best_quote_of_a_venue_that_is_not_known_is_kept_and_told(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    found = read_whole(write(NBBO_NAME, whole(NBBO_HEADER, nbbo("093000000000001", "IBM", "? 10.00 x 1", "P 10.02 x 2"))))
    assert found.tables["quotes"].select("bid_px", "bid_venue", "ask_venue").rows() == [(Decimal(10), None, "ARCX")]
    assert found.notes[-1] == "venues of best quotes left empty, for their letters are not known: ? 1"


def test_trades_are_regular_or_say_why_not(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    given = [
        ("093000000000000", "N", "@", "00", "C", ""), ("093000000000000", "D", "@F I", "01", "C", "N"), ("093000000000000", "D", "@", "08", "C", "Q"),
        ("092959999999999", "Q", "@ T", "00", "N", ""), ("160000000000000", "N", "@6 X", "00", "C", ""), ("160500000000000", "N", "M", "00", "C", ""),
        ("120000000000000", "D", "@4 W", "00", "N", "B"), ("120000000000000", "P", "B", "00", "C", ""), ("120000000000000", "Q", "B", "00", "N", ""),
        ("120000000000000", "Q", "B", "00", "", ""), ("120000000000000", "N", "&", "00", "C", ""), ("160000000000000", "N", "@", "00", "C", ""),
        ("120000000000000", "N", "", "77", "C", ""), ("093000000000000", "N", "O", "00", "C", ""), ("120000000000000", "?", "", "00", "C", ""),
    ]  # fmt: skip
    lines = [
        trade(at, venue, "IBM", "10.5", "7", sale=sale, correction=fix, source=source, facility=trf, sequence=n)
        for n, (at, venue, sale, fix, source, trf) in enumerate(given)
    ]
    found = read_whole(write(TRADES_NAME, whole(TRADE_HEADER, *lines)))
    trades = found.tables["trades"]
    assert trades.select("is_regular", "filtered_reason", "kind", "venue").rows() == [
        (True, None, "regular", "XNYS"),
        (True, None, "regular", "FINY"),
        (False, "correction indicator 08: later canceled", "other", "FINN"),
        (False, "outside regular hours", "extended", "XNAS"),
        (False, "auction", "close", "XNYS"),
        (False, "official price, no trade", "other", "XNYS"),
        (False, "derivatively priced", "other", "FINC"),
        (False, "average price trade", "other", "ARCX"),
        (True, None, "regular", "XNAS"),
        (False, "sale condition B differs by plan, which is not told", "other", "XNAS"),
        (False, "unknown sale condition &", "other", "XNYS"),
        (False, "outside regular hours", "extended", "XNYS"),
        (False, "unknown correction indicator 77", "other", "XNYS"),
        (False, "auction", "open", "XNYS"),
        (True, None, "regular", None),
    ]
    assert trades["source"].unique().to_list() == ["taq_trades"]
    assert trades.row(1, named=True) | {} == trades.row(1, named=True)
    assert (trades["px"][0], trades["qty"][0], trades["traded_at"][0], trades["venue_raw"][1]) == (Decimal("10.5"), Decimal(7), OPEN, "DN")


def test_the_participants_clock_is_another_source(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    path = write(QUOTES_NAME, whole(QUOTE_HEADER, quote("093000000000001", "N", "IBM", "10 x 1", "11 x 1")))
    found = read_whole(path, clock="participant")
    assert found.tables["quotes"].select("quoted_at", "source").rows() == [(OPEN + 7, "taq_participant")]
    assert found.notes[1] == "instants are the venues' (participant timestamps)"
    with pytest.raises(Problem, match="'atomic' is no clock of TAQ"):
        read_whole(path, clock="atomic")


def test_sizes_are_lots_until_november_2025_and_shares_from_then_and_sizes_that_speak_against_it_are_told(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    def sizes(day: str, size: int) -> tuple[Decimal, tuple[str, ...]]:
        lines = [nbbo("093000000000001", "IBM", f"N 10.00 x {size}", f"P 10.02 x {size}", sequence=n) for n in range(1_000)]
        found = read_whole(write(f"EQY_US_ALL_NBBO_{day}", whole(NBBO_HEADER, *lines, day=day)))
        return found.tables["quotes"]["bid_qty"][0], tuple(note for note in found.notes if "at prices up to 250" in note)

    assert sizes("20251031", 3) == (Decimal(300), ())
    assert sizes("20251103", 300) == (Decimal(300), ())
    assert sizes("20251031", 300)[1] == ("sizes are taken as round lots of 100, but 1,000 of 1,000 at prices up to 250 divide by 100: they may be shares",)
    assert sizes("20251103", 3)[1] == ("sizes are taken as shares, but only 0 of 1,000 at prices up to 250 divide by 100: they may be round lots",)


def test_the_end_line_is_held_against_the_file(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    line = nbbo("093000000000001", "IBM", "N 10.00 x 1", "P 10.02 x 2")
    notes = {
        name: read_whole(write(NBBO_NAME, text)).notes[4:]
        for name, text in {
            "right": whole(NBBO_HEADER, line), "fewer": whole(NBBO_HEADER, line, count=2), "day": whole(NBBO_HEADER, line, day="20240117"),
            "none": f"{NBBO_HEADER}\n{line}\n", "short": f"{NBBO_HEADER}\n{line}\nEND|20240116|1\n", "empty": f"{NBBO_HEADER}\n{line}\nEND|\n",
        }.items()
    }  # fmt: skip
    assert notes == {
        "right": (), "short": (), "fewer": ("its END line counts 2, the file holds 1 records",), "day": ("its END line says 20240117, its name 20240116",),
        "none": ("the file has no END line: it may have been cut off",), "empty": ("its END line counts nothing, the file holds 1 records",),
    }  # fmt: skip


def test_bad_lines_are_rejected_one_by_one(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    good = quote("093000000000001", "N", "IBM", "10 x 1", "11 x 1")
    lines = [
        good,
        good.replace("093000000000001|N", "93000|N"),
        good.replace("|N|", "|?|", 1),
        good.replace("|10|", "|1e1|", 1),
        good.replace("|IBM|", "||"),
        good + "|",
    ]
    found = read_whole(write(QUOTES_NAME, whole(QUOTE_HEADER, *lines)))
    assert sorted(found.reasons) == [
        (3, "time: not a time (HHMMSS and 3, 6 or 9 decimals)", "93000"),
        (4, "exchange: not a known participant", "?"),
        (5, "bidprice: not a plain decimal number", "1e1"),
        (6, "symbol: missing", ""),
        (7, "24 fields where 23 belong", lines[5]),
    ]
    assert (found.records, found.accepted) == (6, 1)


def test_the_master_file_names_symbols_and_their_round_lots(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    lines = (
        "BAC PRL|BofA 7.25 pct|060505682|P|BACPRL||N|N|A|1|1|||| 20240116",
        "AAPL|Apple|037833100|C|AAPL||N|Q|C|100|100||||20240116",
        "ZVZZT|Test||C|ZVZZT||Y|Q|C|100|100||||20240116",
    )
    found = read_whole(write("EQY_US_ALL_REF_MASTER_20240116.gz", gzip.compress(whole(MASTER_HEADER, *lines).encode())))
    assert found.tables["symbols"].select("symbol", "name", "listed_at", "round_lot", "from_on", "line").rows() == [
        ("BAC.PRL", "BofA 7.25 pct", "XNYS", Decimal(1), date(2024, 1, 16), 2), ("AAPL", "Apple", "XNAS", Decimal(100), date(2024, 1, 16), 3),
    ]  # fmt: skip
    assert found.skipped == {"test symbol": 1}


@pytest.mark.parametrize(
    ("name", "options", "what"), [("NBBO", {}, "give no date"), (NBBO_NAME, {"date": "2024-01-17"}, "several dates"), ("NBBO_20241399", {}, "give no date")]
)
def test_a_date_is_never_guessed(name, options, what, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem, match=what):
        read_whole(write(name, whole(NBBO_HEADER)), **options)
