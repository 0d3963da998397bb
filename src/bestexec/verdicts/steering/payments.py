"""What each venue paid the router a share, day by day: the lines in force, base rates and tiers apart."""

from __future__ import annotations

import polars as pl

from bestexec.schema import Column, Table
from bestexec.units import DAY, TEXT
from bestexec.verdicts.base import STATISTIC

IN_FORCE = Table(
    "payments_in_force", "What one venue pays for each share, over a span of days.", ("venue", "vendor", "order_type", "from_on", "from_shares"), "",
    (
        Column("venue", TEXT, "MIC", "Who pays.", required=True),
        Column("vendor", TEXT, "", "Vendor whose flow it is for; null for all."),
        Column("order_type", TEXT, "", "Order type it is for; null for all."),
        Column("from_on", DAY, "date", "First day it holds; null means always."),
        Column("to_on", DAY, "date", "First day it no longer holds; null means until further notice."),
        Column("from_shares", STATISTIC, "shares", "Shares of the month beyond which it is paid; null or 0 for the base rate."),
        Column("usd_per_share", STATISTIC, "$/share", "Paid to the router (+) or by it (−).", required=True),
    ),
)  # fmt: skip
CENT_PER_HUNDRED = 0.0001
"""One ¢ per 100 shares, in USD a share: the unit in which Rule 606 reports print payments."""


def as_in_force(payments: pl.DataFrame) -> pl.DataFrame:
    """`payments` in the columns of IN_FORCE; what a table lacks is null. Lines without a rate are left out: they say nothing."""
    schema = IN_FORCE.schema
    given = payments.select(
        pl.col(name).cast(dtype) if name in payments.columns else pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items()
    )  # fmt: skip
    return given.filter(pl.col("venue").is_not_null(), pl.col("usd_per_share").is_finite())


def of_schedule(fees: pl.DataFrame, liquidity: str = "removed") -> pl.DataFrame:
    """IN_FORCE of a fee schedule (`schema.FEES`): a rebate is a payment, a fee one below zero. Lines by notional or by fee code are not read."""
    lines = fees.filter(
        (pl.col("liquidity") == liquidity) | pl.col("liquidity").is_null(), pl.col("fee_usd_per_share").is_not_null(), pl.col("fee_code").is_null()
    )
    return as_in_force(lines.filter(pl.col("tier").is_null()).with_columns(usd_per_share=-pl.col("fee_usd_per_share")))


def of_received(payments: pl.DataFrame, rows: pl.DataFrame, *, weight: str = "fill_qty") -> pl.DataFrame:
    """IN_FORCE of what was received by month (`schema.PAYMENTS`): the month's dollars of a venue over the shares of `rows` (venue, month, `weight`) there.

    All kinds and order types of payment together, and all vendors. A month without shares has no rate. A schedule is the better source: a flat sum of
    dollars over more shares looks like a lower rate, and hides an answer to it.
    """
    month = pl.col("month_on").dt.truncate("1mo")
    dollars = payments.group_by("venue", month.alias("from_on")).agg(usd=pl.col("amount_usd").sum().cast(pl.Float64))
    first = (pl.col("month") + "-01").str.to_date()
    shares = rows.group_by("venue", first.alias("from_on")).agg(shares=pl.col(weight).cast(pl.Float64).sum())
    told = shares.join(dollars, on=["venue", "from_on"], how="inner").filter(pl.col("shares") > 0)
    return as_in_force(
        told.with_columns(usd_per_share=pl.col("usd") / pl.col("shares"), to_on=pl.col("from_on").dt.offset_by("1mo")).sort("venue", "from_on")
    )  # fmt: skip


def base_rates(asked: pl.DataFrame, payments: pl.DataFrame, vendor: str) -> pl.DataFrame:
    """`asked` (day, venue, and order_type where rates go by it) with `usd_per_share` of the base line in force, null where none says.

    Of several lines that fit, the one that names more of vendor and order type wins, then the one that began last.
    """
    lines = as_in_force(payments).filter(pl.col("from_shares").fill_null(0) == 0, pl.col("vendor").is_null() | (pl.col("vendor") == vendor))
    rows = asked.with_row_index("_row")
    pairs = rows.join(lines.rename({"order_type": "_type"}).drop("vendor").with_columns(_own=lines["vendor"].is_not_null()), on="venue", how="inner").filter(
        pl.col("from_on").is_null() | (pl.col("day") >= pl.col("from_on")), pl.col("to_on").is_null() | (pl.col("day") < pl.col("to_on")),
        pl.col("_type").is_null() | ((pl.col("_type") == pl.col("order_type")) if "order_type" in asked.columns else pl.lit(False)),
    )  # fmt: skip
    best = (
        pairs.with_columns(_named=pl.col("_own").cast(pl.Int8) + pl.col("_type").is_not_null().cast(pl.Int8))
        .sort("_row", "_named", "from_on", nulls_last=False)
        .unique("_row", keep="last", maintain_order=True)
    )
    return rows.join(best.select("_row", "usd_per_share"), on="_row", how="left", maintain_order="left").drop("_row")


def tiers(payments: pl.DataFrame, vendor: str) -> pl.DataFrame:
    """The lines of `payments` that are paid beyond a number of shares of the month."""
    return as_in_force(payments).filter(pl.col("from_shares") > 0, pl.col("vendor").is_null() | (pl.col("vendor") == vendor))
