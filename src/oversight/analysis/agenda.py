"""What of a quarter's analysis a review must take up."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from bestexec import Problem
from oversight.agenda import Item
from oversight.analysis import judgements, queries
from oversight.vendors.quarters import quarter_of


def items(first: date, last: date) -> list[Item]:
    """What nobody looked at, as one item, and each question that is open."""
    quarter = quarter_of(first)
    subject, address = ("analysis", str(quarter)), reverse("analysis:of", args=[quarter])
    try:
        summary = queries.summary(first, last)
    except Problem as problem:
        return [Item(subject, f"Analysis of {quarter} cannot be told", str(problem), address, "high")]
    found = [
        Item(look.subject, f"Question on {look}", look.asks, look.get_absolute_url(), "high") for look in queries.questions(quarter)
    ]  # fmt: skip
    made = judgements.judged(quarter)
    if made is not None and made.again:
        number, address_of = len(made.again), reverse("analysis:verdicts", args=[quarter])
        title = f"Inconclusive a second quarter running: {number} comparison{'' if number == 1 else 's'}"
        found.append(Item((subject[0], f"{quarter} again"), title, " ".join(made.again[:3]), address_of, "high"))
    if summary.kinds_left + summary.orders_left or not summary.kinds:
        words = f"{summary.kinds_left} of {summary.kinds} kinds of orders and {summary.orders_left} of {summary.orders} single orders nobody looked at."
        title, why = f"Analysis of {quarter}", words if summary.kinds else f"No run of {quarter} was received: no evidence collected."
        found.append(Item(subject, title, why, address, "high"))
    return found
