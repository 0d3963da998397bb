"""What a field of a filed report is, what a layout is, and what a rule about a line is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

Form = Literal["code", "month", "word", "count", "shares", "usd", "per_share", "fraction", "seconds", "milliseconds"]
"""How a cell is written. `fraction` may have been filed as percent; `seconds` and `milliseconds` are kept as nanoseconds."""
Needed = Literal["key", "always", "executed", "no"]
"""`key`: part of the line's name. `executed`: when shares were executed. `no`: may be empty, which other rules narrow."""


@dataclass(frozen=True)
class FiledField:
    """One field: its number and name in the file, the canonical column it fills, and what a cell of it may hold.

    `words` are the cells that a `word` allows, each with what the canonical column then holds; `pattern` is what a `code` must match.
    `least` and `most` bound a number; `positive` asks for more than zero. `nulls` are words that stand for an empty cell.
    """

    number: int
    name: str
    column: str
    form: Form
    meaning: str
    needed: Needed = "no"
    least: int | None = None
    most: int | None = None
    positive: bool = False
    pattern: str = ""
    words: Mapping[str, object] = field(default_factory=dict)
    nulls: tuple[str, ...] = ()
    reference: str = ""
    """Where the rule or the plan asks for it."""


@dataclass(frozen=True)
class FiledLayout:
    """One kind of file: its fields in order, how they are parted, and which of them name a line."""

    name: str
    title: str
    table: str
    fields: tuple[FiledField, ...]
    separator: str
    header: bool
    decimals: int | None
    """Most decimals that a cell may have; None when nobody says."""

    @property
    def keys(self) -> tuple[FiledField, ...]:
        return tuple(item for item in self.fields if item.needed == "key")

    def by_column(self, column: str) -> FiledField | None:
        return next((item for item in self.fields if item.column == column), None)


@dataclass(frozen=True)
class LineRule:
    """What the cells of one line owe each other: `broken` looks at canonical columns, `names` are those it speaks of, the first is to blame.

    `unusable` is the column whose value means nothing when the rule is broken; it becomes null.
    """

    key: str
    names: tuple[str, ...]
    broken: pl.Expr
    says: str
    do: str
    unusable: str = ""
