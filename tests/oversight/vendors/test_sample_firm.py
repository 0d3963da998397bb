"""The sample firm's register reads like a real one, and is quick."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from oversight import clock
from oversight.demo.people import People, open_accounts
from oversight.demo.vendor_file import vendors as story
from oversight.roles import VENDOR_MANAGER
from oversight.vendors import actions, checklist, past, queries
from oversight.vendors.models import ExitPlan, Reliance, TestReport, Vendor

from .above import assess, configure

NAMES = {"vendor_a": "Alder Routing LLC", "vendor_b": "Birch Markets LLC", "clearing_router": "Cedar Clearing, router", "own_build": "A router of our own"}


@pytest.fixture
def firm() -> tuple[People, dict[str, Vendor]]:
    with clock.stated(datetime(2026, 9, 14, 13, tzinfo=UTC)):
        people = open_accounts("vendor_a")
        return people, {key: actions.register(people[VENDOR_MANAGER], key=key, name=name) for key, name in NAMES.items()}


def test_one_vendor_is_ready_and_the_other_is_not(db: None, firm: tuple[People, dict[str, Vendor]]) -> None:
    people, vendors = firm
    story.before_selection(people, vendors)
    story.after_selection(people, vendors)
    met = {key: [condition.key for condition in checklist.conditions(vendors[key]) if condition.is_met] for key in ("vendor_a", "vendor_b")}
    assert met == {"vendor_a": ["has_test_report", "has_arrangement", "has_access_control", "has_exit_plan"], "vendor_b": ["has_arrangement"]}
    assert {str(row.arrangement.party): row.standing for row in Reliance.objects.all()} == {
        "Alder Routing LLC": "relied on", "Birch Markets LLC": "not relied on",
    }  # fmt: skip
    assert [(row.vendor.key, row.state) for row in TestReport.objects.order_by("pk")] == [("vendor_a", "accepted"), ("vendor_b", "filed")]
    assert [(row.vendor.key, row.state) for row in ExitPlan.objects.order_by("pk")] == [("vendor_a", "approved"), ("vendor_b", "draft")]
    assert [branch.row.name for branch in queries.flat(queries.chain(vendors["vendor_a"])) if branch.depth] == ["Hudson Fiber"]
    assert vendors["own_build"].arrangements.get().why_no_reliance.startswith("Not possible: no member handles these orders")


def test_both_are_adopted_and_the_one_that_meets_everything_is_live_by_the_rules(db: None, firm: tuple[People, dict[str, Vendor]]) -> None:
    people, vendors = firm
    with clock.stated(datetime(2026, 9, 18, 13, tzinfo=UTC)):
        assess(vendors["vendor_a"])
        configure(vendors["vendor_a"])
    story.before_selection(people, vendors)
    story.after_selection(people, vendors)
    assert [stay.state for stay in past.stays(vendors["vendor_a"].pk)] == ["candidate", "adopted", "live"]
    second = Vendor.objects.get(key="vendor_b")
    assert (second.state, second.adopted_until) == ("adopted", date(2026, 12, 31))
