"""One stated rule of a vendor's router: what it says, of which orders, since when and where it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import polars as pl

Term = tuple[str, ...] | Decimal | int | bool


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of one kind of `KINDS`, with the terms that its kind declares. An empty filter says every order; `to_on` is the first day it no longer holds."""

    key: str
    vendor: str
    kind: str
    source: str
    """Where the vendor's document says it, and its words."""
    terms: Mapping[str, Term] = field(default_factory=dict)
    order_types: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    customer_classes: tuple[str, ...] = ()
    order_qty_from: Decimal | None = None
    order_qty_below: Decimal | None = None
    from_on: date | None = None
    to_on: date | None = None

    def venues(self) -> tuple[str, ...]:
        found = self.terms["venues"]
        assert isinstance(found, tuple)
        return found

    def concerns(self) -> pl.Expr:
        """Whether a row of `tried` is one that the rule speaks of; null where a fact that decides it is unknown. Never for directed orders."""
        tests = [pl.col("vendor") == self.vendor, ~pl.col("is_directed").fill_null(False)]
        for column, words in (("order_type", self.order_types), ("session", self.sessions), ("customer_class", self.customer_classes)):
            if words:
                tests.append(pl.col(column).is_in(words))
        if self.order_qty_from is not None:
            tests.append(pl.col("order_qty") >= self.order_qty_from)
        if self.order_qty_below is not None:
            tests.append(pl.col("order_qty") < self.order_qty_below)
        if self.from_on:
            tests.append(pl.col("day") >= self.from_on)
        if self.to_on:
            tests.append(pl.col("day") < self.to_on)
        return pl.all_horizontal(tests)
