"""A vendor from candidate to live and through its yearly refresh, by hand: each person at their own browser, each step from the page before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from .conftest import SECONDS
from .test_journeys import go
from .watching import Shoot

Enter = Callable[..., Page]
KEY, NAME = "vendor_d", "Vendor D Execution LLC"


def fill(where: Page | Locator, **said: Any) -> None:
    """Fill the fields of these names as a person does: type, choose, tick, pick a file."""
    for name, value in said.items():
        field = where.locator(f"[name='{name}']")
        kind = field.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
        if kind in ("checkbox", "radio"):
            for each in value if isinstance(value, tuple) else (value,):
                where.locator(f"[name='{name}'][value='{each}']").check()
        elif kind.startswith("select"):
            field.select_option(value)
        elif kind == "file":
            field.set_input_files({"name": value, "mimeType": "text/plain", "buffer": f"{value}: what it says.\n".encode()})
        else:
            field.fill(str(value))


def press(page: Page, name: str, said: str = "done", **fields: Any) -> None:
    """Open a move's button, fill in what it asks, make it."""
    move = page.locator(f"details.move[data-move={name}]").first
    move.locator("summary").click()
    fill(move, **fields)
    move.locator("button").click()
    expect(page.get_by_role("status").first).to_contain_text(said)


def send(page: Page, button: str, said: str, **fields: Any) -> None:
    """Fill in the form and press its button."""
    form = page.locator("main form", has=page.get_by_role("button", name=button, exact=True)).first
    fill(form, **fields)
    form.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(said)


def press_by_words(page: Page, button: str, said: str, **fields: Any) -> None:
    """Open a button that a page has of its own, fill in what it asks, send it."""
    move = page.locator("details.move", has=page.locator("summary", has_text=button)).first
    move.locator("summary").click()
    fill(move, **fields)
    move.locator("form button").click()
    expect(page.get_by_role("status").first).to_contain_text(said)


def test_a_vendor_goes_from_candidate_to_live_and_through_its_yearly_refresh(page_as: Enter, stranger: Callable[..., Page], shoot: Shoot) -> None:
    manager, compliance, supervisor, analyst = (page_as(role) for role in ("vendor_manager", "compliance", "supervisor", "analyst"))
    address = registered(manager)
    arranged(manager, compliance, address)
    sales, engineer = (invited(page_as("administrator"), stranger(), name) for name in ("Vendor D sales", "Vendor D engineer"))
    assessment = asked(manager, address)
    answered(sales, engineer, shoot)
    judged(manager, analyst, supervisor, sales, assessment, shoot)
    decided(manager, compliance, assessment, address)


def registered(page: Page) -> str:
    """A candidate with a product; returns the address of its file."""
    page.goto("/")
    go(page, "Vendors")
    page.get_by_role("link", name="Register a vendor").click()
    send(page, "Register it", "Registered as a candidate", key=KEY, name=NAME, summary="A router for retail orders, offered to us in September.")
    address = page.url
    page.get_by_role("link", name="See and change the chain").click()
    page.get_by_role("link", name="Add a product").click()
    send(page, "Add it", "Added", name="Router", purpose="Routes retail orders in stocks", version="3.0", since_on="2026-10-01")
    return address


def arranged(manager: Page, compliance: Page, address: str) -> None:
    """The arrangement is drafted with its paper by one, and decided on by the other."""
    manager.goto(address)
    manager.get_by_role("link", name="Draft an arrangement").click()
    send(
        manager, "Save the draft", "Drafted", kind="member_agent", party=NAME, crd="100440", capacity="agent", customer_classes="retail, held",
        order_types="market and limit", asset_classes="US equities", terms="Ninety days' notice.", from_on="2026-10-01",
    )  # fmt: skip
    press_by_words(manager, "File evidence", "Filed", content="agreement.txt", title="The signed agreement")
    compliance.goto(manager.url)
    press(compliance, "approve")
    expect(compliance.locator("h1 + p")).to_contain_text("in force")


