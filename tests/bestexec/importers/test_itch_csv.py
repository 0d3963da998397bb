"""Decoded ITCH: a quote after each event, executions E and C, and no guess at the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

Write = Callable[[str, str | bytes], Path]
HEADER = (
    "event_index,source_message_sequence,timestamp_ns,message_type,size,price,execution_price,direction,stock,"
    "ask_price_1,ask_size_1,bid_price_1,bid_size_1,ask_price_2"
)
ROWS = """1,100,34200000245396,A,100,163.35,,-1,AAPL,163.34,185.0,163.24,1849.0,1
2,107,34200127615917,E,73,163.24,,1,AAPL,163.34,185.0,163.24,1776.0,1
3,109,34200133871851,C,20,163.23,163.22,-1,AAPL,163.23,80.0,,,1
4,110,34200133871852,E,20,,,-1,AAPL,163.23,80.0,,,1
"""


def test_executions_take_their_price_and_side_from_the_resting_order(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("events.csv", f"{HEADER}\n{ROWS}"), date="2019-01-30")
    assert whole.tables["trades"].select("day", "symbol", "sequence", "px", "qty", "aggressor", "conditions", "venue", "line").rows() == [
        (date(2019, 1, 30), "AAPL", 107, Decimal("163.24"), Decimal(73), -1, "E", "XNAS", 3),
        (date(2019, 1, 30), "AAPL", 109, Decimal("163.22"), Decimal(20), None, "C", "XNAS", 4),
    ]
    assert whole.tables["quotes"].select("sequence", "bid_px", "bid_qty", "ask_px", "ask_qty").rows() == [
        (100, Decimal("163.24"), Decimal(1849), Decimal("163.34"), Decimal(185)),
        (107, Decimal("163.24"), Decimal(1776), Decimal("163.34"), Decimal(185)),
        (109, None, None, Decimal("163.23"), Decimal(80)),
    ]
    # 2019-01-30T05:00Z is midnight in New York: day 17,926 × 86,400 s + 5 h
    assert whole.tables["quotes"]["quoted_at"][0] == 1_548_824_400_000_000_000 + 34_200_000_245_396
    assert [(line, why) for line, why, _ in whole.reasons] == [(5, "an execution without price or size")]
    assert whole.notes == ()


def test_a_day_that_nobody_states_is_not_guessed(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    whole = read_whole(write("events_20190130.csv", f"{HEADER}\n{ROWS}"))
    assert whole.tables["quotes"]["day"].unique().to_list() == [date(1970, 1, 1)]
    assert whole.notes == ("trading date not stated by the file; filed under 1970-01-01 · import with --date YYYY-MM-DD",)


def test_the_published_figures_of_aapl_come_out(data, read_whole) -> None:  # type: ignore[no-untyped-def]
    """|2(P − M)| against the row before; the figure is unsigned, which matters for type C (0.007841 against 0.006147 signed)."""
    whole = read_whole(next((data / "itch_aapl_2019").glob("*.csv")))
    quotes = whole.tables["quotes"]
    assert quotes["line"].to_list() == list(range(2, 10_002))
    before = quotes.select(line=pl.col("line") + 1, bid="bid_px", ask="ask_px")
    trades = whole.tables["trades"].join(before, on="line", how="left")
    px, bid, ask, qty = (pl.col(name).cast(pl.Decimal(38, 8)) for name in ("px", "bid", "ask", "qty"))

    def figures(some: pl.DataFrame) -> tuple[int, int, str, str]:
        n, shares, effective, quoted = some.select(
            pl.len(), qty.sum(), ((px + px - bid - ask).abs() * qty).sum().alias("effective"), ((ask - bid) * qty).sum().alias("quoted")
        ).row(0)  # fmt: skip
        return n, int(shares), f"{effective / shares:.6f}", f"{quoted / shares:.6f}"

    assert figures(trades) == (746, 71_750, "0.051718", "0.052020")
    assert figures(trades.filter(pl.col("conditions") == "E"))[2] == "0.052452"
    assert figures(trades.filter(pl.col("conditions") == "C"))[2] == "0.007841"
    assert trades.filter(~px.is_between(bid, ask)).height == 0
