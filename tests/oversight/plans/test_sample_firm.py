"""The sample firm's corrective plan: two versions, the second accepted by two people, one item confirmed."""

from __future__ import annotations

from datetime import UTC, datetime

from pytest_django import Settings

from oversight import clock
from oversight.accounts import actions as accounts
from oversight.actor import Actor, automated
from oversight.demo.people import open_accounts
from oversight.demo.quarter_end import plans
from oversight.plans import queries
from oversight.plans.models import Item, Plan
from oversight.roles import VENDOR, VENDOR_MANAGER
from oversight.vendors.actions import register

from .conftest import case_of


def test_the_sample_firm_accepts_the_second_version_of_its_vendors_plan(db: None, settings: Settings, tmp_path: object) -> None:
    settings.HOME = tmp_path
    with clock.stated(datetime(2026, 11, 10, 21, tzinfo=UTC)):
        people = open_accounts("vendor_a")
        vendors = {key: register(people[VENDOR_MANAGER], key=key, name=key) for key in ("vendor_a", "vendor_b")}
        account = accounts.open_account(automated("test"), username="vendor_b", name="Vendor B", email="b@firm.example", roles=[VENDOR], vendor="vendor_b")
        people.by_name["vendor_b"] = Actor(account.key, frozenset({VENDOR}))
        case = case_of(vendors["vendor_b"], 1, "planning")
    plans.after_meeting(people, vendors)
    first, second = Plan.objects.order_by("number")
    assert (first.state, second.state, queries.accepted(case)) == ("rejected", "accepted", second)
    assert second.accepted_by != second.proposed_by
    differing = [(each.how, [title for title, _, _ in each.fields]) for each in queries.differences(first, second)]
    assert differing == [("added", []), ("changed", ["due"])]
    assert sorted(Item.objects.filter(plan=second).values_list("state", flat=True)) == ["confirmed", "open", "open", "open", "open"]
    plans.after_meeting(people, vendors)
    assert Plan.objects.count() == 2, "called again it does nothing"
