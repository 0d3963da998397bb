"""A pilot's cap against what the sealed runs count; vendors in the data that nobody registered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from oversight import clock
from oversight.measured import figures
from oversight.record import actions as record
from oversight.vendors import actions, leave, past, pilot, queries
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY, TUESDAY, Bench
from .above import assess, configure
from .conftest import Firm

WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def bench(db: None, tmp_path: Path, settings: LazySettings) -> Bench:
    """An empty workspace that the desk looks at."""
    settings.WORKSPACE = tmp_path
    figures.forget()
    return Bench(tmp_path)


@pytest.fixture
def piloted(firm: Firm, vendor: Vendor) -> Vendor:
    """In its pilot since Tuesday, two orders a day."""
    with clock.stated(datetime(2026, 9, 29, 12, tzinfo=UTC)):
        assess(vendor)
        configure(vendor)
        firm.arranged(vendor)
        record.move(firm.supervisor, firm.tested(vendor), "accept")
        actions.confirm_access(firm.compliance, firm.stated(vendor))
        record.move(firm.compliance, vendor, "approve")
        record.move(firm.compliance, vendor, "accept_test")
        return actions.begin_pilot(firm.compliance, vendor, pilot_cap_orders=2)


def test_orders_of_every_flow_count_against_the_cap_on_the_pilots_days_alone(bench: Bench, piloted: Vendor) -> None:
    for name in ("M1", "M2", "M3"):
        bench.order(name, MONDAY)  # before the pilot: not counted
    bench.order("T1", TUESDAY)
    bench.order("T2", TUESDAY, customer_class="institutional", is_held=False)
    bench.order("T3", TUESDAY, session="pre")
    bench.order("T4", TUESDAY, vendor="vendor_b")
    bench.fill("T1", "10.01", on=TUESDAY)
    bench.receive()
    found = pilot.days(piloted, past.stays(piloted.pk))
    assert [(day.on, day.orders, day.cap, day.above) for day in found] == [(TUESDAY, 3, 2, 1)], "T1, T2 and T3; T4 is another vendor's"


def test_the_page_names_the_days_above_the_cap_and_leads_to_their_orders(bench: Bench, piloted: Vendor, browser: Callable[..., Client]) -> None:
    for name in ("T1", "T2", "T3"):
        bench.order(name, TUESDAY)
    bench.fill("T1", "10.01", on=TUESDAY)
    bench.receive()
    client = browser("analyst", name="reader")
    page = client.get(f"/vendors/{piloted.pk}/")
    assert "Above the pilot's cap of 2 orders a day on 1 day" in page.content.decode()
    listed = client.get(page.context["days_above"][0].address)
    assert [name for name in ("T1", "T2", "T3") if name not in listed.content.decode()] == []


def test_without_a_run_or_a_pilot_there_is_nothing_to_compare(bench: Bench, firm: Firm, piloted: Vendor) -> None:
    assert pilot.days(piloted, past.stays(piloted.pk)) == []
    other = firm.vendor("vendor_b")
    assert pilot.days(other, past.stays(other.pk)) == []


def test_a_vendor_that_routes_and_is_not_registered_is_named(bench: Bench, vendor: Vendor, browser: Callable[..., Client]) -> None:
    assert queries.not_registered() == []
    bench.order("O1", MONDAY)
    bench.order("O2", MONDAY, vendor="vendor_z")
    bench.fill("O1", "10.01")
    bench.receive()
    assert queries.not_registered() == ["vendor_z"]
    assert "/vendors/register/?key=vendor_z" in browser("vendor_manager", name="keeper").get("/vendors/").content.decode()


def test_orders_of_a_vendor_that_may_not_route_are_a_contradiction(bench: Bench, vendor: Vendor, firm: Firm, browser: Callable[..., Client]) -> None:
    with clock.stated(datetime(2026, 9, 28, 12, tzinfo=UTC)):
        early = firm.vendor("vendor_b")
    for name, of in (("T1", "vendor_a"), ("T2", "vendor_b"), ("T3", "vendor_b")):
        bench.order(name, TUESDAY, vendor=of)
    bench.fill("T2", "10.01", on=TUESDAY, vendor="vendor_b")
    bench.receive()
    # vendor A came on the register after that Tuesday, so nothing is said of it; vendor B was a candidate all day
    assert [(each.vendor, each.on, each.orders, each.state) for each in leave.without_leave()] == [(early, TUESDAY, 2, "candidate")]
    page = browser("auditor", name="reader").get(f"/vendors/{early.pk}/").content.decode()
    assert "the last day measured, went there, though it was “candidate” all that day" in page


def test_a_vendor_suspended_during_the_day_had_leave_until_then(bench: Bench, piloted: Vendor, firm: Firm) -> None:
    bench.order("T1", TUESDAY)
    bench.fill("T1", "10.01", on=TUESDAY)
    bench.receive()
    assert leave.without_leave() == []
    with clock.stated(datetime(2026, 9, 30, 1, tzinfo=UTC)):  # 21:00 of Tuesday in New York
        actions.suspend(firm.supervisor, piloted, why="orders lost")
    assert leave.without_leave() == [], "it had leave until the evening"
    bench.order("W1", WEDNESDAY)
    bench.fill("W1", "10.01", on=WEDNESDAY)
    bench.receive()
    assert [(each.on, each.orders, each.state) for each in leave.without_leave()] == [(WEDNESDAY, 1, "suspended")]
