"""A vendor whose statement and profile are signed, people who write and decide, and settings to begin with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from oversight.actor import Actor
from oversight.configuration import actions
from oversight.configuration.models import Document, Version
from oversight.configuration.terms import HANDLING, STRATEGY, THRESHOLD, VENUE, Setting
from oversight.measured import figures
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

from ..desk.conftest import Bench

JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)
"""08:00 in New York."""
AHEAD = datetime(2026, 10, 5, 12, tzinfo=UTC)
FIRST = (
    Setting(STRATEGY, "retail market orders", "sweep", "", "Takes the best displayed price."),
    Setting(THRESHOLD, "midpoint wait", "0.0005", "USD per share", "Waits at the midpoint for at least this."),
    Setting(HANDLING, "stop", "held until elected", "", ""),
    Setting(VENUE, "XNAS", "all orders", "", ""),
    Setting(VENUE, "XNYS", "all orders", "", ""),
)


def changed(**values: str) -> list[Setting]:
    """The first settings with other values by key."""
    return [Setting(each.kind, each.key, values.get(each.key.replace(" ", "_"), each.value), each.unit, each.meaning) for each in FIRST]


@dataclass
class Firm:
    """Who acts: an analyst and a vendor manager write, compliance and a supervisor decide."""

    analyst: Actor
    vm: Actor
    compliance: Actor
    supervisor: Actor

    def signed(self, vendor: Vendor, kind: str, text: str = "Price first.") -> Document:
        row = actions.propose_document(self.analyst, actions.draft_document(self.analyst, vendor, kind, text=text))
        return actions.approve_document(self.compliance, row)

    def founded(self, key: str = "vendor_a") -> Vendor:
        vendor = vendors.register(self.vm, key=key, name=key.replace("_", " ").title())
        for kind in ("statement", "profile"):
            self.signed(vendor, kind)
        return vendor

    def drafted(self, vendor: Vendor, settings: Sequence[Setting] = FIRST, effective_from: datetime = AHEAD, **said: Any) -> Version:
        return actions.draft(self.analyst, vendor, settings=settings, effective_from=effective_from, summary="As it is set.", **said)

    def read(self, row: Version, *metrics: str, first: date = date(2026, 9, 28), last: date = date(2026, 9, 28)) -> None:
        actions.analyze(self.analyst, row, metrics=metrics or ("effective_over_quoted",), first=first, last=last, expected="Better prices.")

    def approved(self, vendor: Vendor, settings: Sequence[Setting] = FIRST, **said: Any) -> Version:
        row = self.drafted(vendor, settings, **said)
        if row.base_id:
            self.read(row)
        return actions.approve(self.compliance, actions.propose(self.analyst, row))

    def set(self, vendor: Vendor, settings: Sequence[Setting] = FIRST, at: datetime = JULY) -> Version:
        return actions.put_in_force(self.vm, self.approved(vendor, settings), in_force_from=at)


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> None:
    """No run was received and no policy adopted, unless a test does it."""
    settings.HOME = settings.WORKSPACE = tmp_path
    figures.forget()


@pytest.fixture
def bench(db: None, tmp_path: Path) -> Bench:
    """An empty workspace that the desk looks at."""
    return Bench(tmp_path)


@pytest.fixture
def firm(actor: Callable[..., Actor]) -> Firm:
    return Firm(*(actor(role, name=f"the {role}") for role in ("analyst", "vendor_manager", "compliance", "supervisor")))


@pytest.fixture
def vendor(firm: Firm) -> Vendor:
    return firm.founded()
