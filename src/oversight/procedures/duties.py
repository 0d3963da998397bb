"""The recurring duties that a section can name, as the app of obligations tells of them: the one place where it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from oversight import clock
from oversight.access import once
from oversight.obligations import queries
from oversight.procedures.models import day_of


@dataclass(frozen=True)
class Done:
    """One time that it was done and confirmed: the day of it, and the day from which the desk knew."""

    on: date
    known_on: date


@dataclass(frozen=True)
class Duty:
    """One recurring duty: whether it is on, and when it was done and confirmed, for each vendor that it is owed for (or once for the firm)."""

    key: str
    title: str
    is_on: bool
    url: str
    done: tuple[tuple[Done, ...], ...] = ()

    @property
    def said(self) -> str:
        """Its title, and whether it is switched off or the calendar does not have it."""
        return self.title if self.is_on else f"{self.title} ({'switched off' if self.url else 'not in the calendar'})"

    @property
    def last_confirmed_on(self) -> date | None:
        return self.confirmed_by(clock.today())

    def confirmed_by(self, day: date) -> date | None:
        """The last confirmation by the end of that day; where it is owed for several vendors, the earliest of their last ones. None where one has none."""
        last = [max((one.on for one in of_row if one.on <= day and one.known_on <= day), default=None) for of_row in self.done]
        known = [on for on in last if on is not None]
        return min(known) if known and len(known) == len(last) else None


def every() -> dict[str, Duty]:
    """The duties by their keys, asked once a request; none where the calendar holds none. Two queries."""
    return once("procedures.duties", _every)


def of(keys: Iterable[str], calendar: Mapping[str, Duty] | None = None) -> list[Duty]:
    """The duties of those keys, in a calendar that was read before or the one of now; one that it does not have counts as switched off."""
    wanted = list(keys)
    known = (every() if wanted else {}) if calendar is None else calendar
    return [known.get(key) or Duty(key, key.replace("_", " "), False, "") for key in wanted]


def _every() -> dict[str, Duty]:
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in queries.duties():
        rows[row.key].append(row)
    done: dict[int, list[Done]] = defaultdict(list)
    for occurrence in queries.occurrences().filter(state="done"):
        if (on := occurrence.done_on) is not None:
            done[occurrence.duty_id].append(Done(on, day_of(occurrence.confirmed_at) or on))
    return {key: _duty(key, of_key, done) for key, of_key in rows.items()}


def _duty(key: str, rows: list[Any], done: dict[int, list[Done]]) -> Duty:
    on = [row for row in rows if row.state == "on"]
    url = rows[0].get_absolute_url() if len(rows) == 1 else reverse("obligations:duties")
    return Duty(key, rows[0].title, bool(on), url, tuple(tuple(done[row.pk]) for row in on or rows))
