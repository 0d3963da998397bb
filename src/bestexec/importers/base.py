"""What an importer is: it recognizes a file by its content, reads it in batches, and loses no record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl

from bestexec.errors import Problem
from bestexec.importers.archives import HEAD_BYTES, Damaged, head_of, open_raw
from bestexec.policy.fix_aliases import Alias

__all__ = ["HEAD_BYTES", "Batch", "Damaged", "Importer", "Kept", "Reject", "alone", "head_of", "open_raw", "trading_date_or_none"]


@dataclass(frozen=True)
class Kept:
    """A raw file as the store keeps it. `path` may be compressed; `open_raw` reads it as it is.

    `name` is the file's name without folders: some formats put facts there (a symbol, a date).
    `options` are facts that the operator stated at import: `date` (ISO), `zone`, `firm`, `symbol`, `mapping` …
    """

    name: str
    path: Path
    sha256: str
    size: int
    options: Mapping[str, str] = field(default_factory=dict)
    secret: bytes = field(default=b"", repr=False)
    """Key under which accounts are hashed; never written anywhere."""
    aliases: tuple[Alias, ...] = ()
    """What the firm says of the codes of its FIX sessions."""


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
    violations: pl.DataFrame | None = None
    """Of formats that rules prescribe: each rule that a record breaks, cell by cell (columns as `violations.VIOLATIONS`); rejects among them."""

    def __post_init__(self) -> None:
        if self.accepted + len(self.rejects) + sum(self.skipped.values()) != self.records:
            raise AssertionError(f"{self.accepted} accepted + {len(self.rejects)} rejected + {sum(self.skipped.values())} skipped != {self.records} records")


class Importer(Protocol):
    """One file format."""

    @property
    def name(self) -> str: ...

    @property
    def makes(self) -> frozenset[str]:
        """Names of the canonical tables it can fill."""

    @property
    def looks_for(self) -> str:
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
    """The date the operator stated at import, if any. Raises Problem if it is not a date."""
    stated = kept.options.get("date")
    try:
        return date.fromisoformat(stated) if stated else None
    except ValueError as error:
        raise Problem(f"{stated!r} is not a date", where=kept.name, do="state it as yyyy-mm-dd") from error
