"""What programs are answered, and what the record says of their writes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.actor import automated
from oversight.api import said
from oversight.findings.models import Finding
from oversight.record.actions import create
from oversight.record.models import Entry

RUN = "b" * 64
Program = Callable[..., Any]
NO_CHOICE = "Select a valid choice. nothing_such is not one of the available choices."


def test_the_queue_is_a_table_with_exact_amounts(program: Program) -> None:
    answer = program("committee").get("/findings", severity="high").json()
    assert [(row["severity"], row["subject"], row["harm_usd"], row["order_id"]) for row in answer["rows"]] == [("high", "fill F1", "12.50000000", "O1")]
    assert (answer["runs"], answer["next"]) == ([RUN], None)
    assert {"key": "harm_usd", "title": "Estimated cost to customers", "unit": "$", "scale": 1} in answer["columns"]
    assert program("analyst").get("/findings", severity="low").json()["rows"] == []


def test_lists_are_paged_by_next_and_the_same_queries_serve_one_row_and_thirty(program: Program, desk: Finding, another: Callable[[int], Finding]) -> None:
    carried = program("analyst")
    carried.get("/findings")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            carried.get("/findings")
        return len(queries)

    one = asked()
    for place in range(2, 31):
        another(place)
    assert asked() == one
    seen, address = [], "/findings?limit=12"
    while address:
        answer = carried.get(address.removeprefix("/api/v1")).json()
        seen += [row["order_id"] for row in answer["rows"]]
        address = answer["next"]
    assert sorted(seen) == sorted(f"O{place}" for place in range(1, 31))


def test_a_move_is_made_as_at_the_desk_and_the_record_says_it_came_by_the_api(program: Program, desk: Finding) -> None:
    carried = program("analyst")
    one = carried.get(f"/findings/{desk.pk}").json()
    assert (one["state"], one["numbers"], one["moves"]) == ("open", {"cost_usd": "12.50"}, ["explain", "dismiss", "escalate"])
    given = {"fields": {"cause_code": "market_moved", "customer_impact": "no", "answer": "The quote moved while it was on its way."}}
    answer = carried.post(f"/findings/{desk.pk}/moves/explain", given)
    assert (answer.status_code, answer.json()["state"], answer.json()["moves"]) == (200, "awaiting second reader", ["escalate"])
    entry = Entry.objects.get(subject_kind="finding", verb="explain")
    assert (json.loads(entry.body)["origin"], entry.actor) == ("api", answer.json()["finding"]["answered_by"])


@pytest.mark.parametrize(
    ("name", "given", "status", "what"),
    [
        ("explain", {"fields": {"cause_code": "nothing_such", "customer_impact": "no", "answer": "So."}}, 400, NO_CHOICE),
        ("explain", {"fields": {"answer": "So."}}, 400, "This field is required."),
        ("explain", {"fields": {"severity": "info"}}, 400, "`severity` is not asked for here"),
        ("explain", {"fields": {"state": "closed"}}, 400, "`state` is not asked for here"),
        ("agree", {}, 403, "Agree: only supervisor or compliance may do this."),
        ("vanish", {"why": "so"}, 403, "Vanish: the desk does this itself, nobody by hand."),
        ("reopen", {"why": "so"}, 403, "Reopen: only supervisor may do this."),
        ("nothing", {}, 409, "a exception has no move nothing"),
        ("explain", {"fields": []}, 422, "Input should be a valid dictionary"),
    ],
)  # fmt: skip
def test_what_does_not_go_is_said_and_changes_nothing(name: str, given: dict[str, Any], status: int, what: str, program: Program, desk: Finding) -> None:
    answer = program("analyst").post(f"/findings/{desk.pk}/moves/{name}", given)
    assert (answer.status_code, answer.json()["what"], answer["Content-Type"]) == (status, what, "application/problem+json")
    desk.refresh_from_db()
    assert (desk.state, desk.severity) == ("open", "high")


def test_nobody_agrees_with_themselves_over_the_api_either(program: Program, desk: Finding) -> None:
    carried = program("supervisor")
    given = {"fields": {"cause_code": "market_moved", "customer_impact": "no", "answer": "The quote moved."}}
    assert carried.post(f"/findings/{desk.pk}/moves/explain", given).status_code == 200
    answer = carried.post(f"/findings/{desk.pk}/moves/agree", {})
    assert (answer.status_code, answer.json()["what"]) == (403, "Agree: nobody approves their own work, and you are named as answered by.")


def test_taking_an_exception_makes_the_owner_its_owner(program: Program, desk: Finding) -> None:
    carried = program("analyst")
    answer = carried.post(f"/findings/{desk.pk}/take").json()
    assert answer["finding"]["owner"] == carried.get("/me").json()["account"]
    assert len(carried.get("/findings", owner="me").json()["rows"]) == 1


def test_days_runs_and_policy_are_read(program: Program) -> None:
    carried = program("senior_manager")
    assert carried.get("/days").json()["rows"][0]["day"] == "2026-09-30"
    assert carried.get("/days/2026-09-30").json()["holds"]["open"] == 1
    assert carried.get("/runs").status_code == 200
    assert carried.get(f"/runs/{RUN}").json()["in_force_for"] == ["2026-09-30"]
    assert carried.get("/runs/waiting").json() == {"runs": []}
    policy = carried.get("/policy").json()
    assert (policy["version"]["label"], policy["drift"]) == ("default-1", [])
    assert next(term for term in policy["terms"] if term["key"] == "limits.max_hhi")["value"] == "0.4"
    assert carried.get("/policy/versions/1").json()["version"]["hash"] == policy["version"]["hash"]
    assert [carried.get(address).status_code for address in ("/sample", "/suppressions", "/handling", "/notices", "/policy/versions", "/evidence")] == [200] * 6


@pytest.mark.parametrize(
    "address", ["/findings/99999", "/findings/99999999999999999999", "/days/2020-01-01", "/runs/abc", "/policy/versions/9", "/evidence/9", "/nothing"]
)
def test_what_is_not_there_is_said_as_json(address: str, program: Program) -> None:
    answer = program("analyst").get(address)
    assert (answer.status_code, answer["Content-Type"], sorted(answer.json())) == (404, "application/problem+json", ["do", "status", "what", "where"])


@pytest.mark.parametrize("address", ["/findings?limit=0", "/findings?limit=1001", "/findings?offset=-1", "/days/tomorrow"])
def test_what_cannot_be_read_names_where(address: str, program: Program) -> None:
    answer = program("analyst").get(address)
    assert answer.status_code == 422
    assert answer.json()["where"] in ("query.limit", "query.offset", "path.on")


def test_an_altered_or_missing_run_is_a_problem_not_a_crash(program: Program) -> None:
    answer = program("analyst").post(f"/runs/{'c' * 64}/receive")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_evidence_is_filed_and_comes_back_byte_for_byte(program: Program, desk: Finding) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    carried = program("vendor_manager")
    sent = {
        "content": SimpleUploadedFile("answer.txt", b"the vendor's answer\n"),
        "title": "Answer",
        "subject_kind": "finding",
        "subject_id": str(desk.pk),
        "expires_on": "2027-01-01",
    }
    answer = carried.client.post("/api/v1/evidence", sent, headers={"Authorization": f"Bearer {carried.secret}"})
    assert answer.status_code == 200, answer.content
    pk = answer.json()["filed"]["id"]
    assert answer.json()["filed"]["expires_on"] == "2027-01-01"
    got = carried.get(f"/evidence/{pk}/bytes")
    assert (got.content, got["Content-Type"]) == (b"the vendor's answer\n", "application/octet-stream")
    assert json.loads(Entry.objects.filter(subject_kind="filed", verb="file").last().body)["origin"] == "api"


@pytest.fixture
def another(desk: Finding) -> Callable[[int], Finding]:
    """One more exception like the first."""

    def make(place: int) -> Finding:
        fields = {field.name: getattr(desk, field.name) for field in desk._meta.concrete_fields if field.name != "id"}
        return create(automated("test"), Finding(**{**fields, "finding_id": f"{place:064d}", "order_id": f"O{place}"}))

    return make


def test_the_record_is_read_in_order_and_each_entry_proves_the_one_before(program: Program) -> None:
    carried = program("compliance")
    entries, address = [], "/record?limit=3"
    while address:
        answer = carried.get(address).json()
        entries += answer["entries"]
        address = (answer["next"] or "").removeprefix("/api/v1")
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    for before, entry in zip([None, *entries], entries, strict=False):
        assert entry["before_hash"] == (before["hash"] if before else "0" * 64)
        assert entry["hash"] == hashlib.sha256(f"{entry['before_hash']}\n{entry['body']}".encode()).hexdigest()
    assert carried.get("/record/head").json() == {"seq": len(entries), "hash": entries[-1]["hash"]}
    assert {entry["subject_kind"] for entry in carried.get("/record", kind="finding").json()["entries"]} == {"finding"}


def test_who_sees_a_part_of_the_record_gets_that_part(program: Program) -> None:
    kinds = {entry["subject_kind"] for entry in program("supervisor").get("/record", limit="1000").json()["entries"]}
    assert kinds == {"finding", "run", "run_day", "trading_day"}


def test_figures_without_a_run_in_force_say_why(program: Program, desk: Finding) -> None:
    answer = program("committee").get("/orders")
    assert (answer.status_code, "SYMB" in answer.content.decode()) == (400, False)


def test_instants_keep_their_nanoseconds_and_decimals_their_digits() -> None:
    assert said.instant(1_790_775_040_932_777_984) == "2026-09-30T13:30:40.932777984Z"
    assert said.instant(0) == "1970-01-01T00:00:00.000000000Z"
    assert said.instant(-1) == "1969-12-31T23:59:59.999999999Z"
    assert said.value({"px": Decimal("14.6000"), "at": [date(2026, 9, 30)], "n": 2**60}) == {"px": "14.6000", "at": ["2026-09-30"], "n": 2**60}
