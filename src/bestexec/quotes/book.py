"""The quote book of one trading day and one stream: which quote was in force, when a price was reached, how wide the spread stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bestexec.linking.asof import AsOf
from bestexec.quotes import columns, frames
from bestexec.quotes.columns import NONE, Ints, Rows
from bestexec.quotes.halts import Halts
from bestexec.quotes.search import PIECE, Codes, Flags, SortedInstants, first_reached, in_pieces, level_sizes
from bestexec.units import INSTANT, MID, PX, PX_SCALE, QTY

STATES = ("out_of_session", "halted", "missing", "stale", "one_sided", "crossed", "locked", "ok")
"""The first that holds is told: the instant, then whether there is a quote to trust, then what it shows."""
_OK = len(STATES) - 1
_FOREVER = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class QuoteBook:
    """Satisfies `linking.asof.QuoteLookup`. Columns are mapped: what is not looked at is not read.

    `at` and `first_reach` speak Polars and decimals. Beneath stand `codes`, `locate` and `mid2` in plain integers, public for
    those who ask millions of questions. Answers do not depend on `threads`.
    """

    symbols: pl.Series
    """The symbols quoted, ascending; a symbol's place is its code."""
    facts: Mapping[str, Any]
    """Which stream it is, and what `build` counted."""
    quotes: Mapping[str, Ints]
    """The columns themselves, in the order (symbol, quoted_at, sequence)."""
    lows_and_highs: Mapping[str, Ints]
    """Lowest bid and highest offer of each FAN rows, then of each FAN of those, and so on."""
    instants: SortedInstants
    halts: Halts
    open_at: int
    close_at: int
    stale_after_ns: int

    @staticmethod
    def open(
        folder: Path,
        *,
        open_at: int | None = None,
        close_at: int | None = None,
        halts: pl.DataFrame | None = None,
        stale_after_ns: int | None = None,
        threads: int | None = None,
    ) -> QuoteBook:
        """The book that `build` left in `folder`.

        `open_at` and `close_at` (ns) bound the session, both included, so that an instant cut to the close finds the last
        regular quote; a quote from before the open stands at the open. `halts` are rows of the table `statuses`, of which the
        kinds in `halts.KINDS` count. A quote older than `stale_after_ns` is stale. None means no such bound. Raises Problem.
        """
        quotes, facts = columns.read(folder / "quotes.arrow")
        blocks, _ = columns.read(folder / "blocks.arrow")
        lows_and_highs, _ = columns.read(folder / "reach.arrow")
        symbols, starts = columns.read_symbols(folder / "symbols.arrow")
        return QuoteBook(
            symbols=symbols,
            facts=facts,
            quotes=quotes,
            lows_and_highs=lows_and_highs,
            instants=SortedInstants(starts, quotes["quoted_at"].stored, blocks["quoted_at"].stored, threads or pl.thread_pool_size()),
            halts=Halts.of(halts),
            open_at=NONE if open_at is None else open_at,
            close_at=_FOREVER if close_at is None else close_at,
            stale_after_ns=_FOREVER if stale_after_ns is None else stale_after_ns,
        )

    def at(self, symbols: pl.Series, instants: pl.Series, rule: AsOf, sequences: pl.Series | None = None) -> pl.DataFrame:
        """As `QuoteLookup.at`. Prices, sizes, instant and age are told whatever the state; `missing` is no quote or one with neither side.

        Where the instant is null, so is everything. SEQUENCE with a null sequence means strictly before the instant.
        """
        when = frames.integers(instants)
        asked = when != NONE
        codes = np.where(asked, self.codes(symbols), -1)
        rows = self.locate(codes, when, rule, None if sequences is None else frames.integers(sequences))
        bid, ask, quoted = (self.values(name, rows) for name in ("bid_px", "ask_px", "quoted_at"))
        age = np.where(quoted == NONE, NONE, when - quoted)
        state = self._states(when, bid, ask, age, self.halts.at(symbols, when))
        mid = np.where(asked & (state == _OK), (bid + ask) * 5, NONE)
        return pl.DataFrame(
            {
                "bid_px": frames.decimals(bid, PX),
                "ask_px": frames.decimals(ask, PX),
                "mid_px": frames.decimals(mid, MID),
                "bid_qty": frames.decimals(self.values("bid_qty", rows), QTY),
                "ask_qty": frames.decimals(self.values("ask_qty", rows), QTY),
                "quoted_at": frames.whole(quoted),
                "age_ns": frames.whole(age),
                "state": pl.Series(STATES).gather(frames.whole(np.where(asked, state, NONE))),
            }
        )

    def first_reach(self, symbols: pl.Series, from_at: pl.Series, to_at: pl.Series, sides: pl.Series, limits: pl.Series) -> pl.Series:
        """As `QuoteLookup.first_reach`. The near price alone decides, whatever the session, halts or the other side; null where a question has a null."""
        begin, end, limit, side = (frames.integers(series) for series in (from_at, to_at, limits, sides))
        codes = np.where((begin != NONE) & (begin < end) & (limit != NONE), self.codes(symbols), -1)
        first, stop = self._span(codes, begin, end)
        reached = np.full(len(codes), NONE)
        for of_side, name in ((1, "bid_px"), (-1, "ask_px")):
            which = np.flatnonzero((codes >= 0) & (side == of_side))
            rows = self._first_reached(name, limit[which], first[which], stop[which])
            reached[which] = np.where(rows < 0, NONE, np.maximum(self.values("quoted_at", rows), begin[which]))
        return frames.whole(reached)

    def time_weighted(self, symbols: pl.Series, from_at: int, to_at: int) -> pl.DataFrame:
        """As `QuoteLookup.time_weighted`: symbol, spread_ns (Decimal(38,8)) and quoted_ns, a row for each symbol asked, in that order.

        One-sided time is left out too; session and halts are not looked at. Reads every quote of the span.
        """
        codes = self.codes(symbols)
        spans = zip(*self._span(codes, np.full(len(codes), from_at), np.full(len(codes), to_at)), strict=True)
        sums = [self._spread_time(int(first), int(stop), from_at, to_at) if code >= 0 else (0, 0) for code, (first, stop) in zip(codes, spans, strict=True)]
        return pl.DataFrame(
            {"symbol": symbols, "spread_ns": [Decimal(f"{spread}e-{PX_SCALE}") for spread, _ in sums], "quoted_ns": [ns for _, ns in sums]},
            schema={"symbol": pl.String, "spread_ns": pl.Decimal(38, PX_SCALE), "quoted_ns": INSTANT},
        )

    def codes(self, symbols: pl.Series) -> Codes:
        """Each symbol's code, −1 for one without quotes and for null."""
        return frames.codes(symbols, self.symbols)

    def locate(self, codes: Codes, instants: Rows, rule: AsOf, sequences: Rows | None = None) -> Rows:
        """The row of the quote in force for each (code, instant in ns), −1 where there is none; int64 arrays of one length.

        Any order is right; ascending codes, and instants nearly ascending within each, are fastest.
        """
        if rule is AsOf.AT_OR_BEFORE:
            return self.instants.last_at_or_before(codes, instants)
        before = self.instants.last_at_or_before(codes, instants - 1)
        if rule is AsOf.BEFORE:
            return before
        if sequences is None:
            raise ValueError("the rule `sequence` needs the events' sequences")
        return self._last_below(before, self.instants.last_at_or_before(codes, instants), codes, sequences)

    def mid2(self, rows: Rows) -> Rows:
        """Bid plus offer, twice the midpoint, in 1e-8 of the currency; NONE where there is no row or a side is missing. Looks at no state."""
        both = np.empty(len(rows), np.int64)

        def add(start: int) -> None:
            piece = rows[start : start + PIECE]
            bid, ask = self.values("bid_px", piece), self.values("ask_px", piece)
            both[start : start + PIECE] = np.where((bid == NONE) | (ask == NONE), NONE, bid + ask)

        in_pieces(add, len(rows), self.instants.threads)
        return both

    def values(self, name: str, rows: Rows) -> Rows:
        """A column at `rows`, in 1e-8 (prices), 1e-6 (sizes) or 1; NONE where the row is −1 or has none."""
        values = self.quotes[name].take(rows)
        values[rows < 0] = NONE
        return values

    def _states(self, when: Rows, bid: Rows, ask: Rows, age: Rows, halted: Flags) -> Rows:
        holds = (
            (when < self.open_at) | (when > self.close_at),
            halted,
            (bid == NONE) & (ask == NONE),
            age > self.stale_after_ns,
            (bid == NONE) | (ask == NONE),
            bid > ask,
            bid == ask,
        )
        return np.select(holds, range(_OK), default=_OK)

    def _span(self, codes: Codes, from_at: Rows, to_at: Rows) -> tuple[Rows, Rows]:
        """First row and the one past the last of the quotes that stood in [from_at, to_at): the one in force at from_at, and those that follow."""
        in_force = self.locate(codes, from_at, AsOf.AT_OR_BEFORE)
        first = np.where(in_force < 0, self.instants.starts.take(codes, mode="clip"), in_force)
        return first, self.locate(codes, to_at, AsOf.BEFORE) + 1

    def _first_reached(self, name: str, limit: Rows, first: Rows, stop: Rows) -> Rows:
        sizes = level_sizes(len(self.instants.instants))
        offsets = [0, 0, *np.cumsum(sizes[1:]).tolist()]

        def reaches(level: int, entries: Rows, questions: Rows) -> Flags:
            extremes = self.quotes[name] if level == 0 else self.lows_and_highs[name]
            values, limits = extremes.take(entries + offsets[level]), limit[questions][:, None]
            good: Flags = (values != NONE) & ((values <= limits) if name == "bid_px" else (values >= limits))
            return good

        rows = np.empty(len(limit), np.int64)

        def find(start: int) -> None:
            piece = slice(start, start + PIECE)
            rows[piece] = first_reached(lambda level, entries, questions: reaches(level, entries, questions + start), sizes, first[piece], stop[piece])

        in_pieces(find, len(limit), self.instants.threads)
        return rows

    def _last_below(self, before: Rows, until: Rows, codes: Codes, sequences: Rows) -> Rows:
        """Of the rows after `before` up to `until`, which share one instant, the last with a sequence below the event's, else `before`."""
        rows, ties = before.copy(), np.flatnonzero(until > before)
        start = self.instants.starts.take(codes[ties])
        low, high = np.maximum(before[ties], start - 1), until[ties]
        while (low < high).any():
            middle = (low + high + 1) // 2
            below = self.quotes["sequence"].take(middle) < sequences[ties]
            low, high = np.where(below, middle, low), np.where(below, high, middle - 1)
        rows[ties] = np.where(low < start, -1, low)
        return rows

    def _spread_time(self, first: int, stop: int, from_at: int, to_at: int) -> tuple[int, int]:
        """Σ spread × ns in 1e-8, and ns, of the two-sided, uncrossed, unlocked quotes in rows [first, stop)."""
        bid, ask, quoted = (self.quotes[name].part(first, stop) for name in ("bid_px", "ask_px", "quoted_at"))
        stood = np.diff(np.maximum(quoted, from_at), append=to_at)
        wide = (bid != NONE) & (ask != NONE) & (bid < ask)
        time = pl.DataFrame({"spread": (ask - bid)[wide], "ns": stood[wide]})
        spread_ns, ns = time.select((pl.col("spread").cast(pl.Int128) * pl.col("ns")).sum(), pl.col("ns").sum()).row(0)
        return spread_ns, ns
