"""Which figures of other markets a reader sees first: six measures, every center together, and the best centers used and not used."""

from __future__ import annotations

import polars as pl

from bestexec.competing.reweighting import EVERY_CENTER

HEADLINE = ("net_price_improvement", "effective_over_quoted", "effective_spread", "at_or_inside", "mean_time_to_execution", "fill_rate")
"""In the order in which they are read; a table has each that a report states."""
OF_EACH = 2
"""Centers shown of those used today, and of those not used."""
CELL = ("layout", "order_group", "metric")


def first(competing: pl.DataFrame) -> pl.DataFrame:
    """The rows of COMPETING that are read first, in its columns: of each headline measure and kind of order every center together, then the best OF_EACH
    centers used today and the best OF_EACH not used. Centers without a figure come after those that have one.
    """
    cost = pl.when(pl.col("better") == "higher").then(-pl.col("theirs")).otherwise(pl.col("theirs"))
    place = {metric: number for number, metric in enumerate(HEADLINE)}
    told = competing.filter(pl.col("metric").is_in(HEADLINE)).with_columns(
        _place=pl.col("metric").replace_strict(place, return_dtype=pl.Int64), _every=pl.col("center") != EVERY_CENTER, _cost=cost
    )
    ordered = told.sort("_place", "order_group", "layout", "_every", "_cost", "center", nulls_last=True)
    numbered = ordered.with_columns(_rank=pl.int_range(pl.len()).over(*CELL, "_every", "is_used"))
    return numbered.filter(~pl.col("_every") | (pl.col("_rank") < OF_EACH)).select(competing.columns)
