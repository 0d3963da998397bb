"""Quarters of the calendar: what a reliance on somebody's review is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from oversight.lifecycle import Refusal

GRACE = timedelta(days=45)
"""How long after a quarter its review is looked for, unless the firm says another day."""


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter, written `2026Q3`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.after.first - timedelta(days=1)

    @property
    def after(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def holds_until(self) -> date:
        """The day on which the next quarter's review is due: until then the review of this one can carry the firm."""
        return self.after.last + GRACE


def quarter_of(on: date) -> Quarter:
    """The quarter that holds the day."""
    return Quarter(on.year, (on.month + 2) // 3)


def parse(text: str) -> Quarter:
    """The quarter written so. Raises Refusal for another text."""
    told = re.fullmatch(r"(20\d\d)-?Q([1-4])", text.strip().upper())
    if told is None:
        raise Refusal(f"“{text[:20]}” is not a quarter. Write it as 2026Q3.")
    return Quarter(int(told[1]), int(told[2]))
