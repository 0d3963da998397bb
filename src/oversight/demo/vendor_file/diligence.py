"""The sample firm's due diligence: four candidates on one form, an answer that a letter contradicts, a memo, two approvals with conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.demo.people import People
from oversight.demo.questionnaires import ADMITTED, MORE_ON_LOGIC, Reply, by_firm, by_vendor_a, by_vendor_b
from oversight.diligence import actions, answering, choosing, judging
from oversight.diligence.bank.question import DATE, NUMBER, TEXT, Question
from oversight.diligence.choices import Selection
from oversight.diligence.dossier import Line, dossier
from oversight.diligence.models import Answer, Assessment
from oversight.evidence import actions as evidence
from oversight.record.actions import move
from oversight.roles import ANALYST, COMPLIANCE, SUPERVISOR, VENDOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

TITLE = "Routers for retail and institutional stock orders, 2026/27"
NEED = (
    "The firm has sent its orders through two routers since 2025 without a diligence on file. Before the committee meets in October, both are looked at "
    "with the rigor of an audit, and beside them what else there is: the clearing firm's router, and building one."
)
FIRST, LAST, DUE = date(2026, 10, 1), date(2027, 9, 30), date(2026, 9, 16)
PAYS, TIE = "DD-CON-01", "DD-LOG-01"
"""The question on payments, and the one that is returned for more."""
FILES = (
    # vendor, question, file, title, effective, expires
    ("vendor_a", "DD-SEC-01", "soc2-2026.txt", "SOC 2 Type 2 report, July 2025 to June 2026", date(2026, 6, 30), date(2027, 6, 30)),
    ("vendor_a", "DD-MAC-05", "ceo-certificate-2026.txt", "Certificate of the chief executive on market access", date(2026, 3, 31), date(2027, 3, 31)),
    ("vendor_a", "DD-BCP-02", "failover-2026-06-20.txt", "Report of the failover of 20 June 2026", date(2026, 6, 20), date(2027, 6, 20)),
    ("vendor_a", "DD-BCP-05", "incidents-24-months.txt", "Incidents of 24 months", date(2026, 8, 31), None),
    ("vendor_a", "DD-STA-01", "accounts-2025.txt", "Audited accounts 2025", date(2025, 12, 31), date(2026, 12, 31)),
    ("vendor_a", "DD-STA-07", "insurance-2026.txt", "Certificate of insurance", date(2026, 1, 1), date(2026, 12, 31)),
    ("vendor_b", "DD-SEC-01", "soc2-2025.txt", "SOC 2 Type 2 report, April 2024 to March 2025", date(2025, 3, 31), date(2026, 10, 15)),
    ("vendor_b", "DD-STA-07", "insurance.txt", "Certificate of insurance", date(2025, 11, 1), date(2026, 10, 31)),
)  # fmt: skip
VERDICTS = {
    "vendor_a": ("chosen", "Says what does not hold and shows what does; ten days' notice of changes, both sites tried this year. The main router."),
    "vendor_b": ("chosen", "Second router for a tenth of the flow and the way out of the first, under conditions: it says more than it shows."),
    "clearing_router": ("lost", "It answers no questions, takes a quarter to change, and shows orders to its own desk first. The exit plan's fallback."),
    "own_build": ("lost", "Who would hold market access is not settled, which is a gate; a year before the first order. Looked at again in 2027."),
}  # fmt: skip
SUMMARY = (
    "Keep vendor_a as the main router. Keep vendor_b as the second, for at most a tenth of the flow, until its conditions are met and a quarter of measured "
    "days speaks for it. Nothing is decided by price: the fees of the two differ by less than a hundredth of a cent a share."
)
ALTERNATIVES = (
    "The clearing firm's router; building one; one router alone, which leaves no way out on the day it fails; sending everything to one wholesaler, "
    "which no review of the firm could justify."
)


def before_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """14 to 18 September: four candidates answer one form, are scored, challenged and tested; the memo is proposed."""
    keeper = people[VENDOR_MANAGER]
    with at(14, 9, 30):
        selection = choosing.begin(keeper, title=TITLE, need=NEED)
        of = {key: _candidate(keeper, selection, vendor) for key, vendor in vendors.items()}
    outside = {"vendor_a": people[VENDOR], "vendor_b": people["vendor_b"]}
    with at(14, 10, 30):
        for row in of.values():
            actions.send(keeper, row, due_on=DUE)
    with at(14, 16, 30):
        _answer(outside["vendor_b"], of["vendor_b"], by_vendor_b)
    with at(15, 15):
        _answer(outside["vendor_a"], of["vendor_a"], by_vendor_a)
        for key in ("clearing_router", "own_build"):
            _answer(keeper, of[key], lambda question, key=key: by_firm(question, key))  # type: ignore[misc]  # each its own key
    _read(people, of, outside)
    with at(18, 10):
        _set_conditions(keeper, of)
        choosing.write(keeper, selection, summary=SUMMARY, alternatives=ALTERNATIVES, verdicts=_verdicts(selection))
    with at(18, 15):
        choosing.propose(keeper, selection)


def after_selection(people: People, vendors: Mapping[str, Vendor]) -> None:
    """21 to 25 September: the memo is approved, then both vendors under their conditions; the others are declined; one condition is met."""
    keeper, compliance = people[VENDOR_MANAGER], people[COMPLIANCE]
    selection = Selection.objects.get(title=TITLE)
    of = {each.assessment.vendor.key: each.assessment for each in selection.candidates.select_related("assessment__vendor", "assessment__form")}
    with at(21, 9, 10):
        choosing.approve(compliance, selection)
    with at(21, 9, 30):
        actions.propose(keeper, of["vendor_a"], "Approve for a year: gates passed, what it admits is followed up, one paper is still to come.")
        actions.propose(keeper, of["vendor_b"], "Approve for half a year under conditions. Its answers on payments are contradicted by its own letter.")
    with at(21, 11):
        actions.approve(compliance, of["vendor_a"])
        actions.approve(compliance, of["vendor_b"], valid_until=date(2027, 3, 31))
        actions.decline(compliance, of["clearing_router"], why="Not chosen: it answers no questions. Kept as the fallback of the exit plan.")
        actions.decline(compliance, of["own_build"], why="Not chosen: market access is not settled.")
    condition = of["vendor_a"].conditions.get()
    with at(24, 14):
        evidence.file(
            keeper, "reconciliation-2026-09.txt", b"Orders sent 1-18 September: 1,204. In the vendor's corrected files: 1,204. Missing: none.\n",
            title="Orders sent against orders in the corrected files", effective_on=date(2026, 9, 24), subject=condition.subject,
        )  # fmt: skip
        move(keeper, condition, "report", proof="The corrected files of September hold every order; counted against the order system.")
    with at(25, 10):
        move(compliance, condition, "confirm")


def at(day: int, hour: int, minute: int = 0) -> Any:
    """That minute of September 2026, New York time, as the desk's clock."""
    return clock.stated(datetime(2026, 9, day, hour, minute, tzinfo=clock.MARKET_ZONE).astimezone(UTC))


