"""Orders, routes and fills out of CAT records, by CAT's own keys.

Corrections first (`cat_standing`), then whose order each id is of (`cat_chains`), its versions and cancels (`cat_orders`), its routes
(`cat_routes`), the executions that CAT shows (`cat_fills`), and what kind of day it was (`cat_topology`). Only customers' orders are orders: children,
internal routes and a firm's own order for one customer lead to the customer's. Nothing depends on the order of imports.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bestexec.rebuilding import cat_fills, cat_topology
from bestexec.rebuilding.base import BREAKS, Rebuilt, empty
from bestexec.rebuilding.cat_chains import KEY, chains
from bestexec.rebuilding.cat_orders import canceled, versions
from bestexec.rebuilding.cat_routes import routes
from bestexec.rebuilding.cat_standing import standing
from bestexec.schema import FILLS, ORDERS, ROUTES, Table

PART_CANCEL = "a cancel or change of a part that is not here"
WITHOUT_KEY = "a record without the symbol, date or id that its place needs"


def rebuild(events: pl.DataFrame) -> Rebuilt:
    """What CAT records (schema.EVENTS rows of source `cat`, with `import_id`) report, each row with the place of the record that made it."""
    rows, breaks, counted = standing(events.with_columns(pl.col("reporter").fill_null("")))
    known = chains(rows)
    made = canceled(versions(rows, known), rows, known)
    sent, of_routes = routes(rows, known, made)
    executed, of_fills, more = cat_fills.fills(rows, known, made)
    orders, of_sums = cat_fills.filled(made.rows, executed)
    told = [*breaks, *known.breaks, *made.breaks, *of_routes, *of_fills, *of_sums, *_loose(rows, known.nodes)]
    facts = cat_topology.facts(made, sent, executed, rows, counted | more)
    customers = orders.filter(~pl.col("is_rep"))
    return Rebuilt(_conformed(customers, ORDERS), _conformed(sent, ROUTES), _conformed(executed, FILLS), _breaks(told), facts)


def _loose(rows: pl.DataFrame, nodes: pl.DataFrame) -> list[pl.DataFrame]:
    """Cancels of parts that nothing begins, and records that cannot be placed."""
    placed = ["child_canceled", "internal_canceled"]
    unknown = rows.filter(pl.col("kind").is_in(placed)).join(nodes.select(KEY), on=KEY, how="anti")
    needing = pl.col("kind").is_in(
        ["order", "order_received", "order_replaced", "order_canceled", "child", "internal", "route", "route_replaced", "route_canceled"]
    )
    keyless = rows.filter(needing & pl.any_horizontal(pl.col(name).is_null() for name in KEY))
    found = ((unknown, PART_CANCEL), (keyless, WITHOUT_KEY))
    return [part.with_columns(reason=pl.lit(reason), detail=pl.col("event_key")) for part, reason in found]


def _breaks(told: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Each break once, in an order of its own."""
    columns = [pl.col(name).cast(dtype) if name != "source" else pl.lit("cat").alias("source") for name, dtype in BREAKS.items()]
    found = pl.concat([pl.DataFrame(schema=BREAKS), *(part.select(columns) for part in told)])
    return found.unique().sort("day", "reason", "symbol", "order_id", "detail", "import_id", "line", nulls_last=True)


def _conformed(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows with the table's columns and `import_id`, in the order of its key."""
    names = empty(table).schema
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in names.items() if name not in rows.columns]
    return rows.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in names.items()).sort(*table.key, "import_id", "line")
