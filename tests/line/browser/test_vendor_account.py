"""The vendor's own side of the desk, by hand: it answers a possible breach, and an account that is closed leaves its drafts behind."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .by_hand import asked, draft, invited, press, press_by_words, registered
from .test_journeys import go
from .watching import Shoot

pytestmark = pytest.mark.check

Enter = Callable[..., Page]


def test_a_vendor_answers_a_possible_breach_and_sees_nothing_of_another(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("vendor_b")
    page.goto("/")
    go(page, "Possible breaches")
    page.locator("main tbody tr", has_text="disputed").get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("Five are still missing")
    press(page, "answer", answer="The five came from a second gateway; they are in the file of today.", promised_on="2026-10-02")
    shoot(page, "life possible breach answered")
    manager = page_as("vendor_manager")
    manager.goto("/agreements/breaches/?vendor=vendor_b&state=answered")
    manager.locator("main tbody a[href^='/agreements/breaches/']").first.click()
    expect(manager.locator("section[aria-label='What the vendor says']")).to_contain_text("second gateway")
    other = page_as("vendor")
    other.goto("/")
    go(other, "Possible breaches")
    assert "Orders missing" not in other.locator("main").inner_text()
    closed = ("/vendors/", "/claims/", "/agreements/", "/refreshes/", "/policy/", "/evidence/", "/orders/", "/record/", "/conflicts/", "/procedures/")
    assert [(path, other.request.get(path).status) for path in (page.url, *closed)] == [(page.url, 404), *((path, 403) for path in closed)]


def test_an_account_closed_in_the_middle_of_a_questionnaire_leaves_its_drafts_to_the_next(page_as: Enter, stranger: Callable[[], Page], shoot: Shoot) -> None:
    manager, administrator = page_as("vendor_manager"), page_as("administrator")
    address = registered(manager, "vendor_e", "Vendor E Routing")
    first = invited(administrator, stranger(), "Vendor E clerk", "vendor_e")
    assessment = asked(manager, address, "Vendor E Routing")
    go(first, "Questionnaires")
    first.locator("main a[href^='/diligence/questionnaires/']").first.click()
    first.get_by_role("link", name="Change control", exact=True).click()
    draft(first, "DD-CHG-01", value="15")
    closed(administrator, "Vendor E clerk")
    first.reload()
    expect(first.locator("input[name=login]")).to_be_visible()
    manager.goto(assessment)
    expect(manager.get_by_role("alert")).to_contain_text("Nobody can answer")
    shoot(manager, "life nobody can answer")
    manager.get_by_label("Name").fill("Vendor E owner")
    manager.get_by_label("E-mail address").fill("owner@vendor.example")
    manager.get_by_role("button", name="Ask for an account").click()
    expect(manager.get_by_role("status").first).to_contain_text("asked")
    second = invited(administrator, stranger(), "Vendor E owner", "vendor_e")
    go(second, "Questionnaires")
    second.locator("main a[href^='/diligence/questionnaires/']").first.click()
    second.get_by_role("link", name="Change control", exact=True).click()
    expect(second.locator("#DD-CHG-01 [name=value]")).to_have_value("15")
    draft(second, "DD-CHG-01", value="10")


def closed(administrator: Page, name: str) -> None:
    """An account is closed."""
    administrator.goto("/people/")
    administrator.get_by_role("link", name=name).click()
    press_by_words(administrator, "Close the account", "closed", why="Left the vendor.")
