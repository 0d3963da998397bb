"""Polars series to integers and back, exactly; NONE on one side is null on the other."""

from __future__ import annotations

import polars as pl

from bestexec.quotes.columns import NONE, Rows
from bestexec.quotes.search import Codes


def integers(series: pl.Series) -> Rows:
    """An integer or decimal series as int64; a decimal by its digits, so 10.25 at scale 8 is 1_025_000_000."""
    return series.to_physical().cast(pl.Int64).fill_null(NONE).to_numpy()


def codes(symbols: pl.Series, known: pl.Series) -> Codes:
    """The place of each symbol in `known`, −1 for null and for one that is not there."""
    places = symbols.cast(pl.String).cast(pl.Enum(known), strict=False).to_physical()
    return places.cast(pl.Int64).fill_null(-1).to_numpy()


def whole(values: Rows) -> pl.Series:
    return pl.Series(values, dtype=pl.Int64).to_frame("v").select(pl.col("v").replace(NONE, None)).to_series()


def decimals(values: Rows, dtype: pl.Decimal) -> pl.Series:
    """Integers read as the digits of a decimal: 1_025_000_000 at scale 8 is 10.25."""
    one_digit = pl.lit(f"1e-{dtype.scale}").cast(pl.String).str.to_decimal(scale=dtype.scale)
    whole = pl.when(pl.col("v") != NONE).then("v").cast(pl.Decimal(38, 0))
    return pl.Series(values, dtype=pl.Int64).to_frame("v").select((whole * one_digit).cast(dtype)).to_series()
