"""Rule 606 reports of a workspace: gathered out of sealed runs, written beside each other in one step."""

from __future__ import annotations

from bestexec.file606.gathering import Gathered, gather
from bestexec.file606.holding import Held, held_against
from bestexec.file606.writing import Written, write_customer, write_public

__all__ = ["Gathered", "Held", "Written", "gather", "held_against", "write_customer", "write_public"]
