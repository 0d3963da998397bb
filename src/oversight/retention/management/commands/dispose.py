"""Carries out the disposals that two people agreed on, and finishes one that was cut short."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.actor import automated
from oversight.lifecycle import Refusal
from oversight.retention import disposing


class Command(BaseCommand):
    """Carry out what was approved; named numbers alone, where any are."""

    help = "Carry out approved disposals: each thing is looked at once more, its tombstone is written before its bytes go. Finishes one that was killed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("numbers", nargs="*", type=int, help="only these disposals")

    def handle(self, **options: Any) -> None:
        wanted = options["numbers"]
        found = [row for row in disposing.waiting() if not wanted or row.pk in wanted]
        for row in found:
            try:
                done = disposing.carry_out(automated("dispose"), row)
            except Refusal as refusal:
                raise CommandError(refusal.words) from refusal
            self.stdout.write(f"{done}: {done.count - len(done.stayed):,} gone, {len(done.stayed):,} stayed.")
            for kind, id_, why in done.stayed:
                self.stdout.write(f"  {kind} {id_[:12]} stayed: {why}")
        if not found:
            self.stdout.write("No disposal waits to be carried out.")
