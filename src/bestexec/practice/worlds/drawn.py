"""What the worlds share: symbols, venues and their shares, trading days, parent orders and the clock of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.errors import Problem
from bestexec.market.sessions import HOUR_NS, Hours, regular_hours, trading_days
from bestexec.practice.draws import rng

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FIRST_DAY = date(2026, 7, 1)
KINDS = ("exchange", "ats", "wholesaler")
"""Kinds of venue, in turn; with them what a taker pays a share in USD (below zero: what is paid to the router)."""
FEES_USD = {"exchange": 0.0030, "ats": 0.0010, "wholesaler": -0.0012}
CHILDREN = np.array([0.46, 0.17, 0.11, 0.07, 0.05, 0.04, 0.03, 0.02, 0.02, 0.01, 0.01, 0.01])
"""Share of parent orders with 1, 2, … 12 fills."""
WAVES = 8
CLOCK_BINS = 13
"""Half hours of a trading day."""
LAST_MS = 60_000
"""No order comes in the last minute before the close, so that all its fills lie in the session."""


@dataclass(frozen=True)
class World:
    """What stays the same for the whole span: one number a symbol, or a table of shares."""

    days: tuple[date, ...]
    hours: tuple[Hours, ...]
    symbols: tuple[str, ...]
    venues: tuple[str, ...]
    kinds: tuple[str, ...]
    vendors: tuple[str, ...]
    px: Floats
    spread: Floats
    """Typical quoted spread in USD a share."""
    volatility: Floats
    """Standard deviation of a day's return."""
    popularity: Floats
    """Share of orders."""
    venue_cdf: Floats
    """Cumulated shares of venues by symbol and half hour: [symbol, half hour, venue]."""
    vendor_cdf: Floats
    """Cumulated shares of vendors: [symbol, vendor]."""
    opened: Floats
    """Log price at the open over `px`: [day, symbol]."""
    waves: Floats
    """Standard normal weights of the waves that a day's price path is made of: [wave, day, symbol]."""


@dataclass(frozen=True)
class Parents:
    """Parent orders by day and receipt. `of` gives the order of each fill, `child` its number within the order from 0."""

    day: Ints
    symbol: Ints
    side: Ints
    progress: Floats
    """Receipt, as part of the session."""
    received_at: Ints
    of: Ints
    child: Ints


def world(seed: int, *, days: int, symbols: int, venues: int, vendors: int = 1) -> World:
    """The world of a seed. Raises Problem where a count is below 1 (below 2 for venues) or beyond what has a name."""
    bounded("days", days, 1, 504)
    bounded("symbols", symbols, 1, 10_000)
    bounded("venues", venues, 2, 99)
    bounded("vendors", vendors, 1, 26)
    on = tuple(trading_days(FIRST_DAY, FIRST_DAY + timedelta(days=2 * days + 10)))[:days]
    draw = rng(seed, 0, "world")
    px = np.exp(draw.uniform(np.log(8), np.log(250), symbols))
    spread = np.maximum(px * draw.lognormal(np.log(8e-4), 0.7, symbols), 0.01)
    liked = draw.normal(0, 0.5, venues) + draw.normal(0, 0.5, (symbols, 1, venues))
    by_clock = draw.normal(0, 0.6, venues) * np.abs(np.linspace(-1, 1, CLOCK_BINS))[:, None]
    popularity = (1.0 + np.arange(symbols)) ** -0.8
    return World(
        on, tuple(_hours(day) for day in on), tuple(_symbol(n) for n in range(symbols)), tuple(f"V{n:03d}" for n in range(1, venues + 1)),
        tuple(KINDS[n % len(KINDS)] for n in range(venues)), tuple(f"vendor_{chr(97 + n)}" for n in range(vendors)),
        px, spread, draw.uniform(0.01, 0.035, symbols), popularity / popularity.sum(), cumulated(np.exp(liked + by_clock)),
        cumulated(np.exp(draw.normal(0, 0.4, (symbols, vendors)))), np.cumsum(draw.normal(0, 0.012, (days, symbols)), axis=0),
        draw.standard_normal((WAVES, days, symbols)),
    )  # fmt: skip


