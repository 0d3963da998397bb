"""Benchmark instant, quote and order type of each order: fixed once, whatever happens to the order later."""

from __future__ import annotations

import polars as pl

from bestexec.filings.rule605.exact import px
from bestexec.filings.rule605.readings import Readings

STOPS = ("stop", "stop_limit", "trailing_stop")
_IS_STOP = pl.col("order_type").is_in(STOPS)
_HAS_LIMIT = pl.col("limit_px").is_not_null()
_IS_BUY = pl.col("side") > 0
_IS_IOC = pl.col("tif").fill_null("day") == "ioc"
_AT_T0 = ("bid", "ask", "bid_qty", "ask_qty", "best_bid", "best_ask", "is_halted", "is_limit_state")


def classed(orders: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """`orders` (columns.ORDERS) with `t0_at`, the quote `bid`, `ask` … in force then, and `order_class`, null where none can be told.

    t0 is the receipt of market orders and of limits at the midpoint or better; the executable time of stops and of every other limit.
    A locked or crossed quote is a quote. Received outside regular hours, or without a quote, a limit waits until it is executable.
    """
    at_once = ~_IS_STOP & (~_HAS_LIMIT | _reaches_mid("receipt"))
    known = orders.with_columns(is_at_once=at_once.fill_null(value=False))
    quoted = known.with_columns(
        pl.when("is_at_once").then("received_at").otherwise("executable_at").alias("t0_at"),
        *(pl.when("is_at_once").then(f"{name}_at_receipt").otherwise(f"{name}_at_executable").alias(name) for name in _AT_T0),
    )
    named = quoted.with_columns(order_class=pl.when(pl.col("t0_at").is_not_null()).then(_order_class(readings)))
    if readings.stop_effective_spread_at == "trigger":
        return named
    return named.with_columns(pl.when(_IS_STOP).then(f"{name}_at_receipt").otherwise(name).alias(name) for name in _AT_T0)


def _order_class(readings: Readings) -> pl.Expr:
    far_at_trigger = _reaches_far("executable").fill_null(value=False)
    stop = pl.when(~_HAS_LIMIT).then(pl.lit("MXXNY")).when(far_at_trigger).then(pl.lit("LYNNY")).otherwise(pl.lit("LNNNY"))
    if readings.stop_ioc_class == "ioc":
        stop = pl.when(_IS_IOC & (~_HAS_LIMIT | far_at_trigger)).then(pl.lit("LYNYN")).when(_IS_IOC).then(pl.lit("LNNYN")).otherwise(stop)
    market = pl.when(_IS_IOC).then(pl.lit(readings.market_ioc_class)).otherwise(pl.lit("MXXNN"))
    limit = _with_ioc("LYNYN", "LYNNN"), _with_ioc("LNYYN", "LNYNN"), _with_ioc("LNNYN", "LNNNN")
    far_at_receipt = pl.col("is_at_once") & _reaches_far("receipt").fill_null(value=False)
    return (
        pl.when(_IS_STOP).then(stop).when(~_HAS_LIMIT).then(market)
        .when(far_at_receipt).then(limit[0]).when(pl.col("is_at_once")).then(limit[1]).otherwise(limit[2])
    )  # fmt: skip


def _with_ioc(ioc: str, other: str) -> pl.Expr:
    return pl.when(_IS_IOC).then(pl.lit(ioc)).otherwise(pl.lit(other))


def _reaches_far(instant: str) -> pl.Expr:
    """Whether the limit is marketable: a buy at the offer or above, a sell at the bid or below."""
    return pl.when(_IS_BUY).then(pl.col("limit_px") >= pl.col(f"ask_at_{instant}")).otherwise(pl.col("limit_px") <= pl.col(f"bid_at_{instant}"))


def _reaches_mid(instant: str) -> pl.Expr:
    """Whether the limit, entered in regular hours, is at the midpoint or better for the other side; marketable ones are."""
    limit, mid = px(pl.col("limit_px")) * 2, px(pl.col(f"bid_at_{instant}")) + px(pl.col(f"ask_at_{instant}"))
    better = pl.when(_IS_BUY).then(limit >= mid).otherwise(limit <= mid) | _reaches_far(instant)
    return better & pl.col("is_open_at_receipt")
