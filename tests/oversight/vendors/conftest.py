"""A vendor on the register, the people who keep its file, and the ways to meet what going live asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from oversight.actor import Actor
from oversight.evidence import actions as evidence
from oversight.evidence.models import Filed
from oversight.vendors import actions
from oversight.vendors.arranging import Arrangement
from oversight.vendors.models import Vendor
from oversight.vendors.readiness import AccessControl, ExitPlan, TestReport

FLOW = {"customer_classes": "retail, held", "order_types": "market, limit", "asset_classes": "US equities"}


@dataclass
class Firm:
    """Who acts: a vendor manager, compliance, a supervisor, an analyst."""

    vm: Actor
    compliance: Actor
    supervisor: Actor
    analyst: Actor

    def vendor(self, key: str = "vendor_a", name: str = "") -> Vendor:
        return actions.register(self.vm, key=key, name=name or key.replace("_", " ").title(), summary="Routes US equities.")

    def filed(self, title: str = "A paper", **said: Any) -> Filed:
        return evidence.file(self.analyst, "paper.txt", title.encode(), title=title, **said)

    def drafted(self, vendor: Vendor, kind: str = "member_agent", capacity: str = "agent", crd: str = "12345", **said: Any) -> Arrangement:
        facts = {"party": vendor.name, "terms": "", "from_on": date(2026, 1, 2), "until_on": None, **FLOW, **said}
        return actions.draft_arrangement(self.vm, vendor, kind=kind, capacity=capacity, crd=crd, **facts)

    def arranged(self, vendor: Vendor, **said: Any) -> Arrangement:
        row = self.drafted(vendor, **said)
        evidence.link(self.analyst, self.filed("Agreement"), row.subject)
        return actions.approve_arrangement(self.compliance, row)

    def tested(self, vendor: Vendor, release: str = "7.2", failed: int = 0, **said: Any) -> TestReport:
        counts = {"scenarios_run": 64, "scenarios_passed": 64 - failed, "scenarios_failed": failed}
        return actions.file_test_report(
            self.analyst, vendor, report=self.filed("Report"), suite="Golden orders", release=release, tested_on=date(2026, 9, 16), **counts, **said
        )

    def stated(self, vendor: Vendor, holder_kind: str = "member") -> AccessControl:
        return actions.state_access_control(
            self.vm, vendor, holder_kind=holder_kind, holder="Alpha Securities", how="Limits set and stopped there alone.", evidence=self.filed("Letter")
        )

    def planned(self, vendor: Vendor, *, is_tested: bool = True, **said: Any) -> ExitPlan:
        tried = {"fallback_tested_on": date(2026, 9, 12), "fallback_evidence": self.filed("Failover test")} if is_tested else {}
        return actions.draft_plan(self.vm, vendor, **{**PLAN, **tried, **said})

    def left_by_plan(self, vendor: Vendor, **said: Any) -> ExitPlan:
        plan = actions.propose_plan(self.vm, self.planned(vendor, **said))
        return actions.approve_plan(self.compliance, plan)


PLAN: dict[str, Any] = {
    "fallback_vendor": None, "fallback_words": "The clearing firm's line, equities only.", "fallback_tested_on": None, "fallback_evidence": None,
    "notice_days_ours": 30, "notice_days_theirs": 90, "comes_back": "Orders and routes of six years.", "comes_as": "CSV",
    "steps": [{"what": "Give notice", "role": "vendor_manager", "days": 0}], "relook_on": date(2027, 3, 31),
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> None:
    """Evidence lies in a folder of the test's own, and no run was received."""
    settings.HOME = tmp_path
    settings.WORKSPACE = tmp_path


@pytest.fixture
def firm(actor: Callable[..., Actor]) -> Firm:
    return Firm(*(actor(role, name=f"the {role}") for role in ("vendor_manager", "compliance", "supervisor", "analyst")))


@pytest.fixture
def vendor(firm: Firm) -> Vendor:
    return firm.vendor()
