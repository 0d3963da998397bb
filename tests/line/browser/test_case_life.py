"""A case from notice to closure, by hand: the firm's people and the vendor, each at their own browser, each step from the page before it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from .by_hand import chosen, fill, press, press_by_words, send
from .test_journeys import FINDINGS, go
from .watching import Shoot, Watch

pytestmark = pytest.mark.check

Enter = Callable[..., Page]
VENDOR = "Vendor B"
CHECK = "EXE-101"
TODAY = date(2026, 10, 1)
MOVED = date(2026, 8, 12)
"""The day on which flow moved to the venue that pays the router."""
TOO_LATE, IN_TIME = date(2027, 1, 29), date(2026, 10, 23)
WHAT = "Since 12 August most retail marketable orders go to one venue, and some were filled there outside the displayed quote."
ASKED = "Which setting or release moved these orders, who decided it, and the routing tables of 11 and 12 August."
SETTING = "A weight meant for another client's flow was carried into ours with the release."
PAYMENT = "The ranking of destinations follows what the venue pays, not the price that customers get."


@dataclass(frozen=True)
class Desks:
    """The browsers of everybody in the case."""

    analyst: Page
    supervisor: Page
    manager: Page
    compliance: Page
    senior: Page
    vendor: Page
    other: Page
    """Of another vendor."""


def test_a_case_goes_from_notice_to_closure_with_its_vendor_in_a_second_browser(page_as: Enter, watch: Watch, shoot: Shoot) -> None:
    at = Desks(*(page_as(role) for role in ("analyst", "supervisor", "vendor_manager", "compliance", "senior_manager", "vendor_b", "vendor")))
    finding = found(at.analyst)
    case = opened(at, finding)
    measured_on_day_one(at, case)
    notice = given_notice(at, case, shoot)
    answered(at, notice, shoot)
    room = investigated(at, shoot)
    concluded(at, case, room, shoot)
    planned(at, case, shoot)
    made_whole(at, finding, case, shoot)
    watched_closely(at, watch, shoot)
    registered_beforehand(at, case, watch, shoot)
    closed(at, case, watch, shoot)
    nothing_changes(at, case, notice, room, shoot)


def found(page: Page) -> str:
    """An analyst finds a fill outside the displayed quote in the queue; returns the address of the exception."""
    page.goto("/")
    go(page, "Exceptions")
    fill(page.get_by_role("search", name="Filters"), check=CHECK, vendor="vendor_b", state="all", day=MOVED)
    page.get_by_role("search", name="Filters").get_by_role("button", name="Show").click()
    page.locator(FINDINGS).first.click()
    expect(page.locator("main")).to_contain_text("Estimated cost to customers")
    return page.url


def opened(at: Desks, finding: str) -> str:
    """A supervisor opens a case from the exception, by the button there; returns its address."""
    page = at.supervisor
    page.goto(finding)
    page.get_by_role("link", name="Open a case").click()
    expect(page.locator("[name=vendor] option:checked")).to_contain_text(VENDOR)
    send(page, "Open the case", "is open", title="Retail flow moved to a venue that pays the router", what=WHAT)
    expect(page.locator(f"#what ~ p a[href='{urlsplit(finding).path}']")).to_have_count(1)
    return page.url


def measured_on_day_one(at: Desks, case: str) -> None:
    """Half of the flow goes to the other router from today: proposed by one, decided by another, carried out by an entry of the handling log."""
    at.supervisor.get_by_role("link", name="Propose an interim measure").click()
    send(
        at.supervisor, "Propose an interim measure", "done", kind="reroute", percent="50", to_vendor=chosen(at.supervisor, "to_vendor", "Vendor A"),
        what="Retail marketable orders, by account group, so that each customer's stay with one router.", from_on=TODAY,
    )  # fmt: skip
    expect(at.supervisor.locator("[data-move=decide]")).to_have_count(0)
    from_today(at.compliance, "interim measure")
    press(at.compliance, "decide", why="Customers pay the difference every day.")
    go(at.analyst, "Handling log")
    at.analyst.get_by_role("link", name="Note a happening").click()
    send(
        at.analyst, "Note it", "Noted", kind="override", what="Account groups 2, 4 and 6 send retail orders to the other router.", from_at=f"{TODAY}T07:50:00",
        to_at=f"{TODAY}T07:55:00",
    )  # fmt: skip
    at.analyst.goto(case)
    at.analyst.get_by_role("link", name="Say by what it is carried out").click()
    send(at.analyst, "Say by what it is carried out", "done", happening=chosen(at.analyst, "happening", "2026-10-01"))


def given_notice(at: Desks, case: str, shoot: Shoot) -> str:
    """The notice is drafted with a figure and orders, looked at as the letter that it would be, and sent by a second person; returns its address."""
    from_today(at.manager, "notice to be drafted")
    at.manager.get_by_role("link", name="Draft the notice").click()
    send(
        at.manager, "Draft the notice", "Kept as a draft", subject_line="Retail flow to one venue since 12 August", asked=ASKED,
        answer_due_on=TODAY + timedelta(days=7),
        **{"figures-0-figure": f"check:{CHECK}", "figures-0-first": MOVED, "figures-0-last": MOVED + timedelta(days=1)},
    )  # fmt: skip
    expect(at.manager.locator("[data-move=send]")).to_have_count(0)
    from_today(at.compliance, "your approval and sending")
    with at.compliance.expect_download() as started:
        at.compliance.get_by_role("link", name="How the letter would look").click()
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF-")
    press(at.compliance, "send")
    expect(at.compliance.locator("main")).to_contain_text("approved and sent by Compliance")
    shoot(at.compliance, "case notice sent")
    at.supervisor.goto(case)
    expect(at.supervisor.locator(".head")).to_contain_text("notice given")
    return at.compliance.url


def answered(at: Desks, notice: str, shoot: Shoot) -> None:
    """The vendor reads the letter and answers with a file; it sees no customer and no other vendor, and another vendor sees nothing of it."""
    page = at.vendor
    from_today(page, "await your answer")
    page.locator("main tbody a[href^='/cases/notices/']").first.click()
    expect(page.locator("main")).to_contain_text(ASKED)
    assert page.request.get(page.get_by_role("link", name="The letter", exact=True).get_attribute("href") or "").body().startswith(b"%PDF-")
    page.get_by_role("link", name="Attach a file").click()
    send(page, "Attach it", "Attached", content="routing-tables.txt", title="Routing tables of two days", effective_on="2026-08-12")
    press(page, "answer", answer="The release carried a ranking that was set for another client. The tables are attached.")
    shoot(page, "case vendor answered")
    unseen(page)
    address = page.url
    at.other.goto("/")
    go(at.other, "Formal notices")
    expect(at.other.locator("main")).to_contain_text("None waits for your answer")
    assert "12 August" not in at.other.locator("main").inner_text()
    assert (at.other.request.get(address).status, page.request.get(notice).status) == (404, 403)
    at.manager.goto(notice)
    expect(at.manager.locator("main")).to_contain_text("Routing tables of two days")


def investigated(at: Desks, shoot: Shoot) -> str:
    """The room: hypotheses of both, the routing table in force, an order replayed, what speaks for and against; returns its address for the firm."""
    from_today(at.manager, "wait for the joint investigation")
    press(at.manager, "investigate")
    at.manager.get_by_role("link", name="Open its room").click()
    send(at.manager, "Open the room", "The room is open", about="Why most retail orders go to one venue since 12 August, with worse prices there.")
    room = at.manager.url
    press_by_words(at.manager, "Put a hypothesis", "Put", words=PAYMENT)
    of_hypothesis(at.manager, PAYMENT, "Say what speaks for it", words="The share went from one in ten to three in five within a day.")
    fill(at.manager.locator("#days form"), on=MOVED)
    at.manager.get_by_role("button", name="Show this day").click()
    expect(at.manager.locator("#days article")).to_contain_text("Version 1")
    at.manager.get_by_role("link", name="Choose orders to show").click()
    at.manager.locator("main tbody tr", has_text="Outside the quote").filter(has_text=str(MOVED)).first.locator("[name=chosen]").check()
    send(at.manager, "Show them to the vendor", "shown to the vendor", why="Why was it sent there, with this quote elsewhere?")
    spoken_by_vendor(at.vendor, shoot)
    at.other.goto("/")
    go(at.other, "Cases")
    expect(at.other.locator("main")).to_contain_text("0 joint investigations")
    assert at.other.request.get(at.vendor.url).status == 404
    at.manager.reload()
    of_hypothesis(at.manager, SETTING, "Say what speaks against it", words="Rebates of this flow were booked for August; a mistake is seen in a day.")
    at.manager.locator("#hypotheses article", has_text=PAYMENT).get_by_role("link", name="Note for the firm alone").last.click()
    send(at.manager, "Note it", "Noted", words="Counsel: keep what customers lost out of the room.")
    at.vendor.reload()
    assert "Counsel" not in at.vendor.locator("main").inner_text()
    return room


def spoken_by_vendor(page: Page, shoot: Shoot) -> None:
    """The vendor puts its own hypothesis with a file, says how the router was set otherwise, and looks at the order."""
    page.goto("/")
    go(page, "Cases")
    page.locator("main tbody a[href^='/rooms/mine/']").first.click()
    address = page.url
    press_by_words(page, "Put a hypothesis", "Put", words=SETTING)
    of_hypothesis(page, SETTING, "Say what speaks for it", words="The ranking of both releases.", content="ranking.txt", title="Ranking before and after")
    of_hypothesis(page, PAYMENT, "Say what speaks against it", words="Nobody of ours chose the venue for this flow.")
    page.locator("#days").get_by_role("link", name="It was set otherwise").click()
    send(page, "Say it", "Said", words="The table loaded at 09:28 had the venue first for orders up to 2,000 shares.")
    page.locator("#orders").get_by_role("link", name="Look at it").click()
    expect(page.locator("h1")).to_contain_text("C2608")
    shoot(page, "case order replayed for the vendor")
    unseen(page)
    page.goto(address)
    page.locator("#orders").get_by_role("link", name="Say what it shows").click()
    send(page, "Say it", "Said", words="It went there by the ranking alone; two others showed the same price.")
    unseen(page)


def of_hypothesis(page: Page, which: str, button: str, **said: str) -> None:
    """Say something of one hypothesis."""
    page.locator("#hypotheses article", has_text=which).get_by_role("link", name=button).click()
    send(page, "Say it", "Said", **said)


def concluded(at: Desks, case: str, room: str, shoot: Shoot) -> None:
    """Each side names a root cause; they differ, and the disagreement is kept. The firm's author does not conclude; another does."""
    at.vendor.get_by_role("link", name="Write your conclusion").click()
    send(at.vendor, "Say it", "Said", value="setting", words="A setting of another client's flow was carried over; nobody chose the venue.")
    at.manager.goto(room)
    at.manager.get_by_role("link", name="Write the firm's conclusion").click()
    send(at.manager, "Say it", "Said", value="payment", words="Whether the weight came by mistake or not, what it weighed was a payment.")
    expect(at.manager.locator("[data-move=conclude]")).to_have_count(0)
    at.compliance.goto(room)
    press(at.compliance, "conclude")
    for page in (at.compliance, at.vendor):
        page.reload()
        expect(page.locator("#conclusions")).to_contain_text("The disagreement is kept")
        expect(page.locator("#conclusions")).to_contain_text("a setting of the router")
        expect(page.locator("#conclusions")).to_contain_text("a payment or another conflict of interest")
    shoot(at.vendor, "case room concluded for the vendor")
    shoot(at.compliance, "case room concluded")
    at.manager.goto(case)
    press(at.manager, "ask_plan")


