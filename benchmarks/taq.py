"""A TAQ national best file into the quote book, beside Polars merely reading the same columns of the same file.

    python -m benchmarks.taq [--dir DIR] [--rows 1e7] [--runs 3] [--packed]

The whole way is timed: recognizing, checking each field, exact decimals, the canonical Parquet file of the import, and the book. Polars reads the columns with
the types it finds, prices as floats, and checks nothing.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.run import Run, run, say, warm

DAY = "20240116"
SYMBOLS = 200
NAME = f"EQY_US_ALL_NBBO_{DAY}"
HEADER = (
    "Time|Exchange|Symbol|Bid_Price|Bid_Size|Offer_Price|Offer_Size|Quote_Condition|Sequence_Number|National_BBO_Ind|FINRA_BBO_Indicator|FINRA_ADF_MPID_Indicator|"
    "Quote_Cancel_Correction|Source_Of_Quote|Best_Bid_Quote_Condition|Best_Bid_Exchange|Best_Bid_Price|Best_Bid_Size|Best_Bid_FINRA_Market_Maker_ID|"
    "Best_Offer_Quote_Condition|Best_Offer_Exchange|Best_Offer_Price|Best_Offer_Size|Best_Offer_FINRA_Market_Maker_ID|LULD_Indicator|LULD_NBBO_Indicator|"
    "SIP_Generated_Message_Identifier|Participant_Timestamp|FINRA_ADF_Timestamp|Security_Status_Indicator"
)
COLUMNS = (
    "Time", "Symbol", "Sequence_Number", "Quote_Cancel_Correction", "Best_Bid_Exchange", "Best_Bid_Price", "Best_Bid_Size",
    "Best_Offer_Exchange", "Best_Offer_Price", "Best_Offer_Size",
)  # fmt: skip
"""What the importer reads of the file."""
SECOND = 10**9


def make(folder: Path, rows: int, *, packed: bool) -> None:
    """Write the day's file, symbol by symbol; a folder already made is kept."""
    path, each = folder / (NAME + ".gz" * packed), rows // SYMBOLS
    if path.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(605)
    with gzip.open(path, "wb", compresslevel=1) if packed else path.open("wb") as file:
        file.write(f"{HEADER}\n".encode())
        for number in range(SYMBOLS):
            file.write(_lines(rng, f"S{number:03d}", each, number))
        file.write(f"END|{DAY}|{each * SYMBOLS}{'|' * (HEADER.count('|') - 2)}\n".encode())


def _lines(rng: np.random.Generator, symbol: str, count: int, number: int) -> bytes:
    """A symbol's lines as a random walk of cents."""
    import polars as pl

    clock = np.sort(rng.integers(34_200 * SECOND, 57_600 * SECOND, count))
    seconds = clock // SECOND
    shown = (seconds // 3_600 * 10_000 + seconds // 60 % 60 * 100 + seconds % 60) * SECOND + clock % SECOND
    bid = np.maximum(np.cumsum(rng.choice([-1, 0, 0, 1], count)) + 5_000 + 100 * number, 500)
    frame = pl.DataFrame({
        "time": shown, "bid": bid, "ask": bid + rng.integers(1, 4, count), "bid_size": rng.integers(1, 30, count), "ask_size": rng.integers(1, 30, count),
        "venue": rng.choice(list("NQPZKJYBVUH"), count), "sequence": np.arange(count) * SYMBOLS + number,
    })  # fmt: skip
    time = pl.col("time").cast(pl.String).str.zfill(15)
    prices = [pl.format("{}.{}", pl.col(side) // 100, (pl.col(side) % 100).cast(pl.String).str.zfill(2)) for side in ("bid", "ask")]
    line = pl.format(
        f"{{}}|{{}}|{symbol}|{{}}|{{}}|{{}}|{{}}|R|{{}}|2||||C|R|{{}}|{{}}|{{}}||R|{{}}|{{}}|{{}}|||||{{}}||\n",
        time, "venue", prices[0], "bid_size", prices[1], "ask_size", "sequence", "venue", prices[0], "bid_size", "venue", prices[1], "ask_size", time,
    )  # fmt: skip
    return str(frame.select(line.str.join("")).item()).encode()


def _file(folder: Path) -> Path:
    return next(path for path in (folder / NAME, folder / f"{NAME}.gz") if path.exists())


def polars_reads(folder: Path) -> None:
    """The peer: the columns, and no more."""
    import polars as pl

    pl.read_csv(_file(folder), separator="|", columns=list(COLUMNS), infer_schema_length=1_000, ignore_errors=True, truncate_ragged_lines=True)


def into_book(folder: Path) -> None:
    """From the file to a book that can be looked up."""
    from bestexec.importers import identify
    from bestexec.importers.base import Kept, head_of
    from bestexec.quotes import build
    from bestexec.store import ImportWriter

    path = _file(folder)
    for made in ("import", "book"):
        shutil.rmtree(folder / made, ignore_errors=True)
    kept = Kept(path.name, path, "", path.stat().st_size)
    with ImportWriter(folder / "import") as writer:
        for batch in identify(path.name, head_of(path)).read((kept,)):
            writer.add(batch)
        writer.finish({})
    build(sorted((folder / "import/quotes").iterdir()), folder / "book", source="taq", kind="nbbo")


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _arguments(arguments)
    folder = asked.dir / f"{asked.rows}{'-packed' * asked.packed}"
    say(f"making {asked.rows:,} lines in {folder}")
    make(folder, asked.rows, packed=asked.packed)
    runs: dict[str, list[Run]] = {"polars_reads": [], "into_book": []}
    for _ in range(asked.runs):
        for work, done in runs.items():
            warm(folder)
            done.append(run(f"taq:{work}", folder))
            say(f"{work} {done[-1].seconds:.1f} s")
    print(f"{asked.rows:,} lines, {_file(folder).stat().st_size / 2**20:,.0f} MB{' packed' * asked.packed}, medians of {asked.runs} interleaved runs.\n")
    print("| | seconds | CPU seconds | anonymous MB |\n|---|---:|---:|---:|")
    for work, done in runs.items():
        print(f"| {work} | {_median(done, 'seconds'):.2f} | {_median(done, 'cpu'):.2f} | {max(each.anonymous for each in done) / 2**20:,.0f} |")
    ratios = [_median(runs["into_book"], name) / _median(runs["polars_reads"], name) for name in ("seconds", "cpu")]
    print(f"\nInto the book ÷ merely read: **{ratios[0]:.2f} ×** by the clock, {ratios[1]:.2f} × by the processors; the goal is 3.")
    return 0


def _median(runs: list[Run], name: str) -> float:
    return float(median(getattr(each, name) for each in runs))


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.taq", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "bestexec-bench-taq")
    parser.add_argument("--rows", type=lambda text: int(float(text)), default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--packed", action="store_true", help="the file as gzip, as it is delivered")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
