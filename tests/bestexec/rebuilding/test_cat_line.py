"""The made-up CAT day through the whole line, as the guide shows it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from tests.bestexec.cat_files import SECRET

from bestexec.intake import import_files
from bestexec.pipeline import Asked, measure
from bestexec.workspace import open_workspace


def test_cat_files_alone_give_a_sealed_run_the_same_in_any_order(root: Path, tmp_path: Path) -> None:
    paths = sorted((root / "docs/guides/files/cat").glob("990001_*.json"))
    ids = []
    for number, files in enumerate((paths, paths[::-1])):
        workspace = open_workspace(tmp_path / str(number))
        told = import_files(workspace, files, received_at=1_786_500_000_000_000_000, secret=SECRET)
        assert told.select("status", "accepted", "rejected").sort("accepted").rows() == [("imported", 2, 0), ("imported", 23, 0)]
        run = measure(workspace, Asked())
        orders, fills = (pl.read_parquet(run.folder / f"{name}.parquet") for name in ("orders", "fills"))
        assert sorted(orders["order_id"]) == ["A-1", "A-2", "A-2B", "B-1", "C-1", "D-1", "M-1"]
        assert sorted(fills["fill_id"]) == ["F-1", "T-1"]
        assert set(orders["firm"]) == {"EXMP"}
        ids.append(run.id)
    assert ids[0] == ids[1]


def test_without_a_secret_the_file_is_refused_and_says_what_to_do(root: Path, tmp_path: Path) -> None:
    (path,) = (root / "docs/guides/files/cat").glob("990001_*_000001.csv")
    told = import_files(open_workspace(tmp_path), [path], received_at=1_786_500_000_000_000_000)
    assert (told["status"].item(), "BESTEXEC_ACCOUNT_SECRET" in told["notes"].item()) == ("refused", True)
