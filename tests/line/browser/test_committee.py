"""A whole quarter by a committee of three, by hand: from the charter to the lock, each person at their own browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from .by_hand import chosen, fill, press, press_by_words, send
from .conftest import AnotherDay
from .test_journeys import go
from .watching import Shoot, barriers, overhang, set_aside

pytestmark = pytest.mark.check

Enter = Callable[..., Page]
MEETING = "2026-10-20T14:00:00+00:00"
"""10:00 in New York, the instant for which the meeting is set."""
TITLE = "Orders cost more at one venue than elsewhere"
DISSENT = "I would have moved to leave. Its files still lack orders, and nobody there says why."
ALTERNATIVES = "A case, and leaving: the figures of three days carry neither."


@dataclass(frozen=True)
class Room:
    """The review's address, and the pages of the chair, two members and the secretary on the day of the meeting."""

    day: AnotherDay
    path: str
    chair: Page
    two: Page
    three: Page
    secretary: Page

    def at(self, page: Page, number: str) -> None:
        """Go to the room where one is not there, and by the agenda to an item."""
        if not page.url.partition("?")[0].endswith(self.path):
            page.goto(self.path)
        if page.url.endswith(f"?item={number}#item"):
            page.reload()
        else:
            page.locator("section[aria-label=Agenda] tbody tr", has=page.locator("td", has_text=re.compile(f"^{number}$"))).get_by_role("link").click()
        expect(page.locator("#item h2")).to_contain_text(f"{number}. ")

    def refused(self, page: Page, request: str, words: str) -> None:
        """What was pressed just now is refused in these words; the way back leads to the page before."""
        expect(page.locator("main")).to_contain_text(words)
        assert self.day.watch.troubles == [request]
        assert self.day.watch.told(request)


def test_a_whole_quarter_by_a_committee_of_three(page_as: Enter, another_day: Callable[[str], AnotherDay], shoot: Shoot) -> None:
    compliance, senior, chair, analyst, supervisor = (page_as(role) for role in ("compliance", "senior_manager", "committee", "analyst", "supervisor"))
    chartered(compliance, senior, shoot)
    seated(compliance, senior, chair)
    path = raised(compliance)
    difference = identified(analyst, supervisor, shoot)
    prepared(compliance, path, shoot)
    pinned(chair, path, shoot)

    day = another_day(MEETING)
    room = Room(day, path, *(day(role) for role in ("committee", "committee_2", "committee_3", "compliance")))
    opened(room, shoot)
    not_skipped_without_a_reason(room)
    first, *others = votes_on_providers(room)
    retained_by_two_of_three(room, first, shoot)
    late = retained_on_a_condition_against_a_dissent(room, others[0], shoot)
    for number in others[1:]:
        retained(room, number)
    decided(room, difference, shoot)
    assigned(room)
    taken_up(room)
    signed(room, shoot)
    locked(room, late, shoot)


def chartered(compliance: Page, senior: Page, shoot: Shoot) -> None:
    """Compliance writes the charter and cannot agree to it; a senior manager, whom it waits for, agrees."""
    compliance.goto("/")
    go(compliance, "Reviews")
    compliance.get_by_role("link", name="Write the charter, and appoint").click()
    compliance.get_by_role("link", name="Write the charter").click()
    send(compliance, "Propose it", "Written", quorum="2", majority="majority_of_votes", purpose="Reviews execution each quarter; votes on each provider.")
    expect(compliance.locator("details.move[data-move=approve]")).to_have_count(0)
    senior.goto("/")
    senior.get_by_role("link", name="a charter or seats of the committee wait for a second person").click()
    press(senior, "approve")
    expect(senior.locator("h1 + p")).to_contain_text("charter 1, in force")
    shoot(senior, "committee charter")


def seated(compliance: Page, senior: Page, chair: Page) -> None:
    """Three seats with a vote, one of them not independent of a vendor, and a secretary; nobody agrees to a seat of their own."""
    seats = (("Committee", "chair", "Heads operations."), ("Committee 2", "member", "Heads risk."), ("Committee 3", "member", "A brother works at a vendor."))
    for name, place, why in seats:
        appointed(compliance, name, place, why, of_vendors=name != "Committee 3")
    senior.reload()
    for _ in seats:
        press(senior, "confirm")
    appointed(senior, "Compliance", "secretary", "Keeps the minutes.", of_vendors=True)
    compliance.reload()
    expect(compliance.locator("details.move[data-move=confirm]")).to_have_count(0)
    chair.goto("/")
    chair.get_by_role("link", name="a charter or seats of the committee wait for a second person").click()
    press(chair, "confirm")
    expect(chair.locator("section[aria-label=Seats] .tag.good")).to_have_count(4)


