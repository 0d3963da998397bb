"""What of the app cases a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item


def items(first: date, last: date) -> list[Item]:
    """What is open now and concerns the quarter, both ends included; a bounded number of queries."""
    return []
