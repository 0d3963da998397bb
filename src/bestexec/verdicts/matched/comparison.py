"""A comparison, declared before the figures are seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bestexec.errors import Problem

ORDER = ("firm", "key_on", "symbol", "order_id")
"""The columns that name a parent order for life."""
CELLS = ("symbol", "order_type", "size_bucket", "hour", "spread_class", "volatility_class")
"""What makes two fills alike: the columns of a cell."""


def cells_without(*names: str) -> tuple[str, ...]:
    """CELLS but these: what is compared is no part of its own cells."""
    return tuple(name for name in CELLS if name not in names)


@dataclass(frozen=True)
class Materiality:
    """From when a difference is material: `usd` in the period, or `bps` of notional, whichever is reached first. The policy's, set beforehand."""

    usd: float
    bps: float

    def __post_init__(self) -> None:
        if not (self.usd > 0 and self.bps > 0):
            raise Problem("a line of materiality is above zero", where="materiality_usd, materiality_bps", do="state both in policy.toml")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Each value of the column `kind` against all others within `cells`, by the weighted mean of `metric`."""

    key: str = "matched"
    kind: str
    metric: str
    better: Literal["lower", "higher"]
    materiality: Materiality
    cells: tuple[str, ...] = CELLS
    weight: str = "fill_qty"
    minimum_n: int = 100
    """Rows of the subject that found a match, below which nothing is concluded."""
    subjects: tuple[str, ...] = ()
    """Whom to judge; empty for each value of `kind`."""
    noun: str = ""
    """What a subject is called in a sentence; empty for the words of `kind`."""
    others: str = ""
    """What it is held against there; empty for the others of `kind`."""
    unit: str = "$/share"
    dollars_per_unit: float = 1.0
    """What one unit of the metric costs the customer a share, in USD: ½ for an effective spread, which counts the distance from the midpoint twice."""

    def __post_init__(self) -> None:
        if self.kind in self.cells:
            raise Problem(f"{self.kind} is compared and part of its own cells, where each stands alone", where=self.key, do=f"use cells_without({self.kind!r})")
        if not self.dollars_per_unit > 0:
            raise Problem("dollars per unit are above zero", where=self.key, do="state what a unit of the metric costs a share; `better` says the direction")

    @property
    def sign(self) -> int:
        """+1 where more of the metric costs the customer."""
        return 1 if self.better == "lower" else -1


def costs(comparison: Comparison, effect: float, low: float, high: float) -> tuple[float, float, float]:
    """Effect and interval with + bad for the customer."""
    return (effect, low, high) if comparison.sign > 0 else (-effect, -high, -low)
