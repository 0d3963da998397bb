"""Which orders the rule covers, and of every other one the first reason why not."""

from __future__ import annotations

import polars as pl

from bestexec.filings.rule605.classes import STOPS
from bestexec.filings.rule605.columns import ORDER_KEY
from bestexec.filings.rule605.readings import Readings

AUCTIONS = ("market_on_open", "limit_on_open", "market_on_close", "limit_on_close")
TYPES = ("market", "limit", *STOPS)
AT_ONCE = ("MXXNN", "LYNNN", "LYNYN")
"""Market and marketable limit orders: those that a halt at receipt excludes."""
WAITING = ("LNNNN", "LNNYN")
FAULTS = (
    "executed before it could be", "more executed and canceled than ordered", "no national best bid and offer at receipt",
    "no national best bid and offer at t0", "no side, quantity or time of receipt",
)  # fmt: skip
"""Reasons that speak of the data rather than of the order."""


def with_reason(orders: pl.DataFrame, fills: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """`orders` as `classes.classed` gives them, with `excluded`: why the rule does not cover it, null where it does."""
    told = orders.join(_executed(fills, orders), on=ORDER_KEY, how="left", maintain_order="left")
    reasons = (*_of_kind(readings), *_of_instant(readings), *_of_executions())
    return told.with_columns(excluded=pl.coalesce(pl.when(is_so.fill_null(value=False)).then(why) for is_so, why in reasons))


def counts(orders: pl.DataFrame) -> pl.DataFrame:
    """Per reason: orders and their shares, most first."""
    out = orders.filter(pl.col("excluded").is_not_null())
    return out.group_by("excluded").agg(orders=pl.len().cast(pl.Int64), shares=pl.col("qty").sum()).sort("orders", "excluded", descending=[True, False])


def _executed(fills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    timed = fills.join(orders.select(*ORDER_KEY, "t0_at"), on=ORDER_KEY, how="inner")
    return timed.group_by(ORDER_KEY).agg(
        executed_qty=pl.col("fill_qty").sum(),
        first_filled_at=pl.col("filled_at").min(),
        is_out_of_hours=(~pl.col("is_regular")).any(),
        is_too_early=(pl.col("filled_at") < pl.col("t0_at")).any(),
    )


def _of_kind(readings: Readings) -> tuple[tuple[pl.Expr, pl.Expr], ...]:
    kind = pl.col("order_type")
    manual = pl.col("is_manual") if readings.manual_orders == "exclude" else pl.lit(False)
    return (
        (pl.any_horizontal(pl.col(name).is_null() for name in ("side", "qty", "received_at")), pl.lit("no side, quantity or time of receipt")),
        (pl.col("asset_class") != "equity", pl.format("{} is no NMS stock", "asset_class")),
        (pl.col("is_thin"), pl.lit("security exempt as rarely traded")),
        (pl.col("parent_order_id").is_not_null(), pl.lit("part of another order")),
        (pl.col("end_reason") == "rejected", pl.lit("refused by the firm")),
        (kind.is_in(AUCTIONS) | pl.col("tif").is_in(["opg", "cls"]), pl.lit("for the opening or closing price")),
        ((kind == "all_or_none") | (pl.col("tif") == "fok"), pl.lit("only at its full size")),
        (~kind.is_in(TYPES), pl.format("{} order", kind.str.replace_all("_", " "))),
        (kind.is_in(["limit", "stop_limit"]) & pl.col("limit_px").is_null(), pl.lit("limit order without a limit")),
        (~pl.col("is_held"), pl.lit("not held")),
        (pl.col("special_handling").is_not_null() | (pl.col("min_qty") > 0), pl.lit("special handling")),
        (pl.col("is_short_exempt"), pl.lit("short sale marked exempt")),
        (pl.col("is_short") & pl.col("is_price_tested"), pl.lit("short sale under the price test of Rule 201")),
        (manual, pl.lit("received by hand")),
    )


def _of_instant(readings: Readings) -> tuple[tuple[pl.Expr, pl.Expr], ...]:
    no_limit = pl.col("order_type") == "market"
    waits = pl.col("order_class").is_in(WAITING) | pl.col("order_type").is_in(STOPS)
    no_quote = pl.col("bid").is_null() | pl.col("ask").is_null()
    halted, crossed = readings.halt_orders == "exclude", readings.crossed_market_orders == "exclude"
    limit_state = readings.luld_limit_state_quotes == "exclude"
    return (
        (no_limit & ~pl.col("is_open_at_receipt"), pl.lit("market order received outside regular hours")),
        (pl.lit(halted) & pl.col("order_class").is_in(AT_ONCE) & pl.col("is_halted_at_receipt"), pl.lit("received during a halt")),
        (no_limit & no_quote, pl.lit("no national best bid and offer at receipt")),
        (pl.col("t0_at").is_null(), pl.lit("never executable in regular hours")),
        (waits & pl.col("is_halted_at_executable"), pl.lit("its price was reached during a halt alone")),
        (no_quote, pl.lit("no national best bid and offer at t0")),
        (pl.lit(crossed) & (pl.col("bid") > pl.col("ask")), pl.lit("crossed market")),
        (pl.lit(limit_state) & pl.col("is_limit_state"), pl.lit("quote of a limit state")),
        (waits & pl.col("is_halted_soon_after"), pl.lit("halted soon after it became executable")),
    )


def _of_executions() -> tuple[tuple[pl.Expr, pl.Expr], ...]:
    done = pl.col("executed_qty").fill_null(0) + pl.col("canceled_qty").fill_null(0)
    return (
        (pl.col("is_out_of_hours"), pl.lit("executed outside regular hours")),
        (pl.col("is_too_early"), pl.lit("executed before it could be")),
        (done > pl.col("qty"), pl.lit("more executed and canceled than ordered")),
    )
