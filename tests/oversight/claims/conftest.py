"""A vendor that promises things, beside the sealed run whose figures can be worked out on one's fingers."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.oversight.desk.conftest import Bench, bench, week

from oversight.actor import automated
from oversight.claims import actions
from oversight.claims.models import Claim
from oversight.measured.reading import AT_MOST, METRIC, Figure
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

__all__ = ("Bench", "bench", "week")
EQ = Figure(METRIC, "effective_over_quoted")


@pytest.fixture
def vendor(db: None) -> Vendor:
    """The vendor of the run's orders."""
    return vendors.register(automated("test"), key="vendor_a", name="Alpha Router")


@pytest.fixture
def other(db: None) -> Vendor:
    """The run's other vendor."""
    return vendors.register(automated("test"), key="vendor_b", name="Beta Router")


@pytest.fixture
def claimed(vendor: Vendor) -> Callable[..., Claim]:
    """States a claim of Alpha Router: E/Q of at most 50 %, on one row or more, unless said otherwise."""

    def state(key: str = "Q-1", **said: Any) -> Claim:
        terms = {"vendor": vendor, "origin": ("vendor", str(vendor.pk)), "words": "We fill well inside the quote.", "figure": EQ, "side": AT_MOST,
                 "bound": Decimal("0.5"), "min_n": 1}  # fmt: skip
        return actions.state(automated("test"), key=key, **(terms | said))

    return state
