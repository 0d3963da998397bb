"""A pilot's cap against what the sealed runs count; vendors in the data that nobody registered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from oversight import clock
from oversight.measured import figures
from oversight.record import actions as record
from oversight.vendors import actions, past, pilot, queries
from oversight.vendors.models import Vendor

from ..desk.conftest import MONDAY, TUESDAY, Bench
from .conftest import Firm


@pytest.fixture
def bench(db: None, tmp_path: Path, settings: LazySettings) -> Bench:
    """An empty workspace that the desk looks at."""
    settings.WORKSPACE = tmp_path
    figures.forget()
    return Bench(tmp_path)


@pytest.fixture
def piloted(firm: Firm, vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Vendor:
    """In its pilot since Tuesday, two orders a day."""
    monkeypatch.setattr(Vendor, "is_assessed", True)
    monkeypatch.setattr(Vendor, "has_configuration", True)
    with clock.stated(datetime(2026, 9, 29, 12, tzinfo=UTC)):
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
