"""One day of the practice market: price paths and the best quotes that follow from them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.market.sessions import HOUR_NS, Hours, local_to_epoch, regular_hours
from bestexec.practice.draws import MICRO, rng
from bestexec.practice.issues import CLASSES, Issue, log_levels
from bestexec.practice.planted import Day
from bestexec.practice.truth import Fault

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

EXCHANGES = ("XNAS", "XNYS", "ARCX", "BATS", "EDGX", "MEMX", "IEXG", "EPRL", "BATY", "XBOS")
EXCHANGE_SHARES = (0.24, 0.16, 0.15, 0.12, 0.12, 0.08, 0.06, 0.03, 0.02, 0.02)

VENUE_QUOTED = 3
"""The first issues, whose quotes are also published venue by venue."""
QUOTED_VENUES = EXCHANGES[:4]

PRE_SHARE, POST_SHARE = 0.03, 0.02
"""Shares of a day's updates before the open and after the close."""
BLOCK = 8
"""Quote updates over which a spread keeps its width."""


@dataclass(frozen=True)
class Disturbance:
    """Something planted in the quotes: `crossed`, `locked` or `halted` in one issue from an instant on, for so long."""

    kind: str
    issue: int
    at: int
    lasts_ns: int


@dataclass(frozen=True)
class Fade:
    """A quote that moved away: the far side of one issue, by so many millionths of a dollar, for orders of `side`."""

    issue: int
    at: int
    ends_at: int
    side: int
    by: int


@dataclass(frozen=True)
class Renamed:
    """An issue that has changed its symbol, so many trading days ago."""

    issue: int
    before: str
    after: str
    days: int


class Quote(NamedTuple):
    """The national best quote in force: prices in millionths of a dollar (0: none), sizes in shares."""

    at: int
    bid: int
    ask: int
    bid_qty: int
    ask_qty: int
    bid_venue: str
    ask_venue: str

    @property
    def is_usable(self) -> bool:
        return 0 < self.bid < self.ask

    def far(self, side: int) -> int:
        return self.ask if side > 0 else self.bid

    def near(self, side: int) -> int:
        return self.bid if side > 0 else self.ask

    def far_qty(self, side: int) -> int:
        return self.ask_qty if side > 0 else self.bid_qty

    def far_venue(self, side: int) -> str:
        return self.ask_venue if side > 0 else self.bid_venue


@dataclass(frozen=True)
class DayMarket:
    """The best quotes of all issues on one day, sorted by (issue, instant); `starts[i]:starts[i + 1]` are issue i's.

    Prices in millionths of a dollar, 0 for none; sizes in shares; venues as positions in EXCHANGES.
    """

    day: date
    hours: Hours
    issues: tuple[Issue, ...]
    starts: list[int]
    issue: Ints
    at: Ints
    bid: Ints
    ask: Ints
    bid_qty: Ints
    ask_qty: Ints
    bid_venue: Ints
    ask_venue: Ints
    planted: Day = field(default_factory=dict)
    """What is planted on the day, by kind."""
    renamed: Renamed | None = None
    noted: list[Fault] = field(default_factory=list)
    """What routers did of what was planted, as the answer key tells it."""
    fades: list[Fade] = field(default_factory=list)

    def position(self, issue: int, at: int) -> int:
        """Position of the quote in force at `at`, never a later one; the first of the day if there is none yet."""
        low, high = self.starts[issue], self.starts[issue + 1]
        return max(bisect_right(self._lists[0], at, low, high) - 1, low)

    def quote(self, issue: int, at: int) -> Quote:
        starts = self.starts
        where = max(bisect_right(self._lists[0], at, starts[issue], starts[issue + 1]) - 1, starts[issue])
        ats, bids, asks, bid_qtys, ask_qtys, bid_venues, ask_venues = self._lists
        return Quote(
            ats[where], bids[where], asks[where], bid_qtys[where], ask_qtys[where], EXCHANGES[bid_venues[where]], EXCHANGES[ask_venues[where]]
        )  # fmt: skip

    def first(self, issue: int, from_at: int, to_at: int, side: int, limit: int, *, far: bool) -> int | None:
        """First instant in [from_at, to_at) at which the far (or near) quote stands at `limit` or beyond: buy, quote ≤ limit."""
        low, high = self.position(issue, from_at), self.position(issue, to_at - 1) + 1
        prices = (self.ask if (side > 0) == far else self.bid)[low:high]
        reached = np.flatnonzero((prices > 0) & (prices <= limit if side > 0 else prices >= limit))
        return max(int(self.at[low + reached[0]]), from_at) if reached.size else None

    @cached_property
    def ticks(self) -> list[int]:
        """The tick of each issue on the day, in millionths of a dollar."""
        return [one.tick(self.day) for one in self.issues]

    @cached_property
    def positions(self) -> dict[str, int]:
        """The position of each issue, by symbol; an order keeps its symbol for life, so one that has changed is found under both."""
        former = {self.renamed.before: self.renamed.issue} if self.renamed else {}
        return {one.symbol: n for n, one in enumerate(self.issues)} | former

    @cached_property
    def _lists(self) -> tuple[list[int], ...]:
        """The columns as lists, which single lookups read several times faster."""
        return tuple(column.tolist() for column in (self.at, self.bid, self.ask, self.bid_qty, self.ask_qty, self.bid_venue, self.ask_venue))


