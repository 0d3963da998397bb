"""A pack as a workbook: one sheet a section, numbers as numbers, the same bytes every time."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import groupby
from math import ceil
from textwrap import shorten
from typing import Any, assert_never

import xlsxwriter
from xlsxwriter.utility import xl_range

from bestexec.report.blocks import Block, Callout, Cell, Column, Contents, Definitions, Facts, Figure, Heading, Items, KeyFigures, Pack, Table, Text, labels
from bestexec.report.numerals import is_number, legend, printed, scaled
from bestexec.report.theme import png
from bestexec.units import FRACTION, Unit

EXACT = 2**53
"""A workbook holds floats: a whole number above this is written as text, as instants are."""
WIDEST, MERGED = 58, 8
"""Columns are at most so many characters wide; a paragraph runs over so many columns."""
ROW_PIXELS = 20
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "about": {"font_color": "#5b6673"},
    "heading": {"bold": True, "font_size": 12},
    "text": {"text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top", "bg_color": "#f1f6fb"},
    "attention": {"text_wrap": True, "valign": "top", "bg_color": "#fdf4ef", "font_color": "#a8410f"},
    "source": {"text_wrap": True, "valign": "top", "font_color": "#5b6673", "font_size": 9},
    "group": {"bold": True, "align": "center", "bottom": 1, "bottom_color": "#9aa5b1"},
    "head": {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bottom_color": "#9aa5b1", "font_color": "#5b6673"},
    "link": {"font_color": "#0b62a4", "underline": 1, "font_size": 9},
    "cell": {"valign": "top", "bottom": 1, "bottom_color": "#e3e7eb"},
}


def render(pack: Pack) -> bytes:
    """The workbook; its dates are the period's end, its keywords name the run."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    created = datetime(pack.last_on.year, pack.last_on.month, pack.last_on.day)  # noqa: DTZ001  # a workbook's dates have no zone
    book.set_properties(
        {"title": f"{pack.title} {pack.period}", "author": pack.firm, "subject": pack.subtitle, "keywords": f"run {pack.run_id}", "created": created}
    )
    book.set_custom_property("run", pack.run_id, "text")
    sheets: list[Sheet] = []
    looks: dict[str, Any] = {}
    named = tuple(zip(pack.blocks, labels(pack), strict=True))
    sections = tuple(_sheet_name(piece.text, label) for piece, label in named if isinstance(piece, Heading) and piece.level == 1)
    for piece, label in named:
        if isinstance(piece, Heading) and piece.level == 1:
            sheets.append(Sheet(book, looks, book.add_worksheet(sections[len(sheets)]), sections))
            sheets[-1].line(f"{label}  {piece.text}", "title")
            sheets[-1].line(f"{pack.firm} · {pack.title} · {pack.period} · run {pack.run_id}", "about")
            sheets[-1].row += 1
        else:
            block(sheets[-1], piece, label)
    for sheet in sheets:
        sheet.finish()
    book.close()
    return out.getvalue()


