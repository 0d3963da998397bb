"""Fills a desk with the sample firm: `oversight demo --stage remediation`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from oversight import clock
from oversight.demo import place
from oversight.demo.people import sign_in_lines
from oversight.demo.stages import STAGES
from oversight.record.models import Entry


class Command(BaseCommand):
    """Fill the desk at OVERSIGHT_HOME, which is made afresh, up to a stage of the sample firm's story."""

    help = "Fill a fresh desk with the sample firm that `bestexec demo` made, up to a stage of its story."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stage", choices=tuple(STAGES), default=place.LAST, help="where the story stops")

    def handle(self, **options: Any) -> None:
        if not (settings.HOME / place.MADE).exists():
            raise CommandError("a demonstration fills a desk of its own · run it as `oversight demo`, which makes one")
        if not settings.WORKSPACE.is_dir():
            raise CommandError(f"there is no workspace at {settings.WORKSPACE} · run `bestexec demo` first")
        call_command("migrate", verbosity=0)
        people = STAGES[options["stage"]](self._say)
        stands = place.STAGES[options["stage"]].astimezone(clock.MARKET_ZONE)
        self.stdout.write(
            f"The desk holds {Entry.objects.count():,} entries of the record; its clock stands at {stands:%Y-%m-%d %H:%M} in New York and goes on.\n"
            "Open it with `make serve`, then sign in as the role that you want to be:"
        )
        self.stdout.write("\n".join(sign_in_lines(people, settings.HOME)))

    def _say(self, what: str) -> None:
        self.stdout.write(f"  {what}")
        self.stdout.flush()
