"""Finding a row: the last one at or before an instant, the first one at which a price is reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bestexec.quotes.columns import Rows

BLOCK = 16
"""Rows whose first instant stands in the coarse index. A lookup halves the coarse index, then one block: two cache lines."""
FAN = 16
"""Entries that each level of the reach tree sums up in one entry of the next."""
PIECE = 16_384
"""Lookups worked on at once: their scratch arrays stay in a core's cache."""

Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class SortedInstants:
    """Instants in ascending order within each symbol, one symbol after another."""

    starts: Rows
    """First row of each symbol, and one past the last row of all."""
    instants: Rows
    firsts: Rows
    """Each BLOCK-th instant of every symbol, from its first."""
    threads: int = 1

    @staticmethod
    def of(starts: Rows, instants: Rows, threads: int = 1) -> SortedInstants:
        return SortedInstants(starts, instants, first_of_blocks(starts, instants), threads)

    def last_at_or_before(self, codes: Codes, instants: Rows) -> Rows:
        """The row for each (symbol code, instant), −1 where there is none or the code is negative. Fastest where codes ascend."""
        rows = np.full(len(codes), -1)
        order = None if (codes[1:] >= codes[:-1]).all() else by_code(codes)
        coarse = block_starts(self.starts)

        def find(start: int) -> None:
            which = slice(start, start + PIECE) if order is None else order[start : start + PIECE]
            rows[which] = self._find(codes[which], instants[which], coarse)

        in_pieces(find, len(codes), self.threads)
        return rows

    def _find(self, codes: Codes, instants: Rows, coarse: Rows) -> Rows:
        block = np.full(len(codes), -1)
        for start, stop in _runs(codes):
            code = codes[start]
            if code >= 0:
                block[start:stop] = self.firsts[coarse[code] : coarse[code + 1]].searchsorted(instants[start:stop], side="right") - 1
        first_row, last_row = self.starts.take(codes, mode="clip"), self.starts.take(codes + 1, mode="clip") - 1
        rows: Rows = first_row + block * BLOCK
        step = BLOCK // 2
        while step and len(self.instants):
            ahead = np.minimum(rows + step, last_row)
            ahead *= self.instants.take(ahead, mode="clip") <= instants
            np.maximum(rows, ahead, out=rows)
            step //= 2
        rows[block < 0] = -1
        return rows


def first_reached(reaches: Callable[[int, Rows, Rows], Flags], sizes: Sequence[int], first: Rows, stop: Rows) -> Rows:
    """For each question i the first row in [first[i], stop[i]) that reaches what it asks, −1 where none does.

    `reaches(level, entries, questions)` says, for entries[j, :] of the tree's level, whether any row beneath would do for
    questions[j]; level 0 is the rows, FAN entries make one of the next, and `sizes` is the length of each level.
    """
    rows = np.full(len(first), -1)
    asking, entry = np.flatnonzero(first < stop), first.copy()
    hits = []
    for level, size in enumerate(sizes):  # up: the rest of the group, then the groups after it
        group = entry[asking] // FAN
        entries = group[:, None] * FAN + np.arange(FAN)
        good = (entries >= entry[asking][:, None]) & (entries < size) & reaches(level, entries, asking)
        found = good.any(axis=1)
        hits.append((asking[found], entries[found, good[found].argmax(axis=1)]))
        entry[asking] = group + 1
        asking = asking[~found]
        asking = asking[entry[asking] * FAN ** (level + 1) < stop[asking]]
    asking, at = hits.pop()
    for level in reversed(range(len(hits))):  # down: the first entry beneath that has it
        entries = at[:, None] * FAN + np.arange(FAN)
        good = (entries < sizes[level]) & reaches(level, entries, asking)
        asking = np.concatenate([asking, hits[level][0]])
        at = np.concatenate([at * FAN + good.argmax(axis=1), hits[level][1]])
    rows[asking] = at
    rows[rows >= stop] = -1
    return rows


def level_sizes(rows: int) -> list[int]:
    """Lengths of the reach tree's levels, the rows themselves first; the last is at most FAN."""
    sizes = [rows]
    while sizes[-1] > FAN:
        sizes.append(-(-sizes[-1] // FAN))
    return sizes


def block_starts(starts: Rows) -> Rows:
    """First block of each symbol, and one past the last block of all."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(-(-np.diff(starts) // BLOCK))])


def first_of_blocks(starts: Rows, instants: Rows) -> Rows:
    """Each BLOCK-th instant of every symbol, from its first."""
    blocks = block_starts(starts)
    symbol = np.repeat(np.arange(len(starts) - 1), np.diff(blocks))
    rows: Rows = starts[symbol] + (np.arange(blocks[-1]) - blocks[symbol]) * BLOCK
    return instants.take(rows)


def in_pieces(work: Callable[[int], None], count: int, threads: int) -> None:
    """Call `work` with each multiple of PIECE below `count`. The pieces share nothing, so the outcome is the same on any number of threads."""
    if count <= PIECE or threads == 1:
        for start in range(0, count, PIECE):
            work(start)
        return
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(work, range(0, count, PIECE)):
            pass


def by_code(codes: Codes) -> Rows:
    """Positions in ascending order of code, ties as they stand. Narrowed first: numpy sorts 16 bits by radix, five times as fast as 64."""
    narrowest = np.min_scalar_type(int(codes.max(initial=0)) + 1)
    return np.argsort((codes + 1).astype(narrowest), kind="stable")


def _runs(codes: Codes) -> list[tuple[int, int]]:
    """(start, stop) of each stretch of equal codes."""
    cuts = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    edges = [0, *cuts.tolist(), len(codes)]
    return list(pairwise(edges))
