"""How a claim stands: what the data say of it on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from oversight.measured.reading import CANNOT_TELL, MET, MISSED

STALE_AFTER = timedelta(days=100)
"""A quarter and some days for the review of it: what the data said longer ago says nothing of today."""


@dataclass(frozen=True)
class Kind:
    """One way in which a claim can stand; `tone` is how pages mark it."""

    key: str
    title: str
    meaning: str
    tone: str


CONTRADICTED, STALE, UNTESTED, ATTESTED, SUPPORTED = "contradicted", "stale", "untested", "attested", "supported"
KINDS = (
    Kind(CONTRADICTED, "contradicted", "The figure lies beyond what was promised, by more than its error.", "late"),
    Kind(STALE, "stale", "Its validity is over, or the data last spoke of it more than 100 days ago.", "due"),
    Kind(UNTESTED, "untested", "A figure could speak and has not: no data, too few, within its error, or never measured.", "due"),
    Kind(ATTESTED, "attested only", "No figure can speak of it; the vendor's word and its evidence are all there is.", "info"),
    Kind(SUPPORTED, "supported", "The figure is within what was promised, on enough rows.", "good"),
)
"""In the order in which they need a person."""
BY_KEY = {kind.key: kind for kind in KINDS}
NEVER = "never measured: no run was held against it yet"


class Stated(Protocol):
    """What a standing asks of a claim."""

    @property
    def figure(self) -> Any: ...
    @property
    def valid_until(self) -> date | None: ...


class Tested(Protocol):
    """What a standing asks of a test."""

    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...
    @property
    def n(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def why(self) -> str: ...


@dataclass(frozen=True)
class Standing:
    """How it stands, on how many fills or orders of which period, and why where that is not all."""

    key: str
    why: str = ""
    n: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def kind(self) -> Kind:
        return BY_KEY[self.key]

    @property
    def title(self) -> str:
        return self.kind.title

    @property
    def words(self) -> str:
        """`supported, n 12,345, 2026-07-01 to 2026-09-30`."""
        rests = f", n {self.n:,}, {self.first} to {self.last}" if self.n is not None else ""
        return f"{self.title}{rests}{f': {self.why}' if self.why else ''}"


def standing(claim: Stated, tests: Sequence[Tested], today: date) -> Standing:
    """How the claim stands on a day. `tests` are the last of each quarter, the latest quarter first.

    A quarter that cannot tell yet (its first days have too few rows) leaves the word to the quarter before, until that is stale.
    """
    if claim.valid_until is not None and claim.valid_until < today:
        return Standing(STALE, f"valid until {claim.valid_until}; ask for it again")
    if claim.figure is None:
        return Standing(ATTESTED)
    if not tests:
        return Standing(UNTESTED, NEVER)
    last = tests[0]
    spoke = last if last.outcome != CANNOT_TELL else next((test for test in tests[1:] if test.outcome != CANNOT_TELL and not _is_stale(test, today)), None)
    if _is_stale(last, today):
        return _rests(STALE, last, f"the data last spoke of it on {last.last}")
    if spoke is None:
        return _rests(UNTESTED, last, last.why)
    since = "" if spoke is last else f"{last.first} to {last.last} cannot tell yet: {last.why}"
    return _rests({MET: SUPPORTED, MISSED: CONTRADICTED}[spoke.outcome], spoke, since)


def _rests(key: str, test: Tested, why: str) -> Standing:
    return Standing(key, why, test.n, test.first, test.last)


def _is_stale(test: Tested, today: date) -> bool:
    return today - test.last > STALE_AFTER