def appointed(page: Page, name: str, place: str, why: str, *, of_vendors: bool) -> None:
    """Somebody is appointed to a seat, with the registration and why independent or not."""
    page.get_by_role("link", name="Appoint to a seat").click()
    page.get_by_label("Independent of the routing desk").check()
    page.get_by_label("Independent of vendors").set_checked(of_vendors)
    person = page.locator("[name=person] option", has_text=re.compile(f"^{name}$")).get_attribute("value")
    send(page, "Appoint", "Appointed", person=person, place=place, registration="Series 24, principal", why=why, from_on="2026-10-01")


def raised(compliance: Page) -> str:
    """The quarter that is over owes a review: it is raised from the calendar. Returns the path of its room."""
    go(compliance, "Reviews")
    expect(compliance.locator("main")).to_contain_text("2026Q3 is over and its review is not raised yet; it is due 2026-11-09")
    compliance.get_by_role("button", name="Raise it now").click()
    expect(compliance.get_by_role("status").first).to_contain_text("1 review raised")
    compliance.get_by_role("link", name="Review of 2026Q3").click()
    expect(compliance.locator("main")).to_contain_text("Next: compliance sets the meeting")
    return compliance.evaluate("location.pathname")


def identified(analyst: Page, supervisor: Page, shoot: Shoot) -> str:
    """From a figure of the scorecard to its orders, and from there to a difference, filled in with the figure; one asks to modify. Returns its path."""
    analyst.goto("/")
    go(analyst, "Scorecard")
    expect(analyst.get_by_role("link", name="Pin to the agenda")).to_have_count(0)
    analyst.locator("p", has_text="Quick cuts").get_by_role("link", name="Venue", exact=True).click()
    analyst.locator("section[aria-label='By venue'] a[href*='metric=effective_over_quoted']").first.click()
    expect(analyst.locator("h1")).to_contain_text("Behind Effective over quoted")
    analyst.get_by_role("link", name="It is a material difference").click()
    expect(analyst.locator("[name=figure] option:checked")).to_contain_text("Effective over quoted")
    expect(analyst.locator("[name=narrowed]")).to_have_value(re.compile("venue="))
    send(analyst, "Identify it", "Modify or justify is owed", title=TITLE, what="More of the quoted spread is paid there than at the others.", usd="2500")
    supervisor.goto(analyst.url)
    supervisor.get_by_role("link", name="Modify", exact=True).click()
    send(
        supervisor, "Propose it", "Another person decides", modification="It is tried last.", reasons="The others are closer to the middle.",
        alternatives="To wait for another month: the customers pay meanwhile.", side="at_most", bound="90", by_on="2026-12-18",
    )  # fmt: skip
    expect(supervisor.locator("details.move[data-move=adopt]")).to_have_count(0)
    shoot(supervisor, "committee difference")
    return supervisor.evaluate("location.pathname")


def prepared(compliance: Page, path: str, shoot: Shoot) -> None:
    """The meeting is set, the agenda made of what is open, a paper attached and circulated in time."""
    compliance.goto(path)
    compliance.get_by_role("link", name="Set the meeting").click()
    send(compliance, "Set it", "The agenda is generated", on="2026-10-20", at="10:00", place="Conference room, and by video")
    agenda = compliance.locator("section[aria-label=Agenda]")
    expect(agenda.get_by_role("link", name=TITLE)).to_be_visible()
    expect(agenda.get_by_role("link", name=re.compile("^Vote on provider: "))).not_to_have_count(0)
    press_by_words(compliance, "Attach a paper", "On the table by its hash", file="what-to-read.txt", title="What to read before the meeting")
    compliance.get_by_role("button", name="Circulate what waits").click()
    expect(compliance.get_by_role("status").first).to_contain_text("1 paper circulated; every seat is told")
    expect(compliance.locator("#papers li")).to_contain_text("circulated")
    expect(compliance.locator("#papers .tag.late")).to_have_count(0)
    shoot(compliance, "committee convened")


