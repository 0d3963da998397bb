"""Keeps raw bytes by their hash, and canonical rows in one folder per import."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from bestexec import tombstones
from bestexec.errors import Problem
from bestexec.importers.base import Batch, Kept
from bestexec.schema import BY_NAME, conform

CHUNK = 1 << 20
REFERENCE_DAY = "all"
"""Where a table without a day column is filed within its import."""
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PAR1")


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keep(path: Path, raw: Path, options: Mapping[str, str] | None = None, *, by_reference: bool = False) -> Kept:
    """Keep the bytes of `path` under `raw/<sha256>`, once and for good; plain files are compressed on the way.

    `by_reference` copies nothing: the returned Kept reads the original where it lies. Raises Problem if the file
    cannot be read or the disk cannot hold it; nothing half-written stays under its final name.
    """
    if not path.is_file():
        raise Problem("no such file", where=str(path), do="check the name")
    digest, size = sha256_of(path), path.stat().st_size
    if by_reference:
        return Kept(path.name, path.resolve(), digest, size, options or {})
    for suffix in ("", ".zst"):
        if (raw / f"{digest}{suffix}").exists():
            return Kept(path.name, raw / f"{digest}{suffix}", digest, size, options or {})
    with path.open("rb") as stream:
        plain = not stream.read(6).startswith(_COMPRESSED)
    target = raw / (f"{digest}.zst" if plain else digest)
    staging = raw / f".{digest}.part"
    try:
        with path.open("rb") as source, staging.open("wb") as sink:
            if plain:
                zstandard.ZstdCompressor(level=3).copy_stream(source, sink, size=size)
            else:
                shutil.copyfileobj(source, sink, CHUNK)
            sink.flush()
            os.fsync(sink.fileno())
        staging.rename(target)
        sync_folder(raw)
    except OSError as error:
        staging.unlink(missing_ok=True)
        raise Problem(f"the file could not be kept: {error.strerror}", where=str(path), do="free disk space and import it again") from error
    return Kept(path.name, target, digest, size, options or {})


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(staging: Path, target: Path) -> None:
    """Make a finished folder visible under its final name in one step: sync what is in it, rename, sync the parent."""
    for path in sorted(staging.rglob("*")):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    sync_folder(staging)
    staging.rename(target)
    sync_folder(target.parent)


def publish_files(to: Path, contents: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write every file aside and sync it, then give each its name. Raises Problem where the disk refuses, and leaves nothing half-written."""
    aside = [to / f".{name}.part" for name in contents]
    try:
        to.mkdir(parents=True, exist_ok=True)
        for part, content in zip(aside, contents.values(), strict=True):
            with part.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        for part, name in zip(aside, contents, strict=True):
            part.rename(to / name)
        sync_folder(to)
    except OSError as error:
        for part in aside:
            with suppress(OSError):
                part.unlink()
        raise Problem(f"the files could not be written: {error.strerror}", where=str(to), do="free disk space, or name another folder") from error
    return tuple(to / name for name in contents)


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame so that equal rows give equal bytes: one thread, fixed row groups."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 18, use_dictionary=True)