def day_market(seed: int, day: date, traded: tuple[Issue, ...], quotes: tuple[int, ...], disturbances: tuple[Disturbance, ...] = ()) -> DayMarket:
    """The quotes of one day: a pure function of its arguments. `quotes` is the mean number of updates of an issue of each liquidity class."""
    hours = regular_hours(day)
    assert hours is not None, f"{day} is not a trading day"
    draw = rng(seed, day.toordinal(), "quotes")
    updates = dict(zip((liquidity.name for liquidity in CLASSES), quotes, strict=True))
    counts = np.maximum(draw.poisson([updates[issue.liquidity.name] for issue in traded]), 24)
    issue = np.repeat(np.arange(len(traded)), counts)
    first = np.cumsum(counts) - counts
    progress = np.sort(draw.random(issue.size) + issue) - issue
    progress[first] = 0.0
    at = instants(progress, hours)
    tick = np.array([one.tick(day) for one in traded])[issue]
    mid = _mids(draw, seed, day, traded, issue, progress, first)
    bid, ask = _prices(draw, traded, issue, progress, mid, tick)
    bid_qty, ask_qty = _sizes(draw, traded, issue), _sizes(draw, traded, issue)
    bid_venue, ask_venue = (draw.choice(len(EXCHANGES), issue.size, p=EXCHANGE_SHARES) for _ in range(2))
    bid_venue, ask_venue = (np.where(issue < VENUE_QUOTED, venue % len(QUOTED_VENUES), venue) for venue in (bid_venue, ask_venue))
    missing = (progress < PRE_SHARE / 2) & (draw.random(issue.size) < 0.06)
    ask[missing], ask_qty[missing] = 0, 0
    columns = [issue, at, bid, ask, bid_qty, ask_qty, bid_venue, ask_venue]
    for disturbance in disturbances:
        columns = _disturb(columns, disturbance, int(traded[disturbance.issue].tick(day)))
    starts = np.searchsorted(columns[0], np.arange(len(traded) + 1)).tolist()
    issue, at, bid, ask, bid_qty, ask_qty, bid_venue, ask_venue = columns
    return DayMarket(day, hours, traded, starts, issue, at, bid, ask, bid_qty, ask_qty, bid_venue, ask_venue)


def instants(progress: Floats, hours: Hours) -> Ints:
    """Epoch ns of positions in [0, 1) within a day that is busy at the open and the close, quiet at noon, thin before and after."""
    day_start, day_end = hours.open_at - int(5.5 * HOUR_NS), hours.close_at + 4 * HOUR_NS
    clock = np.linspace(0.0, 1.0, 400)
    density = 0.55 + 2.4 * np.abs(2 * clock - 1) ** 4
    within = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    share = PRE_SHARE + (1 - PRE_SHARE - POST_SHARE) * within / within[-1]
    known = np.concatenate([[0.0], share, [1.0]])
    after = np.concatenate([[0.0], (hours.open_at - day_start) + clock * (hours.close_at - hours.open_at), [float(day_end - day_start)]])
    passed: Ints = np.interp(progress, known, after).astype(np.int64)
    return day_start + passed


