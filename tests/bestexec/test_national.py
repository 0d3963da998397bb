"""The national best of venues' quotes: by hand, by brute force, and never from a stream that is the national best already."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from bestexec.errors import Problem
from bestexec.quotes import national
from bestexec.quotes.national import national_best
from bestexec.schema import QUOTES, conform

DAY = date(2026, 7, 1)


def quotes(*rows: tuple[str, str, int, Any, Any, Any, Any]) -> pl.DataFrame:
    """symbol, venue, instant, bid, its size, offer, its size; sequence and line are the row's number."""
    told = [
        {"day": DAY, "symbol": symbol, "venue": venue, "quoted_at": at, "sequence": n, "line": n, "kind": "venue", "source": "made", "resolution_ns": 1,
         "bid_px": bid and Decimal(bid), "bid_qty": bid_qty and Decimal(bid_qty), "ask_px": ask and Decimal(ask), "ask_qty": ask_qty and Decimal(ask_qty)}
        for n, (symbol, venue, at, bid, bid_qty, ask, ask_qty) in enumerate(rows, 1)
    ]  # fmt: skip
    return conform(
        pl.DataFrame(
            told,
            schema_overrides={
                "bid_px": QUOTES.schema["bid_px"],
                "ask_px": QUOTES.schema["ask_px"],
                "bid_qty": QUOTES.schema["bid_qty"],
                "ask_qty": QUOTES.schema["ask_qty"],
            },
        ),
        QUOTES,
    )


def shown(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    return [
        tuple(float(value) if isinstance(value, Decimal) else value for value in row)
        for row in frame.select("symbol", "quoted_at", "sequence", "bid_px", "bid_qty", "bid_venue", "ask_px", "ask_qty", "ask_venue", "line").rows()
    ]


def test_the_best_of_three_venues_by_hand() -> None:
    found = national_best(quotes(
        ("IBM", "XNYS", 10, "10.00", 100, "10.05", 100),
        ("IBM", "ARCX", 11, "10.01", 200, "10.05", 300),   # a better bid; the same offer with more size goes first
        ("IBM", "BATS", 12, "10.01", 200, "10.06", 900),   # the same bid and size: ARCX stood first; no change
        ("IBM", "ARCX", 13, None, None, "10.05", 300),     # its bid goes: BATS remains
        ("IBM", "XNYS", 14, "10.05", 100, "10.06", 100),   # locks ARCX's offer; stays locked
        ("IBM", "BATS", 15, "10.07", 500, "10.08", 100),   # crosses; stays crossed
        ("AAPL", "XNAS", 9, None, None, None, None),       # nothing yet
        ("AAPL", "XNAS", 16, "5.00", 100, None, None),
        ("AAPL", "XNAS", 17, None, None, None, None),      # gone again
    ), source="made_best")  # fmt: skip
    assert shown(found) == [
        ("AAPL", 16, 2, 5.0, 100.0, "XNAS", None, None, None, 8),
        ("AAPL", 17, 3, None, None, None, None, None, None, 9),
        ("IBM", 10, 1, 10.0, 100.0, "XNYS", 10.05, 100.0, "XNYS", 1),
        ("IBM", 11, 2, 10.01, 200.0, "ARCX", 10.05, 300.0, "ARCX", 2),
        ("IBM", 13, 3, 10.01, 200.0, "BATS", 10.05, 300.0, "ARCX", 4),
        ("IBM", 14, 4, 10.05, 100.0, "XNYS", 10.05, 300.0, "ARCX", 5),
        ("IBM", 15, 5, 10.07, 500.0, "BATS", 10.05, 300.0, "ARCX", 6),
    ]
    assert found.select("kind", "source", "venue").unique().rows() == [("nbbo", "made_best", None)]


@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_ten_thousand_random_quotes_against_brute_force(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brute force keeps a dictionary of venues and looks at all of them at each quote."""
    monkeypatch.setattr(national, "PIECE", piece)
    rng = np.random.default_rng(605)
    names = ["XNYS", "ARCX", "BATS", "XNAS", "IEXG"]
    rows: list[tuple[str, str, int, Any, Any, Any, Any]] = []
    for n in range(10_000):
        bid, ask = (None if rng.random() < 0.1 else 1_000 + int(rng.integers(0, 4)) + side for side in (0, 2))
        sizes = rng.integers(1, 4, 2) * 100
        rows.append(
            (
                str(rng.choice(["A", "B", "C"])),
                str(rng.choice(names)),
                n // 3,
                bid and bid / Decimal(100),
                bid and int(sizes[0]),
                ask and ask / Decimal(100),
                ask and int(sizes[1]),
            )
        )
    found = national_best(quotes(*rows), source="x")
    expected = []
    for symbol in ("A", "B", "C"):
        standing: dict[str, tuple[Any, ...]] = {}
        since: dict[tuple[str, int], int] = {}
        last: Any = ()
        own = sorted(((at, n, venue, values) for n, (of, venue, at, *values) in enumerate(rows, 1) if of == symbol))
        for order, (at, _, venue, values) in enumerate(own):
            for side in (0, 2):
                before = standing.get(venue)
                if before is None or tuple(before[side : side + 2]) != tuple(values[side : side + 2]):
                    since[venue, side] = order
            standing[venue] = tuple(values)
            best: list[Any] = []
            for side, sign in ((0, -1), (2, 1)):
                there = [(sign * quote[side], -quote[side + 1], since[name, side], name) for name, quote in standing.items() if quote[side] is not None]
                best += [None, None, None] if not there else [sign * min(there)[0], -min(there)[1], min(there)[3]]
            if best != last and not (last == () and best == [None] * 6):
                expected.append((symbol, at, *best))
            last = best
    got = [(s, at, *(v if v is None or isinstance(v, str) else Decimal(str(v)) for v in rest)) for s, at, _, *rest, _ in shown(found)]
    assert got == [(s, at, *(v if v is None or isinstance(v, str) else Decimal(v) for v in rest)) for s, at, *rest in expected]


def test_the_order_of_rows_changes_nothing() -> None:
    given = quotes(("IBM", "XNYS", 10, "10", 100, "11", 100), ("IBM", "ARCX", 10, "10", 100, "11", 100), ("IBM", "BATS", 9, "10", 100, "11", 100))
    assert national_best(given.reverse(), source="x").equals(national_best(given, source="x"))


def test_a_national_best_stream_is_refused() -> None:
    lean = quotes(("IBM", "XNYS", 10, "10", 100, "11", 100)).with_columns(kind=pl.lit("nbbo"), source=pl.lit("lean"), venue=pl.lit(None, pl.String))
    with pytest.raises(Problem, match=r"1 quotes are no venue's own \(lean nbbo\)"):
        national_best(lean, source="x")
    with pytest.raises(Problem, match="lean venue"):
        national_best(lean.with_columns(kind=pl.lit("venue")), source="x")
    assert national_best(lean.clear(), source="x").height == 0