def planned(at: Desks, case: str, shoot: Shoot) -> None:
    """The vendor writes its plan; it is rejected over an item that comes too late, written again, proposed by one and accepted by another."""
    at.manager.get_by_role("link", name="Ask for the plan").click()
    send(at.manager, "Ask for it", "Asked", asked_for="By when less than 15 % of our retail orders go there, and how payments are kept out of the ranking.")
    plan = at.manager.url
    page = at.vendor
    page.goto("/")
    go(page, "Plans")
    page.locator("main tbody a[href^='/plans/mine/']").first.click()
    page.get_by_role("link", name="Add an item").click()
    send(
        page, "Save it in the draft", "Saved in the draft", what="Take the weight for payments out of the ranking for this client.", owner="Head of routing",
        due_on=TOO_LATE, configuration=chosen(page, "configuration", "version 1"), change="Ranking: price, fill, speed.", retest_kind="check",
        retest="ROU-103, a venue's share moved", figure="metric:venue_share", narrowed="venue=KNCM customer_class=retail", side="at_most", bound="15",
        min_n="200", by_on="2027-02-01",
    )  # fmt: skip
    press(page, "submit")
    at.manager.reload()
    at.manager.get_by_role("link", name="Reject, item by item").click()
    objection = at.manager.locator("main form textarea[name^=item_]")
    objection.fill("By the end of January is a quarter of worse prices more.")
    send(at.manager, "Reject", "Rejected", rejection="The item comes too late.")
    page.goto("/")
    go(page, "Plans")
    page.locator("main tbody tr", has_text="owed by").or_(page.locator("main tbody tr", has_text="asked of")).get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("a quarter of worse prices more")
    page.get_by_role("link", name="Change it").click()
    send(page, "Save it in the draft", "Saved in the draft", due_on=IN_TIME, by_on="2026-11-30")
    expect(page.locator("main")).to_contain_text("Against version 1")
    press(page, "submit")
    shoot(page, "case plan of the vendor")
    at.manager.goto(case)
    at.manager.locator("section[aria-labelledby=work]").get_by_role("link", name="version 2").click()
    assert at.manager.url != plan
    press(at.manager, "propose", why="The day is the one decided on, and the item says how it is seen.")
    expect(at.manager.locator("[data-move=accept]")).to_have_count(0)
    at.compliance.goto(at.manager.url)
    press(at.compliance, "accept")
    shoot(at.compliance, "case plan accepted")


