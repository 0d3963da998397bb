"""What a look-back could not see: said with its days and counts, never skipped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

NO_RUN, RUN, RAW, ROWS, DOLLARS, ACCOUNT = "no_run", "run", "raw", "rows", "dollars", "account"
KINDS = {
    NO_RUN: "trading days that no run in force measured: nothing of them is in the count",
    RUN: "days whose run is gone, disposed of, altered or cannot be read: nothing of them is in the count",
    RAW: "days whose raw files are gone, disposed of, altered or cannot be read: counted as they were sealed, and no longer to be read again",
    ROWS: "rows of which the check could not be asked",
    DOLLARS: "fills that have no price to compare with: they are in the list of orders and not in the dollars",
    ACCOUNT: "orders whose customer is not known: they have dollars and cannot be credited",
}
"""What each kind means, the gravest first."""


@dataclass(frozen=True)
class Unseen:
    """One gap: its kind, why, the days it touches (none where it is no matter of days), and how many rows of how many."""

    kind: str
    why: str
    days: tuple[date, ...] = ()
    rows: int = 0
    of_rows: int = 0

    @property
    def first_on(self) -> date | None:
        return self.days[0] if self.days else None

    @property
    def last_on(self) -> date | None:
        return self.days[-1] if self.days else None


def ordered(found: Iterable[Unseen]) -> tuple[Unseen, ...]:
    """Gaps in one order whatever order they were met in: the gravest kind first, then by day and words; equal ones become one."""
    merged: dict[tuple[str, str, int, int], set[date]] = {}
    for gap in found:
        merged.setdefault((gap.kind, gap.why, gap.rows, gap.of_rows), set()).update(gap.days)
    gaps = [Unseen(kind, why, tuple(sorted(days)), rows, of_rows) for (kind, why, rows, of_rows), days in merged.items()]
    places = list(KINDS)
    return tuple(sorted(gaps, key=lambda gap: (places.index(gap.kind), gap.first_on or date.max, gap.why, gap.rows)))
