"""The sample firm's yearly refreshes: one carried to its acknowledgement, one opened and due."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from oversight import clock
from oversight.demo.people import People
from oversight.evidence import actions as evidence
from oversight.record.actions import move
from oversight.refreshes import actions
from oversight.refreshes.actions import Said
from oversight.refreshes.changes import CHANGED, NOT_KNOWN, UNCHANGED
from oversight.refreshes.models import Refresh
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, VENDOR_MANAGER
from oversight.vendors.models import Vendor

LAST_YEAR = b"""Due diligence of the router vendor, 2025 (paper file, copied)

Concluded on 29 September 2025 by the vendor manager, read by compliance on the same day. Questionnaire of 41 questions answered in writing.
Approved for one year. Conditions: none. Points to look at again: the second site had not been run with flow; one clearing broker stands behind the router.
"""
CONTROLS = b"""Extract kept by the vendor manager

Report on controls of the routing platform, type 2, period 1 July 2025 to 30 June 2026, hosting included, no carve-out.
Exceptions: one. A leaver's account stayed open for nine days; mended in February 2026, re-tested in the same report.
"""
EXERCISE = b"""Exercise of the second site, 13 June 2026

Primary site switched off at 10:40 New York time on the industry's test day. First order accepted at the second site after 3 minutes 50 seconds.
Open orders reconciled after 11 minutes. No order lost. Next exercise: with client flow, first half of 2027.
"""
ANSWERS_A: tuple[tuple[str, str, str], ...] = (
    ("ownership", UNCHANGED, "Its statement of 14 September names the same three owners; the registration record shows the same."),
    ("finances", UNCHANGED, "Audited statements to 31 March 2026: clean opinion, same auditor, cash for 19 months against 17 a year ago."),
    (
        "discipline",
        UNCHANGED,
        "Registration record and both regulators' lists searched on 15 September; nothing for the firm, its affiliate or its principals.",
    ),
    (
        "logic",
        CHANGED,
        "Release 7.2 of 6 June moved odd-lot quotes into the best price that it acts on. Told 12 business days before; fill rates by class unchanged after it.",
    ),
    ("venues", UNCHANGED, "The list of 14 September holds the venues that the committee approved, none more, none fewer."),
    (
        "order_types",
        CHANGED,
        "We began to send extended-hours limit orders in March 2026. The vendor confirmed the handling in writing; the flow profile says so.",
    ),
    ("pricing", UNCHANGED, "Twelve invoices compared: same rate per executed share, fees passed through at the venue's schedule."),
    ("payments", UNCHANGED, "It states that it receives nothing from venues; the payments ledger has no line from it."),
    ("affiliates", UNCHANGED, "Group chart of September read: the affiliate still trades futures only and sees no order of ours."),
    (
        "sub_vendors",
        CHANGED,
        "Its market-data carrier was replaced on 2 March 2026 after notice of 30 business days. The new carrier serves both sites by separate lines.",
    ),
    ("outages", UNCHANGED, "No outage of its own in the handling log of the year; its status history agrees."),
    ("incidents", UNCHANGED, "Written statement of 14 September: no unauthorized access at the vendor or behind it."),
    (
        "controls_report",
        CHANGED,
        "New report for the year to 30 June 2026, hosting included. One exception, a leaver's account open nine days, mended and re-tested.",
    ),
    ("continuity", CHANGED, "Second site run on the industry's test day, first order after 3 minutes 50 seconds. It has still not been run with client flow."),
    ("people", UNCHANGED, "Role chart compared name by role: both keepers of the logic are in place, each with the deputy of last year."),
    ("market_access", UNCHANGED, "Controls stay under our own broker-dealer; thresholds reviewed on 30 April, certificate of the same day."),
    ("data", UNCHANGED, "Every trading day delivered before 18:30, in the format of the specification; coverage read month by month."),
    ("agreement", UNCHANGED, "No amendment. Certificates of insurance renewed to 30 June 2027 at the same limits."),
    ("complaints", UNCHANGED, "Complaint file and error account read: none concerns its executions."),
    ("alternatives", UNCHANGED, "The selection of September compared it with three others, the clearing firm's router and our own build among them."),
)
ASSESSMENT_A = (
    "The vendor did in the year what it said. Each change was told before it came, and what could be measured before and after was measured.\n"
    "Two things are worth senior management's eye. Odd-lot quotes count in its best price since June, which is good for customers in high-priced stocks and "
    "should show in the next review. The second site works, and has still never carried client flow.\n"
    "The claims that the data can test wait for the quarter's run; where they are untested here, the ledger will say so until it is received.\n"
    "We propose to keep it, on condition that the second site is run with client flow."
)
ACKNOWLEDGED = (
    "I read the paper and the answer to my question. I share the recommendation. I expect the test with client flow to be reported to me when it is done."
)
ANSWERS_B: tuple[tuple[str, str, str], ...] = (
    ("ownership", UNCHANGED, "Its statement of 16 September names the same parent; the registration record shows the same."),
    (
        "logic",
        NOT_KNOWN,
        "It says that nothing changed. Our venue figures show a step on 12 August in retail marketable orders. Asked on 21 September; no answer yet.",
    ),
    ("venues", UNCHANGED, "The list holds the venues approved; how flow is spread over them is another question."),
    ("payments", NOT_KNOWN, "It answered that it is paid by no venue. The ledger of payments for August names one that pays. Asked again on 21 September."),
    ("pricing", UNCHANGED, "Twelve invoices compared; same rate."),
    ("people", CHANGED, "The head of routing left on 31 July; his deputy follows him. We were told on 9 September, five weeks later."),
)


def after_selection(people: People, vendors: dict[str, Vendor]) -> None:
    """The refresh of the first vendor, from 21 September to its acknowledgement on the 25th; that of the second, opened and waiting for the vendor."""
    _first(people, vendors["vendor_a"])
    _second(people, vendors["vendor_b"])


def _first(people: People, vendor: Vendor) -> None:
    vm, compliance, senior = (people[role] for role in (VENDOR_MANAGER, COMPLIANCE, SENIOR_MANAGER))
    with _at(21, 9, 30):
        row = actions.open_refresh(
            vm, vendor, counted_from=date(2025, 9, 29), why="The diligence of 29 September 2025, in the paper file; a copy is filed beside."
        )
        _file(people, row, "diligence-2025.txt", LAST_YEAR, "Due diligence of 2025, copied from paper", date(2025, 9, 29))
        _file(people, row, "controls-report-extract.txt", CONTROLS, "Report on controls to 30 June 2026, extract", date(2026, 6, 30))
        _file(people, row, "second-site.txt", EXERCISE, "Exercise of the second site, 13 June 2026", date(2026, 6, 13))
    with _at(22, 15):
        actions.answer_changes(vm, row, _said(ANSWERS_A))
        actions.gather(vm, row)
    with _at(23, 11):
        actions.write(vm, row, assessment=ASSESSMENT_A, recommendation="retain_with_conditions")
        actions.set_condition(
            vm, row, what="The second site carries client flow for at least one hour of a trading day, with a report.", due_on=date(2027, 3, 31)
        )
        actions.name_managers(vm, row, [senior.key])
        move(vm, row, "hand_in")
    with _at(24, 10):
        actions.present(compliance, row)
    with _at(24, 14, 20):
        question = actions.ask(senior, row, "Why was the second site never run with client flow in two years, and what if the vendor refuses?")
    with _at(24, 16, 5):
        words = (
            "It asked for a quiet month and we agreed twice, the second time wrongly. It has now named the week of 15 March 2027 in writing. "
            "If it does not run, the condition is missed and comes back to you; the fallback is the second vendor, tried with the same flow each quarter."
        )
        actions.answer(vm, question, answer=words)
    with _at(25, 9, 15):
        actions.acknowledge(senior, row.acknowledgements.select_related("refresh__vendor").get(person=senior.key, state="named"), words=ACKNOWLEDGED)


def _second(people: People, vendor: Vendor) -> None:
    vm = people[VENDOR_MANAGER]
    with _at(22, 9, 40):
        row = actions.open_refresh(vm, vendor, counted_from=date(2025, 10, 13), why="The diligence of 13 October 2025, in the paper file of the second vendor.")
    with _at(23, 16, 30):
        actions.answer_changes(vm, row, _said(ANSWERS_B))


def _said(answers: tuple[tuple[str, str, str], ...]) -> dict[str, Said]:
    return {key: Said(changed, words) for key, changed, words in answers}


def _file(people: People, row: Refresh, name: str, content: bytes, title: str, effective_on: date) -> None:
    evidence.file(people[VENDOR_MANAGER], name, content, title=title, effective_on=effective_on, subject=row.subject)


def _at(day: int, hour: int, minute: int = 0) -> Any:
    return clock.stated(datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))
