"""Raw bytes are kept once and whole; rows are filed by import and day."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bestexec import store
from bestexec.errors import Problem
from bestexec.importers.base import Batch, Reject, open_raw


def test_a_plain_file_is_kept_compressed_and_reads_back_whole(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    source = tmp_path / "orders.csv"
    source.write_bytes(b"a,b\n1,2\n" * 1000)
    kept = store.keep(source, tmp_path / "raw")
    assert kept.path.name == f"{kept.sha256}.zst"
    assert kept.path.stat().st_size < kept.size == 8000
    with open_raw(kept.path) as stream:
        assert stream.read() == source.read_bytes()


def test_a_compressed_file_is_kept_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    source = tmp_path / "orders.csv.gz"
    source.write_bytes(gzip.compress(b"a,b\n", mtime=0))
    assert store.keep(source, tmp_path / "raw").path.read_bytes() == source.read_bytes()


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_bytes(b"a,b\n1,2\n")
        store.keep(tmp_path / name, tmp_path / "raw")
    assert len(list((tmp_path / "raw").iterdir())) == 1


def test_by_reference_copies_nothing(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "quotes.csv").write_bytes(b"a,b\n")
    kept = store.keep(tmp_path / "quotes.csv", tmp_path / "raw", by_reference=True)
    assert (kept.path, list((tmp_path / "raw").iterdir())) == ((tmp_path / "quotes.csv").resolve(), [])


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no such file"):
        store.keep(tmp_path / "absent.csv", tmp_path)


def test_what_a_failed_import_wrote_is_not_seen(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), store.ImportWriter(tmp_path / ".staging-x") as writer:
        writer.add(Batch({}, records=0, accepted=0))
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_rows_are_filed_by_day_and_counts_add_up(tmp_path: Path) -> None:
    days = [date(2026, 7, 1), date(2026, 7, 2), date(2026, 7, 1)]
    totals = pl.DataFrame({"day": days, "source": ["oms"] * 3, "measure": ["orders"] * 3, "total": ["1", "2", "3"], "line": [2, 3, 4]}).with_columns(
        pl.col("total").cast(pl.Decimal(18, 6))
    )
    with store.ImportWriter(tmp_path / ".staging-ab") as writer:
        writer.add(Batch({"control_totals": totals}, records=5, accepted=3, rejects=(Reject(5, "no day"),), skipped={"blank": 1}))
        manifest = writer.finish({"received_at": 1})
        store.publish(writer.staging, tmp_path / "ab")
    assert manifest["rows"] == {"control_totals": {"2026-07-01": 2, "2026-07-02": 1}}
    assert (manifest["records"], manifest["accepted"], manifest["rejected"], manifest["skipped"]) == (5, 3, 1, {"blank": 1})
    found = store.imports_in(tmp_path)
    assert store.days_of(found, "control_totals") == (date(2026, 7, 1), date(2026, 7, 2))
    assert store.read_rows(found, "control_totals", [date(2026, 7, 1)])["line"].to_list() == [2, 4]
    assert pl.read_parquet(tmp_path / "ab" / "rejects.parquet").rows() == [(5, "no day", "")]


def test_a_batch_that_loses_a_record_is_refused() -> None:
    with pytest.raises(AssertionError, match="1 accepted"):
        Batch({}, records=3, accepted=1, rejects=(Reject(2, "why"),))
