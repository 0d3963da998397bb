"""Every write of reliance on somebody else's review: opened where it is possible, received, read, challenged, agreed, lapsed."""

from __future__ import annotations

from datetime import date
from typing import Any

from oversight import clock
from oversight.actor import Actor, automated
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.roles import COMPLIANCE, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.arranging import Arrangement, Reliance
from oversight.vendors.lifecycle import KEEPERS
from oversight.vendors.quarters import parse


def open_reliance(by: Actor, arrangement: Arrangement, *, quarter: str, due_on: date | None = None) -> Reliance:
    """Mean to rely on the review of that quarter (`2026Q2`).

    Raises Refusal, with its reason: FINRA 5310.09 lets a member rest on another's review only for flow that the other, a member, handles as agent.
    """
    if not by.roles & set(KEEPERS):
        raise Refusal("Relying on somebody's review is prepared by vendor managers and compliance.", is_forbidden=True)
    if arrangement.why_no_reliance:
        raise Refusal(f"{arrangement}: {arrangement.why_no_reliance}")
    of = parse(quarter)
    until = due_on or of.holds_until
    _check(arrangement, of, until)
    row = Reliance(arrangement=arrangement, quarter=str(of), due_on=until, opened_by=by.key, opened_at=clock.now(), state=Reliance.LIFECYCLE.start)
    with actions.turn():
        if Reliance.objects.filter(arrangement=arrangement, quarter=str(of)).exclude(state__in=Reliance.LIFECYCLE.ends).exists():
            raise Refusal(f"For {of} this is open already.")
        return actions.create(by, row, verb="open")


def receive(by: Actor, row: Reliance, *, received_on: date | None = None, why: str = "", **given: Any) -> Reliance:
    """Results and rationale came on that day (today, where none is said), and are filed."""
    on = received_on or clock.today()
    if on > clock.today():
        raise Refusal("It would have been received in the future.")
    if on <= row.of_quarter.last:
        raise Refusal(f"{row.quarter} ends on {row.of_quarter.last}; a review of it cannot have come before.")
    if row.is_past:
        raise Refusal(f"The day until which it could hold has passed: {row.due_on}.")
    if given.get("results") is not None and given.get("rationale") is None:
        raise Refusal("The rationale is missing: results without the reasons for the routing cannot be relied on.")
    if given.get("results") is not None and given.get("results") == given.get("rationale"):
        raise Refusal("Results and rationale are two things: how orders did, and why the flow goes where it goes. File both.")
    return actions.move(by, row, "receive", why=why, received_on=on, **given)


def read(by: Actor, row: Reliance, *, reading: str = "", why: str = "", **given: Any) -> Reliance:
    """What results and rationale show, in the reader's words and notes."""
    if not reading.strip():
        raise Refusal("Say what it shows: which order types and symbols it covers, what differs from what the firm measured itself.")
    return actions.move(by, row, "read", why=why, reading=reading.strip(), **given)


def answer_challenge(by: Actor, row: Reliance, *, challenge: str = "", answer: str = "", why: str = "", **given: Any) -> Reliance:
    """What was challenged and what was answered; by somebody else than the reader."""
    if not challenge.strip() or not answer.strip():
        raise Refusal("Say what was challenged, and what was answered.")
    return actions.move(by, row, "challenge", why=why, challenge=challenge.strip(), answer=answer.strip(), **given)


def rely(by: Actor, row: Reliance, *, why: str = "") -> Reliance:
    """Agree that the firm rests on the review for its quarter, and say until when."""
    with actions.turn():
        moved = actions.move(by, row, "rely", why=why)
        tell(by, to_keys=(row.opened_by,), what=f"Relied on until {row.due_on}: {row}", url=row.get_absolute_url())
    return moved


def lapse(by: Actor | None = None) -> int:
    """Close every reliance whose day has passed, and tell who must act; says how many. Called once a day; calling it again changes nothing."""
    acting = by or automated("lapse_reliance")
    with actions.turn():
        past = list(Reliance.objects.filter(due_on__lt=clock.today()).exclude(state__in=Reliance.LIFECYCLE.ends).select_related("arrangement").order_by("pk"))
        actions.move_many(acting, past, "lapse")
        for row in past:
            what = f"Lapsed on {row.due_on}: {row}. The next quarter needs its own, or a review by the firm."
            tell(acting, to_roles=(VENDOR_MANAGER, COMPLIANCE, SUPERVISOR), what=what, url=row.get_absolute_url(), severity="medium")
    return len(past)


def _check(arrangement: Arrangement, of: Any, until: date) -> None:
    today = clock.today()
    if arrangement.state != "in_force":
        raise Refusal(f"The arrangement is {arrangement.standing}: only flow under one in force can rest on somebody's review.")
    if of.first > today:
        raise Refusal(f"{of} has not begun.")
    if arrangement.from_on > of.last or (arrangement.until_on and arrangement.until_on < of.first):
        raise Refusal(f"The arrangement held on no day of {of}.")
    if not of.last < until <= of.holds_until:
        raise Refusal(f"A reliance is for one quarter: for {of} it can hold until a day after {of.last} and not later than {of.holds_until}.")
    if until < today:
        raise Refusal(f"For {of} the day until which it could hold, {until}, has passed.")
