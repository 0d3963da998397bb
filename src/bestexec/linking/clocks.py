"""How far two sources' clocks can be apart, from what must have happened in order: a fill cannot precede its route.

If an event told by A came before one told by B, then B's reading less A's is at least B's offset from A (the rest is the time that passed). Many such
pairs bound the offset from above; pairs the other way round bound it from below. Nothing is estimated: the bounds hold whatever the delays were.
"""

from __future__ import annotations

import polars as pl

from bestexec.units import COUNT, DURATION, FLAG, TEXT

OFFSETS = {
    "source": TEXT, "other": TEXT, "lo_ns": DURATION, "hi_ns": DURATION, "pairs_before": COUNT, "pairs_after": COUNT, "is_contradictory": FLAG,
}  # fmt: skip
"""A row a pair of sources, `source` < `other`: the offset of `other`'s clock from `source`'s lies in [lo_ns, hi_ns]; null where nothing bounds it.

`pairs_before`: event pairs in which `source`'s came first; they make hi. `pairs_after`: the other way round; they make lo. When lo > hi no one
offset explains the readings: a clock drifted or jumped, or an order of events was not as thought.
"""


def offset_bounds(pairs: pl.DataFrame) -> pl.DataFrame:
    """`OFFSETS` from pairs of events of which the first cannot have come after the second; sorted by source and other.

    `pairs` has first_source, first_at, second_source, second_at (ns), and may have first_resolution_ns and second_resolution_ns, the step to which a
    reading was cut (1 if absent or null): what was cut off could be as much as the step less 1 ns. Pairs with a null instant or source, or of
    one source, say nothing and are left out. Exact integers.
    """
    steps = [pl.lit(1).alias(name) for name in ("first_resolution_ns", "second_resolution_ns") if name not in pairs.columns]
    told = pairs.with_columns(steps).filter(
        pl.all_horizontal(pl.col("first_source", "first_at", "second_source", "second_at").is_not_null()), pl.col("first_source") != pl.col("second_source")
    )
    forward = pl.col("first_source") < pl.col("second_source")
    passed = pl.col("second_at") - pl.col("first_at") + pl.col("second_resolution_ns").fill_null(1) - 1
    ordered = told.select(
        source=pl.when(forward).then("first_source").otherwise("second_source"),
        other=pl.when(forward).then("second_source").otherwise("first_source"),
        hi=pl.when(forward).then(passed),
        lo=pl.when(~forward).then(-passed),
    )
    bounds = ordered.group_by("source", "other").agg(
        lo_ns=pl.col("lo").max(), hi_ns=pl.col("hi").min(), pairs_before=pl.col("hi").count(), pairs_after=pl.col("lo").count()
    )  # fmt: skip
    return bounds.with_columns(is_contradictory=(pl.col("lo_ns") > pl.col("hi_ns")).fill_null(value=False)).select(
        pl.col(name).cast(dtype) for name, dtype in OFFSETS.items()
    ).sort("source", "other")  # fmt: skip


def pairs_of_orders(orders: pl.DataFrame, routes: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """The causal pairs that the canonical tables hold: receipt before route, route before its fills, receipt before fill.

    Sources are the clocks as their tables name them (`received_source`, `routed_source`, `filled_source`); where one is null, the table's
    own name stands for it. Rows come from one firm's tables, keyed by firm, key_on, symbol and order_id.
    """
    order = ["firm", "key_on", "symbol", "order_id"]
    received = orders.select(*order, **_event("first", "received", orders, "orders"))
    sent = routes.select(*order, "route_id", **_event("second", "routed", routes, "routes"))
    first_sent = routes.select(*order, "route_id", **_event("first", "routed", routes, "routes"))
    filled = fills.select(*order, "route_id", **_event("second", "filled", fills, "fills"))
    parts = [received.join(sent, on=order), received.join(filled, on=order), first_sent.join(filled, on=[*order, "route_id"])]
    return pl.concat(part.select(_PAIR) for part in parts)


_PAIR = ("first_source", "first_at", "first_resolution_ns", "second_source", "second_at", "second_resolution_ns")


def _event(place: str, prefix: str, table: pl.DataFrame, name: str) -> dict[str, pl.Expr]:
    source, resolution = f"{prefix}_source", f"{prefix}_resolution_ns"
    return {
        f"{place}_source": pl.col(source).fill_null(name) if source in table.columns else pl.lit(name),
        f"{place}_at": pl.col(f"{prefix}_at"),
        f"{place}_resolution_ns": (pl.col(resolution) if resolution in table.columns else pl.lit(None)).cast(DURATION),
    }
