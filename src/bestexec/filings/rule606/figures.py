"""What a public Rule 606 report is made of, and its figures: sections of months, venues in them, and the orders behind every cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from bestexec.filings.rule606.cells import ASPECTS, Where, type_of
from bestexec.filings.rule606.gaps import Gap
from bestexec.filings.rule606.money import Cell, Tie
from bestexec.linking.identity import ORDER_KEY


@dataclass(frozen=True)
class Fed:
    """What the report is made of, each as its canonical table: linked orders and fills, routes, symbols, venues, payments."""

    orders: pl.DataFrame
    routes: pl.DataFrame
    fills: pl.DataFrame
    symbols: pl.DataFrame
    venues: pl.DataFrame
    payments: pl.DataFrame
    replaced_in: tuple[date, ...] = ()
    """The month of each line of the ledger that gave way to one received later."""


@dataclass(frozen=True)
class VenueLine:
    """One venue in one section of a month. Counts are of orders; `usd` is what was received (+) or paid (−)."""

    venue: str
    name: str
    orders: Mapping[str, int]
    usd: Mapping[str, Decimal]
    exact_usd: Mapping[str, Fraction]
    shares: Mapping[str, Fraction]
    aspects: str

    @property
    def all_orders(self) -> int:
        return sum(self.orders.values())


@dataclass(frozen=True)
class Section:
    """One section of a month: its orders, the non-directed ones by order type, and the venues that the report names."""

    section: str
    orders: int
    non_directed: Mapping[str, int]
    venues: tuple[VenueLine, ...]

    @property
    def all_non_directed(self) -> int:
        return sum(self.non_directed.values())


@dataclass(frozen=True)
class Public:
    """A quarter's figures. `gaps` keep it from being filed; `remarks` are said in it."""

    broker: str
    first: date
    months: Mapping[date, tuple[Section, ...]]
    gaps: tuple[Gap, ...]
    remarks: tuple[str, ...]
    left_out: Mapping[str, int]
    ties: tuple[Tie, ...]
    counted: pl.DataFrame
    """One row for each order at each venue where it counts: the orders behind every cell."""
    by_kind: Mapping[Cell, Mapping[str, Fraction]]
    """Payments of each cell by their kind."""
    covered: pl.DataFrame
    """One row an order: section, order type, directed or not, or why it is left out."""

    @property
    def quarter(self) -> int:
        return (self.first.month + 2) // 3


def behind(figures: Public, where: Where) -> pl.DataFrame:
    """The orders behind one cell: their keys, with section, order type and whether directed; at a venue, those that count there."""
    rows = figures.counted if where.venue else figures.covered.filter(pl.col("left_out").is_null())
    kind = type_of(where.field)
    chosen_rows = rows.filter(pl.col("month_on") == pl.lit(where.month_on, pl.Date), pl.col("section") == where.section)
    if where.field == ASPECTS:
        return chosen_rows.select(*ORDER_KEY, "month_on", "section", "routed_order_type", "is_directed").clear()
    if where.venue:
        chosen_rows = chosen_rows.filter(pl.col("named").str.to_uppercase() == where.venue.upper())
    if kind:
        chosen_rows = chosen_rows.filter(pl.col("routed_order_type") == kind, ~pl.col("is_directed"))
    return chosen_rows.select(*ORDER_KEY, "month_on", "section", "routed_order_type", "is_directed")
