"""What a canonical table is, and the columns that several share."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from bestexec.units import COUNT, DAY, DURATION, INSTANT, SIDE, TEXT


@dataclass(frozen=True)
class Column:
    """One column: its Polars type, the unit it is in, what it means, whether a row may lack it, and any closed list."""

    name: str
    dtype: pl.DataType
    unit: str
    meaning: str
    required: bool = False
    values: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Table:
    """A table: what a row is, its columns, and the columns that name a row for life."""

    name: str
    row: str
    key: tuple[str, ...]
    day: str
    """The column that decides the day a row is filed under; empty for reference tables."""
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)


def clock(prefix: str, what: str, *, required: bool) -> tuple[Column, ...]:
    return (
        Column(f"{prefix}_at", INSTANT, "ns since 1970, UTC", what, required),
        Column(f"{prefix}_source", TEXT, "", f"Which clock {prefix}_at was read from, in the source's own words."),
        Column(f"{prefix}_resolution_ns", DURATION, "ns", f"Finest step {prefix}_at can show; 1 when unknown to be coarser."),
    )


LINE = Column("line", COUNT, "", "Line (or record number, from 1) of the raw file that made this row.", required=True)
FIRM = Column("firm", TEXT, "", "Reporting firm.", required=True)
KEY_ON = Column("key_on", DAY, "date", "Trading date of the order's receipt; part of its name for life.", required=True)
ORDER_ID = Column("order_id", TEXT, "", "The source's order id.", required=True)
SYMBOL = Column("symbol", TEXT, "", "Symbol of the primary listing, upper case.", required=True)
SIDE_OF_ORDER = Column("side", SIDE, "+1 buy, −1 sell", "Side of the order.", required=True)
CURRENCY = Column("currency", TEXT, "ISO 4217", "Currency of every amount in the row; nothing adds two.")
