"""Every write of cases: opened, about which differences, what is skipped by whom; the stages, notices, measures and tests stand in files of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Max

from oversight import clock
from oversight.actor import Actor
from oversight.cases import daily, stages, telling
from oversight.cases.closing_actions import Held, agree, hold, register_test
from oversight.cases.lifecycle import BY_KEY, KEEPERS, OPEN, OPENERS, PROPOSERS
from oversight.cases.measure_actions import approve_monitoring, carry_out, decide, end_monitoring, propose_measure, propose_monitoring
from oversight.cases.models import Case, CaseDifference, Override
from oversight.cases.notice_actions import answer, draft_notice, revise_notice, send
from oversight.cases.stages import ask_plan, close, close_by_vote, close_early, give_notice, investigate, justify, monitor, terminate
from oversight.differences.models import Difference
from oversight.evidence import queries as evidence
from oversight.lifecycle import SYSTEM, Refusal
from oversight.record import actions
from oversight.roles import ANALYST, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

__all__ = [
    "Held", "agree", "answer", "approve_monitoring", "ask_plan", "carry_out", "close", "close_by_vote", "close_early", "daily", "decide", "draft_notice",
    "end_monitoring", "give_notice", "hold", "investigate", "justify", "monitor", "propose_measure", "propose_monitoring", "register_test", "revise_notice",
    "send", "terminate",
]  # fmt: skip


def open_case(by: Actor, vendor: Vendor, *, title: str, what: str, origin: tuple[str, str] = ("", ""), difference: Difference | None = None) -> Case:
    """Open a case against a vendor; `origin` is (kind, id) of what it comes from, nothing where it is opened by hand.

    Raises Refusal for an origin or a difference of another vendor or that is not there, and where a case is open on that origin already.
    """
    telling.may(by, (*OPENERS, SYSTEM), "Open a case")
    if not title.strip() or not what.strip():
        raise Refusal("Open a case: say in a line what it is about, and in words what fell short.")
    kind, id_ = origin[0], str(origin[1])
    _check_origin(vendor, kind, id_)
    with actions.turn():
        held = Case.objects.filter(origin_kind=kind, origin_id=id_, vendor=vendor, state__in=OPEN).first() if kind else None
        if held is not None:
            raise Refusal(f"Case {held.number} is open on this already.")
        number = (Case.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        row = Case(
            vendor=vendor, number=number, title=title.strip()[:200], what=what.strip(), origin_kind=kind, origin_id=id_, opened_by=by.key,
            opened_at=clock.now(), state=Case.LIFECYCLE.start,
        )  # fmt: skip
        row.stage_due_on = stages.due_of(row)
        actions.create(by, row, verb="open")
        if difference is not None:
            add_difference(by, row, difference)
        said = f"opened. The notice is due by {row.stage_due_on}; interim measures can stand from today."
        telling.firm(by, row, said, (COMPLIANCE, VENDOR_MANAGER, SUPERVISOR), "high")
    return row


def add_difference(by: Actor, case: Case, difference: Difference) -> CaseDifference:
    """Say that the case is about this material difference, too. Its own clock runs on, whatever the case does."""
    telling.may(by, (*OPENERS, SYSTEM), "Add a difference")
    if difference.vendor_id not in (None, case.vendor_id):
        raise Refusal("That difference is another vendor's.")
    with actions.turn():
        telling.still_open(case, "Add a difference")
        if case.case_differences.filter(difference=difference).exists():
            raise Refusal("The case is about this difference already.")
        return actions.create(by, CaseDifference(case=case, difference=difference, added_by=by.key, added_at=clock.now()), verb="add")


def conclude_alone(by: Actor, case: Case, *, words: str) -> Case:
    """The firm's own conclusion where the vendor never answered: visible as such, and enough to ask for a plan."""
    telling.may(by, KEEPERS, "Conclude without the vendor")
    if not words.strip():
        raise Refusal("Say what the firm found by itself, and on what it rests.")
    with actions.turn():
        now = Case.objects.get(pk=case.pk)
        if now.state != "investigating" or not now.is_unilateral:
            raise Refusal("The firm concludes alone only while the case is investigated and the vendor's answer is past its clock.")
        return actions.change(by, case, verb="conclude_alone", alone_words=words.strip(), alone_by=by.key, alone_at=clock.now())