def invited(administrator: Page, page: Page, name: str) -> Page:
    """An outside account is opened; its owner sets a password by the one-time link and signs in. Returns the owner's page."""
    username = name.lower().replace(" ", ".")
    administrator.goto("/")
    go(administrator, "Accounts")
    administrator.get_by_role("link", name="Open an account").click()
    fill(administrator, name=name, username=username, email=f"{username}@vendor.example", roles="vendor", vendor=KEY, why="To answer the questionnaire.")
    administrator.get_by_role("button", name="Open the account").click()
    page.goto(administrator.locator("main code").first.inner_text())
    fill(page, password1="a-router-of-our-own", password2="a-router-of-our-own")
    page.locator("main form button").first.click()
    page.goto("/account/login/?next=/")
    fill(page, login=username, password="a-router-of-our-own")
    page.locator("main form button").first.click()
    page.wait_for_url("**/")
    return page


def asked(page: Page, address: str) -> str:
    """An assessment is begun from the vendor's file and sent; returns its address."""
    page.goto(address)
    page.locator("section[aria-labelledby=going-live]").get_by_role("link", name="Due diligence").click()
    page.get_by_role("link", name="Begin an assessment").click()
    expect(page.locator("[name=vendor] option:checked")).to_have_text(NAME)
    send(page, "Begin it", "Begun", areas="CHG", purpose="Before retail orders go there.")
    press(page, "send", due_on="2026-10-09")
    return page.url


def answered(sales: Page, engineer: Page, shoot: Shoot) -> None:
    """One drafts and asks a colleague for one answer; the colleague gives it with a file; then all is submitted, once nothing is left."""
    go(sales, "Questionnaires")
    sales.locator("main a[href^='/diligence/questionnaires/']").first.click()
    expect(sales.get_by_role("button", name="Submit the answers")).to_have_count(0)
    sales.get_by_role("link", name="Market-access control", exact=True).click()
    draft(sales, "DD-MAC-01", value="the vendor's broker-dealer, on its own identifier")
    sales.get_by_role("link", name=re.compile("^Next: ")).click()
    for question, said in ANSWERS.items():
        draft(sales, question, **said)
    rollback = sales.locator("#DD-CHG-05")
    rollback.get_by_label("Ask somebody else").select_option(label="Vendor D engineer")
    rollback.get_by_role("button", name="Ask them").click()
    expect(sales.locator("#DD-CHG-05")).to_contain_text("asked of Vendor D engineer")
    shoot(sales, "life questionnaire being answered")

    engineer.goto("/")
    engineer.get_by_role("link", name="questions are yours to answer").click()
    engineer.locator("#DD-CHG-05").get_by_role("link", name="Attach a file").click()
    send(engineer, "Attach it", "Attached", content="rollback-2026-08-20.txt", title="Log of the last return to the release before", effective_on="2026-08-20")
    draft(engineer, "DD-CHG-05", value="12", words="Measured on 20 August 2026.")

    sales.get_by_role("link", name="All areas, and submit").click()
    expect(sales.locator("main")).to_contain_text("Every question has an answer or a reason")
    sales.get_by_role("button", name="Submit the answers").click()
    expect(sales.get_by_role("status").first).to_contain_text("Submitted")


ANSWERS: dict[str, dict[str, str]] = {
    "DD-CHG-01": {"value": "10"}, "DD-CHG-02": {"value": "yes"}, "DD-CHG-03": {"value": "two people, enforced by the system"},
    "DD-CHG-04": {"words": "Replay of a day of client orders, then a pilot at one venue; the client agrees."}, "DD-CHG-06": {"value": "2026-03-11"},
    "DD-CHG-07": {"value": "yes"}, "DD-CHG-08": {"value": "6"}, "DD-CHG-09": {"value": "yes"},
}  # fmt: skip


def draft(page: Page, question: str, **said: str) -> None:
    """Answer a question; it saves itself when its field is left."""
    place = page.locator(f"#{question}")
    fill(place.locator("form", has=page.get_by_role("button", name="Save the draft")), **said)
    page.keyboard.press("Tab")
    expect(place.get_by_role("status")).to_contain_text(re.compile("Draft saved|^Saved"))


