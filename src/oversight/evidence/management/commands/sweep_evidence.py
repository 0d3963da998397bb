"""Lists files of the evidence store that no filing names: what a killed upload left."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from oversight.evidence import actions


class Command(BaseCommand):
    """List what a killed upload left; with --remove, remove it after another look."""

    help = "List files in the evidence folder that no filing names (a killed upload leaves one); --remove takes them away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hours", type=float, default=24, help="only what nobody touched for so long, at least 1 (default: 24)")
        parser.add_argument("--remove", action="store_true", help="remove them, each after another look")

    def handle(self, **options: Any) -> None:
        loose = actions.sweep(hours=options["hours"], is_removing=options["remove"])
        for name in loose:
            self.stdout.write(name)
        self.stdout.write(f"{len(loose)} files that no filing names{', removed' if options['remove'] else ''}.")
