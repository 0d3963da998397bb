"""Best bid and offer of crypto venues, in three forms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from bestexec.errors import Problem

AT = 1_705_415_400 * 10**9  # 2024-01-16T14:30:00Z
MS = 10**6
BINANCE = "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time\n"
TARDIS = "exchange,symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\n"


def test_a_binance_file_takes_its_symbol_from_the_name(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    good = f"{BINANCE}7,42000.10,1.5,42000.20,0.001,{AT // MS},{AT // MS + 1}\n8,0,0,42000.20,0.001,{AT // 1000 + 3},1\n"
    text = f"{good}9,x,0,1,1,{AT // MS},1\n10,1,1,1,1.0000001,{AT // MS},1\n11,1,1,1,1,17,1\n"
    found = read_whole(write("BTCUSDT-bookTicker-2024-01-16.csv", text))
    assert found.tables["quotes"].select(
        "day", "symbol", "quoted_at", "sequence", "bid_px", "bid_qty", "ask_px", "ask_qty", "venue", "source", "kind", "line"
    ).rows() == [
        (date(2024, 1, 16), "BTCUSDT", AT, 7, Decimal("42000.1"), Decimal("1.5"), Decimal("42000.2"), Decimal("0.001"), "BINANCE", "binance", "venue", 2),
        (date(2024, 1, 16), "BTCUSDT", AT + 3_000, 8, None, None, Decimal("42000.2"), Decimal("0.001"), "BINANCE", "binance", "venue", 3),
    ]
    assert [(line, why) for line, why, _ in found.reasons] == [
        (4, "bid: not a plain decimal number"),
        (5, "ask_size: more than 6 decimals"),
        (6, "at: not an instant from 1990 to 2035 in nanoseconds or microseconds or milliseconds from 1970"),
    ]
    assert found.notes == ("symbol BTCUSDT taken from the file's name or as stated",)
    with pytest.raises(Problem, match="the symbol stands in no name"):
        read_whole(write("ticks.csv", text))


def test_a_file_in_tardis_form_names_exchange_and_symbol(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    text = f"{TARDIS}deribit,btc-perpetual,{AT // 1000},{AT // 1000 + 5},10,42000.5,42000,20\nderibit,,{AT // 1000},1,1,1,1,1\n"
    found = read_whole(write("quotes.csv", text))
    assert found.tables["quotes"].select("symbol", "quoted_at", "bid_px", "bid_qty", "ask_px", "ask_qty", "venue", "source", "resolution_ns").rows() == [
        ("BTC-PERPETUAL", AT, Decimal(42000), Decimal(20), Decimal("42000.5"), Decimal(10), "DERIBIT", "deribit", MS)
    ]
    assert [why for _, why, _ in found.reasons] == ["received: not an instant from 1990 to 2035 in nanoseconds or microseconds or milliseconds from 1970"]


def test_a_recorded_stream_tells_the_recorders_time_where_the_venue_tells_none(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    five = '"u":5,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"'
    six = f'"e":"bookTicker","u":6,"s":"BTCUSDT","b":"61837.6","B":"3","a":"61837.7","A":"1","T":{AT // MS + 2},"E":{AT // MS + 3}'
    lines = (
        f'{AT + 7} {{"stream":"btcusdt@bookTicker","data":{{{five}}}}}',
        f'{AT + 9} {{"stream":"btcusdt@bookTicker","data":{{{six}}}}}',
        f'{AT} {{"stream":"btcusdt@trade","data":{{"e":"trade"}}}}',
        "",
        "noise",
        f'{AT} {{"stream":"btcusdt@bookTicker","data":{{"u":5,"b":"1","B":"1","a":"1","A":"1"}}}}',
    )
    found = read_whole(write("spot.txt", "\n".join(lines) + "\n"))
    assert found.tables["quotes"].select("symbol", "quoted_at", "sequence", "bid_px", "ask_qty", "source", "resolution_ns", "line").rows() == [
        ("BTCUSDT", AT + 7, 5, Decimal("61837.63"), Decimal("1.54698"), "binance_received", 1, 1),
        ("BTCUSDT", AT + 2 * MS, 6, Decimal("61837.6"), Decimal(1), "binance", MS, 2),
    ]
    assert sorted((line, why) for line, why, _ in found.reasons) == [(5, "not a line of a recorded stream"), (6, "no symbol")]
    assert (found.records, found.accepted, found.skipped) == (6, 2, {"message that is no book ticker": 1, "blank line": 1})


@pytest.mark.parametrize(("name", "source"), [("spot_btcusdt", "binance_received"), ("usdm_btcusdt", "binance"), ("cm_btcusd_perp", "binance")])
def test_recorded_streams_make_ordered_uncrossed_quotes(name, source, data, read_whole) -> None:  # type: ignore[no-untyped-def]
    found = read_whole(data / f"hftbacktest/{name}_20240808.gz")
    quotes = found.tables["quotes"]
    assert found.records == found.accepted + sum(found.skipped.values()) + len(found.rejects)
    assert (found.rejects, quotes["source"].unique().to_list()) == ((), [source])
    assert quotes.height > 1_000
    assert quotes.filter(pl.col("bid_px") >= pl.col("ask_px")).height == 0
    assert quotes["sequence"].is_sorted()
