"""Rows whose columns already have their canonical types, taken as they are when no value would be at fault."""

from __future__ import annotations

import polars as pl

from bestexec.importers.cells import FIRST_EPOCH_NS, INTEGER_DIGITS
from bestexec.schema import Column, Table
from bestexec.units import AMOUNT, LARGE, SIDE

_MAY_BE_ZERO = frozenset({"min_px"})
_ABOVE_ZERO = frozenset({"qty", "round_lot", "split_ratio"})


def limits_of(column: Column) -> tuple[int | None, int | None]:
    """(above, least) of a decimal column: prices and quantities above zero, sizes from zero, amounts of either sign."""
    if column.name in _ABOVE_ZERO or (column.name.endswith("px") and column.name not in _MAY_BE_ZERO):
        return 0, None
    return None, None if column.dtype in (AMOUNT, LARGE) and not column.name.endswith("px") else 0


def ready(rows: pl.DataFrame, table: Table) -> pl.DataFrame | None:
    """`rows` (with `line`) in the types of `table`, or None when any column or value needs the parsers of `cells`.

    What is given here is what the parsers would give: this only saves the way through text.
    """
    given = [column for column in table.columns if column.name in rows.columns]
    if not set(table.required) <= set(rows.columns) or not all(_has_type(rows.schema[column.name], column.dtype) for column in given):
        return None
    clean = rows.select(pl.all_horizontal(_is_clean(column).all() for column in given)).item()
    return rows.select(pl.col(column.name).cast(column.dtype) for column in given) if clean else None


def _has_type(stored: pl.DataType, wanted: pl.DataType) -> bool:
    if isinstance(stored, pl.Decimal) and isinstance(wanted, pl.Decimal):
        return stored.scale <= wanted.scale
    return stored == wanted or (stored.is_integer() and wanted == SIDE)


def _is_clean(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    test = pl.lit(True)
    if column.values:
        test = value.is_in(column.values)
    elif column.dtype == pl.String():
        test = (value == value.str.strip_chars()) & (value != "") & ((value == value.str.to_uppercase()) if column.name == "symbol" else pl.lit(True))
    elif column.dtype.is_decimal():
        above, least = limits_of(column)
        in_range = value > above if above is not None else value >= least if least is not None else pl.lit(True)
        test = in_range & value.cast(column.dtype, strict=False).is_not_null()
    elif column.dtype == SIDE:
        test = value.is_in([1, -1])
    elif column.dtype == pl.Int64():
        test = value >= FIRST_EPOCH_NS if column.name.endswith("_at") else value.abs() < 10**INTEGER_DIGITS
    return (test & value.is_not_null()).fill_null(False) if column.required else (value.is_null() | test)
