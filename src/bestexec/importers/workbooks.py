"""A workbook's sheet as lines of text: each cell in the form in which a delimited file would hold it."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import python_calamine

from bestexec.errors import Problem
from bestexec.importers.archives import WORKBOOK_PARTS, open_raw

MOST_BYTES = 64 << 20
"""Unpacked size beyond which a workbook is not opened: it is read as a whole."""
_PIECE = 1 << 16


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins with `head` is a workbook (.xlsx)."""
    return head.startswith(b"PK\x03\x04") and (b"[Content_Types].xml" in head or b"xl/" in head)


def sheets(path: Path) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Each sheet that people see: its name, and its rows from the first on, as text. Raises Problem when it cannot be read."""
    with open_raw(path) as stream:
        packed = stream.read(MOST_BYTES + 1)
        while len(packed) <= MOST_BYTES and (more := stream.read(MOST_BYTES)):
            packed += more
    _measured(packed, path.name)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(packed))
        for sheet in book.sheets_metadata:
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet:
                rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                yield sheet.name, [tuple(_text(cell) for cell in row) for row in rows]
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Problem(f"not a readable workbook: {error}", where=path.name, do="save it again as .xlsx, or as CSV") from error


def _measured(packed: bytes, name: str) -> None:
    """Raises Problem when what the workbook unpacks to is too much, whatever its directory says, or is none."""
    size = len(packed)
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if not set(archive.namelist()) >= WORKBOOK_PARTS:
                raise Problem("not a workbook", where=name, do="save it again as .xlsx, or as CSV")
            for member in archive.infolist():
                with archive.open(member) as stream:
                    while size <= MOST_BYTES and (piece := stream.read(_PIECE)):
                        size += len(piece)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Problem(f"the workbook is damaged: {error}", where=name, do="save it again as .xlsx, or as CSV") from error
    if size > MOST_BYTES:
        raise Problem(f"the workbook unpacks to more than {MOST_BYTES >> 20} MB", where=name, do="save the sheet as CSV")


def _text(cell: object) -> str:
    """A number by the shortest decimal that gives it, a date as yyyy-mm-dd; what is empty is empty."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}" if cell == cell and abs(cell) != float("inf") else ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