def clock_at(day: date, hour: float) -> int:
    """Epoch ns of a New York clock time on `day`, in hours after midnight."""
    return int(local_to_epoch(day, pl.Series([round(hour * 3600) * 1_000_000_000])).item())


def _mids(draw: np.random.Generator, seed: int, day: date, traded: tuple[Issue, ...], issue: Ints, progress: Floats, first: Ints) -> Floats:
    """Mid prices in millionths of a dollar: a random walk in business time from the day's open to its close."""
    opened, closed = log_levels(seed, traded, day)
    volatility = np.array([one.liquidity.volatility for one in traded])
    steps = np.diff(progress, prepend=0.0)
    steps[first] = 0.0
    walk = np.cumsum(draw.standard_normal(issue.size) * np.sqrt(np.maximum(steps, 0.0)))
    walk -= walk[first][issue]
    last = np.append(first[1:], issue.size) - 1
    ended, lasted = walk[last][issue], progress[last][issue]
    bridge = volatility[issue] * (walk - ended * progress / lasted)
    level = opened[issue] + (closed - opened)[issue] * progress / lasted + bridge
    base = np.array([one.px for one in traded])[issue]
    mid = base * np.exp(level)
    bounded: Floats = np.where(base < MICRO, np.clip(mid, 0.05 * MICRO, 0.85 * MICRO), np.maximum(mid, 1.10 * MICRO))
    return bounded


def _prices(draw: np.random.Generator, traded: tuple[Issue, ...], issue: Ints, progress: Floats, mid: Floats, tick: Ints) -> tuple[Ints, Ints]:
    """Bid and offer around the mid, in ticks; wider at the open, and much wider outside regular hours."""
    opening = 1.0 + 1.6 * np.exp(-np.maximum(progress - PRE_SHARE, 0.0) / 0.02)
    outside = (progress < PRE_SHARE) | (progress > 1 - POST_SHARE)
    blocks = draw.lognormal(0.0, 0.45, issue.size // BLOCK + 2)[np.arange(issue.size) // BLOCK + (issue % 2)]
    typical = np.array([one.liquidity.spread_bps for one in traded])[issue] / 10_000 * mid
    wide = typical * blocks * np.where(outside, 4.0, opening) * draw.lognormal(0.0, 0.15, issue.size)
    spread = np.maximum(np.rint(wide / tick), 1).astype(np.int64)
    bid = np.maximum(np.rint(mid / tick - spread / 2).astype(np.int64), 1)
    return bid * tick, (bid + spread) * tick


def _sizes(draw: np.random.Generator, traded: tuple[Issue, ...], issue: Ints) -> Ints:
    """Displayed sizes in shares, whole round lots; deeper in cheap issues."""
    lots = np.array([one.liquidity.depth * (8.0 if one.is_sub_dollar else 1.0) for one in traded])[issue]
    round_lot = np.array([one.round_lot for one in traded])[issue]
    return np.asarray((1 + draw.exponential(lots).astype(np.int64)) * round_lot, dtype=np.int64)


def _disturb(columns: list[Ints], disturbance: Disturbance, tick: int) -> list[Ints]:
    """The columns with two more rows: one where the disturbance begins, one where the quote before it stands again."""
    issue, at = columns[0], columns[1]
    ends_at = disturbance.at + disturbance.lasts_ns
    during = (issue == disturbance.issue) & (at >= disturbance.at) & (at < ends_at)
    before = int(np.flatnonzero((issue == disturbance.issue) & (at < disturbance.at))[-1])
    begins, ends = ([int(column[before]) for column in columns] for _ in range(2))
    begins[1], ends[1] = disturbance.at, ends_at
    if disturbance.kind == "halted":
        begins[2:6] = [0, 0, 0, 0]
    else:
        begins[3] = begins[2] - (tick if disturbance.kind == "crossed" else 0)
    rows = [np.concatenate([column[~during], [begin, end]]) for column, begin, end in zip(columns, begins, ends, strict=True)]
    order = np.lexsort((rows[1], rows[0]))
    return [column[order] for column in rows]
