"""Writes the practice firm's tables as blotter files: canonical column names, exact decimals, instants in nanoseconds."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

import polars as pl

from bestexec.practice.market import DayMarket
from bestexec.practice.quotes import SOURCE
from bestexec.practice.records import Fill, Order, Route
from bestexec.practice.tape import LETTERS
from bestexec.schema import BY_NAME

ROWS_PER_GROUP = 200_000
_MILLIONTH = Decimal("0.000001")
_FEED_RESOLUTION_NS = 1


def records(rows: Sequence[Order] | Sequence[Route] | Sequence[Fill], table: str) -> pl.DataFrame:
    """Orders, routes or fills as a frame of their canonical columns; prices, quantities and amounts become decimals."""
    schema, names = BY_NAME[table].schema, [field.name for field in fields(rows[0])]
    integers = {name for name in names if isinstance(schema[name], pl.Decimal)}
    columns = zip(names, zip(*map(attrgetter(*names), rows), strict=True), strict=True)
    frame = pl.DataFrame({name: pl.Series(values, dtype=pl.Int64() if name in integers else schema[name]) for name, values in columns})
    return frame.with_columns(_decimal(name).alias(name) for name in names if name in integers)


def market_frames(market: DayMarket, quotes: pl.DataFrame, trades: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The day's quotes and trades as canonical columns, sorted by symbol and instant, with one sequence over both."""
    symbols = pl.Series([one.symbol for one in market.issues])
    both = pl.concat([quotes.select(at="quoted_at"), trades.select(at="traded_at")])
    sequence = both.select(pl.col("at").rank("ordinal").cast(pl.Int64)).to_series()
    day, source = pl.lit(market.day), pl.lit(SOURCE)
    told = quotes.with_columns(sequence=sequence.head(quotes.height)).select(
        day.alias("day"), symbols.gather(quotes["issue"]).alias("symbol"), "quoted_at", "sequence",
        *(pl.when(pl.col(name) > 0).then(_decimal(name)).alias(f"{name}_px") for name in ("bid", "ask")),
        *(pl.when(pl.col(name) > 0).then(pl.col(f"{name}_qty").cast(pl.Decimal(18, 6))).alias(f"{name}_qty") for name in ("bid", "ask")),
        "bid_venue", "ask_venue", "kind", "venue", source.alias("source"), resolution_ns=pl.lit(_FEED_RESOLUTION_NS, pl.Int64),
    )  # fmt: skip
    traded = trades.with_columns(sequence=sequence.tail(trades.height)).select(
        day.alias("day"), symbols.gather(trades["issue"]).alias("symbol"), "traded_at", "sequence", _decimal("px").alias("px"),
        _decimal("qty").alias("qty"), "venue", pl.col("venue").replace(LETTERS).alias("venue_raw"), "conditions",
        pl.col("filtered_reason").is_null().alias("is_regular"), "filtered_reason", "kind", source.alias("source"),
        resolution_ns=pl.lit(_FEED_RESOLUTION_NS, pl.Int64),
    )  # fmt: skip
    return told, traded


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="zstd", row_group_size=ROWS_PER_GROUP, statistics=False)


def write_csv(frame: pl.DataFrame, path: Path, *, readable: bool = False) -> None:
    """Decimals without idle zeros, flags as true and false; `readable` writes instants as ISO 8601 in UTC. A name ending in .gz is compressed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    decimals = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Decimal)]
    plain = frame.with_columns(pl.col(name).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".") for name in decimals)
    instants = [name for name, dtype in frame.schema.items() if dtype == pl.Int64 and name.endswith("_at")]
    if readable:
        plain = plain.with_columns(pl.col(name).cast(pl.Datetime("ns")).dt.strftime("%Y-%m-%dT%H:%M:%S%.9fZ") for name in instants)
    text = plain.write_csv().encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def _decimal(name: str) -> pl.Expr:
    """A column of millionths as the decimal it stands for."""
    return (pl.col(name).cast(pl.Decimal(38, 0)) * pl.lit(_MILLIONTH)).cast(pl.Decimal(18, 6))
