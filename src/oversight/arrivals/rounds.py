"""What a day brings by itself: clocks that ran out, duties that fall due, words that lose their force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from oversight.actor import automated
from oversight.agreements import actions as agreements
from oversight.cases import daily as cases
from oversight.differences import actions as differences
from oversight.diligence import actions as diligence
from oversight.diligence import reminding
from oversight.disclosures import daily as disclosures
from oversight.findings import actions as findings
from oversight.findings import publishing
from oversight.obligations import actions as obligations
from oversight.plans import daily as plans
from oversight.procedures import daily as procedures
from oversight.refreshes import lapsing
from oversight.requests import daily as requests
from oversight.reviews import actions as reviews
from oversight.rooms import daily as rooms
from oversight.vendors import reliance_actions as vendors

UNPUBLISHED = "what is in force is not beside the limits yet: the workspace is being written, or is not there; run this again"


@dataclass(frozen=True)
class Round:
    """One part of the day's round: its title, and what it did in words. Called again, it does nothing twice."""

    title: str
    does: Callable[[], str]


def _suppressions() -> str:
    ended = len(findings.lapse())
    return f"{ended} ended" if publishing.is_published() else f"{ended} ended; {UNPUBLISHED}"


def _diligence() -> str:
    return f"{reminding.remind()} reminders told, {diligence.lapse_overdue()} approvals ran out"


def _agreements() -> str:
    return ", ".join(f"{number} {what}" for what, number in agreements.daily(automated("agreements")).items() if number) or "nothing ran out"


def _differences() -> str:
    over, missed, late = differences.daily()
    return f"{over} justifications ran out, {missed} modifications were not followed, {late} clocks ran out"


def _duties() -> str:
    done = obligations.daily()
    return f"{done.raised} raised, {done.proved} proved by the record, {done.missed} missed, {done.escalated} steps of escalation told"


ROUNDS = (
    Round("suppressions", _suppressions),
    Round("reliance on other firms' reviews", lambda: f"{vendors.lapse()} lapsed"),
    Round("due diligence", _diligence),
    Round("agreements", _agreements),
    Round("procedures", lambda: procedures.daily().words),
    Round("yearly refresh", lambda: lapsing.lapse().words),
    Round("differences", _differences),
    Round("reviews", reviews.daily),
    Round("cases", lambda: cases.daily().words),
    Round("joint investigations", lambda: f"{rooms.remind()} reminders told"),
    Round("corrective plans", lambda: plans.walk().words),
    Round("regulators' requests", lambda: requests.daily().words),
    Round("disclosures", lambda: disclosures.daily().words),
    Round("duties", _duties),
)
"""In this order: duties come last, for what ran out before may be one."""


def walk() -> Iterator[tuple[str, str]]:
    """Do each part; yields its title and what it did."""
    for part in ROUNDS:
        yield part.title, part.does()
