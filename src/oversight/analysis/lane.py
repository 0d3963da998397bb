"""The order-by-order lane: orders that an average cannot judge, each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from oversight.analysis.grid import every
from oversight.measured import frames
from oversight.measured.dimensions import ORDERS
from oversight.measured.sources import Sources
from oversight.policy.queries import desk_limits
from oversight.vendors.quarters import Quarter

READ = (
    "key_on", "symbol", "order_id", "vendor", "side", "order_type", "customer_class", "is_held", "order_qty", "filled_qty", "ordered_notional", "size_bucket",
    "implementation_shortfall_usd", "implementation_shortfall_bps", "end_reason",
)  # fmt: skip
NOT_TOLD = "No feed says which held orders are discretionary. What is not held, and what is large, is here; for the rest: no evidence collected."


@dataclass(frozen=True)
class Single:
    """One order of the lane. `why` says what brought it here."""

    key_on: date
    symbol: str
    order_id: str
    run: str
    vendor: str
    side: int
    order_type: str
    order_qty: Decimal
    filled_qty: Decimal
    notional: Decimal | None
    shortfall_usd: Decimal | None
    shortfall_bps: float | None
    why: str

    @property
    def key(self) -> str:
        return f"{self.key_on}|{self.symbol}|{self.order_id}"


def orders(sources: Sources, quarter: Quarter) -> list[Single]:
    """Every order of the quarter that is judged by itself: not held, or a block; the dearest for the customer first."""
    limits = desk_limits()
    rows = frames.within(sources, every(quarter), ORDERS, READ, places=True)
    is_block = (pl.col("order_qty") >= limits.block_shares) | (pl.col("ordered_notional") >= limits.block_usd).fill_null(False)
    chosen = rows.with_columns(_block=is_block, _free=~pl.col("is_held").fill_null(True)).filter(pl.col("_block") | pl.col("_free"))
    worst = chosen.sort("implementation_shortfall_usd", "key_on", "order_id", descending=[True, False, False], nulls_last=True)
    return [
        Single(
            row["key_on"], row["symbol"], row["order_id"], row["run_id"], row["vendor"] or "", row["side"], row["order_type"] or "", row["order_qty"],
            row["filled_qty"], row["ordered_notional"], row["implementation_shortfall_usd"], row["implementation_shortfall_bps"],
            ", ".join(word for word, holds in (("block", row["_block"]), ("not held", row["_free"])) if holds),
        )
        for row in worst.iter_rows(named=True)
    ]  # fmt: skip
