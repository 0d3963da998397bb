"""Exact arithmetic in whole numbers: prices in 10⁻⁹, shares in 10⁻⁶, amounts in 10⁻¹⁵, and one rounding at the end."""

from __future__ import annotations

import polars as pl

WHOLE = pl.Int128()
PX_DIGITS, QTY_DIGITS, CELL_DIGITS = 9, 6, 6
SHARE = 10**QTY_DIGITS
DOLLAR = 10 ** (PX_DIGITS + QTY_DIGITS)
"""One dollar as an amount: a price times shares."""
CELL = pl.Decimal(38, CELL_DIGITS)
"""A number as it stands in a cell of the report."""
_PX, _QTY = pl.Decimal(38, PX_DIGITS), pl.Decimal(38, QTY_DIGITS)


def px(column: pl.Expr) -> pl.Expr:
    """A price or midpoint as a whole number of 10⁻⁹ (Int128)."""
    return column.cast(_PX).to_physical()


def qty(column: pl.Expr) -> pl.Expr:
    """Shares as a whole number of 10⁻⁶ (Int128)."""
    return column.cast(_QTY).to_physical()


def whole(number: int) -> pl.Expr:
    return pl.lit(number, WHOLE)


def minus(column: pl.Expr) -> pl.Expr:
    return whole(0) - column


def ratio(above: pl.Expr, below: pl.Expr, shift: int = 0) -> pl.Expr:
    """`above` × 10^shift / `below` as a whole number, halves rounded away from zero; null where `below` is not above zero."""
    above, below = (above * 10**shift, below) if shift >= 0 else (above, below * 10**-shift)
    magnitude = (above.abs() * 2 + below) // (below * 2)
    return pl.when(below > 0).then(pl.when(above < 0).then(minus(magnitude)).otherwise(magnitude))


def cell(millionths: pl.Expr) -> pl.Expr:
    """Millionths as the number of a cell."""
    return (millionths.cast(pl.Decimal(38, 0)) * pl.lit("0.000001").cast(CELL)).cast(CELL)


def millionths(cells: pl.Expr) -> pl.Expr:
    """A cell's number as whole millionths."""
    return cells.cast(CELL).to_physical()
