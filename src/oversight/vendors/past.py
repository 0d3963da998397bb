"""What the record says of a vendor's states: which, from when, by whom and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from oversight import clock
from oversight.record.actions import REASON
from oversight.record.models import Entry, Word

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
        Stay(state, entry.at, until, entry.verb, entry.actor, next((word.text for word in entry.words.all() if word.name == REASON), ""))
        for (entry, state), until in zip(entered, ends, strict=True)
    ]


def why(kind: str, id_: str, *verbs: str) -> str:
    """The reason given with the last of these moves of a thing, in its words; nothing where there was none. One query."""
    said = Word.objects.filter(entry__subject_kind=kind, entry__subject_id=id_, entry__verb__in=verbs, name=REASON).order_by("-entry_id").first()
    return said.text if said else ""


def states_on(on: date) -> dict[int, str]:
    """The state of each vendor at the end of that day in the market's zone, by its number; those not yet registered are left out. One query."""
    midnight = datetime.combine(on + timedelta(days=1), time(), clock.MARKET_ZONE)
    return _last(Entry.objects.filter(subject_kind=KIND, at__lt=midnight).order_by("seq").values_list("subject_id", "body"))


def states_during(on: date) -> dict[int, list[str]]:
    """Every state that each vendor was in at some instant of that day in the market's zone, in order, by its number. One query."""
    begins, ends = (datetime.combine(day, time(), clock.MARKET_ZONE) for day in (on, on + timedelta(days=1)))
    found: dict[int, list[str]] = {}
    for id_, at, body in Entry.objects.filter(subject_kind=KIND, at__lt=ends).order_by("seq").values_list("subject_id", "at", "body"):
        after = states_in(body)[1]
        if after:
            found[int(id_)] = [after] if at < begins else [*found.get(int(id_), []), after]
    return found


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
