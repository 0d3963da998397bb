"""What a venue charged or paid for each fill: as the fill states it, else by the schedule in force."""

from __future__ import annotations

import polars as pl

from bestexec.units import AMOUNT


def venue_fees(fills: pl.DataFrame, schedule: pl.DataFrame) -> pl.DataFrame:
    """venue_fee_usd and schedule_fee_usd for each row of `fills`: fee (+) or rebate (−) in USD as stated, else by the schedule; and by the schedule.

    Null where neither, or the schedule, says.

    A line of the schedule applies when venue, liquidity, fee code, price band and dates do; where several do,
    the one that names more of them wins, then the one that came later. Fills need venue, liquidity, fee_code, qty, px, traded_on, fee_usd.
    """
    numbered = fills.select("venue", "liquidity", "fee_code", "qty", "px", "traded_on", "fee_usd").with_row_index("_fill")
    lines = schedule.select("venue", "liquidity", "fee_code", "min_px", "max_px", "fee_usd_per_share", "fee_bps", "from_on", "to_on").with_row_index("_line")
    pairs = numbered.join(lines, on="venue", how="inner", suffix="_of_line").filter(
        _blank_or("liquidity") & _blank_or("fee_code"),
        pl.col("min_px").is_null() | (pl.col("px") >= pl.col("min_px")),
        pl.col("max_px").is_null() | (pl.col("px") < pl.col("max_px")),
        pl.col("from_on").is_null() | (pl.col("traded_on") >= pl.col("from_on")),
        pl.col("to_on").is_null() | (pl.col("traded_on") < pl.col("to_on")),
    )
    named = ["liquidity_of_line", "fee_code_of_line", "min_px", "max_px", "from_on"]
    best = pairs.with_columns(_named=pl.sum_horizontal(pl.col(name).is_not_null() for name in named)).sort("_fill", "_named", "_line")
    amount = pl.sql_expr("coalesce(fee_usd_per_share, 0) * qty + coalesce(fee_bps, 0) * qty * px / 10000")
    by_schedule = best.unique(subset="_fill", keep="last", maintain_order=True).select("_fill", _amount=amount.cast(AMOUNT))
    joined = numbered.join(by_schedule, on="_fill", how="left", maintain_order="left")
    return joined.select(venue_fee_usd=pl.coalesce("fee_usd", "_amount"), schedule_fee_usd="_amount")


def _blank_or(name: str) -> pl.Expr:
    of_line = pl.col(f"{name}_of_line")
    return of_line.is_null() | (of_line == pl.col(name))
