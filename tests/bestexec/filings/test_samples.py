"""The samples that the guides show: read as the tables beside them say, with the violations beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from bestexec.filings import as_table, validate
from bestexec.importers import identify
from bestexec.importers.base import Kept, head_of
from bestexec.schema import BY_NAME, conform
from bestexec.schema.filed import FILED

SAMPLES = Path(__file__).resolve().parents[3] / "docs/guides/files"
FOLDERS = ("rule605", "rule606", "vendor-report")
EXPECTED = sorted(path for folder in FOLDERS for path in (SAMPLES / folder).glob("expected_*.csv") if path.stem != "expected_violations")


def files(folder: Path) -> list[Path]:
    return sorted((path for path in folder.iterdir() if not path.name.startswith("expected_")), key=lambda path: path.name)


def parts(folder: Path, table: str) -> Iterator[pl.DataFrame]:
    for path in files(folder):
        for batch in identify(path.name, head_of(path)).read((Kept(path.name, path, "", path.stat().st_size),)):
            if table in batch.tables:
                yield conform(batch.tables[table], BY_NAME[table]).with_columns(file=pl.lit(path.name))


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_a_sample_is_read_as_the_table_beside_it(expected: Path) -> None:
    table = expected.stem.removeprefix("expected_")
    wanted = pl.read_csv(expected, infer_schema=False)
    found = pl.concat(parts(expected.parent, table)).sort("file", "line", maintain_order=True).select(wanted.columns)
    typed = wanted.select(_typed(name, found.schema[name]) for name in wanted.columns).sort("file", "line", maintain_order=True)
    assert found.rows() == typed.rows()


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.Boolean():
        return pl.col(name) == "true"
    return pl.col(name).str.to_date() if dtype == pl.Date() else pl.col(name).cast(dtype)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_sample_breaks_the_rules_beside_it_and_no_others(folder: str) -> None:
    wanted = pl.read_csv(SAMPLES / folder / "expected_violations.csv", infer_schema=False).with_columns(
        pl.col("line").cast(pl.Int64), pl.col("cell").fill_null("")
    )
    told = as_table([validate(path) for path in files(SAMPLES / folder)]).filter(~pl.col("is_doubt")).select(wanted.columns)
    assert sorted(told.rows()) == sorted(wanted.rows())


def test_every_table_of_what_others_state_has_a_sample() -> None:
    assert {path.stem.removeprefix("expected_") for path in EXPECTED} == {table.name for table in FILED}
