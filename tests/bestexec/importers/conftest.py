"""How the importers' tests read a file: whole, with every count added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from bestexec.importers import identify
from bestexec.importers.base import Kept, Reject, head_of
from bestexec.importers.violations import together
from bestexec.schema import BY_NAME, conform


@dataclass(frozen=True)
class Whole:
    """All batches of a group of files together."""

    importer: str
    tables: dict[str, pl.DataFrame]
    records: int
    accepted: int
    rejects: tuple[Reject, ...]
    skipped: dict[str, int]
    notes: tuple[str, ...]
    violations: pl.DataFrame

    @property
    def broken(self) -> list[tuple[int, str, str]]:
        """(line, cell, rule) of every rule that is broken."""
        return self.violations.filter(~pl.col("is_doubt")).select("line", "cell", "rule").rows()

    @property
    def reasons(self) -> list[tuple[int, str, str]]:
        return [(reject.line, reject.reason, reject.text) for reject in self.rejects]


ReadWhole = Callable[..., Whole]


def keep(path: Path, options: dict[str, str]) -> Kept:
    return Kept(path.name, path, "", path.stat().st_size, options)


@pytest.fixture
def read_whole() -> ReadWhole:
    """Recognize a group of files by the first and read it; every table is conformed and its required columns are filled."""

    def read(*paths: Path, **options: str) -> Whole:
        importer = identify(paths[0].name, head_of(paths[0]))
        batches = list(importer.read(tuple(keep(path, options) for path in paths)))
        names = dict.fromkeys(name for batch in batches for name in batch.tables)
        tables = {name: pl.concat(conform(batch.tables[name], BY_NAME[name]) for batch in batches if name in batch.tables) for name in names}
        for name, frame in tables.items():
            assert {column: frame[column].null_count() for column in BY_NAME[name].required} == dict.fromkeys(BY_NAME[name].required, 0)
        skipped = sum((Counter(batch.skipped) for batch in batches), Counter[str]())
        return Whole(
            importer.name,
            tables,
            sum(batch.records for batch in batches),
            sum(batch.accepted for batch in batches),
            tuple(reject for batch in batches for reject in batch.rejects),
            dict(skipped),
            tuple(dict.fromkeys(note for batch in batches for note in batch.notes)),
            together([batch.violations for batch in batches if batch.violations is not None]),
        )

    return read


@pytest.fixture(scope="session")
def data() -> Path:
    """Recorded market data, beside the project; it is nobody's to copy into it."""
    folder = Path(__file__).resolve().parents[3] / "../shared/data"
    if not folder.is_dir():
        pytest.skip("no recorded data beside the project (../shared/data)")
    return folder


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def to(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to
