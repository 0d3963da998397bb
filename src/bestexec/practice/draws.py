"""Where chance comes from: a generator for each (seed, day, purpose), so that nothing depends on what was drawn before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from math import exp, log
from statistics import NormalDist
from typing import TypeVar

import numpy as np
import numpy.typing as npt

MICRO = 1_000_000
"""The practice market counts millionths of a dollar and of a share, both as integers."""
MS = 1_000_000
"""Nanoseconds in a millisecond."""

Choice = TypeVar("Choice")
_INVERSE = NormalDist().inv_cdf
_MOSTLY = 40
"""So many numbers suffice for most orders."""


def rng(seed: int, day: int, purpose: str) -> np.random.Generator:
    """The generator for one purpose on one day (an ordinal; 0 for what has no day)."""
    return np.random.default_rng([seed, day, int.from_bytes(blake2b(purpose.encode(), digest_size=4).digest(), "big")])


class Draws:
    """One order's own numbers in (0, 1), used one after the other, whichever path the order takes."""

    def __init__(self, numbers: npt.NDArray[np.float64]) -> None:
        self.unit: Callable[[], float] = _endless(numbers).__next__
        """The next number."""

    def chance(self, probability: float) -> bool:
        return self.unit() < probability

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.unit()

    def waiting(self, mean: float) -> float:
        """An exponential waiting time."""
        return -mean * log(1.0 - self.unit())

    def around(self, median: float, spread: float) -> float:
        """A lognormal number with this median; `spread` is the standard deviation of its logarithm."""
        return median * exp(spread * _INVERSE(min(max(self.unit(), 1e-9), 1 - 1e-9)))

    def pick(self, weighted: Sequence[tuple[Choice, float]]) -> Choice:
        """One of the choices, by weight."""
        mark = self.unit() * sum([weight for _, weight in weighted])
        for choice, weight in weighted:
            mark -= weight
            if mark < 0:
                return choice
        return weighted[-1][0]


def _endless(numbers: npt.NDArray[np.float64]) -> Iterator[float]:
    """The numbers from the second on, then all of them again and again."""
    yield from numbers[1:_MOSTLY].tolist()
    yield from numbers[_MOSTLY:].tolist()
    while True:
        yield from numbers.tolist()
