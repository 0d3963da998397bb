"""Makes a backup of the desk."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.actor import automated
from oversight.lifecycle import Refusal
from oversight.retention import backing


class Command(BaseCommand):
    """Make a backup while the desk goes on; ends with 1 where something was missing or altered already."""

    help = "Back the desk up while it goes on: database, filed bytes, tombstones; the workspace as a list with hashes. Appears whole or not at all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a folder that is not there yet, best on another disk")
        parser.add_argument("--with-workspace", action="store_true", help="copy the workspace, too; without it the backup lists its files by hash")

    def handle(self, **options: Any) -> None:
        try:
            made = backing.back_up(automated("backup"), options["to"], with_workspace=options["with_workspace"], progress=self._tell)
        except Refusal as refusal:
            raise CommandError(refusal.words, returncode=2) from refusal
        record, listed = made.manifest["record"], made.manifest["workspace"]
        self.stdout.write(f"Wrote {made.folder}: {len(made.manifest['files']):,} files, record to entry {record['seq']:,}, {record['hash']}")
        self.stdout.write(f"The workspace is {'copied' if listed['is_copied'] else 'listed'}: {len(listed['files']):,} files.")
        self.stdout.write(f"manifest {made.sha256}\nKeep that line apart from the backup. Prove it: oversight restore --from {made.folder} --to FOLDER --check")
        for what in made.wrong:
            self.stdout.write(f"WRONG: {what}")
        if made.wrong:
            sys.exit(1)

    def _tell(self, what: str, done: int, of: int) -> None:
        if done % 1000 == 999:
            self.stdout.write(f"{what} ({done + 1} of {of})")
            self.stdout.flush()
