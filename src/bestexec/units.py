"""Units of measure, each with the type that holds it exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

PX_SCALE = 8
QTY_SCALE = 6
PX_ONE = 10**PX_SCALE
QTY_ONE = 10**QTY_SCALE
NS_PER_SECOND = 1_000_000_000
NS_PER_MS = 1_000_000

INSTANT = pl.Int64()
"""Epoch nanoseconds, UTC."""
DURATION = pl.Int64()
"""Nanoseconds."""
DAY = pl.Date()
PX = pl.Decimal(18, PX_SCALE)
MID = pl.Decimal(18, PX_SCALE + 1)
"""A midpoint needs one more digit than the prices it halves."""
QTY = pl.Decimal(18, QTY_SCALE)
AMOUNT = pl.Decimal(18, PX_SCALE)
NOTIONAL = pl.Decimal(38, PX_SCALE + QTY_SCALE)
"""A price times a quantity, exact."""
LARGE = pl.Decimal(38, 12)
"""A month's dollars or shares in one cell of a report of others: more digits than AMOUNT has."""
SIDE = pl.Int8()
COUNT = pl.Int64()
TEXT = pl.String()
FLAG = pl.Boolean()


@dataclass(frozen=True)
class Unit:
    """What a number is counted in. `decimals` is what a renderer prints; nothing else rounds."""

    name: str
    symbol: str
    decimals: int
    scale: Decimal = Decimal(1)
    """The printed number is the stored number times `scale` (a fraction prints as percent)."""

    @property
    def stored(self) -> str:
        """What the stored number is counted in, for files that hold it as it is: `fraction` and `ns` where a page prints % and ms."""
        return self.symbol if self.scale == 1 else STORED[self.symbol]


STORED = {"%": "fraction", "ms": "ns"}
USD_PER_SHARE = Unit("US dollars per share", "$/share", 6)
USD = Unit("US dollars", "$", 2)
BPS = Unit("basis points", "bps", 2)
FRACTION = Unit("fraction, printed as percent", "%", 2, Decimal(100))
RATIO = Unit("ratio", "×", 4)
SHARES = Unit("shares", "shares", 0)
ORDERS = Unit("orders", "orders", 0)
FILLS = Unit("fills", "fills", 0)
NANOSECONDS = Unit("nanoseconds, printed as milliseconds", "ms", 3, Decimal("0.000001"))
INDEX = Unit("index between 0 and 1", "", 4)

UNITS = (USD_PER_SHARE, USD, BPS, FRACTION, RATIO, SHARES, ORDERS, FILLS, NANOSECONDS, INDEX)
