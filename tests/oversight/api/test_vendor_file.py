"""What programs are told of the vendor register and of configuration: what the pages show, to the same people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from oversight.actor import Actor
from oversight.configuration import actions as configuration
from oversight.configuration.terms import VENUE, Setting
from oversight.findings.models import Finding
from oversight.vendors import actions
from oversight.vendors.models import Vendor

Program = Callable[..., Any]
JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def vendor(desk: Finding, actor: Callable[..., Actor]) -> Vendor:
    """On the register, with a link of a chain and a configuration in force since July."""
    vm, second = actor("vendor_manager", name="vm"), actor("supervisor", name="second")
    row = actions.register(vm, key="vendor_a", name="Alder")
    actions.add_sub_vendor(vm, row, name="Racks", kind="hosting", purpose="x", criticality="critical", since_on=date(2026, 1, 2))
    for kind in ("statement", "profile"):
        configuration.approve_document(second, configuration.propose_document(vm, configuration.draft_document(vm, row, kind, text="x")))
    version = configuration.draft(vm, row, settings=[Setting(VENUE, "XNAS", "all")], effective_from=JULY, summary="x")
    configuration.put_in_force(vm, configuration.approve(second, configuration.propose(vm, version)), in_force_from=JULY)
    return row


def test_a_vendor_is_told_with_what_going_live_asks(program: Program, vendor: Vendor) -> None:
    carried = program("committee")
    answer = carried.get(f"/vendors/{vendor.pk}").json()
    assert (answer["vendor"]["key"], answer["vendor"]["state"], [state["state"] for state in answer["states"]]) == ("vendor_a", "candidate", ["candidate"])
    assert [each["key"] for each in answer["conditions"] if each["is_met"]] == ["has_configuration"]
    assert carried.get("/vendors/999999").status_code == 404


def test_lists_of_the_file_are_tables(program: Program, vendor: Vendor) -> None:
    carried = program("analyst")
    assert [row["name"] for row in carried.get(f"/vendors/{vendor.pk}/chain").json()["rows"]] == ["Racks"]
    assert [carried.get(f"/vendors/{vendor.pk}/{part}").json()["rows"] for part in ("arrangements", "reliances", "pilot")] == [[], [], []]
    assert carried.get("/vendors/on/2026-10-01").json()["rows"] == [{"name": "Alder", "key": "vendor_a", "state": "candidate"}]
    assert carried.get("/vendors/on/2026-09-30").json()["rows"] == []
    assert carried.get("/vendors/on/nonsense").status_code == 422


def test_the_configuration_in_force_is_told_by_instant(program: Program, vendor: Vendor) -> None:
    carried = program("committee")
    answer = carried.get("/configurations/in-force", vendor="vendor_a", at="2026-07-01T08:00").json()
    assert (answer["vendor"], [row["key"] for row in answer["configuration"]["settings"]], answer["analysis"]) == ("vendor_a", ["XNAS"], None)
    assert carried.get("/configurations/in-force", vendor="vendor_a", at="2026-07-01T07:59").status_code == 404
    assert carried.get("/configurations/in-force", vendor="vendor_z").status_code == 404
    number = carried.get("/configurations", vendor="vendor_a").json()["rows"][0]["number"]
    assert number == 1
    pk = answer["configuration"]["id"]
    assert carried.get("/configurations/compared", a=pk, b=pk).json()["rows"] == []
    assert carried.get(f"/configurations/{pk}").json()["configuration"]["state"] == "in_force"
