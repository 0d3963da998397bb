"""How old the evidence of a section is, against how old it may be: a pure function of days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

LAPSED, NEVER, SOON, FRESH = "lapsed", "never", "due_soon", "fresh"
STATES = {LAPSED: "lapsed", SOON: "due soon", NEVER: "none yet", FRESH: "fresh"}
"""The worst first."""
TONES = {LAPSED: "late", SOON: "due", NEVER: "info", FRESH: "good"}
RANK = {state: place for place, state in enumerate(STATES)}
WARNING_DAYS = 30


@dataclass(frozen=True)
class Age:
    """Where one proof stands: its state, the day of the last evidence (None for none), and the last day on which that suffices."""

    state: str
    last_on: date | None
    good_until: date

    @property
    def title(self) -> str:
        return STATES[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]


def age(days: int, last_on: date | None, since: date, today: date) -> Age:
    """Where evidence of `last_on` stands that may be `days` old. Before the first, time runs from `since`, the day from which the section is in force."""
    good_until = (last_on or since) + timedelta(days=days)
    left = (good_until - today).days
    if left < 0:
        return Age(LAPSED, last_on, good_until)
    if left < warning(days):
        return Age(SOON, last_on, good_until)
    return Age(NEVER if last_on is None else FRESH, last_on, good_until)


def warning(days: int) -> int:
    """How many days before evidence lapses it is said: a fifth of its time, at least one day and at most thirty."""
    return max(1, min(WARNING_DAYS, days // 5))


def worst(ages: Iterable[Age]) -> Age | None:
    """The one that needs somebody first; None of none."""
    return min(ages, key=lambda one: (RANK[one.state], one.good_until), default=None)
