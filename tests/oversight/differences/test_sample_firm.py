"""What the sample firm's story leaves of its differences."""

from __future__ import annotations

from oversight.actor import automated
from oversight.demo.people import open_accounts
from oversight.demo.quarter_end import differences
from oversight.differences.models import Difference
from oversight.vendors import actions as vendors


def test_one_is_modified_and_one_justified(db: None) -> None:
    people = open_accounts("vendor_a")
    found = {"vendor_b": vendors.register(automated("test"), key="vendor_b", name="Vendor B Markets Inc.")}
    differences.before_meeting(people, found)
    assert [row.state for row in Difference.objects.order_by("pk")] == ["proposed", "justified"]
    differences.after_meeting(people, found)
    assert [row.state for row in Difference.objects.order_by("pk")] == ["modifying", "justified"]
