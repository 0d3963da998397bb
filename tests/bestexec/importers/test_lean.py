"""LEAN tick zips: one-sided rows become the national best, trades pass the stated filter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.importers import lean
from bestexec.quotes.national import national_best

Write = Callable[[str, str | bytes], Path]
MIDNIGHT = 1_381_118_400_000_000_000  # 2013-10-07T04:00Z: day 15,985 × 86,400 s + 4 h, as New York is at −04:00
MS = 1_000_000


def zipped(member: str, text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, text)
    return packed.getvalue()


QUOTES = """14400054,0,0,1836300,100,Q,1,0
14400241,1800100,300,0,0,P,1,0
14400241,0,0,1818000,3000,P,1,0
34200000,1812500,200,1813000,400,N,1,0
34200001,0,0,0,0,N,1,0
34200002,1812600,100,0,0,Z,1,1
"""


def test_each_quote_row_is_the_national_best_with_the_other_side_carried_forward(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("20131007_quote.zip", zipped("20131007_ibm_Quote_Tick.csv", QUOTES)))
    quotes = whole.tables["quotes"]
    assert quotes.select("quoted_at", "bid_px", "bid_qty", "bid_venue", "ask_px", "ask_qty", "ask_venue", "line").rows() == [
        (MIDNIGHT + 14_400_054 * MS, None, None, None, Decimal("183.63"), Decimal(100), "XNAS", 1),
        (MIDNIGHT + 14_400_241 * MS, Decimal("180.01"), Decimal(300), "ARCX", Decimal("183.63"), Decimal(100), "XNAS", 2),
        (MIDNIGHT + 14_400_241 * MS, Decimal("180.01"), Decimal(300), "ARCX", Decimal("181.80"), Decimal(3000), "ARCX", 3),
        (MIDNIGHT + 34_200_000 * MS, Decimal("181.25"), Decimal(200), "XNYS", Decimal("181.30"), Decimal(400), "XNYS", 4),
    ]
    assert quotes.select("day", "symbol", "kind", "source", "venue", "resolution_ns").unique().rows() == [(date(2013, 10, 7), "IBM", "nbbo", "lean", None, MS)]
    assert quotes["sequence"].to_list() == [1, 2, 3, 4]
    assert whole.reasons == [(5, "neither side has a price", "34200001,0,0,0,0,N,1,0")]
    assert (whole.records, whole.accepted, whole.skipped) == (6, 4, {"quote that the source suspects": 1})
    assert whole.notes == ("symbol IBM and trading date taken from 20131007_ibm_Quote_Tick.csv",)


def test_sides_are_carried_over_the_edge_of_a_block(write, read_whole, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    path = write("20131007_quote.zip", zipped("20131007_ibm_Quote_Tick.csv", QUOTES))
    at_once = read_whole(path).tables["quotes"]
    read_fields = lean.read_fields
    monkeypatch.setattr(lean, "read_fields", lambda path, layout: read_fields(path, layout, block=1))
    assert read_whole(path).tables["quotes"].equals(at_once)


TRADES = """34199999,1820000,100,N,1,0
34200000,1820000,100,D,1,0
34200000,1820100,50,P,80000021,0
34200000,1820100,50,P,20000001,1
57599999,1820000,7,K,20100000,0
57600000,1820000,100,N,80,0
40000000,1820000,100,N,40,0
40000000,-5,100,N,1,0
"""


def test_trades_pass_the_default_filter_or_say_why_not(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    """0x80000021 = odd lot + sweep + regular: allowed. 0x20100000 holds 0x100000, average price: not allowed."""
    whole = read_whole(write("20131007_trade.zip", zipped("20131007_ibm_Tick_Trade.csv", TRADES)))
    assert whole.tables["trades"].select("line", "is_regular", "filtered_reason", "kind", "venue", "conditions").rows() == [
        (1, False, "outside 09:30–16:00", "extended", "XNYS", "1"),
        (2, True, None, "regular", "OFFX", "1"),
        (3, True, None, "regular", "ARCX", "80000021"),
        (4, False, "suspected by the source", "other", "ARCX", "20000001"),
        (5, False, "sale condition outside the default filter", "other", "EDGX", "20100000"),
        (6, False, "outside 09:30–16:00", "close", "XNYS", "80"),
        (7, False, "sale condition outside the default filter", "open", "XNYS", "40"),
    ]
    assert whole.reasons == [(8, "price: below 1", "-5")]
    assert "times go backward (first at line 7); rows stand in the order of time, then of the file" in whole.notes


def test_symbol_and_date_may_come_from_a_plain_file_or_from_the_operator(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    named = read_whole(write("20131008_bac_Quote_Tick.csv", QUOTES)).tables["quotes"]
    stated = read_whole(write("anything.csv", QUOTES), date="2013-10-08", symbol="bac").tables["quotes"]
    assert named.equals(stated)
    assert named.select("day", "symbol").unique().rows() == [(date(2013, 10, 8), "BAC")]


@pytest.mark.parametrize(
    ("name", "options", "what"),
    [
        ("20131007_quote.csv", {}, "the symbol stands in no name"),
        ("quotes.csv", {"symbol": "IBM"}, "the names and options give no date"),
        ("20131007_ibm_Quote_Tick.csv", {"date": "2013-10-08"}, "the names and options give several dates"),
        ("20131007_ibm_Quote_Tick.csv", {"date": "Monday"}, "'Monday' is not a date"),
    ],
)
def test_what_no_name_states_is_a_problem_and_never_a_guess(name, options, what, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem, match=what):
        read_whole(write(name, QUOTES), **options)


def test_a_torn_zip_gives_its_rows_up_to_the_break_and_one_reject(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    text = "".join(f"{34_200_000 + n},{1_800_000 + n * 7_919 % 1_000},100,N,1,0\n" for n in range(20_000))
    packed = zipped("20131007_ibm_Trade_Tick.csv", text)
    whole = read_whole(write("20131007_trade.zip", packed[: len(packed) // 2]))
    assert whole.accepted == whole.records - 1 == whole.tables["trades"].height
    assert [(line, why) for line, why, _ in whole.reasons] == [(whole.accepted + 1, "the zip archive breaks off before its directory")]
    assert whole.accepted > 5_000


def benchmark(data: Path, read_whole, symbol: str) -> pl.DataFrame:  # type: ignore[no-untyped-def]
    """Regular trades with the last quote of an earlier millisecond; no trade at a missing, locked or crossed one."""
    quotes = read_whole(data / f"lean/tick/{symbol}/20131007_quote.zip").tables["quotes"]
    trades = read_whole(data / f"lean/tick/{symbol}/20131007_trade.zip").tables["trades"].filter("is_regular")
    before = np.searchsorted(quotes["quoted_at"].to_numpy(), trades["traded_at"].to_numpy(), side="left") - 1
    assert before.min() >= 0
    return trades.with_columns(quotes[before].select(bid="bid_px", ask="ask_px")).filter(pl.col("bid") < pl.col("ask"))


def spread_sums(trades: pl.DataFrame) -> tuple[int, int, str, str, str]:
    """Trades, shares, effective, quoted and share at or inside: exact sums, one division each, as printed in the data's README."""
    px, bid, ask, qty = (pl.col(name).cast(pl.Decimal(38, 8)) for name in ("px", "bid", "ask", "qty"))
    sums = trades.select(
        n=pl.len(),
        shares=qty.sum(),
        effective=((px + px - bid - ask).abs() * qty).sum(),
        quoted=((ask - bid) * qty).sum(),
        inside=pl.when(px.is_between(bid, ask)).then(qty).sum(),
    ).row(0, named=True)
    shares = sums["shares"]
    ratios = (f"{sums['effective'] / shares:.8f}", f"{sums['quoted'] / shares:.8f}", f"{sums['inside'] / shares * 100:.2f}")
    return (sums["n"], int(shares), *ratios)


def test_the_published_figures_of_ibm_come_out(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    trades = benchmark(data, read_whole, "ibm")
    assert spread_sums(trades) == (23_746, 3_525_549, "0.03151692", "0.04080709", "97.42")
    _, shares, effective, _, _ = spread_sums(trades.filter(pl.col("venue") == "OFFX"))
    assert (shares, round(Decimal(effective), 6)) == (1_192_321, Decimal("0.036172"))


def test_the_published_figures_of_bac_come_out(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    assert spread_sums(benchmark(data, read_whole, "bac")) == (83_294, 56_653_229, "0.00997512", "0.01003604", "99.94")


def test_its_quotes_are_no_venues_books(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    quotes = read_whole(data / "lean/tick/ibm/20131007_quote.zip").tables["quotes"]
    with pytest.raises(Problem, match=r"are no venue's own \(lean nbbo\)"):
        national_best(quotes, source="made")
