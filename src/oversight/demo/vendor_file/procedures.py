"""The sample firm's procedures: starters made its own by compliance, approved by others, read by some, one with lapsed evidence, two still drafts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from oversight import clock
from oversight.demo.people import People
from oversight.evidence import actions as evidence
from oversight.procedures import actions, daily, queries
from oversight.procedures.content import PLACEHOLDER
from oversight.procedures.models import Section, Version
from oversight.procedures.starters import STARTERS
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

HEAD, DEPUTY = "The head of the trading desk", "the deputy head of the trading desk"
FILLED: dict[str, tuple[str, ...]] = {
    "responsibility": ("The firm", HEAD, "The deputy head of the trading desk", "the chief operating officer"),
    "selection": ("three", "twenty", "500", "twenty"),
    "reliance": ("every held retail order in stocks", "ten", "the vendor manager", "five"),
    "refresh": (
        "a change of control, an outage above one hour, a disciplinary action, the loss of a key person",
        "the chief executive and the chief operating officer", "sixty",
    ),
    "venues": ("the desk supervisor", "25", "the best-execution analyst", "fifteen"),
    "access": ("The broker-dealer whose identifier the router uses", "Compliance"),
    "configuration": ("ten", "the head of the trading desk", "five", "the desk supervisor", "two"),
    "coverage": ("7:30", "the order management system", "two", "The desk supervisor"),
    "exceptions": ("7:00", "four", "two", "five", "250", "five", "thirty"),
    "speed": ("20", "15", "30", "two", "three", "five"),
    "limits": ("four", "ten", "the analyst on duty", "five", "five"),
    "quarterly": ("thirty", "5,000", "two", "The best-execution analyst", "the desk supervisor", "twenty", "five"),
    "large": ("10,000", "200,000"),
    "committee": (
        "forty-five", "five", "the head of the trading desk, the chief operating officer, compliance, operations, and one from outside the desk", "three",
        "five", "ten",
    ),
    "underperformance": ("two", "three", "2,500", "thirty", "two", "ten", "compliance"),
    "conflicts": ("100", "compliance", "50"),
    "outages": ("The analyst on duty", "three", "the clearing firm's router", "ten", "six", "five"),
    "exit": ("ninety",),
    "data": ("50", "the vendor manager"),
    "agreement": ("three", "five"),
    "retention": ("Compliance", "six", "six", "three", "the vendor manager", "outside counsel"),
    "disclosure": ("0.1", "50", "The best-execution analyst", "twenty"),
    "notices": ("compliance", "ten business days", "the desk supervisor"),
    "testing": ("the internal auditor", "ten", "thirty", "twenty"),
}  # fmt: skip
"""What stands in place of each pair of brackets, in the order of the text; `large` and `exit` are left half done."""
STILL_DRAFTS = ("large", "exit")
BY_SENIOR_MANAGER = ("responsibility", "selection", "refresh", "committee", "underperformance", "conflicts", "testing")
LATER = {"testing": date(2026, 10, 5)}
FILES = (
    # beside which section, by whom, of which day, title, text
    ("responsibility", COMPLIANCE, date(2026, 9, 21), "Confirmation of people, time and data for 2026/27",
     "Two analysts, one supervisor and the feeds of both vendors suffice. A second data contract is wanted by January 2027."),
    ("selection", VENDOR_MANAGER, date(2026, 9, 18), "Selection memo",
     "Four candidates on one form. Payment was no part of the score. Why the winner won and the others lost stands under each heading."),
    ("venues", ANALYST, date(2026, 7, 10), "Venues used and not used, second quarter of 2026",
     "Share of tape volume against share of our orders, by venue. No material venue was out of reach; one is reached through a second broker."),
    ("data", VENDOR_MANAGER, date(2026, 6, 30), "Log of clock drift, second quarter of 2026", "gateway,worst_ms\nalpha-1,3.1\nalpha-2,2.7\nbeta-1,36.9"),
    ("conflicts", COMPLIANCE, date(2026, 8, 10), "Payments ledger of July 2026, reconciled",
     "venue,received_usd,explained_usd\nKNCM,1204.16,1204.16\nXNAS,-310.02,-310.02"),
    ("outages", SUPERVISOR, date(2026, 9, 22), "Trial of the other way, September 2026",
     "Twelve live orders went through the clearing firm's router between 10:30 and 10:41 New York. All were filled; the slowest took 212 ms."),
    ("quarterly", ANALYST, date(2026, 7, 28), "Review of the second quarter of 2026",
     "Circulated five business days before the meeting. Two material differences: one ended in a change of routing, one was justified until November."),
    ("retention", COMPLIANCE, date(2026, 9, 23), "Restore of 23 September 2026, verified",
     "Record: valid. Evidence: every file has its bytes. Runs: none received yet."),
)  # fmt: skip
BEFORE = "or a share that moved without one, is treated"
AFTER = "or a share that moved by more than five points without one, is treated"


def before_selection(people: People, vendors: dict[str, Vendor]) -> None:
    """Compliance takes over the starters, makes them the firm's own, and proposes all but two."""
    with at(14, 9, 30):
        actions.take_over(people[COMPLIANCE], [starter.key for starter in STARTERS])
    with at(16, 10):
        for version in Version.objects.filter(state="draft").select_related("section").order_by("pk"):
            actions.revise(people[COMPLIANCE], version, tailored(version), "Made ours: who, by when, and the numbers that we work by.")
    with at(17, 15, 20):
        for version in Version.objects.filter(state="draft").select_related("section").order_by("pk"):
            if version.section.starter not in STILL_DRAFTS:
                actions.propose(people[COMPLIANCE], version)


