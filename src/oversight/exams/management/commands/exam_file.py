"""Makes the exam file of a quarter and says how far it is: `oversight exam_file`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.actor import automated
from oversight.exams import actions
from oversight.lifecycle import Refusal
from oversight.vendors.quarters import parse


class Command(BaseCommand):
    """Make the exam file of a quarter."""

    help = "Make the exam file of a quarter: sealed runs, decisions, documents, the record, its proofs. It goes to --to, or where the desk keeps its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quarter", required=True, metavar="2026Q3", help="the quarter")
        parser.add_argument("--to", type=Path, metavar="FILE", help="the file to write")

    def handle(self, **options: Any) -> None:
        try:
            row = actions.make(automated("exam_file"), parse(options["quarter"]), options["to"], self._tell)
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        where = options["to"] or row.place
        self.stdout.write(f"Wrote {where}: {row.members:,} members, {row.size:,} bytes; {row.answered} of {row.questions} questions have evidence.")
        self.stdout.write(f"root {row.root}\nVerify it with: python verify.py {where.name} --root {row.root}")

    def _tell(self, what: str, done: int, of: int) -> None:
        if done % 50 == 0:
            self.stdout.write(f"{what} ({done + 1} of {of})")
            self.stdout.flush()
