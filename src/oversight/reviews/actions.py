"""Every write of reviews: raised, missed, convened, opened, closed; what happens within stands in files named for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from oversight import clock
from oversight.actor import Actor
from oversight.lifecycle import Refusal
from oversight.notices.actions import tell
from oversight.record import actions
from oversight.reviews import acting, quarterly, seating, signing, sitting, tabling, voting
from oversight.reviews.floor import charter, presides, seats
from oversight.reviews.generating import DESK, add, generate
from oversight.reviews.lifecycle import CHARTERERS, EXTRAORDINARY, KEEPERS, QUARTERLY
from oversight.reviews.models import Review
from oversight.reviews.restating import note_restatement
from oversight.reviews.sitting import here, seated
from oversight.roles import COMMITTEE, SENIOR_MANAGER
from oversight.vendors.quarters import Quarter, quarter_of

__all__ = ["add", "convene", "daily", "generate", "note_restatement", "raise_out_of_turn", "raise_owed"]


def daily() -> str:
    """Raise what is owed, note what was missed, end seats whose last day has passed; what it did, in words. Called again, it does nothing twice."""
    raised, missed, ended = raise_owed(), note_missed(), seating.end_over()
    return f"{raised} raised, {missed} missed, {ended} seats ended"


def raise_owed(by: Actor = DESK) -> int:
    """Raise the review of every quarter that is over and has none; says how many. The daily round does, and who raises reviews need not wait for it."""
    if by.key != DESK.key:
        _may_raise(by, "A review")
    with actions.turn():
        return len([_raised(by, quarter) for quarter in quarterly.not_raised()])


def note_missed() -> int:
    """Note, once each, that a review was not signed by its day, and tell; says how many. Pages say so from the first minute, whether this ran or not."""
    rows = list(Review.objects.filter(due_on__lt=clock.today(), missed_at=None).exclude(state="signed").order_by("due_on", "pk"))
    for row in rows:
        with actions.turn():
            actions.change(DESK, row, verb="miss", why=f"It was to be signed by {row.due_on}.", missed_at=clock.now())
            tell(
                DESK,
                to_roles=(COMMITTEE, *KEEPERS, SENIOR_MANAGER),
                what=f"{row} is missed: it was due {row.due_on}",
                url=row.get_absolute_url(),
                severity="high",
            )
    return len(rows)


def raise_out_of_turn(by: Actor, *, first_on: date, last_on: date, due_on: date, why: str) -> Review:
    """Raise an extraordinary review: of these days, to be signed by that day, and why it does not wait for the quarter."""
    _may_raise(by, "A review out of turn")
    if not why.strip():
        raise Refusal("Say why it does not wait for the quarter's review.")
    if last_on < first_on or first_on > clock.today():
        raise Refusal("Look at the days: a period begins before it ends, and is not all to come.")
    if due_on < clock.today():
        raise Refusal("It would be overdue on the day it is raised. Choose a day that is to come.")
    row = _review(by, EXTRAORDINARY, quarter_of(last_on), due_on)
    row.first_on, row.last_on, row.why = first_on, last_on, why.strip()
    with actions.turn():
        actions.create(by, row, verb="raise", why=why)
        tell(by, to_roles=(COMMITTEE, *KEEPERS), what=f"{row} is raised, due {due_on}", url=row.get_absolute_url(), severity="medium")
    return row


def convene(by: Actor, review: Review, *, meeting_at: datetime | None = None, place: str = "", **given: Any) -> Review:
    """Set the meeting, or set it anew: the charter in force is the one it is held under, the agenda is generated, and every seat is told."""
    if meeting_at is not None and meeting_at < clock.now():
        raise Refusal("That instant has passed. Set the meeting for one that is to come.")
    with actions.turn():
        actions.move(by, review, "convene", meeting_at=meeting_at, place=place.strip(), **given)
        under = charter()
        if review.charter_id != (under.pk if under else None):
            actions.change(by, review, verb="hold_under", charter=under)
        generate(by, review)
        told = [seat.person for seat in seats(under)]
        tell(by, to_keys=told, what=f"{review}: the meeting is set", url=review.get_absolute_url(), severity="medium")
    return review


def open_meeting(by: Actor, review: Review, **given: Any) -> Review:
    """Open the meeting, as who presides or keeps the minutes: who opens is noted as present, and what came since is put on the agenda."""
    with actions.turn():
        _, own = seated(by, review)
        if not presides(own.seat):
            raise Refusal("The chair, the principal or the secretary opens the meeting.", is_forbidden=True)
        generate(by, review)
        actions.move(by, review, "open", **given)
        sitting.arrive(by, review)
    return review


def adjourn(by: Actor, review: Review, **given: Any) -> Review:
    """Close the meeting: every item has ended. The minutes wait for their signatures."""
    with actions.turn():
        _, own = here(by, review)
        if not presides(own.seat):
            raise Refusal("The chair, the principal or the secretary closes the meeting.", is_forbidden=True)
        return actions.move(by, review, "adjourn", **given)


def resume(by: Actor, review: Review, **given: Any) -> Review:
    """Take the meeting up again before anybody signed: something is missing."""
    with actions.turn():
        seated(by, review)
        return actions.move(by, review, "resume", **given)


def _may_raise(by: Actor, what: str) -> None:
    if not by.roles & set(CHARTERERS):
        raise Refusal(f"{what} is raised by compliance or a senior manager.", is_forbidden=True)


def _raised(by: Actor, quarter: Quarter) -> Review:
    row = _review(by, QUARTERLY, quarter, quarterly.due_on(quarter))
    actions.create(by, row, verb="raise")
    severity = "high" if row.is_overdue else "medium"
    tell(by, to_roles=(COMMITTEE, *KEEPERS), what=f"{row} is owed by {row.due_on}", url=row.get_absolute_url(), severity=severity)
    return row


def _review(by: Actor, kind: str, quarter: Quarter, due_on: date) -> Review:
    return Review(
        kind=kind, quarter=str(quarter), first_on=quarter.first, last_on=quarter.last, due_on=due_on, raised_by=by.key, raised_at=clock.now(),
        state=Review.LIFECYCLE.start,
    )  # fmt: skip


MOVES: Mapping[tuple[str, str], Callable[..., Any]] = {
    ("review", "convene"): convene, ("review", "open"): open_meeting, ("review", "adjourn"): adjourn, ("review", "resume"): resume,
    ("review", "sign"): signing.sign, ("review", "countersign"): signing.countersign, ("review", "send_back"): signing.send_back,
    ("review_charter", "approve"): seating.approve_charter, ("review_seat", "confirm"): seating.confirm_seat, ("review_seat", "end"): seating.end_seat,
    ("review_paper", "circulate"): tabling.circulate_one, ("review_recusal", "lift"): sitting.lift, ("agenda_item", "take_up"): sitting.take_up,
    ("agenda_item", "propose_skip"): sitting.propose_skip, ("agenda_item", "second_skip"): sitting.second_skip, ("agenda_item", "put_back"): sitting.put_back,
    ("agenda_item", "reopen"): sitting.reopen, ("motion", "carry"): voting.carry, ("motion", "lose"): voting.lose, ("motion", "withdraw"): voting.withdraw,
    ("review_action", "do"): acting.done,
}  # fmt: skip
