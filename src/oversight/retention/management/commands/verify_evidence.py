"""Says whether every filed byte is what was filed."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from oversight.retention import verifying


class Command(BaseCommand):
    """Read every filed byte; exit 1 naming what is missing or altered."""

    help = "Hold every filed file against its SHA-256. Ends with 1 where one is missing or altered; what was disposed of is counted, not missing."

    def handle(self, **options: Any) -> None:
        found = verifying.verify()
        self.stdout.write(f"{found.whole:,} files are what was filed, {found.disposed:,} were disposed of under their tombstones.")
        for what in found.wrong:
            self.stdout.write(f"WRONG: {what}")
        if found.wrong:
            sys.exit(1)
