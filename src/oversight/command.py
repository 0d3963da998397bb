"""The command `oversight`: Django's, with the desk's settings."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from oversight.demo import place


def main() -> None:
    """Run the command that the arguments name; `--home FOLDER` says which desk. The demonstration's settings are written before anything reads them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    arguments = list(sys.argv)
    if "--home" in arguments[:-1]:
        at = arguments.index("--home")
        os.environ["OVERSIGHT_HOME"] = arguments[at + 1]
        del arguments[at : at + 2]
    if arguments[1:2] == ["demo"] and not {"--help", "-h"} & set(arguments):
        stage = next((word for word in arguments if word.removeprefix("--stage=") in place.STAGES), place.LAST).removeprefix("--stage=")
        place.prepare(stage)
    execute_from_command_line(arguments)
