"""The firm's own orders in the cells of a published report: month, symbol, order type, size group, and lot where the layout tells it."""

from __future__ import annotations

import polars as pl

from bestexec.market.rule605.codes import LEGACY_SIZES

KEY: dict[str, tuple[str, ...]] = {
    "amended": ("month_on", "symbol", "order_class", "size_code", "lot_class"),
    "legacy": ("month_on", "symbol", "order_class", "size_code"),
}
"""The columns of a cell by layout."""
_LOTS = {"fractional": "fractional", "odd": "odd_lot", "round": "round_lot"}
_LEGACY = {"MXXNN": "legacy_market", "LYNNN": "legacy_marketable_limit", "LYNYN": "legacy_marketable_limit"}
"""The two legacy order types that the rule's present classes name as well; the others hold limits against another quote, so they find no match."""
_LARGEST_LEGACY = 10_000
"""Shares from which the legacy rule covered no order."""


def in_scope(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of `linked_fills` or `linked_orders` whose kind a Rule 605 report covers: held, of a covered class, in regular hours, with a quote."""
    is_regular = (pl.col("session") == "regular").fill_null(True)
    return rows.filter(pl.col("order_class").is_not_null() & pl.col("is_held").fill_null(True) & is_regular & pl.col("excluded").is_null())


def in_cells(rows: pl.DataFrame, layout: str) -> pl.DataFrame:
    """Those rows with `own_class`, their order class, and the columns of KEY; null where no cell of the layout can hold them."""
    dated = rows.with_columns(month_on=pl.col("key_on").dt.month_start(), own_class=pl.col("order_class"))
    if layout == "amended":
        lot = pl.col("lot_class").replace_strict(_LOTS, default=None, return_dtype=pl.String)
        return dated.with_columns(size_code=pl.col("size_bucket"), lot_class=lot)
    size = pl.lit(None, pl.Int64)
    for code, (low, _) in sorted(LEGACY_SIZES.items()):
        size = pl.when(pl.col("order_qty") >= low).then(pl.lit(int(code), pl.Int64)).otherwise(size)
    size = pl.when(pl.col("order_qty") < _LARGEST_LEGACY).then(size)
    return dated.with_columns(order_class=pl.col("order_class").replace_strict(_LEGACY, default=None, return_dtype=pl.String), size_code=size)