def pinned(chair: Page, path: str, shoot: Shoot) -> None:
    """A seat pins a figure of the scorecard to the agenda: the form says already which, and where it is shown."""
    chair.goto("/")
    go(chair, "Scorecard")
    shoot(chair, "committee scorecard")
    chair.locator("section[aria-label^='Transaction costs'] tbody tr", has_text="Effective over quoted").get_by_role("link", name="Pin").click()
    expect(chair.locator("[name=title]")).to_have_value(re.compile("Effective over quoted.*n "))
    send(chair, "Put it there", "It is on the agenda", why="Three days only; I want to see it beside the market.")
    shoot(chair, "committee pinned")
    chair.get_by_role("link", name="Open the evidence").click()
    expect(chair.locator("tr:target")).to_contain_text("Effective over quoted")
    chair.goto(path)


def opened(room: Room, shoot: Shoot) -> None:
    """The chair opens the meeting, which adds what came since; members and secretary come; one member states an interest."""
    go(room.chair, "Reviews")
    room.chair.get_by_role("link", name="Review of 2026Q3").click()
    room.chair.get_by_role("button", name="Open the meeting").click()
    expect(room.chair.locator("h1 + p")).to_contain_text("no quorum: 1 of 3 seats with a vote, 2 needed")
    for page in (room.two, room.three, room.secretary):
        page.goto(room.path)
        page.get_by_role("button", name="I am here").click()
    expect(room.secretary.locator("h1 + p")).to_contain_text("quorum: 3 of 3 seats with a vote")
    number = votes_on_providers(room)[0]
    room.at(room.three, number)
    item = room.three.locator("[name=item] option", has_text=re.compile(rf"^{number}\. ")).get_attribute("value")
    press_by_words(room.three, "Stand aside", "Noted", item=item, reason="A brother works at this vendor.")
    room.at(room.three, number)
    expect(room.three.locator("#item")).to_contain_text("quorum: 2 of 3")
    shoot(room.chair, "committee opened")
    assert on_a_telephone(room.chair) == 0
    set_aside(room.chair)
    assert barriers(room.chair) == []


