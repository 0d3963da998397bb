"""The stage `onboarding`: the desk opens, the vendor file is begun, and the memo on which vendors to use awaits its approval."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from oversight import clock
from oversight.demo.people import People, open_accounts
from oversight.demo.vendor_file import agreements, configuration, conflicts, diligence, liquidity, obligations, procedures, refreshes, vendors
from oversight.policy import actions as policy
from oversight.roles import VENDOR_MANAGER
from oversight.vendors import actions as register
from oversight.vendors.models import Vendor

Say = Callable[[str], None]
ROUTERS = (
    ("vendor_a", "Vendor A Routing LLC", "The router of most of the flow since 2025: agency, no payment, its own figures published monthly."),
    ("vendor_b", "Vendor B Markets Inc.", "The second router since 2025: cheaper, newer, with a line to one wholesaler that the firm knows little of."),
    ("clearing_router", "The clearing firm's router", "What the carrying firm offers its introducing brokers, within the clearing fee."),
    ("own_build", "A router of our own", "Building one: two engineers, a year, market access of the firm's own."),
)
"""Key in the data, name, what it is: the two in use, and two that they are compared with."""
BEFORE: tuple[Any, ...] = (vendors, obligations, configuration, conflicts, liquidity, procedures, diligence)
AFTER: tuple[Any, ...] = (diligence, agreements, conflicts, liquidity, configuration, vendors, procedures, obligations, refreshes)
"""In the order of the story."""


@dataclass(frozen=True)
class Begun:
    """Who acts, and the vendors by key."""

    people: People
    vendors: dict[str, Vendor]


def play(say: Say) -> Begun:
    """Play 14 to 18 September 2026."""
    say("opening one account a role, and one of the second vendor")
    with at(14, 8):
        people = open_accounts(*(key for key, _, _ in ROUTERS[:2]))
        policy.adopt()
    say("the vendor file is begun: two routers in use, two to compare them with")
    with at(14, 9):
        found = {key: register.register(people[VENDOR_MANAGER], key=key, name=name, summary=words) for key, name, words in ROUTERS}
    for part in BEFORE:
        if hasattr(part, "before_selection"):
            part.before_selection(people, found)
    return Begun(people, found)


def finish(begun: Begun, say: Say) -> People:
    """Play 21 to 25 September: the memo is approved, agreements signed, configurations set, procedures approved."""
    say("the memo is approved; agreements, configurations and procedures come into force")
    for part in AFTER:
        if hasattr(part, "after_selection"):
            part.after_selection(begun.people, begun.vendors)
    return begun.people


def at(day: int, hour: int) -> AbstractContextManager[Any]:
    """That hour of September 2026 in New York."""
    return clock.stated(datetime(2026, 9, day, hour, tzinfo=clock.MARKET_ZONE).astimezone(UTC))
