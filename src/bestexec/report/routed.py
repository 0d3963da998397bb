"""What happened on the routes: who learns of orders, what first looks cost, whose time it was, how long limit orders waited."""

from __future__ import annotations

from typing import Any

from bestexec.report.blocks import Block, Callout, Cell, Column, Heading, Table, Text
from bestexec.report.run_figures import RunFigures
from bestexec.report.sentences import counted
from bestexec.routed.shown import SHOWN, Shown
from bestexec.units import Unit

MOST = 24


def routed(run: RunFigures) -> tuple[Block, ...]:
    """One table each, what asks for attention first; nothing of runs sealed before routes were looked at."""
    title = Heading("What happened on the routes")
    if all(run.routed.get(one.name) is None for one in SHOWN):
        return (title, Text("This run was sealed before routes were looked at one by one."))
    return (title, *(block for one in SHOWN for block in _blocks(run, one)))


def _blocks(run: RunFigures, shown: Shown) -> tuple[Block, ...]:
    table = run.routed.get(shown.name)
    rows = shown.rows(table) if table is not None else None
    if rows is None or rows.is_empty():
        return (Text(f"{shown.title}: {shown.empty}"),)
    bold = rows.with_row_index("_at").filter(shown.bold)["_at"].to_list()
    call = (Callout("attention", f"{shown.title}.", f"{counted(len(bold), 'line asks', 'lines ask')} for attention."),) if bold else ()
    more = f" The first {MOST} of {rows.height:,}; the run's table has all." if rows.height > MOST else ""
    heads = tuple(Column(heading, unit, "right" if unit or rows.schema[key].is_numeric() else "left") for key, heading, unit in shown.columns)
    drawn = tuple(tuple(_cell(row[key], unit) for key, _, unit in shown.columns) for row in rows.head(MOST).iter_rows(named=True))
    strong = tuple(at for at in bold if at < len(drawn))
    mark = " Bold: asks for attention." if 0 < len(strong) < len(drawn) else ""
    return (*call, Table(shown.title, heads, drawn, run.signed(f"{shown.source}{mark}{more}"), strong if mark else ()))


def _cell(value: Any, unit: Unit | None) -> Cell:
    return Cell(value, unit) if unit else Cell("" if value is None else value)