def on_a_telephone(page: Page) -> int:
    """By how many pixels the room is wider than a telephone, where its agenda is read in the corridor."""
    page.set_viewport_size({"width": 390, "height": 844})
    over = overhang(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    return over


def votes_on_providers(room: Room) -> list[str]:
    """The numbers of the votes on providers."""
    rows = room.chair.locator("section[aria-label=Agenda] tbody tr", has=room.chair.get_by_role("link", name=re.compile("^Vote on provider: ")))
    return [row.locator("td.right").inner_text() for row in rows.all()]


def not_skipped_without_a_reason(room: Room) -> None:
    """Nothing is left out without a reason, nor by one alone: one says why, another seconds it."""
    room.chair.goto(room.path)
    rows = room.chair.locator("section[aria-label=Agenda] tbody tr", has=room.chair.get_by_role("link", name=re.compile("^Duty not done")))
    number = rows.last.locator("td.right").inner_text()
    room.at(room.chair, number)
    skipping = room.chair.locator("#item details.move[data-move=propose_skip]")
    skipping.locator("summary").click()
    fill(skipping, skip_reason="   ")
    skipping.locator("button").click()
    room.refused(room.chair, f"400 POST {room.chair.evaluate('location.pathname')}", "This field is required")
    send(room.chair, "Propose to skip", "done", skip_reason="Compliance works on it and reports in November.")
    expect(room.chair.locator("#item details.move[data-move=second_skip]")).to_have_count(0)
    room.at(room.two, number)
    press(room.two, "second_skip")


def moved(room: Room, number: str, **said: str) -> None:
    """The chair moves something on an item; alternatives are asked for."""
    room.at(room.chair, number)
    move = room.chair.locator("details.move", has=room.chair.locator("summary", has_text="Move something"))
    if move.get_attribute("open") is None:
        move.locator("summary").click()
    fill(move, **{"alternatives": ALTERNATIVES, **said})
    move.get_by_role("button", name="Move it").click()
    expect(room.chair.get_by_role("status").first).to_contain_text("Moved")


def voted(page: Page, choice: str, words: str = "") -> None:
    """A vote is cast with its words, and is in the minutes."""
    fill(page, words=words)
    page.get_by_role("button", name=choice, exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Your vote is in the minutes")


def closed(page: Page, said: str) -> None:
    """Who presides or keeps the minutes closes the vote."""
    page.reload()
    page.get_by_role("button", name="Close the vote").click()
    expect(page.get_by_role("status").first).to_contain_text(said)


def retained_by_two_of_three(room: Room, number: str, shoot: Shoot) -> None:
    """One stands aside, and when another leaves there is no quorum: a vote is refused until that member is back."""
    moved(room, number, kind="retain", text="Retain the provider.")
    room.at(room.three, number)
    expect(room.three.locator("#item")).to_contain_text("You stand aside from this item")
    expect(room.three.get_by_role("button", name="For", exact=True)).to_have_count(0)
    room.at(room.two, number)
    room.two.get_by_role("button", name="I leave").click()
    room.chair.get_by_role("button", name="For", exact=True).click()
    motion = room.chair.evaluate("location.pathname")
    room.refused(room.chair, f"409 POST {motion}", "There is no quorum: 1 of 3 seats with a vote, 2 needed. Nothing is decided until there is one again")
    room.chair.get_by_role("link", name="Back to the page before").click()
    expect(room.chair.locator("#item")).to_contain_text("There is no quorum for this item now")
    shoot(room.chair, "committee no quorum")
    room.two.get_by_role("button", name="I am here").click()
    voted(room.two, "For")
    room.chair.reload()
    voted(room.chair, "For")
    in_the_minutes(room, "Retain the provider.", "Committee 2")
    room.at(room.secretary, number)
    closed(room.secretary, "carried: 2 for, 0 against, 0 abstaining, of 2 seats")


def in_the_minutes(room: Room, *words: str) -> None:
    """The minutes fill as votes fall: on their page, and in the PDF that is a draft until two signed."""
    room.secretary.goto(room.path)
    room.secretary.get_by_role("link", name="Minutes", exact=True).click()
    for said in words:
        expect(room.secretary.locator("main")).to_contain_text(said)
    answer = room.secretary.request.get(room.secretary.get_by_role("link", name="PDF").get_attribute("href") or "")
    assert (answer.status, answer.headers["content-type"], answer.body()[:5]) == (200, "application/pdf", b"%PDF-")


def retained_on_a_condition_against_a_dissent(room: Room, number: str, shoot: Shoot) -> Page:
    """Retained with a condition, which becomes an action; a vote against is not taken without words. Returns a page of the dissenter's left open before."""
    room.at(room.chair, number)
    owner = chosen(room.chair, "owner-1", "Vendor manager")
    condition = {"what-1": "Ask for the missing orders by id.", "owner-1": owner, "due_on-1": "2026-11-13"}
    moved(room, number, kind="conditions", text="Retain the provider on a condition.", **condition)
    late = room.day("committee_2")
    for page in (room.two, room.three, late):
        room.at(page, number)
    room.two.get_by_role("button", name="Against", exact=True).click()
    motion = room.two.evaluate("location.pathname")
    room.refused(room.two, f"409 POST {motion}", "Say why you vote against it: dissent is kept in words")
    room.two.get_by_role("link", name="Back to the page before").click()
    voted(room.two, "Against", DISSENT)
    for page in (room.chair, room.three):
        voted(page, "For")
    closed(room.chair, "carried: 2 for, 1 against, 0 abstaining, of 3 seats")
    expect(room.chair.locator("#item")).to_contain_text("Ask for the missing orders by id.")
    in_the_minutes(room, DISSENT, ALTERNATIVES, "A brother works at this vendor.")
    return late


def retained(room: Room, number: str) -> None:
    """A provider about whom there is nothing to say is retained by all three."""
    moved(room, number, kind="retain", text="Retain the provider.")
    for page in (room.two, room.three):
        room.at(page, number)
    for page in (room.chair, room.two, room.three):
        voted(page, "For")
    closed(room.chair, "carried: 3 for")


def decided(room: Room, difference: str, shoot: Shoot) -> None:
    """The difference is decided in the meeting: the proposal to modify is adopted by vote, and its page says so."""
    room.chair.goto(room.path)
    row = room.chair.locator("section[aria-label=Agenda] tbody tr", has=room.chair.get_by_role("link", name=TITLE))
    number = row.locator("td.right").inner_text()
    moved(room, number, kind="adopt", text="Adopt it as proposed.")
    for page in (room.two, room.three):
        room.at(page, number)
    for page, choice in ((room.chair, "For"), (room.two, "For"), (room.three, "Abstain")):
        voted(page, choice)
    closed(room.chair, "carried: 2 for, 0 against, 1 abstaining")
    room.chair.get_by_role("link", name="Open the evidence").click()
    assert room.chair.evaluate("location.pathname") == difference
    expect(room.chair.locator("#decision-1, section[aria-label=Decisions]").first).to_contain_text("by vote of the committee")
    expect(room.chair.locator("main")).to_contain_text("Modified. Later flow shows it by 2026-12-18")
    shoot(room.chair, "committee difference decided")


def assigned(room: Room) -> None:
    """An action is set for one person by a day; its owner finds it among what needs them."""
    room.secretary.goto(room.path)
    owner = chosen(room.secretary, "owner", "Analyst")
    press_by_words(room.secretary, "Set an action", "Its owner is told", what="Compare October with these three days.", owner=owner, due_on="2026-11-20")
    analyst = room.day("analyst")
    analyst.get_by_role("link", name="actions of reviews are yours").click()
    expect(analyst.locator("main")).to_contain_text("Compare October with these three days.")


def taken_up(room: Room) -> None:
    """What is left is discussed as one and taken up with the same words; then nothing is open, and the chair closes the meeting."""
    room.secretary.goto(room.path)
    expect(room.chair.get_by_role("button", name="Close the meeting")).to_have_count(0)
    for box in room.secretary.locator("section[aria-label=Agenda] input[type=checkbox]").all():
        box.check()
    room.secretary.get_by_text("Take up the chosen together").click()
    fill(room.secretary.locator("section[aria-label=Agenda]"), discussion="Read one by one.", resolution="Each goes on as its page says.")
    room.secretary.get_by_role("button", name="Take them up").click()
    expect(room.secretary.get_by_role("status").first).to_contain_text("taken up")
    room.chair.goto(room.path)
    room.chair.get_by_role("button", name="Close the meeting").click()
    expect(room.chair.get_by_role("status").first).to_contain_text("done")


def signed(room: Room, shoot: Shoot) -> None:
    """Two people sign the same bytes: the chair first, who cannot sign second, then a member; the secretary signs nothing."""
    room.secretary.goto(room.path)
    expect(room.secretary.locator("#sign")).to_contain_text("The secretary keeps the minutes; they are signed by the seats that decided")
    send(room.chair, "Sign first", "Signed. The minutes are frozen", statement="Read against my notes.")
    expect(room.chair.locator("#sign")).to_contain_text("You signed first; another person signs second")
    expect(room.chair.get_by_role("button", name="Sign second, and lock")).to_have_count(0)
    room.two.goto("/")
    room.two.get_by_role("link", name="reviews wait for your signature").click()
    shoot(room.two, "committee signed by one")
    send(room.two, "Sign second, and lock", "Signed by two. The review is locked", statement="My dissent stands in my words.")


def locked(room: Room, late: Page, shoot: Shoot) -> None:
    """Nothing is left to press, for anybody; a vote from a page that was left open is refused in words; the minutes are filed by their hash."""
    for page in (room.chair, room.two, room.three, room.secretary):
        page.goto(room.path)
        expect(page.locator("main")).to_contain_text("Signed by two and locked")
        expect(page.locator("main form, main details.move")).to_have_count(0)
    late.get_by_role("button", name="For", exact=True).click()
    room.refused(late, f"409 POST {late.evaluate('location.pathname')}", "The vote on this motion is closed. It is carried.")
    room.secretary.get_by_role("link", name="Minutes", exact=True).click()
    expect(room.secretary.locator("main")).to_contain_text("signed by two, locked")
    expect(room.secretary.locator("section[aria-label=Signatures] li")).to_have_count(2)
    filed = room.secretary.request.get(room.secretary.get_by_role("link", name="PDF").get_attribute("href") or "")
    assert (filed.status, filed.headers["content-type"]) == (200, "application/pdf")
    shoot(room.secretary, "committee minutes signed")
    room.chair.goto(room.path)
    shoot(room.chair, "committee locked")
    set_aside(room.chair)
    assert barriers(room.chair) == []
