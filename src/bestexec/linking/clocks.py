"""How far two sources' clocks can be apart, from what must have happened in order: a fill cannot precede its route.

If an event told by A came before one told by B, then B's reading less A's is at least B's offset from A (the rest is the time that passed). Many such
pairs bound the offset from above; pairs the other way round bound it from below. Nothing is estimated: the bounds hold whatever the delays were.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from bestexec.schema import Column, Table, conform
from bestexec.units import COUNT, DAY, DURATION, FLAG, TEXT

LEAST_OTHERS = 2
"""So many other pairs of clocks in a leg, at least, tell which of them is off."""
LEG_NAMES = ("receipt to route", "route to acknowledgement", "route to fill", "receipt to fill")
LEGS = Table(
    "clocks", "The least time that one leg took on a day by one pair of clocks.", ("day", "leg", "first_source", "second_source"), "day",
    (
        Column("day", DAY, "date", "Trading date of the route or the fill.", required=True),
        Column("leg", TEXT, "", "From which event to which.", required=True, values=LEG_NAMES),
        Column("first_source", TEXT, "", "The clock of the first event, or its table where none is named.", required=True),
        Column("second_source", TEXT, "", "The clock of the second event, or its table where none is named.", required=True),
        Column("pairs", COUNT, "pairs", "Pairs of events.", required=True),
        Column("early", COUNT, "pairs", "Of these, told as if the second had come first.", required=True),
        Column("least_ns", DURATION, "ns", "The least time between them: the second clock is ahead by this at most.", required=True),
        Column("apart_ns", DURATION, "ns", "That less the median of the leg's other pairs of clocks; null where there are fewer than two."),
    ),
)  # fmt: skip

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


def legs(orders: pl.DataFrame, routes: pl.DataFrame, fills: pl.DataFrame, days: Sequence[date]) -> pl.DataFrame:
    """LEGS of the routes and fills of `days`: for each pair of clocks the least time that one leg took by them.

    No leg takes less than no time, so the second clock is ahead of the first by `least_ns` at most; a negative one says how far it is behind at least.
    `apart_ns` is the least time less the median of the same leg's and day's other pairs of clocks: about how far one of the two is off, where at least
    three pairs ran and the quickest leg of each took about as long. Bounds that hold whatever the delays were are in `offset_bounds`.
    """
    told = pairs_of_orders(orders, routes, fills).filter(pl.col("day").is_in(list(days)), pl.all_horizontal(pl.col("first_at", "second_at").is_not_null()))
    passed = pl.col("second_at") - pl.col("first_at") + pl.col("second_resolution_ns").fill_null(1) - 1
    key = ["day", "leg", "first_source", "second_source"]
    found = told.group_by(key).agg(pairs=pl.len().cast(COUNT), least_ns=passed.min(), early=(passed < 0).sum().cast(COUNT))
    of_leg = found.select("day", "leg", other_first="first_source", other_second="second_source", other_ns="least_ns")
    others = found.join(of_leg, on=["day", "leg"]).filter(
        (pl.col("first_source") != pl.col("other_first")) | (pl.col("second_source") != pl.col("other_second"))
    )
    usual = others.group_by(key).agg(usual_ns=pl.col("other_ns").median(), others=pl.len())
    beside = found.join(usual, on=key, how="left")
    apart = pl.when(pl.col("others") >= LEAST_OTHERS).then((pl.col("least_ns") - pl.col("usual_ns")).round(0).cast(DURATION))
    return conform(beside.with_columns(apart_ns=apart), LEGS).sort(key)


def apart(told: pl.DataFrame) -> pl.DataFrame:
    """leg, first_source, second_source, pairs, early, days, least_ns, apart_ns of LEGS rows, days together; `apart_ns` the median day's, farthest first."""
    summed = told.group_by("leg", "first_source", "second_source").agg(
        pl.col("pairs", "early").sum(), days=pl.col("day").n_unique(), least_ns=pl.col("least_ns").min(),
        apart_ns=pl.col("apart_ns").median().round(0).cast(DURATION),
    )  # fmt: skip
    return summed.sort(pl.col("apart_ns").abs(), "leg", "first_source", "second_source", descending=[True, False, False, False], nulls_last=True)


def pairs_of_orders(orders: pl.DataFrame, routes: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """The causal pairs that the canonical tables hold: receipt before route, route before its acknowledgement and fills, receipt before fill.

    Sources are the clocks as their tables name them (`received_source`, `routed_source`, `filled_source`); where one is null, the table's
    own name stands for it. Rows come from one firm's tables, keyed by firm, key_on, symbol and order_id.
    """
    order = ["firm", "key_on", "symbol", "order_id"]
    received = orders.select(*order, **_event("first", "received", orders, "orders"))
    sent = routes.select(*order, "route_id", **_event("second", "routed", routes, "routes"), day=_day(routes, "routed_on"))
    first_sent = routes.select(*order, "route_id", **_event("first", "routed", routes, "routes"))
    filled = fills.select(*order, "route_id", **_event("second", "filled", fills, "fills"), day=_day(fills, "traded_on"))
    parts = [
        received.join(sent, on=order).with_columns(leg=pl.lit("receipt to route")), received.join(filled, on=order).with_columns(leg=pl.lit("receipt to fill")),
        first_sent.join(filled, on=[*order, "route_id"]).with_columns(leg=pl.lit("route to fill")),
    ]  # fmt: skip
    if "acked_at" in routes.columns:
        acked = routes.select(
            **_event("first", "routed", routes, "routes"), **_event("second", "acked", routes, "acknowledgements"), day=_day(routes, "routed_on")
        )
        parts.append(acked.with_columns(leg=pl.lit("route to acknowledgement")))
    return pl.concat(part.select(_PAIR) for part in parts)


def _day(table: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in table.columns else pl.lit(None, DAY)


_PAIR = ("day", "leg", "first_source", "first_at", "first_resolution_ns", "second_source", "second_at", "second_resolution_ns")


def _event(place: str, prefix: str, table: pl.DataFrame, name: str) -> dict[str, pl.Expr]:
    source, resolution = f"{prefix}_source", f"{prefix}_resolution_ns"
    return {
        f"{place}_source": pl.col(source).fill_null(name) if source in table.columns else pl.lit(name),
        f"{place}_at": pl.col(f"{prefix}_at"),
        f"{place}_resolution_ns": (pl.col(resolution) if resolution in table.columns else pl.lit(None)).cast(DURATION),
    }
