"""Which quarters owe a review, and by which day: from the first that the desk has data or a charter for to the last that is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Min

from oversight import clock
from oversight.findings.models import RunDay
from oversight.policy.queries import desk_limits
from oversight.reviews.floor import charter
from oversight.reviews.models import Charter, Review
from oversight.vendors.quarters import Quarter, quarter_of


def owed() -> list[Quarter]:
    """The quarters that are over and owe a review, the earliest first; none before there is a run or a charter. Two queries."""
    since = _since()
    if since is None:
        return []
    found, quarter = [], quarter_of(since)
    while quarter.last < clock.today():
        found.append(quarter)
        quarter = quarter.after
    return found


def not_raised() -> list[Quarter]:
    """Those of them for which no review stands yet."""
    there = set(Review.objects.filter(kind="quarterly").values_list("quarter", flat=True))
    return [quarter for quarter in owed() if str(quarter) not in there]


def due_on(quarter: Quarter, under: Charter | None = None) -> date:
    """By which day the review of the quarter is signed: as the charter in force says, or the desk's limits where there is none."""
    of = under or charter()
    return quarter.last + timedelta(days=of.due_days if of else desk_limits().review_due_days)


def _since() -> date | None:
    first: date | None = RunDay.objects.aggregate(first=Min("on"))["first"]
    approved: datetime | None = Charter.objects.aggregate(first=Min("approved_at"))["first"]
    days = [day for day in (first, approved.astimezone(clock.MARKET_ZONE).date() if approved else None) if day]
    return min(days, default=None)