@dataclass
class Sheet:
    """A worksheet being written: where the next row goes, how wide its columns must be, where headings stand."""

    book: Any
    looks: dict[str, Any]
    page: Any
    sections: tuple[str, ...]
    row: int = 0
    widths: dict[int, int] = field(default_factory=dict)
    headings: list[int] = field(default_factory=list)

    def look(self, name: str, **more: Any) -> Any:
        """The format of that name with more properties; each combination is made once."""
        key = f"{name} {sorted(more.items())}"
        if key not in self.looks:
            self.looks[key] = self.book.add_format({"font_name": "Calibri", "font_size": 10, **LOOKS[name], **more})
        return self.looks[key]

    def line(self, text: str, name: str) -> None:
        """A line of text; what wraps runs over several columns and gets the height it needs."""
        if "text_wrap" in LOOKS[name]:
            self.page.merge_range(self.row, 0, self.row, MERGED - 1, text, self.look(name))
            self.page.set_row_pixels(self.row, 16 * ceil(len(text) / 120) + 4)
        else:
            self.page.write_string(self.row, 0, text, self.look(name))
        self.row += 1

    def heads(self, columns: tuple[Column, ...]) -> None:
        """Headings with their units, and shared headings above them."""
        if any(column.group for column in columns):
            self._groups(columns)
        for index, column in enumerate(columns):
            text = f"{column.title}\n({column.symbol})" if column.symbol else column.title
            self.page.write_string(self.row, index, text, self.look("head", align=column.align, indent=_indent(column, index)))
            self.fit(index, max(len(line) for line in text.split("\n")))
        self.page.set_row_pixels(self.row, 2 * ROW_PIXELS if any(column.symbol for column in columns) else ROW_PIXELS)
        self.headings.append(self.row)
        self.row += 1

    def cells(self, row: tuple[Cell, ...], columns: tuple[Column, ...], *, strong: bool = False, summed: tuple[int, tuple[int, ...]] = (0, ())) -> None:
        """A row of cells: numbers with the format of their unit, everything else as text; a long text wraps and gets its height.

        `summed` is (the first row, the columns) of which this row holds the totals: those are formulas, with their values beside them.
        """
        first, totals = summed
        lines = 1
        for index, (cell, column) in enumerate(zip(row, columns, strict=True)):
            more: dict[str, Any] = {"bold": True} if strong else {}
            text = printed(cell, column.unit, bare=column.bare)
            if is_number(cell) and abs(scaled(cell)) < EXACT:
                number = float(scaled(cell) / scaled(Cell(1, FRACTION))) if cell.unit == FRACTION else float(scaled(cell))
                shown = _number_format(cell.unit, bare=column.bare or cell.unit == column.unit)
                look = self.look("cell", num_format=shown, align="right", **more)
                if index in totals:
                    self.page.write_formula(self.row, index, f"=SUM({xl_range(first, index, self.row - 1, index)})", look, number)
                else:
                    self.page.write_number(self.row, index, number, look)
            else:
                face = {"font_name": "Consolas"} if column.code else {}
                wrapped = self.look("cell", align=column.align, text_wrap=len(text) > WIDEST, indent=_indent(column, index), **face, **more)
                self.page.write_string(self.row, index, text, wrapped)
                lines = max(lines, ceil(len(text) / WIDEST))
            self.fit(index, len(text))
        self.page.set_row_pixels(self.row, 4 + 16 * lines)
        self.row += 1

    def fit(self, index: int, length: int) -> None:
        self.widths[index] = max(self.widths.get(index, 9), min(length + 2, WIDEST))

    def finish(self) -> None:
        """Widths, frozen headings (of the first table where it stands near the top, else the sheet's title), the printed page."""
        for index, width in self.widths.items():
            self.page.set_column(index, index, width)
        first = self.headings[0] if self.headings else 1
        self.page.freeze_panes(first + 1 if len(self.headings) == 1 and first < 12 else 2, 1 if self.headings else 0)
        self.page.hide_gridlines(2)
        self.page.set_landscape()
        self.page.set_paper(1)
        self.page.fit_to_pages(1, 0)

    def _groups(self, columns: tuple[Column, ...]) -> None:
        at = 0
        for name, members in groupby(columns, key=lambda column: column.group):
            width = len(list(members))
            if name and width > 1:
                self.page.merge_range(self.row, at, self.row, at + width - 1, name, self.look("group"))
            elif name:
                self.page.write_string(self.row, at, name, self.look("group"))
            at += width
        self.row += 1


