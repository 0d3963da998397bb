"""Shares traded regular way at prices that could have filled each resting order, while it could be executed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.filings.rule605.exact import WHOLE, px, qty

Numbers = npt.NDArray[np.int64]
MADE = {"_order": pl.UInt32(), "opportunity": WHOLE, "opportunity_on_exchange": WHOLE}
SPAN = 1 << 47
"""Nanoseconds that one symbol has in the common order of all: more than a day."""


def opportunities(orders: pl.DataFrame, trades: pl.DataFrame) -> pl.DataFrame:
    """Columns MADE for one day's `orders` (`_order`, symbol, side, limit_px, from_at, to_at; ns, the end not included).

    `trades` are that day's regular-way tape: symbol, traded_at, px, qty, on_exchange. A buy could have filled at its limit or below.
    """
    if orders.is_empty():
        return pl.DataFrame(schema=MADE)
    names = orders["symbol"].unique().sort()
    codes = pl.DataFrame({"symbol": names, "code": pl.int_range(len(names), eager=True)})
    base = orders["from_at"].min()
    tape = trades.join(codes, on="symbol").select(
        (pl.col("traded_at") - base).clip(-1, SPAN - 2).alias("at") + pl.col("code") * SPAN,
        px(pl.col("px")).cast(pl.Int64).alias("price"), qty(pl.col("qty")).cast(pl.Int64).alias("shares"), pl.col("on_exchange").fill_null(value=False),
    ).sort("at")  # fmt: skip
    asked = orders.join(codes, on="symbol", maintain_order="left").select(
        *((pl.col(name) - base).clip(0, SPAN - 2) + pl.col("code") * SPAN for name in ("from_at", "to_at")),
        limit=px(pl.col("limit_px")).cast(pl.Int64), side=pl.col("side").cast(pl.Int64),
    )  # fmt: skip
    begin, end, limit, side = (asked[name].to_numpy() for name in ("from_at", "to_at", "limit", "side"))
    every, listed = _reached(begin, end, limit, side, tape)
    return orders.select("_order").with_columns(pl.Series("opportunity", every).cast(WHOLE), pl.Series("opportunity_on_exchange", listed).cast(WHOLE))


def _reached(begin: Numbers, end: Numbers, limit: Numbers, side: Numbers, tape: pl.DataFrame) -> tuple[Numbers, Numbers]:
    """(all shares, shares on exchanges) at the limit or better for each order, between its two places in the tape's common order."""
    at, price, shares = (tape[name].to_numpy() for name in ("at", "price", "shares"))
    listed = shares * tape["on_exchange"].to_numpy()
    found = np.zeros((2, len(begin)), np.int64)
    for order, (low, high) in enumerate(zip(at.searchsorted(begin), at.searchsorted(end), strict=True)):
        if low < high:
            reached = price[low:high] <= limit[order] if side[order] > 0 else price[low:high] >= limit[order]
            found[:, order] = shares[low:high] @ reached, listed[low:high] @ reached
    return found[0], found[1]
