"""The cap on what a venue may charge for access to its quote (Rule 610(c)), by date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bestexec.market.dated import Dated, in_force

ONE_DOLLAR = Decimal(1)


@dataclass(frozen=True)
class Cap:
    """Highest fee: USD per share at $1 and above, a share of the price below."""

    usd_per_share: Decimal
    share_of_price: Decimal


ACCESS_FEE_CAPS: Dated[Cap] = (
    (None, Cap(Decimal("0.0030"), Decimal("0.003"))),
    (date(2026, 11, 2), Cap(Decimal("0.0010"), Decimal("0.001"))),
)
"""Compliance with the lower cap was moved to November 2026; whether a later order moved it again is not known: a setting."""


def access_fee_cap(price: Decimal, on: date) -> Decimal:
    """Highest access fee in USD per share for an execution at `price` on the day `on`."""
    cap = in_force(ACCESS_FEE_CAPS, on)
    return cap.usd_per_share if price >= ONE_DOLLAR else price * cap.share_of_price
