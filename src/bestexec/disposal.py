"""What of a workspace can be disposed of once its time is over, and the disposal itself, by the workspace's one writer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bestexec import runs, store, tombstones
from bestexec.tombstones import Piece, Tombstone
from bestexec.workspace import Workspace

RAW, ROWS, RUN, BOOK = "raw", "import", "run", "book"
KINDS = {
    RAW: "a raw file as it came", ROWS: "the rows that were read of files; their manifest stays",
    RUN: "the tables of a sealed run; run.json and its policy stay", BOOK: "a quote book, built of rows",
}  # fmt: skip
"""What each kind is. The workspace's policy, its mappings and every manifest are never disposed of."""


@dataclass(frozen=True)
class Item:
    """One thing of the workspace that bytes lie for. `first_on` and `last_on` are the days that it speaks of, None where it names none.

    `received_at` is when the firm had it (epoch ns), None of what was made here. `paths` are its files below the workspace, `size` their bytes on the disk.
    `tables` are the canonical tables that have rows of it.
    """

    kind: str
    id: str
    first_on: date | None
    last_on: date | None
    received_at: int | None
    paths: tuple[str, ...]
    size: int
    tables: tuple[str, ...] = ()

    @property
    def counts_from(self) -> date | None:
        """The later of the last day that it speaks of and the day (UTC) on which the firm had it: what a period counts from. None where neither is known."""
        received = datetime.fromtimestamp(self.received_at // 1_000_000_000, UTC).date() if self.received_at is not None else None
        return max((day for day in (self.last_on, received) if day is not None), default=None)


def items(workspace: Workspace) -> tuple[Item, ...]:
    """Everything of the workspace that could be disposed of, by kind and id; what is disposed of already, or kept by reference, is not among it."""
    imports = [
        (path.parent.name, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(workspace.imports.glob("[0-9a-f]*/manifest.json"))
    ]  # fmt: skip
    return tuple(sorted((*_raws(workspace, imports), *_rows(workspace, imports), *_runs(workspace), *_books(workspace)), key=lambda one: (one.kind, one.id)))


def pieces(root: Path, paths: Iterable[str]) -> tuple[Piece, ...]:
    """The files below `root` with the hash and the size of what they hold: what a proposal lists, and what is held against the bytes when they go."""
    return tuple(Piece(path, *tombstones.sha256_within(root / path)) for path in paths)


def dispose(workspace: Workspace, stones: Sequence[Tombstone]) -> dict[tuple[str, str], str]:
    """Dispose of these; what was not, by (kind, id), with the reason. Raises Problem while another process writes."""
    with workspace.writing():
        return tombstones.bury(workspace.root, stones)


def _raws(workspace: Workspace, imports: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[Item]:
    """Raw files that were kept as a copy; one that several imports read speaks of the days of them all."""
    read: dict[str, list[dict[str, Any]]] = {}
    for _, manifest in imports:
        for file in manifest["files"]:
            read.setdefault(file["sha256"], []).append(manifest)
    for path in sorted(workspace.raw.glob("[0-9a-f]*")):
        readers = read.get(path.name.removesuffix(".zst"), [])
        days = [day for manifest in readers for day in _days(manifest)]
        received = max((manifest["received_at"] for manifest in readers), default=None)
        tables = sorted({table for manifest in readers for table in manifest["rows"]})
        yield _item(workspace, RAW, path.name.removesuffix(".zst"), days, received, [path], tables)


def _rows(workspace: Workspace, imports: Sequence[tuple[str, dict[str, Any]]]) -> Iterator[Item]:
    for id_, manifest in imports:
        files = sorted((workspace.imports / id_).rglob("*.parquet"))
        if files:
            yield _item(workspace, ROWS, id_, _days(manifest), manifest["received_at"], files, sorted(manifest["rows"]))


def _runs(workspace: Workspace) -> Iterator[Item]:
    for folder in sorted(workspace.runs.glob("[0-9a-f]*")):
        files = sorted(folder.glob("*.parquet"))
        if files:
            days = [date.fromisoformat(day) for day in runs.open_run(folder).manifest["days"]]
            yield _item(workspace, RUN, folder.name, days, None, files)


def _books(workspace: Workspace) -> Iterator[Item]:
    for folder in sorted(workspace.books.glob("*/*")):
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        if files and not folder.name.startswith("."):
            yield _item(workspace, BOOK, f"{folder.parent.name}-{folder.name}", [date.fromisoformat(folder.parent.name)], None, files)


def _days(manifest: dict[str, Any]) -> list[date]:
    return [date.fromisoformat(day) for table in manifest["rows"].values() for day in table if day != store.REFERENCE_DAY]


def _item(
    workspace: Workspace, kind: str, id: str, days: Sequence[date], received_at: int | None, files: Sequence[Path], tables: Sequence[str] = ()
) -> Item:  # fmt: skip
    paths = tuple(path.relative_to(workspace.root).as_posix() for path in files)
    return Item(kind, id, min(days, default=None), max(days, default=None), received_at, paths, sum(path.stat().st_size for path in files), tuple(tables))
