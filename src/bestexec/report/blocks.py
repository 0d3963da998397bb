"""What a report is made of: blocks that are said once and drawn as a page, a document or a workbook."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from bestexec.units import Unit

Value = Decimal | int | float | str | bool | date | None


class Cell(NamedTuple):
    """One value with its unit, unrounded: only a renderer rounds. None is unknown or not applicable, never zero."""

    value: Value
    unit: Unit | None = None


TOO_FEW = Cell("too few")
"""Stands where a figure would rest on fewer observations than the policy's minimum."""


@dataclass(frozen=True)
class Column:
    """One column's heading. Numbers in `unit` print bare under it; `group` is a heading shared with its neighbors."""

    title: str
    unit: Unit | None = None
    align: Literal["left", "right"] = "left"
    group: str = ""
    code: bool = False
    """Set in a fixed-width face: a hash, a key, a formula."""
    bare: bool = False
    """Every number prints without its symbol: another cell of the row says the unit."""

    @property
    def symbol(self) -> str:
        """What the heading says of the unit: nothing when the title already does."""
        return self.unit.symbol if self.unit and not self.title.lower().endswith(self.unit.symbol) else ""


@dataclass(frozen=True)
class Heading:
    """Level 1 opens a section (a sheet in the workbook); level 2 a part of it; level 3 stands within a part, without a number."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True)
class Text:
    """One paragraph. Figures in it were printed by `numerals`."""

    text: str


@dataclass(frozen=True)
class Items:
    """Short texts, one below the other; numbered where their order matters."""

    texts: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Names, each with what is said of it."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Callout:
    """A remark that must not be overlooked, such as what the data cannot support."""

    tone: Literal["note", "attention"]
    title: str
    text: str


@dataclass(frozen=True)
class KeyFigure:
    """One headline figure: its count, and what it is compared with, in a sentence made from computed facts."""

    title: str
    figure: Cell
    count: Cell
    against: str


@dataclass(frozen=True)
class KeyFigures:
    """The figures a reader meets first."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Contents:
    """Where the list of sections stands in a long document; a page and a workbook have theirs elsewhere."""


@dataclass(frozen=True)
class Table:
    """Rows of cells under headings with units. `strong` are the indices of rows that matter most.

    `summed` are the indices of columns with a total below them: an exact sum of numbers in one unit, unknown where none is known.
    `address` is where the same table can be looked into further.
    Raises ValueError when a row is not as long as the headings, a number is not finite or lacks its unit (a whole count may),
    a summed column holds different units, or caption, source or rows are missing.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str
    strong: tuple[int, ...] = ()
    summed: tuple[int, ...] = ()
    address: str = ""

    def __post_init__(self) -> None:
        if not (self.caption and self.source and self.columns and self.rows):
            raise ValueError(f"table {self.caption!r} lacks a caption, a source, a column or a row")
        for index, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.caption!r}, row {index}: {len(row)} cells under {len(self.columns)} headings")
            for cell in row:
                if isinstance(cell.value, float | Decimal) and not (math.isfinite(cell.value) and cell.unit):
                    raise ValueError(f"table {self.caption!r}, row {index}: {cell.value} is not finite or has no unit; null is unknown")
        for index in self.summed:
            if len({row[index].unit for row in self.rows if row[index].value is not None}) > 1:
                raise ValueError(f"table {self.caption!r}: {self.columns[index].title!r} adds up numbers of different units")

    @cached_property
    def total(self) -> tuple[Cell, ...]:
        """The row of totals, empty where nothing is summed; the first column that is not summed names it."""
        if not self.summed:
            return ()
        name = next((index for index in range(len(self.columns)) if index not in self.summed), None)
        return tuple(self._sum(index) if index in self.summed else Cell("Total" if index == name else "") for index in range(len(self.columns)))

    def _sum(self, index: int) -> Cell:
        known = [row[index] for row in self.rows if isinstance(row[index].value, Decimal | int | float)]
        return Cell(sum((Decimal(str(cell.value)) for cell in known), start=Decimal(0)), known[0].unit) if known else Cell(None)


@dataclass(frozen=True)
class Figure:
    """A chart: its Vega-Lite specification as JSON text, the table of its values, and a sentence computed from them."""

    title: str
    spec: str
    values: Table
    alt: str

    def __post_init__(self) -> None:
        if not (self.title and self.spec and self.alt):
            raise ValueError(f"figure {self.title!r} lacks a title, a specification or its sentence")


@dataclass(frozen=True)
class Definition:
    """One term with its facts, in the order of the labels of its `Definitions`; an empty fact is left out."""

    term: str
    key: str
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Definitions:
    """Terms with the same facts about each; the facts under labels in `code` are formulas."""

    labels: tuple[str, ...]
    entries: tuple[Definition, ...]
    code: tuple[str, ...] = ()


Block = Heading | Text | Items | Facts | Callout | KeyFigures | Contents | Table | Figure | Definitions
BLOCKS: tuple[type[Block], ...] = (Heading, Text, Items, Facts, Callout, KeyFigures, Contents, Table, Figure, Definitions)


@dataclass(frozen=True)
class Pack:
    """A report: `last_on`, the period's end, is the date of the document; `run_id` names the sealed run behind it."""

    title: str
    subtitle: str
    firm: str
    first_on: date
    last_on: date
    run_id: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        if not self.blocks or not isinstance(self.blocks[0], Heading) or self.blocks[0].level != 1:
            raise ValueError("a pack opens with a heading of level 1")

    @property
    def period(self) -> str:
        return f"{self.first_on.isoformat()} to {self.last_on.isoformat()}"


def labels(pack: Pack) -> tuple[str, ...]:
    """What each block of the pack is called, the same in every rendering."""
    return labeled(pack.blocks)


def labeled(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """What each block is called: `2`, `2.1`, `Table 3`, `Figure 1`, or nothing."""
    section = part = tables = figures = 0
    names = []
    for block in blocks:
        match block:
            case Heading(level=1):
                section, part = section + 1, 0
                names.append(str(section))
            case Heading(level=2):
                part += 1
                names.append(f"{section}.{part}")
            case Table():
                tables += 1
                names.append(f"Table {tables}")
            case Figure():
                figures += 1
                names.append(f"Figure {figures}")
            case _:
                names.append("")
    return tuple(names)