def write_json(value: Any, path: Path) -> None:
    """Write JSON with sorted keys, so that equal values give equal bytes."""
    path.write_text(json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


class ImportWriter:
    """Collects the batches of one import in a staging folder that nobody reads until it is published."""

    def __init__(self, staging: Path) -> None:
        self.staging = staging
        self.rows: dict[str, dict[str, int]] = {}
        self.streams: dict[str, set[tuple[str, str, str | None]]] = {}
        self.records = self.accepted = self.rejected = 0
        self.skipped: dict[str, int] = {}
        self.notes: list[str] = []
        self._writers: dict[tuple[str, str], pq.ParquetWriter] = {}
        self._open = ExitStack()
        self._rejects: list[dict[str, Any]] = []

    def __enter__(self) -> ImportWriter:
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir(parents=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._open.close()
        if kind is not None:
            shutil.rmtree(self.staging, ignore_errors=True)

    def add(self, batch: Batch) -> None:
        """Write one batch; counts add up record by record."""
        self.records += batch.records
        self.accepted += batch.accepted
        self.rejected += len(batch.rejects)
        for reason, count in batch.skipped.items():
            self.skipped[reason] = self.skipped.get(reason, 0) + count
        self.notes += [note for note in batch.notes if note not in self.notes]
        self._rejects += [{"line": reject.line, "reason": reject.reason, "text": reject.text} for reject in batch.rejects]
        for name, frame in batch.tables.items():
            self._add_rows(name, frame)

    def _add_rows(self, name: str, frame: pl.DataFrame) -> None:
        table = BY_NAME[name]
        rows = conform(frame, table)
        if name == "quotes":
            for day, kind, source, venue in rows.select("day", "kind", "source", "venue").unique().iter_rows():
                self.streams.setdefault(day.isoformat(), set()).add((kind, source, venue))
        days = {(None,): rows} if not table.day else rows.partition_by(table.day, as_dict=True, maintain_order=True)
        for (day,), part in days.items():
            key = (name, REFERENCE_DAY if day is None else day.isoformat())
            self.rows.setdefault(name, {})
            self.rows[name][key[1]] = self.rows[name].get(key[1], 0) + part.height
            arrow = part.to_arrow(compat_level=pl.CompatLevel.oldest())
            self._writer(key, arrow.schema).write_table(arrow)

    def _writer(self, key: tuple[str, str], schema: pa.Schema) -> pq.ParquetWriter:
        if key not in self._writers:
            folder = self.staging / key[0]
            folder.mkdir(exist_ok=True)
            words = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
            stored = pq.ParquetWriter(folder / f"{key[1]}.parquet", schema, compression="zstd", compression_level=1, use_dictionary=words)
            self._writers[key] = self._open.enter_context(stored)
        return self._writers[key]

    def finish(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Close the files, write rejects and manifest, and return the manifest as written."""
        self._open.close()
        schema = {"line": pl.Int64, "reason": pl.String, "text": pl.String}
        write_parquet(pl.DataFrame(self._rejects, schema=schema), self.staging / "rejects.parquet")
        whole = {
            **manifest,
            "records": self.records, "accepted": self.accepted, "rejected": self.rejected,
            "skipped": self.skipped, "notes": self.notes, "rows": self.rows,
            "streams": {day: sorted(streams, key=str) for day, streams in sorted(self.streams.items())},
        }  # fmt: skip
        write_json(whole, self.staging / "manifest.json")
        return whole


@dataclass(frozen=True)
class Imported:
    """One published import: its folder and its manifest."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        return self.folder.name

    def parquet(self, table: str, day: str) -> Path | None:
        """The file that holds `table`'s rows of `day` (ISO), if there are any."""
        return self.folder / table / f"{day}.parquet" if day in self.manifest["rows"].get(table, {}) else None


def imports_in(folder: Path) -> tuple[Imported, ...]:
    """Every published import that still has its rows, by the time it was received and then by id: one that was disposed of is a manifest and a tombstone."""
    found = [
        Imported(path.parent, json.loads(path.read_text(encoding="utf-8")))
        for path in folder.glob("[0-9a-f]*/manifest.json")
        if not tombstones.place(folder.parent, "import", path.parent.name).is_file()
    ]
    return tuple(sorted(found, key=lambda item: (item.manifest["received_at"], item.id)))


def in_force(imports: Sequence[Imported]) -> tuple[Imported, ...]:
    """The imports, less each whose place another of them takes: a log that was read again with other aliases counts once."""
    replaced = {name for item in imports for name in item.manifest.get("replaces", ())}
    return tuple(item for item in imports if item.id not in replaced)


def feeds_of(imports: Iterable[Imported]) -> dict[str, str]:
    """The feed that each import is of, by its id: as stated at import (`--feed`), else the importer's name."""
    return {item.id: item.manifest["options"].get("feed") or item.manifest["importer"] for item in imports}


def received_at(imports: Iterable[Imported]) -> dict[str, int]:
    """When each import was received, epoch ns, by its id."""
    return {item.id: item.manifest["received_at"] for item in imports}


def days_of(imports: Iterable[Imported], table: str) -> tuple[date, ...]:
    """The days on which any import has rows of `table`, in order."""
    names = {day for item in imports for day in item.manifest["rows"].get(table, {})}
    return tuple(sorted(date.fromisoformat(day) for day in names))


def read_rows(imports: Iterable[Imported], table: str, days: Iterable[date] | None = None) -> pl.DataFrame:
    """The rows of `table` on `days` (all, if None), in the order received, with `import_id` beside `line`."""
    frames = []
    wanted = None if days is None else {day.isoformat() for day in days}
    for item in imports:
        for day in sorted(item.manifest["rows"].get(table, {})):
            if wanted is None or day in wanted or day == REFERENCE_DAY:
                frames.append(pl.read_parquet(item.folder / table / f"{day}.parquet").with_columns(import_id=pl.lit(item.id)))
    empty = pl.DataFrame(schema={**BY_NAME[table].schema, "import_id": pl.String})
    return pl.concat([empty, *frames])
