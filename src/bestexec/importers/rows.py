"""The lines of a file as values: typed at once where nothing is at fault, and with care where something is.

Both ways give the same values. The quick one is taken for a run of lines that holds no fault at all; one bad line in it, and the whole run is read
with care, so that its rejects say line and reason.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from bestexec.importers import cells
from bestexec.importers.base import Reject
from bestexec.importers.cells import Cell, Fault, Typed
from bestexec.importers.delimited import BLOCK, Layout, Piece, read_pieces
from bestexec.importers.plain import Plain
from bestexec.importers.plain import look as look_at


@dataclass(frozen=True)
class Rows:
    """Some lines of a file: `values` has `line` and each cell's value; and what was not taken."""

    values: pl.DataFrame
    records: int
    rejects: tuple[Reject, ...] = ()
    skipped: dict[str, int] = field(default_factory=dict)
    trailers: tuple[str, ...] = ()


def read_rows(path: Path, layout: Layout, wanted: tuple[Cell, ...], row_faults: tuple[Fault, ...] = (), block: int = BLOCK) -> Iterator[Rows]:
    """The records of `path` as the values of `wanted`, some megabytes at a time. A cell that the layout lacks is null throughout.

    The next lines are read while the caller works on these.
    """
    yield from _ahead(_rows(path, layout, wanted, row_faults, block))


def _ahead(items: Iterator[Rows]) -> Iterator[Rows]:
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = pool.submit(next, items, None)
            yield item


def _rows(path: Path, layout: Layout, wanted: tuple[Cell, ...], row_faults: tuple[Fault, ...], block: int) -> Iterator[Rows]:
    for piece in read_pieces(path, layout, block):
        values = _at_once(piece, layout, wanted, row_faults)
        if values is not None:
            yield Rows(values, values.height)
            continue
        fields = piece.fields()
        absent = [cell.name for cell in wanted if cell.name not in fields.frame.columns]
        frame = fields.frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
        rows, rejects = cells.parse(frame, wanted, row_faults)
        yield Rows(rows, fields.records, (*fields.rejects, *rejects), fields.skipped, fields.trailers)


def _at_once(piece: Piece, layout: Layout, wanted: tuple[Cell, ...], row_faults: tuple[Fault, ...]) -> pl.DataFrame | None:
    """The values of a run of lines without any fault; None where there may be one."""
    if piece.damage or piece.first == 1:
        return None
    apart = tuple(one.encode() for one in (piece.header, layout.trailer) if one)
    plain = look_at(piece.chunk, len(layout.columns), layout.separator, apart)
    if plain is None or not plain.bare:
        return None
    how = {cell.name: _typed(cell, layout, plain) for cell in wanted}
    names = [column or f"unwanted:{place}" for place, column in enumerate(layout.columns)]
    schema = {name: how[name].dtype if name in how else pl.String() for name in names}
    present = [cell for cell in wanted if cell.name in layout.columns]
    scan = pl.scan_csv(io.BytesIO(piece.chunk), has_header=False, separator=layout.separator, quote_char=None, schema=schema)
    try:
        raw = scan.select(cell.name for cell in present).collect()
    except pl.exceptions.PolarsError:  # a text that is not of its column's type: read it with care
        return None
    given = raw.with_columns(pl.lit(None, how[cell.name].dtype).alias(cell.name) for cell in wanted if cell.name not in layout.columns)
    values = given.select(how[cell.name].value(pl.col(cell.name)).alias(cell.name) for cell in wanted)
    return _numbered(values, given, piece.first, wanted, row_faults)


def _numbered(values: pl.DataFrame, given: pl.DataFrame, first: int, wanted: tuple[Cell, ...], row_faults: tuple[Fault, ...]) -> pl.DataFrame | None:
    """With `line`; None when a value was lost, one that must be there is not, or a row is at fault."""
    for cell in wanted:
        missing = values[cell.name].null_count()
        if missing > (0 if cell.required else given[cell.name].null_count()):
            return None
    if row_faults and values.select(pl.any_horizontal(condition.fill_null(value=False) for condition, _ in row_faults).any()).item():
        return None
    return values.insert_column(0, pl.Series("line", np.arange(first, first + values.height, dtype=np.int64)))


def _typed(cell: Cell, layout: Layout, plain: Plain) -> Typed:
    """How the cell is read here: by its own type where the bytes allow it, else as text."""
    quick = cell.parser.quick
    if quick is not None and cell.name in layout.columns:
        typed = quick(plain, layout.columns.index(cell.name))
        if typed is not None:
            return typed
    return Typed(pl.String(), cell.parser.value)
