"""Whether a file is what its rules ask for: how many records it has, and every violation with its cell, its rule and what to do.

The rules are those that the importers read by (`market/rule605`, `market/rule606`); a file of another format is told by its rejects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bestexec.errors import Problem
from bestexec.importers import identify, violations
from bestexec.importers.base import Batch, Kept, head_of

COLUMNS = {"file": pl.String, **violations.VIOLATIONS}
"""Columns of the table that `as_table` gives."""


@dataclass(frozen=True)
class Validated:
    """One file: what it is, its records, and its violations (columns as `violations.VIOLATIONS`), doubts among them."""

    file: str
    what: str
    records: int
    accepted: int
    skipped: int
    notes: tuple[str, ...]
    violations: pl.DataFrame

    @property
    def broken(self) -> pl.DataFrame:
        """The violations without the doubts."""
        return self.violations.filter(~pl.col("is_doubt"))

    @property
    def is_valid(self) -> bool:
        return self.broken.is_empty()


def validate(path: Path) -> Validated:
    """Hold one file to its rules. A file that cannot be opened or recognized has that as its one violation. Raises nothing but bugs."""
    try:
        importer = identify(path.name, head_of(path))
        return _read(path, importer.name, list(importer.read((Kept(path.name, path, "", path.stat().st_size),))))
    except Problem as problem:
        return _refused(path, problem.what, problem.do)
    except OSError as error:
        return _refused(path, error.strerror or "the file cannot be read", "check the name and the rights")


def as_table(checked: Sequence[Validated]) -> pl.DataFrame:
    """The violations of several files, one row each (columns as COLUMNS)."""
    parts = [item.violations.insert_column(0, pl.lit(item.file).alias("file")) for item in checked]
    return pl.concat([pl.DataFrame(schema=COLUMNS), *parts])


def _read(path: Path, importer: str, batches: list[Batch]) -> Validated:
    notes = tuple(dict.fromkeys(note for batch in batches for note in batch.notes))
    told = violations.together([_violations(batch) for batch in batches])
    return Validated(
        path.name,
        importer,
        sum(batch.records for batch in batches),
        sum(batch.accepted for batch in batches),
        sum(sum(batch.skipped.values()) for batch in batches),
        notes,
        told,
    )


def _violations(batch: Batch) -> pl.DataFrame:
    if batch.violations is not None:
        return batch.violations
    return violations.of_rejects(batch.rejects, "unreadable", "write the record again")


def _refused(path: Path, what: str, do: str) -> Validated:
    return Validated(path.name, "not read", 0, 0, 0, (), violations.of_file(1, "", "refused", what, do))
