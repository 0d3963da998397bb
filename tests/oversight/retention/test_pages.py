"""The pages: what is held, due and gone, by whom it may be done, at the same number of queries however much there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.record.models import Entry
from oversight.retention import actions
from oversight.retention.models import Disposal, Hold, Period
from oversight.roles import ADMINISTRATOR, STAFF, VENDOR

from .conftest import NEW, OLD, Place

PAGES = ("/retention/", "/retention/classes/", "/retention/periods/")


@pytest.mark.parametrize("role", [*STAFF, VENDOR, ADMINISTRATOR])
def test_the_firms_people_read_and_nobody_else(firm: Place, browser: Callable[..., Client], role: str) -> None:
    firm.imported(OLD)
    hold, row = firm.held(first_on=NEW), actions.propose_disposal(firm.compliance, ["trading"], reason="Their time is over.")
    client = browser(role, name="reader", vendor="vendor_a" if role == VENDOR else "")
    expected = 200 if role in STAFF else 403
    found = [client.get(page) for page in (*PAGES, hold.get_absolute_url(), row.get_absolute_url())]
    assert [each.status_code for each in found] == [expected] * 5
    if role not in STAFF:
        assert not any("A letter of the regulator" in each.content.decode() for each in found)


def test_the_schedule_says_what_is_due_held_and_why(firm: Place, browser: Callable[..., Client]) -> None:
    firm.imported(OLD)
    firm.imported(NEW, "quotes")
    hold = firm.held(first_on=NEW, last_on=NEW)
    text = browser("auditor").get("/retention/").content.decode()
    assert "2 things are past their period and not held." in text
    assert f'1 hold stops disposal:</strong> <a href="{hold.get_absolute_url()}">{hold}</a>, in force' in text
    assert "The record itself is never disposed of." in text
    assert "Propose a disposal" not in text


def test_by_hand_from_the_hold_to_the_tombstone(firm: Place, browser: Callable[..., Client]) -> None:
    old = firm.imported(OLD)
    first, second = browser("compliance", name="first"), browser("senior_manager", name="second")
    asked = {"title": "A letter", "reason": "It asks.", "first_on": "2026-09-01", "orders": "2026-09-28 IBM C-1", "symbols": "ibm, msft"}
    answer = first.post("/retention/holds/new/", asked)
    hold = Hold.objects.get()
    assert (answer.status_code, hold.orders, hold.symbols, hold.scope) == (
        302, [["2026-09-28", "IBM", "C-1"]], ["IBM", "MSFT"], "every class; 2026-09-01 to its release; IBM, MSFT; orders 2026-09-28 IBM C-1",
    )  # fmt: skip
    assert first.post(f"/move/legal_hold/{hold.pk}/place/", {}).status_code == 302
    assert first.post(f"/move/legal_hold/{hold.pk}/release/", {"why": "over"}).status_code == 403
    assert first.get("/retention/disposals/new/").status_code == 200
    assert first.post("/retention/disposals/new/", {"classes": ["trading"], "reason": "Over."}).status_code == 302
    row = Disposal.objects.get()
    assert f"{old[:24]}" in second.get(row.get_absolute_url()).content.decode()
    assert first.post(f"/move/disposal/{row.pk}/approve/", {}).status_code == 403
    assert second.post(f"/move/disposal/{row.pk}/approve/", {}).status_code == 302
    assert second.post(f"{row.get_absolute_url()}carry-out/").status_code == 403
    assert first.post(f"{row.get_absolute_url()}carry-out/").status_code == 302
    text = first.get(row.get_absolute_url()).content.decode()
    assert "2 gone, 0 stayed" in text
    assert text.count("disposed of, tombstone") == 2
    assert second.post(f"/move/legal_hold/{hold.pk}/release/", {"why": "Closed."}).status_code == 302


@pytest.mark.parametrize(
    ("given", "words"),
    [({"orders": "IBM C-1"}, "Write a day, a symbol and an order id"), ({"subjects": "case"}, "Write a kind and an id"), ({"last_on": "2026-09-01"}, "")],
)
def test_a_form_with_a_mistake_comes_back_and_writes_nothing(firm: Place, browser: Callable[..., Client], given: dict[str, str], words: str) -> None:
    client, before = browser("analyst", name="asker"), Entry.objects.count()
    answer = client.post("/retention/holds/new/", {"title": "A letter", "reason": "It asks.", **given})
    assert (answer.status_code in (400, 409), Entry.objects.count()) == (True, before)
    assert words in answer.content.decode()


def test_a_period_is_stated_by_compliance_and_shown_with_its_reading(firm: Place, browser: Callable[..., Client]) -> None:
    asked = {"record_class": "trading", "months": "84", "from_on": "2027-01-01", "reason": "Counsel reads it so."}
    assert browser("analyst", name="other").post("/retention/periods/", asked).status_code == 403
    client = browser("compliance", name="keeper")
    assert client.post("/retention/periods/", {**asked, "months": "12"}).status_code == 400
    assert client.post("/retention/periods/", asked).status_code == 302
    assert (Period.objects.get().from_on, Period.objects.get().months) == (date(2027, 1, 1), 84)
    assert "Counsel reads it so." in client.get("/retention/periods/").content.decode()


def test_the_number_of_queries_does_not_grow(firm: Place, browser: Callable[..., Client]) -> None:
    client = browser("auditor")

    def grown(many: int) -> None:
        for number in range(many):
            firm.filed(f"note {many} {number}", NEW)
            firm.held(first_on=NEW, last_on=NEW)

    grown(1)
    client.get("/retention/")
    with CaptureQueriesContext(connection) as once:
        client.get("/retention/")
    grown(29)
    with CaptureQueriesContext(connection) as often:
        client.get("/retention/")
    assert len(often) == len(once)


def test_the_task_list_names_what_waits(firm: Place, browser: Callable[..., Client]) -> None:
    firm.imported(OLD)
    actions.ask_for_hold(firm.analyst, title="A letter", reason="It asks.", first_on=NEW)
    actions.propose_disposal(firm.compliance, ["trading"], reason="Over.")
    assert "legal holds are asked for" in browser("compliance", name="keeper").get("/").content.decode()
    assert "disposals wait for a second person" in browser("senior_manager", name="second").get("/").content.decode()
