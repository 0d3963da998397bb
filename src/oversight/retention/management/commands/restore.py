"""Restores a backup aside, and proves it."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from django.core.management.base import BaseCommand, CommandError

from oversight.actor import automated
from oversight.lifecycle import Refusal
from oversight.retention import restoring
from oversight.retention.restoring import Restored

RUN = "from oversight.command import main; main()"


class Command(BaseCommand):
    """Restore a backup into an empty folder; with --check, prove it by the desk's own verification, run on what was restored."""

    help = "Restore a backup into an empty folder, each file held against its hash; --check verifies record and evidence there, and ends with 1 on a fault."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="source", type=Path, required=True, metavar="FOLDER", help="the backup")
        parser.add_argument("--to", type=Path, required=True, metavar="HOME", help="the new desk's folder, empty or not there")
        parser.add_argument("--check", action="store_true", help="verify the restored record against the backup's head, and every filed byte")
        parser.add_argument("--database", default="", metavar="URL", help="an empty PostgreSQL database that a dump is restored into")
        parser.add_argument("--against-workspace", type=Path, metavar="FOLDER", help="hold a restored workspace against the backup's list")
        parser.add_argument("--file", action="store_true", help="file the proof on this desk, beside the duty that asks for it")

    def handle(self, **options: Any) -> None:
        began = time.monotonic()
        try:
            made = restoring.restore(options["source"], options["to"], self._tell)
            if options["against_workspace"]:
                restoring.compare_workspace(made, options["against_workspace"], self._tell)
        except Refusal as refusal:
            raise CommandError(refusal.words, returncode=2) from refusal
        is_checked = options["check"] and self._checked(made, options["database"])
        is_proved, seconds = bool(is_checked) and not made.wrong, round(time.monotonic() - began)
        self.stdout.write(restoring.proof_text(made, is_proved=is_proved, seconds=seconds))
        if options["file"]:
            at = datetime.fromisoformat(made.manifest["made_at"])
            row = restoring.filed(automated("restore"), made, backed_up_at=at, is_proved=is_proved, seconds=seconds)
            self.stdout.write(f"Filed: {row.proof.title}, {row.proof.get_absolute_url()}")
        if made.wrong or (options["check"] and not is_proved):
            sys.exit(1)

    def _checked(self, made: Restored, database: str) -> bool:
        """Run the desk's own verification on what was restored, in a process of its own; what it says goes into the proof."""
        kind = made.manifest["database"]["kind"]
        if kind == "postgresql" and not database:
            made.notes.append("the dump was not restored into a server, so the record's chain was not walked: name an empty one with --database")
            return False
        url = database or f"sqlite:///{made.home / made.manifest['database']['file']}"
        if kind == "postgresql":
            self._load(made, database)
        around = {**os.environ, "OVERSIGHT_HOME": str(made.home), "DATABASE_URL": url, "OVERSIGHT_SECRET_KEY": secrets.token_urlsafe(48)}
        with tempfile.TemporaryDirectory() as aside:
            head = Path(aside) / "head.json"
            said = made.manifest["record"]
            head.write_text(json.dumps({"date": made.manifest["made_at"][:10], **said}), encoding="utf-8")
            told = [self._run(made, around, "verify_record", "--head", str(head)), self._run(made, around, "verify_evidence")]
        return all(told)

    def _run(self, made: Restored, around: dict[str, str], *words: str) -> bool:
        ran = subprocess.run([sys.executable, "-c", RUN, *words], env=around, capture_output=True, text=True, check=False)
        lines = [line for line in (ran.stdout + (ran.stderr if ran.returncode else "")).splitlines() if line.strip()]
        (made.notes if ran.returncode == 0 else made.wrong).append(f"{words[0]} on what was restored: {' '.join(lines)[-1000:]}")
        return ran.returncode == 0

    def _load(self, made: Restored, database: str) -> None:
        parts = urlsplit(database)
        bare = urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@"))) if parts.password else database
        around = {**os.environ, **({"PGPASSWORD": unquote(parts.password)} if parts.password else {})}
        command = ["pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={bare}", str(made.home / made.manifest["database"]["file"])]
        try:
            ran = subprocess.run(command, env=around, capture_output=True, text=True, check=False)
        except OSError as error:
            raise CommandError("pg_restore is not on the PATH: install the client of the server's version", returncode=2) from error
        if ran.returncode:
            raise CommandError(f"pg_restore did not load the dump: {ran.stderr.strip()[:400]}", returncode=2)

    def _tell(self, what: str, done: int, of: int) -> None:
        if done % 1000 == 999:
            self.stdout.write(f"{what} ({done + 1} of {of})")
            self.stdout.flush()