def made_whole(at: Desks, finding: str, case: str, shoot: Shoot) -> None:
    """What customers lost: asked from the exception, counted, proposed, approved by a second person; the credit file adds up to what the page says."""
    page = at.analyst
    page.goto(finding)
    page.get_by_role("link", name="What did customers lose?").click()
    send(
        page, "Open the assessment", "Opened", case=chosen(page, "case", "Retail flow moved"),
        counterfactual_why="The check asks about orders no larger than the size displayed, so the quote could have been had.",
    )  # fmt: skip
    press(page, "count")
    expect(page.locator(".tiles")).to_contain_text("Lost by customers")
    harm = page.url
    press(page, "propose", conclusion="Pay every customer, whatever the amount.")
    expect(page.locator("[data-move=approve]")).to_have_count(0)
    at.compliance.goto(harm)
    press(at.compliance, "approve", why="Read in the inspector, one by one.")
    expect(at.compliance.locator("[data-move=release]")).to_have_count(0)
    at.supervisor.goto(harm)
    press(at.supervisor, "release")
    shoot(at.supervisor, "case harm credited")
    together = at.supervisor.locator("section[aria-label=Credits] dd", has_text="approved").inner_text()
    at.supervisor.get_by_role("link", name="Credits", exact=True).click()
    at.supervisor.locator("main dl a[href^='/evidence/']").first.click()
    with at.supervisor.expect_download() as started:
        at.supervisor.get_by_role("link", name=re.compile("^Download")).first.click()
    lines = list(csv.DictReader(Path(started.value.path()).read_text().splitlines()))
    credits, total = [Decimal(line["amount_usd"]) for line in lines[:-1]], Decimal(lines[-1]["amount_usd"])
    assert credits and sum(credits) == total
    assert together.startswith(f"${total:,.2f},"), together
    at.supervisor.goto(case)
    expect(at.supervisor.locator("section[aria-labelledby=work]")).to_contain_text("credit file made")


