"""Task T through the library's quote book, as any user could write it."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.task import HORIZONS_NS, Row


def ready(folder: Path, fills_name: str = "fills.parquet") -> list[Row]:
    """The day's book is there already, as it is from the day's first use on."""
    import numpy as np
    import polars as pl

    from bestexec.linking.asof import AsOf
    from bestexec.quotes import NONE, QuoteBook
    from bestexec.quotes.search import by_code

    quotes = QuoteBook.open(folder / "book")
    fills = pl.read_parquet(folder / fills_name)
    codes = quotes.codes(fills["symbol"])
    by_symbol = by_code(codes)
    codes = codes[by_symbol]
    rt, et, side, px, qty, venue = (fills[name].to_numpy()[by_symbol] for name in ("rt", "et", "side", "px", "qty", "venue"))
    group = venue.astype(np.int64) * 2 + (side > 0)
    twice_px, signed_qty = 2 * px, qty * side
    costs = []
    for instants in (rt, *(et + horizon for horizon in HORIZONS_NS)):
        mid2 = quotes.mid2(quotes.locate(codes, instants, AsOf.AT_OR_BEFORE))
        known = mid2 != NONE
        cost = np.where(known, signed_qty * (twice_px - mid2 * 1e-8), 0.0)
        costs.append(np.bincount(group, cost) / np.bincount(group, qty * known))
    cells = np.arange(len(costs[0]))
    table = np.stack([cells // 2, cells % 2 * 2 - 1, np.bincount(group), np.bincount(group, qty), *costs], axis=1)
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
