"""One thing that needs a person: how many, what, and where to do it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One thing to do. `is_urgent` where a clock has run out or nobody has taken it."""

    number: int
    what: str
    address: str
    is_urgent: bool = False
