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
