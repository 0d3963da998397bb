"""A CSV file line by line: its cells by column, or why a line cannot be read."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bestexec import Problem
from oversight.sheets import RISKY

if TYPE_CHECKING:
    from _csv import Reader

MOST_LINES = 50_000
MISSING = ("", "na", "n/a", "nan", "null", "none", "-", "—")
"""What stands for nothing in a cell, whatever its case."""

M = TypeVar("M")


@dataclass(frozen=True)
class Expected:
    """A column that the file has: its name, its meaning, and the values where the list is closed."""

    key: str
    meaning: str
    is_required: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line with its number in the file; a cell that says nothing is empty."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Reject:
    """A line that was not taken: its number, why, and its text."""

    number: int
    reason: str
    text: str


class LineError(Exception):
    """Why a line is not taken, in words."""


def read(content: bytes, columns: Sequence[Expected], make: Callable[[Line], M]) -> tuple[list[M], list[Reject]]:
    """(what `make` makes of each line, the lines that were not taken); `make` raises LineError.

    Raises Problem for a file that is no such table: not UTF-8, other columns than these, no line, or more than MOST_LINES.
    """
    rows = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    names = _headed(rows, columns)
    made: list[M] = []
    rejects: list[Reject] = []
    while (given := _next(rows, rejects)) is not None:
        if not any(cell.strip() for cell in given):
            continue
        if len(made) + len(rejects) >= MOST_LINES:
            raise Problem(f"the file has more than {MOST_LINES:,} lines", do="split it by month")
        try:
            made.append(make(_line(rows.line_num, names, given, columns)))
        except LineError as wrong:
            rejects.append(Reject(rows.line_num, str(wrong), ",".join(given)[:200]))
    if not made and not rejects:
        raise Problem("the file has a heading and no line under it", do="send the lines, too")
    return made, rejects


def _text(content: bytes) -> str:
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Problem("the file is not UTF-8 text", where=f"byte {error.start + 1}", do="save it as “CSV UTF-8”") from error
    if "\x00" in text:
        raise Problem("the file is no text: it holds zero bytes", do="send it as CSV, not as a workbook")
    return text


def _headed(rows: Reader, columns: Sequence[Expected]) -> tuple[str, ...]:
    try:
        names = tuple(cell.strip().lower().replace(" ", "_") for cell in next(rows, []))
    except csv.Error as error:
        raise Problem(f"the heading cannot be read: {error}", where="line 1") from error
    known = [column.key for column in columns]
    missing = [column.key for column in columns if column.is_required and column.key not in names]
    unknown = [name for name in names if name not in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    if missing or unknown or twice:
        wrong = (("it lacks", missing), ("it also has", unknown), ("it has twice", twice))
        said = "; ".join(f"{words} {', '.join(f'“{name[:40]}”' for name in found)}" for words, found in wrong if found)
        raise Problem(f"the columns are not those of this table: {said}", where="line 1", do=f"the columns are {', '.join(known)}")
    return names


def _next(rows: Reader, rejects: list[Reject]) -> list[str] | None:
    """The next line that is CSV at all; those that are not are rejected on the way."""
    while True:
        try:
            return next(rows, None)
        except csv.Error as error:
            rejects.append(Reject(rows.line_num, f"not CSV: {error}", ""))


def _line(number: int, names: tuple[str, ...], given: list[str], columns: Sequence[Expected]) -> Line:
    if len(given) != len(names):
        raise LineError(f"it has {len(given)} cells, the heading has {len(names)}; a comma within a cell needs quotation marks around the cell")
    cells = {name: "" if cell.strip().lower() in MISSING else cell.strip() for name, cell in zip(names, given, strict=True)}
    for column in columns:
        value = cells.setdefault(column.key, "")
        if column.is_required and not value:
            raise LineError(f"{column.key} is missing")
        if column.values and value and value.lower() not in column.values:
            raise LineError(f"{column.key} is “{value[:40]}”; it can be {', '.join(column.values)}")
        if column.values:
            cells[column.key] = value.lower()
        if value.startswith(RISKY) and not value.lstrip("-+").replace(",", "").replace(".", "").isdigit():
            raise LineError(f"{column.key} begins like a formula of a spreadsheet program")
    return Line(number, cells)
