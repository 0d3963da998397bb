"""The six months that a customer's Rule 606(b) report is about, and instants as it states them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bestexec.units import NS_PER_SECOND

MONTHS = 6


@dataclass(frozen=True)
class Period:
    """First and last day, both included."""

    first: date
    last: date

    @property
    def months(self) -> tuple[date, ...]:
        """First days of the calendar months it touches: seven when it begins within one."""
        found = [self.first.replace(day=1)]
        while (following := month_after(found[-1])) <= self.last:
            found.append(following)
        return tuple(found)


def month_after(month: date) -> date:
    """The first day of the month after that of `month`."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def before(asked_on: date) -> Period:
    """The six months before the day of the request; a day that the earlier month does not have is its last."""
    place = asked_on.year * 12 + asked_on.month - 1 - MONTHS
    year, month = place // 12, place % 12 + 1
    return Period(date(year, month, min(asked_on.day, calendar.monthrange(year, month)[1])), asked_on - timedelta(days=1))


def transacted(at: int) -> dict[str, date | str]:
    """Date and time (UTC) of an execution at epoch ns, to the second, halves up; the date rolls with it."""
    moment = datetime.fromtimestamp((at + NS_PER_SECOND // 2) // NS_PER_SECOND, UTC)
    return {"date": moment.date(), "time": f"{moment:%H:%M:%S}"}
