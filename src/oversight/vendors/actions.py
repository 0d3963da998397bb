"""Every write of the vendor register."""

from __future__ import annotations

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import SYSTEM, Refusal
from oversight.record import actions
from oversight.vendors.lifecycle import KEEPERS
from oversight.vendors.models import Vendor


def register(by: Actor, *, key: str, name: str, summary: str = "") -> Vendor:
    """Put a vendor on the register, as a candidate. Raises Refusal where the key is taken or the role may not."""
    if not by.roles & {*KEEPERS, SYSTEM}:
        raise Refusal("Registering a vendor is for vendor managers and compliance.", is_forbidden=True)
    if Vendor.objects.filter(key=key).exists():
        raise Refusal(f"“{key}” is on the register already.")
    row = Vendor(key=key, name=name, summary=summary, registered_by=by.key, registered_at=clock.now(), state=Vendor.LIFECYCLE.start)
    return actions.create(by, row, verb="register")


MOVES: dict[tuple[str, str], object] = {}
