"""Builds a quote book, once a day, from the Parquet files that the imports left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.errors import Problem
from bestexec.quotes import columns
from bestexec.quotes.columns import NONE, Ints, Rows
from bestexec.quotes.search import FAN, Codes, by_code, first_of_blocks, level_sizes
from bestexec.schema import QUOTES

BATCH = 1 << 20
"""Rows of Parquet held in memory at once."""
UNITS = {"quoted_at": 0, "sequence": 1, "bid_px": 10_000, "ask_px": 10_000, "bid_qty": 1_000_000, "ask_qty": 1_000_000}
"""The columns, and what four bytes count of each while every value is a multiple that fits: 0.0001 of the currency, whole shares. 0: always eight bytes."""


@dataclass(frozen=True)
class Built:
    """What went into a book. Every row of the Parquet files is in `rows`, `duplicates` or `others`."""

    source: str
    kind: str
    venue: str | None
    day: str | None
    rows: int
    """Rows in the book."""
    duplicates: int
    """Rows left out because one of the same symbol, instant, sequence and content is in."""
    conflicts: int
    """Rows in the book whose symbol, instant and sequence another, different row has too; they stand in order of content."""
    others: int
    """Rows of other days, sources, kinds or venues."""


def build(parquets: Sequence[Path], folder: Path, *, source: str, kind: str, venue: str | None = None, day: date | None = None) -> Built:
    """Write the book of one stream to `folder`, which must not be there yet; it appears whole or not at all.

    `parquets` are files of the canonical table `quotes`; their order is of no consequence. A null `venue` means a consolidated
    quote, a null `day` every day in them. Memory: a few batches, and the largest symbol whose rows are not in order yet.
    Disk: twice the book while it is made. Raises Problem if the folder is there, the disk is full, or a quote lacks symbol, instant or sequence.
    """
    if folder.exists():
        raise Problem("the quote book is there already", where=str(folder), do="open it, or remove the folder to build it again")
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)  # what a killed build left
    try:
        (partial / "raw").mkdir(parents=True)
        every = pl.scan_parquet(list(parquets)) if parquets else pl.LazyFrame(schema=QUOTES.schema)
        of_day = pl.lit(True) if day is None else pl.col("day") == day
        of_stream = pl.col("source") == source, pl.col("kind") == kind, pl.col("venue").eq_missing(pl.lit(venue, pl.String))
        symbols, starts, quotes, counted = _gather(every.filter(of_day, *of_stream), partial / "raw")
        others = every.select(pl.len()).collect().item() - counted["rows"] - counted["duplicates"]
        built = Built(source, kind, venue, None if day is None else day.isoformat(), others=others, **counted)
        _write(partial, quotes, symbols, starts, built)
        shutil.rmtree(partial / "raw")
        _publish(partial, folder)
    except OSError as error:
        raise Problem(f"the quote book could not be written: {error.strerror}", where=str(folder), do="free disk space and measure again") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return built


def _gather(ours: pl.LazyFrame, raw: Path) -> tuple[pl.Series, Rows, dict[str, Ints], dict[str, int]]:
    """The stream's symbols, the starts of each, its columns in the book's order, and how many rows, duplicates and conflicts there are."""
    counts = _count(ours)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts["rows"].to_numpy())])
    held = {name: _Growing(raw / name, int(starts[-1]), unit) for name, unit in UNITS.items()}
    _place(ours, counts["symbol"], starts, held)
    starts, duplicates, conflicts = _settle(starts, held)
    rows = int(starts[-1])
    quotes = {name: Ints(growing.stored[:rows], growing.unit) for name, growing in held.items()}
    return counts["symbol"], starts, quotes, {"rows": rows, "duplicates": duplicates, "conflicts": conflicts}


class _Growing:
    """A column while it is filled: mapped to a file, four bytes a value until one comes that is no small multiple of the unit."""

    def __init__(self, path: Path, rows: int, unit: int) -> None:
        self._path, self._rows, self.unit = path, rows, unit or 1
        self.stored = self._mapped(path, np.dtype(np.int32 if unit else np.int64))

    def put(self, rows: Rows | slice, values: Rows) -> None:
        if self.stored.dtype == np.int32:
            narrow = self._narrowed(values)
            if narrow is not None:
                self.stored[rows] = narrow
                return
            self._widen()
        self.stored[rows] = values

    def _narrowed(self, values: Rows) -> npt.NDArray[np.int32] | None:
        """The values as multiples of the unit, or None when one of them is not a small multiple."""
        absent = np.flatnonzero(values == NONE)
        multiples = values // self.unit
        multiples[absent] = 0
        narrow = multiples.astype(np.int32)
        restored = narrow * np.int64(self.unit)
        restored[absent] = NONE
        narrow[absent] = np.iinfo(np.int32).min
        return narrow if (restored == values).all() and (multiples != np.iinfo(np.int32).min).all() else None

    def _widen(self) -> None:
        narrow, self.stored = Ints(self.stored, self.unit), self._mapped(self._path.with_suffix(".wide"), np.dtype(np.int64))
        self.unit = 1
        for start in range(0, self._rows, BATCH):
            self.stored[start : start + BATCH] = narrow.part(start, start + BATCH)

    def _mapped(self, path: Path, dtype: np.dtype[Any]) -> npt.NDArray[Any]:
        if not self._rows:
            return np.empty(0, dtype)
        with path.open("wb") as file:  # claimed at once: a write to a mapped file cannot say that the disk is full
            os.posix_fallocate(file.fileno(), 0, self._rows * dtype.itemsize)
        return np.asarray(np.memmap(path, dtype, "r+", shape=(self._rows,)))


def _count(ours: pl.LazyFrame) -> pl.DataFrame:
    """Rows by symbol, ascending."""
    named = ("symbol", "quoted_at", "sequence")
    counts = ours.group_by("symbol").agg(pl.len().cast(pl.Int64).alias("rows"), *(pl.col(name).null_count().alias(f"no_{name}") for name in named[1:]))
    found = counts.sort("symbol").collect(engine="streaming")
    if found["symbol"].null_count() or found.select(pl.sum_horizontal(pl.col("^no_.*$").sum())).item():
        raise Problem("quotes without a symbol, an instant or a sequence", do="import the file again: these columns are never null in the canonical table")
    return found.select("symbol", "rows")


def _place(ours: pl.LazyFrame, symbols: pl.Series, starts: Rows, held: Mapping[str, _Growing]) -> None:
    """Put each row behind those of its symbol that came before it."""
    free = starts[:-1].copy()
    wanted = (pl.col(name).to_physical().cast(pl.Int64).fill_null(NONE) for name in held)
    code = pl.col("symbol").cast(pl.Enum(symbols)).to_physical().cast(pl.Int64).alias("code")
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        for batch in ours.select(code, *wanted).collect_batches(chunk_size=BATCH):
            rows = _free_rows(batch["code"].to_numpy(), free)
            for _ in pool.map(lambda name, rows=rows, batch=batch: held[name].put(rows, batch[name].to_numpy()), held):
                pass


def _free_rows(codes: Codes, free: Rows) -> Rows | slice:
    """A free row of its symbol for each code, in the order given; `free` moves on."""
    order = by_code(codes)
    ordered = codes[order]
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    found, count = ordered[first], np.diff(first, append=len(codes))
    rows = np.empty(len(codes), np.int64)
    rows[order] = np.arange(len(codes)) + np.repeat(free[found] - first, count)
    free[found] += count
    in_one_piece = (np.diff(rows) == 1).all()
    return slice(int(rows[0]), int(rows[0]) + len(rows)) if in_one_piece and len(rows) else rows


def _settle(starts: Rows, held: Mapping[str, _Growing]) -> tuple[Rows, int, int]:
    """Order each symbol's rows and close up over duplicates; the new starts, the duplicates and the conflicts.

    A symbol whose rows came in order is not touched. Of one that came in several files, the files' rows are merged.
    """
    stored = [growing.stored for growing in held.values()]
    settled, conflicts = [0], 0
    for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        rows = [column[start:stop] for column in stored]
        if not _ascending(*rows[:2]):
            rows, more = _merged(rows)
            conflicts += more
        end = settled[-1] + len(rows[0])
        if start != settled[-1] or not np.shares_memory(rows[0], stored[0]):
            for column, values in zip(stored, rows, strict=True):
                column[settled[-1] : end] = values
        settled.append(end)
    return np.array(settled), int(starts[-1]) - settled[-1], conflicts


def _ascending(quoted_at: npt.NDArray[Any], sequence: npt.NDArray[Any]) -> bool:
    later = quoted_at[1:] > quoted_at[:-1]
    return bool(later.all() or (later | ((quoted_at[1:] == quoted_at[:-1]) & (sequence[1:] > sequence[:-1]))).all())


def _merged(rows: list[npt.NDArray[Any]]) -> tuple[list[npt.NDArray[Any]], int]:
    """One symbol's rows by instant, sequence and then content, each content once; and how many share a key with a different one."""
    order = np.lexsort(rows[::-1])
    ordered = [column[order] for column in rows]
    once = ~_same_as_before(ordered)
    kept = [column[once] for column in ordered]
    clash = _same_as_before(kept[:2])
    return kept, int((clash | np.append(clash[1:], False)).sum())


