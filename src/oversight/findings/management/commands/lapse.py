"""Ends suppressions whose last day is over: `oversight lapse`, once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from oversight.findings import actions, publishing


class Command(BaseCommand):
    """End what is over."""

    help = "End suppressions whose last day is over. Run it once a day; new exceptions are open again in any case."

    def handle(self, **options: Any) -> None:
        ended = actions.lapse()
        for row in ended:
            self.stdout.write(f"ended: {row}")
        self.stdout.write(f"{len(ended)} suppressions ended")
        if not publishing.is_published():
            self.stderr.write("What is in force is not beside the limits yet: the workspace is being written, or is not there. Run this again.")
