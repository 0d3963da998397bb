"""The line from orders and executions to the detailed rows: classed, covered or excluded, sized, summed, divided, held to the invariants."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bestexec.filings.rule605.classes import classed
from bestexec.filings.rule605.columns import FILLS, ORDER_KEY, ORDERS, conformed
from bestexec.filings.rule605.covered import with_reason
from bestexec.filings.rule605.exact import WHOLE
from bestexec.filings.rule605.readings import Readings
from bestexec.filings.rule605.sizes import sized
from bestexec.filings.rule605.sums import added, summed

LIMITED = ("limit", "stop_limit", "trailing_stop")
"""Order types whose limit is one: some systems give a market order a placeholder for a price."""
PIECE = 250_000
"""Orders summed at once: what bounds the memory of a large month."""


@dataclass(frozen=True)
class Population:
    """The orders of a month: `covered` with value, size group and lot class, `left_out` with `excluded`. Every order is in one of them."""

    covered: pl.DataFrame
    left_out: pl.DataFrame


def judged(orders: pl.DataFrame, fills: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """Every order with its t0, order type and, where the rule does not cover it, the reason. Columns.ORDERS and columns.FILLS come in."""
    limited = pl.when(pl.col("order_type").is_in(LIMITED)).then("limit_px").alias("limit_px")
    return with_reason(classed(conformed(orders, ORDERS).with_columns(limited), readings), conformed(fills, FILLS), readings)


def parted(told: pl.DataFrame, readings: Readings) -> Population:
    """Judged orders as those covered, sized, and the others."""
    inside, outside = told.filter(pl.col("excluded").is_null()), told.filter(pl.col("excluded").is_not_null())
    return Population(sized(inside, readings), outside)


def sums_of(covered: pl.DataFrame, fills: pl.DataFrame, traded: pl.DataFrame | None, readings: Readings) -> pl.DataFrame:
    """The sums of the covered orders; `traded` has ORDER_KEY, opportunity and opportunity_on_exchange, None where no tape was read."""
    if traded is None:
        known = covered.with_columns(opportunity=pl.lit(None, WHOLE), opportunity_on_exchange=pl.lit(None, WHOLE))
    else:
        known = covered.join(traded.select(*ORDER_KEY, "opportunity", "opportunity_on_exchange"), on=ORDER_KEY, how="left", maintain_order="left")
    executions = conformed(fills, FILLS)
    return added(summed(known.slice(begin, PIECE), executions, readings) for begin in range(0, known.height, PIECE))
