"""Every write of duties: what is owed, by whom, done, waived; who is out; who may pull a venue; and the daily round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from oversight import clock
from oversight.accounts.models import Account
from oversight.actor import Actor
from oversight.citations import BY_KEY as CITATIONS
from oversight.lifecycle import SYSTEM, Refusal, spoken
from oversight.notices.actions import tell
from oversight.obligations import assessing, escalating, profiling, proofs, queries, raising
from oversight.obligations.lifecycle import DOERS, SECOND
from oversight.obligations.models import APP, HAND, Absence, Duty, Occurrence, PullRight
from oversight.obligations.raising import DESK
from oversight.obligations.recurrence import AFTER, BEFORE, RAISED, YEAR, Period, fallen
from oversight.obligations.shipped import ACT, BY_KEY, WORDS
from oversight.record import actions
from oversight.roles import COMPLIANCE, STAFF, SUPERVISOR, VENDOR_MANAGER
from oversight.vendors.models import Vendor

FACTS = (
    "title", "cites", "severity", "every", "after", "unit", "falls", "year_ends", "owner_role", "deputy_role", "runbook", "wanted", "proof", "act", "second",
)  # fmt: skip
"""What compliance says of a duty, and may amend."""
LATEST_START_DAYS = 92
RHYTHM = ("every", "after", "unit", "falls", "year_ends")


@dataclass(frozen=True)
class Daily:
    """What one day's round did, in numbers."""

    raised: int
    proved: int
    missed: int
    escalated: int


def daily() -> Daily:
    """Raise what falls due, close what the record proves, mark what was missed, escalate: once a day, and again without harm."""
    today = clock.today()
    profiling.align()
    raised = raising.raise_due(today)
    proved = raising.prove()
    missed = raising.miss(today)
    escalating.tell_asked(missed)
    return Daily(len(raised), len(proved), len(missed), len(escalating.escalate(today)))


def add(by: Actor, *, key: str, owner: str, deputy: str = "", vendor: Vendor | None = None, **facts: Any) -> Duty:
    """Add a duty by hand; `facts` are FACTS. Raises Refusal without an owner, for a deputy who is the owner, or where it is there already."""
    _compliance(by, "Adding a duty")
    _check(facts)
    _people(owner, deputy)
    made = Duty(
        **facts, key=key.strip(), vendor=vendor, owner=owner, deputy=deputy, origin=HAND, owed_from=clock.today(), added_by=by.key, added_at=clock.now(),
        state=Duty.LIFECYCLE.start,
    )  # fmt: skip
    with actions.turn():
        if queries.duty(made.key, vendor):
            raise Refusal("There is a duty of that name already. Amend it, or name the other one otherwise.")
        actions.create(by, made, verb="add")
        _tell_owner(by, made)
    return made


def amend(by: Actor, row: Duty, *, why: str, owed_from: date | None = None, **facts: Any) -> Duty:
    """Change what is said of a duty; `facts` are FACTS. A changed rhythm, or a later first day, holds for whatever is not due yet, and the other side is told.

    Raises Refusal where a duty of the profile would come to be raised by hand alone, or would begin later than LATEST_START_DAYS from today.
    """
    _compliance(by, "Amending a duty")
    if not why.strip():
        raise Refusal("Say why the duty is amended.")
    _check({name: getattr(row, name) for name in FACTS} | facts)
    if row.is_from_profile and facts.get("every", row.every) == RAISED:
        raise Refusal("The profile switches this duty on, so it keeps a rhythm. Answer the profile anew, with a second signature.")
    begins_on = _start(row, owed_from)
    with actions.turn():
        is_other_rhythm = any(facts.get(name, getattr(row, name)) != getattr(row, name) for name in RHYTHM)
        changed = actions.change(by, row, verb="amend", why=why, **facts)
        if is_other_rhythm or begins_on:
            raising.withdraw(row, "The rhythm of the duty changed.")
            actions.change(by, row, verb="begin", why=why, owed_from=begins_on or max(row.owed_from, clock.today()))
            tell(by, to_roles=SECOND, what=f"The days of a duty were changed: {row.title}.", url=row.get_absolute_url(), severity="low")
    return changed


