"""What of the app claims a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item
from oversight.claims import queries
from oversight.claims.standing import CONTRADICTED


def items(first: date, last: date) -> list[Item]:
    """Claims that the data of the period contradicts; two queries."""
    return [_item(line) for line in queries.ledger() if line.standing.key == CONTRADICTED and _is_within(line, first, last)]


def _is_within(line: queries.Line, first: date, last: date) -> bool:
    rests = line.standing
    return rests.first is None or rests.last is None or (rests.first <= last and first <= rests.last)


def _item(line: queries.Line) -> Item:
    claim, stands = line.claim, line.standing.words
    title = f"Contradicted claim of {claim.vendor.name}: {' '.join(claim.words.split())}"
    return Item(claim.subject, title[:200], f"{stands[0].upper()}{stands[1:]}.", claim.get_absolute_url(), "high", claim.vendor.key)
