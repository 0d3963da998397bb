"""What a clause comes to over a window: its figure with n, error and the runs behind it, or why nothing can be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from oversight import clock
from oversight.agreements.measures import LOG
from oversight.agreements.models import NOT_MEASURABLE
from oversight.agreements.promises import Clause
from oversight.agreements.windows import Window
from oversight.handling.models import Happening
from oversight.measured import reading
from oversight.measured.reading import AT_MOST, CANNOT_TELL, CHECK, Target

OPENS, CLOSES = time(9, 30), time(16)
"""Between these, New York time, minutes of an outage count."""


@dataclass(frozen=True)
class Found:
    """What was found. `value` is None where nothing can be measured; `why` says so, or what to know about the value."""

    value: Decimal | None
    n: int
    se: Decimal | None = None
    runs: tuple[str, ...] = ()
    why: str = ""
    days_measured: int = 0


def find(clause: Clause, window: Window, days_in_force: Sequence[date]) -> Found:
    """The clause's figure over the window, of the days in force that lie within it. Never raises for what cannot be measured."""
    if clause.measure.is_reported:
        raise ValueError(f"{clause.measure.key} is reported by a person; no run can be read for it")
    measured = [day for day in days_in_force if window.first <= day <= window.last]
    if not measured:
        return Found(None, 0, why=f"no day from {window.first} to {window.last} was measured")
    vendor = clause.agreement.vendor.key
    if clause.measure.kind == LOG:
        return _outage(vendor, measured)
    read = reading.read(clause.measure.figure, vendor=vendor, first=window.first, last=window.last)
    found = Found(read.value, read.n, read.se, read.runs, read.why, len(measured))
    return _believed(clause, found, read.doubt) if read.doubt else found


def judged(clause: Clause, found: Found) -> tuple[str, str]:
    """(met, missed or not_measurable; why, or what to know). An agreement's arithmetic knows no tolerance: the bound is the bound."""
    if found.value is None:
        return NOT_MEASURABLE, found.why
    target = Target(clause.measure.figure, clause.side, clause.bound, min_n=clause.least_n)
    read = reading.Reading(target.figure, "", clause.from_on, clause.from_on, found.value, found.n, found.se, found.runs)
    outcome, why = reading.judged(target, read)
    return (NOT_MEASURABLE, why) if outcome == CANNOT_TELL else (outcome, found.why)


def address(clause: Clause, window: Window) -> str:
    """Where the rows behind the figure are listed; empty where a person reported it."""
    vendor, measure = clause.agreement.vendor.key, clause.measure
    if measure.is_reported:
        return ""
    if measure.kind == LOG:
        return f"{reverse('handling:entries')}?{urlencode({'kind': 'vendor_outage'})}"
    if measure.kind == CHECK:
        return f"{reverse('findings:queue')}?{urlencode({'state': 'all', 'check': measure.key, 'vendor': vendor})}"
    return reverse("desk:orders") + reading.scope_of(measure.figure, vendor, window.first, window.last).query(metric=measure.key)


def _believed(clause: Clause, found: Found, doubt: str) -> Found:
    """A count of findings that is in doubt stays one where it is beyond the bound already: what is in doubt can only add to it."""
    assert found.value is not None, "asked for a value alone"
    is_beyond = clause.side == AT_MOST and found.value > clause.bound
    return replace(found, value=found.value if is_beyond else None, why=f"{'at least so many: ' if is_beyond else ''}{doubt}")


def _outage(vendor: str, days: Sequence[date]) -> Found:
    """Minutes of the vendor's outages between OPENS and CLOSES of the days, minutes in two entries once."""
    spans = [tuple(datetime.combine(day, at, clock.MARKET_ZONE) for at in (OPENS, CLOSES)) for day in days]
    noted = Happening.objects.filter(kind="vendor_outage", vendor=vendor, from_at__lt=spans[-1][1]).filter(Q(to_at=None) | Q(to_at__gt=spans[0][0]))
    rows = list(noted.order_by("from_at", "pk"))
    seconds = sum((_overlap(rows, begins, ends) for begins, ends in spans), Decimal(0))
    unread = sum(row.state != "reviewed" for row in rows)
    why = f"{unread} of {len(rows)} outages in the log {'is' if unread == 1 else 'are'} not reviewed yet" if unread else ""
    return Found(seconds / 60, len(days), why=why, days_measured=len(days))


def _overlap(rows: Sequence[Happening], begins: datetime, ends: datetime) -> Decimal:
    """Seconds of the day that any of the rows covers; what has no end yet lasts until now."""
    covered, reached = Decimal(0), begins
    for row in rows:
        from_at, to_at = max(row.from_at, reached), min(row.to_at or clock.now(), ends)
        if to_at > from_at:
            covered += Decimal(str((to_at - from_at).total_seconds()))
            reached = to_at
    return covered
