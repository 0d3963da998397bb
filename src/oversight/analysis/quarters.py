"""The calendar quarter that an analysis is of, as addresses name it: 2026-Q3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from oversight import clock
from oversight.lifecycle import Refusal


@dataclass(frozen=True)
class Quarter:
    """A calendar quarter."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first.year}-Q{(self.first.month + 2) // 3}"

    @property
    def before(self) -> Quarter:
        return of_day(self.first - timedelta(days=1))


def of_day(on: date) -> Quarter:
    """The quarter that holds a day."""
    first = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
    return Quarter(first, (first + timedelta(days=95)).replace(day=1) - timedelta(days=1))


def named(text: str) -> Quarter:
    """The quarter of that name; without one, the last that is over. Raises Refusal for another text."""
    if not text:
        return of_day(clock.today()).before
    found = re.fullmatch(r"(\d{4})-Q([1-4])", text)
    if found is None:
        raise Refusal(f"“{text[:20]}” is no quarter. Write it as 2026-Q3.")
    return of_day(date(int(found[1]), 3 * int(found[2]) - 2, 1))
