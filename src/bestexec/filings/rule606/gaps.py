"""What keeps a Rule 606 report from being written, and what must be said in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Gap:
    """One thing that is missing or does not agree: what, what to do, and the orders concerned where it is about orders."""

    what: str
    do: str
    orders: int = 0
