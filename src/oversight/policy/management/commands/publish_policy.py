"""Writes the version in force to the workspace again where the folder differs: `manage.py publish_policy`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oversight.actor import automated
from oversight.lifecycle import Refusal
from oversight.policy import actions


class Command(BaseCommand):
    """Finish a publication that was cut short."""

    help = "Make the workspace's policy folder what the desk published: finishes a publication that was cut short, undoes changes by hand."

    def handle(self, **options: Any) -> None:
        try:
            was_written = actions.settle(automated("publish_policy"))
        except Refusal as refusal:
            raise CommandError(refusal.words) from refusal
        self.stdout.write("published: the folder now holds the version in force" if was_written else "nothing to do: the folder holds the version in force")
