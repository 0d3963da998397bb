"""A regulator's request from its letter to its close, by hand: each person at their own browser, and the examiner at a browser that knows no account."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from .by_hand import fill, press, press_by_words, send
from .test_journeys import go
from .watching import Shoot, Watch

pytestmark = pytest.mark.check

Enter = Callable[..., Page]
REFERENCE = "2026-0318"
OPINION = "Opinion on the scope of item 1"
SAMPLE, MEMO, METHOD = "Orders looked at one by one", "Memorandum to counsel", "How the share is measured"
LINE = "Memorandum of the supervisor to counsel, 30 September 2026, one page, asking for legal advice."
COVERING = "This answers your letter. What became known later is said as such."


def test_a_request_goes_from_its_letter_to_its_production(page_as: Enter, stranger: Callable[[], Page], watch: Watch, shoot: Shoot) -> None:
    compliance, counsel, analyst, manager = (page_as(role) for role in ("compliance", "senior_manager", "analyst", "vendor_manager"))
    request = taken_in(compliance, watch, shoot)
    split(compliance)
    kept_apart(counsel, [compliance, page_as("auditor"), analyst], request, watch, shoot)
    gathered(analyst, shoot)
    found_nothing(manager, compliance, request)
    time_granted(compliance, request)
    reviewed(counsel, request, shoot)
    production = produced(compliance, counsel, request, shoot)
    address, passphrase, room = room_made(compliance, counsel, production, shoot)
    examiner = stranger()
    read(examiner, address, passphrase, watch, shoot)
    noted(compliance, room, shoot)
    ended(counsel, examiner, room, watch)
    closed(compliance, counsel, request, production, watch, shoot)


def taken_in(page: Page, watch: Watch, shoot: Shoot) -> str:
    """The letter is taken in with its file, its days and its counsel; a day that cannot be is refused, and nothing typed is forgotten. Returns its address."""
    page.goto("/")
    go(page, "Requests")
    page.get_by_role("link", name="Take a letter in").click()
    form = page.locator("main form.panel")
    said = {
        "content": "letter-2026-0318.txt", "authority": "finra", "asked_by": "Market Regulation", "reference": REFERENCE, "rule": "FINRA 8210",
        "about": "Orders in three days of August, and payments.", "received_on": "2026-09-30", "due_on": "2026-10-14", "first_on": "2026-08-13",
        "last_on": "2026-08-11",
    }  # fmt: skip
    fill(form, **said)
    page.get_by_label("Senior manager").check()
    page.get_by_role("button", name="Take it in").click()
    expect(page.locator("main")).to_contain_text("The period would end before it begins.")
    assert watch.told("400 POST /requests/new/")
    expect(page.locator("[name=about]")).to_have_value(said["about"])
    expect(page.get_by_label("Senior manager")).to_be_checked()
    send(page, "Take it in", "its clock runs", content="letter-2026-0318.txt", first_on="2026-08-11", last_on="2026-08-13")
    expect(page.locator("main .head")).to_contain_text("due in 13 days")
    expect(page.locator("#counsel + *, section[aria-labelledby=counsel]").first).to_contain_text("Senior manager")
    shoot(page, "request taken in")
    return page.url


def split(page: Page) -> None:
    """Each question becomes an item with an owner and a day, one after the other; then gathering begins."""
    page.get_by_role("link", name="Write an item").click()
    fill(page.locator("main form.panel"), question="Documents that show the orders of the three days.", known_at="2026-09-30T12:00")
    page.get_by_label("Owner").select_option(label="Analyst")
    page.get_by_role("button", name="Save, and write the next").click()
    expect(page.get_by_role("status").first).to_contain_text("Item 1 is written")
    fill(page.locator("main form.panel"), question="All payments received from the venue.")
    page.get_by_label("Owner").select_option(label="Vendor manager")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Item 2 is written")
    press(page, "split")
    press(page, "begin")


def kept_apart(counsel: Page, others: list[Page], request: str, watch: Watch, shoot: Shoot) -> None:
    """Counsel comes by the notice and puts an opinion into counsel's space. Nobody else has the way there, finds the page, or reads of the opinion."""
    counsel.goto("/")
    go(counsel, "Requests")
    counsel.get_by_role("link", name=REFERENCE).click()
    counsel.get_by_role("link", name="Counsel's space").click()
    send(counsel, "Keep it here", "Kept", title=OPINION, note="Item 1 as worded reaches the memorandum.", content="opinion.txt", ground="attorney_client")
    expect(counsel.locator("main .timeline")).to_contain_text(OPINION)
    shoot(counsel, "request counsel's space")
    for page in others:
        page.goto("/")
        go(page, "Requests")
        page.get_by_role("link", name=REFERENCE).click()
        expect(page.locator("section[aria-labelledby=counsel]")).to_contain_text("Senior manager, named")
        expect(page.get_by_role("link", name="Counsel's space")).to_have_count(0)
        assert not leaks(page)
        page.goto(counsel.url)
        assert watch.told(f"{404 if page is others[0] else 403} GET {urlsplit(counsel.url).path}")
        assert not leaks(page)
        page.goto(request)
        history = page.get_by_role("link", name="Everything the record says of this request")
        if history.count():
            history.click()
            page.wait_for_url("**/record/of/**")
            assert not leaks(page)


