"""The sample firm's part of the story: it plays through, quickly, and reads as it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from oversight.actor import automated
from oversight.conflicts import queries, seen
from oversight.conflicts.models import Conflict, PaymentBatch
from oversight.demo.people import open_accounts
from oversight.demo.vendor_file import conflicts
from oversight.vendors import actions as vendors

KEYS = ("vendor_a", "vendor_b", "clearing_router", "own_build")


@pytest.mark.django_db
def test_the_payer_is_registered_late_and_a_corrected_august_takes_the_place_of_the_first(settings: Settings, tmp_path: Path) -> None:
    """August: 103,724 shares × $0.0016 = $165.9584, and a fifth of it, $33.19168, on top: 199.15008 × 10,000 ÷ 103,724 = 19.2 cents."""
    settings.HOME = settings.WORKSPACE = tmp_path
    with conflicts.at(14, 9):
        people, held = open_accounts("vendor_a"), {key: vendors.register(automated("demo"), key=key, name=key) for key in KEYS}
    conflicts.before_selection(people, held)
    late = Conflict.objects.get(kind="pfof")
    assert (late.state, late.days_to_register, str(late)) == ("open", 77, "Payment for order flow, KNCM through vendor_b"), "1 July to 16 September"
    conflicts.after_selection(people, held)
    assert [(batch.state, batch.name) for batch in PaymentBatch.objects.order_by("pk")] == [
        ("approved", "payments-2026-07.csv"), ("superseded", "payments-2026-08-first.csv"), ("approved", "payments-2026-08.csv"),
    ]  # fmt: skip
    payer = {str(cell.by["month_on"]): cell.cents_per_hundred for cell in queries.per_venue_month() if cell.by["venue"] == "KNCM"}
    assert {month: f"{cents:.4f}" for month, cents in payer.items()} == {"2026-07-01": "19.2000", "2026-08-01": "19.2000"}
    assert (seen.unregistered(), queries.results_to_confirm().count(), Conflict.objects.filter(state="proposed").count()) == ((), 0, 2)
