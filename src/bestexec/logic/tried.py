"""Every route with its order's facts and its place in the router's sequence of attempts."""

from __future__ import annotations

import polars as pl

from bestexec.linking.identity import ORDER_KEY
from bestexec.units import COUNT, DAY, DURATION, FLAG, INSTANT, QTY, TEXT

SIBLINGS = (*ORDER_KEY, "parent_route_id")
"""Routes of one order that hang below the same route, or below none, are one sequence of attempts."""

OF_ROUTES = {
    "firm": TEXT, "key_on": DAY, "symbol": TEXT, "order_id": TEXT, "route_id": TEXT, "parent_route_id": TEXT, "routed_on": DAY, "qty": QTY,
    "routed_at": INSTANT, "routed_resolution_ns": DURATION, "venue": TEXT, "vendor": TEXT, "order_type": TEXT, "tif": TEXT, "attempt": COUNT,
}  # fmt: skip
OF_ORDERS = {
    "firm": TEXT, "key_on": DAY, "symbol": TEXT, "order_id": TEXT, "vendor": TEXT, "order_type": TEXT, "session": TEXT, "customer_class": TEXT,
    "order_qty": QTY, "is_directed": FLAG, "listed_at": TEXT,
}  # fmt: skip
"""Columns that are read of `routes` and of linked orders; one that is not there is unknown. `listed_at` is the symbol's primary listing."""


def tried(orders: pl.DataFrame, routes: pl.DataFrame) -> pl.DataFrame:
    """One row a route: `day`, what it was (`route_qty`, `route_type`, `route_tif`), its order's facts, `attempt` and `previous_at`, sorted by sequence.

    `attempt` is the stated one where all routes of a sequence state it, else the order of sending; unknown where the clock is too coarse to
    tell two of them apart. Routes that share an attempt were sent together. `previous_at` is the last sending of an earlier attempt.
    """
    facts = having(orders, OF_ORDERS).unique(ORDER_KEY, keep="first", maintain_order=True)
    sent = having(routes, OF_ROUTES).rename({"routed_on": "day", "qty": "route_qty", "order_type": "route_type", "tif": "route_tif"})
    joined = sent.join(facts, on=ORDER_KEY, how="left", suffix="_of_order", maintain_order="left")
    known = joined.with_columns(vendor=pl.coalesce("vendor", "vendor_of_order")).drop("vendor_of_order").sort(*SIBLINGS, "routed_at", "route_id")
    numbered = known.with_columns(_sequence=_begins(*SIBLINGS).cum_sum())
    ordered = numbered.with_columns(attempt=_attempt(), clock_ns=_clock()).sort("_sequence", "attempt", "routed_at", "route_id")
    placed = ordered.with_row_index("_row").with_columns(
        sequence_starts=pl.when(_begins("_sequence")).then("_row").forward_fill(),
        attempt_starts=pl.when(_begins("_sequence", "attempt")).then("_row").forward_fill(),
    )
    return placed.drop("_row", "_sequence").with_columns(previous_at=highest_before(pl.col("routed_at")))


def _begins(*columns: str) -> pl.Expr:
    """Whether a row of a sorted table begins a new combination of values."""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in columns) | (pl.int_range(pl.len()) == 0)


def before(flag: pl.Expr) -> pl.Expr:
    """Whether an earlier attempt of the sequence had `flag`; null where that is not known. For rows in the order of `tried`."""
    yes, unknown = _counted_before(flag.fill_null(False)) > 0, _counted_before(flag.is_null()) > 0
    return pl.when(pl.col("attempt").is_null()).then(None).when(yes).then(True).when(unknown).then(None).otherwise(False)


def highest_before(value: pl.Expr) -> pl.Expr:
    """The largest `value` of the earlier attempts; null where there is none."""
    reached = value.cum_max().forward_fill().over("sequence_starts")
    return pl.when(pl.col("attempt_starts") > pl.col("sequence_starts")).then(reached.shift(1).gather(pl.col("attempt_starts")))


def _counted_before(flag: pl.Expr) -> pl.Expr:
    passed = flag.cast(COUNT).cum_sum().shift(1, fill_value=0)
    return passed.gather(pl.col("attempt_starts")) - passed.gather(pl.col("sequence_starts"))


def _attempt() -> pl.Expr:
    gap = pl.col("routed_at").diff().over("_sequence")
    coarse = (gap < _clock()).any().over("_sequence")
    by_time = pl.when(~coarse).then(pl.col("routed_at").rank("dense").over("_sequence").cast(COUNT))
    return pl.when(pl.col("attempt").is_not_null().all().over("_sequence")).then(pl.col("attempt")).otherwise(by_time)


def _clock() -> pl.Expr:
    """How far a time of sending may be off: the coarsest clock of the sequence in ns, 0 for one that shows single nanoseconds."""
    step = pl.col("routed_resolution_ns").fill_null(1)
    return pl.when(step > 1).then(step).otherwise(0).max().over("_sequence")


def having(rows: pl.DataFrame, columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """These columns alone; null where the table lacks one."""
    return rows.select(pl.col(name).cast(dtype) if name in rows.columns else pl.lit(None, dtype=dtype).alias(name) for name, dtype in columns.items())
