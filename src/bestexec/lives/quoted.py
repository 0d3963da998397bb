"""The quotes around an order: every state of the national best and of the best odd lot within a window, from the day's quote book."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from bestexec.books import Books, Stream, streams_of
from bestexec.errors import Problem
from bestexec.market.sessions import regular_hours
from bestexec.policy import Policy
from bestexec.quotes import QuoteBook
from bestexec.quotes.columns import NONE, Rows
from bestexec.quotes.halts import KINDS
from bestexec.runs import Run
from bestexec.store import Imported, read_rows
from bestexec.units import PX_ONE
from bestexec.workspace import Workspace


@dataclass(frozen=True)
class Steps:
    """Quotes that stood in [from_at, to_at): `at` (epoch ns, the first cut to from_at), bid and ask in dollars, NaN where a side is missing."""

    at: Rows
    bid: np.typing.NDArray[np.float64]
    ask: np.typing.NDArray[np.float64]
    quoted_at: Rows
    """When each was quoted: before `at` for the first."""


@dataclass(frozen=True)
class DayQuotes:
    """One symbol's quotes of one day. `said` names the stream; `why_not` says why there is none."""

    day: date
    symbol: str
    said: str
    why_not: str
    open_at: int | None
    close_at: int | None
    stale_after_ns: int
    halts: tuple[tuple[int, int | None, str], ...]
    best: QuoteBook | None
    odd: QuoteBook | None

    def steps(self, from_at: int, to_at: int, *, odd_lots: bool = False) -> Steps | None:
        """The quotes that stood in the window; None without a book, or without this symbol in it."""
        book = self.odd if odd_lots else self.best
        return None if book is None else _steps(book, self.symbol, from_at, to_at)


def quotes_of(workspace: Workspace, run: Run, limits: Policy, day: date, symbol: str) -> DayQuotes:
    """The symbol's quotes on `day`, of the imports that the run was made of. Builds nothing: a book that is not there is said."""
    inputs = run.manifest["inputs"]
    of_day = [key for key, item in inputs.items() if any(day.isoformat() in item["rows"].get(table, {}) for table in ("quotes", "statuses"))]
    named = {*of_day, *(key for key, item in inputs.items() if "symbols" in item["rows"])}
    imports = [found for key in sorted(named) if (found := _imported(workspace, key)) is not None]
    books = Books(workspace.books, imports, nbbo_source=limits.nbbo_source, stale_after_ns=limits.stale_after_ns)
    hours = regular_hours(day)
    halts = read_rows(imports, "statuses", [day]).filter((pl.col("symbol") == symbol) & pl.col("kind").is_in(KINDS))
    best, why_not = _first(books, day, books.benchmark(day), symbol)
    odd, _ = _first(books, day, tuple(stream for stream in streams_of(imports, day) if stream.kind == "odd_lot"), symbol)
    return DayQuotes(
        day, symbol, best[0].words if best else "", "" if best else why_not, hours.open_at if hours else None, hours.close_at if hours else None,
        limits.stale_after_ns, tuple(halts.sort("from_at").select("from_at", "to_at", "kind").iter_rows()), best[1] if best else None, odd[1] if odd else None,
    )  # fmt: skip


def _imported(workspace: Workspace, key: str) -> Imported | None:
    path = workspace.imports / key / "manifest.json"
    return Imported(path.parent, json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _first(books: Books, day: date, streams: Sequence[Stream], symbol: str) -> tuple[tuple[Stream, QuoteBook] | None, str]:
    """The first stream's book that has the symbol; else why there is none."""
    if not streams:
        return None, f"no feed has quotes of {day}"
    why_not = f"no quote of {symbol} on {day} in {streams[0].words}"
    for stream in streams:
        folder = books.folder_of(day, stream)
        if not folder.exists():
            why_not = f"the quote book of {day} is not there; measure that day again and it is built"
            continue
        try:
            book = QuoteBook.open(folder)
        except Problem as problem:
            why_not = str(problem)
            continue
        if book.codes(pl.Series([symbol]))[0] >= 0:
            return (stream, book), ""
    return None, why_not


def _steps(book: QuoteBook, symbol: str, from_at: int, to_at: int) -> Steps | None:
    code = int(book.codes(pl.Series([symbol]))[0])
    if code < 0:
        return None
    first, stop = int(book.instants.starts[code]), int(book.instants.starts[code + 1])
    instants = book.instants.instants[first:stop]
    begin = first + max(int(instants.searchsorted(from_at, side="right")) - 1, 0)
    end = first + int(instants.searchsorted(to_at, side="left"))
    quoted = book.quotes["quoted_at"].part(begin, max(end, begin))
    return Steps(np.maximum(quoted, from_at), _dollars(book, "bid_px", begin, end), _dollars(book, "ask_px", begin, end), quoted)


def _dollars(book: QuoteBook, name: str, begin: int, end: int) -> np.typing.NDArray[np.float64]:
    """For drawing alone: a figure that is said comes from the sealed tables."""
    values = book.quotes[name].part(begin, max(end, begin))
    return np.where(values == NONE, np.nan, values / PX_ONE)
