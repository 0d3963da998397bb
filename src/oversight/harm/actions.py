"""Every write of harm: opening and asking here; counting, crediting, results and supplements have files of their own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max

from bestexec import CHECKS, COMPARISONS, COUNTERFACTUALS
from oversight import clock
from oversight.actor import Actor
from oversight.cases.models import Case
from oversight.harm import counting, crediting
from oversight.harm.models import QUESTION, STATED, Harm, ReportDecision
from oversight.harm.restating import restate, supplement
from oversight.harm.results import take as take_results
from oversight.lifecycle import SYSTEM, Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, SENIOR_MANAGER, WORKING

__all__ = [
    "MOVES", "approve", "ask", "count", "decide_reporting", "open_harm", "propose", "propose_none", "release", "restate", "settle", "supplement",
    "take_results",
]  # fmt: skip
BY_ID = {check.id: check for check in CHECKS}
COMPARED, IMPROVED = ({one.key for one in COUNTERFACTUALS if one.takes == takes} for takes in ("comparison", "improvement_px"))

count, propose, propose_none = counting.count, crediting.propose, crediting.propose_none
approve, release, settle = crediting.approve, crediting.release, crediting.settle


def open_harm(by: Actor, *, title: str, what: str, case: Case | None = None, origin: tuple[str, str] = ("", ""), **question: Any) -> Harm:
    """Open an assessment with its question (QUESTION); nothing is counted yet. Raises Refusal, in words, for a question that means nothing."""
    _may(by)
    if not title.strip() or not what.strip():
        raise Refusal("Say what may have cost customers money, and give it a title.")
    _check(question)
    with actions.turn():
        number = (Harm.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        row = Harm(
            number=number, title=title.strip()[:200], what=what.strip(), case=case, origin_kind=origin[0], origin_id=origin[1], state=Harm.LIFECYCLE.start,
            opened_by=by.key, opened_at=clock.now(), **question,
        )  # fmt: skip
        return actions.create(by, row, verb="open")


def ask(by: Actor, row: Harm, *, why: str = "", **question: Any) -> Harm:
    """Put another question to an assessment that is not proposed: one that was counted is counted anew. What stood there stays in the record."""
    _may(by)
    held = {name: getattr(row, name) for name in QUESTION}
    _check({**held, **question})
    with actions.turn():
        if row.state != "opened":
            actions.move(by, row, "ask_again", why=why)
        return actions.change(by, row, verb="ask", why=why, **question)


def decide_reporting(by: Actor, row: Harm, *, is_to_report: bool, why_so: str, rule: str = "FINRA 4530(b)", due_on: date | None = None) -> ReportDecision:
    """Propose whether to report, and why: by compliance; a senior manager seconds. Raises Refusal where a proposal or a decision stands."""
    if COMPLIANCE not in by.roles:
        raise Refusal("Whether to report is proposed by compliance.", is_forbidden=True)
    if not why_so.strip():
        raise Refusal("Say why it is, or is not, to be reported.")
    if is_to_report and due_on is None:
        raise Refusal("Say by when it is to be reported.")
    with actions.turn():
        if row.report_decisions.filter(state__in=("proposed", "decided", "reported")).exists():
            raise Refusal("A proposal or a decision stands already.")
        made = ReportDecision(
            harm=row, is_to_report=is_to_report, rule=rule, why_so=why_so.strip(), due_on=due_on if is_to_report else None,
            state=ReportDecision.LIFECYCLE.start, proposed_by=by.key, proposed_at=clock.now(),
        )  # fmt: skip
        actions.create(by, made, verb="propose")
        tell(by, to_roles=(SENIOR_MANAGER,), what=f"{row}: whether to report it awaits your second", url=made.get_absolute_url(), severity="medium")
    return made


def _check(question: dict[str, Any]) -> None:
    """What the library would refuse, and what it would not: said before anything is written."""
    if question["check_id"] not in BY_ID:
        raise Refusal(f"There is no check {question['check_id'][:40]}.")
    if question["last_on"] < question["first_on"]:
        raise Refusal("The last day comes before the first.")
    if question["first_on"] > clock.today():
        raise Refusal("The period begins in the future.")
    for name, words in (("period_why", "why these days"), ("counterfactual_why", "why this is what would have been")):
        if not (question.get(name) or "").strip():
            raise Refusal(f"Say {words}.")
    takes = question["counterfactual"]
    if takes in COMPARED and question.get("comparison") not in {one.key for one in COMPARISONS}:
        raise Refusal("Name the comparison whose ratio is applied.")
    if takes in IMPROVED and (question.get("improvement_px") is None or question["improvement_px"] < 0):
        raise Refusal("State the price improvement, in dollars a share from 0 up.")
    stated = set(question.get("limits") or {}) if question.get("limits_are") == STATED else set()
    if unknown := stated - set(BY_ID[question["check_id"]].limits):
        raise Refusal(f"{question['check_id']} has no limit {min(unknown)}.")


def _may(by: Actor) -> None:
    if not by.roles & {*WORKING, SYSTEM}:
        raise Refusal("Assessments of harm are opened and asked by analysts, supervisors and compliance.", is_forbidden=True)


def _counted(by: Actor, row: Harm, *, why: str = "") -> Harm:
    count(by, row, why=why)
    return row


MOVES = {
    ("harm", "count"): _counted, ("harm", "propose"): propose, ("harm", "propose_none"): propose_none, ("harm", "approve"): approve,
    ("harm", "release"): release, ("harm", "settle"): settle,
}  # fmt: skip
"""Moves that do more than set fields."""
