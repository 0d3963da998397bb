"""Small hand-made markets for the linking tests: quotes, tape and orders written as a person would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bestexec.linking.daymarket import DayMarket, MarketOf
from bestexec.linking.link import Linked, link
from bestexec.linking.rules import Rules
from bestexec.market.sessions import local_to_epoch, regular_hours
from bestexec.quotes import QuoteBook, build
from bestexec.schema import BY_NAME, conform

DAY = date(2026, 7, 1)
NEXT_DAY = date(2026, 7, 2)


def at(clock: str, day: date = DAY) -> int:
    """Epoch ns of a New York wall-clock time such as `10:00:03.000`."""
    hours, minutes, seconds = clock.split(":")
    ns = (int(hours) * 3600 + int(minutes) * 60) * 10**9 + int(Decimal(seconds) * 10**9)
    return int(np.asarray(local_to_epoch(day, np.array([ns], dtype=np.int64)))[0])


def table(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Canonical rows from dictionaries of plain values; decimals as text."""
    schema = BY_NAME[name].schema
    given = {key: schema[key] for row in rows for key in row}
    texts = {key: pl.String if isinstance(dtype, pl.Decimal) else dtype for key, dtype in given.items()}
    frame = pl.DataFrame(
        [{key: str(value) if isinstance(given[key], pl.Decimal) and value is not None else value for key, value in row.items()} for row in rows], schema=texts
    )
    return conform(frame.with_columns(pl.col(key).cast(dtype) for key, dtype in given.items() if isinstance(dtype, pl.Decimal)), BY_NAME[name])


def quote(clock: str, bid: str | None, ask: str | None, day: date = DAY, *, kind: str = "nbbo", symbol: str = "AAA", size: str = "100") -> dict[str, Any]:
    """One row of quotes."""
    return {
        "day": day, "symbol": symbol, "quoted_at": at(clock, day), "sequence": at(clock, day), "bid_px": bid, "ask_px": ask,
        "bid_qty": size, "ask_qty": size, "kind": kind, "source": "hand", "line": 1,
    }  # fmt: skip


def trade(clock: str, px: str, qty: str = "100", day: date = DAY, *, symbol: str = "AAA") -> dict[str, Any]:
    """One regular trade of the tape."""
    return {
        "day": day,
        "symbol": symbol,
        "traded_at": at(clock, day),
        "sequence": at(clock, day),
        "px": px,
        "qty": qty,
        "is_regular": True,
        "source": "hand",
        "venue": "XNYS",
        "line": 1,
    }


def order(order_id: str, side: int, qty: str, received: str, *, day: date = DAY, **more: Any) -> dict[str, Any]:
    """One order; a limit order when it has a limit."""
    kind = "limit" if "limit_px" in more else "market"
    return {
        "firm": "F", "key_on": day, "order_id": order_id, "symbol": "AAA", "side": side, "qty": qty, "order_type": kind, "tif": "day",
        "received_at": at(received, day), "is_held": True, "line": 1, **more,
    }  # fmt: skip


def fill(order_id: str, fill_id: str, side: int, qty: str, px: str, filled: str, *, day: date = DAY, key_on: date | None = None, **more: Any) -> dict[str, Any]:
    """One fill."""
    return {
        "firm": "F", "key_on": key_on or day, "order_id": order_id, "fill_id": fill_id, "traded_on": day, "symbol": "AAA", "side": side, "qty": qty, "px": px,
        "filled_at": at(filled, day), "venue": "XNYS", "line": 1, **more,
    }  # fmt: skip


def market(
    folder: Path, quotes: Sequence[Mapping[str, Any]], trades: Sequence[Mapping[str, Any]] = (), statuses: Sequence[Mapping[str, Any]] = ()
) -> MarketOf:  # fmt: skip
    """Each day's market from the rows given, with real books built in `folder`."""
    halts = table("statuses", statuses) if statuses else pl.DataFrame(schema=BY_NAME["statuses"].schema)
    every = table("quotes", quotes) if quotes else pl.DataFrame(schema=BY_NAME["quotes"].schema)
    tape = table("trades", trades) if trades else pl.DataFrame(schema=BY_NAME["trades"].schema)
    folder.mkdir(parents=True, exist_ok=True)
    every.write_parquet(folder / "quotes.parquet")

    def book(day: date, kind: str) -> QuoteBook | None:
        if every.filter(pl.col("day") == day, pl.col("kind") == kind).is_empty():
            return None
        build([folder / "quotes.parquet"], folder / f"{day}-{kind}", source="hand", kind=kind, day=day)
        hours = regular_hours(day)
        assert hours is not None
        return QuoteBook.open(folder / f"{day}-{kind}", open_at=hours.open_at, close_at=hours.close_at, halts=halts)

    @cache
    def of(day: date) -> DayMarket:
        hours = regular_hours(day)
        open_at, close_at = (hours.open_at, hours.close_at) if hours else (None, None)
        return DayMarket(day, open_at, close_at, book(day, "nbbo"), book(day, "odd_lot"), tape.filter(pl.col("day") == day), halts.filter(pl.col("day") == day))

    return of


def linked(market_of: MarketOf, *, days: Sequence[date] = (DAY,), rules: Rules | None = None, **feeds: Sequence[Mapping[str, Any]]) -> Linked:
    """`link` over hand-made feeds; those not given are empty."""
    names = ("orders", "routes", "fills", "fees", "symbols")
    tables = {
        name: (table(name, feeds[name]) if feeds.get(name) else pl.DataFrame(schema=BY_NAME[name].schema)).with_columns(import_id=pl.lit("i")) for name in names
    }
    return link(tables, days, market_of, rules=rules or Rules())