def after_selection(people: People, vendors: dict[str, Vendor]) -> None:
    """The senior manager and the supervisor approve; evidence is filed; some attest; one change is proposed; the first printing is filed."""
    with at(21, 11):
        for version in queries.proposals():
            by = people[SENIOR_MANAGER] if version.section.starter in BY_SENIOR_MANAGER else people[SUPERVISOR]
            effective_on = LATER.get(version.section.starter, clock.today())
            actions.approve(by, version, effective_on=effective_on, why="Read against the desk's practice of the last quarter.")
    with at(23, 14, 30):
        _file(people)
    with at(24, 9, 15):
        _attest(people)
    with at(24, 15, 40):
        _change(people)
    with at(25, 16, 30):
        daily.daily()
        actions.file_printing(people[COMPLIANCE], clock.today())


def tailored(version: Version) -> dict[str, Any]:
    """What the version says with the firm's own words in place of each pair of brackets, as far as FILLED goes."""
    words: Iterator[str] = iter(FILLED[version.section.starter])
    text, runbook = (PLACEHOLDER.sub(lambda found: next(words, found[0]), one) for one in (version.text, version.runbook))
    return {**version.content, "text": re.sub(r"(^|[.!?]\s+|\n)([a-z])", lambda found: found[1] + found[2].upper(), text), "runbook": runbook}


def at(day: int, hour: int, minute: int = 0) -> Any:
    """That minute of September 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def _file(people: People) -> None:
    sections = {section.starter: section for section in Section.objects.all()}
    for starter, role, on, title, text in FILES:
        name = f"{title.lower().replace(' ', '-').replace(',', '').replace('/', '-')}.txt"
        evidence.file(people[role], name, f"{text.strip()}\n".encode(), title=title, effective_on=on, subject=sections[starter].subject, what=title)


def _attest(people: People) -> None:
    """The analyst has read all but two, the supervisor all, the senior manager one."""
    for role, most in ((ANALYST, -2), (SUPERVISOR, None), (SENIOR_MANAGER, 1)):
        asked = list(queries.attestations(state="asked", person=people[role].key))
        for row in asked[:most]:
            actions.attest(people[role], row)


def _change(people: People) -> None:
    """The vendor manager proposes a change to how releases are watched."""
    section = Section.objects.get(starter="configuration")
    held = queries.latest(section)
    assert held is not None, "it was approved"
    values = {**held.content, "text": held.text.replace(BEFORE, AFTER)}
    version = actions.draft(people[VENDOR_MANAGER], section, values, "Say how far a share must move: every morning had three venues that moved by a point.")
    actions.propose(people[VENDOR_MANAGER], version)
