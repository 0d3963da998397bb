"""What the command line prints of the routes: one table each, what asks for attention first."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bestexec.printed import NOTHING, shown
from bestexec.printed.terminal import drawn, lined
from bestexec.routed.shown import SHOWN, Shown
from bestexec.units import Unit

MOST = 24
"""Lines of each table that a terminal shows; JSON has them all."""


def routed(tables: Mapping[str, pl.DataFrame]) -> str:
    """Each table of `routed.shown` under its title, with what it rests on."""
    return "\n\n".join(_one(one, one.rows(tables[one.name])) for one in SHOWN)


def _one(one: Shown, rows: pl.DataFrame) -> str:
    if rows.is_empty():
        return drawn(f"{one.title}: {one.empty}")
    lines = lined([(">" if unit or rows.schema[key].is_numeric() else "") + _head(heading, unit) for key, heading, unit in one.columns])
    for row in rows.head(MOST).iter_rows(named=True):
        lines.add_row(*(shown(row[key], unit) if unit else NOTHING if row[key] is None else str(row[key]) for key, _, unit in one.columns))
    more = f"The first {MOST} of {rows.height:,} lines; --json tells all. " if rows.height > MOST else ""
    return drawn(f"{one.title}.", lines, f"{more}{one.source}")


def _head(heading: str, unit: Unit | None) -> str:
    """A heading with the unit of what stands under it."""
    return f"{heading} ({unit.symbol})" if unit else heading
