"""A quarter of a year: its name, its first and its last day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bestexec.errors import Problem


@dataclass(frozen=True)
class Quarter:
    """Named as people write it, such as 2026Q3."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}Q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        following = date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)
        return following - timedelta(days=1)

    def holds(self, day: date) -> bool:
        """Whether `day` lies within it."""
        return self.first <= day <= self.last


def quarter(text: str) -> Quarter:
    """The quarter that `text` names. Raises Problem for anything else."""
    found = re.fullmatch(r"((?:19|20|21)\d\d)-?Q([1-4])", text.strip().upper())
    if found is None:
        raise Problem(f"{text} is not a quarter", do="write it like 2026Q3")
    return Quarter(int(found[1]), int(found[2]))
