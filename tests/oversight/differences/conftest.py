"""A material difference of a vendor, and the people who decide on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.oversight.desk.conftest import Bench, bench, week

from oversight.actor import Actor, automated
from oversight.differences import actions
from oversight.differences.models import Decision, Difference
from oversight.measured.reading import AT_MOST, METRIC, Figure
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

__all__ = ("Bench", "bench", "week")
SHARE = Figure(METRIC, "venue_share", {"venue": ("CDED",)})
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


@pytest.fixture
def vendor(db: None) -> Vendor:
    """The vendor of the run's orders."""
    return vendors.register(automated("test"), key="vendor_a", name="Alpha Router")


@pytest.fixture
def analyst(actor: Callable[..., Actor]) -> Actor:
    return actor("analyst")


@pytest.fixture
def committee(actor: Callable[..., Actor]) -> Actor:
    return actor("committee")


@pytest.fixture
def identified(analyst: Actor, vendor: Vendor) -> Callable[..., Difference]:
    """Identifies a difference of 1,240 dollars a quarter, unless said otherwise."""

    def identify(**said: Any) -> Difference:
        terms = {"title": "Worse at CDED", "what": "E/Q at CDED is above that of the other venues.", "first_on": FIRST, "last_on": LAST, "vendor": vendor,
                 "usd": Decimal(1240)}  # fmt: skip
        return actions.identify(analyst, **(terms | said))

    return identify


@pytest.fixture
def modified(analyst: Actor, committee: Actor) -> Callable[..., Decision]:
    """Proposes, and the committee adopts, that at most 15 % of executed shares go to CDED by the end of October."""

    def modify(difference: Difference, **said: Any) -> Decision:
        terms = {"modification": "CDED is asked last.", "figure": SHARE, "side": AT_MOST, "bound": Decimal("0.15"), "by_on": date(2026, 10, 30), "min_n": 1}
        words = {"reasons": "It pays and is worse.", "alternatives": "Leave it: no."}
        return actions.adopt(committee, actions.propose(analyst, difference, kind="modify", **words, **(terms | said)))

    return modify


@pytest.fixture
def justified(analyst: Actor, committee: Actor) -> Callable[..., Decision]:
    """Proposes, and the committee adopts, that it stays for odd lots until the end of the year."""

    def justify(difference: Difference, until: date = date(2026, 12, 31)) -> Decision:
        words = {"reasons": "Only CDED takes them.", "alternatives": "Two others were asked."}
        return actions.adopt(committee, actions.propose(analyst, difference, kind="justify", scope="odd lots", expires_on=until, **words))

    return justify
