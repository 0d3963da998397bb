"""A backup made while the desk goes on is whole, or not there; a restore proves it byte by byte and entry by entry, or names what is wrong."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.databases import Migrated, run_on

RUN = "from oversight.command import main; main()"
FILE = "import django; django.setup(); import runpy, sys; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
DESK = Path(__file__).with_name("desk.py")
ROUTED = b"what the router did\n"


class Desk:
    """A desk on a database of its own, in processes of their own."""

    def __init__(self, home: Path, url: str, workspace: Path) -> None:
        self.home, self.around = home, {**os.environ, "DATABASE_URL": url, "OVERSIGHT_HOME": str(home), "BESTEXEC_WORKSPACE": str(workspace)}
        self.workspace = workspace

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of the desk."""
        return subprocess.run([sys.executable, "-c", RUN, *words], env=self.around, capture_output=True, text=True, check=False)

    def file(self, *words: str) -> Any:
        """File texts; the record's head and their hashes."""
        ran = subprocess.run([sys.executable, "-c", FILE, str(DESK), *words], env=self.around, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)


@pytest.fixture
def desk(migrated: Migrated, tmp_path: Path) -> Any:
    """A desk with two filed texts, and a workspace with one raw file."""
    workspace = tmp_path / "workspace"
    (workspace / "raw").mkdir(parents=True)
    (workspace / "raw" / sha256(ROUTED)).write_bytes(ROUTED)
    home = tmp_path / "home"
    home.mkdir()
    with migrated.copied(tmp_path) as url:
        if not url.startswith("sqlite"):
            pytest.skip("what is tried here is the copy of an SQLite file")
        made = Desk(home, url, workspace)
        made.file("one", "two")
        yield made


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_backup_is_whole_and_its_restore_is_proved(desk: Desk, tmp_path: Path) -> None:
    said = desk.file("three")
    ran = desk.run("backup", "--to", str(tmp_path / "backup"), "--with-workspace")
    assert (ran.returncode, ran.stderr) == (0, "")
    manifest = json.loads((tmp_path / "backup" / "manifest.json").read_text(encoding="utf-8"))
    assert [manifest["record"]["seq"], manifest["record"]["hash"]] == said["head"]
    assert [one["path"] for one in manifest["files"]] == ["desk.sqlite3", *sorted(f"evidence/{one[:2]}/{one}" for one in hashes(desk))]
    assert len(manifest["files"]) == 4
    assert (tmp_path / "backup" / "workspace" / "raw" / sha256(ROUTED)).is_file()
    assert not (tmp_path / "backup" / "desk.env").exists()
    restored = desk.run(
        "restore", "--from", str(tmp_path / "backup"), "--to", str(tmp_path / "again"), "--check", "--file", "--against-workspace", str(desk.workspace)
    )
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "Verdict: proved." in restored.stdout
    assert "1 of 1 listed files are as they were" in restored.stdout
    assert "3 files are what was filed, 0 were disposed of" in restored.stdout
    assert "1 of 1 heads" in restored.stdout
    assert "Filed: Restore of a backup as a test: proved" in restored.stdout
    with sqlite3.connect(tmp_path / "again" / "desk.sqlite3") as copy:
        assert copy.execute("SELECT max(seq) FROM record_entry").fetchone() == (said["head"][0],)


def hashes(desk: Desk) -> list[str]:
    return [path.name for path in (desk.home / "evidence").glob("*/*")]


def test_what_was_altered_in_the_backup_is_named_and_nothing_is_restored(desk: Desk, tmp_path: Path) -> None:
    desk.run("backup", "--to", str(tmp_path / "backup"))
    [path, *_] = sorted((tmp_path / "backup" / "evidence").glob("*/*"))
    path.write_bytes(b"something else")
    ran = desk.run("restore", "--from", str(tmp_path / "backup"), "--to", str(tmp_path / "again"), "--check")
    assert ran.returncode == 2
    assert f"The backup is not whole: {path.relative_to(tmp_path / 'backup')} was altered. Nothing was restored." in ran.stderr
    assert not (tmp_path / "again").exists()
    assert list(tmp_path.glob(".*.part")) == []


