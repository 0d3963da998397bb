"""What each part of the desk puts on an agenda, in how many queries."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.agenda import Item
from oversight.agreements import agenda as agreements
from oversight.agreements.models import Agreement, Breach, Clause, Measurement
from oversight.claims import agenda as claims
from oversight.claims.models import Claim, ClaimTest
from oversight.configuration import agenda as configuration
from oversight.configuration.models import Version
from oversight.conflicts import agenda as conflicts
from oversight.conflicts.models import Conflict
from oversight.findings import agenda as findings
from oversight.findings.models import Day, Finding
from oversight.liquidity import agenda as liquidity
from oversight.liquidity.models import Memo
from oversight.obligations import agenda as obligations
from oversight.obligations.models import Duty, Occurrence
from oversight.procedures import agenda as procedures
from oversight.refreshes import agenda as refreshes
from oversight.refreshes.models import Refresh
from oversight.vendors import agenda as vendors

from .conftest import Room, later
from .test_reviews import run_of

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
APPS = (agreements, claims, configuration, conflicts, findings, liquidity, obligations, procedures, refreshes, vendors)


def said(found: list[Item]) -> list[tuple[str, str, str]]:
    return [(item.title, item.severity, item.vendor) for item in found]


@pytest.mark.django_db
@pytest.mark.parametrize("app", APPS, ids=lambda app: app.__name__.split(".")[1])
def test_an_empty_desk_has_nothing_for_an_agenda(app: Any) -> None:
    assert app.items(FIRST, LAST) == []


def a_finding(name: str, **given: Any) -> Finding:
    facts = {
        "finding_id": name.ljust(64, "0"), "run": given.pop("run"), "check_id": "EXE-105", "title": "Slippage from arrival", "severity": "high", "rank": 0,
        "on": date(2026, 9, 28), "subject_text": f"order {name}", "vendor": "vendor_b", "numbers": "{}", "ask": "Why?", "authority": "x",
        "harm_usd": Decimal("12.50"), "opened_at": clock.now(), "due_at": clock.now(), "matters": True, "state": "open", **given,
    }  # fmt: skip
    return Finding.objects.create(**facts)


@pytest.mark.django_db
def test_exceptions_come_by_check_and_vendor_where_they_are_escalated_or_material() -> None:
    run = run_of(date(2026, 9, 28))
    a_finding("a", run=run)
    a_finding("b", run=run, state="escalated", harm_usd=None)
    a_finding("c", run=run, vendor="vendor_a", severity="medium", rank=1, matters=False, state="escalated")
    for name, left_out in (
        ("d", {"matters": False}),
        ("e", {"state": "closed"}),
        ("f", {"on": date(2026, 6, 30)}),
        ("g", {"origin_kind": "claim", "origin_id": "1"}),
    ):
        a_finding(name, run=run, **left_out)
    found = findings.items(FIRST, LAST)
    assert said(found) == [
        ("EXE-105 Slippage from arrival, vendor_b: 2 exceptions", "high", "vendor_b"),
        ("EXE-105 Slippage from arrival, vendor_a: 1 exception", "medium", "vendor_a"),
    ]
    assert found[0].why == "2 exceptions of the quarter not closed, 1 of them escalated; estimated cost to customers $12.50 on 1 of them."
    assert found[0].address == "/exceptions/?check=EXE-105&vendor=vendor_b&since=2026-07-01&until=2026-09-30"
    assert found[0].subject == ("check", "EXE-105 vendor_b")


@pytest.mark.django_db
def test_days_that_nobody_signed_are_said_once() -> None:
    for on, state in ((date(2026, 9, 28), "signed"), (date(2026, 9, 29), "late"), (date(2026, 9, 30), "open"), (date(2026, 10, 1), "open")):
        Day.objects.create(on=on, state=state)
    assert said(findings.items(FIRST, LAST)) == [("2 trading days of the quarter are not signed", "medium", "")]


def a_claim(room: Room, vendor: Any, **given: Any) -> Claim:
    return Claim.objects.create(
        vendor=vendor, origin_kind="vendor", origin_id="1", key=given.pop("key", "fast"), words="Every marketable order is filled within 50 ms.",
        figure={"kind": "metric", "key": "mean_time_to_execution", "filters": {}}, side="at_most", bound=Decimal(50), stated_by=room.secretary.key,
        stated_at=clock.now(), state="in_force", **given,
    )  # fmt: skip


def a_test(claim: Claim, outcome: str, first: date = FIRST, last: date = LAST) -> None:
    run = run_of(last, name=f"{ClaimTest.objects.count() + 1}")
    ClaimTest.objects.create(claim=claim, run=run, first=first, last=last, value=Decimal(80), n=500, se=Decimal(1), outcome=outcome, why="", at=clock.now())


def test_contradicted_claims_come_with_how_they_stand(room: Room) -> None:
    vendor = room.vendor("vendor_b")
    for key, outcome in (("fast", "missed"), ("slow", "met")):
        a_test(a_claim(room, vendor, key=key), outcome)
    assert said(claims.items(FIRST, LAST)) == [("Contradicted claim of Vendor B: Every marketable order is filled within 50 ms.", "high", "vendor_b")]
    assert claims.items(FIRST, LAST)[0].why == "Contradicted, n 500, 2026-07-01 to 2026-09-30."
    assert claims.items(date(2026, 1, 1), date(2026, 3, 31)) == []


def test_a_possible_breach_stands_beside_the_vendors_answer_or_that_it_is_pending(room: Room) -> None:
    vendor = room.vendor("vendor_b")
    agreement = Agreement.objects.create(
        vendor=vendor,
        title="SLA",
        notice_days=30,
        signed_on=date(2026, 1, 1),
        effective_from=date(2026, 1, 1),
        drafted_by=room.secretary.key,
        drafted_at=clock.now(),
        state="in_force",
    )
    clause = Clause.objects.create(
        agreement=agreement,
        number="4.1",
        title="Fill time",
        words="Within 50 ms.",
        window="month",
        figure={"kind": "metric", "key": "mean_time_to_execution", "filters": {}},
        side="at_most",
        bound=Decimal(50),
        from_on=date(2026, 1, 1),
        cure_days=14,
        drafted_by=room.secretary.key,
        drafted_at=clock.now(),
        state="in_force",
    )
    measured = Measurement.objects.create(
        clause=clause,
        first_on=date(2026, 8, 1),
        last_on=date(2026, 8, 31),
        runs=[],
        value=Decimal(80),
        n=500,
        se=Decimal(1),
        days_measured=21,
        days_expected=21,
        outcome="missed",
        measured_at=clock.now(),
    )
    breach = Breach.objects.create(
        clause=clause, measurement=measured, latest=measured, first_on=date(2026, 8, 1), last_on=date(2026, 8, 31), opened_at=clock.now(),
        due_on=date(2026, 9, 14), state="possible",
    )  # fmt: skip
    (pending,) = agreements.items(FIRST, LAST)
    assert (pending.subject, pending.severity, pending.vendor) == (("possible_breach", str(breach.pk)), "high", "vendor_b")
    assert pending.why.endswith("past its cure clock since 2026-09-14. The vendor's answer is pending.")
    Breach.objects.filter(pk=breach.pk).update(state="answered", answer="A switch failed.\nIt was replaced.")
    assert agreements.items(FIRST, LAST)[0].why.endswith("The vendor answers: “A switch failed. It was replaced.”")


def test_duties_that_were_not_done_are_one_item_each_and_the_reviews_own_is_none(room: Room) -> None:
    for key, act in (("day_signing", ""), ("review_quarterly", "review_signed")):
        duty = Duty.objects.create(
            key=key,
            title=f"Duty {key}",
            severity="high",
            every="month",
            owner_role="supervisor",
            deputy_role="compliance",
            act=act,
            proof="act" if act else "file",
            owed_from=FIRST,
            added_by="x",
            added_at=clock.now(),
            state="on",
        )
        for month in (7, 8):
            Occurrence.objects.create(
                duty=duty, period=f"2026-0{month}", begins_on=date(2026, month, 1), ends_on=date(2026, month, 28), due_on=date(2026, 9, month), raised_by="x",
                raised_at=clock.now(), state="missed",
            )  # fmt: skip
    (item,) = obligations.items(FIRST, LAST)
    # Business days from 7 September (Labor Day, closed) to 1 October: 8 to 11, 14 to 18, 21 to 25, 28 to 30 and the 1st: 4 + 5 + 5 + 4 = 18
    assert (item.title, item.why) == (
        "Duty not done: Duty day_signing", "Not done by its day: 2 times, from 2026-07 to 2026-08; the first was due 2026-09-07, 18 business days ago.",
    )  # fmt: skip


def test_an_approval_that_runs_out_comes_with_where_its_refresh_stands(room: Room) -> None:
    vendor = room.vendor()
    Refresh.objects.create(
        vendor=vendor, year=2026, first_on=date(2025, 10, 8), due_on=date(2026, 10, 8), is_stated=True, stated_why="x", opened_by=room.secretary.key,
        opened_at=clock.now(), state="opened",
    )  # fmt: skip
    assert said(refreshes.items(FIRST, LAST)) == [("Approval of Vendor A runs out on 2026-10-08", "medium", "vendor_a")]
    with later(days=8):
        assert said(refreshes.items(FIRST, LAST)) == [("Approval of Vendor A ran out on 2026-10-08", "high", "vendor_a")]


def test_conflicts_that_lack_something_say_what(room: Room) -> None:
    Conflict.objects.create(
        kind="pfof", venue="KNCM", description="It pays.", since_on=date(2026, 8, 12), owner=room.secretary.key, proposed_by=room.secretary.key,
        proposed_at=clock.now(), registered_at=clock.now(), state="proposed",
    )  # fmt: skip
    (item,) = conflicts.items(FIRST, LAST)
    assert item.why == "Nothing keeps it in check; nothing is disclosed of it; it waits for compliance to accept it."


def test_memos_past_their_day_and_a_reach_that_nobody_can_tell(room: Room) -> None:
    vendor = room.vendor()
    Memo.objects.create(
        about="venue",
        title="Try a midpoint pool",
        asked="x",
        reasons="x",
        relook_on=date(2026, 9, 30),
        drafted_by="x",
        drafted_at=clock.now(),
        state="declined",
    )
    assert said(liquidity.items(FIRST, LAST)) == [
        (f"Coverage of {vendor.name} cannot be told", "medium", "vendor_a"), ("Try-or-decline memo past its day: Try a midpoint pool", "medium", ""),
    ]  # fmt: skip


def test_a_configuration_that_nobody_noted_as_set(room: Room) -> None:
    Version.objects.create(
        vendor=room.vendor(), number=1, effective_from=datetime(2026, 9, 1, tzinfo=UTC), drafted_by="x", drafted_at=clock.now(), settings=[], state="approved",
    )  # fmt: skip
    assert said(configuration.items(FIRST, LAST)) == [("Configuration of Vendor A approved and not noted as set", "medium", "vendor_a")]


def test_a_vote_on_a_provider_is_there_even_where_no_run_can_be_read(room: Room) -> None:
    room.vendor()
    run_of(date(2026, 9, 28))  # the workspace does not hold it
    assert said(vendors.items(FIRST, LAST)) == [("Vote on provider: Vendor A", "high", "vendor_a"), ("Who routed orders cannot be read", "high", "")]


def test_each_provider_that_routes_is_voted_on(room: Room) -> None:
    for key, state in (("vendor_a", "live"), ("vendor_b", "pilot"), ("third", "candidate"), ("fourth", "suspended"), ("fifth", "ended")):
        room.vendor(key, state)
    assert [item.title for item in vendors.items(FIRST, LAST)] == ["Vote on provider: Fourth", "Vote on provider: Vendor A", "Vote on provider: Vendor B"]


@pytest.mark.parametrize("app", [findings, claims, vendors, refreshes, obligations, conflicts], ids=lambda app: app.__name__.split(".")[1])
def test_the_queries_of_a_source_do_not_grow_with_its_rows(room: Room, app: Any) -> None:
    def fill(since: int, number: int) -> None:
        for place in range(since, since + number):
            vendor = room.vendor(f"vendor_{place}")
            a_finding(f"f{place}", run=run, check_id=f"EXE-{place}")
            a_test(a_claim(room, vendor, key=f"c{place}"), "missed")
            Refresh.objects.create(
                vendor=vendor,
                year=2026,
                first_on=date(2025, 10, 8),
                due_on=date(2026, 10, 8),
                is_stated=True,
                opened_by="x",
                opened_at=clock.now(),
                state="opened",
            )
            duty = Duty.objects.create(
                key=f"d{place}",
                title=f"D{place}",
                every="month",
                owner_role="supervisor",
                deputy_role="compliance",
                owed_from=FIRST,
                added_by="x",
                added_at=clock.now(),
                state="on",
            )
            Occurrence.objects.create(
                duty=duty, period="2026-07", begins_on=FIRST, ends_on=LAST, due_on=date(2026, 9, 1), raised_by="x", raised_at=clock.now(), state="missed"
            )
            Conflict.objects.create(
                kind="pfof",
                vendor=vendor,
                description="x",
                since_on=FIRST,
                owner="x",
                proposed_by="x",
                proposed_at=clock.now(),
                registered_at=clock.now(),
                state="open",
                accepted_at=clock.now(),
            )

    run = run_of(date(2026, 9, 28))
    fill(0, 1)
    with CaptureQueriesContext(connection) as few:
        assert len(app.items(FIRST, LAST)) >= 1
    fill(1, 8)
    with CaptureQueriesContext(connection) as many:
        assert len(app.items(FIRST, LAST)) >= 9
    assert len(few) == len(many)
