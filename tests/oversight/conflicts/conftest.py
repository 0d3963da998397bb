"""Vendors, conflicts and files of payments to try things with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from oversight.actor import Actor, automated
from oversight.conflicts import actions
from oversight.conflicts.models import Conflict, PaymentBatch
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

HEAD = "month,venue,vendor,direction,kind,section,order_class,amount_usd,shares,currency,source"
ONE = f"{HEAD}\n2026-08,KNCM,vendor_b,received,pfof,sp500,market,24.00,12000,USD,router statement\n"
"""$24.00 on 12,000 shares: 24 × 10,000 ÷ 12,000 = 20 cents per hundred shares."""


def line(**said: str) -> str:
    """A line of a file that says ONE's, but for what is said."""
    cells = {
        "month": "2026-08", "venue": "KNCM", "vendor": "vendor_b", "direction": "received", "kind": "pfof", "section": "sp500", "order_class": "market",
        "amount_usd": "24.00", "shares": "12000", "currency": "USD", "source": "router statement",
    }  # fmt: skip
    return ",".join(f'"{value}"' for value in (cells | said).values())


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = settings.WORKSPACE = tmp_path


@pytest.fixture
def vendor_b(db: None) -> Vendor:
    return vendors.register(automated("test"), key="vendor_b", name="Router B")


@pytest.fixture
def registered() -> Callable[..., Conflict]:
    """Puts a conflict on the register: payment of KNCM since 12 August 2026."""

    def make(by: Actor, **facts: Any) -> Conflict:
        said = {"kind": "pfof", "venue": "KNCM", "description": "KNCM pays the router.", "since_on": date(2026, 8, 12), "owner": by.key}
        return actions.propose(by, **{**said, **facts})

    return make


@pytest.fixture
def uploaded() -> Callable[..., PaymentBatch]:
    """Uploads a file, and approves it where somebody is named."""

    def make(by: Actor, text: str, control: str, *, approver: Actor | None = None, name: str = "payments.csv") -> PaymentBatch:
        batch = actions.upload(by, name, text.encode(), Decimal(control)).batch
        return actions.approve(approver, batch) if approver else batch

    return make
