"""The national best of a day, made here where no feed tells it: of each venue's own quotes of at least a round lot, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from bestexec.market.lots import round_lot
from bestexec.quotes.national import national_best
from bestexec.schema import QUOTES, Column, Table
from bestexec.units import COUNT, DAY, TEXT

CONSOLIDATED = Table(
    "consolidated", "One day whose national best was made here, of venues' own quotes.", ("day",), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("benchmark", TEXT, "", "Of which venues' quotes, from which sources.", required=True),
        Column("quotes", COUNT, "quotes", "Venues' quotes that were read.", required=True),
        Column("changes", COUNT, "quotes", "Changes of the national best that they make.", required=True),
        Column("below_lot", COUNT, "sides", "Bids and offers of less than a round lot, which took no part.", required=True),
        Column("symbols", COUNT, "symbols", "Symbols.", required=True),
        Column("lots_estimated", COUNT, "symbols", "Of these, those whose round lot no feed states: it is read off each quote's own price.", required=True),
    ),
)  # fmt: skip
SOURCE = "consolidated"
ROWS_AT_ONCE = 1 << 22
"""Venue quotes held in memory at once; a symbol is never cut."""


@dataclass(frozen=True)
class Consolidated:
    """What went into the national best of a day, as the columns of CONSOLIDATED say."""

    quotes: int
    changes: int
    below_lot: int
    symbols: int
    lots_estimated: int


def consolidate(files: Sequence[Path], day: date, source_of: Mapping[str, str], lots: pl.DataFrame, pieces: Path) -> tuple[list[Path], Consolidated]:
    """Write the national best of `day` as `schema.QUOTES` Parquet files into the folder `pieces`, whole symbols in each; returns them and what went in.

    `files` are Parquet files of the table `quotes`; `source_of` names the venues that take part, each with the one source that its quotes are taken from;
    `lots` are (symbol, round_lot), where a feed states it.
    """
    ours = pl.scan_parquet(list(files)).filter(
        pl.col("kind") == "venue", pl.col("day") == day,
        pl.col("source") == pl.col("venue").replace_strict(dict(source_of), default=None, return_dtype=pl.String),
    )  # fmt: skip
    stated = lots.select("symbol", "round_lot").unique("symbol", keep="last", maintain_order=True)
    counts = ours.group_by("symbol").len().sort("symbol").collect(engine="streaming")
    written, changes, below = [], 0, 0
    for number, symbols in enumerate(_batches(counts)):
        rows, small = in_round_lots(ours.filter(pl.col("symbol").is_in(symbols)).collect(), stated)
        best = national_best(rows, source=SOURCE)
        written.append(pieces / f"{number}.parquet")
        best.write_parquet(written[-1])
        changes, below = changes + best.height, below + small
    estimated = counts.join(stated.drop_nulls(), on="symbol", how="anti").height
    return written, Consolidated(int(counts["len"].sum()), changes, below, counts.height, estimated)


def in_round_lots(quotes: pl.DataFrame, lots: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The quotes without their sides of less than a round lot, and how many sides those are.

    A side whose size is not told stays. The round lot is the stated one of (symbol, round_lot), else what Rule 600(b)(93) gives the side's own price on its
    day, which stands for the average close that the rule goes by.
    """
    rows = quotes.join(lots, on="symbol", how="left", maintain_order="left")
    small = {
        side: (pl.col(f"{side}_qty") < pl.coalesce("round_lot", round_lot(pl.col(f"{side}_px"), pl.col("day")))).fill_null(value=False)
        for side in ("bid", "ask")
    }
    count = rows.select(sum(is_small.sum() for is_small in small.values())).item()
    kept = rows.with_columns(**{f"{side}_{what}": pl.when(~is_small).then(f"{side}_{what}") for side, is_small in small.items() for what in ("px", "qty")})
    return kept.select(quotes.columns).cast({name: QUOTES.schema[name] for name in ("bid_px", "ask_px", "bid_qty", "ask_qty")}), int(count)


def _batches(counts: pl.DataFrame) -> Iterator[list[str]]:
    """The symbols, in batches of about ROWS_AT_ONCE quotes."""
    batch = (counts["len"].cum_sum() - counts["len"]) // ROWS_AT_ONCE
    for part in counts.with_columns(batch=batch).partition_by("batch", maintain_order=True):
        yield part["symbol"].to_list()
