"""A vendor from candidate to live and through its yearly refresh, by hand: each person at their own browser, each step from the page before it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .by_hand import asked, chosen, draft, invited, press, press_by_words, registered, send
from .test_journeys import go
from .watching import Shoot

pytestmark = pytest.mark.check

Enter = Callable[..., Page]
KEY, NAME = "vendor_d", "Vendor D Execution LLC"


def test_a_vendor_goes_from_candidate_to_live_and_through_its_yearly_refresh(page_as: Enter, stranger: Callable[[], Page], later: Enter, shoot: Shoot) -> None:
    manager, compliance, supervisor, analyst = (page_as(role) for role in ("vendor_manager", "compliance", "supervisor", "analyst"))
    address = registered(manager, KEY, NAME)
    arranged(manager, compliance, address)
    sales, engineer = (invited(page_as("administrator"), stranger(), name, KEY) for name in ("Vendor D sales", "Vendor D engineer"))
    assessment = asked(manager, address, NAME)
    answered(sales, engineer, shoot)
    left_open = judged(manager, analyst, supervisor, sales, assessment, shoot)
    decided(manager, compliance, assessment, address)
    left_open.get_by_role("button", name="Submit the answers").click()
    expect(left_open.locator("main")).to_contain_text("This questionnaire is closed: a decision was taken on the answers given.")
    controlled(manager, supervisor, address)
    planned(manager, compliance, address)
    configured(manager, analyst, supervisor, address)
    found_sound(analyst, supervisor, address)
    gone_live(compliance, address, shoot)
    refreshed(later, shoot)


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


def judged(manager: Page, analyst: Page, supervisor: Page, sales: Page, assessment: str, shoot: Shoot) -> Page:
    """A sample is drawn; one answer challenged, one returned and submitted anew; all are scored, the sampled ones tested by a second person.

    Returns a page of the vendor's that was left open before it submitted again.
    """
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
    left_open = sales.context.new_page()
    left_open.goto(sales.url)
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
    expect(analyst.get_by_role("button", name="Score those with points")).to_be_visible()
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
    return left_open


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


def controlled(manager: Page, supervisor: Page, address: str) -> None:
    """Who holds market access is stated with its paper by one and confirmed by another."""
    manager.goto(address)
    manager.get_by_role("link", name="State who holds it").click()
    send(
        manager, "State it", "Stated", holder_kind="member", holder=NAME, how="Its risk desk alone sets the limits; we ask in writing.",
        upload="market-access.txt",
    )  # fmt: skip
    supervisor.goto(manager.url)
    press(supervisor, "confirm")


def planned(manager: Page, compliance: Page, address: str) -> None:
    """How it would be left, with a fallback that was tried: drafted and proposed by one, approved by the other."""
    manager.goto(address)
    manager.get_by_role("link", name="Draft an exit plan").click()
    send(
        manager, "Save the draft", "Saved as a draft", fallback_vendor=chosen(manager, "fallback_vendor", "Vendor A Routing LLC"),
        fallback_words="Its line carries all of it.", fallback_tested_on="2026-09-26", upload="failover-2026-09-26.txt", notice_days_ours="90",
        notice_days_theirs="90", comes_back="Orders and routes of six years.", comes_as="CSV", relook_on="2027-04-01",
        **{"steps-0-what": "Give notice in writing", "steps-0-role": "vendor_manager", "steps-0-days": "0"},
    )  # fmt: skip
    press(manager, "propose")
    compliance.goto(manager.url)
    press(compliance, "approve")


def configured(manager: Page, analyst: Page, supervisor: Page, address: str) -> None:
    """The two papers that come first are signed by two; then the first version is drafted, decided on and noted as set."""
    manager.goto(address)
    manager.locator("section[aria-labelledby=going-live]").get_by_role("link", name="Configuration").click()
    configuration = manager.url
    for paper, words in (("best-execution statement", "Price first; then likelihood, then speed."), ("flow profile", "Retail, held; market and limit orders.")):
        manager.goto(configuration)
        manager.get_by_role("link", name=paper).click()
        send(manager, "Save the draft", "Saved as a draft", text=words)
        press(manager, "propose")
        supervisor.goto(manager.url)
        press(supervisor, "approve")
    analyst.goto(configuration)
    analyst.get_by_role("link", name="Draft the first version").click()
    lines = (("strategy", "retail market orders", "best price"), ("handling", "stop", "held at the router"), ("venue", "XNAS", "all orders"))
    rows = {f"settings-{place}-{field}": said for place, line in enumerate(lines) for field, said in zip(("kind", "key", "value"), line, strict=True)}
    send(analyst, "Save the draft", "Saved as a draft", summary="How it is set for the pilot.", effective_from="2026-10-02T09:00:00", release="3.0", **rows)
    press(analyst, "propose")
    supervisor.goto(analyst.url)
    press(supervisor, "approve")
    analyst.reload()
    press(analyst, "put_in_force", in_force_from="2026-10-01T08:00:00")


def found_sound(analyst: Page, supervisor: Page, address: str) -> None:
    """A test report is filed by one and accepted by another; then the vendor counts as tested."""
    analyst.goto(address)
    analyst.get_by_role("link", name="File a test report").click()
    send(
        analyst, "File it", "Filed", suite="Golden orders, 64 scenarios", release="3.0", tested_on="2026-09-30", scenarios_run="64", scenarios_passed="64",
        scenarios_failed="0", upload="golden-orders-3.0.txt",
    )  # fmt: skip
    supervisor.goto(analyst.url)
    press(supervisor, "accept")
    supervisor.get_by_role("link", name=NAME).first.click()
    press(supervisor, "accept_test")
    expect(supervisor.locator("h1 + p")).to_contain_text("tested")


def gone_live(page: Page, address: str, shoot: Shoot) -> None:
    """A pilot with a cap begins, its cap is widened, and the vendor goes live, since nothing is left unmet."""
    page.goto(address)
    press(page, "begin_pilot", pilot_cap_orders="200")
    expect(page.locator("h1 + p")).to_contain_text("pilot")
    press(page, "change_cap", pilot_cap_orders="400", why="Three days without an exception.")
    assert page.locator("section[aria-labelledby=going-live] .tag.late").count() == 0
    press(page, "go_live")
    expect(page.locator("h1 + p")).to_contain_text("live")
    shoot(page, "life live")


def refreshed(later: Enter, shoot: Shoot) -> None:
    """Eleven months on: what changed, what was claimed against the year, a paper, a senior manager's question, its answer, the acknowledgement."""
    manager, compliance = later("vendor_manager"), later("compliance")
    refresh = gathered(manager, shoot)
    press(manager, "hand_in")
    compliance.goto(refresh)
    compliance.get_by_role("link", name="Read the paper").click()
    shoot(compliance, "life paper")
    compliance.goto(refresh)
    press(compliance, "present")

    senior = later("senior_manager")
    senior.get_by_role("link", name=re.compile("acknowledge")).first.click()
    expect(senior).to_have_url(re.compile(r"/refreshes/\d+/"))
    senior.get_by_role("link", name="Read the paper").click()
    expect(senior.locator("main")).to_contain_text("Recommendation: retain")
    senior.go_back()
    send(senior, "Ask", "Asked", text="Who looked at the second site this year?")
    manager.goto(refresh)
    press(manager, "answer", answer="We did, on 12 June: it took over within four minutes.")
    senior.reload()
    expect(senior.locator("main")).to_contain_text("within four minutes")
    press(senior, "acknowledge", words="Read and understood; keep it, and show me the second site again next year.")
    expect(senior.locator("main")).to_contain_text("The approval holds until")
    shoot(senior, "life refresh completed")


