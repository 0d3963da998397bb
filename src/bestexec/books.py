"""The quote books of a workspace's days: built when first needed, then only looked up."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from bestexec.importers import taq
from bestexec.linking.asof import AsOf, QuoteLookup
from bestexec.linking.daymarket import DayMarket, MarketOf
from bestexec.market.sessions import regular_hours
from bestexec.market.venues import KINDS as VENUE_KINDS
from bestexec.quotes import QuoteBook, build
from bestexec.quotes.columns import FORMAT
from bestexec.quotes.consolidating import CONSOLIDATED, SOURCE, consolidate
from bestexec.quotes.halts import KINDS
from bestexec.store import Imported, read_rows

QUOTING = frozenset(mic for mic, kind in VENUE_KINDS.items() if kind == "exchange" or mic == "XADF")
"""Those whose quotes make the national best: the exchanges, and FINRA's display facility."""


@dataclass(frozen=True, order=True)
class Stream:
    """One stream of quotes: national or one venue's, from one source."""

    kind: str
    source: str
    venue: str | None
    made_of: tuple[Stream, ...] = ()
    """The venues' streams that a national best made here is made of."""

    @property
    def words(self) -> str:
        if self.made_of:
            venues, sources = ", ".join(str(each.venue) for each in self.made_of), ", ".join(sorted({each.source for each in self.made_of}))
            return f"national best made here of {venues} ({sources})"
        return f"{self.source} {self.kind}" + (f" of {self.venue}" if self.venue else "")


def streams_of(imports: Iterable[Imported], day: date) -> tuple[Stream, ...]:
    """The streams of quotes that the imports hold for `day`."""
    found = {Stream(*stream) for item in imports for stream in item.manifest["streams"].get(day.isoformat(), [])}
    return tuple(sorted(found, key=lambda stream: (stream.kind, stream.source, stream.venue or "")))


def benchmark_streams(streams: Sequence[Stream], nbbo_source: str | None, marked: frozenset[str] = frozenset()) -> tuple[Stream, ...]:
    """The streams that serve as the benchmark, first the better: the policy's NBBO source, else any national best, else one made here, else single venues.

    `marked` are sources whose national quotes are only the moments that a file of venues' quotes marks: those quotes make the national best then. The
    policy can ask for the one made here by its name, `consolidated`.
    """
    made = tuple(_made(streams))
    national = [stream for stream in streams if stream.kind == "nbbo" and not (made and stream.source in marked)]
    named = [stream for stream in national if nbbo_source in (None, stream.source)]
    is_wanted = nbbo_source == SOURCE or nbbo_source in marked
    return tuple(named or (is_wanted and made) or national or made or [stream for stream in streams if stream.kind == "venue"])


def _made(streams: Sequence[Stream]) -> Iterator[Stream]:
    """The national best that these streams make, and behind it the venues that take no part; nothing where fewer than two exchanges quote.

    Of a venue that several sources quote, the one with most venues is taken, so that as many as can be are read off one clock.
    """
    of_venues = [stream for stream in streams if stream.kind == "venue"]
    told = Counter(stream.source for stream in of_venues if stream.venue in QUOTING)
    ranked = sorted((stream for stream in of_venues if stream.venue in QUOTING), key=lambda each: (-told[each.source], each.source))
    chosen = {stream.venue: stream for stream in reversed(ranked)}
    if len(chosen) > 1:
        yield Stream("nbbo", SOURCE, None, tuple(chosen[venue] for venue in sorted(chosen, key=str)))
        yield from (stream for stream in of_venues if stream.venue not in QUOTING)


def marked_sources(imports: Iterable[Imported], day: date) -> frozenset[str]:
    """Sources of national quotes that nothing but TAQ's files of venues' quotes told for `day`."""
    alone: dict[str, bool] = {}
    for item in imports:
        streams = [Stream(*stream) for stream in item.manifest["streams"].get(day.isoformat(), [])]
        of_venues = {stream.source for stream in streams if stream.kind == "venue"} if item.manifest["importer"] == taq.name else set()
        for stream in streams:
            if stream.kind == "nbbo":
                alone[stream.source] = alone.get(stream.source, True) and stream.source in of_venues
    return frozenset(source for source, is_alone in alone.items() if is_alone)


