"""A vendor's own quality report: one figure a line, as CSV or as a workbook's sheet, kept as claims and never mixed with what we measure.

The header names, in any order and case, `vendor`, `metric`, `value`, `unit`, `period_from`, `period_to`; and, where a figure is of less
than everything, `venue`, `symbol`, `order_type`, `size`, `side`; and `shares`, `orders` that it rests on. Other columns are left out, and
noted. Metrics and units go by the names in `vendor_metrics`. A workbook is read from the first visible sheet with such a header.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from bestexec.errors import Problem
from bestexec.importers import cells, workbooks
from bestexec.importers.base import Batch, Kept, alone, head_of
from bestexec.importers.cells import Cell, Fault
from bestexec.importers.delimited import Fields, Layout, header_of, read_fields
from bestexec.importers.vendor_metrics import METRIC_BY_NAME, NAMED_UNITS
from bestexec.units import LARGE

name = "vendor_report"
makes = frozenset({"claimed_figures"})
looks_for = "a header with vendor, metric, value, unit, period_from, period_to, or a workbook with such a sheet (a vendor's own report)"
groups = alone

NEEDED = ("vendor", "metric", "value", "unit", "period_from", "period_to")
SCOPE = ("venue", "symbol", "order_type", "size", "side")
BASIS = ("shares", "orders")
_METRIC = Cell("metric", cells.meaning({key: metric.key for key, metric in METRIC_BY_NAME.items()}, pl.String(), "a metric that we know; write its key"))
_UNIT = Cell("unit", cells.meaning({key: key for key in NAMED_UNITS}, pl.String(), f"one of {', '.join(NAMED_UNITS)}"))
CELLS = (
    Cell("vendor", cells.text()), _METRIC, Cell("value", cells.decimal(8)), _UNIT, Cell("period_from", cells.day()), Cell("period_to", cells.day()),
    Cell("venue", cells.text(), required=False), Cell("symbol", cells.symbol(), required=False), Cell("order_type", cells.text(), required=False),
    Cell("size", cells.text(), required=False), Cell("side", cells.text(), required=False),
    Cell("shares", cells.size(), required=False), Cell("orders", cells.integer(least=0), required=False),
    Cell("metric_as_named", cells.text(), required=False), Cell("unit_as_named", cells.text(), required=False),
)  # fmt: skip
_KEPT_IN = pl.col("unit").replace_strict({key: unit for key, (unit, _) in NAMED_UNITS.items()}, default=None, return_dtype=pl.String)
_OF_METRIC = pl.col("metric").replace_strict({metric.key: metric.unit for metric in METRIC_BY_NAME.values()}, default=None, return_dtype=pl.String)
FAULTS: tuple[Fault, ...] = (
    (pl.col("period_to") < pl.col("period_from"), "the period ends before it begins"),
    (_KEPT_IN != _OF_METRIC, "the unit is none of this metric"),
)


def recognizes(name: str, head: bytes) -> bool:
    return workbooks.is_workbook(head) or set(NEEDED) <= set(header_of(head)[0])


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """A record is a line, or a row of the sheet. Raises Problem when no sheet has the header, or a name stands in it twice."""
    (file,) = kept
    head = head_of(file.path)
    if workbooks.is_workbook(head):
        yield _sheet(file)
        return
    header, separator = header_of(head)
    notes, records = _noted(header, file.name), 0
    layout = Layout(tuple(column if column in (*NEEDED, *SCOPE, *BASIS) else "" for column in header), separator, header=True)
    for fields in read_fields(file.path, layout):
        records += fields.records
        yield _batch(fields, notes)
    if not records:
        yield Batch({}, 0, 0, notes=(*notes, "the file has a header and no records"))


def _sheet(file: Kept) -> Batch:
    """The figures of the first sheet that has the header."""
    seen = []
    for title, rows in workbooks.sheets(file.path):
        seen.append(title)
        for at, row in enumerate(rows):
            header = tuple(cell.strip().lower() for cell in row)
            if set(NEEDED) <= set(header):
                notes = (
                    f"read from row {at + 1} on of the sheet {title!r}",
                    "numbers of a workbook are binary floating point; their shortest decimal form was read",
                    *_noted(tuple(name for name in header if name), file.name),
                )
                return _batch(_fields(header, rows[at + 1 :], at + 2), notes)
    what = f"no sheet has the header ({', '.join(seen)})" if seen else "the workbook shows no sheet"
    raise Problem(what, where=file.name, do=f"give one sheet the header {', '.join(NEEDED)}")


def _fields(header: tuple[str, ...], rows: list[tuple[str, ...]], first: int) -> Fields:
    """The rows below the header; one without any cell is skipped."""
    filled = [(line, row) for line, row in enumerate(rows, first) if any(cell.strip() for cell in row)]
    wanted = {name: header.index(name) for name in (*NEEDED, *SCOPE, *BASIS) if name in header}
    columns = {name: [row[place] for _, row in filled] for name, place in wanted.items()}
    frame = pl.DataFrame({"line": [line for line, _ in filled], **columns}, schema={"line": pl.Int64, **dict.fromkeys(wanted, pl.String)})
    blank = len(rows) - len(filled)
    return Fields(frame, len(rows), skipped={"blank line": blank} if blank else {})


def _noted(header: tuple[str, ...], file: str) -> tuple[str, ...]:
    doubled = sorted({name for name in header if header.count(name) > 1 and name in (*NEEDED, *SCOPE, *BASIS)})
    if doubled:
        raise Problem(f"{', '.join(doubled)} stands twice in the header", where=file, do="leave one out")
    strange = [name for name in header if name not in (*NEEDED, *SCOPE, *BASIS)]
    return (f"columns left out: {', '.join(strange)}",) if strange else ()


def _batch(fields: Fields, notes: tuple[str, ...]) -> Batch:
    """The rows as claims, each figure in its metric's own unit."""
    absent = [pl.lit(None, dtype=pl.String).alias(name) for name in (*SCOPE, *BASIS) if name not in fields.frame.columns]
    frame = fields.frame.with_columns(*absent, metric_as_named="metric", unit_as_named="unit")
    compared = frame.with_columns(_compared("metric"), pl.col("unit").str.strip_chars().str.to_lowercase())
    rows, rejects = cells.parse(compared, CELLS, FAULTS)
    factor = pl.col("unit").replace_strict({key: by for key, (_, by) in NAMED_UNITS.items()}, return_dtype=pl.Decimal(18, 3))
    made = rows.with_columns(
        claimed_value=(pl.col("value").cast(LARGE) * factor).cast(LARGE), unit=_KEPT_IN, period_from_on="period_from", period_to_on="period_to",
        size_group="size", claimed_shares="shares", claimed_orders="orders",
    )  # fmt: skip
    return Batch({"claimed_figures": made}, fields.records, rows.height, (*fields.rejects, *rejects), fields.skipped, notes)


def _compared(column: str) -> pl.Expr:
    """As `vendor_metrics.plain` has it."""
    return pl.col(column).str.to_lowercase().str.replace_all("[_-]", " ").str.replace_all(r"\s+", " ").str.strip_chars()