def gathered(page: Page, shoot: Shoot) -> str:
    """The refresh is opened, what changed is answered, the year gathered and assessed, the senior manager named; returns its address."""
    go(page, "Annual refresh")
    page.locator("p.callout", has_text=NAME).get_by_role("link", name="Open it").click()
    page.get_by_role("button", name="Open it").click()
    refresh = page.url
    page.get_by_role("link", name="Answer them").click()
    expect(page.locator("main select[name$='-changed']").last).to_be_visible()
    for choice in page.locator("main select[name$='-changed']").all():
        choice.select_option("unchanged")
    for words in page.locator("main textarea[name$='-words']").all():
        words.fill("Looked at its statement of August and at the desk's own figures; nothing differs.")
    page.get_by_role("button", name="Keep the answers").click()
    expect(page.get_by_role("status").first).to_contain_text("answers kept")
    press(page, "gather")
    page.get_by_role("link", name="Write them").click()
    send(page, "Keep it", "Kept", assessment="It did what it said, as far as the year's orders can show.", recommendation="retain")
    page.get_by_role("link", name="Name them").click()
    page.locator("main [name=people]").first.check()
    page.get_by_role("button", name="Name them").click()
    expect(page.get_by_role("status").first).to_contain_text("Named")
    shoot(page, "life refresh gathered")
    return refresh
