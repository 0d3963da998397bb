"""The 55 columns of the detailed file out of the sums: one division and one rounding for each cell."""

from __future__ import annotations

import polars as pl

from bestexec.errors import Problem
from bestexec.filings.rule605.columns import HORIZONS
from bestexec.filings.rule605.exact import cell, ratio
from bestexec.filings.rule605.executions import BUCKETS
from bestexec.filings.rule605.readings import Readings
from bestexec.market.rule605 import DETAIL

TEXTS = ("DsgntParticipant", "RprtEntityCd", "RptDate", "Symbol", "LotSizeFlag", "OrderSize", "OrderType")
COUNTS = ("CvrdOrderCnt", "FilledOrderCnt")
PRICE, TIME, FRACTION, DOLLARS = -3, 0, 6, -9
"""Powers of ten between a sum's unit over its divisor's and the millionths of a cell."""


def detailed(sums: pl.DataFrame, readings: Readings, *, code: str, participant: str) -> pl.DataFrame:
    """One row a symbol, lot flag, size group and order type under the 55 names of the file; numbers as Decimal(38,6), null where a cell stays empty.

    Raises Problem where a statistic is required and what it needs is missing.
    """
    _required(sums, readings)
    executed = pl.col("executed") + pl.col("executed_away")
    cells = {
        "order_count": pl.col("orders"), "ordered_notional_usd": ratio(pl.col("notional"), pl.lit(1, pl.Int128), DOLLARS), "ordered_shares": pl.col("ordered"),
        "canceled_shares": pl.col("canceled"), "executed_shares": pl.col("executed"), "executed_away_shares": pl.col("executed_away"),
        **{f"shares_{name}": pl.col(f"bucket_{name}") for name in BUCKETS},
        **{name: value for horizon in HORIZONS for name, value in _realized(horizon, executed).items()},
        "average_mid": ratio(pl.col("mid_amount"), executed, PRICE),
        **_against_quote(executed, readings), **_of_resting(executed, readings),
    }  # fmt: skip
    names = {item.column: item.name for item in DETAIL.fields}
    made = {names[column]: value.cast(pl.Int64) if names[column] in COUNTS else cell(value) for column, value in cells.items()}
    flags = pl.col("lot_class").replace_strict(readings.lot_flags, return_dtype=pl.String)
    keyed = sums.select(
        DsgntParticipant=pl.lit(participant), RprtEntityCd=pl.lit(code), RptDate=pl.lit(readings.month.strftime("%Y%m")), Symbol=pl.col("symbol"),
        LotSizeFlag=flags, OrderSize=pl.col("size_bucket").cast(pl.String), OrderType=pl.col("order_class"), **made,
    )  # fmt: skip
    return keyed.select(item.name for item in DETAIL.fields)


def _realized(horizon: str, executed: pl.Expr) -> dict[str, pl.Expr]:
    amount, shares = pl.col(f"realized_amount_{horizon}"), pl.col(f"realized_shares_{horizon}")
    whole = shares == executed
    return {
        f"realized_spread_{horizon}": ratio(amount, shares, PRICE),
        f"realized_spread_{horizon}_pct": pl.when(whole).then(ratio(amount, pl.col("mid_amount"), FRACTION))
        .otherwise(ratio(ratio(amount, shares), ratio(pl.col("mid_amount"), executed), FRACTION)),
    }  # fmt: skip


def _against_quote(executed: pl.Expr, readings: Readings) -> dict[str, pl.Expr]:
    """Group (ii), empty for classes that do not carry it; averages are empty without shares, counts of shares are then zero."""
    here = pl.col("order_class").is_in(readings.quote_classes)
    sized = here & (pl.col("size_unknown") == 0)
    best = here & (pl.col("best_unknown_shares") == 0) & ((executed > 0) | readings.best_displayed_required)
    quoted = {
        "quoted_spread": ratio(pl.col("quoted_amount"), pl.col("quoted_shares"), PRICE),
        "effective_spread": ratio(pl.col("effective_amount"), executed, PRICE),
        "effective_spread_pct": ratio(pl.col("effective_amount"), pl.col("mid_amount"), FRACTION),
        "effective_over_quoted": pl.when(pl.col("quoted_shares") == executed).then(ratio(pl.col("effective_amount"), pl.col("quoted_amount"), FRACTION))
        .otherwise(ratio(ratio(pl.col("effective_amount"), executed), ratio(pl.col("quoted_amount"), pl.col("quoted_shares")), FRACTION)),
        "inside_shares": pl.col("inside_shares"), "price_improvement": ratio(pl.col("inside_amount"), pl.col("inside_shares"), PRICE),
        "inside_time_ns": ratio(pl.col("inside_time"), pl.col("inside_shares"), TIME),
        "at_quote_shares": pl.col("at_shares"), "at_quote_time_ns": ratio(pl.col("at_time"), pl.col("at_shares"), TIME),
        "outside_shares": pl.col("outside_shares"), "price_disimprovement": ratio(pl.col("outside_amount"), pl.col("outside_shares"), PRICE),
        "outside_time_ns": ratio(pl.col("outside_time"), pl.col("outside_shares"), TIME),
    }  # fmt: skip
    displayed = {
        "best_displayed_inside_shares": pl.col("best_inside_shares"),
        "best_displayed_price_improvement": ratio(pl.col("best_inside_amount"), pl.col("best_inside_shares"), PRICE),
        "best_displayed_at_quote_shares": pl.col("best_at_shares"), "best_displayed_outside_shares": pl.col("best_outside_shares"),
        "best_displayed_price_disimprovement": ratio(pl.col("best_outside_amount"), pl.col("best_outside_shares"), PRICE),
    }  # fmt: skip
    sizes = {"size_benchmark_shares": pl.col("size_benchmark"), "size_improved_shares": pl.col("size_improved")}
    groups = ((here, quoted), (best, displayed), (sized, sizes))
    return {name: pl.when(carries).then(value) for carries, values in groups for name, value in values.items()}


def _of_resting(executed: pl.Expr, readings: Readings) -> dict[str, pl.Expr]:
    """Group (iii), empty for classes that do not carry it."""
    here = pl.col("order_class").is_in(readings.limit_classes)
    taped = here & (pl.col("opportunity_unknown") == 0)
    return {
        "filled_order_count": pl.when(here).then("filled_orders"),
        "regular_way_shares": pl.when(taped).then("regular_way"),
        "regular_way_exchange_shares": pl.when(taped).then("regular_way_exchange"),
        "filled_order_time_ns": pl.when(here).then(ratio(pl.col("time_amount"), executed, TIME)),
    }


def _required(sums: pl.DataFrame, readings: Readings) -> None:
    lacking = sums.filter(pl.col("order_class").is_in(readings.quote_classes), pl.col("best_unknown_shares") > 0)
    if readings.best_displayed_required and lacking.height:
        raise Problem(
            f"{lacking.height} rows have executions without a best available displayed price, which {readings.month:%Y-%m} must report",
            where=", ".join(lacking["symbol"].unique().sort().to_list()[:5]),
            do="import odd-lot quotes of those days, then measure again",
        )