def leaks(page: Page) -> bool:
    """Whether the page says anything of what lies in counsel's space."""
    said = page.content()
    return OPINION in said or "opinion.txt" in said or "reaches the memorandum" in said


def gathered(page: Page, shoot: Shoot) -> None:
    """The item's owner comes from the morning's page, sees what was known then beside now, takes files in and says that it is complete."""
    page.goto("/")
    page.get_by_role("link", name=re.compile("item.* of a regulator's request .* yours to gather")).click()
    if page.locator("h1").inner_text() != "Item 1":
        page.get_by_role("link", name="1", exact=True).click()
    expect(page.locator("h1")).to_have_text("Item 1")
    expect(page.locator("main")).to_contain_text("between 2026-09-30 12:00 EDT and now")
    runs = page.locator("details", has_text="Runs in force, by day").first
    expect(runs).to_contain_text("came later")
    shoot(page, "request then and now")
    press(page, "gather")
    item = page.url
    page.get_by_role("link", name="Gather", exact=True).click()
    fill(page.locator("main"), q="letter")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("region", name="Evidence found")).to_be_visible()
    for title in (METHOD, SAMPLE, MEMO):
        name = f"{title.lower().replace(' ', '-')}.txt"
        send(page, "File it and take it in", f"In the item now: {title}", content=name, title=title, effective_on="2026-09-30")
    page.goto(item)
    press(page, "hand_in")
    expect(page.locator("main .head")).to_contain_text("ready for counsel")


def found_nothing(manager: Page, compliance: Page, request: str) -> None:
    """One searched and found nothing; another, who looks at how it was searched, confirms it."""
    manager.goto("/")
    manager.get_by_role("link", name=re.compile("item.* of a regulator's request .* yours to gather")).click()
    if manager.locator("h1").inner_text() != "Item 2":
        manager.get_by_role("link", name="2", exact=True).click()
    press(manager, "find_nothing", search_made="The ledger and the bank's statements of the three days, by every payee.")
    compliance.goto(request)
    compliance.get_by_role("link", name="2", exact=True).click()
    press(compliance, "confirm_nothing")
    expect(compliance.locator("main .head")).to_contain_text("nothing responsive")


def time_granted(page: Page, request: str) -> None:
    """More time is asked for with a letter, and the answer noted with another; the clock then runs to the new day."""
    page.goto(request)
    page.get_by_role("link", name="More time is asked for").click()
    send(page, "Save", "Noted", content="asking.txt", asked_until_on="2026-10-21", reason="The vendor searches its own files.")
    expect(page.locator("main .head")).to_contain_text("due in 13 days")
    page.get_by_role("link", name="Note the answer").click()
    expect(page.locator("[name=until_on]")).to_have_value("2026-10-21")
    send(page, "Save", "Noted", content="granted.txt", why="By telephone.")
    expect(page.locator("main .head")).to_contain_text("due in 20 days")
    expect(page.locator("dl.facts").first).to_contain_text("2026-10-21, first 2026-10-14")


