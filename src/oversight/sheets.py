"""A table as it is seen and as it is downloaded: said once, drawn as page, workbook, CSV or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import xlsxwriter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bestexec import UNITS, Cell, Unit, printed_cell
from oversight import clock

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so is taken for a formula by spreadsheet programs; a CSV cell gets an apostrophe before it."""


@dataclass(frozen=True)
class Column:
    """One column. `kind` says how a cell is drawn: text, words (long), label (never broken), code, number, count, instant, day, person, severity, tag.

    `is_for_files` leaves it off the page and in the downloads: an error, a coverage, where the page has no room for it.
    """

    key: str
    title: str
    unit: Unit | None = None
    kind: str = "text"
    is_for_files: bool = False

    @property
    def is_right(self) -> bool:
        return self.unit is not None or self.kind in ("number", "count")

    @property
    def heading(self) -> str:
        """For files that hold numbers as they are stored: the key, and the stored number's unit in brackets."""
        return f"{self.key} [{self.unit.stored}]" if self.unit and self.unit.symbol else self.key


@dataclass(frozen=True)
class Row:
    """One row of cells in the order of the columns, values or, where units differ down a column, `Cell`s; `links` lead to what made a cell.

    `way` is where the sheet's own way onward leads from this row.
    """

    cells: tuple[Any, ...]
    links: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    tone: str = ""
    way: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table. `runs` are the sealed runs behind it, `source` a sentence on what it rests on; `name` becomes the file's name.

    `way` is what a link at the end of each row is called, on the page alone, where rows lead onward.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    runs: tuple[str, ...] = ()
    source: str = ""
    empty: str = "Nothing here."
    way: str = ""

    @property
    def values(self) -> list[list[Any]]:
        """The bare values, row by row."""
        return [[cell.value if isinstance(cell, Cell) else cell for cell in row.cells] for row in self.rows]

    @property
    def drawn(self) -> list[tuple[Row, list[tuple[Column, str, str]]]]:
        """Each row with its (column, text, link) cells, for a template."""
        return [
            (
                row,
                [
                    (column, shown(column, cell), row.links.get(column.key, ""))
                    for column, cell in zip(self.columns, row.cells, strict=True)
                    if not column.is_for_files
                ],
            )
            for row in self.rows
        ]

    @property
    def headed(self) -> list[Column]:
        """The columns that the page shows."""
        return [column for column in self.columns if not column.is_for_files]


def shown(column: Column, value: Any) -> str:
    """A cell as the page prints it: rounded once, by the unit; an instant in the market's zone; a dash for unknown. A `Cell` says its own unit."""
    if isinstance(value, Cell):
        return printed_cell(value)
    if isinstance(value, datetime):
        local = value.astimezone(clock.MARKET_ZONE)
        return f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
    if isinstance(value, str) and column.kind != "number":
        return value
    return printed_cell(Cell(value, column.unit), column.unit)


def respond(request: HttpRequest, template: str, context: Mapping[str, Any], sheet: Sheet, *others: Sheet) -> HttpResponse:
    """The page with `sheet` and perhaps `others` in it; or, where the address says `format=`, one of them as that file.

    `sheet=` names which; Http404 for one that the page has not.
    """
    form = request.GET.get("format", "")
    if form not in FORMATS:
        return render(request, template, {**context, "sheet": sheet})
    wanted = request.GET.get("sheet") or sheet.name
    named = next((each for each in (sheet, *others) if each.name == wanted), None)
    if named is None:
        raise Http404
    return download(named, form)


def download(sheet: Sheet, form: str) -> HttpResponse:
    """The sheet as a file of that format: unrounded numbers, units in the headings, the run in a column of its own."""
    content = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[form](sheet)
    response = HttpResponse(content, content_type=FORMATS[form])
    run = f"-{sheet.runs[0][:12]}" if len(sheet.runs) == 1 else ""
    response["Content-Disposition"] = f'attachment; filename="{sheet.name}{run}.{form}"'
    return response


def _csv(sheet: Sheet) -> bytes:
    """UTF-8 without a byte order mark, as programs expect; who opens it in a spreadsheet program takes the workbook instead."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([*(column.heading for column in sheet.columns), "run_id"])
    for row in sheet.values:
        lines.writerow([*(_plain(value) for value in row), " ".join(sheet.runs)])
    return text.getvalue().encode()


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(RISKY) else value
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime | date) else value


def _xlsx(sheet: Sheet) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    heading, day = book.add_format({"bold": True, "bottom": 1, "text_wrap": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet("table")
    page.freeze_panes(1, 0)
    for place, column in enumerate(sheet.columns):
        unit = f", {column.unit.symbol}" if column.unit and column.unit.symbol else ""
        page.write_string(0, place, f"{column.title}{unit}", heading)
        page.set_column(place, place, 12 if column.is_right else 20)
    page.write_string(0, len(sheet.columns), "Run", heading)
    formats = {unit: book.add_format({"num_format": _digits(unit)}) for unit in UNITS}
    for line, row in enumerate(sheet.rows, 1):
        for place, (column, cell) in enumerate(zip(sheet.columns, row.cells, strict=True)):
            _write(page, (line, place), cell if isinstance(cell, Cell) else Cell(cell, column.unit), formats, day)
        page.write_string(line, len(sheet.columns), " ".join(sheet.runs))
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.columns))
    about = book.add_worksheet("source")
    about.set_column(0, 0, 14)
    about.set_column(1, 1, 90)
    for line, (name, text) in enumerate([("table", sheet.caption), ("source", sheet.source), *(("run", run) for run in sheet.runs)]):
        about.write_string(line, 0, name)
        about.write_string(line, 1, text)
    book.close()
    return made.getvalue()


def _write(page: Any, place: tuple[int, int], cell: Cell, formats: Mapping[Unit, Any], day: Any) -> None:
    """A number in its printed scale, unrounded; a day as a date; anything else as text, never as a formula."""
    value: Any = cell.value
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        page.write_number(*place, float(Decimal(str(value)) * (cell.unit.scale if cell.unit else 1)), formats.get(cell.unit) if cell.unit else None)
    elif isinstance(value, date) and not isinstance(value, datetime):
        page.write_datetime(*place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 -- a workbook's date has no zone
    elif value is not None:
        page.write_string(*place, str(value))


def _digits(unit: Unit) -> str:
    """How a workbook shows a number of the unit; the number itself stays whole."""
    return f"#,##0.{'0' * unit.decimals}" if unit.decimals else "#,##0"


def _parquet(sheet: Sheet) -> bytes:
    columns = {column.heading: _column([_typed(row[place]) for row in sheet.values]) for place, column in enumerate(sheet.columns)}
    frame = pl.DataFrame(columns).with_columns(run_id=pl.lit(" ".join(sheet.runs)))
    made = io.BytesIO()
    frame.write_parquet(made, metadata={"caption": sheet.caption, "source": sheet.source, "runs": " ".join(sheet.runs)})
    return made.getvalue()


def _column(values: list[Any]) -> pl.Series:
    """Decimals keep every digit: their type has the scale of the finest."""
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, Decimal) for value in known):
        return pl.Series(values=values, dtype=pl.Decimal(38, max(max(-int(value.as_tuple().exponent), 0) for value in known)))
    kinds = {type(value) for value in known}
    if len(kinds) > 1 and str in kinds:
        return pl.Series(values=[None if value is None else str(value) for value in values], dtype=pl.String)
    return pl.Series(values=values, strict=False)


def _typed(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | Decimal | str | date | datetime) else str(value)
