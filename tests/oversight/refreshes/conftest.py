"""A live vendor, the people of its refresh, and the way through it step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from tests.oversight.desk.conftest import Bench, bench, week

from oversight import clock
from oversight.actor import Actor
from oversight.diligence.models import Assessment, QuestionForm
from oversight.record.actions import move
from oversight.refreshes import actions
from oversight.refreshes.actions import Said
from oversight.refreshes.models import Acknowledgement, Refresh
from oversight.vendors.actions import register
from oversight.vendors.models import Vendor

__all__ = ("Bench", "bench", "week")
COUNTED = date(2025, 10, 8)
"""365 days on it is 2026-10-08: a week after the morning on which tests begin."""
UNCHANGED = Said("unchanged", "Looked at; nothing of it changed.")


@dataclass
class Firm:
    """Who acts: vendor manager, compliance, two senior managers."""

    vm: Actor
    compliance: Actor
    senior: Actor
    other: Actor

    def vendor(self, key: str = "vendor_a", state: str = "live") -> Vendor:
        row = register(self.vm, key=key, name=key.replace("_", " ").title())
        Vendor.objects.filter(pk=row.pk).update(state=state)
        return Vendor.objects.get(pk=row.pk)

    def opened(self, vendor: Vendor | None = None, counted_from: date = COUNTED) -> Refresh:
        return actions.open_refresh(self.vm, vendor or self.vendor(), counted_from=counted_from, why="The paper file of 2025.")

    def answered(self, row: Refresh, **said: Said) -> Refresh:
        actions.answer_changes(self.vm, row, {**{one.key: UNCHANGED for one in row.changes.all()}, **said})
        return row

    def gathered(self, vendor: Vendor | None = None) -> Refresh:
        return actions.gather(self.vm, self.answered(self.opened(vendor)))

    def written(self, vendor: Vendor | None = None, recommendation: str = "retain") -> Refresh:
        row = self.gathered(vendor)
        actions.write(self.vm, row, assessment="It did what it said.\nNothing is open.", recommendation=recommendation)
        actions.name_managers(self.vm, row, [self.senior.key, self.other.key])
        return row

    def drafted(self, vendor: Vendor | None = None, recommendation: str = "retain") -> Refresh:
        return move(self.vm, self.written(vendor, recommendation), "hand_in")

    def presented(self, vendor: Vendor | None = None, recommendation: str = "retain") -> Refresh:
        return actions.present(self.compliance, self.drafted(vendor, recommendation))

    def completed(self, vendor: Vendor | None = None, recommendation: str = "retain") -> Refresh:
        row = self.presented(vendor, recommendation)
        for by in (self.senior, self.other):
            actions.acknowledge(by, self.of(row, by), words="Read and agreed.")
        return Refresh.objects.select_related("vendor").get(pk=row.pk)

    def assessed(self, vendor: Vendor, approved: date, **said: Any) -> Assessment:
        """A due diligence that compliance approved on that day, as the app below leaves it."""
        form, _ = QuestionForm.objects.get_or_create(sha256="0" * 64, defaults={"areas": {}, "questions": [], "made_by": "x", "made_at": clock.now()})
        at = datetime(approved.year, approved.month, approved.day, 15, tzinfo=UTC)
        given = {"state": "approved", "first_on": approved, "last_on": approved, "valid_until": approved + timedelta(days=365), **said}
        return Assessment.objects.create(
            vendor=vendor, form=form, drafted_by=self.vm.key, drafted_at=at, approved_by=self.compliance.key, approved_at=at, **given
        )  # fmt: skip

    def of(self, row: Refresh, by: Actor) -> Acknowledgement:
        return row.acknowledgements.select_related("refresh__vendor").get(person=by.key, state="named")


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def firm(actor: Callable[..., Actor]) -> Firm:
    return Firm(actor("vendor_manager"), actor("compliance"), actor("senior_manager", name="first"), actor("senior_manager", name="second"))
