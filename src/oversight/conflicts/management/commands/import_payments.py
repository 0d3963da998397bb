"""Takes a file of payments into the ledger: `oversight import_payments`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bestexec import Problem
from oversight.actor import automated
from oversight.conflicts import actions, reading
from oversight.lifecycle import Refusal
from oversight.liquidity.lines import LineError


class Command(BaseCommand):
    """Take a file of payments, which counts once a person approved it on the desk."""

    help = "Take a file of payments whose lines add up to the control total. It counts once approved on the desk; the same file twice is nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help=f"CSV with the columns {', '.join(column.key for column in reading.COLUMNS)}")
        parser.add_argument("--control-total", required=True, metavar="USD", help="net of the whole file: received positive, paid negative")

    def handle(self, **options: Any) -> None:
        file: Path = options["file"]
        try:
            made = actions.upload(automated("import_payments"), file.name, file.read_bytes(), reading.amount(options["control_total"], "the control total"))
        except actions.DoesNotTie as refusal:
            self._tell([(reject.number, reject.reason) for reject in refusal.rejects], file)
            raise CommandError(refusal.words, returncode=2) from refusal
        except (Problem, Refusal, LineError, OSError) as error:
            raise CommandError(f"{file.name}: {error}", returncode=2) from error
        batch = made.batch
        if not made.is_fresh:
            self.stdout.write(f"{file.name} was taken before as file no. {batch.pk} ({batch.state_title}); nothing was changed.")
            return
        self._tell([(number, reason) for number, reason, _ in batch.rejects], file)
        said = f"{batch.lines:,} lines, net {batch.total_usd:,f} USD, {len(batch.rejects):,} lines not accepted"
        self.stdout.write(f"{file.name} taken as file no. {batch.pk}: {said}.")
        self.stdout.write("It counts once a second person approves it on the desk.")

    def _tell(self, rejects: list[tuple[int, str]], file: Path) -> None:
        for number, reason in rejects:
            self.stderr.write(f"{file.name}, line {number}: {reason}")
