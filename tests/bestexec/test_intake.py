"""Bad input: a clear word for each file, nothing lost, nothing twice."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import bestexec
from bestexec.errors import Problem
from bestexec.store import imports_in
from bestexec.workspace import Workspace

OPENSSL = "3bdc2c6f74faa07bf4b927781887fcff9f053d26325bd288f759854cc26830e3"
HEADER = "firm,order_id,symbol,side,qty,order_type,tif,received_at\n"
GOOD = "F,1,AAA,1,100,market,day,2026-07-01T14:00:00Z\n"
BAD = "F,2,AAA,1,many,market,day,2026-07-01T14:00:00Z\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return bestexec.open_workspace(tmp_path / "workspace")


def _write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_rejects_name_file_line_and_reason(workspace: Workspace, tmp_path: Path) -> None:
    told = bestexec.import_files(workspace, [_write(tmp_path / "orders.csv", HEADER + GOOD + BAD)])
    assert told.select("records", "accepted", "rejected", "skipped").rows() == [(2, 1, 1, 0)]
    (item,) = imports_in(workspace.imports)
    rejects = pl.read_parquet(item.folder / "rejects.parquet")
    assert rejects["line"].to_list() == [3]
    assert "qty" in rejects["reason"][0]


def test_the_same_bytes_under_another_name_are_not_imported_again(workspace: Workspace, tmp_path: Path) -> None:
    first, second = _write(tmp_path / "a.csv", HEADER + GOOD), _write(tmp_path / "b.csv", HEADER + GOOD)
    assert bestexec.import_files(workspace, [first])["status"].to_list() == ["imported"]
    assert bestexec.import_files(workspace, [second])["status"].to_list() == ["already imported"]
    assert len(imports_in(workspace.imports)) == 1


def test_an_unknown_file_is_refused_and_the_others_go_on(workspace: Workspace, tmp_path: Path) -> None:
    unknown, known = _write(tmp_path / "notes.bin", b"\x01\x02\x03 nothing known"), _write(tmp_path / "orders.csv", HEADER + GOOD)
    told = bestexec.import_files(workspace, [unknown, known])
    assert dict(told.select("files", "status").rows()) == {"notes.bin": "refused", "orders.csv": "imported"}
    assert "no importer knows this file" in told.filter(pl.col("status") == "refused")["notes"][0]


def test_an_empty_file_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    told = bestexec.import_files(workspace, [_write(tmp_path / "empty.csv", b"")])
    assert told["status"].to_list() == ["refused"]
    assert "empty" in told["notes"][0]


def test_a_truncated_archive_keeps_what_came_before_the_break_and_counts_the_rest(workspace: Workspace, tmp_path: Path) -> None:
    lines = "".join(f"F,{n},AAA,1,{n % 97 + 1},market,day,2026-07-01T14:{n % 60:02d}:{n % 59:02d}.{n * 7919 % 10**9:09d}Z\n" for n in range(20_000))
    whole = gzip.compress((HEADER + lines).encode(), mtime=0)
    told = bestexec.import_files(workspace, [_write(tmp_path / "orders.csv.gz", whole[: len(whole) // 2])]).row(0, named=True)
    assert told["status"] == "imported"
    assert 0 < told["accepted"] < 20_000
    assert told["rejected"] >= 1
    assert told["accepted"] + told["rejected"] + told["skipped"] == told["records"]


def test_concatenated_archives_are_read_to_their_end(workspace: Workspace, tmp_path: Path) -> None:
    joined = gzip.compress((HEADER + GOOD).encode(), mtime=0) + gzip.compress(GOOD.replace("F,1", "F,9").encode(), mtime=0)
    assert bestexec.import_files(workspace, [_write(tmp_path / "orders.csv.gz", joined)])["accepted"].to_list() == [2]


def test_symbols_that_look_like_nothing_are_symbols(workspace: Workspace, tmp_path: Path) -> None:
    rows = "".join(GOOD.replace("AAA", symbol).replace("F,1", f"F,{n}") for n, symbol in enumerate(("NA", "NULL", "NAN")))
    bestexec.import_files(workspace, [_write(tmp_path / "orders.csv", HEADER + rows)])
    (item,) = imports_in(workspace.imports)
    found = item.parquet("orders", "2026-07-01")
    assert found is not None
    assert pl.read_parquet(found)["symbol"].to_list() == ["NA", "NULL", "NAN"]


def test_what_a_killed_import_left_is_swept_away_by_the_next(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.imports / ".staging-abc" / "orders").mkdir(parents=True)
    (workspace.raw / ".abc.part").write_bytes(b"half")
    bestexec.import_files(workspace, [_write(tmp_path / "orders.csv", HEADER + GOOD)])
    assert [path.name for path in (*workspace.imports.glob(".*"), *workspace.raw.glob(".*"))] == []


def test_a_missing_path_is_a_problem(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no such file or folder"):
        bestexec.import_files(workspace, [tmp_path / "absent.csv"])


def test_a_folder_that_is_something_else_is_not_made_a_workspace(tmp_path: Path) -> None:
    _write(tmp_path / "letter.txt", "private")
    with pytest.raises(Problem, match="not a workspace"):
        bestexec.open_workspace(tmp_path)


def test_a_newer_workspace_is_refused(tmp_path: Path) -> None:
    root = bestexec.open_workspace(tmp_path / "workspace").root
    _write(root / "workspace.toml", "format = 99\n")
    with pytest.raises(Problem, match="format 99"):
        bestexec.open_workspace(root)


def test_a_full_disk_is_told_and_leaves_nothing_half_made(tmp_path: Path) -> None:
    """A limit on the size of a written file stands in for the full disk: the same OSError from the same write."""
    rows = "".join(f"F,{n},AAA,1,{n % 97 + 1},market,day,2026-07-01T14:00:00.{n * 7919 % 10**9:09d}Z\n" for n in range(50_000))
    _write(tmp_path / "orders.csv", HEADER + rows)
    root = bestexec.open_workspace(tmp_path / "workspace").root
    command = [sys.executable, "-m", "bestexec.cli", "--workspace", str(root), "import", str(tmp_path / "orders.csv"), "--json"]

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    told = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited)
    assert told.returncode == 2
    assert "Traceback" not in told.stderr
    assert "free disk space" in told.stdout
    assert [path.name for path in (root / "imports").iterdir()] == []
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0
    assert [item.manifest["accepted"] for item in imports_in(root / "imports")] == [50_000]


ACCOUNTS = "firm,order_id,symbol,side,qty,order_type,tif,received_at,account\n" + "".join(
    f"F,{n},AAA,1,{qty},market,day,2026-07-01T14:00:00Z,{account}\n"
    for n, (qty, account) in enumerate((("100", "ACCT-4711"), ("bad", "ACCT-4711"), ("100", "ACCT-0815")))
)


def test_an_account_is_hashed_under_the_secret_and_goes_no_further(workspace: Workspace, tmp_path: Path) -> None:
    """HMAC-SHA256 with key `k` of `ACCT-4711`, computed with openssl: the text below."""
    from bestexec import intake

    file = _write(tmp_path / "orders.csv", ACCOUNTS + "F,9,AAA,1,ACCT-4711\n")
    told = intake.import_files(workspace, [file], received_at=1, secret=b"k")
    assert told.select("accepted", "rejected").rows() == [(2, 2)]
    (item,) = imports_in(workspace.imports)
    path = item.parquet("orders", "2026-07-01")
    assert path is not None
    keys = pl.read_parquet(path)["account_key"].to_list()
    assert keys[0] == OPENSSL
    assert keys[1] != keys[0]
    kept = b"".join(part.read_bytes() for part in item.folder.rglob("*") if part.is_file())
    texts = pl.read_parquet(item.folder / "rejects.parquet").write_json() + pl.read_parquet(path).write_json()
    assert b"ACCT" not in kept
    assert "ACCT" not in texts


def test_accounts_without_a_secret_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    told = bestexec.import_files(workspace, [_write(tmp_path / "orders.csv", ACCOUNTS)])
    assert told["status"].to_list() == ["refused"]
    assert "BESTEXEC_ACCOUNT_SECRET" in told["notes"][0]
