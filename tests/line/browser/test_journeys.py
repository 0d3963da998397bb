"""A morning at the desk, done by hand: each role from what needs it to what it came for."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .firm import Desk
from .watching import Shoot, Watch

pytestmark = pytest.mark.check

Enter = Callable[..., Page]
FINDINGS = "main tbody tr[id] .words a[href^='/exceptions/']"
"""The exceptions in the queue."""
FIRST, SECOND = "2026-08-11", "2026-08-12"


def go(page: Page, place: str) -> None:
    """By the menu."""
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=place, exact=True).click()
    expect(page.locator("h1")).to_be_visible()


def finding_of_an_order(page: Page, query: str) -> None:
    """Open the first exception of the queue that is about one order."""
    page.goto(f"/exceptions/?{query}")
    addresses = [link.get_attribute("href") or "" for link in page.locator(FINDINGS).all()]
    for address in addresses:
        page.goto(address)
        if page.locator("main dl a[href^='/orders/']").count():
            return
    pytest.fail(f"no exception is about an order, of {len(addresses)}")


def explain(page: Page, answer: str) -> None:
    """Press Explain, say why, send it."""
    move = page.locator("details.move[data-move=explain]")
    move.locator("summary").click()
    move.locator("[name=cause_code]").select_option(index=1)
    move.locator("[name=customer_impact]").select_option("no")
    move.locator("[name=answer]").fill(answer)
    move.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("status")).to_contain_text("Explain: done")


def test_an_analyst_answers_and_a_supervisor_reads_the_answer(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("analyst")
    page.goto("/")
    go(page, "Exceptions")
    finding_of_an_order(page, f"severity=high&state=open&day={SECOND}")
    address = page.url
    page.locator("main dl a[href^='/orders/']").first.click()
    expect(page.locator("h1")).to_contain_text("Order ")
    shoot(page, "journey order")
    page.locator("#fills details summary, #events a, #routes a").first.scroll_into_view_if_needed()
    page.locator("a[href*='/line/']").first.click()
    expect(page.locator("h1")).to_have_text(re.compile(r"Line [\d,]+"))
    expect(page.locator("main")).to_contain_text("SHA-256 of the file")
    shoot(page, "journey raw line")
    page.goto(address)
    explain(page, "The quote moved while the order was on its way; the tape shows it.")
    expect(page.locator("main")).to_contain_text("awaiting second reader")
    expect(page.locator("details.move[data-move=agree]")).to_have_count(0)
    shoot(page, "journey answered")

    reader = page_as("supervisor")
    reader.goto("/")
    reader.goto("/exceptions/?state=awaiting_reader")
    reader.goto(address)
    expect(reader.locator("main")).to_contain_text("the tape shows it")
    agree = reader.locator("details.move[data-move=agree]")
    agree.locator("summary").click()
    agree.get_by_role("button", name="Agree").click()
    expect(reader.get_by_role("status")).to_contain_text("Agree: done")
    shoot(reader, "journey agreed")


def test_a_supervisor_signs_a_day_whose_work_is_done_and_not_before(page_as: Enter, desk: Desk, shoot: Shoot) -> None:
    page = page_as("supervisor")
    page.goto(f"/exceptions/days/{FIRST}/")
    expect(page.get_by_role("button", name="Sign the day")).to_have_count(0)
    expect(page.locator("section[aria-label=Signature]")).to_contain_text("Before this day can be signed")
    desk.answer_all(FIRST)
    page.reload()
    page.get_by_role("button", name="Sign the day").click()
    expect(page.locator("section[aria-label=Signature]")).to_contain_text("Signed by Supervisor")
    shoot(page, "journey day signed")


def test_what_an_analyst_notes_in_the_handling_log_a_supervisor_reviews(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("analyst")
    page.goto("/")
    go(page, "Handling log")
    page.get_by_role("link", name="Note a happening").click()
    page.locator("[name=kind]").select_option("vendor_outage")
    page.locator("[name=what]").fill("The line to the router was down; orders went by hand.")
    page.locator("[name=from_at]").fill("2026-08-13T10:00:00")
    page.locator("[name=to_at]").fill("2026-08-13T10:12:00")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_role("status")).to_contain_text("Noted")
    address = page.url
    reader = page_as("supervisor")
    reader.goto(address)
    review = reader.locator("details.move[data-move=review]")
    review.locator("summary").click()
    review.locator("button").click()
    expect(reader.locator("main")).to_contain_text("by Supervisor")
    shoot(reader, "journey happening reviewed")


def test_an_auditor_reads_the_record_and_finds_nothing_to_press(page_as: Enter, desk: Desk, shoot: Shoot) -> None:
    page = page_as("auditor")
    page.goto("/")
    for place in ("Exceptions", "Days", "Sample", "Handling log", "Suppressions", "Runs", "Policy", "Evidence", "Record", "Accounts", "Access review"):
        go(page, place)
        assert page.locator("main form[method=post]").count() == 0, place
    go(page, "Record")
    page.locator("main tbody a[href^='/record/']").first.click()
    expect(page.locator("main")).to_contain_text("must print")
    page.get_by_role("link", name=re.compile("^History of this")).click()
    expect(page.locator("h1")).to_contain_text("History of")
    shoot(page, "journey history")
    assert re.search(r"entries", desk.oversight("verify_record"))


def test_an_administrator_opens_an_account_and_gives_it_a_role(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("administrator")
    page.goto("/")
    go(page, "Accounts")
    page.get_by_role("link", name="Open an account").click()
    page.locator("[name=name]").fill("A second analyst")
    page.locator("[name=username]").fill("second.analyst")
    page.locator("[name=email]").fill("second@firm.example")
    page.locator("[name=roles][value=analyst]").check()
    page.locator("[name=why]").fill("Joins the desk.")
    page.get_by_role("button", name="Open the account").click()
    expect(page.locator("main")).to_contain_text("/account/password/reset/key/")
    shoot(page, "journey invited")
    page.goto("/people/")
    page.get_by_role("link", name="A second analyst").click()
    give = page.locator("details.move", has=page.get_by_text("Give a role"))
    give.locator("summary").click()
    give.locator("[name=role]").select_option("supervisor")
    give.locator("[name=why]").fill("Stands in for a month.")
    give.get_by_role("button", name="Give the role").click()
    expect(page.locator("main table")).to_contain_text("supervisor")


def test_compliance_approves_a_policy_that_an_analyst_drafted(page_as: Enter, shoot: Shoot) -> None:
    page = page_as("analyst")
    page.goto("/policy/")
    page.get_by_role("link", name="Draft a change").click()
    page.locator("[name=summary]").fill("The committee wants a version of its own.")
    text = page.locator("[name=policy]")
    text.fill(re.sub(r'^version = ".*"$', 'version = "2026-08-14"', text.input_value(), count=1, flags=re.MULTILINE))
    page.get_by_role("button", name="Save the draft").click()
    press(page, "propose")
    address = page.url
    reader = page_as("compliance")
    reader.goto(address)
    shoot(reader, "journey policy proposed")
    press(reader, "publish")
    expect(reader.locator("h1 + p")).to_contain_text("in force")


def press(page: Page, name: str) -> None:
    move = page.locator(f"details.move[data-move={name}]")
    move.locator("summary").click()
    move.locator("button").click()
    expect(page.get_by_role("status").first).to_contain_text("done")


def test_the_queue_is_worked_by_keys_alone(page_as: Enter) -> None:
    page = page_as("analyst")
    page.goto("/")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/exceptions/")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.goto("/exceptions/?state=open&severity=high")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tr[aria-selected=true]")).to_have_count(1)
    page.goto((page.locator(FINDINGS).first.get_attribute("href")) or "")
    page.keyboard.press("e")
    expect(page.locator("details.move[data-move=explain] [name=cause_code]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("details.move[open]")).to_have_count(0)


def test_enter_opens_the_row_that_keys_chose(page_as: Enter) -> None:
    page = page_as("analyst")
    page.goto("/exceptions/days/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/exceptions/days/2026-08-\d\d/"))


def test_an_administrator_who_asks_for_figures_is_refused_in_words(page_as: Enter, watch: Watch) -> None:
    page = page_as("administrator")
    page.goto("/exceptions/")
    expect(page.locator("h1")).to_have_text("You may not do this")
    assert watch.told("403 GET /exceptions/")


def test_the_queue_works_without_scripts(page_as: Enter) -> None:
    page = page_as("analyst", java_script_enabled=False)
    page.goto("/exceptions/?state=open&severity=high")
    page.locator(FINDINGS).last.click()
    page.locator("details.move[data-move=escalate] summary").click()
    page.locator("details.move[data-move=escalate] [name=why]").fill("It looks systematic.")
    page.locator("details.move[data-move=escalate] button").click()
    expect(page.get_by_role("status").first).to_contain_text("Escalate: done")
