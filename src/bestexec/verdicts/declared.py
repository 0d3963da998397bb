"""What every run judges: each vendor, each venue, each vendor's kinds of orders and its months, by three measures, as one family."""

from __future__ import annotations

from datetime import date

import polars as pl

from bestexec.metrics.catalog import METRICS
from bestexec.policy import Policy
from bestexec.verdicts.base import SUBJECTS_JOINED, VERDICTS
from bestexec.verdicts.matched.comparison import Comparison, Materiality

APART = ("customer_class", "is_held", "is_directed", "session", "asset_class", "currency")
"""Flows that are never compared with each other."""
CELLS = (*APART, "symbol", "kind_of_order", "lot_class", "part_of_day", "spread_class", "volatility_class")
KINDS: dict[str, tuple[str, ...]] = {
    "vendor": CELLS,
    "venue": CELLS,
    "vendor_and_order_type": CELLS,
    "vendor_and_month": ("vendor", *CELLS),
}
"""What is compared, each with its cells. A vendor's order type stands beside the other vendors' in the same cells; its month beside its other months."""
MEASURES = (("effective_spread", 0.5), ("net_price_improvement", 1.0), ("reversion_1min", 1.0))
"""Metrics in USD a share, each with what one unit costs the customer a share: an effective spread counts the distance from the midpoint twice."""
OPENS, CLOSES = 10, 15
"""Hours of the market's day: before the first it is the open, from the second on the close."""


def family(limits: Policy, on: date) -> tuple[Comparison, ...]:
    """The comparisons of every run, held to the policy in force `on` that day."""
    better = {metric.key: metric.better for metric in METRICS if metric.on == "fills"}
    material = Materiality(float(limits.limit("materiality_usd", on)), float(limits.limit("materiality_bps", on)))
    return tuple(
        Comparison(
            kind=kind, metric=metric, better="lower" if better[metric] == "lower" else "higher", materiality=material, cells=cells,
            minimum_n=int(limits.limit("min_n", on)), dollars_per_unit=dollars,
        )
        for kind, cells in KINDS.items() for metric, dollars in MEASURES
    )  # fmt: skip


def judged(fills: pl.DataFrame, limits: Policy) -> pl.DataFrame:
    """VERDICTS of a run's measured fills. Fills without a vendor or a venue take part in nobody's."""
    if fills.is_empty():
        return VERDICTS.schema.to_frame()
    from bestexec.verdicts.judging import judge  # noqa: PLC0415  # statistics take a second to load, which most commands never need

    last = fills["day"].max()
    assert isinstance(last, date)
    return judge(prepared(fills), family(limits, last))


def prepared(fills: pl.DataFrame) -> pl.DataFrame:
    """`fills` with the columns of KINDS and CELLS that are made here. What a feed does not say of a flow is a flow of its own."""
    part = pl.when(pl.col("hour") < OPENS).then(pl.lit("open")).when(pl.col("hour") >= CLOSES).then(pl.lit("close")).otherwise(pl.lit("middle"))
    told = fills.with_columns(pl.col(name).cast(pl.String).fill_null("unknown") for name in APART)
    return told.with_columns(
        part_of_day=pl.when(pl.col("hour").is_not_null()).then(part), kind_of_order=pl.coalesce("order_class", "order_type"),
        vendor_and_order_type=pl.concat_str("vendor", "order_type", separator=SUBJECTS_JOINED),
        vendor_and_month=pl.concat_str("vendor", "month", separator=SUBJECTS_JOINED),
    )  # fmt: skip
