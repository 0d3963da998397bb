"""Every write of an adoption: a router that was live before the desk came stays live for a time, by two people, with a day by which its diligence is done."""

from __future__ import annotations

from datetime import date, timedelta

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

LONGEST = timedelta(days=180)
"""The most time that an adoption gives."""


def propose_adoption(by: Actor, row: Vendor, *, adopted_until: date | None = None, why: str = "") -> Vendor:
    """Ask that the router stay live until that day, by which its diligence is done. Raises Refusal for a day that has passed or is too far ahead."""
    today = clock.today()
    if adopted_until and not today <= adopted_until <= today + LONGEST:
        raise Refusal(f"Its diligence is done by a day from today on, and by {today + LONGEST} at the latest.")
    with actions.turn():
        moved = actions.move(by, row, "propose_adoption", why=why, adopted_until=adopted_until)
        what = f"{row.name} was live before the desk came: whether it stays so until {adopted_until} waits for your decision."
        tell(by, to_roles=(COMPLIANCE, SENIOR_MANAGER), what=what, url=row.get_absolute_url())
    return moved


def adopt(by: Actor, row: Vendor, *, why: str = "") -> Vendor:
    """Let it stay live until the day proposed, and tell everybody who sends orders there."""
    with actions.turn():
        moved = actions.move(by, row, "adopt", why=why)
        what = f"{row.name} is adopted: live until {row.adopted_until}, by which its diligence is done."
        tell(by, to_roles=(ANALYST, SUPERVISOR, VENDOR_MANAGER), what=what, url=row.get_absolute_url())
    return moved
