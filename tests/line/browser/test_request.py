"""A regulator's letter is taken in and split, and counsel's space is kept apart, by hand: each person at their own browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from .by_hand import fill, press, send
from .test_journeys import go
from .watching import Shoot, Watch

Enter = Callable[..., Page]
REFERENCE = "2026-0318"
OPINION = "Opinion on the scope of item 1"


def test_a_letter_is_taken_in_and_counsels_space_is_kept_apart(page_as: Enter, watch: Watch, shoot: Shoot) -> None:
    compliance, counsel, analyst = (page_as(role) for role in ("compliance", "senior_manager", "analyst"))
    request = taken_in(compliance, watch, shoot)
    split(compliance)
    kept_apart(counsel, [compliance, page_as("auditor"), analyst], request, watch, shoot)


def taken_in(page: Page, watch: Watch, shoot: Shoot) -> str:
    """The letter is taken in with its file, its days and its counsel; a day that cannot be is refused, and nothing typed is forgotten. Returns its address."""
    page.goto("/")
    go(page, "Requests")
    page.get_by_role("link", name="Take a letter in").click()
    form = page.locator("main form.panel")
    said = {
        "content": "letter-2026-0318.txt", "authority": "finra", "asked_by": "Market Regulation", "reference": REFERENCE, "rule": "FINRA 8210",
        "about": "Orders in three days of September, and payments.", "received_on": "2026-09-30", "due_on": "2026-10-14", "first_on": "2026-09-30",
        "last_on": "2026-09-28",
    }  # fmt: skip
    fill(form, **said)
    page.get_by_label("Senior manager").check()
    page.get_by_role("button", name="Take it in").click()
    expect(page.locator("main")).to_contain_text("The period would end before it begins.")
    assert watch.told("400 POST /requests/new/")
    expect(page.locator("[name=about]")).to_have_value(said["about"])
    expect(page.get_by_label("Senior manager")).to_be_checked()
    send(page, "Take it in", "its clock runs", content="letter-2026-0318.txt", first_on="2026-09-28", last_on="2026-09-30")
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
            assert not leaks(page)


def leaks(page: Page) -> bool:
    """Whether the page says anything of what lies in counsel's space."""
    said = page.content()
    return OPINION in said or "opinion.txt" in said or "reaches the memorandum" in said
