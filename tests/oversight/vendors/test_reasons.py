"""Whoever said no said why, and the page says it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from oversight.record import actions as record
from oversight.vendors import actions
from oversight.vendors.models import Vendor

from .conftest import Firm


def test_each_page_shows_the_reason_of_a_no(browser: Callable[..., Client], firm: Firm, vendor: Vendor) -> None:
    arrangement, test, control = firm.drafted(vendor), firm.tested(vendor), firm.stated(vendor)
    plan = actions.propose_plan(firm.vm, firm.planned(vendor))
    for row in (arrangement, test, control, plan):
        record.move(firm.supervisor, row, "reject", why=f"No to number {row.RECORD}.")
    relied = actions.open_reliance(firm.vm, firm.arranged(vendor), quarter="2026Q2")
    record.move(firm.supervisor, relied, "refuse", why="No to number reliance.")
    client = browser("auditor")
    for row in (arrangement, test, control, plan, relied):
        assert f"No to number {row.RECORD}." in client.get(row.get_absolute_url()).content.decode()
