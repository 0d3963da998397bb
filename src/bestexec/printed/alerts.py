"""What the command line prints of a run's alerts: what is read first, and how much stands below the line."""

from __future__ import annotations

import polars as pl

from bestexec.checks.alerts import STANDINGS
from bestexec.printed import NOTHING, shown
from bestexec.printed.terminal import drawn, lined
from bestexec.units import USD


def alerts(told: pl.DataFrame, *, every: bool = False) -> str:
    """One line an alert above the line or drawn from below it, day by day; `every` adds those below the line."""
    below = told.filter(pl.col("standing") == STANDINGS[-1])
    listed = told if every else told.filter(pl.col("standing") != STANDINGS[-1])
    lines = lined(("day", ">place", "severity", "check", "what", "where", ">exceptions", ">orders", ">cost", "as bad on", "standing"))
    for row in listed.sort("day", "place").iter_rows(named=True):
        where = " ".join(row[name] for name in ("vendor", "venue", "symbol") if row[name]) or NOTHING
        before = NOTHING if row["as_bad_days"] is None else f"{row['as_bad_days']} of {row['days_before']} days"
        lines.add_row(
            str(row["day"]), str(row["place"]), row["severity"], row["check_id"], row["title"], where, f"{row['findings']:,}", f"{row['orders']:,}",
            shown(row["harm_usd"], USD), before, row["standing"],
        )  # fmt: skip
    head = (
        f"{told.height:,} alerts of {told['findings'].sum():,} exceptions: {told['is_above'].sum():,} above the line; {below.height:,} alerts of "
        f"{below['findings'].sum():,} exceptions below it{'' if every or below.is_empty() else ' (--all shows them)'}."
    )
    return drawn(head, *([lines] if listed.height else []))
