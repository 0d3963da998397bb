"""Says whether the record still is what was written."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.record import heads, queries


class Command(BaseCommand):
    """Walk the chain; exit 1 naming the first broken row."""

    help = "Hold every entry of the record against its hash and the hash before. Ends with 1 where something is broken, and names the first broken row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", type=Path, action="append", default=[], help="a head kept outside the desk, or the folder of them; may be given again")

    def handle(self, **options: Any) -> None:
        try:
            kept = {seq: hash_ for place in options["head"] for seq, hash_ in heads.read(place).items()}
        except ValueError as wrong:
            raise CommandError(str(wrong), returncode=2) from wrong
        verdict = queries.verify(kept)
        held = f"{verdict.seq:,} entries, {verdict.words:,} words and {verdict.heads:,} of {len(kept):,} heads"
        if verdict.broken:
            self.stdout.write(f"BROKEN at {verdict.broken}.\nUp to there {held} hold.")
        else:
            self.stdout.write(f"The record holds: {held}; {verdict.withheld:,} words are withheld, their hashes remain.")
        for name in verdict.unguarded:
            self.stdout.write(f"UNGUARDED: the database lost the trigger {name}; migrate a fresh database and compare.")
        self.stdout.write(f"Head: entry {verdict.seq}, {verdict.hash}")
        if not verdict.is_intact:
            sys.exit(1)
