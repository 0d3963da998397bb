"""Duties and the profile, told to programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from oversight.actor import Actor
from oversight.obligations import actions, profiling


def test_programs_read_what_is_owed_how_it_stood_and_why(program: Callable[..., Any], actor: Callable[..., Actor]) -> None:
    compliance, supervisor = actor("compliance", name="cco"), actor("supervisor", name="second")
    row = actions.ensure(compliance, key="call", title="Call with the vendor", due_on=date(2026, 10, 7))
    actions.assign(compliance, row.duty, owner=supervisor.key, deputy=compliance.key)
    profiling.answer(compliance, "fees", "yes")
    reader = program("vendor_manager")
    assert [(line["duty"], line["due_on"], line["standing"], line["owner"]) for line in reader.get("/duties/owed").json()["rows"]] == [
        ("Call with the vendor", "2026-10-07", "in 6 days", "second")
    ]
    one = reader.get(f"/duties/owed/{row.pk}").json()
    assert (one["standing"], one["asked"], one["is_late"], one["is_proved"]) == ("in 6 days", supervisor.key, False, True)
    assert sorted(line["title"] for line in reader.get("/duties").json()["rows"]) == ["Call with the vendor", "Payments reconciled: ledger against statements"]
    assert reader.get(f"/duties/{row.duty_id}").json()["rule"] == "when it is raised"
    assert [line["standing"] for line in reader.get("/duties/days/2026-10-01").json()["rows"]] == ["due"]
    assert [line["answer"] for line in reader.get("/duties/profile").json()["rows"] if line["answer"] != "not answered"] == ["yes"]
    assert (reader.get("/duties/days/2026-10-02").status_code, reader.get("/duties/days/today").status_code) == (409, 422)
    assert (reader.get("/duties/owed/999").status_code, reader.get(f"/duties/{2**70}").status_code) == (404, 404)