def test_a_record_that_was_written_anew_is_not_proved(desk: Desk, tmp_path: Path) -> None:
    """Whoever has the backup alters an entry in the database's copy and the manifest's hash of it: the chain tells."""
    desk.run("backup", "--to", str(tmp_path / "backup"))
    copy = tmp_path / "backup" / "desk.sqlite3"
    with sqlite3.connect(copy) as database:
        database.execute("DROP TRIGGER record_entry_append_only_update")
        database.execute("UPDATE record_entry SET actor = 'a-1' WHERE seq = 1")
    database.close()
    place = tmp_path / "backup" / "manifest.json"
    manifest = json.loads(place.read_text(encoding="utf-8"))
    for one in manifest["files"]:
        if one["path"] == "desk.sqlite3":
            one |= {"sha256": sha256(copy.read_bytes()), "size": copy.stat().st_size}
    place.write_text(json.dumps(manifest), encoding="utf-8")
    ran = desk.run("restore", "--from", str(tmp_path / "backup"), "--to", str(tmp_path / "again"), "--check")
    assert ran.returncode == 1
    assert "BROKEN at entry 1: the column actor says something else than the body that was hashed" in ran.stdout
    assert "Verdict: not proved." in ran.stdout


def test_what_is_missing_already_is_said_and_is_no_success(desk: Desk, tmp_path: Path) -> None:
    [path, *_] = sorted((desk.home / "evidence").glob("*/*"))
    path.unlink()
    ran = desk.run("backup", "--to", str(tmp_path / "backup"))
    assert ran.returncode == 1
    assert f"WRONG: evidence/{path.name[:2]}/{path.name} is named by a row and not in the store" in ran.stdout
    checked = desk.run("verify_evidence")
    assert (checked.returncode, checked.stdout.splitlines()[0]) == (1, "1 files are what was filed, 0 were disposed of under their tombstones.")
    assert desk.run("restore", "--from", str(tmp_path / "backup"), "--to", str(tmp_path / "again"), "--check").returncode == 1


def test_a_backup_is_never_written_over_another_nor_restored_over_something(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    assert desk.run("backup", "--to", str(tmp_path / "backup")).returncode == 2
    ran = desk.run("restore", "--from", str(tmp_path / "backup"), "--to", str(desk.home))
    assert ran.returncode == 2
    assert "holds something" in ran.stderr
    ran = desk.run("restore", "--from", str(tmp_path / "backup"), "--to", str(tmp_path / "again"))
    assert (ran.returncode, "is no whole backup" in ran.stderr) == (2, True)


@pytest.mark.check
def test_killed_at_many_moments_no_backup_looks_whole_and_is_not(desk: Desk, tmp_path: Path) -> None:
    """Twelve kills between 0.4 and 2.6 seconds: whatever stands under the final name restores and is proved; the next backup is made."""
    cut = 0
    for number in range(12):
        to = tmp_path / f"backup-{number}"
        child = subprocess.Popen([sys.executable, "-c", RUN, "backup", "--to", str(to)], env=desk.around, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.4 + 0.2 * number)
        child.send_signal(signal.SIGKILL)
        child.wait()
        cut += not to.exists()
        if to.exists():
            ran = desk.run("restore", "--from", str(to), "--to", str(tmp_path / f"again-{number}"), "--check")
            assert ran.returncode == 0, ran.stdout + ran.stderr
    assert cut, "it was never killed in the middle"
    assert desk.run("backup", "--to", str(tmp_path / "last")).returncode == 0
    shutil.rmtree(tmp_path / "last")


@pytest.mark.check
def test_a_postgresql_desk_is_dumped_and_proved_on_an_empty_database(migrated: Migrated, tmp_path: Path) -> None:
    server = os.environ["DATABASE_URL"]
    if not server.startswith("postgres") or not shutil.which("pg_dump") or not shutil.which("pg_restore"):
        pytest.skip("the tests run on SQLite, or the client of PostgreSQL is not on the PATH")
    (tmp_path / "home").mkdir()
    with migrated.copied(tmp_path) as url:
        desk = Desk(tmp_path / "home", url, tmp_path / "workspace")
        said = desk.file("one", "two")
        made = desk.run("backup", "--to", str(tmp_path / "backup"))
        if "server version" in made.stderr:
            pytest.skip("the client of PostgreSQL on the PATH is older than the server")
        assert (made.returncode, made.stderr) == (0, "")
        assert f"record to entry {said['head'][0]:,}, {said['head'][1]}" in made.stdout
        with empty_database(server) as other:
            asked = ("restore", "--from", str(tmp_path / "backup"), "--check")
            unproved = desk.run(*asked, "--to", str(tmp_path / "aside"))
            assert (unproved.returncode, "the dump was not restored into a server" in unproved.stdout) == (1, True)
            proved = desk.run(*asked, "--to", str(tmp_path / "again"), "--database", other)
            assert (proved.returncode, "Verdict: proved." in proved.stdout) == (0, True), proved.stdout + proved.stderr


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """The address of one more database on the server."""
    name = f"again_{secrets.token_hex(4)}"
    run_on(server, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        run_on(server, f"DROP DATABASE {name} WITH (FORCE)")
