"""The bytes of a DBN stream, taken apart into headers and runs of records of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import databento_dbn as databento
import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.errors import Problem
from bestexec.importers.base import Damaged, open_raw

MAGIC = b"DBN"
BLOCK = 8 << 20
_HEADER_BYTES = 16
"""Of a record: length in words of 4 bytes, kind, publisher, instrument, time."""
_FIRST_LOOK = 64


@dataclass(frozen=True)
class Run:
    """Neighboring records of one kind: their kind (`rtype`), number of the first (from 1), count and bytes."""

    rtype: int
    first: int
    raw: npt.NDArray[np.uint8]
    """count × length."""

    @property
    def count(self) -> int:
        return len(self.raw)

    def frame(self, record: Any, wanted: tuple[str, ...]) -> pl.DataFrame:
        """The wanted fields of each record as columns, with its number as `record`. Times beyond int64 become null."""
        layout = np.dtype([(name, "<" + form if form[0] != "S" else form) for name, form in record._dtypes])  # the library's own clients read it, too
        if layout.itemsize > self.raw.shape[1]:
            raise Problem(f"{record.__name__} records are shorter than their kind", do="fetch the file again and import it")
        records = np.ascontiguousarray(self.raw[:, : layout.itemsize]).view(layout).reshape(-1)
        columns = {name: _column(np.ascontiguousarray(records[name])) for name in wanted}
        return pl.DataFrame(columns).with_columns(record=pl.int_range(self.first, self.first + self.count, dtype=pl.Int64))


@dataclass(frozen=True)
class Break:
    """Where the stream cannot be read on: the number of the record, and why."""

    record: int
    why: str


def read_runs(path: Path, block: int = BLOCK) -> Iterator[databento.Metadata | Run | Break]:
    """Each header (more than one where files were joined), each run, and one Break where the stream cannot be read on."""
    rest, number, damage = b"", 1, ""
    with open_raw(path) as stream:
        more = True
        while more:
            try:
                piece = stream.read(block)
            except Damaged as damaged:
                piece, damage = b"", damaged.what
            more, buffer, at = bool(piece), rest + piece, 0
            while (length := _length(buffer, at)) is not None:
                if length < _HEADER_BYTES:
                    yield Break(number, f"a record of {length} bytes cannot be")
                    return
                if buffer.startswith(MAGIC, at):
                    yield _metadata(buffer[at : at + length])
                else:
                    run = Run(buffer[at + 1], number, _alike(buffer, at, length))
                    yield run
                    number, length = number + run.count, run.count * length
                at += length
            rest = buffer[at:]
    if rest or damage:
        yield Break(number, damage or "the file breaks off within a record")


def _length(buffer: bytes, at: int) -> int | None:
    """Bytes of the header or record at a place; None if it is not all there."""
    if len(buffer) - at < _HEADER_BYTES:
        return None
    length = int.from_bytes(buffer[at + 4 : at + 8], "little") + 8 if buffer.startswith(MAGIC, at) else buffer[at] * 4
    return length if at + length <= len(buffer) else None


def _metadata(header: bytes) -> databento.Metadata:
    try:
        return databento.Metadata.decode(header, databento.VersionUpgradePolicy.AS_IS)  # type: ignore[arg-type]  # the stubs give the enum's values as numbers
    except (databento.DBNError, ValueError) as error:
        raise Problem(f"the DBN header cannot be read: {error}", do="fetch the file again and import it") from error


def _alike(buffer: bytes, at: int, length: int) -> npt.NDArray[np.uint8]:
    """The record at a place and those behind it of the same length and kind; looked for in growing windows, as runs may be short."""
    whole = np.frombuffer(buffer, np.uint8, (len(buffer) - at) // length * length, at).reshape(-1, length)
    look = _FIRST_LOOK
    while True:
        other = np.flatnonzero((whole[:look, :2] != whole[0, :2]).any(axis=1))
        if len(other) or look >= len(whole):
            return whole[: int(other[0]) if len(other) else len(whole)]
        look *= 8


def _column(values: npt.NDArray[Any]) -> pl.Series:
    """Bytes become text; unsigned times that do not fit int64, the undefined one among them, become null."""
    if values.dtype.kind == "S":
        return pl.Series(values.astype(str))
    if values.dtype == np.uint64:
        return pl.Series(values).cast(pl.Int64, strict=False)
    return pl.Series(values)
