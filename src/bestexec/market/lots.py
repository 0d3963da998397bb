"""Round lots by price and date, and the lot class of a quantity."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from bestexec.market.dated import Dated, in_force, in_force_by_day

ROUND_LOTS: Dated[tuple[tuple[Decimal, int], ...]] = (
    (None, ((Decimal("Infinity"), 100),)),
    (date(2025, 11, 3), ((Decimal("250.00"), 100), (Decimal("1000.00"), 40), (Decimal("10000.00"), 10), (Decimal("Infinity"), 1))),
)
"""(highest price, round lot) by date: Rule 600(b)(93), in force from 2025-11-03.

The price is the primary listing's average close of the evaluation month (March for lots assigned from the first business
day of May, September for November), not the price of the day; an issue without one has a round lot of 100.
"""

ODD_LOTS_ON_TAPE: Dated[bool] = ((None, False), (date(2026, 4, 27), True))
"""Whether the consolidated tapes carry odd-lot orders better than the national best (not protected, not part of it)."""

SIP_QUOTE_UNIT: Dated[int] = ((None, 100), (date(2025, 11, 3), 1))
"""Shares that one unit of a quote's size on the consolidated tapes counts: round lots of 100, then shares (UTP notice 2025-10).

Doubtful for files made from the tapes: whether a vendor kept its old unit is not published. `unit_doubt` looks at the sizes themselves.
"""
_ALWAYS_LOTS_OF_100 = Decimal(250)
_FEWEST_SIZES = 1_000


def unit_doubt(unit: int, sizes: int, hundreds: int) -> str | None:
    """A note when the sizes of a file speak against `unit`. `sizes`: how many were told at prices up to 250, `hundreds`: how many of them divide by 100.

    Told in shares, every such size is a multiple of 100; told in round lots, few are. Under 1,000 sizes nothing is said.
    """
    if sizes < _FEWEST_SIZES:
        return None
    if unit == 1 and 2 * hundreds < sizes:
        return f"sizes are taken as shares, but only {hundreds:,} of {sizes:,} at prices up to 250 divide by 100: they may be round lots"
    if unit > 1 and 10 * hundreds > 9 * sizes:
        return f"sizes are taken as round lots of {unit}, but {hundreds:,} of {sizes:,} at prices up to 250 divide by 100: they may be shares"
    return None


def told_sizes(px: pl.Expr, size: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The two counts that `unit_doubt` asks for."""
    counts = (size > 0) & (px > 0) & (px <= _ALWAYS_LOTS_OF_100)
    return counts.sum(), (counts & (size % 100 == 0)).sum()


def round_lot_of(price: Decimal | None, on: date) -> int:
    """Round lot in shares assigned on the day `on` to an issue whose average close was `price`; 100 without one."""
    if price is None:
        return 100
    return next(lot for highest, lot in in_force(ROUND_LOTS, on) if price <= highest)


def round_lot(average_close: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The same for each row: round lot in shares (Int64)."""
    return in_force_by_day(tuple((since, _by_price(average_close, bands)) for since, bands in ROUND_LOTS), day)


def lot_class(qty: pl.Expr, lot: pl.Expr) -> pl.Expr:
    """`fractional` below one share, `odd` below the round lot, else `round`: Rule 605's three lot classes.

    10.5 shares are an odd lot, 100.5 a round lot.
    """
    return pl.when(qty < 1).then(pl.lit("fractional")).when(qty < lot).then(pl.lit("odd")).when(qty >= lot).then(pl.lit("round"))


def _by_price(price: pl.Expr, bands: tuple[tuple[Decimal, int], ...]) -> pl.Expr:
    answer = pl.lit(bands[-1][1], pl.Int64)
    for highest, lot in reversed(bands[:-1]):
        answer = pl.when(price <= highest).then(pl.lit(lot, pl.Int64)).otherwise(answer)
    return pl.when(price.is_null()).then(pl.lit(100, pl.Int64)).otherwise(answer)
