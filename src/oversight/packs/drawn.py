"""A table of the desk as a block of the pack: the same cells, the same rounding, and the way back to where each cell leads to its orders."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from bestexec import Block, Cell, Table, TableColumn, Text, Unit
from oversight.sheets import Column, Sheet, shown

NUMBERED = ("number", "count")
PLAIN = "number"


def blocks(sheet: Sheet, page: str, *, keys: Collection[str] = (), most: int = 0, summed: Collection[str] = ()) -> Iterator[Block]:
    """The table, or the sentence that says why it has no row. `page` is its address on the desk.

    `keys` names the columns to draw (those of the page unless said), `most` how many rows; what is left out is said. `summed` are keys with a total.
    """
    if not sheet.rows:
        yield Text(f"{sheet.caption}: {sheet.empty}")
        return
    chosen = [(place, column) for place, column in enumerate(sheet.columns) if (column.key in keys if keys else not column.is_for_files)]
    held = sheet.rows[:most] if most else sheet.rows
    rows = tuple(tuple(_cell(column, row.cells[place]) for place, column in chosen) for row in held)
    rows, bare = _said_once(rows, [column for _, column in chosen])
    columns = tuple(_column(column, [row[at] for row in rows], is_bare=at in bare) for at, (_, column) in enumerate(chosen))
    strong = tuple(number for number, row in enumerate(held) if row.tone == "attention")
    left = f" The first {len(held)} of {len(sheet.rows):,} rows; all of them are on the desk." if len(held) < len(sheet.rows) else ""
    whole = tuple(at for at, (_, column) in enumerate(chosen) if column.key in summed and not left)
    bold = " Bold: asks for attention." if strong and len(strong) < len(held) else ""
    source = f"{sheet.source}{left}{bold}".strip() or "From the desk."
    yield Table(sheet.caption, columns, rows, source, strong if bold else (), whole, address(page))


def address(page: str) -> str:
    """Where a page of the desk stands, whole: a pack is also read away from it."""
    return f"{settings.PUBLIC_URL}{page}"


def _said_once(rows: tuple[tuple[Cell, ...], ...], columns: list[Column]) -> tuple[tuple[tuple[Cell, ...], ...], frozenset[int]]:
    """The rows with the unit of each said once, in its first cell, where units differ down the columns; and the columns that are bare for it."""
    mixed = frozenset(at for at, column in enumerate(columns) if column.unit is None and any(_is_measured(row[at]) for row in rows))
    symbols = [{cell.unit.symbol for at in mixed if _is_measured(cell := row[at]) and cell.unit} for row in rows]
    if not mixed or 0 in mixed or any(len(found) > 1 for found in symbols):
        return rows, frozenset()
    named = tuple(
        (Cell(f"{row[0].value}, {next(iter(found))}") if found and next(iter(found)) else row[0], *row[1:]) for row, found in zip(rows, symbols, strict=True)
    )
    return named, mixed


def _is_measured(cell: Cell) -> bool:
    return cell.unit is not None and cell.unit.name != PLAIN and not isinstance(cell.value, str)


def _column(column: Column, cells: list[Cell], *, is_bare: bool) -> TableColumn:
    numbers = any(isinstance(cell.value, Decimal | int | float) and not isinstance(cell.value, bool) for cell in cells)
    return TableColumn(column.title, column.unit, "right" if column.is_right or numbers else "left", code=column.kind == "code", bare=is_bare)


def _cell(column: Column, value: Any) -> Cell:
    if isinstance(value, Cell):
        return Cell(value.value, _plain(value.value)) if value.unit is None and isinstance(value.value, Decimal | float) else value
    if value is None or value == "":
        return Cell(None if column.unit or column.kind in NUMBERED else value or "")
    if column.unit is not None and isinstance(value, Decimal | int | float):
        return Cell(value, column.unit)
    if isinstance(value, bool | int) or (isinstance(value, date) and not isinstance(value, datetime)):
        return Cell(value)
    if isinstance(value, Decimal | float):
        return Cell(value, _plain(value))
    return Cell(shown(column, value))


def _plain(value: Decimal | float) -> Unit:
    """A number without a unit, with the decimals that it has, at most six."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return Unit(PLAIN, "", min(max(-exponent, 0), 6) if isinstance(exponent, int) else 0)
