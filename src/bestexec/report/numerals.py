"""How a cell is printed: the one place where a number is rounded."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bestexec.report.blocks import TOO_FEW, Cell, Table
from bestexec.units import Unit

DASH = "—"
MINUS = "−"
FIGURE_SPACE = "\u2007"


def printed(cell: Cell, under: Unit | None = None, *, bare: bool = False) -> str:
    """The cell as text, its unit beside it unless it is `bare` or the heading `under` which it stands says the unit."""
    if cell.value is None:
        return DASH
    if isinstance(cell.value, bool):
        return "yes" if cell.value else "no"
    if isinstance(cell.value, date):
        return cell.value.isoformat()
    if isinstance(cell.value, str):
        return cell.value
    digits = _rounded(scaled(cell), cell.unit.decimals if cell.unit else 0)
    return digits if bare or cell.unit in (None, under) else _beside(digits, cell.unit.symbol if cell.unit else "")


def is_number(cell: Cell) -> bool:
    return isinstance(cell.value, Decimal | int | float) and not isinstance(cell.value, bool)


def scaled(cell: Cell) -> Decimal:
    """The printed number before rounding: the stored one times its unit's scale. TypeError when the cell holds no number."""
    if not is_number(cell):
        raise TypeError(f"{cell.value!r} is not a number")
    return Decimal(str(cell.value)) * (cell.unit.scale if cell.unit else 1)


def column_texts(table: Table, index: int) -> tuple[str, ...]:
    """A column as printed, its total last where the table has totals.

    Decimals of differing length are padded with figure spaces, so that the points stand in one line.
    """
    column = table.columns[index]
    rows = (*table.rows, table.total) if table.total else table.rows
    texts = tuple(printed(row[index], column.unit, bare=column.bare) for row in rows)
    if column.align == "left":
        return texts
    tails = [len(text.partition(".")[2]) if is_number(row[index]) else 0 for row, text in zip(rows, texts, strict=True)]
    return tuple(text + FIGURE_SPACE * (max(tails) - tail) if tail else text for text, tail in zip(texts, tails, strict=True))


def legend(table: Table) -> tuple[str, ...]:
    """What the marks in this table mean, then its source."""
    cells = {cell for row in table.rows for cell in row}
    dash = (f"{DASH} no value: not measured, or not applicable.",) if any(cell.value is None for cell in cells) else ()
    few = ("Too few: fewer observations than the policy's minimum.",) if TOO_FEW in cells else ()
    return (*dash, *few, table.source)


def _rounded(number: Decimal, decimals: int) -> str:
    """Halves away from zero, as a workbook rounds what it shows; a true minus sign; no minus before a printed zero."""
    rounded = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,}"


def _beside(digits: str, symbol: str) -> str:
    match symbol:
        case "":
            return digits
        case "$":
            return digits.replace(MINUS, f"{MINUS}$") if digits.startswith(MINUS) else f"${digits}"
        case "%" | "×":
            return digits + symbol
        case _:
            return f"{digits}\u00a0{symbol}"
