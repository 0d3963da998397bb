"""What a rebuild gives: rows of the canonical tables, what did not fit together, and counts of what did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bestexec.schema import FILLS, ORDERS, ROUTES, Table

BREAKS = pl.Schema({
    "source": pl.String, "day": pl.Date, "reason": pl.String, "symbol": pl.String, "order_id": pl.String, "detail": pl.String,
    "line": pl.Int64, "import_id": pl.String,
})  # fmt: skip
"""One event that does not fit with the others: a cancel of an unknown order, a quantity that does not add up. `reason` is of a
closed list, without names or numbers, so that it can be counted; `detail` holds these."""

FACTS = pl.Schema({"source": pl.String, "day": pl.Date, "fact": pl.String, "count": pl.Int64, "of": pl.Int64})
"""One count of a day: how many of how many. A fact that is true or not (a topology) has 1 of 1."""


@dataclass(frozen=True)
class Rebuilt:
    """Rows of schema.ORDERS, ROUTES and FILLS, each with `import_id` and `line` of the event that made it, with BREAKS and FACTS."""

    orders: pl.DataFrame
    routes: pl.DataFrame
    fills: pl.DataFrame
    breaks: pl.DataFrame
    facts: pl.DataFrame


def together(parts: Sequence[Rebuilt]) -> Rebuilt:
    """Several rebuilds as one."""
    return Rebuilt(
        pl.concat([empty(ORDERS), *(part.orders for part in parts)]),
        pl.concat([empty(ROUTES), *(part.routes for part in parts)]),
        pl.concat([empty(FILLS), *(part.fills for part in parts)]),
        pl.concat([pl.DataFrame(schema=BREAKS), *(part.breaks for part in parts)]),
        pl.concat([pl.DataFrame(schema=FACTS), *(part.facts for part in parts)]),
    )


def empty(table: Table) -> pl.DataFrame:
    """No row of a canonical table, with `import_id`."""
    return pl.DataFrame(schema={**table.schema, "import_id": pl.String})
