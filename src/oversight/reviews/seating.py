"""Every write of the charter and the seats: one person writes, another agrees."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max

from oversight import clock
from oversight.accounts.queries import names
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.reviews.floor import may_sit
from oversight.reviews.generating import DESK
from oversight.reviews.lifecycle import CHARTERERS, OF_MODE, ONE
from oversight.reviews.models import Charter, Seat
from oversight.roles import COMMITTEE, COMPLIANCE, SENIOR_MANAGER


def propose_charter(by: Actor, *, mode: str, quorum: int, majority: str, due_days: int, notice_days: int, purpose: str) -> Charter:
    """Write the next version of the charter; it holds once a second person agrees. Raises Refusal while another waits, or for a quorum that cannot work."""
    _may(by, "A charter is written")
    if mode == ONE and quorum != 1:
        raise Refusal("One principal decides alone, so the quorum of a small firm is one seat.")
    if mode != ONE and quorum < 2:
        raise Refusal("A committee of which one seat is a quorum is one person. Ask for two seats at least, or choose the small firm's mode.")
    with actions.turn():
        if Charter.objects.filter(state="proposed").exists():
            raise Refusal("A version of the charter waits for a second person already. Let it be decided, or decline it, first.")
        number = (Charter.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        row = Charter(
            number=number, mode=mode, quorum=quorum, majority=majority, due_days=due_days, notice_days=notice_days, purpose=purpose.strip(), proposed_by=by.key,
            proposed_at=clock.now(), state=Charter.LIFECYCLE.start,
        )  # fmt: skip
        actions.create(by, row, verb="propose")
        tell(
            by,
            to_roles=(COMMITTEE, SENIOR_MANAGER, COMPLIANCE),
            what=f"Charter {number} of the committee waits for a second person",
            url=row.get_absolute_url(),
        )
    return row


def approve_charter(by: Actor, row: Charter, **given: Any) -> Charter:
    """Agree: the version holds, and the one before does not. A review that was convened before keeps the charter it was convened under."""
    with actions.turn():
        actions.move_many(DESK, list(Charter.objects.filter(state="in_force").exclude(pk=row.pk)), "supersede")
        return actions.move(by, row, "approve", **given)


def appoint(
    by: Actor, *, person: str, place: str, registration: str, is_independent_of_desk: bool, is_independent_of_vendors: bool, why: str, from_on: date,
    until_on: date | None = None,
) -> Seat:  # fmt: skip
    """Appoint somebody to a seat; it counts once a second person, who is not the one appointed, agrees. Raises Refusal for who may not sit."""
    _may(by, "Somebody is appointed")
    if person not in may_sit([person]):
        raise Refusal("A seat is held by an open account in the role committee, compliance, supervisor or senior manager.")
    if place not in {each for places in OF_MODE.values() for each in places}:
        raise Refusal(f"There is no place called {place}.")
    if until_on and until_on < from_on:
        raise Refusal("The seat would end before it begins. Look at the two dates.")
    row = Seat(
        person=person, place=place, registration=registration.strip(), is_independent_of_desk=is_independent_of_desk,
        is_independent_of_vendors=is_independent_of_vendors, why=why.strip(), from_on=from_on, until_on=until_on, appointed_by=by.key,
        appointed_at=clock.now(), state=Seat.LIFECYCLE.start,
    )  # fmt: skip
    if not row.why:
        raise Refusal("Say why the person is independent, or why not.")
    with actions.turn():
        if Seat.objects.filter(person=person, state="proposed").exists():
            raise Refusal("This person is appointed already and waits for a second person.")
        actions.create(by, row, verb="appoint")
        what = f"{names().get(person, person)} is appointed {row.get_place_display()} of the committee; a second person agrees first"
        tell(by, to_roles=(COMMITTEE, SENIOR_MANAGER, COMPLIANCE), what=what, url=row.get_absolute_url())
    return row


def confirm_seat(by: Actor, row: Seat, **given: Any) -> Seat:
    """Agree to the appointment. Raises Refusal where the account may no longer sit."""
    with actions.turn():
        if row.person not in may_sit([row.person]):
            raise Refusal("The account is closed, or holds no role that may sit. Decline the appointment.")
        return actions.move(by, row, "confirm", **given)


def end_seat(by: Actor, row: Seat, *, until_on: date | None = None, why: str = "", **given: Any) -> Seat:
    """End a seat from today or an earlier day on; it counts for nothing any more, what was voted from it stays. A later day is refused: it is not over."""
    if until_on is not None and until_on > clock.today():
        raise Refusal("That day is to come. End the seat on it, or appoint with a last day.")
    if until_on is not None and until_on < row.from_on:
        raise Refusal("It would end before it began.")
    return actions.move(by, row, "end", until_on=until_on, why=why, **given)


def end_over() -> int:
    """End the seats whose last day has passed; says how many."""
    rows = list(Seat.objects.filter(state="in_force", until_on__lt=clock.today()))
    for row in rows:
        actions.move(DESK, row, "end", until_on=row.until_on, why="Its last day has passed.")
    return len(rows)


def _may(by: Actor, what: str) -> None:
    if not by.roles & set(CHARTERERS):
        raise Refusal(f"{what} by compliance or a senior manager.", is_forbidden=True)
