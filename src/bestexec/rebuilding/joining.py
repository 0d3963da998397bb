"""CAT and FIX of the same flow made one: what CAT tells of the order, with what FIX tells of its route and its fills.

CAT has who the customer is and how the order was to be handled, and no fill of what was routed away; FIX has the fills and the venue's answers.
Where both tell of an order by one id, each column is CAT's unless it is null there; how it ended is FIX's, who saw the fills. A route in CAT is the
order that its FIX session shows: its ClOrdID (11) is CAT's routedOrderID, so what FIX calls an order of that id is a route, and its fills are that route's.
"""

from __future__ import annotations

import polars as pl

from bestexec.rebuilding.base import FACTS, Rebuilt
from bestexec.schema import ORDERS, ROUTES, Table

SOURCE = "cat+fix"
_ENDED = ("ended_at", "end_reason", "canceled_qty", "acked_at", "reject_reason")
"""What FIX knows better where both tell it."""
_ROUTE = ["day", "symbol", "id"]


def joined(cat: Rebuilt, fix: Rebuilt) -> tuple[Rebuilt, Rebuilt]:
    """The two with their common orders, routes and fills said once, and FACTS of source `cat+fix`: how many were found in both.

    Two routes of one day and symbol with the same id connect nothing: which of them it is cannot be told.
    """
    if cat.orders.is_empty() or fix.orders.is_empty():
        return cat, fix
    routes = cat.routes.select("firm", "key_on", "order_id", "route_id", day="routed_on", symbol="symbol", id="route_id")
    single = routes.unique(subset=_ROUTE, keep="none", maintain_order=True)
    known = single.select(*_ROUTE, c_firm="firm", c_key_on="key_on", c_order="order_id")
    ids = fix.orders.select("key_on", "symbol", "order_id").join(
        cat.orders.select("key_on", "symbol", "order_id"), on=["key_on", "symbol", "order_id"], how="anti"
    )
    children = ids.select(day="key_on", symbol="symbol", id="order_id").join(known, on=_ROUTE, how="inner")
    as_routes = _as_routes(fix.orders, children)
    fix_orders = _unlike(fix.orders, children, "key_on", "order_id")
    firms = cat.orders.select("key_on", "symbol", "order_id", c_firm="firm").unique(subset=["key_on", "symbol", "order_id"], keep="none")
    fix_orders = _firm_of(fix_orders, firms)
    orders, own_orders, shared = _merged(cat.orders, fix_orders, ORDERS)
    fix_routes = pl.concat([_firm_of(fix.routes, firms), as_routes], how="diagonal").select(fix.routes.columns)
    told_routes, own_routes, shared_routes = _merged(cat.routes, fix_routes, ROUTES)
    fills = _fills(fix.fills, children, firms)
    facts = _facts(cat, shared, shared_routes, children, fix.fills)
    return Rebuilt(orders, told_routes, cat.fills, cat.breaks, pl.concat([cat.facts, facts])), Rebuilt(own_orders, own_routes, fills, fix.breaks, fix.facts)


def _as_routes(orders: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """FIX orders that CAT calls routes, as what FIX tells of these routes."""
    rows = orders.join(children, left_on=["key_on", "symbol", "order_id"], right_on=_ROUTE, how="inner", maintain_order="left")
    return rows.select(
        "symbol", "side", "qty", "order_type", "limit_px", "tif", "ended_at", "end_reason", "canceled_qty", "is_iso", "vendor", "line", "import_id",
        firm="c_firm", key_on="c_key_on", order_id="c_order", route_id="order_id", routed_on="key_on", routed_at="received_at", routed_source="received_source",
        routed_resolution_ns="received_resolution_ns",
    )  # fmt: skip


def _fills(fills: pl.DataFrame, children: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """Fills of what CAT calls a route, under CAT's order with that route; the others as they are."""
    rows = fills.join(children, left_on=["key_on", "symbol", "order_id"], right_on=_ROUTE, how="left", maintain_order="left")
    is_child = pl.col("c_order").is_not_null()
    moved = rows.with_columns(
        route_id=pl.when(is_child).then(pl.coalesce("route_id", "order_id")).otherwise("route_id"),
        firm=pl.coalesce("c_firm", "firm"), key_on=pl.coalesce("c_key_on", "key_on"), order_id=pl.coalesce("c_order", "order_id"),
    )  # fmt: skip
    return _firm_of(moved.select(fills.columns), firms)


def _firm_of(rows: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """The firm that CAT names, for rows of an order that CAT tells too: FIX knows it only as it was stated at import."""
    named = rows.join(firms, on=["key_on", "symbol", "order_id"], how="left", maintain_order="left")
    return named.with_columns(firm=pl.coalesce("c_firm", "firm")).select(rows.columns)


def _unlike(orders: pl.DataFrame, children: pl.DataFrame, day: str, name: str) -> pl.DataFrame:
    return orders.join(children, left_on=[day, "symbol", name], right_on=_ROUTE, how="anti", maintain_order="left")


def _merged(cat: pl.DataFrame, fix: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """(CAT's rows filled up by FIX's, FIX's rows that CAT lacks, how many both tell)."""
    key = list(table.key)
    one = fix.unique(subset=key, keep="first", maintain_order=True)
    told = cat.join(one, on=key, how="left", maintain_order="left", suffix=":fix")
    other = [name for name in cat.columns if name not in (*key, "line", "import_id")]
    better = [name for name in _ENDED if name in other]
    filled = told.with_columns(
        *(pl.coalesce(name, f"{name}:fix").alias(name) for name in other if name not in better),
        *(pl.coalesce(f"{name}:fix", name).alias(name) for name in better),
    )  # fmt: skip
    return filled.select(cat.columns), fix.join(cat, on=key, how="anti", maintain_order="left"), cat.join(one, on=key, how="semi").height


def _facts(cat: Rebuilt, orders: int, routes: int, children: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    attached = fills.join(children, left_on=["key_on", "symbol", "order_id"], right_on=_ROUTE, how="semi").height
    counts = (
        ("orders of CAT that FIX tells too", orders, cat.orders.height), ("routes of CAT that FIX tells too", routes, cat.routes.height),
        ("fills of FIX that belong to a route of CAT", attached, fills.height),
    )  # fmt: skip
    return pl.DataFrame([(SOURCE, None, fact, count, of) for fact, count, of in counts], schema=FACTS, orient="row")