def assign(by: Actor, row: Duty, *, owner: str, deputy: str = "", why: str = "") -> Duty:
    """Name the owner and the deputy of a duty, by their accounts' keys. For compliance and supervisors."""
    return assign_many(by, [row], owner=owner, deputy=deputy, why=why)[0]


def assign_many(by: Actor, rows: Sequence[Duty], *, owner: str, deputy: str = "", why: str = "") -> Sequence[Duty]:
    """Name the same owner and deputy for several duties, all or none; they are told once."""
    if not by.roles & {*SECOND, SYSTEM}:
        raise Refusal(f"Naming an owner is for {spoken(SECOND)}.", is_forbidden=True)
    if not rows:
        raise Refusal("Choose at least one duty first.")
    _people(owner, deputy)
    with actions.turn():
        changed = [actions.change(by, row, verb="assign", why=why, owner=owner, deputy=deputy) for row in rows]
        _tell_owner(by, changed[0], len(changed))
    return changed


def ensure(by: Actor, *, key: str, title: str = "", due_on: date, vendor: Vendor | None = None, why: str = "", **facts: Any) -> Occurrence:
    """Raise a duty from another part of the desk, once a due day however often it is called; `facts` are FACTS, those of a shipped kind of that key by default.

    A day on which the market is closed becomes the business day before it, or the next one where that has passed.
    """
    if not by.roles & {*DOERS, SYSTEM}:
        raise Refusal(f"Raising a duty is for {spoken(DOERS)}.", is_forbidden=True)
    on = fallen(due_on, BEFORE)
    on = on if on >= clock.today() else fallen(max(due_on, clock.today()), AFTER)
    with actions.turn():
        row = queries.duty(key, vendor) or actions.create(by, _raised(by, key, title, vendor, facts), verb="add", why=why)
        period = Period(f"raised {on.isoformat()}", min(clock.today(), on), min(clock.today(), on), on)
        known = row.occurrences.filter(period=period.key).exclude(state="withdrawn").first()
        return known or actions.create(by, raising.occurrence(by, row, period), verb="raise", why=why)


def done(by: Actor, row: Occurrence, *, note: str = "", late_reason: str = "", why: str = "") -> Occurrence:
    """Say that it was done, with what the duty wants as proof; late only with a reason. Closed at once, unless a second person confirms it.

    Raises Refusal for somebody who is neither owner nor deputy nor stands in, without proof, or where somebody else did it meanwhile.
    """
    if not queries.may_do(by, row):
        raise Refusal(f"Done: this is for its owner and deputy, or for {spoken(SECOND)} in their stead.", is_forbidden=True)
    if row.state == "due" and row.is_overdue:
        raising.missed_if_over(row)
    if row.state == "missed" and not late_reason.strip():
        raise Refusal("Done late: its day has passed, so it is marked as missed. Say why it is late.")
    with actions.turn():
        if row.duty.is_act:
            return _done_by_act(row)
        late = {"late_reason": late_reason.strip()} if row.state == "missed" else {}
        moved = raising.settled(actions.move(by, row, "do_late" if late else "do", note=note.strip(), why=why, **late))
        if moved.state == "awaiting":
            tell(by, to_roles=SECOND, what=f"Done, and awaits a second person: {row.duty.title}, {row.period}.", url=row.get_absolute_url(), severity="info")
    return moved


def send_back(by: Actor, row: Occurrence, *, why: str = "") -> Occurrence:
    """Send back what was said to be done; past its day it is missed again at once."""
    with actions.turn():
        moved = actions.move(by, row, "send_back", why=why)
        tell(by, to_keys=[row.done_by] if row.done_by.startswith("a-") else (), what=f"Sent back: {row.duty.title}, {row.period}.", url=row.get_absolute_url())
        return raising.missed_if_over(moved)


def ask_waiver(by: Actor, row: Occurrence, *, why: str = "") -> Occurrence:
    """Ask not to do it this time; a second person decides."""
    if not queries.may_do(by, row):
        raise Refusal(f"Ask for a waiver: this is for its owner and deputy, or for {spoken(SECOND)} in their stead.", is_forbidden=True)
    with actions.turn():
        moved = actions.move(by, row, "ask_waiver", why=why)
        tell(by, to_roles=SECOND, what=f"A waiver is asked: {row.duty.title}, {row.period}.", url=row.get_absolute_url(), severity=row.duty.severity)
    return moved


