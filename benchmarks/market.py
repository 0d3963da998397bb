"""One made-up trading day for the benchmark: the same quotes as plain columns for the peers and as canonical tables for the book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq

from bestexec.schema import QUOTES
from bestexec.units import PX

DAY = date(2026, 7, 1)
OPEN_AT = int(datetime(2026, 7, 1, 13, 30, tzinfo=UTC).timestamp()) * 10**9
CLOSE_AT = OPEN_AT + 23_400 * 10**9
SOURCE = "benchmark"
SYMBOLS = 200
IMPORTS = 4
"""Parquet files that the canonical quotes come in."""
SLICE = 1 << 20
"""Quotes made at once; also the size of a row group."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Quotes:
    """One symbol's quotes of [start, stop), prices in cents."""

    start: int
    stop: int
    at: Ints
    bid: Ints
    ask: Ints
    bid_qty: Ints
    ask_qty: Ints


def make(folder: Path, quotes: int, fills: int, *, plain: bool = True) -> None:
    """Write canonical/*.parquet, fills.parquet, tenth.parquet and, if `plain`, quotes.parquet, a slice at a time.

    A folder already made of the same size is kept.
    """
    stamp = folder / f"made-{quotes}-{fills}{'-plain' if plain else ''}"
    if stamp.exists():
        return
    (folder / "canonical").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(605)
    activity = 1 / np.arange(1, SYMBOLS + 1) ** 0.8
    quote_counts, fill_counts = (rng.multinomial(count, activity / activity.sum()) for count in (quotes, fills))
    quoted, traded = _Sink(folder / "quotes.parquet"), []
    for i in range(SYMBOLS):
        if i % (SYMBOLS // IMPORTS) == 0:
            canonical = _Sink(folder / "canonical" / f"import-{i:03d}.parquet")
        symbol, line = f"S{i:04d}", 0
        orders = _orders(rng, int(fill_counts[i]))
        for part in _day(rng, int(quote_counts[i])):
            if plain:
                quoted.write(_plain(symbol, part))
            canonical.write(_canonical(symbol, part, line))
            traded.append(_fills(rng, symbol, part, orders.filter(pl.col("et").is_between(part.start, part.stop, closed="left"))))
            line += len(part.at)
        if (i + 1) % (SYMBOLS // IMPORTS) == 0:
            canonical.close()
    quoted.close()
    day = pl.concat(traded).sort("rt")
    day.write_parquet(folder / "fills.parquet")
    day.gather_every(10).write_parquet(folder / "tenth.parquet")
    stamp.touch()


def _day(rng: np.random.Generator, count: int) -> Iterator[Quotes]:
    """A symbol's quotes as a random walk of cents, in stretches of at most SLICE."""
    stretches = max(1, -(-count // SLICE))
    edges = [OPEN_AT + (CLOSE_AT - OPEN_AT) * i // stretches for i in range(stretches)] + [CLOSE_AT]
    mid = 5_000
    for start, stop, i in zip(edges[:-1], edges[1:], range(stretches), strict=True):
        n = count * (i + 1) // stretches - count * i // stretches
        path = np.maximum(mid + np.cumsum(rng.choice([-1, 0, 0, 1], n)), 500)
        spread = rng.integers(1, 5, n)
        bid = path - spread // 2
        sizes = rng.integers(1, 50, (2, n)) * 100
        yield Quotes(start, stop, np.sort(rng.integers(start, stop, n)), bid, bid + spread, sizes[0], sizes[1])
        mid = int(path[-1])


def _orders(rng: np.random.Generator, count: int) -> pl.DataFrame:
    received = np.sort(rng.integers(OPEN_AT, CLOSE_AT, count))
    executed = np.minimum(received + rng.exponential(20_000_000, count).astype(np.int64), CLOSE_AT - 1)
    return pl.DataFrame({"rt": received, "et": executed, "side": rng.choice([1, -1], count).astype(np.int8)})


def _fills(rng: np.random.Generator, symbol: str, quotes: Quotes, orders: pl.DataFrame) -> pl.DataFrame:
    """Fills at the far quote in force at execution, some of them improved."""
    row = np.maximum(quotes.at.searchsorted(orders["et"], side="right") - 1, 0)
    side, n = orders["side"].to_numpy(), orders.height
    far = np.where(side > 0, quotes.ask[row], quotes.bid[row]) / 100
    return orders.select(
        pl.lit(symbol).alias("symbol"), "rt", "et", "side",
        px=pl.Series(np.round(far - side * rng.choice([0, 0, 0.001, 0.005], n), 3)),
        qty=pl.Series(rng.integers(1, 500, n) * 1.0),
        venue=pl.Series(rng.integers(0, 16, n).astype(np.int16)),
    )  # fmt: skip


def _plain(symbol: str, quotes: Quotes) -> pl.DataFrame:
    return pl.DataFrame(
        {"ts": quotes.at, "bid": quotes.bid / 100, "ask": quotes.ask / 100, "bidsz": quotes.bid_qty.astype(np.int32), "asksz": quotes.ask_qty.astype(np.int32)}
    ).select(pl.lit(symbol).alias("symbol"), pl.all())


def _canonical(symbol: str, quotes: Quotes, line: int) -> pl.DataFrame:
    frame = pl.DataFrame({name: getattr(quotes, name) for name in ("at", "bid", "ask", "bid_qty", "ask_qty")}).with_row_index("sequence", line)
    known: dict[str, Any] = {
        "day": pl.lit(DAY), "symbol": pl.lit(symbol), "quoted_at": pl.col("at"), "line": pl.col("sequence") + 1,
        "kind": pl.lit("nbbo"), "source": pl.lit(SOURCE), "resolution_ns": pl.lit(1),
        "bid_px": pl.col("bid").cast(PX) / 100, "ask_px": pl.col("ask").cast(PX) / 100,
    }  # fmt: skip
    return (
        frame.with_columns(**known)
        .with_columns(pl.lit(None, pl.String).alias(name) for name in ("bid_venue", "ask_venue", "venue"))
        .select(pl.col(column.name).cast(column.dtype) for column in QUOTES.columns)
    )


class _Sink:
    """A Parquet file written a row group at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, frame: pl.DataFrame) -> None:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        self._writer = self._writer or pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer:
            self._writer.close()
