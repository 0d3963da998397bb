"""Makes a backup of the desk: database, filed bytes and tombstones as a copy, the workspace as a list with hashes, under one manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from bestexec import sha256_within
from oversight import clock
from oversight.actor import Actor
from oversight.evidence import store
from oversight.lifecycle import Refusal
from oversight.record import actions
from oversight.record.actions import Act
from oversight.record.proof import head
from oversight.retention import verifying
from oversight.retention.locking import alone

Progress = Callable[[str, int, int], None]
FORMAT = 1
MANIFEST = "manifest.json"
SQLITE, DUMP = "desk.sqlite3", "desk.dump"
OF_DESK = ("evidence", "exams", "heads", "disposed")
"""Folders of the desk that are copied. `desk.env` is not among them: it holds the secret key, and is kept apart from what it opens."""
OF_WORKSPACE = ("raw", "imports", "runs", "policy", "mappings", "disposed", "reports", "workspace.toml")
"""What of the workspace is listed, and copied where asked. Quote books are rebuilt."""


@dataclass(frozen=True)
class Backup:
    """A backup that stands. `sha256` is of its manifest; `wrong` says what was missing or altered already when it was made."""

    folder: Path
    sha256: str
    manifest: dict[str, Any]

    @property
    def wrong(self) -> tuple[str, ...]:
        return tuple(self.manifest["wrong"])


def back_up(by: Actor, to: Path, *, with_workspace: bool = False, progress: Progress = lambda what, done, of: None) -> Backup:
    """Make a backup at `to`, a folder that is not there yet; it appears whole or not at all, and the record says that it was made.

    Raises Refusal where the folder is there, the disk is full, or the database cannot be copied.
    """
    if to.exists():
        raise Refusal(f"{to} is there already. A backup is never written over another; name a new folder.")
    home, part = Path(settings.HOME), to.parent / f".{to.name}.part"
    with alone(home):
        shutil.rmtree(part, ignore_errors=True)
        try:
            part.mkdir(parents=True)
            manifest = _made(home, part, with_workspace, progress)
            content = (json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
            _write(part / MANIFEST, content)
            for folder in sorted({path.parent for path in part.rglob("*")}):
                sync(folder)
            part.rename(to)
            sync(to.parent)
        except OSError as error:
            raise Refusal(f"The backup was not made: {error.strerror or error}. Free disk space or look at the folder, and make it again.") from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
    made = Backup(to, hashlib.sha256(content).hexdigest(), manifest)
    facts = {"manifest": made.sha256, "seq": manifest["record"]["seq"], "hash": manifest["record"]["hash"], "files": len(manifest["files"])}
    actions.append(by, Act("back_up", ("backup", made.sha256), facts=facts))
    return made


def sync(folder: Path) -> None:
    """Make names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copied(source: Path, target: Path) -> tuple[str, int]:
    """Copy a file, synced; the SHA-256 and the size of the bytes that were written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("xb") as made:
        while chunk := read.read(store.CHUNK):
            digest.update(chunk)
            made.write(chunk)
            size += len(chunk)
        made.flush()
        os.fsync(made.fileno())
    return digest.hexdigest(), size


def files_of(root: Path, names: Iterable[str]) -> list[Path]:
    """The finished files below these folders of `root`, or these files themselves, in order; what is hidden or being written is left out."""
    found = [root / name for name in names if (root / name).is_file()]
    for name in names:
        found += [path for path in sorted((root / name).rglob("*")) if path.is_file() and not _is_unfinished(path.relative_to(root))]
    return found


def _made(home: Path, part: Path, with_workspace: bool, progress: Progress) -> dict[str, Any]:
    progress("copying the database", 0, 1)
    before = head()
    database = _database(part)
    seq, hash_ = _head_of(part / SQLITE) if database["kind"] == "sqlite" else before
    wrong = [f"{store.spoken(kept)} is named by a row and not in the store" for kept in verifying.missing()]
    listed = [{"path": database["file"], "sha256": database["sha256"], "size": database["size"]}]
    desk = files_of(home, OF_DESK)
    for done, path in enumerate(desk):
        progress("copying filed bytes", done, len(desk))
        place = path.relative_to(home).as_posix()
        sha256, size = copied(path, part / place)
        if place.startswith("evidence/") and sha256 != path.name:
            wrong.append(f"{place} was altered before it was copied")
        listed.append({"path": place, "sha256": sha256, "size": size})
    root = Path(settings.WORKSPACE)
    there = files_of(root, OF_WORKSPACE) if root.is_dir() else []
    named = []
    for done, path in enumerate(there):
        progress("reading the workspace", done, len(there))
        place = path.relative_to(root).as_posix()
        sha256, size = copied(path, part / "workspace" / place) if with_workspace else _hashed(path)
        named.append({"path": place, "sha256": sha256, "size": size})
        wrong += _altered_raw(path, place)
    return {
        "format": FORMAT, "made_at": clock.now().astimezone(UTC).isoformat(timespec="seconds"), "clock": clock.kind(), "database": database,
        "record": {"seq": seq, "hash": hash_}, "files": listed, "wrong": wrong,
        "workspace": {"is_copied": with_workspace, "files": named},
    }  # fmt: skip


def _database(part: Path) -> dict[str, Any]:
    """A consistent copy while others write: SQLite's own online backup, or pg_dump."""
    if connection.vendor == "sqlite":
        source, target = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=30), sqlite3.connect(part / SQLITE)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        finally:
            target.close()
            source.close()
        file, kind = SQLITE, "sqlite"
    else:
        _dumped(part / DUMP)
        file, kind = DUMP, "postgresql"
    with (part / file).open("rb+") as made:
        os.fsync(made.fileno())
    sha256, size = _hashed(part / file)
    return {"kind": kind, "file": file, "sha256": sha256, "size": size}


def _dumped(file: Path) -> None:
    said = connection.settings_dict
    if shutil.which("pg_dump") is None:
        raise Refusal("The desk's database is PostgreSQL, and pg_dump is not on the PATH. Install the client of the server's version, then try again.")
    params = connection.get_connection_params()
    words = " ".join(f"{name}='{params[name]}'" for name in ("host", "port", "user", "sslmode", "sslrootcert") if params.get(name))
    around = {"PATH": os.defpath, "PGPASSWORD": str(params.get("password") or ""), "LC_ALL": "C"}
    command = [str(shutil.which("pg_dump")), "--format=custom", "--no-owner", "--no-privileges", f"--file={file}", f"--dbname={words} dbname='{said['NAME']}'"]
    ran = subprocess.run(command, env=around, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Refusal(f"pg_dump did not copy the database: {ran.stderr.strip()[:400]}")


def _head_of(file: Path) -> tuple[int, str]:
    """The last entry in the copy, which is what the backup holds whatever was written since."""
    copy = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        last = copy.execute("SELECT seq, hash FROM record_entry ORDER BY seq DESC LIMIT 1").fetchone()
    finally:
        copy.close()
    return last or (0, "0" * 64)


def _altered_raw(path: Path, place: str) -> Iterator[str]:
    if place.startswith("raw/") and sha256_within(path)[0] != path.name.removesuffix(".zst"):
        yield f"{place} was altered before it was listed"


def _hashed(path: Path) -> tuple[str, int]:
    with path.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest(), path.stat().st_size


def _is_unfinished(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts) or path.suffix == ".part"


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as made:
        made.write(content)
        made.flush()
        os.fsync(made.fileno())
