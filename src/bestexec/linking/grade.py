"""The data grade: what this data can and cannot support, counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from bestexec.schema import Column, Table, conform
from bestexec.units import COUNT, DAY, DURATION, TEXT

GRADE_DAYS = Table(
    "grade_days", "For how many rows of one feed and day something holds that a reader may want to conclude.", ("day", "feed", "on", "capability"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("feed", TEXT, "", "Feed that told of the rows; null for one that no import names."),
        Column("on", TEXT, "", "Fills or orders.", required=True),
        Column("capability", TEXT, "", "What a reader may want to conclude.", required=True),
        Column("have", COUNT, "rows", "Rows that support it.", required=True),
        Column("of", COUNT, "rows", "Rows of the feed and day.", required=True),
        Column("coarsest_ns", DURATION, "ns", "The coarsest step of a clock behind the fills."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Capability:
    """One thing a reader may want to conclude, and the rows that can support it: those for which `has` holds."""

    title: str
    on: str
    has: str
    lacking: str
    """What cannot be said where it does not hold."""


MILLISECOND = 1_000_000

CAPABILITIES = (
    Capability("Price against the quote at receipt", "fills", "quote_state_at_t0 = 'ok'", "no spread, improvement or E/Q for these fills"),
    Capability("Quote at execution", "fills", "quote_state_at_execution = 'ok'", "no at-execution spread and no reversion"),
    Capability("Mark-outs after execution", "fills", "mid_after_5min IS NOT NULL", "no realized spread at five minutes"),
    Capability("Clocks of a millisecond or finer", "fills", f"clock_resolution_ns <= {MILLISECOND}", "times and short mark-outs mean little"),
    Capability(
        "Best displayed price, odd lots included", "fills", "best_ask_at_t0 IS NOT NULL AND best_bid_at_t0 IS NOT NULL", "improvement is against the NBBO alone"
    ),
    Capability("Route of each fill", "fills", "routed_at IS NOT NULL", "the firm's and the router's time cannot be told apart"),
    Capability("Venue acknowledgement", "fills", "acked_at IS NOT NULL", "no venue latency"),
    Capability("Venue of each fill", "fills", "venue IS NOT NULL", "no venue comparison"),
    Capability("Liquidity flag", "fills", "liquidity IS NOT NULL", "no split of added and removed"),
    Capability("Venue fee or rebate", "fills", "venue_fee_usd IS NOT NULL", "firm-borne cost is incomplete"),
    Capability("Customer-borne cost", "fills", "customer_cost_usd IS NOT NULL", "commission and markup are not in the cost"),
    Capability("Held or not held", "orders", "is_held IS NOT NULL", "Rule 605 scope cannot be settled"),
    Capability("Directed or not", "orders", "is_directed IS NOT NULL", "Rule 606 scope cannot be settled"),
    Capability("Customer class", "orders", "customer_class IS NOT NULL", "retail and institutional are not separable"),
    Capability("End of each order", "orders", "end_reason IS NOT NULL", "cancels and expiries are taken at the close"),
    Capability("Routes of each order, filled or not", "orders", "routes > 0", "unfilled routes, rejects and fill rates by venue are not visible"),
    Capability("Tape over the order's interval", "orders", "interval_vwap IS NOT NULL OR NOT is_filled", "no interval VWAP"),
    Capability("Displayed size at the benchmark", "orders", "size_benchmark_qty IS NOT NULL", "no size improvement"),
)


TAPE_CAPABILITIES = (
    Capability("Quote at the trade", "trades", "quote_state_at_trade = 'ok'", "no spread for these trades"),
    Capability("Who took liquidity", "trades", "aggressor IS NOT NULL", "effective spread is unsigned, 2·|price − midpoint|; no realized spread"),
    Capability("Venue of the trade", "trades", "venue IS NOT NULL AND venue <> 'OFFX'", "off exchange, the facility is unknown"),
)


def grade(fills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """One row a capability: capability, supports (yes, partly, no, no rows), on, have, of, lacking."""
    return _graded(CAPABILITIES, {"fills": fills, "orders": orders})


def grade_days(fills: pl.DataFrame, orders: pl.DataFrame, feed_of: Mapping[str, str]) -> pl.DataFrame:
    """GRADE_DAYS rows: the same by trading day and feed, with the coarsest clock behind the fills; `feed_of` names the feed of each import."""
    parts = []
    for table, rows, imported in (("fills", fills, "fill_import"), ("orders", orders, "order_import")):
        asked = [capability for capability in CAPABILITIES if capability.on == table]
        have = [pl.sql_expr(capability.has).fill_null(False).sum().cast(COUNT).alias(str(number)) for number, capability in enumerate(asked)]
        coarsest = pl.col("clock_resolution_ns").max() if table == "fills" else pl.lit(None, DURATION)
        feed = pl.col(imported).replace_strict(dict(feed_of), default=None, return_dtype=pl.String)
        counted = rows.group_by("day", feed=feed).agg(*have, of=pl.len().cast(COUNT), coarsest_ns=coarsest)
        names = pl.DataFrame({"number": [str(number) for number in range(len(asked))], "capability": [capability.title for capability in asked]})
        told = counted.unpivot(index=["day", "feed", "of", "coarsest_ns"], variable_name="number", value_name="have").join(names, on="number")
        parts.append(told.with_columns(on=pl.lit(table)))
    return conform(pl.concat(parts), GRADE_DAYS).sort("day", "feed", "on", "capability")


def by_feed(days: pl.DataFrame) -> pl.DataFrame:
    """feed, on, capability, supports, have, of, days, whole_days, worst_on, coarsest_ns of GRADE_DAYS rows, days together.

    `whole_days` are days on which every row supports it, `worst_on` the first of those on which the least part does, null where every day is whole.
    """
    part = pl.col("have") / pl.col("of")
    worst = pl.col("day").filter(part < 1).sort_by(part.filter(part < 1), pl.col("day").filter(part < 1)).first()
    whole = days.group_by("feed", "on", "capability").agg(
        pl.col("have", "of").sum(), days=pl.col("day").n_unique(), whole_days=(pl.col("have") == pl.col("of")).sum(), worst_on=worst,
        coarsest_ns=pl.col("coarsest_ns").max(),
    )  # fmt: skip
    supports = pl.when(pl.col("have") == pl.col("of")).then(pl.lit("yes")).when(pl.col("have") == 0).then(pl.lit("no")).otherwise(pl.lit("partly"))
    return whole.with_columns(supports=supports).sort("feed", "on", "capability")


def tape_grade(trades: pl.DataFrame) -> pl.DataFrame:
    """The same for linked trades."""
    return _graded(TAPE_CAPABILITIES, {"trades": trades})


def _graded(capabilities: tuple[Capability, ...], tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    rows = []
    for capability in capabilities:
        table = tables[capability.on]
        have = int(table.select(pl.sql_expr(capability.has).fill_null(False).sum()).item() or 0)
        rows.append((capability.title, _supports(have, table.height), capability.on, have, table.height, capability.lacking))
    return pl.DataFrame(
        rows, orient="row", schema={"capability": pl.String, "supports": pl.String, "on": pl.String, "have": pl.Int64, "of": pl.Int64, "lacking": pl.String}
    )


def _supports(have: int, of: int) -> str:
    if of == 0:
        return "no rows"
    return "yes" if have == of else "no" if have == 0 else "partly"
