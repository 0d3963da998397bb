"""The spans in which a symbol did not trade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from bestexec.quotes.columns import NONE, Rows
from bestexec.quotes.frames import codes, integers
from bestexec.quotes.search import Flags, SortedInstants

KINDS = ("halt", "luld_pause")
"""Kinds of `statuses` rows during which nothing trades."""
_LASTS = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Halts:
    """Halts of a day by symbol, looked up as quotes are."""

    symbols: pl.Series
    begins: SortedInstants
    ends: Rows
    """Beside each start, the latest end of the halts that began by then: spans may overlap."""

    @staticmethod
    def of(statuses: pl.DataFrame | None) -> Halts:
        """From rows of the table `statuses`; other kinds than KINDS are left aside, a null end lasts."""
        if statuses is None:
            statuses = pl.DataFrame(schema={"symbol": pl.String, "kind": pl.String, "from_at": pl.Int64, "to_at": pl.Int64})
        spans = statuses.filter(pl.col("kind").is_in(KINDS)).sort("symbol", "from_at", "to_at")
        ends = spans.select(pl.col("to_at").fill_null(_LASTS).cum_max().over("symbol")).to_series()
        symbols = spans["symbol"].unique(maintain_order=True)
        starts = np.concatenate([codes(spans["symbol"], symbols).searchsorted(np.arange(len(symbols))), [spans.height]])
        return Halts(symbols, SortedInstants.of(starts, integers(spans["from_at"])), integers(ends))

    def at(self, symbols: pl.Series, instants: Rows) -> Flags:
        """Whether each symbol was halted at the instant: the start included, the end not."""
        if not len(self.ends):
            return np.zeros(len(instants), np.bool_)
        rows = self.begins.last_at_or_before(codes(symbols, self.symbols), instants)
        within: Flags = (rows >= 0) & (instants < self.ends.take(rows, mode="clip")) & (instants != NONE)
        return within