def reviewed(counsel: Page, request: str, shoot: Shoot) -> None:
    """Counsel decides on each document: one goes out, one redacted, one is withheld with its ground and line; then the item is reviewed."""
    counsel.goto(request)
    counsel.get_by_role("link", name=METHOD).first.click()
    press(counsel, "clear")
    counsel.goto(request)
    counsel.get_by_role("link", name=SAMPLE).first.click()
    press_by_words(
        counsel, "Upload a redacted copy", "redacted copy goes out", content="redacted.txt", redacts="The account keys of three orders.", ground="personal"
    )
    counsel.goto(request)
    counsel.get_by_role("link", name=MEMO).first.click()
    press(counsel, "withhold", ground="attorney_client", log_line=LINE)
    shoot(counsel, "request document withheld")
    counsel.get_by_role("link", name="item 1", exact=True).click()
    press(counsel, "review")
    expect(counsel.locator("main .head")).to_contain_text("reviewed by counsel")


def produced(compliance: Page, counsel: Page, request: str, shoot: Shoot) -> str:
    """The production is drafted by one, who cannot release it, and released by another; its log says what was given and withheld. Returns its address."""
    compliance.goto(request)
    compliance.get_by_role("link", name="Draft a production").click()
    expect(compliance.locator("main form.panel")).not_to_contain_text(MEMO)
    send(compliance, "Draft it", "Another person releases it", covering=COVERING)
    expect(compliance.locator("details.move[data-move=release]")).to_have_count(0)
    counsel.goto("/")
    counsel.get_by_role("link", name=re.compile("production.* for your release")).click()
    if not counsel.locator("h1").inner_text().startswith("Production"):
        counsel.get_by_role("link", name="Production 1").click()
    press(counsel, "release")
    expect(counsel.get_by_role("region", name="Documents")).to_contain_text("unchanged since released")
    shoot(counsel, "request production")
    compliance.reload()
    press(compliance, "hand_over", delivered_to="Market Regulation", delivered_how="room")
    compliance.goto(request)
    expect(compliance.locator("main .head")).to_contain_text("produced in full")
    log, withheld = compliance.get_by_role("table", name="Production log"), compliance.get_by_role("table", name="Withheld or redacted")
    expect(log).to_contain_text(METHOD)
    expect(log).not_to_contain_text(MEMO)
    expect(withheld).to_contain_text(LINE)
    expect(withheld).to_contain_text("attorney-client privilege")
    shoot(compliance, "request produced in full")
    return counsel.url


def room_made(compliance: Page, counsel: Page, production: str, shoot: Shoot) -> tuple[str, str, str]:
    """One makes the room and is shown its address and passphrase, once; another releases it. Returns address, passphrase and the firm's page of it."""
    compliance.goto(production)
    compliance.get_by_role("link", name="Make a reader's room for it").click()
    fill(compliance.locator("main form.panel"), reader="Examiner, Market Regulation", last_on="2026-10-15")
    compliance.get_by_role("button", name="Save").click()
    said = compliance.locator("code.secret")
    expect(said).to_have_count(2)
    address, passphrase = said.all_inner_texts()
    compliance.get_by_role("link", name="To the room").click()
    expect(compliance.locator("h1")).to_contain_text("Reader's room")
    assert passphrase not in compliance.content()
    counsel.goto("/")
    counsel.get_by_role("link", name=re.compile("room.* for your release")).click()
    if not counsel.locator("h1").inner_text().startswith("Reader's room"):
        counsel.get_by_role("link", name=re.compile("^room ")).first.click()
    press(counsel, "release")
    shoot(counsel, "request room")
    return address, passphrase, compliance.url