def judged(manager: Page, analyst: Page, supervisor: Page, sales: Page, assessment: str, shoot: Shoot) -> None:
    """A sample is drawn; an answer is challenged and answered, another returned and submitted anew; all are scored, and the sampled ones tested by a second person."""
    manager.goto(assessment)
    press(manager, "draw")
    analyst.goto(assessment)
    analyst.get_by_role("link", name="DD-CHG-04").first.click()
    press_by_words(analyst, "Challenge the answer", "Asked", words="Who of the client agrees, and in writing?", note="Ask for the last two.")
    analyst.get_by_role("link", name="All answers").click()
    analyst.get_by_role("link", name="DD-CHG-06").first.click()
    press_by_words(analyst, "Return for more", "done", asked_for="What was changed that day, and who was told?")
    manager.reload()
    press(manager, "send_back", due_on="2026-10-08")

    sales.goto("/")
    go(sales, "Questionnaires")
    sales.locator("main a[href^='/diligence/questionnaires/']").first.click()
    expect(sales.locator("main")).to_contain_text("Returned for more")
    shoot(sales, "life returned for more")
    sales.locator("section", has=sales.get_by_role("heading", name="Asked about your answers")).get_by_role("link", name="DD-CHG-04").click()
    sales.get_by_label("Your reply").fill("The head of trading, by a signed form of each release.")
    sales.get_by_role("button", name="Send the reply").click()
    expect(sales.get_by_role("status").first).to_contain_text("sent")
    draft(sales, "DD-CHG-06", words="A limit of one venue was lowered; the desks of all clients were told within the hour.")
    sales.get_by_role("link", name="All areas").first.click()
    sales.get_by_role("button", name="Submit the answers").click()
    expect(sales.get_by_role("status").first).to_contain_text("Submitted")

    manager.reload()
    press(manager, "draw")
    analyst.goto(assessment)
    analyst.get_by_role("button", name="Take the points that answers suggest").click()
    expect(analyst.get_by_role("status").first).to_contain_text("scored by what the answer suggests")
    analyst.get_by_role("link", name="DD-CHG-04").first.click()
    press_by_words(analyst, "Settle", "done", conclusion="Two signed forms were shown on a call.")
    analyst.get_by_role("link", name="All answers").click()
    analyst.get_by_role("link", name="Change control").first.click()
    for choice in analyst.locator("main select[name^='points-']").all():
        choice.select_option("3")
    for why in analyst.locator("main input[name^='words-']").all():
        why.fill("Said plainly; the paper behind it is asked for each release.")
    analyst.get_by_role("button", name="Score those with points").click()
    expect(analyst.get_by_role("status").first).to_contain_text("scored")
    shoot(analyst, "life scored")

    supervisor.goto(assessment)
    while (left := supervisor.locator("section[aria-label='Before it can be approved'] a", has_text="is sampled and not tested")).count():
        left.first.click()
        press(supervisor, "test", tried="Looked at what was attached, and called the engineer on 1 October.", result="confirmed")
        supervisor.goto(assessment)
    shoot(supervisor, "life tested")


def decided(manager: Page, compliance: Page, assessment: str, address: str) -> None:
    """A condition is set, scoring closed, the approval recommended by one and decided on by the other."""
    manager.goto(assessment)
    press_by_words(
        manager, "Set a condition", "The condition is set", words="The paper behind each release, from the next one on.", due_on="2026-11-30",
        owner_role="vendor_manager",
    )  # fmt: skip
    press(manager, "score")
    press(manager, "propose", recommendation="Approve for a year: it says what it does and shows it.")
    compliance.goto(assessment)
    press(compliance, "approve")
    expect(compliance.locator("h1 + p")).to_contain_text("approved")
    compliance.goto(address)
    press(compliance, "approve")
    expect(compliance.locator("h1 + p")).to_contain_text("approved")
