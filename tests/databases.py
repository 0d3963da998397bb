"""Databases of the tests' own. The schema is made once in each run of the tests; whoever needs a database takes a copy."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Migrated:
    """A migrated database without a row: `folder` is shared by the workers of a run, `run` is that run's name."""

    folder: Path
    run: str

    @property
    def file(self) -> Path:
        """The SQLite file. Copy it; never write to it."""
        file = self.folder / f"migrated-{self.run}.sqlite3"
        with self._alone(file):
            if not file.exists():
                making = file.with_suffix(".making")
                _migrate(f"sqlite:///{making}")
                making.rename(file)
        return file

    def template(self, server: str) -> str:
        """The name of the PostgreSQL database at `server` that CREATE DATABASE takes as its template."""
        name = f"migrated_{self.run}"
        made = self.folder / f"{name}.made"
        with self._alone(made):
            if not made.exists():
                run_on(server, f'CREATE DATABASE "{name}"')
                _migrate(_named(server, name))
                made.touch()
        return name

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        """The DATABASE_URL of a copy for as long as the block: `desk.sqlite3` in `folder`, or where the tests run on PostgreSQL one more on the server."""
        server = os.environ["DATABASE_URL"]
        if not server.startswith("postgres"):
            shutil.copy(self.file, folder / "desk.sqlite3")
            yield f"sqlite:///{folder / 'desk.sqlite3'}"
            return
        name = f"copy_{secrets.token_hex(4)}"
        run_on(server, f'CREATE DATABASE {name} TEMPLATE "{self.template(server)}"')
        try:
            yield _named(server, name)
        finally:
            run_on(server, f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def under(self, connection: Any) -> Iterator[None]:
        """Put a copy under Django's own connection for as long as the block lasts."""
        from django.test.utils import setup_databases, teardown_databases

        if connection.vendor == "postgresql":
            connection.settings_dict["TEST"]["TEMPLATE"] = f'"{self.template(os.environ["DATABASE_URL"])}"'
            made = setup_databases(verbosity=0, interactive=False)
            yield
            teardown_databases(made, verbosity=0)
            return
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = connection.creation._get_test_db_name()
        connection.ensure_connection()
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as made:
            made.backup(connection.connection)
        yield
        connection.settings_dict["NAME"] = before

    @contextmanager
    def _alone(self, made: Path) -> Iterator[None]:
        with made.with_suffix(".lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield


def run_on(server: str, statement: str) -> None:
    """Run one statement on a PostgreSQL server, outside any transaction."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as link:
        link.execute(statement.encode())


def _named(server: str, name: str) -> str:
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _migrate(url: str) -> None:
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env={**os.environ, "DATABASE_URL": url}, check=True)
