"""Harm to single orders, listed one by one: an average hides them."""

from __future__ import annotations

import polars as pl

from bestexec.schema import Column, Table
from bestexec.units import COUNT, DAY, TEXT
from bestexec.verdicts.base import STATISTIC
from bestexec.verdicts.matched.comparison import ORDER, Comparison
from bestexec.verdicts.matched.reducing import known

HARMED_ORDERS = Table(
    "harmed_orders", "One order that cost the customer more, against other orders of the same kind, than a limit allows.", ORDER, "key_on",
    (
        Column("firm", TEXT, "", "Reporting firm.", required=True),
        Column("key_on", DAY, "date", "Trading date of the order's receipt.", required=True),
        Column("symbol", TEXT, "", "Symbol.", required=True),
        Column("order_id", TEXT, "", "The source's order id.", required=True),
        Column("n", COUNT, "fills", "Its fills in cells that hold another order.", required=True),
        Column("shares", STATISTIC, "shares", "Their shares.", required=True),
        Column("alone_shares", STATISTIC, "shares", "Shares in cells of its own, of which nothing can be said.", required=True),
        Column("dollars", STATISTIC, "USD", "Cost against the mean of the other orders in each cell; + is harm.", required=True),
        Column("per_share", STATISTIC, "USD/share", "The same for each matched share.", required=True),
    ),
)  # fmt: skip


def harmed_orders(fills: pl.DataFrame, comparison: Comparison, limit_usd: float) -> pl.DataFrame:
    """HARMED_ORDERS of the orders whose dollars exceed `limit_usd`, the worst first.

    Each is held against the other orders of its cells: an order in its own mean would hide its harm.
    """
    cell, order = list(comparison.cells), list(ORDER)
    weight, metric = (pl.col(name).cast(pl.Float64) for name in (comparison.weight, comparison.metric))
    rows = fills.filter(known(comparison)).select(*dict.fromkeys([*cell, *order]), _weight=weight, _total=weight * metric)
    sums = (pl.col("_weight").sum(), pl.col("_total").sum(), pl.len().alias("_n"))
    parts = rows.group_by(list(dict.fromkeys([*cell, *order])), maintain_order=True).agg(*sums)
    others = {name: pl.col(name).sum().over(cell) - pl.col(name) if cell else pl.col(name).sum() - pl.col(name) for name in ("_weight", "_total")}
    orders = pl.len().over(cell) if cell else pl.len()
    mean = pl.when(orders > 1, others["_weight"] > 0).then(others["_total"] / others["_weight"])
    dollars = comparison.sign * comparison.dollars_per_unit * (pl.col("_total") - pl.col("_weight") * mean)
    matched = parts.with_columns(_dollars=dollars)
    has = pl.col("_dollars").is_not_null()
    summed = matched.group_by(order, maintain_order=True).agg(
        n=pl.col("_n").filter(has).sum().cast(COUNT), shares=pl.col("_weight").filter(has).sum(), alone_shares=pl.col("_weight").filter(~has).sum(),
        dollars=pl.col("_dollars").sum().round_sig_figs(10),
    )  # fmt: skip
    over = summed.filter(pl.col("shares") > 0, pl.col("dollars") > limit_usd)
    told = over.with_columns(per_share=(pl.col("dollars") / pl.col("shares")).round_sig_figs(10))
    return told.select(HARMED_ORDERS.schema.names()).sort("dollars", *order, descending=[True, False, False, False, False])