def refuse_waiver(by: Actor, row: Occurrence, *, why: str = "") -> Occurrence:
    """Refuse the waiver: it is to be done; past its day it is missed at once."""
    with actions.turn():
        moved = actions.move(by, row, "refuse_waiver", why=why)
        tell(by, to_keys=[row.asked_by], what=f"No waiver: {row.duty.title}, {row.period}.", url=row.get_absolute_url(), severity=row.duty.severity)
        return raising.missed_if_over(moved)


def switch_off(by: Actor, row: Duty, *, why: str = "") -> Duty:
    """Switch off a duty that was added by hand; what was not due yet is not owed."""
    with actions.turn():
        moved = actions.move(by, row, "switch_off", why=why)
        raising.withdraw(row, why)
    return moved


def switch_on(by: Actor, row: Duty, *, why: str = "") -> Duty:
    """Switch on again a duty that was added by hand: it is owed from today."""
    with actions.turn():
        return actions.change(by, actions.move(by, row, "switch_on", why=why), verb="begin", owed_from=clock.today())


def note_absence(by: Actor, *, person: str, from_on: date, until_on: date) -> Absence:
    """Say from when until when somebody is out; one's own, or anybody's for compliance and supervisors."""
    if not by.roles & set(STAFF) - {"auditor"} or (person != by.key and not by.roles & set(SECOND)):
        raise Refusal(f"Absences of others are noted by {spoken(SECOND)}.", is_forbidden=True)
    if until_on < from_on:
        raise Refusal("The last day out comes before the first.")
    if until_on < clock.today():
        raise Refusal("This absence would be over already.")
    if not Account.objects.filter(key=person, is_active=True).exists():
        raise Refusal("There is no open account of this person.")
    with actions.turn():
        if Absence.objects.filter(person=person, ended_at=None, from_on__lte=until_on, until_on__gte=from_on).exists():
            raise Refusal("An absence is noted for some of these days already. End it first.")
        made = Absence(person=person, from_on=from_on, until_on=until_on, noted_by=by.key, noted_at=clock.now())
        return actions.create(by, made, verb="note")


def end_absence(by: Actor, row: Absence, *, why: str = "") -> Absence:
    """The person is back, or the absence was noted wrongly."""
    if row.person != by.key and not by.roles & set(SECOND):
        raise Refusal(f"Absences of others are ended by {spoken(SECOND)}.", is_forbidden=True)
    if row.ended_at:
        raise Refusal("This absence was ended already.")
    return actions.change(by, row, verb="end", why=why, ended_by=by.key, ended_at=clock.now())


def give_pull(by: Actor, *, role: str, what: str, how: str) -> PullRight:
    """Write down that a role may pull something at once, and how it is done."""
    _compliance(by, "Saying who may pull a venue or vendor")
    if not how.strip():
        raise Refusal("Say how it is done, and whom to tell afterwards.")
    with actions.turn():
        if queries.pull_rights().filter(role=role, what=what).exists():
            raise Refusal("This role may do so already. End that entry first.")
        return actions.create(by, PullRight(role=role, what=what, how=how.strip(), given_by=by.key, given_at=clock.now()), verb="give")


def end_pull(by: Actor, row: PullRight, *, why: str) -> PullRight:
    """The role may not any more."""
    _compliance(by, "Saying who may pull a venue or vendor")
    if row.ended_at:
        raise Refusal("This entry was ended already.")
    if not why.strip():
        raise Refusal("Say why this role may not any more.")
    return actions.change(by, row, verb="end", why=why, ended_by=by.key, ended_at=clock.now())


def _done_by_act(row: Occurrence) -> Occurrence:
    at = proofs.acted_at(row)
    if at is None:
        raise Refusal(f"Done: the record does not hold it yet: {dict(proofs.CHOICES).get(row.duty.act, 'the act')}. Make it there; here it closes by itself.")
    return raising.settled(actions.move(DESK, row, "prove", note="The record holds it.", acted_at=at))