def parents(draw: np.random.Generator, made: World, days: range, fills: int) -> Parents:
    """Orders on `days` (positions in `made.days`) that have `fills` fills in all: 1 to 12 each, the last cut to fit."""
    mean = float(CHILDREN @ np.arange(1, 13))
    sizes = draw.choice(np.arange(1, 13), max(int(fills / mean * 1.1) + 50, 1), p=CHILDREN / CHILDREN.sum())
    while sizes.sum() < fills:
        sizes = np.concatenate([sizes, sizes])
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, fills)) + 1
    sizes = sizes[:count].copy()
    sizes[-1] -= ends[count - 1] - fills
    day = np.sort(draw.integers(days.start, days.stop, count))
    progress = instants_of_day(draw, count)
    order = np.lexsort((progress, day))
    day, progress = day[order], progress[order]
    of = np.repeat(np.arange(count), sizes)
    child = np.arange(fills) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    symbol = draw.choice(len(made.symbols), count, p=made.popularity)
    side = draw.integers(0, 2, count) * 2 - 1
    return Parents(day, symbol, side, progress, at(made, day, progress), of, child)


def instants_of_day(draw: np.random.Generator, count: int) -> Floats:
    """Parts of a session, busy at the open and the close, quiet at noon: density 0.6 + 1.2 (2x − 1)²."""
    grid = np.linspace(0.0, 1.0, 513)
    mass = 0.6 * grid + 0.2 * ((2 * grid - 1) ** 3 + 1)
    passed: Floats = np.interp(draw.random(count), mass / mass[-1], grid)
    return passed


def at(made: World, day: Ints, progress: Floats) -> Ints:
    """Epoch ns of parts of the sessions of `day`, up to a minute before the close."""
    opens = np.array([hours.open_at for hours in made.hours])
    lengths = np.array([hours.close_at - hours.open_at for hours in made.hours]) - LAST_MS * 1_000_000
    instants: Ints = opens[day] + (progress * lengths[day]).astype(np.int64) // 1_000 * 1_000
    return instants


def prices(made: World, parent: Parents) -> Floats:
    """Price at each order's receipt: Brownian motion within a day by the first terms of its Karhunen–Loève series."""
    path = np.zeros(parent.day.size)
    for n in range(WAVES):
        frequency = (n + 0.5) * np.pi
        path += np.sqrt(2) * made.waves[n][parent.day, parent.symbol] * np.sin(frequency * parent.progress) / frequency
    level: Floats = made.px[parent.symbol] * np.exp(made.opened[parent.day, parent.symbol] + made.volatility[parent.symbol] * path)
    return level


def u_shape(progress: Floats, depth: float) -> Floats:
    """1 at noon, 1 + `depth` at the open and the close."""
    shape: Floats = 1.0 + depth * (2 * progress - 1) ** 2
    return shape


def chosen(draw: np.random.Generator, cdf: Floats) -> Ints:
    """One position a row, by the row's cumulated shares."""
    picked: Ints = (draw.random(len(cdf))[:, None] > cdf[:, :-1]).sum(axis=1)
    return picked


def cumulated(weights: Floats) -> Floats:
    """Cumulated shares along the last axis, of weights of any sum."""
    shares: Floats = np.cumsum(weights, axis=-1) / weights.sum(axis=-1, keepdims=True)
    return shares


def named(words: tuple[str, ...], positions: Ints) -> pl.Series:
    """Words by position."""
    return pl.Series(words, dtype=pl.String).gather(pl.Series(positions))


def local_hours(made: World, parent: Parents) -> Ints:
    """The market-local hour of each order's receipt."""
    opens = np.array([hours.open_at for hours in made.hours])
    hours: Ints = (19 * HOUR_NS // 2 + parent.received_at - opens[parent.day]) // HOUR_NS
    return hours


def bounded(name: str, value: float, low: float, high: float) -> None:
    """Raises Problem unless low ≤ value ≤ high; a NaN never is."""
    if not low <= value <= high:
        raise Problem(f"{name} is {value}", where="practice world", do=f"give a number from {low} to {high}")


def _hours(day: date) -> Hours:
    hours = regular_hours(day)
    assert hours is not None
    return hours


def _symbol(n: int) -> str:
    return "".join(chr(65 + n // 26**power % 26) for power in (2, 1, 0)) + "Z"