def read(page: Page, address: str, passphrase: str, watch: Watch, shoot: Shoot) -> None:
    """The examiner comes in, after one slip, and reads exactly what was produced: the redacted copy, not its original; of the withheld one a line alone."""
    page.goto(address)
    door = page.url
    fill(page.locator("main"), who="Examiner, Market Regulation", passphrase="not-the-passphrase")
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert watch.told(f"403 POST {urlsplit(door).path}")
    expect(page.locator("[name=who]")).to_have_value("Examiner, Market Regulation")
    fill(page.locator("main"), passphrase=passphrase)
    page.get_by_role("button", name="Come in").click()
    expect(page.locator("h1")).to_contain_text("what was produced")
    said = page.locator("main").inner_text()
    assert (METHOD in said, SAMPLE in said, MEMO in said, OPINION in said) == (True, True, False, False)
    shoot(page, "request reading room")
    documents = page.get_by_role("region", name=re.compile("^Documents")).get_by_role("link")
    assert [taken(page, link.inner_text()) for link in documents.all()] == ["how-the-share-is-measured.txt: what it says.\n", "redacted.txt: what it says.\n"]
    kept_back = taken(page, "Log of what is withheld")
    assert (LINE in kept_back, MEMO + "," in kept_back, "attorney-client privilege" in kept_back) == (True, False, True)
    assert taken(page, "Cover letter").startswith("%PDF")
    label = documents.last.inner_text()
    beyond = f"{label[:-6]}{int(label[-6:]) + 1:06d}"
    page.goto(f"{door}documents/{beyond}/")
    assert watch.told(f"404 GET {urlsplit(door).path}documents/{beyond}/")
    expect(page.locator("h1")).to_have_text("Nothing to read here")
    page.goto(door)


def taken(page: Page, words: str) -> str:
    """What lies in the file that a link of the page gives."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=re.compile(f"^{re.escape(words)}", re.IGNORECASE)).first.click()
    return Path(coming.value.path()).read_bytes().decode(errors="replace")


def noted(page: Page, room: str, shoot: Shoot) -> None:
    """The firm sees who came in, the slip before, and what was taken."""
    page.goto(room)
    visits = page.get_by_role("table", name="Who came in, and what they took")
    expect(visits).to_contain_text("came in")
    expect(visits).to_contain_text("wrong passphrase")
    expect(visits).to_contain_text("-000001")
    shoot(page, "request room visited")


def ended(counsel: Page, examiner: Page, room: str, watch: Watch) -> None:
    """The room is ended before its last day; who is in it reads nothing from then on."""
    counsel.goto(room)
    press(counsel, "revoke", why="The examiner has all of it.")
    examiner.reload()
    assert watch.told(f"404 GET {urlsplit(examiner.url).path}")
    expect(examiner.locator("h1")).to_have_text("Nothing to read here")


def closed(compliance: Page, counsel: Page, request: str, production: str, watch: Watch, shoot: Shoot) -> None:
    """The request is closed. A form that was left open changes nothing any more, and no page offers anything but to open it again, with a reason."""
    compliance.goto(request)
    compliance.get_by_role("link", name="Write an item").click()
    counsel.goto(request)
    press(counsel, "close")
    expect(counsel.locator("main .head")).to_contain_text("closed")
    fill(compliance.locator("main form.panel"), question="One more thing.")
    compliance.get_by_label("Owner").select_option(label="Analyst")
    compliance.get_by_role("button", name="Save", exact=True).click()
    expect(compliance.locator("main .errorlist")).to_contain_text("is “closed”. Reopen it first.")
    assert watch.told(f"400 POST {urlsplit(request).path}items/new/")
    expect(compliance.locator("[name=question]")).to_have_value("One more thing.")
    compliance.goto(request)
    assert offered(compliance) == ["reopen"]
    shoot(compliance, "request closed")
    items, documents = (compliance.get_by_role("table", name=name).first for name in ("Items", "Documents"))
    expect(items.get_by_role("row")).to_have_count(3)
    expect(documents.get_by_role("row")).to_have_count(4)
    compliance.get_by_role("link", name="1", exact=True).first.click()
    assert offered(compliance) == []
    compliance.goto(production)
    assert offered(compliance) == []
    expect(compliance.get_by_role("region", name="Documents")).to_contain_text("unchanged since released")


def offered(page: Page) -> list[str]:
    """The moves that the page offers."""
    return [move.get_attribute("data-move") or "" for move in page.locator("main details.move[data-move]").all()]
