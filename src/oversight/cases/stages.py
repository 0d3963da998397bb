"""The moves of a case from stage to stage: each with its condition, or with a signed override that is used up by it."""

from __future__ import annotations

from datetime import date, timedelta

from oversight import clock, moving
from oversight.actor import Actor
from oversight.cases import evidencing, letter, publishing, telling
from oversight.cases.lifecycle import CONDITIONS
from oversight.cases.models import BY_OVERRIDE, TEST, VOTE, Case
from oversight.cases.telling import DESK
from oversight.evidence import actions as evidence
from oversight.evidence import queries as filed
from oversight.evidence.lifecycle import FILERS
from oversight.lifecycle import Refusal, offered
from oversight.policy.queries import desk_limits
from oversight.record import actions
from oversight.roles import COMMITTEE, COMPLIANCE, SENIOR_MANAGER, SUPERVISOR, VENDOR_MANAGER


def give_notice(by: Actor, case: Case, *, why: str = "") -> Case:
    """Go on as notice given: made by sending the notice, or by hand on a signed override."""
    return _staged(by, case, "give_notice", why)


def investigate(by: Actor, case: Case, *, why: str = "") -> Case:
    """Begin the joint investigation: the vendor answered, or its clock ran out and the firm goes on without the answer."""
    with actions.turn():
        without = " without the vendor's answer" if case.is_unilateral else ""
        moved = _staged(by, case, "investigate", why)
        telling.firm(by, case, f"the joint investigation begins{without}.", (VENDOR_MANAGER, COMPLIANCE))
        if case.notice is not None:
            telling.vendor(by, case.notice, f"The joint investigation on notice {case.number}.{case.notice.number} begins{without and ' without your answer'}.")
    return moved


def ask_plan(by: Actor, case: Case, *, why: str = "") -> Case:
    """Ask the vendor for its corrective plan."""
    with actions.turn():
        moved = _staged(by, case, "ask_plan", why)
        if case.notice is not None:
            telling.vendor(by, case.notice, f"Your corrective plan on notice {case.number}.{case.notice.number} is due by {moved.stage_due_on}.", "medium")
    return moved


def monitor(by: Actor, case: Case, *, why: str = "") -> Case:
    """Begin the stage of heightened monitoring: a plan is accepted, a closing test registered, narrower limits in force."""
    with actions.turn():
        moved = _staged(by, case, "monitor", why)
        telling.firm(by, case, "its stage of heightened monitoring begins.", (SUPERVISOR, COMPLIANCE, VENDOR_MANAGER))
    return moved


def close(by: Actor, case: Case, *, why: str = "") -> Case:
    """Close a case on its registered test, or on a signed override of it."""
    return _ended(by, case, "close", why, TEST if case.is_test_passed else BY_OVERRIDE)


def close_early(by: Actor, case: Case, *, why: str = "") -> Case:
    """Close a case before its steps, on a signed override alone."""
    return _ended(by, case, "close_early", why, BY_OVERRIDE)


def close_by_vote(by: Actor, case: Case, *, review: tuple[str, str] = ("", ""), why: str = "") -> Case:
    """Close by the reasoned vote of a review, where no test can have power. `review` is (kind, id) of the row whose votes carried it.

    Raises Refusal without a review that is on record, for whoever opened the case, and where a test could tell.
    """
    telling.may(by, (COMMITTEE, COMPLIANCE), "Close by reasoned vote")
    kind, id_ = review[0], str(review[1])
    if not kind or filed.row(kind, id_) is None:
        raise Refusal("Close by reasoned vote: the review whose votes carried it is not named, or is not on record.")
    with actions.turn():
        actions.change(by, Case.objects.get(pk=case.pk), verb="vote", why=why, vote_kind=kind, vote_id=id_)
        closed = _ended(by, case, "close_by_vote", why, VOTE)
    closed.vote_kind, closed.vote_id = kind, id_
    return closed


def justify(by: Actor, case: Case, *, why: str = "") -> Case:
    """End the case because each of its differences is justified by an adopted decision."""
    return _ended(by, case, "justify", why, "")


