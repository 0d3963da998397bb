"""The command `oversight`: Django's, with the desk's settings."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    execute_from_command_line(sys.argv)
