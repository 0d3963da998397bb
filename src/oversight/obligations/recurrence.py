"""How often a duty comes round, and by which day it is owed: rules as data, dates from the trading calendar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bestexec import trading_days

TRADING_DAY, WEEK, MONTH, QUARTER, YEAR, RAISED = "trading_day", "week", "month", "quarter", "year", "raised"
EVERY = (
    (TRADING_DAY, "every trading day"), (WEEK, "weekly"), (MONTH, "monthly"), (QUARTER, "quarterly"), (YEAR, "yearly"), (RAISED, "when it is raised"),
)  # fmt: skip
BUSINESS_DAYS, DAYS, MONTHS = "business_days", "days", "months"
UNITS = ((BUSINESS_DAYS, "business days"), (DAYS, "days"), (MONTHS, "months"))
BEFORE, AFTER, STAYS = "before", "after", "stays"
FALLS = (
    (BEFORE, "the last business day before it"), (AFTER, "the first business day after it"), (STAYS, "that day all the same"),
)  # fmt: skip
CALENDAR = "A business day is a day on which the US stock market is open: Columbus Day and Veterans Day count, Good Friday does not."
HORIZON_DAYS = {TRADING_DAY: 7, WEEK: 21}
"""How far ahead the frequent ones are put on the calendar, in days; the others as far as is asked."""


@dataclass(frozen=True)
class Rule:
    """When a duty is owed: so many `unit` after the end of each period of `every`.

    `falls` says what becomes of a day on which the market is closed. `year_ends` is the month whose last day ends the year of a yearly duty.
    """

    every: str
    after: int = 0
    unit: str = BUSINESS_DAYS
    falls: str = BEFORE
    year_ends: int = 12

    @property
    def spoken(self) -> str:
        """In words: `quarterly, within 1 month of the quarter's end`."""
        words = dict(EVERY)[self.every]
        if self.every == RAISED:
            return words
        ends = {TRADING_DAY: "that day", WEEK: "the week's end", MONTH: "the month's end", QUARTER: "the quarter's end"}
        end = ends.get(self.every) or f"the end of {_MONTHS[self.year_ends - 1]}"
        unit = dict(UNITS)[self.unit]
        return f"{words}, by {end}" if not self.after else f"{words}, within {self.after} {unit.removesuffix('s') if self.after == 1 else unit} of {end}"


@dataclass(frozen=True)
class Period:
    """One turn of a duty: `key` is unique among those of its rule, `begins_on` to `ends_on` what it is about, `due_on` the last day to do it."""

    key: str
    begins_on: date
    ends_on: date
    due_on: date


def periods(rule: Rule, first: date, last: date) -> Iterator[Period]:
    """The periods whose due day lies between `first` and `last`, both included, in order. None for a duty that is raised by hand."""
    if rule.every == RAISED or last < first:
        return
    for key, begins_on, ends_on in _spans(rule, _earliest(rule, first)):
        due_on = due(rule, ends_on)
        if due_on > last:
            return
        if due_on >= first:
            yield Period(key, begins_on, ends_on, due_on)


def due(rule: Rule, ends_on: date) -> date:
    """The last day to do what belongs to a period that ends on `ends_on`."""
    if rule.unit == BUSINESS_DAYS and rule.after:
        return business_day(ends_on, rule.after)
    on = _months_on(ends_on, rule.after) if rule.unit == MONTHS else ends_on + timedelta(days=rule.after)
    return fallen(on, rule.falls)


def fallen(on: date, falls: str) -> date:
    """`on` itself where the market is open; else the business day before or after it, or `on` all the same."""
    step = {BEFORE: -1, AFTER: 1}.get(falls, 0)
    while step and not is_business_day(on):
        on += timedelta(days=step)
    return on


def business_day(since: date, number: int) -> date:
    """The `number`th business day after `since`."""
    on = since
    while number:
        on += timedelta(days=1)
        number -= is_business_day(on)
    return on


def business_days_between(since: date, until: date) -> int:
    """How many business days lie after `since` up to and with `until`; none where `until` is not later."""
    return len(trading_days(since + timedelta(days=1), until)) if until > since else 0


def is_business_day(on: date) -> bool:
    """Whether the US stock market is open that day."""
    return bool(trading_days(on, on))


def horizon(rule: Rule, days: int) -> int:
    """How many days ahead occurrences of the rule are raised, where `days` is asked."""
    return min(days, HORIZON_DAYS.get(rule.every, days))


def _earliest(rule: Rule, first: date) -> date:
    """A day from which to look, so early that no period due on `first` is passed over."""
    days = {BUSINESS_DAYS: 2 * rule.after + 14, DAYS: rule.after + 14, MONTHS: 31 * rule.after + 14}[rule.unit]
    return first - timedelta(days=days)


def _spans(rule: Rule, since: date) -> Iterator[tuple[str, date, date]]:
    """(key, first day, last day) of every period from the one that holds `since` on, without end."""
    if rule.every == TRADING_DAY:
        yield from _trading_days(since)
    begins_on = _begins(rule, since)
    while rule.every != TRADING_DAY:
        following = _following(rule, begins_on)
        yield _key(rule, begins_on, following - timedelta(days=1)), begins_on, following - timedelta(days=1)
        begins_on = following


def _trading_days(since: date) -> Iterator[tuple[str, date, date]]:
    on = since
    while True:
        if is_business_day(on):
            yield on.isoformat(), on, on
        on += timedelta(days=1)


def _begins(rule: Rule, on: date) -> date:
    if rule.every == WEEK:
        return on - timedelta(days=on.weekday())
    if rule.every == QUARTER:
        return date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
    if rule.every == YEAR:
        month = rule.year_ends % 12 + 1
        return date(on.year - (on.month < month), month, 1)
    return on.replace(day=1)


def _following(rule: Rule, begins_on: date) -> date:
    if rule.every == WEEK:
        return begins_on + timedelta(days=7)
    months = {MONTH: 1, QUARTER: 3, YEAR: 12}[rule.every]
    index = begins_on.year * 12 + begins_on.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _key(rule: Rule, begins_on: date, ends_on: date) -> str:
    if rule.every == WEEK:
        year, week, _ = begins_on.isocalendar()
        return f"{year}-W{week:02d}"
    if rule.every == QUARTER:
        return f"{begins_on.year}Q{(begins_on.month + 2) // 3}"
    if rule.every == MONTH:
        return f"{begins_on:%Y-%m}"
    return str(ends_on.year) if rule.year_ends == 12 else f"year to {ends_on:%Y-%m}"


def _months_on(on: date, months: int) -> date:
    """So many months later: the same day of the month; the last day where `on` is one, or where the month is too short."""
    index = on.year * 12 + on.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = monthrange(year, month)[1]
    is_last = on.day == monthrange(on.year, on.month)[1]
    return date(year, month, last if is_last else min(on.day, last))


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