def _raised(by: Actor, key: str, title: str, vendor: Vendor | None, facts: dict[str, Any]) -> Duty:
    """A duty that another part of the desk raises, with what the shipped kind of that key says where there is one."""
    otherwise = Duty(key=key, severity="medium", owner_role=VENDOR_MANAGER, deputy_role=SUPERVISOR, proof=WORDS)
    made = profiling.duty_of(BY_KEY[key]) if key in BY_KEY else otherwise
    for name, value in {**facts, "every": RAISED, "vendor": vendor, "title": title or made.title, "origin": APP}.items():
        setattr(made, name, value)
    made.owed_from, made.added_by, made.added_at, made.state = clock.today(), by.key, clock.now(), Duty.LIFECYCLE.start
    _check({name: getattr(made, name) for name in FACTS})
    return made


def _start(row: Duty, owed_from: date | None) -> date | None:
    """The later day from which it is to be owed; None where that does not change."""
    if owed_from is None or owed_from == row.owed_from or owed_from <= clock.today():
        return None
    if (owed_from - clock.today()).days > LATEST_START_DAYS:
        raise Refusal(f"A duty begins within {LATEST_START_DAYS} days. One that is not owed for longer is released by the profile, with a second signature.")
    return owed_from


def _people(owner: str, deputy: str) -> None:
    if not owner:
        raise Refusal("A duty has an owner. Choose one.")
    if owner == deputy:
        raise Refusal("The deputy is somebody else than the owner.")
    accounts = {account.key: account for account in Account.objects.filter(key__in=[owner, deputy], is_active=True)}
    for key, called in ((owner, "owner"), (deputy, "deputy")):
        if key and (key not in accounts or not accounts[key].roles & set(DOERS)):
            raise Refusal(f"This person cannot be the {called}: the account is closed, or holds no role that does duties ({spoken(DOERS)}).")


def _check(facts: dict[str, Any]) -> None:
    if not str(facts.get("title") or "").strip():
        raise Refusal("The duty has no title.")
    unknown = [key for key in facts.get("cites") or () if key not in CITATIONS]
    if unknown:
        raise Refusal(f"The desk knows no authority called {unknown[0]}.")
    if facts.get("proof") == ACT and facts.get("act") not in proofs.BY_KEY:
        raise Refusal("Say which act in the record proves it.")
    if facts.get("every") == YEAR and not 1 <= int(facts.get("year_ends") or 0) <= 12:
        raise Refusal("The last month of the year is a number from 1 to 12.")
    if int(facts.get("after") or 0) > 250:
        raise Refusal("A duty is due at most 250 business days, days or months after its period.")


def _compliance(by: Actor, what: str) -> None:
    if COMPLIANCE not in by.roles:
        raise Refusal(f"{what} is for compliance.", is_forbidden=True)


def _tell_owner(by: Actor, row: Duty, number: int = 1) -> None:
    what = f"You own a duty: {row.title}." if number == 1 else f"You own {number} duties that were yours to take on: {row.title} and others."
    tell(by, to_keys=[row.owner], what=what, url=row.get_absolute_url())
    if row.deputy:
        tell(by, to_keys=[row.deputy], what=f"You are deputy for {'a duty' if number == 1 else f'{number} duties'}: {row.title}.", url=row.get_absolute_url())


MOVES = {
    ("profile_answer", "take_effect"): profiling.take_effect,
    ("profile_answer", "sign"): profiling.sign,
    ("profile_answer", "confirm"): profiling.confirm,
    ("self_assessment", "finish"): assessing.finish,
    ("duty", "switch_off"): switch_off,
    ("duty", "switch_on"): switch_on,
    ("duty_occurrence", "do"): done,
    ("duty_occurrence", "do_late"): done,
    ("duty_occurrence", "send_back"): send_back,
    ("duty_occurrence", "ask_waiver"): ask_waiver,
    ("duty_occurrence", "refuse_waiver"): refuse_waiver,
    ("escalation_matrix", "approve"): escalating.approve,
}
"""Moves that do more than set fields."""
