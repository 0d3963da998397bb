"""What a carried motion sets going: the decision on a difference, the actions of its conditions, a case, the exit as an action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from oversight.accounts.models import Holding
from oversight.actor import Actor
from oversight.cases import actions as cases
from oversight.cases.models import Case
from oversight.differences import actions as differences
from oversight.differences.lifecycle import DECIDERS
from oversight.differences.models import Decision
from oversight.lifecycle import Refusal, spoken
from oversight.reviews.acting import check_owner, set_action
from oversight.reviews.generating import DESK
from oversight.reviews.lifecycle import ADOPT, CASE, CLOSE_CASE, CONDITIONS, EXIT, ON_DIFFERENCE
from oversight.reviews.models import AgendaItem, Motion
from oversight.roles import COMPLIANCE
from oversight.vendors.models import Vendor

__all__ = ["DESK", "can_be_closed", "carry", "check_exit", "check_owner", "has_proposal", "proposed"]


def carry(by: Actor, motion: Motion) -> None:
    """Do what the motion decided, as who closed the vote. Raises Refusal where that person may not do it, so that the vote stays open for one who may."""
    if motion.kind in ON_DIFFERENCE:
        _decision(by, motion)
    elif motion.kind == CASE:
        _case(by, motion)
    elif motion.kind == CLOSE_CASE:
        cases.close_by_vote(by, Case.objects.get(pk=int(motion.item.subject_id)), review=motion.subject, why=f"{motion.count}: {motion.text}"[:4000])
    if motion.kind in (CONDITIONS, EXIT):
        for term in motion.terms:
            set_action(
                by, motion.item.review, item=motion.item, motion=motion, what=term["what"], owner=term["owner"], due_on=date.fromisoformat(term["due_on"])
            )


def proposed(item: AgendaItem) -> Decision:
    """The decision on the item's difference that somebody proposed. Raises Refusal where none waits."""
    found = _proposals(item).first()
    if found is None:
        raise Refusal("No decision on this difference is proposed. Propose modify or justify on its page; the committee decides on that.")
    return found


def has_proposal(item: AgendaItem) -> bool:
    """Whether a decision on the item's difference waits."""
    return _proposals(item).exists()


def can_be_closed(item: AgendaItem) -> bool:
    """Whether the item is a case under heightened monitoring over which no test can have power: a reasoned vote may close that."""
    if item.subject_kind != Case.RECORD or not item.subject_id.isdecimal():
        return False
    case = Case.objects.filter(pk=int(item.subject_id), state="monitored").first()
    return case is not None and case.is_without_power


def check_exit(terms: Sequence[Mapping[str, Any]]) -> None:
    """Raises Refusal unless the one action of an exit is compliance's: the motion does not move the vendor by itself."""
    is_theirs = len(terms) == 1 and Holding.objects.filter(account__key=terms[0]["owner"], ended_at=None, role=COMPLIANCE, account__is_active=True).exists()
    if not is_theirs:
        raise Refusal("A motion to leave names one action, of compliance: to begin the exit by its plan, with a day. The vote does not begin it by itself.")


def _decision(by: Actor, motion: Motion) -> None:
    if not by.roles & set(DECIDERS):
        raise Refusal(f"A decision on a difference is put in force by {spoken(DECIDERS)}. Let one of them close the vote.", is_forbidden=True)
    decision = Decision.objects.select_related("difference").filter(pk=motion.decision_id or 0, state="proposed").first()
    if decision is None:
        raise Refusal("The decision that was proposed does not wait any more: somebody decided or withdrew it. Withdraw the motion.")
    why = f"Carried by the committee, {motion.count}: {motion.text}"[:4000]
    decide = differences.adopt if motion.kind == ADOPT else differences.reject
    decide(by, decision, why=why, review=motion.item.review.subject)


def _case(by: Actor, motion: Motion) -> None:
    review, vendor = motion.item.review, Vendor.objects.get(pk=int(motion.item.subject_id))
    cases.open_case(by, vendor, title=f"By vote of the committee, {review.quarter}", what=motion.text, origin=review.subject)


def _proposals(item: AgendaItem) -> Any:
    pk = int(item.subject_id) if item.subject_id.isdecimal() else 0
    return Decision.objects.filter(difference_id=pk, state="proposed").order_by("-pk")
