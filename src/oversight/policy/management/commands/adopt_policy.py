"""Takes what lies in the workspace's policy folder as the first version: `manage.py adopt_policy`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bestexec import Problem
from oversight.lifecycle import Refusal
from oversight.policy import actions


class Command(BaseCommand):
    """Adopt the workspace's policy folder."""

    help = "Take what lies in the workspace's policy folder as version 1: adopted, not approved here. Once, when the desk begins."

    def handle(self, **options: Any) -> None:
        try:
            version = actions.adopt()
        except (Problem, Refusal) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"adopted: {version}, hash {version.hash}")
