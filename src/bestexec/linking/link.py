"""Joins orders, routes and fills with the quotes around them: the three linked tables and what could not be linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec.linking.asof import AsOf
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.linking.daymarket import MarketOf
from bestexec.linking.fills import link_fills
from bestexec.linking.identity import ORDER_KEY, fills_in_force, once
from bestexec.linking.orders import benchmark_orders, close_orders
from bestexec.linking.routes import link_routes
from bestexec.linking.rules import Rules
from bestexec.schema import ORDERS, ROUTES, conform


@dataclass(frozen=True)
class Linked:
    """What linking gives. Every fill fed is in exactly one of fills, unlinked, withdrawn or copies."""

    fills: pl.DataFrame
    """LINKED_FILLS: one row an execution that stands and has its order."""
    orders: pl.DataFrame
    """LINKED_ORDERS: one row an order."""
    unlinked: pl.DataFrame
    """Fills that stand but whose order no feed shows, with `reason`."""
    withdrawn: pl.DataFrame
    """Fills busted or corrected afterwards, with `excluded`."""
    routes: pl.DataFrame
    """`schema.ROUTES` rows, each key once."""
    quoted_routes: pl.DataFrame
    """LINKED_ROUTES: the same routes with the quotes around them."""
    copies: pl.DataFrame
    """Rows left out because another row of the same key stays: `table`, the key, `copies`."""


def link(
    feeds: Mapping[str, pl.DataFrame],
    days: Sequence[date],
    market_of: MarketOf,
    *,
    rules: Rules,
    as_of: AsOf = AsOf.BEFORE,
) -> Linked:
    """Link the canonical tables in `feeds` (`orders`, `routes`, `fills`, `fees`, `symbols`) over `days`.

    `as_of` governs the quote at a route and at an execution (default: strictly before, another source's quotes);
    the quote at receipt and at t0 is Rule 605's, at or before, whatever `as_of` says.
    """
    orders, order_copies = once(feeds["orders"], ORDERS)
    routes, route_copies = once(feeds["routes"], ROUTES)
    fills, fill_copies, withdrawn = fills_in_force(feeds["fills"])
    benchmarked = benchmark_orders(orders, feeds["symbols"], days, market_of, rules)
    known = benchmarked.select(ORDER_KEY)
    unlinked = fills.join(known, on=ORDER_KEY, how="anti").with_columns(reason=pl.lit("no order with this key in any feed"))
    with_order = fills.join(known, on=ORDER_KEY, how="semi")
    linked_fills = link_fills(with_order, benchmarked, routes, feeds["fees"], market_of, rules, as_of)
    linked_orders = close_orders(benchmarked, linked_fills, routes, market_of)
    copies = pl.concat([_copies("orders", order_copies), _copies("routes", route_copies), _copies("fills", fill_copies)])
    quoted = link_routes(routes, benchmarked, fills, market_of, as_of)
    return Linked(conform(linked_fills, LINKED_FILLS), conform(linked_orders, LINKED_ORDERS), unlinked, withdrawn, routes, quoted, copies)


def _copies(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    ids = {"orders": "order_id", "routes": "route_id", "fills": "fill_id"}
    days = {"orders": "key_on", "routes": "routed_on", "fills": "traded_on"}
    return rows.select(
        "firm", "symbol", "order_id", "copies", "line", "import_id", table=pl.lit(table), day=pl.col(days[table]), id=pl.col(ids[table])
    )  # fmt: skip
