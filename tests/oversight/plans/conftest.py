"""A case in planning with a vendor that has an account, another vendor with a case of its own, and an item with all that it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.cases.models import Case
from oversight.measured.reading import AT_MOST, METRIC
from oversight.plans import actions
from oversight.plans.models import Item, Plan
from oversight.vendors.actions import register
from oversight.vendors.models import Vendor

from ..desk.conftest import Bench, bench
from ..rooms.conftest import SECRET, case_of, signed_in, staged

__all__ = ("SECRET", "Bench", "bench", "case_of", "signed_in", "staged")
TERMS: dict[str, Any] = {
    "what": "Take KNCM out of retail market orders.", "owner": "Head of routing", "due_on": date(2026, 10, 20), "change": "KNCM at most 10 %.",
    "retest_kind": "check", "retest": "EXE-101", "figure_kind": METRIC, "figure_key": "effective_over_quoted", "side": AT_MOST, "bound": Decimal("0.5"),
    "min_n": 1, "by_on": date(2026, 11, 30),
}  # fmt: skip


@dataclass
class Firm:
    """Who acts, and on what."""

    keeper: Actor
    compliance: Actor
    supervisor: Actor
    one: Account
    two: Account
    vendor: Vendor
    other: Vendor
    case: Case
    their_case: Case
    plan: Plan

    @property
    def outside(self) -> Actor:
        return Actor(self.one.key, self.one.roles)

    @property
    def stranger(self) -> Actor:
        return Actor(self.two.key, self.two.roles)

    def item(self, **said: Any) -> Item:
        """One more item of the vendor's draft."""
        return actions.add_item(self.outside, self.plan, **(TERMS | said))

    def submitted(self) -> Plan:
        return actions.submit(self.outside, self.plan)

    def accepted(self) -> Plan:
        """Proposed by the vendor manager, accepted by compliance."""
        return actions.accept(self.compliance, actions.propose(self.keeper, self.submitted()))

    def reported(self, item: Item) -> Item:
        actions.attach(self.outside, item, "proof.txt", b"set so since the 19th", title="proof of one")
        return actions.report(self.outside, item, "It is set.")


@pytest.fixture
def firm(person: Callable[..., Account], settings: Settings, tmp_path: Path) -> Firm:
    settings.HOME = tmp_path
    settings.FILE_UPLOAD_HANDLERS = ["oversight.evidence.uploads.LimitedUpload"]
    settings.EVIDENCE_MAX_BYTES = 1_000_000

    def acting(role: str) -> Actor:
        account = person(role, name=f"{SECRET}_{role}")
        return Actor(account.key, account.roles)

    keeper, compliance, supervisor = acting("vendor_manager"), acting("compliance"), acting("supervisor")
    vendor, other = register(keeper, key="vendor_a", name="Alpha Router"), register(keeper, key="vendor_b", name="Beta Router")
    one, two = person("vendor", name="ann_of_alpha", vendor="vendor_a"), person("vendor", name="ben_of_beta", vendor="vendor_b")
    case, theirs = case_of(vendor, 1, "planning"), case_of(other, 2, "planning")
    plan = actions.ask(keeper, case, "Say how the flow to KNCM ends.")
    return Firm(keeper, compliance, supervisor, one, two, vendor, other, case, theirs, plan)
