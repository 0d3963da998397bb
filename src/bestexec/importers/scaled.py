"""Whole numbers that stand for decimals, made decimals exactly."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from bestexec.units import PX, QTY


def px_of(column: str, digits: int) -> pl.Expr:
    """A price in units of 10^−digits → Decimal(18,8). A product keeps the larger scale, which holds it exactly here; a quotient would be rounded."""
    return (pl.col(column).cast(pl.Decimal(38, 0)) * pl.lit(Decimal(1).scaleb(-digits))).cast(PX)


def qty_of(column: str) -> pl.Expr:
    """Whole shares → Decimal(18,6)."""
    return pl.col(column).cast(QTY)
