"""How a question's claim is stated: what the data never shows, a figure at most so much, a figure at least so much."""

from __future__ import annotations

from decimal import Decimal

from oversight.diligence.bank.question import Stated
from oversight.measured.reading import AT_LEAST, AT_MOST, CHECK, METRIC, Figure


def never(check: str, words: str, *, by_answer: str = "yes") -> Stated:
    """The check finds nothing. One order is enough to contradict “never”, so it takes no more; what is supported prints its n beside it."""
    return Stated(words, Figure(CHECK, check), AT_MOST, Decimal(0), min_n=1, by_answer=by_answer)


def at_most(metric: str, words: str, bound: str = "", *, by_answer: str = "yes", min_n: int = 100, **filters: tuple[str, ...]) -> Stated:
    """The figure is not above `bound`, in its stored unit, or not above the number answered where there is none."""
    return Stated(words, Figure(METRIC, metric, filters), AT_MOST, Decimal(bound) if bound else None, min_n=min_n, by_answer=by_answer)


def at_least(metric: str, words: str, bound: str = "", *, by_answer: str = "yes", min_n: int = 100, **filters: tuple[str, ...]) -> Stated:
    """The figure is not below `bound`, in its stored unit, or not below the number answered where there is none."""
    return Stated(words, Figure(METRIC, metric, filters), AT_LEAST, Decimal(bound) if bound else None, min_n=min_n, by_answer=by_answer)


PERCENT = Decimal("0.01")
"""A percentage asked, as the fraction stored."""
MILLISECONDS = Decimal(1_000_000)
"""Milliseconds asked, as the nanoseconds stored."""
MARKET, MARKETABLE_LIMIT, RESTING_LIMIT = ("MXXNN",), ("LYNNN",), ("LNNNN", "LNYNN")
"""Classes of Rule 605: market orders; marketable limit orders; limit orders that rest, non-marketable or at the midpoint or better."""
INSTITUTIONAL, NOT_HELD = ("institutional",), ("no",)
