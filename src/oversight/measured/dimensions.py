"""By what figures can be cut and filtered: each dimension's name in addresses, its column and its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

FILLS, ORDERS = "fills", "orders"
BOTH = (FILLS, ORDERS)
UNKNOWN = "unknown"
"""Stands in an address for a value that the feed did not give."""


@dataclass(frozen=True)
class Dimension:
    """One dimension. `values` are its words by value where the list is closed; `default` is the one flow that is shown unless the address says another.

    Where `is_taken`, rows of which a feed does not say the value are taken as the default, as the report takes them.
    """

    name: str
    column: str
    title: str
    on: tuple[str, ...] = BOTH
    values: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    is_taken: bool = False
    none: str = ""
    """What a null is called."""

    def stored(self, value: str) -> Any:
        """The column's value for one in an address."""
        if self.values.keys() == {"yes", "no"}:
            return value == "yes"
        if self.column == "side":
            return 1 if value == "buy" else -1
        if self.column in ("size_bucket", "hour"):
            return int(value)
        return date.fromisoformat(value) if self.column in ("day", "week") else value

    def written(self, value: Any) -> str:
        """The value as addresses have it."""
        if value is None:
            return UNKNOWN
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ("buy" if value == 1 else "sell") if self.column == "side" else str(value)

    def said(self, value: Any) -> str:
        """The column's value in words."""
        return self.titled(self.written(value))

    def titled(self, written: str) -> str:
        """A value of an address in words."""
        return (self.none or f"{self.title.lower()} unknown") if written == UNKNOWN else self.values.get(written, written)

    def is_among(self, values: tuple[str, ...]) -> pl.Expr:
        """The rows with one of `values` (as addresses have them)."""
        column = pl.col(self.column)
        known = column.is_in([self.stored(value) for value in values if value != UNKNOWN])
        is_unknown = UNKNOWN in values or (self.is_taken and self.default in values)
        return known.fill_null(False) | column.is_null() if is_unknown else known.fill_null(False)


YES_NO = {"yes": "yes", "no": "no"}
SIZES = {
    "0": "below $250", "250": "$250 to $1,000", "1000": "$1,000 to $5,000", "5000": "$5,000 to $10,000", "10000": "$10,000 to $20,000",
    "20000": "$20,000 to $50,000", "50000": "$50,000 to $200,000", "200000": "$200,000 and more",
}  # fmt: skip
APART = (
    Dimension("held", "is_held", "Held", values={"yes": "held", "no": "not held"}, default="yes", is_taken=True),
    Dimension("directed", "is_directed", "Directed", values={"yes": "directed", "no": "not directed"}, default="no", is_taken=True),
    Dimension(
        "customer_class", "customer_class", "Customers",
        values={"retail": "retail", "institutional": "institutional", "broker_dealer": "broker-dealers"}, default="retail", is_taken=True,
    ),
    Dimension(
        "session", "session", "Session", default="regular",
        values={"pre": "pre-market", "regular": "regular session", "post": "after hours", "overnight": "overnight", "continuous": "continuous"},
    ),
    Dimension(
        "asset_class", "asset_class", "Instruments", default="equity",
        values={"equity": "equities", "option": "options", "crypto": "crypto", "fixed_income": "fixed income", "other": "other"},
    ),
    Dimension("currency", "currency", "Currency", default="USD"),
)  # fmt: skip
"""What is never pooled unless the address says so."""
OTHERS = (
    Dimension("vendor", "vendor", "Vendor"),
    Dimension("venue", "venue", "Venue", on=(FILLS,)),
    Dimension("venue_kind", "venue_kind", "Kind of venue", on=(FILLS,)),
    Dimension("symbol", "symbol", "Symbol"),
    Dimension("order_class", "order_class", "Rule 605 class"),
    Dimension("order_type", "order_type", "Order type"),
    Dimension("marketability", "marketability", "Marketability"),
    Dimension("tif", "tif", "Time in force"),
    Dimension("side", "side", "Side", values={"buy": "buy", "sell": "sell"}),
    Dimension("size_bucket", "size_bucket", "Order size", values=SIZES),
    Dimension("lot_class", "lot_class", "Lot", values={"fractional": "fractional", "odd": "odd lot", "round": "round lot"}),
    Dimension("liquidity_class", "liquidity_class", "Symbol's liquidity"),
    Dimension("liquidity", "liquidity", "Added or removed", on=(FILLS,)),
    Dimension("hour", "hour", "Hour", values={str(hour): f"{hour}:00" for hour in range(24)}),
    Dimension("day", "day", "Day"),
    Dimension("week", "week", "Week of"),
    Dimension("month", "month", "Month"),
    Dimension("excluded", "excluded", "Left out because", none="nothing: measured"),
)
DIMENSIONS = (*APART, *OTHERS)
BY_NAME = {dimension.name: dimension for dimension in DIMENSIONS}
TIMES = ("day", "week", "month", "hour")