class Books:
    """Opens each day's market once; what it was built from is in the folder's name, so a stale book is never read."""

    def __init__(self, folder: Path, imports: Sequence[Imported], *, nbbo_source: str | None, stale_after_ns: int | None) -> None:
        self.folder, self.imports = folder, imports
        self.nbbo_source, self.stale_after_ns = nbbo_source, stale_after_ns
        self.market_of: MarketOf = cache(self._market)
        self._symbols = cache(lambda: read_rows(imports, "symbols"))

    def benchmark(self, day: date) -> tuple[Stream, ...]:
        """The streams in use as the benchmark on `day`."""
        return benchmark_streams(streams_of(self.imports, day), self.nbbo_source, marked_sources(self.imports, day))

    def consolidated(self, days: Iterable[date]) -> pl.DataFrame:
        """CONSOLIDATED: the days whose national best is made here, each with what it is made of."""
        rows = []
        for day in days:
            self.market_of(day)
            for stream in self.benchmark(day):
                if stream.made_of:
                    facts = json.loads(self._facts_of(day, stream).read_text(encoding="utf-8"))
                    rows.append({"day": day, "benchmark": stream.words, **facts})
        return pl.DataFrame(rows, schema=CONSOLIDATED.schema)

    def _market(self, day: date) -> DayMarket:
        hours = regular_hours(day)
        statuses = read_rows(self.imports, "statuses", [day])
        halts = statuses.filter(pl.col("kind").is_in(KINDS))
        odd = tuple(stream for stream in streams_of(self.imports, day) if stream.kind == "odd_lot")
        tape = read_rows(self.imports, "trades", [day]).filter("is_regular")
        open_at, close_at = (hours.open_at, hours.close_at) if hours else (None, None)
        limit_states = statuses.filter(pl.col("kind") == "luld_limit")
        return DayMarket(
            day, open_at, close_at, self._lookup(day, self.benchmark(day), halts), self._lookup(day, odd, halts), tape, halts, limit_states
        )  # fmt: skip

    def _lookup(self, day: date, streams: tuple[Stream, ...], halts: pl.DataFrame) -> QuoteLookup | None:
        books = tuple(self._open(day, stream, halts) for stream in streams)
        return None if not books else books[0] if len(books) == 1 else Layered(books)

    def folder_of(self, day: date, stream: Stream) -> Path:
        """Where the book of one stream of one day stands, or would stand if it were built."""
        made_of: Any = [FORMAT, stream.kind, stream.source, stream.venue, sorted(path.parts[-3] for path in self._files(day))]
        if stream.made_of:
            made_of += [[(each.source, each.venue) for each in stream.made_of], str(self._lots(day).rows())]
        return self.folder / day.isoformat() / f"{stream.kind}-{hashlib.sha256(json.dumps(made_of).encode()).hexdigest()[:16]}"

    def _files(self, day: date) -> list[Path]:
        return [path for item in self.imports if (path := item.parquet("quotes", day.isoformat())) is not None]

    def _open(self, day: date, stream: Stream, halts: pl.DataFrame) -> QuoteBook:
        folder = self.folder_of(day, stream)
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with self._quotes_of(day, stream) as files:
                build(files, folder, kind=stream.kind, source=stream.source, venue=stream.venue)
        hours = regular_hours(day)
        return QuoteBook.open(
            folder, open_at=hours.open_at if hours else None, close_at=hours.close_at if hours else None, halts=halts, stale_after_ns=self.stale_after_ns
        )

    @contextmanager
    def _quotes_of(self, day: date, stream: Stream) -> Iterator[Sequence[Path]]:
        """The Parquet files that hold the stream's quotes; of one that is made here, while it is needed, with its facts beside the book to be."""
        if not stream.made_of:
            yield self._files(day)
            return
        pieces, source_of = self.folder / day.isoformat() / ".pieces", {str(each.venue): each.source for each in stream.made_of}
        shutil.rmtree(pieces, ignore_errors=True)  # what a killed build left
        pieces.mkdir()
        try:
            written, counted = consolidate(self._files(day), day, source_of, self._lots(day), pieces)
            self._facts_of(day, stream).write_text(json.dumps(asdict(counted)), encoding="utf-8")
            yield written
        finally:
            shutil.rmtree(pieces)

    def _facts_of(self, day: date, stream: Stream) -> Path:
        return self.folder_of(day, stream).with_suffix(".json")

    def _lots(self, day: date) -> pl.DataFrame:
        """(symbol, round_lot) in force on `day`, where a feed states it."""
        held = pl.col("from_on").is_null() | (pl.col("from_on") <= day), pl.col("to_on").is_null() | (pl.col("to_on") > day)
        stated = self._symbols().filter(*held, pl.col("round_lot").is_not_null())
        return stated.select("symbol", "round_lot").unique("symbol", keep="last", maintain_order=True).sort("symbol")


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