def terminate(by: Actor, case: Case, *, why: str = "") -> Case:
    """Leave the vendor: the case ends and its exit begins by the exit plan in the same act, or is asked for where the vendor's state does not let it begin."""
    with actions.turn():
        moved = _ended(by, case, "terminate", why, BY_OVERRIDE if not case.has_exit_plan else "")
        vendor = type(case.vendor).objects.get(pk=case.vendor_id)
        if "begin_exit" in {move.name for move in offered(vendor.LIFECYCLE, vendor, person=by.key, roles=by.roles)}:
            moving.make(by, vendor, "begin_exit", {"why": f"Case {case.number} was terminated: {why}"})
            said = "the exit begins."
        else:
            said = f"the vendor is “{vendor.state_title}”, so its exit is to be begun by hand."
        telling.firm(by, case, f"terminated; {said}", (COMPLIANCE, VENDOR_MANAGER, SUPERVISOR, SENIOR_MANAGER), "high", vendor.get_absolute_url())
    return moved


def due_of(case: Case) -> date | None:
    """By when the stage that a case is in is to be done; None at its end, and in monitoring without a registered test."""
    days, today = desk_limits().cases, clock.today()
    if case.state == "noticed":
        return case.notice.answer_due_on if case.notice else today + timedelta(days=days["answer_days"])
    if case.state == "monitored":
        return case.registration.last_on + timedelta(days=days["closing_days"]) if case.registration else None
    name = {"opened": "notice_days", "investigating": "investigation_days", "planning": "plan_days"}.get(case.state)
    return today + timedelta(days=days[name]) if name else None


def set_clock(by: Actor, case: Case) -> Case:
    """Begin the clock of the stage that the case is in."""
    return actions.change(by, case, verb="start_clock", stage_due_on=due_of(case), stage_late_told_on=None)


def _staged(by: Actor, case: Case, name: str, why: str) -> Case:
    """The move, what it skipped used up, what can no longer be skipped lapsed, the next clock begun."""
    with actions.turn():
        now = Case.objects.get(pk=case.pk)
        skipped = [one.key for one in CONDITIONS if one.move == name and not now.is_met(one.key)]
        moved = actions.move(by, case, name, why=why)
        for override in case.overrides.filter(condition__in=skipped, state="signed"):
            actions.move(DESK, override, "use")
        left = {one.key for one in CONDITIONS if moved.state not in moved.LIFECYCLE.move(one.move).sources}
        for override in case.overrides.filter(condition__in=left, state__in=("proposed", "signed")):
            actions.move(DESK, override, "lapse", why=f"The case is {moved.state_title}.")
        return set_clock(by, moved)


def _ended(by: Actor, case: Case, name: str, why: str, how: str) -> Case:
    """The end of a case: its letter is made and filed, its monitoring ends, the vendor is told. What the vendor reads names no other vendor."""
    named = evidencing.others_named(case.vendor, why) if case.notice else ""
    if named:
        raise Refusal(f"The reason speaks of “{named}”, another vendor, and stands in the letter of the end, which this vendor reads.")
    with actions.turn():
        moved = _staged(by, case, name, why)
        actions.change(by, moved, verb="end", ended_how=how)
        content = letter.closing(moved, why)
        title = f"End of case {case.number}: {moved.state_title}"
        files, today = by if by.roles & set(FILERS) else DESK, clock.today()
        held = evidence.file(files, f"case-{case.number}-end.pdf", content, title=title, effective_on=today, subject=case.subject, what="The letter of its end")
        actions.change(by, moved, verb="file_letter", closing_letter=held)
        for each in case.monitorings.filter(state="in_force"):
            actions.move(DESK, each, "run_out", why=f"Case {case.number} is {moved.state_title}.")
        telling.firm(by, case, f"{moved.state_title}.", (VENDOR_MANAGER, COMPLIANCE, SUPERVISOR))
        if case.notice is not None:
            telling.vendor(by, case.notice, f"Case {case.number} is {moved.state_title}. The letter of its end is in your account.")
    publishing.publish(by)
    return moved
