"""The day's round: `oversight daily`, once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from oversight.arrivals import rounds


class Command(BaseCommand):
    """End what is over, raise what falls due, remind, escalate."""

    help = "End what is over, raise what falls due, mark what was missed, remind and escalate. Run it once a day; again does no harm."

    def handle(self, **options: Any) -> None:
        for title, words in rounds.walk():
            self.stdout.write(f"{title}: {words}")
