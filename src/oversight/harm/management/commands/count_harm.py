"""Counts an assessment of harm and says how far it is: `oversight count_harm`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.actor import automated
from oversight.harm import actions
from oversight.harm.models import Harm
from oversight.lifecycle import Refusal


class Command(BaseCommand):
    """Count the assessments of these numbers."""

    help = "Count every affected order of an assessment of harm, as its page does, telling how far it is: for periods of years. People propose and approve."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("numbers", nargs="+", type=int, metavar="NUMBER", help="numbers of assessments, as their pages show them")

    def handle(self, **options: Any) -> None:
        for number in options["numbers"]:
            row = Harm.objects.filter(number=number).first()
            if row is None:
                raise CommandError(f"there is no assessment of harm {number}", returncode=2)
            try:
                made = actions.count(automated("count_harm"), row, progress=self._tell)
            except Refusal as refusal:
                raise CommandError(f"harm {number}: {refusal}", returncode=2) from refusal
            self.stdout.write(
                f"harm {number}, count {made.number}: {made.harmed_orders:,} of {made.orders:,} orders lost {made.exact_usd:,.2f} USD; {made.customers:,} "
                f"known customers, {made.unknown_orders:,} orders of unknown ones; {made.days_unseen:,} trading days not seen"
            )

    def _tell(self, what: str, done: int, of: int) -> None:
        self.stdout.write(f"{what} ({done + 1} of {of})" if done < of else f"{what} …")
        self.stdout.flush()