def _same_as_before(rows: list[npt.NDArray[Any]]) -> npt.NDArray[np.bool_]:
    same = np.logical_and.reduce([column[1:] == column[:-1] for column in rows])
    return np.concatenate([np.zeros(1, np.bool_), same])


def _write(folder: Path, quotes: Mapping[str, Ints], symbols: pl.Series, starts: Rows, built: Built) -> None:
    columns.write(folder / "quotes.arrow", quotes, asdict(built))
    columns.write(folder / "blocks.arrow", {"quoted_at": Ints(first_of_blocks(starts, quotes["quoted_at"].stored))})
    columns.write(folder / "reach.arrow", {name: _extremes(quotes[name], pick) for name, pick in (("bid_px", np.minimum), ("ask_px", np.maximum))})
    columns.write_symbols(folder / "symbols.arrow", symbols, starts)


def _extremes(prices: Ints, pick: np.ufunc) -> Ints:
    """The levels of the reach tree above the rows: the lowest (or highest) price beneath each entry, none where there is no price."""
    none, limits = prices.none, np.iinfo(prices.stored.dtype)
    worst = limits.max if pick is np.minimum else limits.min
    levels, below = [np.empty(0, prices.stored.dtype)], prices.stored
    for size in level_sizes(len(below))[1:]:
        level = np.empty(size, below.dtype)
        for start in range(0, size, BATCH // FAN):
            rows = below[start * FAN : (start + BATCH // FAN) * FAN]
            level[start : start + BATCH // FAN] = pick.reduceat(np.where(rows == none, worst, rows), np.arange(0, len(rows), FAN))
        level[level == worst] = none
        levels.append(level)
        below = level
    return Ints(np.concatenate(levels), prices.unit)


def _publish(partial: Path, folder: Path) -> None:
    """Force the files to the disk, then give the folder its name in one step."""
    for path in (*partial.iterdir(), partial):
        _sync(path)
    partial.rename(folder)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