def watched_closely(at: Desks, watch: Watch, shoot: Shoot) -> None:
    """Narrower limits are proposed by one and approved by another; one wider than the policy's is refused beside its field, and nothing typed is lost."""
    page, why = at.supervisor, "Each fill outside the quote is to be seen on the next morning."
    page.get_by_role("link", name="Propose heightened monitoring").click()
    form = page.locator("main form", has=page.get_by_role("button", name="Propose heightened monitoring"))
    fill(form, limit_max_outside_usd="9999", reason=why)
    form.get_by_role("button", name="Propose heightened monitoring").click()
    expect(form.locator(".errorlist")).to_contain_text("policy")
    expect(form.locator("[name=reason]")).to_have_value(why)
    assert watch.told(f"400 POST {urlsplit(page.url).path}")
    send(page, "Propose heightened monitoring", "done", limit_max_outside_usd="0")
    from_today(at.compliance, "heightened monitoring wait")
    press(at.compliance, "approve")
    expect(at.compliance.locator(".head")).to_contain_text("in force")
    shoot(at.compliance, "case monitoring in force")


def registered_beforehand(at: Desks, case: str, watch: Watch, shoot: Shoot) -> None:
    """The test that would end the case is fixed before its window begins, by two; then the stage of monitoring begins."""
    page, button = at.manager, "Register the closing test"
    page.goto(case)
    page.get_by_role("link", name=button).click()
    form = page.locator("main form", has=page.get_by_role("button", name=button))
    fill(
        form, figure="metric:effective_over_quoted", side="at_most", compared="absolute", bound="90", min_n="400", first_on=MOVED, last_on="2026-12-01",
        if_inconclusive="The window is registered anew for two months, and the committee is told.",
    )  # fmt: skip
    form.get_by_role("button", name=button).click()
    expect(page.get_by_role("alert")).to_contain_text("What is registered after the data is no test")
    assert watch.told(f"400 POST {urlsplit(page.url).path}")
    send(page, button, "done", first_on="2026-10-05")
    from_today(at.supervisor, "closing tests wait")
    press(at.supervisor, "agree")
    expect(at.supervisor.locator("main")).to_contain_text("Locked by")
    shoot(at.supervisor, "case closing test agreed")
    at.supervisor.goto(case)
    press(at.supervisor, "monitor")
    expect(at.supervisor.locator(".head")).to_contain_text("heightened monitoring")


