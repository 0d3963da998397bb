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
from bestexec.linking.columns import QUOTE_STATES
from bestexec.quotes import columns
from bestexec.quotes.columns import NONE, Ints, Rows
from bestexec.quotes.search import Codes, Flags, SortedInstants, first_reached, in_pieces, level_sizes
from bestexec.units import INSTANT, MID, PX, PX_SCALE, QTY, QTY_SCALE

HALTING = ("halt", "luld_pause")
"""Kinds of `statuses` rows during which nothing trades."""
STATES = ("out_of_session", "halted", "missing", "stale", "one_sided", "crossed", "locked")
"""What a quote can be other than ok; the first that holds is told: the instant, then whether there is a quote, then what it shows."""


@dataclass(frozen=True)
class QuoteBook:
    """Satisfies `linking.asof.QuoteLookup`. Columns are mapped: what is not looked at is not read.

    `at` and `first_reach` speak Polars and decimals. Beneath stand `codes`, `locate` and `mid2` in plain integers, public for
    those who ask millions of questions. Answers do not depend on `threads`.
    """

    symbols: pl.Series
    """The symbols quoted, ascending; a symbol's place is its code."""
    facts: Mapping[str, Any]
    """What `build` counted, and of which stream."""
    _quotes: Mapping[str, Ints]
    _reach: Mapping[str, Ints]
    _instants: SortedInstants
    _open_at: int
    _close_at: int
    _halts: _Halts
    _stale_after_ns: int

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
        regular quote; a quote from before the open stands at the open. `halts` is shaped as the table `statuses`, of which the
        kinds in HALTING count. A quote older than `stale_after_ns` is stale. Each is unlimited when None. Raises Problem.
        """
        threads = threads or pl.thread_pool_size()
        quotes, facts = columns.read(folder / "quotes.arrow")
        coarse, _ = columns.read(folder / "blocks.arrow")
        reach, _ = columns.read(folder / "reach.arrow")
        names = columns.read_batch(folder / "symbols.arrow")
        starts = np.frombuffer(names.column("start").buffers()[1], np.int64)
        return QuoteBook(
            symbols=pl.Series("symbol", pl.from_arrow(names.column("symbol")), pl.String).head(len(starts) - 1),
            facts=facts,
            _quotes=quotes,
            _reach=reach,
            _instants=SortedInstants(starts, quotes["quoted_at"].stored, coarse["quoted_at"].stored, threads),
            _open_at=NONE if open_at is None else open_at,
            _close_at=np.iinfo(np.int64).max if close_at is None else close_at,
            _halts=_Halts.of(halts),
            _stale_after_ns=np.iinfo(np.int64).max if stale_after_ns is None else stale_after_ns,
        )

    def at(self, symbols: pl.Series, instants: pl.Series, rule: AsOf, sequences: pl.Series | None = None) -> pl.DataFrame:
        """As `QuoteLookup.at`. Prices, sizes, instant and age are told whatever the state; `missing` is no quote or one with neither side.

        Where the instant is null, so is everything. SEQUENCE with a null sequence means strictly before the instant.
        """
        when = _filled(instants)
        asked = when != NONE
        rows = self.locate(np.where(asked, self.codes(symbols), -1), when, rule, None if sequences is None else _filled(sequences))
        bid, ask, quoted = (self._values(name, rows) for name in ("bid_px", "ask_px", "quoted_at"))
        age = np.where(quoted == NONE, NONE, when - quoted)
        state = self._state(symbols, when, bid, ask, age)
        mid = np.where(asked & (state == len(STATES)), (bid + ask) * 5, NONE)
        return pl.DataFrame(
            {
                "bid_px": _decimal(bid, PX, PX_SCALE),
                "ask_px": _decimal(ask, PX, PX_SCALE),
                "mid_px": _decimal(mid, MID, PX_SCALE + 1),
                "bid_qty": _decimal(self._values("bid_qty", rows), QTY, QTY_SCALE),
                "ask_qty": _decimal(self._values("ask_qty", rows), QTY, QTY_SCALE),
                "quoted_at": _series(quoted),
                "age_ns": _series(age),
                "state": pl.Series((*STATES, QUOTE_STATES[0])).gather(_series(np.where(asked, state, NONE)).cast(pl.UInt32)),
            }
        )

    def first_reach(self, symbols: pl.Series, from_at: pl.Series, to_at: pl.Series, sides: pl.Series, limits: pl.Series) -> pl.Series:
        """As `QuoteLookup.first_reach`. Prices alone decide, whatever the session, halts or the other side; null where a question is."""
        begin, end, limit = _filled(from_at), _filled(to_at), _integers(limits)
        codes = np.where((begin < end) & (begin != NONE) & (limit != NONE), self.codes(symbols), -1)
        in_force = self.locate(codes, begin, AsOf.AT_OR_BEFORE)
        first = np.maximum(in_force, self._instants.starts.take(codes, mode="clip"))
        stop = self.locate(codes, end, AsOf.BEFORE) + 1
        side = sides.fill_null(0).to_numpy()
        reached = np.full(len(codes), NONE)
        for of_side, column in ((1, "bid_px"), (-1, "ask_px")):
            which = np.flatnonzero((side == of_side) & (codes >= 0))
            rows = self._first_rows(column, first[which], stop[which], limit[which])
            reached[which] = np.where(rows < 0, NONE, np.maximum(self._values("quoted_at", rows), begin[which]))
        return _series(reached)

    def time_weighted(self, symbols: pl.Series, from_at: int, to_at: int) -> pl.DataFrame:
        """As `QuoteLookup.time_weighted`: `symbol`, `spread_ns` (Decimal(38,8)), `quoted_ns`, a row for each symbol asked, in that order.

        One-sided time is left out too; session and halts are not looked at. Reads every quote of the span.
        """
        codes = self.codes(symbols)
        first = np.maximum(self.locate(codes, np.full(len(codes), from_at), AsOf.AT_OR_BEFORE), self._instants.starts.take(codes, mode="clip"))
        stop = self.locate(codes, np.full(len(codes), to_at), AsOf.BEFORE) + 1
        sums = [self._spread_time(int(a), int(z), from_at, to_at) for a, z in zip(first, stop, strict=True)]
        return pl.DataFrame(
            {"symbol": symbols, "spread_ns": [spread for spread, _ in sums], "quoted_ns": [ns for _, ns in sums]},
            schema={"symbol": pl.String, "spread_ns": pl.Decimal(38, PX_SCALE), "quoted_ns": INSTANT},
        )

    def codes(self, symbols: pl.Series) -> Codes:
        """Each symbol's code, −1 for one without quotes and for null."""
        return _codes(symbols, self.symbols)

    def locate(self, codes: Codes, instants: Rows, rule: AsOf, sequences: Rows | None = None) -> Rows:
        """The row of the quote in force for each (code, instant in ns), −1 where there is none; int64 arrays of one length.

        Any order is right; ascending codes, and instants nearly ascending within each, are fastest.
        """
        if rule is AsOf.AT_OR_BEFORE:
            return self._instants.last_at_or_before(codes, instants)
        before = self._instants.last_at_or_before(codes, instants - 1)
        if rule is AsOf.BEFORE:
            return before
        if sequences is None:
            raise ValueError("the rule `sequence` needs sequences")
        return self._last_in_sequence(before, self._instants.last_at_or_before(codes, instants), sequences)

    def mid2(self, rows: Rows) -> Rows:
        """Bid plus offer, twice the midpoint, in 1e-8 of the currency; NONE where there is no row or a side is missing. No state is looked at."""
        both = np.empty(len(rows), np.int64)

        def add(start: int) -> None:
            piece = rows[start : start + PIECE]
            bid, ask = self._values("bid_px", piece), self._values("ask_px", piece)
            both[start : start + PIECE] = np.where((bid == NONE) | (ask == NONE), NONE, bid + ask)

        in_pieces(add, len(rows), self._instants.threads)
        return both

    def _values(self, name: str, rows: Rows) -> Rows:
        values = self._quotes[name].take(rows)
        values[rows < 0] = NONE
        return values

    def _last_in_sequence(self, before: Rows, until: Rows, sequences: Rows) -> Rows:
        """Among the rows after `before` up to `until`, which share one instant, the last whose sequence is below the event's."""
        rows, ties = before.copy(), np.flatnonzero(until > before)
        low, high, wanted = before[ties], until[ties], sequences[ties]
        low = np.where(low < 0, self._start_of(high) - 1, low)
        while (low < high).any():
            middle = (low + high + 1) // 2
            below = self._quotes["sequence"].take(middle) < wanted
            low, high = np.where(below | (low == high), np.where(low == high, low, middle), low), np.where(below | (low == high), high, middle - 1)
        rows[ties] = low
        return rows
