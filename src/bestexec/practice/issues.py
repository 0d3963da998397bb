"""The made-up issues: symbol, price, liquidity class, volatility and spread, and where their prices stand each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

import numpy as np
import numpy.typing as npt

from bestexec.market.lots import round_lot_of
from bestexec.market.sessions import trading_days
from bestexec.market.ticks import tick_of
from bestexec.practice.draws import MICRO, rng

ANCHOR = date(2026, 1, 2)
"""Prices walk from their base on this day, so that a day's prices do not depend on the span that is generated."""


@dataclass(frozen=True)
class Liquidity:
    """What issues of one liquidity class have in common."""

    name: str
    share: float
    """Share of all issues."""
    orders: float
    """Weight in customers' choice."""
    volatility: float
    """Standard deviation of a day's return."""
    spread_bps: float
    """Typical quoted spread; never below one tick."""
    depth: float
    """Typical displayed size, in round lots."""


CLASSES = (
    Liquidity("liquid", 0.20, 12.0, 0.013, 3.3, 5.0),
    Liquidity("medium", 0.40, 3.0, 0.019, 10.0, 2.5),
    Liquidity("thin", 0.40, 1.0, 0.028, 30.0, 1.6),
)

QUOTES_PER_SYMBOL_DAY = (1_600, 500, 160)
"""Mean number of best-quote updates a day of an issue of each class."""


@dataclass(frozen=True)
class Issue:
    """One made-up issue. `px` is its price on the anchor day in millionths of a dollar."""

    symbol: str
    name: str
    listed_at: str
    liquidity: Liquidity
    px: int
    round_lot: int
    is_sp500: bool

    @property
    def is_sub_dollar(self) -> bool:
        return self.px < MICRO

    def tick(self, on: date) -> int:
        """Tick on the day `on`, in millionths of a dollar. Liquid issues below $40 are those assigned the half-penny once it is allowed."""
        half_penny = self.liquidity.name == "liquid" and self.px < 40 * MICRO
        return int(tick_of(Decimal(self.px) / MICRO, on, is_half_penny=half_penny) * MICRO)


@cache
def issues(seed: int, count: int) -> tuple[Issue, ...]:
    """`count` issues in three liquidity classes; each class has its share of prices under $1 and above $1,000."""
    draw = rng(seed, 0, "issues")
    names = _names(draw, count)
    made = []
    for n, word in enumerate(names):
        liquidity = _class_of(n / count)
        px = _base_px(draw, n)
        listed_at = ("XNYS", "XNAS", "XNAS", "ARCX", "XASE")[int(draw.integers(5))] if liquidity.name != "liquid" else ("XNYS", "XNAS")[n % 2]
        lot = round_lot_of(Decimal(px) / MICRO, date(2026, 5, 1))
        name, is_sp500 = f"{word.title()} {_BUSINESSES[n % len(_BUSINESSES)]} (made up)", liquidity.name == "liquid" and px >= MICRO
        made.append(Issue(f"{word}Z", name, listed_at, liquidity, px, lot, is_sp500))
    return tuple(made)


def log_levels(seed: int, traded: tuple[Issue, ...], day: date) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Log price relative to the anchor, at the open and at the close of `day`, one number an issue."""
    volatility = np.array([issue.liquidity.volatility for issue in traded])
    level = np.zeros(len(traded))
    opened = level
    for on in _days_since_anchor(day):
        night, session = rng(seed, on.toordinal(), "levels").standard_normal((2, len(traded)))
        opened = level + 0.4 * volatility * night
        level = 0.97 * opened + volatility * session
    return opened, level


_BUSINESSES = ("Works", "Labs", "Foods", "Energy", "Health", "Freight", "Optics", "Mills", "Software", "Water", "Steel", "Paper")


@cache
def _days_since_anchor(day: date) -> tuple[date, ...]:
    return tuple(trading_days(ANCHOR, day))


def _names(draw: np.random.Generator, count: int) -> list[str]:
    """Words of two syllables; with a final Z no listed common stock is spelled so."""
    words = [a + e + b + f for a in "BDFGKLMNPRSTVW" for e in "AEIOU" for b in "BDFGKLMNPRSTVW" for f in "AEIOU"]
    return [words[n] for n in draw.choice(len(words), count, replace=False)]


def _class_of(rank: float) -> Liquidity:
    for liquidity in CLASSES[:-1]:
        if rank < liquidity.share:
            return liquidity
        rank -= liquidity.share
    return CLASSES[-1]


def _base_px(draw: np.random.Generator, n: int) -> int:
    """Mostly $8 to $200; every 15th issue under $1, every 20th at $300 to $900 (lots of 40), every 25th at $1,100 to $4,000 (lots of 10)."""
    apart = ((15, 14, 0.25, 0.70), (20, 19, 300, 900), (25, 17, 1_100, 4_000))
    low, high = next(((low, high) for every, at, low, high in apart if n % every == at), (8, 200))
    return int(np.exp(draw.uniform(np.log(low), np.log(high))) * 10_000) * 100
