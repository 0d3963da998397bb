"""The quote books of a workspace's days: built when first needed, then only looked up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from bestexec.linking.asof import AsOf, QuoteLookup
from bestexec.linking.daymarket import DayMarket, MarketOf
from bestexec.market.sessions import regular_hours
from bestexec.quotes import QuoteBook, build
from bestexec.quotes.columns import FORMAT
from bestexec.quotes.halts import KINDS
from bestexec.store import Imported, read_rows


@dataclass(frozen=True, order=True)
class Stream:
    """One stream of quotes: national or one venue's, from one source."""

    kind: str
    source: str
    venue: str | None

    @property
    def words(self) -> str:
        return f"{self.source} {self.kind}" + (f" of {self.venue}" if self.venue else "")


def streams_of(imports: Iterable[Imported], day: date) -> tuple[Stream, ...]:
    """The streams of quotes that the imports hold for `day`."""
    found = {Stream(*stream) for item in imports for stream in item.manifest["streams"].get(day.isoformat(), [])}
    return tuple(sorted(found, key=lambda stream: (stream.kind, stream.source, stream.venue or "")))


def benchmark_streams(streams: Sequence[Stream], nbbo_source: str | None) -> tuple[Stream, ...]:
    """The streams that serve as the benchmark, first the better: the policy's NBBO source, else any national best, else single venues."""
    national = [stream for stream in streams if stream.kind == "nbbo"]
    named = [stream for stream in national if nbbo_source in (None, stream.source)]
    return tuple(named or national or [stream for stream in streams if stream.kind == "venue"])


class Books:
    """Opens each day's market once; what it was built from is in the folder's name, so a stale book is never read."""

    def __init__(self, folder: Path, imports: Sequence[Imported], *, nbbo_source: str | None, stale_after_ns: int | None) -> None:
        self.folder, self.imports = folder, imports
        self.nbbo_source, self.stale_after_ns = nbbo_source, stale_after_ns
        self.market_of: MarketOf = cache(self._market)

    def benchmark(self, day: date) -> tuple[Stream, ...]:
        """The streams in use as the benchmark on `day`."""
        return benchmark_streams(streams_of(self.imports, day), self.nbbo_source)

    def _market(self, day: date) -> DayMarket:
        hours = regular_hours(day)
        statuses = read_rows(self.imports, "statuses", [day])
        halts = statuses.filter(pl.col("kind").is_in(KINDS))
        odd = tuple(stream for stream in streams_of(self.imports, day) if stream.kind == "odd_lot")
        tape = read_rows(self.imports, "trades", [day]).filter("is_regular")
        open_at, close_at = (hours.open_at, hours.close_at) if hours else (None, None)
        return DayMarket(day, open_at, close_at, self._lookup(day, self.benchmark(day), halts), self._lookup(day, odd, halts), tape, halts)

    def _lookup(self, day: date, streams: tuple[Stream, ...], halts: pl.DataFrame) -> QuoteLookup | None:
        books = tuple(self._open(day, stream, halts) for stream in streams)
        return None if not books else books[0] if len(books) == 1 else Layered(books)

    def folder_of(self, day: date, stream: Stream) -> Path:
        """Where the book of one stream of one day stands, or would stand if it were built."""
        made_of: Any = [FORMAT, stream.kind, stream.source, stream.venue, sorted(path.parts[-3] for path in self._files(day))]
        return self.folder / day.isoformat() / f"{stream.kind}-{hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]}"

    def _files(self, day: date) -> list[Path]:
        return [path for item in self.imports if (path := item.parquet("quotes", day.isoformat())) is not None]

    def _open(self, day: date, stream: Stream, halts: pl.DataFrame) -> QuoteBook:
        folder = self.folder_of(day, stream)
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            build(self._files(day), folder, kind=stream.kind, source=stream.source, venue=stream.venue)
        hours = regular_hours(day)
        return QuoteBook.open(
            folder, open_at=hours.open_at if hours else None, close_at=hours.close_at if hours else None, halts=halts, stale_after_ns=self.stale_after_ns
        )


class Layered:
    """Several streams as one lookup: each symbol is looked up in the first stream that has it."""

    def __init__(self, books: Sequence[QuoteBook]) -> None:
        self.books = books
        self.book_of = {symbol: number for number, book in reversed(list(enumerate(books))) for symbol in book.symbols}

    def at(self, symbols: pl.Series, instants: pl.Series, rule: AsOf, sequences: pl.Series | None = None) -> pl.DataFrame:
        """As `QuoteLookup.at`."""
        asked = pl.DataFrame(
            {"symbol": symbols, "instant": instants, "sequence": sequences if sequences is not None else pl.repeat(None, len(symbols), eager=True)}
        )
        answers = [
            self.books[number].at(part["symbol"], part["instant"], rule, part["sequence"] if sequences is not None else None).with_columns(part["_row"])
            for number, part in self._parts(asked)
        ]
        return pl.concat(answers).sort("_row").drop("_row")

    def first_reach(self, symbols: pl.Series, from_at: pl.Series, to_at: pl.Series, sides: pl.Series, limits: pl.Series) -> pl.Series:
        """As `QuoteLookup.first_reach`."""
        asked = pl.DataFrame({"symbol": symbols, "from_at": from_at, "to_at": to_at, "side": sides, "limit": limits})
        answers = [
            part.select("_row").with_columns(
                self.books[number].first_reach(part["symbol"], part["from_at"], part["to_at"], part["side"], part["limit"]).alias("at")
            )
            for number, part in self._parts(asked)
        ]
        return pl.concat(answers).sort("_row")["at"]

    def time_weighted(self, symbols: pl.Series, from_at: int, to_at: int) -> pl.DataFrame:
        """As `QuoteLookup.time_weighted`."""
        asked = pl.DataFrame({"symbol": symbols.unique(maintain_order=True)})
        return pl.concat([self.books[number].time_weighted(part["symbol"], from_at, to_at) for number, part in self._parts(asked)])

    def _parts(self, asked: pl.DataFrame) -> list[tuple[int, pl.DataFrame]]:
        book = asked["symbol"].replace_strict(list(self.book_of), list(self.book_of.values()), default=0, return_dtype=pl.Int64)
        numbered = asked.with_row_index("_row").with_columns(book.alias("_book"))
        parts = numbered.partition_by("_book", as_dict=True, maintain_order=True)
        return [(int(number), part) for (number,), part in parts.items()] or [(0, numbered)]
