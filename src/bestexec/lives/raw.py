"""The raw line that made a row, read from the kept file: without the customer's account, in bounded time, or the reason why not."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bestexec import tombstones
from bestexec.errors import Problem
from bestexec.importers.archives import head_of, open_raw
from bestexec.importers.delimited import header_of
from bestexec.schema import BY_NAME, TABLES
from bestexec.store import sha256_of
from bestexec.workspace import Workspace

MASK = "•••"
MARKET = frozenset({"quotes", "trades", "statuses", "symbols", "venues", "fees"})
"""Tables whose files know of no customer: a line of theirs is shown whole even where its format has no header."""
SHOWN = frozenset(column.name for table in TABLES for column in table.columns) - {"account_key"}
"""Columns of a file that may be shown. Any other could hold an account."""
MOST_BYTES = 256 << 20
LONGEST = 4_000
_PIECE = 1 << 20


@dataclass(frozen=True)
class RawFile:
    """One file of an import as it came in."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class RawLine:
    """One line (or record) of one file. `cells` are (column, text), masked where they could hold an account; `why_not` says why there are none."""

    file: RawFile
    line: int
    cells: tuple[tuple[str, str], ...] = ()
    why_not: str = ""
    kept: str = ""
    """How the file is kept: by us, or by reference where it lay."""


class _Gone(Exception):  # noqa: N818 -- named for what it says
    """Why a line cannot be shown."""


def raw_lines(workspace: Workspace, import_id: str, line: int) -> tuple[RawLine, ...]:
    """Line `line` of each file of the import. Raises Problem when the workspace has no such import."""
    path = workspace.imports / import_id / "manifest.json"
    if not import_id.isalnum() or not path.is_file():
        raise Problem("there is no such import", where=import_id[:12], do="look for the file among the imports of a run")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    references = manifest.get("references") or [""] * len(manifest["files"])
    return tuple(_read(workspace, RawFile(**file), reference, manifest["rows"], line) for file, reference in zip(manifest["files"], references, strict=True))


def _read(workspace: Workspace, file: RawFile, reference: str, rows: Any, line: int) -> RawLine:
    kept = "kept by reference, where it lay" if reference else "kept by us"
    try:
        path = _path(workspace, file, reference)
        cells = _parquet(path, line) if _is_parquet(path) else _text(path, line, knows_no_customer=set(rows) <= MARKET)
    except _Gone as gone:
        return RawLine(file, line, why_not=str(gone), kept=kept)
    except (Problem, OSError, pa.ArrowException) as error:
        return RawLine(file, line, why_not=f"the file cannot be read: {error}", kept=kept)
    return RawLine(file, line, _masked(cells), kept=kept)


def _path(workspace: Workspace, file: RawFile, reference: str) -> Path:
    """The kept file, if its bytes are still those that were imported."""
    places = [Path(reference)] if reference else [workspace.raw / file.sha256, workspace.raw / f"{file.sha256}.zst"]
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        stone = tombstones.of(workspace.root, "raw", file.sha256)
        if stone is not None:
            raise _Gone(f"the raw file was {stone.spoken}. The line is gone with it")
        raise _Gone("the raw file is gone from where it was kept. The line cannot be shown")
    if reference and path.stat().st_size != file.size:
        raise _Gone("the file changed since it was imported: its size is another. The line is not shown")
    if reference and file.size <= MOST_BYTES and _hash(path, path.stat().st_mtime_ns, path.stat().st_size) != file.sha256:
        raise _Gone("the file changed since it was imported: its SHA-256 is another. The line is not shown")
    return path


@lru_cache(maxsize=256)
def _hash(path: Path, changed_ns: int, size: int) -> str:
    return sha256_of(path)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"PAR1"


def _parquet(path: Path, line: int) -> Iterator[tuple[str, str]]:
    stored = pq.ParquetFile(path)
    before = 0
    for number in range(stored.num_row_groups):
        rows = stored.metadata.row_group(number).num_rows
        if before < line <= before + rows:
            row = stored.read_row_group(number).slice(line - before - 1, 1).to_pylist()[0]
            return iter([(name.strip().lower(), "" if value is None else str(value)) for name, value in row.items()])
        before += rows
    raise _Gone(f"the file has {before:,} rows and no row {line:,}")


def _text(path: Path, line: int, *, knows_no_customer: bool) -> Iterator[tuple[str, str]]:
    head, separator = header_of(head_of(path))
    text = _line(path, line)
    if not set(head) & (SHOWN - {"line"}) or not _is_header(head):
        if not knows_no_customer:
            raise _Gone("the format has no header to tell where an account stands, so the line is not shown")
        return iter([("", text)])
    fields = next(csv.reader([text], delimiter=separator), [])
    if len(fields) != len(head):
        raise _Gone(f"the line has {len(fields)} fields and the header {len(head)}, so an account in it could not be told, and it is not shown")
    return zip(head, fields, strict=True)


def _is_header(head: tuple[str, ...]) -> bool:
    return any(set(table.required) - {"line", "firm", "key_on", "traded_on", "routed_on", "day"} <= set(head) for table in BY_NAME.values())


def _line(path: Path, line: int) -> str:
    """The text of line `line`, counted from 1. Reads no more than MOST_BYTES."""
    passed, read, held = 0, 0, b""
    with open_raw(path) as stream:
        while piece := stream.read(_PIECE):
            read += len(piece)
            lines = (held + piece).split(b"\n")
            held = lines.pop()
            if passed + len(lines) >= line:
                return _decoded(next(islice(lines, line - passed - 1, None)))
            passed += len(lines)
            if read > MOST_BYTES or len(held) > MOST_BYTES:
                raise _Gone(f"the line stands further into the file than the {MOST_BYTES >> 20} MB that are read for a page")
    if held and passed + 1 == line:
        return _decoded(held)
    raise _Gone(f"the file has {passed + bool(held):,} lines and no line {line:,}")


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError as error:
        raise _Gone("the record is not text") from error


def _masked(cells: Iterator[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The cells, each that may not be shown as MASK, and what such a cell held as MASK wherever another cell repeats it."""
    found = list(cells)
    if [name for name, _ in found] == [""]:
        return tuple((name, text[:LONGEST]) for name, text in found)
    secrets = sorted({text.strip() for name, text in found if name not in SHOWN and len(text.strip()) >= 4}, key=len, reverse=True)
    shown = []
    for name, text in found:
        said = text[:LONGEST]
        for secret in secrets:
            said = said.replace(secret, MASK)
        shown.append((name, said if name in SHOWN else MASK if text else ""))
    return tuple(shown)
