"""Holds received runs against the promises they were not held against yet: `oversight judge`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bestexec import Problem
from oversight.actor import automated
from oversight.arrivals import actions
from oversight.claims import actions as claims
from oversight.lifecycle import Refusal


class Command(BaseCommand):
    """Hold what is left, then the claims stated since against the latest run."""

    help = (
        "Hold received runs against the promises that are left, and claims stated since against the latest run. Receiving does it by itself; run this to mend."
    )

    def handle(self, **options: Any) -> None:
        by = automated("judge")
        try:
            made = actions.hold(by, self.stdout.write)
            judged = claims.judge_now(by)
        except Problem as problem:
            raise CommandError(str(problem), returncode=2) from problem
        except Refusal as refusal:
            self.stdout.write(refusal.words)
            return
        self.stdout.write(f"{made} step{'' if made == 1 else 's'} were left; {judged.run.pk[:12]}, the latest: {judged.words}")
