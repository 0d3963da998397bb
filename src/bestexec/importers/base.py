"""What an importer is: it recognizes a file by its content, reads it in batches, and loses no record."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Protocol

import polars as pl
import zstandard

from bestexec.errors import Problem

HEAD_BYTES = 65_536


@dataclass(frozen=True)
class Kept:
    """A raw file as the store keeps it. `path` may be compressed; `open_raw` reads it as it is.

    `name` is the file's name without folders: some formats put facts there (a symbol, a date).
    `options` are facts that the operator stated at import: `date` (ISO), `zone`, `firm`, `mapping` …
    """

    name: str
    path: Path
    sha256: str
    size: int
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reject:
    """One record that could not be read: where it stands and why."""

    line: int
    reason: str
    text: str = ""


@dataclass(frozen=True)
class Batch:
    """Some records of one file: rows by table, the rejects, and the counts of *source records*.

    `accepted + rejected + skipped == records`. A record may make rows in several tables and still counts once.
    `skipped` are records of a kind that carries nothing for us (a blank line, a heartbeat), by reason.
    Frames may lack optional columns; `schema.conform` adds them.
    """

    tables: Mapping[str, pl.DataFrame]
    records: int
    accepted: int
    rejects: tuple[Reject, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """Facts a reader of the figures must know, such as `trading date taken from the file's name`."""

    def __post_init__(self) -> None:
        if self.accepted + len(self.rejects) + sum(self.skipped.values()) != self.records:
            raise AssertionError(f"{self.accepted} accepted + {len(self.rejects)} rejected + {sum(self.skipped.values())} skipped != {self.records} records")


class Importer(Protocol):
    """One file format."""

    name: str
    makes: frozenset[str]
    """Names of the canonical tables it can fill."""
    looks_for: str
    """What it recognizes a file by, in words, for the message when nothing fits."""

    def recognizes(self, name: str, head: bytes) -> bool:
        """Whether a file so named, whose uncompressed content begins with `head` (≤ 64 KB), is of this format."""

    def groups(self, names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """The given names, grouped into files that must be read together; mostly each alone."""

    def read(self, kept: tuple[Kept, ...]) -> Iterator[Batch]:
        """The batches of one group of files, in bounded memory. Writes nothing."""


def alone(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Each file by itself: the `groups` of most importers."""
    return tuple((name,) for name in names)


def trading_date_or_none(kept: Kept) -> date | None:
    """The date the operator stated at import, if any."""
    stated = kept.options.get("date")
    return date.fromisoformat(stated) if stated else None


@contextmanager
def open_raw(path: Path) -> Iterator[IO[bytes]]:
    """The uncompressed bytes of `path`, whichever of gz, bz2, xz, zst or a one-member zip it is, by magic number.

    Multi-stream and concatenated archives are read to their end. Raises Problem on a damaged archive
    when the damage is reached.
    """
    with path.open("rb") as raw:
        magic = raw.read(6)
    if magic[:2] == b"\x1f\x8b":
        with gzip.open(path) as stream:
            yield stream  # type: ignore[misc]  # GzipFile is a binary stream
    elif magic[:3] == b"BZh":
        with bz2.open(path) as stream:
            yield stream
    elif magic[:6] == b"\xfd7zXZ\x00":
        with lzma.open(path) as stream:
            yield stream
    elif magic[:4] == b"\x28\xb5\x2f\xfd":
        with path.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True) as stream:
            yield stream  # type: ignore[misc]  # a zstd reader is a binary stream
    elif magic[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) != 1:
                raise Problem(f"a zip with {len(members)} members", where=path.name, do="unpack it and import its files")
            with archive.open(members[0]) as stream:
                yield stream
    else:
        with path.open("rb") as stream:
            yield stream
