"""Two vendors, their outside accounts, an agreement in force with each, and clauses put in force by two people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from oversight.accounts.models import Account
from oversight.actor import Actor, automated
from oversight.agreements import actions
from oversight.agreements.formulas import PER_UNIT, Formula
from oversight.agreements.measures import Measure
from oversight.agreements.models import Agreement, Breach, Clause
from oversight.agreements.windows import MONTH
from oversight.evidence import actions as evidence
from oversight.findings import actions as findings
from oversight.measured.reading import AT_MOST, METRIC
from oversight.vendors import actions as vendors
from oversight.vendors.models import Vendor

from ..desk.conftest import Bench, bench

__all__ = ("bench",)
Clauses = Callable[..., Clause]
FIRST = date(2026, 7, 1)
ROUTE_TIME = Measure(METRIC, "mean_receipt_to_route")


@dataclass(frozen=True)
class Desk:
    """Who acts: the two who keep agreements, a supervisor, and one outside account of each vendor; and an agreement in force with each vendor."""

    manager: Actor
    compliance: Actor
    supervisor: Actor
    outside: dict[str, Account]
    agreements: dict[str, Agreement]

    def vendor(self, key: str = "vendor_a") -> Vendor:
        return self.agreements[key].vendor

    def of(self, key: str = "vendor_a") -> Actor:
        """The outside account of a vendor, acting."""
        return Actor(self.outside[key].key, self.outside[key].roles)


@pytest.fixture
def desk(bench: Bench, person: Callable[..., Account], actor: Callable[..., Actor], settings: LazySettings, tmp_path: Path) -> Desk:
    """Both vendors on the register, an agreement in force with each since 2026-07-01, at $12,000 a month."""
    settings.HOME = tmp_path
    bench.receives = findings.receive  # alone, so that each test holds the run against the clauses itself
    manager, compliance = actor("vendor_manager", name="Vera Vendor"), actor("compliance", name="Cora Compliance")
    outside = {key: person("vendor", name=f"outside {key}", vendor=key) for key in ("vendor_a", "vendor_b")}
    agreements = {}
    for key, name in (("vendor_a", "Alder Routing"), ("vendor_b", "Birch Routing")):
        vendor = vendors.register(automated("test"), key=key, name=name)
        agreements[key] = signed(manager, compliance, vendor)
    return Desk(manager, compliance, actor("supervisor", name="Sue Supervisor"), outside, agreements)


def signed(manager: Actor, compliance: Actor, vendor: Vendor, **terms: Any) -> Agreement:
    """An agreement in force: drafted by one, its paper filed, put in force by the other."""
    given = {"title": f"Routing agreement with {vendor}", "signed_on": date(2026, 6, 20), "effective_from": FIRST, "effective_until": None, "notice_days": 90,
             "monthly_fee_usd": Decimal(12000), "terms": ""}  # fmt: skip
    row = actions.draft(manager, vendor, **{**given, **terms})
    evidence.file(manager, "agreement.txt", b"The signed paper.\n", subject=row.subject)
    return actions.put_in_force(compliance, row)


@pytest.fixture
def clause(desk: Desk) -> Clauses:
    """A clause in force: `clause()` is receipt to route of at most 10 ms a month, $50 for each ms beyond."""

    def make(vendor: str = "vendor_a", *, is_active: bool = True, **facts: Any) -> Clause:
        given = {
            "number": "4.1", "title": "Receipt to route", "words": "Ten milliseconds on average.", "measure": ROUTE_TIME, "side": AT_MOST,
            "bound": Decimal(10_000_000), "window": MONTH, "least_n": 2, "cure_days": 30, "credit": Formula(PER_UNIT, usd=Decimal(50)),
        }  # fmt: skip
        row = actions.add_clause(desk.manager, desk.agreements[vendor], **{**given, **facts})
        return actions.activate(desk.compliance, row) if is_active else row

    return make


@pytest.fixture
def missed(bench: Bench, clause: Clauses) -> Callable[..., Breach]:
    """A possible breach of one vendor: September at 12.5 ms against 10, by two fills of 10 and 15 ms on its last trading day."""

    def make(vendor: str = "vendor_a", **facts: Any) -> Breach:
        row = clause(vendor, **facts)
        name = vendor[-1].upper()
        for number, ms in enumerate((10, 15), 1):
            filled(bench, f"{name}{number}", ms, date(2026, 9, 30), vendor)
        run = bench.receive()
        actions.evaluate(automated("arrivals"), received(run.id))
        return Breach.objects.get(clause=row)

    return make


def filled(bench: Bench, order: str, ms: int, on: date, vendor: str = "vendor_a", **said: Any) -> None:
    """One order of that vendor with one fill at the offer, routed so many milliseconds after receipt."""
    bench.order(order, on, vendor=vendor, **said)
    bench.fill(order, "10.01", on=on, vendor=vendor, receipt_to_route_ns=ms * 1_000_000, **said)


def received(run_id: str) -> Any:
    """The run as the desk received it."""
    from oversight.findings.models import Run

    return Run.objects.get(pk=run_id)
