"""What the report is computed from: one row an order, one row an execution, with the quotes at the instants that may count."""

from __future__ import annotations

import polars as pl

from bestexec.units import DAY, FLAG, INSTANT, MID, PX, QTY, SIDE, TEXT

ORDER_KEY = ["firm", "key_on", "symbol", "order_id"]
ROW_KEY = ["symbol", "lot_class", "size_bucket", "order_class"]
"""What names a row of the detailed file, beside reporter and month."""
INSTANTS = ("receipt", "executable")
HORIZONS = ("50ms", "1s", "15s", "1min", "5min")
_AT = {
    "bid_at_{}": PX, "ask_at_{}": PX, "bid_qty_at_{}": QTY, "ask_qty_at_{}": QTY, "best_bid_at_{}": PX, "best_ask_at_{}": PX,
    "is_halted_at_{}": FLAG, "is_limit_state_at_{}": FLAG,
}  # fmt: skip
_KEY = {"firm": TEXT, "key_on": DAY, "symbol": TEXT, "order_id": TEXT}
ORDERS: dict[str, pl.DataType] = {
    **_KEY, "side": SIDE, "qty": QTY, "order_type": TEXT, "limit_px": PX, "min_qty": QTY, "tif": TEXT, "received_at": INSTANT, "executable_at": INSTANT,
    "until_at": INSTANT, "end_reason": TEXT, "canceled_qty": QTY, "parent_order_id": TEXT, "is_held": FLAG, "is_manual": FLAG, "is_short": FLAG,
    "is_short_exempt": FLAG, "special_handling": TEXT, "asset_class": TEXT, "round_lot": QTY, "is_open_at_receipt": FLAG, "is_price_tested": FLAG,
    "is_halted_soon_after": FLAG, "is_thin": FLAG,
    **{name.format(instant): dtype for instant in INSTANTS for name, dtype in _AT.items()},
    "import_id": TEXT, "line": pl.Int64(),
}  # fmt: skip
"""Quotes stand at receipt and at the executable time, whatever their state but one that shows nothing; `best_…` includes odd lots, null without a feed.

`until_at` is the end of its working life; `is_open_at_receipt` says regular hours; `is_thin` that the security is exempt as rarely traded.
"""
FILLS: dict[str, pl.DataType] = {
    **_KEY, "fill_id": TEXT, "fill_qty": QTY, "fill_px": PX, "filled_at": INSTANT, "venue": TEXT, "capacity": TEXT, "is_regular": FLAG,
    "bid_qty_at_fill": QTY, "ask_qty_at_fill": QTY, **{f"mid_after_{name}": MID for name in HORIZONS}, "import_id": TEXT, "line": pl.Int64(),
}  # fmt: skip
"""`is_regular`: executed within regular hours. A midpoint after the close is the last regular one."""


def conformed(rows: pl.DataFrame, columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """`rows` with exactly `columns`; one that is absent is null throughout."""
    return rows.select((pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name) for name, dtype in columns.items())
