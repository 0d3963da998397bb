"""The vendor file, worked by hand: what a vendor promised against what it did, and who may do what about it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .test_journeys import go
from .watching import Shoot

pytestmark = pytest.mark.check

Enter = Callable[..., Page]


def test_a_vendor_manager_goes_from_a_contradicted_claim_to_its_orders(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("vendor_manager")
    page.goto("/")
    go(page, "Claims")
    page.goto("/claims/?vendor=vendor_b&standing=contradicted")
    claim = page.locator("main tbody a[href^='/claims/']").first
    expect(claim).to_be_visible()
    claim.click()
    expect(page.locator("main")).to_contain_text("contradicted")
    shoot(page, "journey claim contradicted")
    page.locator("main a[href^='/orders/?'], main a[href^='/exceptions/?']").first.click()
    expect(page.locator("main tbody tr").first).to_be_visible()
    shoot(page, "journey what contradicts it")


def test_a_candidate_is_not_approved_before_its_due_diligence(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("vendor_manager")
    page.goto("/")
    go(page, "Vendors")
    page.get_by_role("link", name="Register a vendor").click()
    page.locator("[name=key]").fill("vendor_c")
    page.locator("[name=name]").fill("Vendor C Routing")
    page.locator("[name=summary]").fill("Offered to us in September.")
    page.get_by_role("button", name="Register it").click()
    expect(page.get_by_role("status")).to_contain_text("Registered as a candidate")
    expect(page.locator("section[aria-labelledby=going-live]")).to_contain_text("not met")
    address = page.url
    shoot(page, "journey candidate")
    decider = page_as("compliance")
    decider.goto(address)
    expect(decider.locator("details.move[data-move=approve]")).to_have_count(0)
    expect(decider.locator("details.move[data-move=decline]")).to_have_count(1)


def test_compliance_stops_a_live_vendor_and_lifts_it_again(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("compliance")
    page.goto("/")
    go(page, "Vendors")
    page.get_by_role("link", name="Vendor A Routing LLC").first.click()
    for name, said in (("suspend", "suspended"), ("resume", "live")):
        move = page.locator(f"details.move[data-move={name}]")
        move.locator("summary").click()
        move.locator("[name=why]").fill("Its gateway does not answer." if name == "suspend" else "It answers again; three test orders came back.")
        move.locator("button").click()
        expect(page.locator("h1 + p")).to_contain_text(said)
    shoot(page, "journey vendor live again")


def test_an_outside_account_meets_its_own_questions_and_nothing_else(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("vendor")
    page.goto("/")
    places = page.get_by_role("navigation", name="Pages").get_by_role("link").all_inner_texts()
    assert [re.sub(r"\s.*", "", place) for place in places] == ["Today", "Questionnaires", "Possible", "Formal", "Cases", "Plans", "Notices"]
    go(page, "Questionnaires")
    shoot(page, "journey questionnaires of a vendor")
    page.locator("main a[href^='/diligence/questionnaires/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert "Vendor B" not in page.locator("main").inner_text()
    for closed in ("/vendors/", "/claims/", "/exceptions/", "/procedures/", "/conflicts/"):
        answer = page.request.get(closed)
        assert (closed, answer.status) == (closed, 403)
