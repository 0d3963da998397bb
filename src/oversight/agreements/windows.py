"""Windows that a clause is measured over: a trading day, a calendar month, a quarter, the last so many trading days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from bestexec import trading_days

DAY, MONTH, QUARTER, ROLLING = "day", "month", "quarter", "rolling"
KINDS = {DAY: "each trading day", MONTH: "each calendar month", QUARTER: "each calendar quarter", ROLLING: "the last trading days, rolling"}
LONGEST_ROLL = 250
"""Trading days in the longest rolling window: about a year."""


@dataclass(frozen=True, order=True)
class Window:
    """From its first day to its last, both included."""

    first: date
    last: date

    @property
    def words(self) -> str:
        """`2026-08`, `Q3 2026`, or its two days."""
        if self.first == self.last:
            return f"{self.first}"
        if self == _month(self.first):
            return f"{self.first:%Y-%m}"
        if self == _quarter(self.first):
            return f"Q{(self.first.month + 2) // 3} {self.first.year}"
        return f"{self.first} to {self.last}"

    @property
    def days(self) -> tuple[date, ...]:
        """Its trading days."""
        return tuple(trading_days(self.first, self.last))


def touched(kind: str, length: int, days: Iterable[date], *, begins: date, ends: date | None = None) -> tuple[Window, ...]:
    """The windows of that kind which hold one of `days`, each once and in order, cut to the time from `begins` to `ends`.

    A rolling window of `length` trading days ends on each day of `days`, and on the days after it which still hold it up to the last of `days`.
    """
    within = sorted({day for day in days if day >= begins and (ends is None or day <= ends)})
    if not within:
        return ()
    found = _rolling(length, within) if kind == ROLLING else {_of(kind, day) for day in within}
    return tuple(sorted(Window(max(window.first, begins), min(window.last, ends or window.last)) for window in found))


def cut(window: Window, begins: date, ends: date | None) -> Window:
    """The window within that time."""
    return Window(max(window.first, begins), min(window.last, ends or window.last))


def period(kind: str, on: date) -> Window:
    """The month or quarter of a day; for other kinds the month, which is what people report by."""
    return _quarter(on) if kind == QUARTER else _month(on)


def _of(kind: str, on: date) -> Window:
    return {DAY: lambda: Window(on, on), MONTH: lambda: _month(on), QUARTER: lambda: _quarter(on)}[kind]()


def _rolling(length: int, within: list[date]) -> set[Window]:
    every = trading_days(within[0] - timedelta(days=2 * length + 15), within[-1])
    ends = [day for day in every if day >= within[0]]
    place = {day: number for number, day in enumerate(every)}
    return {Window(every[max(place[day] - length + 1, 0)], day) for day in ends}


def _month(on: date) -> Window:
    following = (on.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Window(on.replace(day=1), following - timedelta(days=1))


def _quarter(on: date) -> Window:
    first = date(on.year, 3 * ((on.month - 1) // 3) + 1, 1)
    return Window(first, _month(date(on.year, first.month + 2, 1)).last)
