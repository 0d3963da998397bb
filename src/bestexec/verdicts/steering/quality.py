"""The quality that each venue gave, measured without regard to what it paid."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import polars as pl

PAYMENT_COLUMNS = ("venue_fee_usd", "usd_per_share", "payment_usd", "rebate_usd")
"""Columns that say what was paid. No measure of quality reads one."""


def quality(rows: pl.DataFrame, metric: str, *, cells: Collection[str], weight: str) -> pl.DataFrame:
    """(venue, month, cost): the weighted mean of `metric`, which is a cost to customers, at the venue less that of the same cells and month at all venues."""
    known = rows.select("venue", "month", *cells, weight=pl.col(weight).cast(pl.Float64), value=pl.col(metric).cast(pl.Float64)).filter(
        pl.col("venue").is_not_null(), pl.col("value").is_finite(), pl.col("weight") > 0
    )
    mean = (pl.col("value") * pl.col("weight")).sum() / pl.col("weight").sum()
    return (
        known.with_columns(value=pl.col("value") - mean.over(["month", *cells]))
        .group_by("venue", "month").agg(cost=mean)
        .sort("venue", "month")
    )  # fmt: skip


def unmoved_by_payments(
    measure: Callable[[pl.DataFrame], pl.DataFrame], rows: pl.DataFrame, *, seed: int = 0, columns: Collection[str] = PAYMENT_COLUMNS
) -> bool:
    """Whether `measure` says the same of `rows` when everything paid is dealt out anew among them.

    A measure that reads a payment, in whatever way, gives other figures and False. Raises ValueError where no column says what was paid, for then
    nothing was tried.
    """
    paid = [name for name in columns if name in rows.columns]
    if not paid or all(rows[name].n_unique() < 2 for name in paid):
        raise ValueError("nothing was paid that could be dealt out anew")
    draw = np.random.default_rng(seed)
    dealt = rows
    while dealt.equals(rows):
        order = draw.permutation(rows.height)
        dealt = rows.with_columns(rows[name].gather(order).alias(name) for name in paid)
    return measure(rows).equals(measure(dealt))