def propose_override(by: Actor, case: Case, *, condition: str, reason: str) -> Override:
    """Propose to skip one condition of the case's next moves, once; a second person in another role signs, or not."""
    telling.may(by, PROPOSERS, "Propose an override")
    if condition not in BY_KEY:
        raise Refusal("There is no such condition.")
    if not reason.strip():
        raise Refusal("Say why it is skipped, and what stands in its place.")
    with actions.turn():
        now = Case.objects.get(pk=case.pk)
        if now.state not in now.LIFECYCLE.move(BY_KEY[condition].move).sources:
            raise Refusal(f"The case is {now.state_title}: nothing that it can do next asks for {BY_KEY[condition].title}.")
        if now.is_met(condition):
            raise Refusal("This condition is met; nothing needs to be skipped.")
        if now.overrides.filter(condition=condition, state__in=("proposed", "signed")).exists():
            raise Refusal("An override of this condition waits already.")
        row = Override(
            case=case, condition=condition, reason=reason.strip(), proposed_by=by.key, proposed_at=clock.now(), proposed_as=_acting_as(by),
            state=Override.LIFECYCLE.start,
        )  # fmt: skip
        actions.create(by, row, verb="propose")
        to = SENIOR_MANAGER if row.proposed_as == COMPLIANCE else COMPLIANCE
        telling.firm(by, case, f"an override is proposed: to skip {BY_KEY[condition].title}.", (to,), "high", row.get_absolute_url())
    return row


def sign(by: Actor, row: Override, *, why: str = "") -> Override:
    """Sign as compliance."""
    return _signed(by, row, "sign", why)


def sign_as_senior(by: Actor, row: Override, *, why: str = "") -> Override:
    """Sign as senior manager."""
    return _signed(by, row, "sign_as_senior", why)


def _signed(by: Actor, row: Override, name: str, why: str) -> Override:
    with actions.turn():
        moved = actions.move(by, row, name, why=why)
        said = f"an override is signed: {BY_KEY[row.condition].title} may be skipped once. It stays visible."
        telling.firm(by, row.case, said, (COMPLIANCE, VENDOR_MANAGER, SUPERVISOR, SENIOR_MANAGER), "high", row.get_absolute_url())
    return moved


def _acting_as(by: Actor) -> str:
    """The role in which somebody proposes: compliance where they hold it, so that compliance never signs what compliance proposed."""
    return next(role for role in (COMPLIANCE, SUPERVISOR, VENDOR_MANAGER, ANALYST) if role in by.roles)


def _check_origin(vendor: Vendor, kind: str, id_: str) -> None:
    if not kind:
        return
    row = evidence.row(kind, id_)
    if row is None:
        raise Refusal(f"There is no {kind.replace('_', ' ')} {id_[:40]} in the desk from which a case could come.")
    whose = getattr(row, "vendor", None) or getattr(getattr(getattr(row, "clause", None), "agreement", None), "vendor", None)
    if whose and whose not in (vendor, vendor.key):
        raise Refusal("What it comes from is another vendor's.")


MOVES: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("case", "give_notice"): give_notice, ("case", "investigate"): investigate, ("case", "ask_plan"): ask_plan, ("case", "monitor"): monitor,
    ("case", "close"): close, ("case", "close_early"): close_early, ("case", "close_by_vote"): close_by_vote, ("case", "justify"): justify,
    ("case", "terminate"): terminate, ("case_notice", "send"): send, ("case_notice", "answer"): answer, ("interim_measure", "decide"): decide,
    ("heightened_monitoring", "approve"): approve_monitoring, ("heightened_monitoring", "end"): end_monitoring, ("closing_test", "agree"): agree,
    ("case_override", "sign"): sign, ("case_override", "sign_as_senior"): sign_as_senior,
}  # fmt: skip
