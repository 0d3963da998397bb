"""The sample firm's agreements: they play through, and read as they should."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from oversight.actor import automated
from oversight.agreements import queries
from oversight.agreements.models import Agreement, Breach, Clause, Delivery, Measurement
from oversight.demo.people import open_accounts
from oversight.demo.vendor_file import agreements
from oversight.vendors import actions as vendors


@pytest.mark.django_db
def test_both_vendors_are_under_agreement_and_the_second_owes_records(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = settings.WORKSPACE = tmp_path
    with agreements.at(14, 9):
        people, held = open_accounts("vendor_a", "vendor_b"), {key: vendors.register(automated("demo"), key=key, name=key) for key in ("vendor_a", "vendor_b")}
    agreements.after_selection(people, held)
    assert [(row.vendor.key, row.state, row.clause_count) for row in queries.agreements()] == [("vendor_a", "in_force", 11), ("vendor_b", "in_force", 12)]
    assert (Agreement.objects.count(), Clause.objects.exclude(state="in_force").count()) == (2, 0)
    assert Delivery.objects.filter(month=date(2026, 8, 1)).count() == 17, "ten of the first, eight of the second less one that never came"
    with agreements.at(25, 12):
        assert [(cell.right.what, cell.month) for cell in queries.missing()] == [("look_through", date(2026, 8, 1))]
        assert [cell.standing for _, cells in queries.grid(queries.rights(vendor="vendor_b"), (date(2026, 8, 1),
        )) for cell in cells if cell.tone != "good"] == [
            "delivered 2026-09-06, late", "incomplete", "missing since 2026-09-19",
        ]  # fmt: skip
    # $5 for each order that is missing: 14 × 5 = 70, 11 × 5 = 55.
    assert [(row.span.words, row.value, row.credit_usd) for row in Measurement.objects.order_by("last_on")] == [
        ("2026-07", Decimal(14), Decimal(70)), ("2026-08", Decimal(11), Decimal(55)),
    ]  # fmt: skip
    assert [breach.state for breach in Breach.objects.all()] == ["disputed", "possible"], "July's answered and not believed, August's waits"
