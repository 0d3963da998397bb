"""The daily round of duties: `oversight duties`, once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from oversight.obligations import actions


class Command(BaseCommand):
    """Raise, prove, miss, escalate."""

    help = "Put on the calendar what falls due, close what the record proves, mark what was missed, escalate it. Run it once a day; again does no harm."

    def handle(self, **options: Any) -> None:
        done = actions.daily()
        self.stdout.write(f"{done.raised} raised, {done.proved} proved by the record, {done.missed} missed, {done.escalated} steps of escalation told")
