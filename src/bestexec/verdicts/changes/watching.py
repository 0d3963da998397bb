"""Day by day: since when has one figure stood away from what was expected, told from the days up to today alone.

Each day the mean gap of the last 2, 3, 5 and 10 days is held against its standard error; an alarm is one beyond a limit that is set so that all windows
and figures of a vendor together give at most so many false alarms a quarter (Bonferroni), by Student's t of the gap's own kurtosis. A day alone is no
change. The change's first day is the most likely one (the largest standardized mean from it to today); from then on the figure is watched about its new
level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from bestexec.verdicts.arrays import Floats

WINDOWS = (2, 3, 5, 10)
QUARTER = 63
"""Trading days."""
SETTLING = 5
"""Days of a new level before it is watched."""
DOUBT = 0.1
"""What the market is said to explain is trusted to so much of itself: a standard error that no number of days makes smaller."""
LEARNED = 20
"""Days from which a new level is told."""


@dataclass(frozen=True)
class Alarm:
    """Places of days. `effect` ± `error` is the mean gap from `began` on, up to LEARNED days or the next change, less the level before."""

    began: int
    raised: int
    z: float
    p: float
    """Two-sided, of this window alone."""
    effect: float
    error: float
    until: int
    """First day after those that the effect rests on."""


@dataclass(frozen=True)
class Limits:
    """Standard errors beyond which the mean gap of each of WINDOWS is an alarm."""

    freedom: tuple[float, ...]
    beyond: tuple[float, ...]

    def p(self, z: float, place: int) -> float:
        return float(2 * stats.t.sf(abs(z) * _scale(self.freedom[place]), self.freedom[place]))


def limits(figures: int, false_alarms: float, tail: float) -> Limits:
    """For so many figures and false alarms a quarter, and a day's excess kurtosis: a mean of k days has a k-th of it, and Student's t of as much is its law."""
    chance = false_alarms / (2 * QUARTER * len(WINDOWS) * figures)
    freedom = tuple(4 + 6 * days / max(tail, 1e-6) for days in WINDOWS)
    return Limits(freedom, tuple(float(stats.t.isf(chance, each)) / _scale(each) for each in freedom))


def _scale(freedom: float) -> float:
    """Standard deviation of Student's t."""
    return float(np.sqrt(freedom / (freedom - 2)))


@dataclass(frozen=True)
class Gaps:
    """One figure, a number a day: observed less expected, its variance by symbol-days, what the market explains; `of_reference`, which all days share."""

    gap: Floats
    variance: Floats
    explained: Floats
    of_reference: float

    def mean(self, start: int, stop: int) -> tuple[float, float]:
        """(mean gap, its variance) of days, weighted by how sure each is; the reference's apart."""
        sure = 1 / self.variance[start:stop]
        whole = float(sure.sum())
        doubt = DOUBT * float((self.explained[start:stop] * sure).sum()) / whole
        return float((self.gap[start:stop] * sure).sum()) / whole, 1 / whole + doubt * doubt

    def z(self, start: int, stop: int, level: tuple[float, float]) -> float:
        mean, variance = self.mean(start, stop)
        return (mean - level[0]) / float(np.sqrt(variance + level[1]))


def watch(figure: Gaps, *, first: int, within: Limits) -> list[Alarm]:
    """The alarms of one figure from day `first` on."""
    alarms: list[Alarm] = []
    level, start, day = (0.0, figure.of_reference), first, first
    while day < figure.gap.size:
        z, place = _strongest(figure, start, day + 1, level, within)
        if abs(z) <= within.beyond[place]:
            day += 1
            continue
        began = _beginning(figure, start, day + 1, level)
        alarms.append(Alarm(began, day, z, within.p(z, place), 0.0, 0.0, figure.gap.size))
        start = max(day + 1, began + SETTLING)
        level = figure.mean(began, start)
        day = start
    return _measured(alarms, figure)


def _strongest(figure: Gaps, start: int, stop: int, level: tuple[float, float], within: Limits) -> tuple[float, int]:
    """(z, place of the window) of the window up to the last day that is furthest beyond its limit."""
    found = [(figure.z(stop - days, stop, level), place) for place, days in enumerate(WINDOWS) if stop - days >= start]
    return max(found, key=lambda each: abs(each[0]) / within.beyond[each[1]], default=(0.0, 0))


def _beginning(figure: Gaps, start: int, stop: int, level: tuple[float, float]) -> int:
    """The most likely first day: of all stretches that end today, the one whose mean is furthest from the level."""
    return max(range(max(start, stop - LEARNED), stop), key=lambda day: abs(figure.z(day, stop, level)))


def _measured(alarms: list[Alarm], figure: Gaps) -> list[Alarm]:
    told: list[Alarm] = []
    before = (0.0, figure.of_reference)
    for place, alarm in enumerate(alarms):
        until = min(alarms[place + 1].began if place + 1 < len(alarms) else figure.gap.size, max(alarm.began + LEARNED, alarm.raised + 1))
        level = figure.mean(alarm.began, until)
        told.append(Alarm(alarm.began, alarm.raised, alarm.z, alarm.p, level[0] - before[0], float(np.sqrt(level[1] + before[1])), until))
        before = level
    return told
