"""What every run judges: vendors, venues, venues in issues of wide spreads, vendors' kinds of orders and months, by three measures, as one family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec.linking.columns import KEPT_APART
from bestexec.metrics.catalog import METRICS
from bestexec.policy import Policy
from bestexec.verdicts.base import SUBJECTS_JOINED, VERDICTS
from bestexec.verdicts.matched.comparison import Comparison, Materiality
from bestexec.verdicts.matched.harm import HARMED_ORDERS, harmed_orders

CELLS = (*KEPT_APART, "symbol", "kind_of_order", "lot_class", "part_of_day", "spread_class", "volatility_class")
FEW_CELLS = (*KEPT_APART, "symbol", "kind_of_order")
"""What makes fills alike where orders are few."""


@dataclass(frozen=True)
class Kind:
    """What is compared: the column that says whose a fill is, what makes two fills alike, and how a sentence speaks of it."""

    column: str
    cells: tuple[str, ...] = CELLS
    noun: str = ""
    others: str = ""


KINDS = (
    Kind("vendor"),
    Kind("venue"),
    Kind("venue_in_wide_issues", FEW_CELLS, noun="In issues whose spread is wide, venue", others="the other venues in those issues"),
    Kind("vendor_and_order_type", noun="Orders of", others="the other vendors' orders of that type"),
    Kind("vendor_and_month", ("vendor", *CELLS), noun="Month of", others="its other months"),
)
MEASURES = (("effective_spread", 0.5), ("net_price_improvement", 1.0), ("reversion_1min", 1.0))
"""Metrics in USD a share, each with what one unit costs the customer a share: an effective spread counts the distance from the midpoint twice."""
WIDE = 2 / 3
"""Issues whose usual quoted spread, as a part of the midpoint, lies above this quantile of all: a venue that is good on average can be bad there."""
OPENS, CLOSES = 10, 15
"""Hours of the market's day: before the first it is the open, from the second on the close."""


def family(limits: Policy, on: date) -> tuple[Comparison, ...]:
    """The comparisons of every run, held to the policy in force `on` that day."""
    better = {metric.key: metric.better for metric in METRICS if metric.on == "fills"}
    material = _material(limits, on)
    return tuple(
        Comparison(
            kind=kind.column, cells=kind.cells, noun=kind.noun, others=kind.others, metric=metric, better="lower" if better[metric] == "lower" else "higher",
            materiality=material, minimum_n=int(limits.limit("min_n", on)), dollars_per_unit=dollars,
        )
        for kind in KINDS for metric, dollars in MEASURES
    )  # fmt: skip


def judged(fills: pl.DataFrame, limits: Policy) -> pl.DataFrame:
    """VERDICTS of a run's measured fills. Fills without a vendor or a venue take part in nobody's."""
    if fills.is_empty():
        return VERDICTS.schema.to_frame()
    from bestexec.verdicts.judging import judge  # noqa: PLC0415  # statistics take a second to load, which most commands never need

    last = fills["day"].max()
    assert isinstance(last, date)
    return judge(prepared(fills), family(limits, last))


def harmed(fills: pl.DataFrame, limits: Policy) -> pl.DataFrame:
    """HARMED_ORDERS by net price improvement: a mean that shows no difference can hold single orders that were harmed."""
    if fills.is_empty():
        return HARMED_ORDERS.schema.to_frame()
    last = fills["day"].max()
    assert isinstance(last, date)
    own = Comparison(kind="vendor", cells=FEW_CELLS, metric="net_price_improvement", better="higher", materiality=_material(limits, last))
    return harmed_orders(prepared(fills), own, float(limits.limit("max_order_harm_usd", last)))


def _material(limits: Policy, on: date) -> Materiality:
    return Materiality(float(limits.limit("materiality_usd", on)), float(limits.limit("materiality_bps", on)))


def prepared(fills: pl.DataFrame) -> pl.DataFrame:
    """`fills` with the columns of KINDS and CELLS that are made here. What a feed does not say of a flow is a flow of its own."""
    part = pl.when(pl.col("hour") < OPENS).then(pl.lit("open")).when(pl.col("hour") >= CLOSES).then(pl.lit("close")).otherwise(pl.lit("middle"))
    told = fills.with_columns(pl.col(name).cast(pl.String).fill_null("unknown") for name in KEPT_APART)
    return told.with_columns(
        venue_in_wide_issues=pl.when(pl.col("symbol").is_in(_wide_issues(fills).implode())).then("venue"),
        part_of_day=pl.when(pl.col("hour").is_not_null()).then(part), kind_of_order=pl.coalesce("order_class", "order_type"),
        vendor_and_order_type=pl.concat_str("vendor", "order_type", separator=SUBJECTS_JOINED),
        vendor_and_month=pl.concat_str("vendor", "month", separator=SUBJECTS_JOINED),
    )  # fmt: skip


def _wide_issues(fills: pl.DataFrame) -> pl.Series:
    """The symbols whose median quoted spread at t0, as a part of the midpoint, is above the quantile WIDE of all symbols'."""
    spread, mid = (pl.col("ask_at_t0") - pl.col("bid_at_t0")).cast(pl.Float64), pl.col("mid_at_t0").cast(pl.Float64)
    usual = fills.group_by("symbol").agg(spread=pl.when(mid > 0).then(spread / mid).median()).drop_nulls("spread")
    return usual.filter(pl.col("spread") > pl.col("spread").quantile(WIDE, "linear"))["symbol"].sort()
