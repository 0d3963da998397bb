"""ITCH 5.0: the book by hand and by brute force, trades, halts, and what breaks off."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.importers import itch

from .itch_files import HOUR, add, cross, deleted, directory, executed, executed_at, hidden, message, reduced, replaced, restriction, state, stock, system

Write = Callable[[str, str | bytes], Path]
NAME = "01302019.NASDAQ_ITCH50"
MIDNIGHT = 1_548_824_400 * 10**9  # 2019-01-30T05:00Z: day 17,926 × 86,400 s + 5 h
START = [system(), directory("AAPL"), directory("BRK.B", locate=2, lot=40, category="N"), directory("ZVZZT", locate=3, authenticity="T")]


def shown(quotes: pl.DataFrame) -> list[tuple[Any, ...]]:
    return [
        tuple(float(value) if isinstance(value, Decimal) else value for value in row)
        for row in quotes.select("line", "symbol", "bid_px", "bid_qty", "ask_px", "ask_qty").rows()
    ]


def test_the_best_quotes_by_hand(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    events = [
        add(1, "B", 100, 10.00), add(2, "S", 50, 10.05), add(3, "B", 30, 10.00),       # 5, 6, 7: two bids at one price add up
        add(4, "B", 500, 9.99), executed(1, 60), deleted(3),                            # 8 changes nothing; 9: 70 left; 10: 40 left
        replaced(1, 5, 10, 10.01), replaced(5, 6, 20, 9.98), reduced(4, 499),           # 11; 12: 9.99 is best again; 13: 1 share of it
        deleted(4), deleted(6), deleted(2), add(7, "S", 7, 300.0, "BRK.B", locate=2),   # 14; 15: no bid; 16: nothing; 17
    ]  # fmt: skip
    found = read_whole(write(NAME, b"".join(START + events)))
    assert shown(found.tables["quotes"]) == [
        (5, "AAPL", 10.0, 100.0, None, None), (6, "AAPL", 10.0, 100.0, 10.05, 50.0), (7, "AAPL", 10.0, 130.0, 10.05, 50.0),
        (9, "AAPL", 10.0, 70.0, 10.05, 50.0), (10, "AAPL", 10.0, 40.0, 10.05, 50.0),
        (11, "AAPL", 10.01, 10.0, 10.05, 50.0), (12, "AAPL", 9.99, 500.0, 10.05, 50.0), (13, "AAPL", 9.99, 1.0, 10.05, 50.0),
        (14, "AAPL", 9.98, 20.0, 10.05, 50.0), (15, "AAPL", None, None, 10.05, 50.0), (16, "AAPL", None, None, None, None), (17, "BRK.B", None, None, 300.0, 7.0),
    ]  # fmt: skip
    assert found.tables["quotes"].select("day", "quoted_at", "kind", "venue", "source").unique().rows() == [
        (date(2019, 1, 30), MIDNIGHT + 10 * HOUR, "venue", "XNAS", "itch")
    ]
    assert found.tables["symbols"].select("symbol", "listed_at", "round_lot").rows() == [("AAPL", "XNAS", Decimal(100)), ("BRK.B", "XNYS", Decimal(40))]
    assert (found.records, found.accepted, found.skipped, found.reasons) == (17, 15, {"system event": 1, "test symbol": 1}, [])
    assert found.notes == ("trading date taken from the file's name", "best quotes of XNAS alone, odd lots among them: not the national best")


def test_trades_of_every_kind(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    events = [
        add(1, "B", 100, 10.0),
        executed(1, 60),
        executed_at(1, 10, 10.02),
        executed_at(1, 10, 10.0, "N"),
        hidden(5, 10.01),
        cross(1_000, 10.03, "O"),
        cross(0, 0, "I"),
        cross(900, 10.04, "C", clock=16 * HOUR),
        hidden(6, 10.01, clock=17 * HOUR),
        executed(99, 5),
        message("B", "Q", 1),
        message("z", "4s", b"what"),
    ]
    found = read_whole(write(NAME, b"".join(START + events)))
    assert found.tables["trades"].select(
        "line", pl.col("px").cast(pl.Float64), pl.col("qty").cast(pl.Int64), "aggressor", "conditions", "is_regular", "filtered_reason", "kind"
    ).rows() == [
        (6, 10.0, 60, -1, "E", True, None, "regular"),
        (7, 10.02, 10, None, "C", True, None, "regular"),
        (8, 10.0, 10, None, "C", False, "not printed: its cross tells it", "other"),
        (9, 10.01, 5, None, "P", True, None, "regular"),
        (10, 10.03, 1_000, None, "QO", False, "auction", "open"),
        (12, 10.04, 900, None, "QC", False, "auction", "close"),
        (13, 10.01, 6, None, "P", False, "outside regular hours", "extended"),
    ]
    skipped = {
        "system event": 1,
        "test symbol": 1,
        "cross of no shares": 1,
        "event of an order that the file never added": 1,
        "broken trade, which stays in the table": 1,
        "message of unknown type 'z'": 1,
    }
    assert found.skipped == skipped
    assert found.accepted == found.records - sum(skipped.values())


def test_halts_pauses_and_restrictions_are_spans(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    events = [
        state("AAPL", "T", clock=4 * HOUR),
        restriction("AAPL", "2", clock=4 * HOUR),
        state("AAPL", "H", "T1", clock=10 * HOUR),
        state("AAPL", "Q", "T1", clock=11 * HOUR),
        state("AAPL", "T", clock=12 * HOUR),
        state("BRK.B", "P", "LUDP", clock=13 * HOUR, locate=2),
        message("h", "8scc", stock("AAPL"), b"Q", b"H", clock=14 * HOUR),
        message("h", "8scc", stock("AAPL"), b"Q", b"T", clock=15 * HOUR),
    ]
    found = read_whole(write(NAME, b"".join(START + events)))
    at = lambda hour: MIDNIGHT + hour * HOUR  # noqa: E731  # of this table alone
    assert found.tables["statuses"].sort("from_at").select("symbol", "kind", "from_at", "to_at", "reason").rows() == [
        ("AAPL", "short_sale_restriction", at(4), None, "2"),
        ("AAPL", "halt", at(10), at(12), "T1"),
        ("BRK.B", "luld_pause", at(13), None, "LUDP"),
        ("AAPL", "halt", at(14), at(15), "operational halt at Q"),
    ]


def stream(rng: random.Random, count: int) -> tuple[list[bytes], list[tuple[Any, ...]]]:
    """Random messages, and by a dictionary of orders the best of the book after each."""
    orders: dict[int, list[Any]] = {}
    messages, best, last, number = [], [], {}, 0
    for line in range(len(START) + 1, len(START) + 1 + count):
        which = rng.choice(list(orders)) if orders and rng.random() < 0.6 else None
        if which is None:
            number += 1
            locate, side, shares, price = rng.choice((1, 2)), rng.choice("BS"), rng.randint(1, 9), rng.randint(995, 1_005)
            orders[number] = [locate, side, shares, price]
            messages.append(add(number, side, shares, price / 100, ("AAPL", "BRK.B")[locate - 1], locate=locate))
        else:
            locate, side, shares, price = orders[which]
            act = rng.choice("EXDU")
            if act == "D":
                del orders[which]
                messages.append(deleted(which, locate=locate))
            elif act == "U":
                number += 1
                orders[number] = [locate, side, rng.randint(1, 9), rng.randint(995, 1_005)]
                del orders[which]
                messages.append(replaced(which, number, orders[number][2], orders[number][3] / 100, locate=locate))
            else:
                some = rng.randint(1, shares)
                orders[which][2] -= some
                if not orders[which][2]:
                    del orders[which]
                messages.append(executed(which, some, locate=locate) if act == "E" else reduced(which, some, locate=locate))
        row: list[Any] = []
        for side, pick in (("B", max), ("S", min)):
            prices = [order[3] for order in orders.values() if order[0] == locate and order[1] == side]
            row += (
                [pick(prices) / 100, float(sum(o[2] for o in orders.values() if o[0] == locate and o[1] == side and o[3] == pick(prices)))]
                if prices
                else [None, None]
            )
        if row != last.get(locate, [None] * 4):
            best.append((line, ("AAPL", "BRK.B")[locate - 1], *row))
        last[locate] = row
    return messages, best


@pytest.mark.check
@pytest.mark.parametrize("block", [400, 5_000, 1 << 20])
def test_three_thousand_random_messages_against_brute_force(block, write, read_whole, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    messages, best = stream(random.Random(605), 3_000)
    blocks = itch.read_blocks
    monkeypatch.setattr(itch, "read_blocks", lambda path: blocks(path, block))
    found = read_whole(write(NAME, b"".join(START + messages)))
    assert shown(found.tables["quotes"]) == best
    assert found.accepted == found.records - 2


def test_a_stream_that_breaks_off_is_read_to_the_break(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    good = b"".join([*START, add(1, "B", 100, 10.0)])
    reasons = {
        "within": read_whole(write(NAME, good + add(2, "B", 1, 9.0)[:-3])), "no bytes": read_whole(write(NAME, good + b"\0\0" + add(2, "B", 1, 9.0))),
        "short": read_whole(write(NAME, good + b"\0\5A1234" + add(2, "S", 1, 11.0))), "packed": read_whole(write(NAME + ".gz", gzip.compress(good * 1)[:-12])),
    }  # fmt: skip
    assert {name: (found.reasons, found.records, found.accepted) for name, found in reasons.items() if name != "packed"} == {
        "within": ([(6, "the file breaks off within a message", "")], 6, 3), "no bytes": ([(6, "a message of no bytes cannot be", "")], 6, 3),
        "short": ([(6, "a message A of 5 bytes, where 36 belong", "")], 7, 4),
    }  # fmt: skip
    assert [reason for _, reason, _ in reasons["packed"].reasons] == ["the gzip archive breaks off before its end"]


@pytest.mark.parametrize(
    ("name", "venue", "day"),
    [
        ("S013019-v50.txt", "XNAS", date(2019, 1, 30)),
        ("01302019.BX_ITCH_50", "XBOS", date(2019, 1, 30)),
        ("20190130.PSX_ITCH50", "XPSX", date(1970, 1, 1)),
        ("feed.bin", "XNAS", date(1970, 1, 1)),
    ],
)
def test_what_names_say(name, venue, day, write, read_whole) -> None:  # type: ignore[no-untyped-def]
    found = read_whole(write(name, b"".join([*START, add(1, "B", 100, 10.0)])))
    assert found.tables["quotes"].select("venue", "day").rows() == [(venue, day)]
    assert (itch.UNDATED in found.notes) is (day.year == 1970)


def test_orders_that_replace_one_another_in_a_circle_end(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    events = [replaced(1, 2, 5, 10.0), replaced(2, 3, 5, 10.0), replaced(3, 1, 5, 10.0)]
    found = read_whole(write(NAME, b"".join(START + events)))
    assert (found.tables["quotes"].height, found.skipped[itch.UNKNOWN], found.records) == (0, 3, 7)


def test_a_trade_names_its_symbol_where_the_directory_does_not(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    found = read_whole(write(NAME, b"".join([system(), hidden(5, 10.0, "XYZ+", locate=9), cross(7, 10.0, "O", "XYZ+", locate=9)])))
    assert found.tables["trades"]["symbol"].to_list() == ["XYZ.WS", "XYZ.WS"]


def test_a_stated_date_that_differs_is_a_problem(write, read_whole) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem, match="several dates"):
        read_whole(write(NAME, b"".join(START)), date="2019-01-31")
