"""By when a report is owed, and over which days: every doubtful number of days is a limit of the desk."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from oversight.disclosures.lifecycle import B1, REPORT_BY_KEY
from oversight.lifecycle import Refusal
from oversight.obligations.recurrence import business_day, due
from oversight.obligations.shipped import BY_KEY as DUTIES
from oversight.policy.queries import desk_limits
from oversight.vendors.quarters import parse

MONTHS = 6
"""Both reports to customers go back six months from the request (17 CFR 242.606(b)(1) and (b)(3))."""


@dataclass(frozen=True)
class Owed:
    """The days that a customer's report covers, and the days on which it and what follows are due."""

    first_on: date
    last_on: date
    due_on: date
    rest_due_on: date | None


def owed(kind: str, asked_on: date) -> Owed:
    """For a report of that kind, or while none is decided the not-held one, whose clock is the shorter."""
    limits = desk_limits()
    covers = months_before(asked_on, MONTHS), asked_on - timedelta(days=1)
    if kind == B1:
        return Owed(*covers, asked_on + timedelta(days=limits.routing_report_days), None)
    rest = month_end(asked_on) + timedelta(days=limits.not_held_rest_days)
    return Owed(*covers, business_day(asked_on, limits.not_held_business_days), rest)


def months_before(on: date, months: int) -> date:
    """The same day so many months before, or the last of that month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def month_end(on: date) -> date:
    """The last day of its month."""
    return on.replace(day=calendar.monthrange(on.year, on.month)[1])


def period_of(kind: str, text: str) -> tuple[str, date, date]:
    """(the period as it is written, its last day, the day on which its report is due). Raises Refusal for another text."""
    report = REPORT_BY_KEY[kind]
    if report.every == "quarter":
        quarter = parse(text)
        written, last_on = str(quarter), quarter.last
    else:
        told = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text.strip())
        if told is None:
            raise Refusal(f"“{text[:20]}” is not a month. Write it as 2026-08.")
        written, last_on = text.strip(), month_end(date(int(told[1]), int(told[2]), 1))
    return written, last_on, due(DUTIES[report.duty].rule, last_on)
