"""The book's columns on disk: integers in uncompressed Arrow files, read through a memory map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.ipc

from bestexec.errors import Problem

FORMAT = 1
"""Number of the layout below; a book of another is built again."""
NONE = int(np.iinfo(np.int64).min)
"""Stands in integer columns for a price, size or row that is not there."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Ints:
    """Integers kept as multiples of `unit`, so that a day of cents and whole shares fits four bytes. The type's minimum means none."""

    stored: npt.NDArray[Any]
    unit: int = 1

    @property
    def none(self) -> int:
        return int(np.iinfo(self.stored.dtype).min)

    def take(self, rows: Rows) -> Rows:
        """The values at `rows` (any shape); rows outside the column are read at its nearest end, of an empty one as NONE."""
        if not len(self.stored):
            return np.full(rows.shape, NONE)
        return self._widened(self.stored.take(rows, mode="clip"))

    def part(self, start: int, stop: int) -> Rows:
        return self._widened(self.stored[start:stop])

    def _widened(self, stored: npt.NDArray[Any]) -> Rows:
        values = stored.astype(np.int64) * self.unit
        values[stored == self.none] = NONE
        return values


def write(path: Path, columns: Mapping[str, Ints], facts: Mapping[str, Any] | None = None) -> None:
    """One record batch, so that each column lies in one piece; `facts` go into the schema's metadata as JSON."""
    fields = [pa.field(name, pa.from_numpy_dtype(ints.stored.dtype), metadata={"unit": str(ints.unit)}) for name, ints in columns.items()]
    schema = pa.schema(fields, metadata={"bestexec": json.dumps({"format": FORMAT, **(facts or {})})})
    arrays = [
        pa.Array.from_buffers(field.type, len(ints.stored), [None, pa.py_buffer(ints.stored)]) for field, ints in zip(fields, columns.values(), strict=True)
    ]
    write_batch(path, pa.record_batch(arrays, schema=schema))


def write_batch(path: Path, batch: pa.RecordBatch) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)


def read(path: Path) -> tuple[dict[str, Ints], dict[str, Any]]:
    """The columns, mapped and not loaded, and the facts. Raises Problem on another format."""
    batch = read_batch(path)
    facts = json.loads(batch.schema.metadata[b"bestexec"])
    if facts["format"] != FORMAT:
        raise Problem(f"a quote book of format {facts['format']}, this program reads {FORMAT}", where=str(path), do="build the book again")
    # Not to_numpy: that imports pandas where it is installed, which takes longer than the lookups.
    columns = {
        field.name: Ints(np.frombuffer(batch.column(i).buffers()[1] or b"", field.type.to_pandas_dtype()), int(field.metadata[b"unit"]))
        for i, field in enumerate(batch.schema)
    }
    return columns, facts


def write_symbols(path: Path, symbols: pl.Series, starts: Rows) -> None:
    """The symbols, ascending, each with its range of rows."""
    table = pl.DataFrame({"symbol": symbols, "start": starts[:-1], "stop": starts[1:]}, schema={"symbol": pl.String, "start": pl.Int64, "stop": pl.Int64})
    table.write_ipc(path, compression="uncompressed")


def read_symbols(path: Path) -> tuple[pl.Series, Rows]:
    """The symbols, and the first row of each with one past the last row of all."""
    table = pl.read_ipc(path)
    return table["symbol"], np.concatenate([np.zeros(1, np.int64), table["stop"].to_numpy()])


def read_batch(path: Path) -> pa.RecordBatch:
    if not path.is_file():
        raise Problem("no quote book", where=str(path.parent), do="build it from the day's quotes")
    return pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
