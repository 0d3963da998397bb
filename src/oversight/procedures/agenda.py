"""What of the app procedures a review must take up."""

from __future__ import annotations

from datetime import date

from oversight.agenda import Item
from oversight.procedures import ages, queries
from oversight.procedures.standing import Standing


def items(first: date, last: date) -> list[Item]:
    """Sections in force whose evidence lapsed; the number of queries does not grow with them. They lapse today: the quarter does not narrow them."""
    return [_item(one) for one in queries.by_age() if queries.is_in(one, ages.LAPSED)]


def _item(one: Standing) -> Item:
    lapsed = [proved for proved in one.proved if proved.age.state == ages.LAPSED]
    said = "; ".join(
        f"{proved.proof.what}: {f'the last is of {proved.age.last_on} and sufficed until {proved.age.good_until}' if proved.age.last_on else f'none was produced, it was due by {proved.age.good_until}'}"  # noqa: E501 -- one sentence a proof
        for proved in lapsed
    )
    return Item(one.section.subject, f"Lapsed procedure: {one.title}"[:200], f"{said}.", one.section.get_absolute_url(), "high")
