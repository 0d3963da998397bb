"""The command `oversight`: Django's, with the desk's settings."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from oversight.demo import place


def main() -> None:
    """Run the command that the arguments name. The demonstration's settings are written before anything reads them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    if sys.argv[1:2] == ["demo"]:
        place.prepare()
    execute_from_command_line(sys.argv)
