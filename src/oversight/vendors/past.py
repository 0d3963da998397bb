"""What the record says of a vendor's states: which, from when, by whom and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from oversight import clock
from oversight.record.models import Entry

KIND = "vendor"


@dataclass(frozen=True)
class Stay:
    """A time in one state: entered when and by whom, with which move and why; `until_at` is None while it lasts."""

    state: str
    from_at: datetime
    until_at: datetime | None
    verb: str
    by: str
    why: str

    @property
    def first_on(self) -> date:
        return self.from_at.astimezone(clock.MARKET_ZONE).date()

    @property
    def last_on(self) -> date:
        """The last day that it touches; today while it lasts."""
        return (self.until_at or clock.now()).astimezone(clock.MARKET_ZONE).date()


def stays(pk: int) -> list[Stay]:
    """Every state that the vendor was in, the first first. Two queries."""
    found = list(Entry.objects.filter(subject_kind=KIND, subject_id=str(pk)).order_by("seq").prefetch_related("words"))
    changes = [(entry, states_in(entry.body)) for entry in found]
    entered = [(entry, after) for entry, (before, after) in changes if after and before != after]
    ends = [entry.at for entry, _ in entered[1:]] + [None]
    return [
        Stay(state, entry.at, until, entry.verb, entry.actor, next((word.text for word in entry.words.all() if word.name == "(why)"), ""))
        for (entry, state), until in zip(entered, ends, strict=True)
    ]


def states_on(on: date) -> dict[int, str]:
    """The state of each vendor at the end of that day in the market's zone, by its number; those not yet registered are left out. One query."""
    midnight = datetime.combine(on + timedelta(days=1), time(), clock.MARKET_ZONE)
    return _last(Entry.objects.filter(subject_kind=KIND, at__lt=midnight).order_by("seq").values_list("subject_id", "body"))


def suspended_from(pk: int) -> str:
    """The state in which the vendor was when it was last suspended; empty where it never was."""
    last = Entry.objects.filter(subject_kind=KIND, subject_id=str(pk), verb="suspend").order_by("-seq").first()
    return states_in(last.body)[0] if last else ""


def states_in(body: str) -> tuple[str, str]:
    """The states before and after that an entry's body says; empty texts where it says none."""
    before, after = json.loads(body)["changes"].get("state", ("", ""))
    return before or "", after or ""


def _last(entries: Iterable[tuple[str, str]]) -> dict[int, str]:
    states = {}
    for id_, body in entries:
        after = states_in(body)[1]
        if after:
            states[int(id_)] = after
    return states
