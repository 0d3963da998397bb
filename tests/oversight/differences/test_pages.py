"""The pages of differences, as people work them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oversight.actor import Actor, automated
from oversight.claims import actions as claims
from oversight.differences import actions
from oversight.differences.models import Decision, Difference, Question
from oversight.vendors.models import Vendor

Browser = Callable[..., Client]
Identified = Callable[..., Difference]
IDENTIFY = {"title": "Worse at CDED", "what": "E/Q is worse there.", "first_on": "2026-07-01", "last_on": "2026-09-30", "usd": "1240",
            "figure": "metric:effective_over_quoted",            "narrowed": "venue=CDED", "beside": "venue=XNAS"}  # fmt: skip
MODIFY = {"modification": "CDED is asked last.", "reasons": "It pays.", "alternatives": "None.", "figure": "metric:venue_share", "narrowed": "venue=CDED",
          "side": "at_most", "bound": "15", "since_on": "2026-10-02", "by_on": "2026-11-30", "min_n": "30"}  # fmt: skip


def test_an_analyst_identifies_and_proposes_and_the_committee_adopts(browser: Browser) -> None:
    """15 as people write it is 0.15 as it is kept."""
    analyst, committee = browser("analyst"), browser("committee")
    page = analyst.post("/differences/identify/", IDENTIFY)
    row = Difference.objects.get()
    assert (page.status_code, page.headers["Location"]) == (302, row.get_absolute_url())
    assert analyst.post(f"/differences/{row.pk}/modify/", MODIFY).status_code == 302
    proposal = Decision.objects.get()
    assert (f"{proposal.bound:f}".rstrip("0"), proposal.terms) == ("0.15", "Venue's share of executed shares at most 15%, n ≥ 30")
    committee.post(f"/move/decision/{proposal.pk}/adopt/", {"next": row.get_absolute_url()})
    row.refresh_from_db()
    assert row.state == "modifying"
    shown = committee.get(row.get_absolute_url()).content.decode()
    assert "Later flow shows it by 2026-11-30" in shown


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("narrowed", "venues=CDED", "“venues=CDED” is not a dimension with its value"), ("narrowed", "CDED", "“CDED” is not a dimension with its value"),
     ("usd", "-3", "greater than or equal to 0"),
     ("last_on", "2026-06-01", "before they begin"), ("usd", "12", "not material"), ("first_on", "soon", "valid date")],
)  # fmt: skip
def test_bad_input_is_said_and_nothing_is_written(browser: Browser, name: str, value: str, words: str) -> None:
    page = browser("analyst").post("/differences/identify/", {**IDENTIFY, name: value})
    assert page.status_code in (400, 409)
    assert words in page.content.decode()
    assert Difference.objects.count() == 0


def test_what_showed_it_fills_the_form_in_and_is_kept_as_its_origin(browser: Browser, vendor: Vendor) -> None:
    promise = claims.state(automated("test"), vendor=vendor, origin=vendor.subject, key="Q-1", words="We never send flow for payment.")
    client = browser("analyst")
    shown = client.get(f"/differences/identify/?origin=claim:{promise.pk}").content.decode()
    assert "Claim contradicted: We never send flow for payment." in shown
    assert f'name="origin" value="claim:{promise.pk}"' in shown
    client.post("/differences/identify/", {**IDENTIFY, "origin": f"claim:{promise.pk}"})
    assert (Difference.objects.get().origin_kind, Difference.objects.get().origin_id) == ("claim", str(promise.pk))


def test_an_origin_that_is_not_there_is_left_out(browser: Browser) -> None:
    shown = browser("analyst").get("/differences/identify/?origin=finding:999999")
    assert shown.status_code == 200
    assert 'name="origin"' not in shown.content.decode()


def test_more_is_asked_on_the_page(browser: Browser, identified: Identified) -> None:
    row = identified()
    browser("supervisor").post(f"/differences/{row.pk}/ask/", {"asks": "What did others quote?", "due_on": "2026-10-09"})
    assert Question.objects.get().due_on == date(2026, 10, 9)


def test_who_only_reads_has_no_buttons(browser: Browser, identified: Identified) -> None:
    shown = browser("auditor").get(identified().get_absolute_url()).content.decode()
    assert "Modify</a>" not in shown


def test_a_vendor_sees_nothing_of_it(browser: Browser, identified: Identified) -> None:
    client = browser("vendor", vendor="vendor_a")
    assert [client.get(address).status_code for address in (identified().get_absolute_url(), "/differences/", "/record/difference/1/")] == [403, 403, 404]


def test_thirty_rows_take_as_many_queries_as_one(browser: Browser, identified: Identified) -> None:
    client, counts = browser("auditor"), []
    for number in (1, 29):
        for place in range(number):
            identified(title=f"Number {number} {place}")
        client.get("/differences/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/differences/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_list_downloads(browser: Browser, identified: Identified) -> None:
    identified(title="=1+1")
    body = browser("auditor").get("/differences/?format=csv").content.decode()
    assert "=1+1" in body and "\n=1+1" not in body


def test_today_says_what_waits(browser: Browser, analyst: Actor, identified: Identified) -> None:
    actions.propose(analyst, identified(), kind="justify", reasons="x", alternatives="y", scope="all", expires_on=date(2026, 12, 1))
    assert "decisions on differences await you" in browser("compliance").get("/").content.decode()
