"""Every check there is, by family, and every table one can be asked of."""

from __future__ import annotations

from dataclasses import dataclass

from bestexec.checks.base import Check
from bestexec.checks.completeness import COMPLETENESS
from bestexec.checks.conflicts import CONFLICTS
from bestexec.checks.execution import EXECUTION
from bestexec.checks.routing import ROUTING
from bestexec.checks.speed import SPEED
from bestexec.checks.summaries import SUMMARIES
from bestexec.checks.tables import ROWS
from bestexec.checks.verdicts import VERDICTS


@dataclass(frozen=True)
class Family:
    """Checks whose ids begin alike. An id is never used again, whatever becomes of its check."""

    prefix: str
    title: str
    checks: tuple[Check, ...]


FAMILIES = (
    Family("COM", "Completeness: was everything fed to us, once, with clocks that can be believed?", COMPLETENESS),
    Family("EXE", "Execution: did the customer get the price, the size, the speed and the likelihood that were there?", EXECUTION),
    Family("ROU", "Routing: did orders go where the firm decided, and come back from there?", ROUTING),
    Family("CON", "Conflicts: does flow follow payment, and does the customer pay for it?", CONFLICTS),
    Family("SPD", "Speed by leg: whose delay was it?", SPEED),
    Family("VER", "Verdicts: is the difference real, and large enough to decide on?", VERDICTS),
)
CHECKS = tuple(check for family in FAMILIES for check in family.checks)
ASKED = {asked.name: asked for asked in (*ROWS, *SUMMARIES)}
