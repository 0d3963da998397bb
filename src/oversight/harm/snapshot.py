"""A count's orders as one filed table: a row a fill, its order's sums beside it, customers by number and never by account."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from oversight.access import once
from oversight.evidence import store

if TYPE_CHECKING:
    from oversight.harm.looking import Seen
    from oversight.harm.models import Count

KEY = ["firm", "key_on", "symbol", "order_id"]
OF_ORDER = (
    "day", "side", "vendor", "venues", "is_exception", "affected", "fills", "fills_unknown", "loss_usd", "prior_usd", "harm_usd", "customer", "why_unknown",
)  # fmt: skip
OF_FILL = (
    "fill_id", "venue", "filled_at", "is_affected", "fill_qty", "fill_px", "counterfactual_px", "ratio", "ratio_n", "fill_loss_usd", "counted_usd", "why_not",
)  # fmt: skip


def made(seen: Seen, about: Mapping[str, Any]) -> bytes:
    """The table as Parquet: equal counts, equal bytes. `about` stands in its head."""
    fills = seen.harmed.fills.rename({"loss_usd": "fill_loss_usd"}).select(*KEY, *OF_FILL)
    orders = seen.orders.select(*KEY, *OF_ORDER, "run_id").with_columns(pl.col("customer").cast(pl.Int64))
    rows = orders.join(fills, on=KEY, how="left").sort("day", *KEY, "fill_id", nulls_last=True)
    sink = io.BytesIO()
    rows.rechunk().write_parquet(sink, compression="zstd", row_group_size=1 << 18, metadata={"about": json.dumps(about, sort_keys=True, default=str)})
    return sink.getvalue()


def set_hash(seen: Seen) -> str:
    """Hash of what was affected, by name alone: equal where the same rows were found, whatever they are valued at."""
    names = seen.looked.affected.select("day", *KEY, "fill_id", "route_id")
    return hashlib.sha256("".join(f"{json.dumps(row, default=str)}\n" for row in names.iter_rows()).encode()).hexdigest()


def read(count: Count) -> pl.DataFrame:
    """The filed table, its bytes held against their hash; once a request. Raises Refusal where it is gone or altered."""
    return once(f"harm count {count.pk}", lambda: pl.read_parquet(io.BytesIO(store.read(count.filed.sha256))))


def orders_of(rows: pl.DataFrame) -> pl.DataFrame:
    """One row an order, in the table's order."""
    return rows.select(*KEY, *OF_ORDER, "run_id").unique(subset=KEY, keep="first", maintain_order=True)