def block(sheet: Sheet, block: Block, label: str) -> None:
    """One block below what the sheet holds."""
    match block:
        case Heading():
            sheet.row += 1
            sheet.line(f"{label}  {block.text}" if label else block.text, "heading")
        case Text():
            sheet.line(block.text, "text")
        case Items():
            for number, text in enumerate(block.texts, 1):
                sheet.line(f"{number}. {text}" if block.is_numbered else f"• {text}", "text")
        case Facts():
            for name, said in block.pairs:
                sheet.line(f"{name}: {said}", "text")
        case Callout():
            sheet.line(f"{block.title} {block.text}", block.tone)
            sheet.row += 1
        case KeyFigures():
            key_figures(sheet, block)
        case Contents():
            contents(sheet)
        case Table():
            table(sheet, block, label)
        case Figure():
            figure(sheet, block, label)
        case Definitions():
            definitions(sheet, block)
        case _:
            assert_never(block)


def contents(sheet: Sheet) -> None:
    """Every section by its name, each a way to its sheet."""
    sheet.line("Contents", "heading")
    for name in sheet.sections:
        within = name.replace("'", "''")
        sheet.page.write_url(sheet.row, 0, f"internal:'{within}'!A1", sheet.look("link"), string=name)
        sheet.row += 1
    sheet.row += 1


def key_figures(sheet: Sheet, block: KeyFigures) -> None:
    columns = (Column("Figure"), Column("Value", align="right"), Column("n", align="right"), Column("Compared"))
    sheet.heads(columns)
    for figure in block.figures:
        sheet.cells((Cell(figure.title), figure.figure, figure.count, Cell(figure.against)), columns)
    sheet.row += 1


def table(sheet: Sheet, block: Table, label: str) -> None:
    sheet.line(f"{label}  {block.caption}", "heading")
    sheet.heads(block.columns)
    first = sheet.row
    for number, row in enumerate(block.rows):
        sheet.cells(row, block.columns, strong=number in block.strong)
    if block.total:
        sheet.cells(block.total, block.columns, strong=True, summed=(first, block.summed))
    for note in legend(block):
        sheet.line(note, "source")
    if block.address:
        sheet.page.write_url(sheet.row, 0, block.address, sheet.look("link"), string="Look into it on the desk")
        sheet.row += 1
    sheet.row += 1


def figure(sheet: Sheet, block: Figure, label: str) -> None:
    sheet.line(f"{label}  {block.title}", "heading")
    drawn = png(block.spec)
    height = struct.unpack(">I", drawn[20:24])[0] / 2
    sheet.page.insert_image(sheet.row, 0, f"{label}.png", {"image_data": BytesIO(drawn), "description": block.alt, "object_position": 2})
    sheet.row += ceil(height / ROW_PIXELS) + 1
    sheet.line(block.alt, "text")
    table(sheet, block.values, f"Values of {label.lower()}:")


def definitions(sheet: Sheet, block: Definitions) -> None:
    columns = (Column("Term"), Column("Key", code=True), *(Column(label, code=label in block.code) for label in block.labels))
    sheet.heads(columns)
    for entry in block.entries:
        sheet.cells((Cell(entry.term), Cell(entry.key), *(Cell(fact) for fact in entry.facts)), columns)
    sheet.row += 1


def _indent(column: Column, index: int) -> int:
    """Text beside a number to its left needs room."""
    return 1 if index and column.align == "left" else 0


def _number_format(unit: Unit | None, *, bare: bool) -> str:
    decimals = unit.decimals if unit else 0
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    if unit is None or unit.symbol == "":
        return digits
    if unit == FRACTION:
        return f"0.{'0' * decimals}%"
    if unit.symbol == "$":
        return f"$#,##0.{'0' * decimals};-$#,##0.{'0' * decimals}"
    return digits if bare else f'{digits}" {unit.symbol}"'


def _sheet_name(text: str, label: str) -> str:
    """A sheet's name: at most 31 characters, none of those a workbook forbids; the number keeps it unique."""
    words = re.sub(r"[:?*/\\\[\]]", " ", text)
    return shorten(f"{label} {words}", 31, placeholder="…")
