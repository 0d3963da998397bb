"""What the command line prints of the same days measured twice: what changed, then what it did."""

from __future__ import annotations

import polars as pl
from rich.table import Table

from bestexec.printed import NOTHING, shown
from bestexec.printed.terminal import drawn, lined
from bestexec.report.sentences import counted
from bestexec.twice import CAME, CHANGED, GONE, Twice
from bestexec.units import UNITS

MOST = 40
"""Lines of figures and of rows that a terminal shows; JSON has them all."""


def twice(told: Twice) -> str:
    """The inputs that are not the same, the figures that differ with both values, and the rows behind them."""
    if told.is_same:
        return drawn(f"{_span(told)}: known then and known now are the same.")
    changes = lined(("changed", "what", "then", "now"))
    for change in told.changes:
        changes.add_row(change.kind, change.what, change.then or NOTHING, change.now or NOTHING)
    figures = lined(("of", "metric", ">then", ">now", ">difference", ">n then", ">n now"))
    units = {unit.name: unit for unit in UNITS}
    dimensions = told.figures.columns[: told.figures.columns.index("on")]
    for row in told.figures.head(MOST).iter_rows(named=True):
        unit = units[row["unit"]]
        group = ", ".join(str(row[name]) for name in dimensions if row[name] is not None)
        figures.add_row(group, row["metric"], *(shown(row[name], unit) for name in ("then", "now", "difference")), str(row["n_then"]), str(row["n_now"]))
    rows = lined(("row", "day", "order", "fill", "how", "columns that differ", "import now", ">line"))
    for row in told.rows.head(MOST).iter_rows(named=True):
        columns = ", ".join(row["columns"][:4]) + (f" and {len(row['columns']) - 4} more" if len(row["columns"]) > 4 else "")
        source = (row["import_now"] or row["import_then"] or "")[:12]
        rows.add_row(
            row["on"][:-1],
            str(row["day"]),
            f"{row['symbol']} {row['order_id']}",
            row["fill_id"] or "",
            row["how"],
            columns,
            source,
            str(row["line_now"] or row["line_then"]),
        )
    parts: list[Table | str] = [changes] if told.changes else ["Nothing that the runs were made of changed."]
    parts += [figures, *_more(told.figures)] if told.figures.height else []
    parts += [rows, *_more(told.rows)] if told.rows.height else []
    inputs = counted(len(told.changes), "input", "inputs")
    return drawn(
        f"{_span(told)}: {inputs} changed, {told.figures.height:,} of {told.of_figures:,} figures differ, {_counts(told.rows)}.",
        *parts,
    )


def _span(told: Twice) -> str:
    return told.days[0] if len(told.days) == 1 else f"{len(told.days)} days, {told.days[0]} to {told.days[-1]}"


def _counts(rows: pl.DataFrame) -> str:
    counts = {(on, how): many for on, how, many in rows.group_by("on", "how").agg(pl.len()).iter_rows()}
    said = [f"{counted(counts[on, how], on[:-1], on)} {how}" for on in ("orders", "fills") for how in (CHANGED, CAME, GONE) if (on, how) in counts]
    return ", ".join(said) or "no row differs"


def _more(table: pl.DataFrame) -> list[str]:
    return [f"and {table.height - MOST:,} more (--json tells all)"] if table.height > MOST else []
