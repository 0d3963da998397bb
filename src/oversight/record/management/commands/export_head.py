"""Writes the record's head of today where it can be kept outside the desk."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from oversight.record import heads, queries


class Command(BaseCommand):
    """Verify the record, then export its head: run it once a day."""

    help = "Verify the record, then write its head of today to a folder: one small file a day, never replaced. A broken record is not exported (1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=Path(settings.HOME) / "heads", help="the folder; heads in it are held against the record first")

    def handle(self, **options: Any) -> None:
        folder: Path = options["out"]
        try:
            verdict = queries.verify(heads.read(folder) if folder.is_dir() else {})
        except ValueError as wrong:
            raise CommandError(str(wrong), returncode=2) from wrong
        if not verdict.is_intact:
            raise CommandError(f"nothing was exported: {verdict.broken or 'the database lost its guards'} · run verify_record")
        file = heads.export(folder)
        self.stdout.write(f"Wrote {file}" if file else "Today's head is there already; nothing was written.")