def closed(at: Desks, case: str, watch: Watch, shoot: Shoot) -> None:
    """Not before its test is met: the page says so and has no button. One proposes an override, a second role signs it, compliance closes."""
    page = at.compliance
    page.goto(case)
    expect(page.locator("section[aria-labelledby=next]")).to_contain_text("the registered test is not met over its whole window")
    expect(page.locator("[data-move=close]")).to_have_count(0)
    at.manager.goto(case)
    at.manager.get_by_role("link", name="Propose an override").click()
    send(
        at.manager, "Propose an override", "done", condition="closing",
        reason="The vendor took the venue out of the ranking within the week; the window runs on, and the committee sees it in December.",
    )  # fmt: skip
    from_today(at.senior, "wait for a second role")
    press(at.senior, "sign_as_senior")
    page.reload()
    left_open = watch.over(page.context.new_page())
    left_open.goto(case)
    expect(page.locator("section[aria-labelledby=next]")).to_contain_text("skipped by a signed override")
    press(page, "close", why="The venue is out of the ranking; the harm is paid. The test runs on for the committee.")
    expect(page.locator("section[aria-labelledby=end]")).to_contain_text("by a signed override")
    expect(page.locator("main").get_by_role("note")).to_contain_text("a passed closing test over its whole window skipped")
    shoot(page, "case closed")
    move = left_open.locator("details.move[data-move=close]")
    move.locator("summary").click()
    fill(move, why="A second time.")
    move.locator("button").click()
    expect(left_open.locator("main")).to_contain_text("the case is “closed”")
    assert watch.told(f"409 POST {urlsplit(left_open.url).path}")
    left_open.close()


def nothing_changes(at: Desks, case: str, notice: str, room: str, shoot: Shoot) -> None:
    """After the end nobody has anything to press, on either side, but a hold on what is kept; the vendor reads the letter of the end."""
    for page in (at.supervisor, at.manager, at.compliance):
        for address in (case, notice, room):
            page.goto(address)
            offered = page.locator("main .move summary, main .moves summary").all_inner_texts()
            assert set(offered) <= {"File evidence", "End", "Link what is filed already"}, (address, offered)
            expect(
                page.locator("main").get_by_role("link", name=re.compile("^(Propose|Register|Draft|Write|Say|Choose|Open its|Ask(?! for a legal hold)|Add)"))
            ).to_have_count(0)
    page = at.vendor
    page.goto("/")
    go(page, "Formal notices")
    page.locator("main tbody a[href^='/cases/notices/']").first.click()
    expect(page.locator("[data-move]")).to_have_count(0)
    expect(page.get_by_role("link", name="Attach a file")).to_have_count(0)
    letter = page.get_by_role("link", name="The letter of its end").get_attribute("href") or ""
    assert page.request.get(letter).body().startswith(b"%PDF-")
    shoot(page, "case closed for the vendor")
    go(page, "Cases")
    page.locator("main tbody a[href^='/rooms/mine/']").first.click()
    assert set(page.locator("main .button").all_inner_texts()) == {"Look at it"}


def from_today(page: Page, words: str) -> None:
    """By the line of Today that says so."""
    page.goto("/")
    page.locator("main").get_by_role("link").filter(has_text=re.compile(words)).first.click()
    expect(page.locator("h1")).to_be_visible()


def unseen(page: Page) -> None:
    """Nothing here names another vendor, what customers lost, a class of customers or an account of one."""
    said = page.locator("main").inner_text()
    assert not re.search(r"Vendor A|vendor_a|Estimated|customer class|\b[0-9a-f]{16}\b", said, re.IGNORECASE), said
