"""A run's rows by order: copies of its sealed tables, sorted by order id in small pieces, so that one order is found without reading the rest."""

from __future__ import annotations

import json
import shutil
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.ipc

from bestexec import policy
from bestexec.checks import ASKED, GIVEN
from bestexec.runs import Run
from bestexec.schema import conform

FORMAT = 1
PIECE = 512
"""Rows that are read to find one order."""
TABLES = ("orders", "fills", "routes", "withdrawn", "unlinked", "copies", "findings")
JUDGED = {"orders": ("orders",), "fills": ("fills",), "routes": ("routes", "fills")}
"""Tables that checks are asked of row by row, with the tables they are made of. What a check reads of the whole day is written beside each row."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Index:
    """The folder of one run's copies. It may be deleted; it is made again from the sealed tables."""

    folder: Path
    firsts: Mapping[str, tuple[str, ...]]
    """The order id that each piece of a table begins with; a table that the run was sealed without is absent."""

    def rows(self, table: str, order_id: str) -> pl.DataFrame | None:
        """The rows of that order id, whatever its day and symbol; None where the run was sealed without the table."""
        firsts = self.firsts.get(table)
        if firsts is None:
            return None
        with pa.memory_map(str(self.folder / f"{table}.arrow")) as mapped, pa.ipc.open_file(mapped) as stored:
            pieces = range(max(bisect_left(firsts, order_id) - 1, 0), max(bisect_right(firsts, order_id), 1))
            batches = [stored.get_batch(number) for number in pieces] if firsts else []
            found = pa.Table.from_batches(batches, schema=stored.schema)
            frame = pl.DataFrame(pl.from_arrow(found))
        return frame.filter(pl.col("order_id") == order_id)


def index_of(run: Run, home: Path, progress: Progress = lambda what, done, of: None) -> Index:
    """The run's index under `home`, made on first use from the sealed tables (their bytes are checked then). Two processes may make it at once."""
    folder = home / run.id / f"orders-{FORMAT}"
    if not (folder / "firsts.json").is_file():
        _make(run, folder, progress)
    firsts = json.loads((folder / "firsts.json").read_text(encoding="utf-8"))
    return Index(folder, {table: tuple(found) for table, found in firsts.items()})


def _make(run: Run, folder: Path, progress: Progress) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder.parent))
    try:
        sealed = {table: run.table(table) for table in TABLES if f"{table}.parquet" in run.manifest["outputs"]}
        limits = policy.sealed(run.folder / "policy")
        given = {name: conform(frame, GIVEN[name]) for name, frame in sealed.items() if name in GIVEN}
        firsts = {}
        for done, (table, rows) in enumerate(sealed.items()):
            progress(f"sorting {table} by order", done, len(sealed))
            parts = JUDGED.get(table, ())
            if parts and set(parts) <= set(given):
                made = ASKED[table].make({name: given[name] for name in parts}, limits)
                rows = pl.concat([rows, made.select(name for name in made.columns if name not in rows.columns)], how="horizontal")  # noqa: PLW2901 -- wider rows
            firsts[table] = _write(rows.filter(pl.col("order_id").is_not_null()).sort("order_id", maintain_order=True), staging / f"{table}.arrow")
        (staging / "firsts.json").write_text(json.dumps(firsts), encoding="utf-8")
        staging.rename(folder)
    except OSError:
        if not (folder / "firsts.json").is_file():
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write(rows: pl.DataFrame, path: Path) -> list[str]:
    table = rows.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table, max_chunksize=PIECE)
    ids: list[str] = rows["order_id"].gather_every(PIECE).to_list()
    return ids