def _candidate(keeper: Actor, selection: Selection, vendor: Vendor) -> Assessment:
    is_by_firm = vendor.key in ("clearing_router", "own_build")
    return choosing.add(keeper, selection, vendor, first_on=FIRST, last_on=LAST, is_by_firm=is_by_firm).assessment


def _answer(by: Actor, row: Assessment, replies: Callable[[Question], Reply]) -> None:
    """Draft every answer, attach what belongs to it, submit."""
    said = {}
    for question in row.form.asked:
        reply = replies(question)
        said[question.id] = {"value": reply.value, "words": reply.words, "reason": reply.reason}
    answering.draft_many(by, row, said)
    for vendor, question_id, name, title, effective_on, expires_on in FILES:
        answer = row.answers.filter(question_id=question_id).first()
        if vendor == row.vendor.key and answer is not None:
            text = f"{title}\n\nIssued for {row.vendor.name}. The sample firm's paper: made up.\n".encode()
            evidence.file(by, name, text, title=title, effective_on=effective_on, expires_on=expires_on, subject=answer.subject)
    answering.submit(by, row)


def _read(people: People, of: Mapping[str, Assessment], outside: Mapping[str, Actor]) -> None:
    """16 and 17 September: samples are drawn, answers scored, one returned and given anew, one challenged, the sampled ones tested."""
    keeper, analyst = people[VENDOR_MANAGER], people[ANALYST]
    with at(16, 9):
        for row in of.values():
            actions.draw(keeper, row)
    with at(16, 11):
        challenge = None
        if pays := _found(of["vendor_b"], PAYS):
            words = "On 14 September you answered that nobody pays for our orders. Your letter of the 15th names KNCM. Which of the two holds?"
            challenge = judging.challenge(analyst, pays, words, note="The July statement of payments shows it, too.")
        if tie := _found(of["vendor_a"], TIE):
            move(analyst, tie, "send_back", asked_for="What breaks a tie when price and likelihood are equal, and when does it stop?")
            actions.send_back(keeper, of["vendor_a"], due_on=date(2026, 9, 18))
    with at(16, 15):
        if tie:
            tie.refresh_from_db()
            answering.draft(outside["vendor_a"], tie, seen=tie.revision, words=MORE_ON_LOGIC)
            answering.submit(outside["vendor_a"], of["vendor_a"])
            actions.draw(keeper, of["vendor_a"])
    with at(17, 10):
        if challenge:
            judging.reply(
                outside["vendor_b"], challenge, "The payment goes to an affiliate of ours. We read the question as asking of the routing entity alone."
            )
    with at(17, 11):
        if challenge:
            move(analyst, challenge, "settle", conclusion="The question names affiliates. The answer stays as given and as claimed; the flow will speak to it.")
    with at(17, 13):
        for row in of.values():
            _score(analyst, row)
    with at(17, 15):
        for key in ("vendor_a", "vendor_b"):
            _test(people[SUPERVISOR], of[key])
    with at(17, 16, 30):
        for row in of.values():
            move(analyst, row, "score")


