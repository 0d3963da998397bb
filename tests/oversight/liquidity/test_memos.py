"""Try-or-decline memos: drafted by one, decided by another, looked at again on their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.liquidity import actions, queries, todo
from oversight.liquidity.models import Memo
from oversight.notices.models import Copy
from oversight.record import actions as record
from oversight.record.models import Entry
from oversight.vendors.models import Vendor

from .conftest import Market

Act = Callable[..., Actor]
Browser = Callable[..., Client]
TERMS = {"scope": "market orders below 500 shares", "cap": "2 % of them", "success": "no worse than elsewhere"}
AHEAD, LATER = date(2026, 10, 15), date(2026, 12, 1)


def drafted(by: Actor, **facts: Any) -> Memo:
    return actions.draft(by, **{"about": "venue", "title": "Try EDGX", "venue": "EDGX", "asked": "Send there", "reasons": "10 % of the tape", **facts})


def proposed(actor: Act, **facts: Any) -> Memo:
    by = actor("vendor_manager", name="writes")
    return actions.propose(by, drafted(by, **{**TERMS, **facts}))


def on(day: date) -> Any:
    return clock.stated(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def test_a_memo_is_drafted_and_proposed_and_those_who_decide_are_told(actor: Act, person: Callable[..., Account]) -> None:
    compliance = person("compliance")
    row = proposed(actor)
    assert row.state == "proposed"
    assert [(copy.to, copy.notice.url) for copy in Copy.objects.select_related("notice")] == [(compliance.key, f"/liquidity/memos/{row.pk}/")]
    assert sorted(word.name for word in Entry.objects.get(verb="draft").words.all()) == ["asked", "reasons", "result", "scope", "success"]


@pytest.mark.parametrize("name", ["try_it", "decline", "send_back"])
def test_nobody_decides_on_what_they_wrote_or_proposed(actor: Act, name: str) -> None:
    writer, proposer = actor("compliance", name="writes it"), actor("supervisor", name="proposes it")
    row = actions.propose(proposer, drafted(writer, **TERMS))
    given: dict[str, Any] = {"try_it": {"ends_on": AHEAD, "relook_on": LATER}, "decline": {"relook_on": LATER}, "send_back": {}}[name]
    for by in (writer, proposer):
        with pytest.raises(Refusal, match="nobody approves their own work"):
            record.move(by, row, name, why="because", **given)
    record.move(actor("committee"), row, name, why="because", **given)
    assert row.state == {"try_it": "trying", "decline": "declined", "send_back": "drafted"}[name]


@pytest.mark.parametrize("role", ["analyst", "vendor_manager", "senior_manager", "auditor", "vendor", "administrator"])
def test_who_decides_on_nothing_does_not_decide(actor: Act, role: str) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.decline(actor(role), proposed(actor), relook_on=LATER, why="no")
    assert refusal.value.is_forbidden


@pytest.mark.parametrize("lacking", ["scope", "cap", "success"])
def test_a_trial_needs_its_scope_cap_and_success(actor: Act, lacking: str) -> None:
    row = proposed(actor, **{lacking: " "})
    with pytest.raises(Refusal, match="does not say the scope, the cap and what would count as success"):
        actions.try_it(actor("compliance"), row, ends_on=AHEAD, relook_on=LATER)


@pytest.mark.parametrize(
    ("ends", "relook", "said"),
    [
        (date(2026, 9, 30), LATER, "has passed already"), (AHEAD, date(2026, 10, 14), "before the trial has ended"), (None, LATER, "ends on is missing"),
        (AHEAD, None, "relook on is missing"),
    ],
)  # fmt: skip
def test_the_days_of_a_trial_lie_ahead_and_in_order(actor: Act, ends: date | None, relook: date | None, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        actions.try_it(actor("compliance"), proposed(actor), ends_on=ends, relook_on=relook)


def test_a_trial_past_its_last_day_is_overdue_until_its_result_is_noted(actor: Act) -> None:
    row = actions.try_it(actor("compliance"), proposed(actor), ends_on=AHEAD, relook_on=LATER)
    for day, is_late in ((date(2026, 10, 15), False), (date(2026, 10, 16), True)):
        with on(day):
            assert (row.is_overdue, queries.memos_due().count(), queries.memos(state="due").count()) == (is_late, int(is_late), int(is_late))
    with on(date(2026, 10, 16)):
        with pytest.raises(Refusal, match="result is missing"):
            actions.conclude(actor("analyst"), row, relook_on=LATER)
        with pytest.raises(Refusal, match="must lie ahead"):
            actions.conclude(actor("analyst", name="b"), row, result="as good", relook_on=date(2026, 10, 16))
        actions.conclude(actor("analyst", name="c"), row, result="as good", relook_on=LATER)
        assert (row.state, row.is_overdue) == ("tried", False)


def test_a_declined_memo_stays_is_overdue_after_its_day_and_is_looked_at_again_or_settled(actor: Act) -> None:
    compliance = actor("compliance")
    row = actions.decline(compliance, proposed(actor), relook_on=LATER, why="too small")
    with pytest.raises(Refusal, match="must lie ahead"):
        actions.decline(compliance, proposed_again(actor), relook_on=date(2026, 10, 1), why="no")
    assert (queries.memos_by_venue()["EDGX"].venue, row.due_on) == ("EDGX", LATER)
    with on(date(2026, 12, 2)):
        assert row.is_overdue
        record.move(actor("analyst", name="again"), row, "look_again", why="it has 12 % now")
        assert (row.state, row.is_overdue) == ("drafted", False)
        actions.propose(actor("analyst", name="proposes"), row)
        actions.decline(compliance, row, relook_on=date(2027, 6, 1), why="still")
        record.move(compliance, row, "keep", why="nothing more to see")
    assert (row.state, [entry.verb for entry in Entry.objects.filter(subject_kind="memo", subject_id=str(row.pk)).order_by("seq")]) == (
        "settled", ["draft", "propose", "decline", "look_again", "propose", "decline", "keep"],
    )  # fmt: skip


def proposed_again(actor: Act) -> Memo:
    by = actor("analyst", name="another writer")
    return actions.propose(by, drafted(by, **TERMS, title="Another"))


def test_two_who_decide_at_once_decide_once(actor: Act) -> None:
    row = proposed(actor)
    stale = Memo.objects.get(pk=row.pk)
    actions.try_it(actor("compliance"), row, ends_on=AHEAD, relook_on=LATER)
    with pytest.raises(Refusal, match="is “being tried”; this is done while it is"):
        actions.decline(actor("supervisor"), stale, relook_on=LATER, why="no")
    with pytest.raises(Refusal, match="no draft any more"):
        actions.revise(actor("analyst"), stale, title="x")


def test_who_revises_a_draft_is_its_writer_from_then_on(actor: Act) -> None:
    row, reviser = drafted(actor("analyst"), **TERMS), actor("compliance")
    actions.revise(reviser, row, cap="1 % of them")
    actions.propose(actor("vendor_manager"), row)
    with pytest.raises(Refusal, match="nobody approves their own work"):
        actions.decline(reviser, row, relook_on=LATER, why="no")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"title": " "}, "title is missing"), ({"asked": ""}, "asked is missing"), ({"reasons": ""}, "for and against is missing"),
        ({"venue": ""}, "names it by its MIC"), ({"success_metric": "effective_over_quoted"}, "three parts"), ({"success_bound": Decimal(1)}, "three parts"),
    ],
)  # fmt: skip
def test_a_memo_that_cannot_be_is_refused(actor: Act, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        drafted(actor("analyst"), **facts)


def test_a_trial_is_read_by_its_own_figure(market: Market, vendor_b: Vendor, actor: Act, browser: Browser) -> None:
    """Both fills at XNAS paid 2 × (10.01 − 10.00) = 0.02 on a quoted 0.02: E/Q is 100 %, and at most 90 % was asked; n is 2, and 30 are asked for."""
    market.receive()
    figure = {"success_metric": "effective_over_quoted", "success_side": "at_most", "success_bound": Decimal(90)}
    with on(date(2026, 9, 25)):
        row = proposed(actor, venue="XNAS", vendor=vendor_b, **figure)
        actions.try_it(actor("compliance"), row, ends_on=AHEAD, relook_on=LATER)
    page = browser("auditor").get(f"/liquidity/memos/{row.pk}/")
    reading = page.context["reading"]
    assert (reading.value, reading.n, reading.first, reading.last) == (Decimal(1), 2, date(2026, 9, 25), date(2026, 10, 1))
    assert (page.context["judged"], page.context["why"]) == ("cannot tell", "n is 2, fewer than the 30 that it takes")
    assert "at most 90.00%" in page.content.decode()


def test_a_trial_without_a_run_prints_no_number(actor: Act, browser: Browser) -> None:
    row = proposed(actor, success_metric="effective_over_quoted", success_side="at_most", success_bound=Decimal(90))
    actions.try_it(actor("compliance"), row, ends_on=AHEAD, relook_on=LATER)
    assert "no evidence collected: no run was received" in browser("auditor").get(f"/liquidity/memos/{row.pk}/").content.decode()


def test_a_memo_is_written_revised_proposed_and_declined_in_the_browser(browser: Browser, vendor_b: Vendor) -> None:
    client, compliance = browser("vendor_manager"), browser("compliance")
    sent = {"about": "venue", "title": "Try EDGX", "venue": "edgx", "vendor": vendor_b.pk, "asked": "Send there", "reasons": "10 %", **TERMS}
    page = client.post("/liquidity/memos/new/", sent)
    row = Memo.objects.get()
    assert (page["Location"], row.venue) == (f"/liquidity/memos/{row.pk}/", "EDGX")
    client.post(f"/liquidity/memos/{row.pk}/revise/", {**sent, "cap": "1 %"})
    client.post(f"/move/memo/{row.pk}/propose/", {"next": "/"})
    assert "1 memo awaits a decision" in compliance.get("/liquidity/").content.decode()
    compliance.post(f"/move/memo/{row.pk}/decline/", {"relook_on": "2026-12-01", "why": "too small", "next": "/"})
    row.refresh_from_db()
    assert (row.state, row.cap, row.relook_on) == ("declined", "1 %", LATER)
    with on(date(2026, 12, 2)):
        assert "declined; to be looked at again on 2026-12-01" in browser("auditor").get("/liquidity/").content.decode()
    assert client.get(f"/liquidity/memos/{row.pk}/revise/").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"venue": ""}, "venue"), ({"success_metric": "effective_over_quoted"}, "success_metric"), ({"about": "nap"}, "about"), ({"title": "x" * 121}, "title")],
)
def test_what_cannot_be_is_said_beside_the_field(browser: Browser, db: None, wrong: dict[str, str], field: str) -> None:
    page = browser("analyst").post("/liquidity/memos/new/", {"about": "venue", "title": "x", "venue": "EDGX", "asked": "x", "reasons": "x", **wrong})
    assert (page.status_code, list(page.context["form"].errors), Memo.objects.count()) == (400, [field], 0)


@pytest.mark.parametrize("role", ["vendor", "administrator"])
def test_outsiders_and_administrators_see_no_memo(browser: Browser, actor: Act, vendor_b: Vendor, role: str) -> None:
    row = proposed(actor, vendor=vendor_b, reasons="words that could leak")
    client = browser(role, vendor="vendor_b" if role == "vendor" else "")
    for url in (f"/liquidity/memos/{row.pk}/", f"/liquidity/memos/{row.pk}/revise/", "/liquidity/?format=csv&sheet=memos"):
        page = client.get(url)
        assert (page.status_code, b"could leak" in page.content) == (403, False)
    assert client.get(f"/move/memo/{row.pk}/decline/").status_code == 404


def test_each_role_is_told_what_it_can_do_today(actor: Act, person: Callable[..., Account]) -> None:
    committee, keeper, analyst, auditor = (person(role, name=f"{role} today") for role in ("committee", "vendor_manager", "analyst", "auditor"))
    late = actions.decline(actor("compliance"), proposed(actor), relook_on=LATER, why="no")
    proposed_again(actor)
    with on(date(2026, 12, 2)):
        told = {account.name: [(task.number, task.is_urgent) for task in todo.tasks(account)] for account in (committee, keeper, analyst, auditor)}
    assert late.state == "declined"
    assert told == {
        "committee today": [(1, False), (1, True)], "vendor manager today": [(1, True), (0, False)], "analyst today": [(0, False)], "auditor today": [],
    }  # fmt: skip


def test_thirty_memos_cost_as_many_queries_as_one(browser: Browser, actor: Act, vendor_b: Vendor) -> None:
    client, by, counts = browser("auditor"), actor("analyst"), []
    for many in (1, 29):
        for number in range(many):
            actions.propose(by, drafted(by, title=f"{many} {number}", venue=f"Z{number:03d}", vendor=vendor_b))
        client.get("/liquidity/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/liquidity/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_list_of_memos_is_filtered(browser: Browser, actor: Act) -> None:
    first = actions.decline(actor("compliance"), proposed(actor), relook_on=LATER, why="no")
    second = drafted(actor("analyst"), title="Draft")
    client = browser("auditor")
    found = {state: sorted(int(row.key) for row in client.get(f"/liquidity/?memos={state}").context["others"][1].rows) for state in (
        "open", "declined", "drafted", "due", "all",
    )}  # fmt: skip
    assert found == {"open": [first.pk, second.pk], "declined": [first.pk], "drafted": [second.pk], "due": [], "all": [first.pk, second.pk]}
