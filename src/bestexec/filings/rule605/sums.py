"""A row's sums over its orders and executions: whole numbers, so that parts add up to the whole in any order."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from bestexec.filings.rule605.columns import ORDER_KEY, ROW_KEY
from bestexec.filings.rule605.exact import WHOLE, minus, qty, whole
from bestexec.filings.rule605.executions import FILL_SUMS, measured
from bestexec.filings.rule605.readings import Readings

ORDER_SUMS = (
    "orders", "ordered", "notional", "canceled", "filled_orders", "size_benchmark", "size_improved", "size_unknown",
    "regular_way", "regular_way_exchange", "opportunity_unknown",
)  # fmt: skip
SUMS = (*ORDER_SUMS, *FILL_SUMS)
EMPTY = pl.DataFrame(schema={"symbol": pl.String, "lot_class": pl.String, "size_bucket": pl.Int64, "order_class": pl.String, **dict.fromkeys(SUMS, WHOLE)})


def summed(covered: pl.DataFrame, fills: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """One row for each ROW_KEY with every sum of SUMS (Int128): orders, shares in 10⁻⁶, amounts in 10⁻¹⁵ USD, times in 10⁻⁶ shares × ns.

    `covered` are sized orders (`sizes.sized`) with `opportunity` and `opportunity_on_exchange` (10⁻⁶ shares, null without a tape).
    """
    executions = measured(fills, covered, readings)
    orders = _of_orders(covered, executions, readings)
    by_order = orders.group_by(ROW_KEY).agg(pl.col(name).sum() for name in ORDER_SUMS)
    by_fill = executions.group_by(ROW_KEY).agg(pl.col(name).sum() for name in FILL_SUMS)
    joined = by_order.join(by_fill, on=ROW_KEY, how="left")
    return joined.select(*ROW_KEY, *(pl.col(name).cast(WHOLE).fill_null(0) for name in SUMS)).sort(ROW_KEY)


def added(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The sums of several parts of the orders as the sums of all."""
    return pl.concat([EMPTY, *parts]).group_by(ROW_KEY).agg(pl.col(name).sum() for name in SUMS).sort(ROW_KEY)


def _of_orders(covered: pl.DataFrame, executions: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    ordered = executions.sort("filled_at", "fill_id")
    done = ordered.group_by(ORDER_KEY, maintain_order=True).agg(
        at_or_better=pl.col("n").filter(pl.col("better") >= 0).sum(),
        bid_size=qty(pl.col("bid_qty_at_fill")).first(), ask_size=qty(pl.col("ask_qty_at_fill")).first(),
    )  # fmt: skip
    both = covered.join(done, on=ORDER_KEY, how="left", maintain_order="left").with_columns(is_filled=pl.col("at_or_better").is_not_null())
    counts = pl.lit(value=True) if readings.size_benchmark_without_fill else pl.col("is_filled")
    benchmark = pl.when(counts).then(_benchmark(readings)).otherwise(whole(0))
    beyond = pl.col("at_or_better").fill_null(0) + minus(pl.col("benchmark"))
    capped = readings.opportunity_cap == "order_size"
    return both.with_columns(benchmark=benchmark).select(
        *ROW_KEY,
        orders=whole(1), ordered="quantity", notional="notional", canceled="canceled",
        filled_orders=pl.col("is_filled").cast(WHOLE),
        size_benchmark=pl.col("benchmark").fill_null(0),
        size_improved=pl.when(beyond > 0).then(beyond).otherwise(whole(0)),
        size_unknown=pl.col("benchmark").is_null().cast(WHOLE),
        regular_way=_capped("opportunity", capped), regular_way_exchange=_capped("opportunity_on_exchange", capped),
        opportunity_unknown=pl.col("opportunity").is_null().cast(WHOLE),
    )  # fmt: skip


def _benchmark(readings: Readings) -> pl.Expr:
    """Displayed size at the far side of the quote, at t0 or at the first execution, within the order's size unless the policy says otherwise."""
    is_buy = pl.col("side") > 0
    at_t0 = pl.when(is_buy).then(qty(pl.col("ask_qty"))).otherwise(qty(pl.col("bid_qty")))
    at_fill = pl.when(is_buy).then("ask_size").otherwise("bid_size")
    size = pl.when("is_filled").then(at_fill).otherwise(at_t0) if readings.size_benchmark_at == "execution" else at_t0
    if readings.size_benchmark_cap == "none":
        return size
    return pl.when(size.is_not_null()).then(pl.min_horizontal(size, pl.col("quantity")))


def _capped(name: str, capped: bool) -> pl.Expr:
    known = pl.col(name).cast(WHOLE).fill_null(0)
    return pl.when(known > pl.col("quantity")).then("quantity").otherwise(known) if capped else known
