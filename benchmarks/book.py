"""Task T through the library's quote book, as any user could write it."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.task import HORIZONS_NS, Row

PIECE = 16_384
"""Fills worked on at once, for all seven instants: the quotes around them are then still in the core's cache."""


def ready(folder: Path, fills_name: str = "fills.parquet") -> list[Row]:
    """The day's book is there already, as it is from the day's first use on."""
    import numpy as np
    import polars as pl

    from bestexec.linking.asof import AsOf
    from bestexec.quotes import NONE, QuoteBook
    from bestexec.quotes.search import by_code

    quotes = QuoteBook.open(folder / "book", threads=1)
    fills = pl.read_parquet(folder / fills_name)
    codes = quotes.codes(fills["symbol"])
    by_symbol = by_code(codes)
    codes = codes[by_symbol]
    rt, et, side, px, qty, venue = (fills[name].to_numpy()[by_symbol] for name in ("rt", "et", "side", "px", "qty", "venue"))
    group = venue.astype(np.int64) * 2 + (side > 0)
    cells = int(group.max()) + 1

    def sums(start: int) -> Any:
        piece = slice(start, start + PIECE)
        twice_px, signed_qty = 2 * px[piece], qty[piece] * side[piece]
        found = []
        for instants in (rt[piece], *(et[piece] + horizon for horizon in HORIZONS_NS)):
            mid2 = quotes.mid2(quotes.locate(codes[piece], instants, AsOf.AT_OR_BEFORE))
            known = mid2 != NONE
            cost = np.where(known, signed_qty * (twice_px - mid2 * 1e-8), 0.0)
            found.append((np.bincount(group[piece], cost, cells), np.bincount(group[piece], qty[piece] * known, cells)))
        return np.array(found)

    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        costs, weights = sum(pool.map(sums, range(0, len(codes), PIECE))).swapaxes(0, 1)
    number = np.arange(cells)
    table = np.stack([number // 2, number % 2 * 2 - 1, np.bincount(group), np.bincount(group, qty), *(costs / weights)], axis=1)
    return [tuple(row) for row in table.tolist()]


def ready_tenth(folder: Path) -> list[Row]:
    """A tenth of the fills, to see what the time follows."""
    return ready(folder, "tenth.parquet")


def build(folder: Path) -> None:
    """The book from the canonical Parquet files of four imports."""
    from benchmarks.market import SOURCE
    from bestexec.quotes import build as build_book

    shutil.rmtree(folder / "book", ignore_errors=True)
    build_book(sorted((folder / "canonical").iterdir()), folder / "book", source=SOURCE, kind="nbbo")


def built(folder: Path) -> list[Row]:
    """The book is built in the run."""
    build(folder)
    return ready(folder)