def _score(analyst: Actor, row: Assessment) -> None:
    """What answers suggest, where a person would not say otherwise; the rest by how well it is shown."""
    given = {line.answer.pk: _points(row, line) for line in dossier(row).lines}
    judging.score_many(analyst, row, {id_: points for id_, points in given.items() if points is not None})
    judging.take_proposals(analyst, row)


def _points(row: Assessment, line: Line) -> tuple[int, str] | None:
    """The points that a person gives; None where the answer's own suggestion is taken."""
    if not line.has_answer:
        return None
    if row.vendor.key == "vendor_a":
        if line.question.id in ADMITTED:
            return 3, "It does not always hold. They say so, say how often, and what they do about it."
        return (4, "") if line.links or line.question.kind in (TEXT, NUMBER, DATE) else None
    if row.vendor.key == "vendor_b":
        if line.question.id == PAYS:
            return 0, "Their own letter of 15 September says otherwise."
        if line.question.kind == TEXT:
            return 1, "A sentence that could stand in any brochure; no document."
        if line.question.kind in (NUMBER, DATE):
            return 2, "A figure without the document that was asked for."
        return None if line.current and line.current.value in line.question.good else (2, "Admitted, and no plan to mend it.")
    return None if line.current and line.current.value in line.question.good else (1, "Known from public papers alone.")


def _test(supervisor: Actor, row: Assessment) -> None:
    """Each sampled answer is tried: against a document, or left to the data where a claim waits for the first measured day."""
    failed = False
    for line in dossier(row).lines:
        if line.test is None or line.test.state == "tested":
            continue
        if row.vendor.key == "vendor_b" and not failed and line.question.claim is None and line.question.kind in (TEXT, NUMBER, DATE):
            tried, result, failed = "Asked for the document that was named. None came in two days; what the client page says differs.", "not_confirmed", True
        elif line.question.claim is not None:
            tried, result = "Nothing is measured on this desk yet. The claim stands in the ledger, and the first received run tests it.", "untestable"
        else:
            tried, result = "Read what was attached or shown on a call on 17 September, with a screen shared; it says what was answered.", "confirmed"
        judging.test(supervisor, line.test, tried, result)


def _set_conditions(keeper: Actor, of: Mapping[str, Assessment]) -> None:
    a, b = of["vendor_a"], of["vendor_b"]
    judging.set_condition(
        keeper, a, words="Corrected daily files of September, in which every order that we sent comes back.", due_on=date(2026, 9, 30),
        owner_role=VENDOR_MANAGER, answer=_found(a, "DD-DAT-01"),
    )  # fmt: skip
    judging.set_condition(
        keeper, b, words="Show in writing what keeps the payment by KNCM out of the router's choice; until then its share is watched daily.",
        due_on=date(2026, 10, 30), owner_role=COMPLIANCE, answer=_found(b, PAYS),
    )  # fmt: skip
    for line in dossier(b).lines:
        if line.test is not None and line.test.result == "not_confirmed":
            words = f"The document behind the answer to {line.question.id}, or the answer corrected."
            judging.set_condition(keeper, b, words=words, due_on=date(2026, 10, 16), owner_role=VENDOR_MANAGER, answer=line.answer)


def _verdicts(selection: Selection) -> dict[int, tuple[str, str]]:
    return {each.pk: VERDICTS[each.assessment.vendor.key] for each in selection.candidates.select_related("assessment__vendor")}


def _found(row: Assessment, question_id: str) -> Answer | None:
    return row.answers.filter(question_id=question_id).first()
