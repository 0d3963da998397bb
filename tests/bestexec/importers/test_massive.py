"""Massive flat files: national quotes and trades by their own numbers of exchanges and conditions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bestexec.errors import Problem

QUOTES = (
    "ticker,ask_exchange,ask_price,ask_size,bid_exchange,bid_price,bid_size,conditions,indicators,"
    "participant_timestamp,sequence_number,sip_timestamp,tape,trf_timestamp"
)
TRADES = "ticker,conditions,correction,exchange,id,participant_timestamp,price,sequence_number,sip_timestamp,size,tape,trf_id,trf_timestamp"
AT = 1_705_415_400 * 10**9  # 2024-01-16T14:30:00Z, 09:30 in New York


def test_quotes_are_the_national_best(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    text = f"""{QUOTES}
BRK.B,11,365.05,3,10,365.01,2,1,,{AT - 7},10,{AT},1,0
BACpL,0,0,0,12,1190.5,1,"1,81",604,{AT + 1},11,{AT + 2},1,0
NA,12,10.02,1,99,10,2,,,{AT + 3},12,{AT + 4},3,0
X,12,10.02,1,12,10,2,,,{AT + 3},12,1705415400,3,0
X,12,10.02,1,12,-10,2,,,{AT + 3},12,{AT},3,0
"""
    found = read_whole(write("2024-01-16.csv", text))
    assert found.tables["quotes"].select(
        "symbol", "quoted_at", "sequence", "bid_px", "bid_qty", "bid_venue", "ask_px", "ask_qty", "ask_venue", "kind", "line"
    ).rows() == [
        ("BRK.B", AT, 10, Decimal("365.01"), Decimal(200), "XNYS", Decimal("365.05"), Decimal(300), "ARCX", "nbbo", 2),
        ("BAC.PRL", AT + 2, 11, Decimal("1190.5"), Decimal(100), "XNAS", None, None, None, "nbbo", 3),
        ("NA", AT + 4, 12, Decimal(10), Decimal(200), None, Decimal("10.02"), Decimal(100), "XNAS", "nbbo", 4),
    ]
    assert found.tables["quotes"].select("day", "source", "venue").unique().rows() == [(date(2024, 1, 16), "massive", None)]
    assert [(line, why) for line, why, _ in found.reasons] == [(5, "at: not an instant from 1990 to 2035 in nanoseconds from 1970"), (6, "bid_price: below 0")]
    assert found.notes == (
        "instants are the tape's own",
        "sizes are taken as round lots of 100 shares before 2025-11-03, as shares from then, as the tapes tell them",
    )


def test_sizes_are_shares_from_november_2025(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    at = 1_762_180_200 * 10**9  # 2025-11-03T14:30:00Z
    text = f"{QUOTES}\nIBM,11,305.05,80,10,305.01,40,1,,{at},10,{at},1,0\n"
    assert read_whole(write("2025-11-03.csv", text)).tables["quotes"].select("day", "bid_qty", "ask_qty").rows() == [
        (date(2025, 11, 3), Decimal(40), Decimal(80))
    ]


def test_trades_by_their_conditions(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    given = [
        ("", "0", "10", "0"), ('"14,37,41"', "0", "4", "201"), ("12", "0", "12", "0"), ('"2,41"', "0", "4", "202"), ("16", "0", "10", "0"),
        ("8", "", "10", "0"), ("", "1", "10", "0"), ("77", "0", "10", "0"), ("", "0", "4", "0"), ("abc", "0", "77", "0"),
    ]  # fmt: skip
    lines = [f"IBM,{codes},{fix},{venue},{n},{AT},10.5,{n},{AT + n},7,1,{trf},0" for n, (codes, fix, venue, trf) in enumerate(given)]
    found = read_whole(write("2024-01-16.csv", "\n".join([TRADES, *lines]) + "\n"))
    assert found.tables["trades"].select("is_regular", "filtered_reason", "kind", "venue", "venue_raw").rows() == [
        (True, None, "regular", "XNYS", "10"),
        (True, None, "regular", "FINY", "4:201"),
        (False, "outside regular hours", "extended", "XNAS", "12"),
        (False, "average price trade", "other", "FINN", "4:202"),
        (False, "official price, no trade", "other", "XNYS", "10"),
        (False, "auction", "close", "XNYS", "10"),
        (False, "correction 1", "other", "XNYS", "10"),
        (False, "unknown sale condition 77", "other", "XNYS", "10"),
        (True, None, "regular", "OFFX", "4"),
        (False, "unknown sale condition abc", "other", None, "77"),
    ]
    assert found.tables["trades"].select("qty", "px", "source").row(0) == (Decimal(7), Decimal("10.5"), "massive_trades")


def test_a_fraction_of_a_share_is_kept(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    text = f"{TRADES},decimal_size\nIBM,37,0,4,1,{AT},10.5,1,{AT},0,1,201,0,0.250000\n"
    assert read_whole(write("2026-03-02.csv", text)).tables["trades"]["qty"].to_list() == [Decimal("0.25")]


def test_the_participants_clock_is_another_source(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    path = write("2024-01-16.csv", f"{QUOTES}\nIBM,11,10.05,3,10,10.01,2,1,,{AT - 7},10,{AT},1,0\n")
    assert read_whole(path, clock="participant").tables["quotes"].select("quoted_at", "source").rows() == [(AT - 7, "massive_participant")]
    with pytest.raises(Problem, match="no clock of Massive"):
        read_whole(path, clock="trf")
