"""What of a FIX log does not add up, and how much of it does: breaks and facts."""

from __future__ import annotations

import polars as pl

from bestexec.rebuilding.base import BREAKS, FACTS
from bestexec.units import NOTIONAL, QTY

SUM_BREAK, OPEN_BREAK, AVERAGE_BREAK = (
    "sum of executions is not CumQty (14)",
    "quantity less CumQty (14) is not LeavesQty (151)",
    "AvgPx (6) is not the average of executions",
)
HALF_CENT = "0.005"
"""How far AvgPx, which venues round, may be from the average of the executions."""
FILLS_ONLY = "fills-only: no order was seen being split or sent to a market; the venue is that of LastMkt (30)"


def arithmetic(reports: pl.DataFrame, executions: pl.DataFrame) -> pl.DataFrame:
    """The reports of executions, with `why`, whose counts contradict the executions: of each order its last report, and each with open quantity."""
    executed = reports.filter(pl.col("kind").is_in(["fill", "fill_corrected", "fill_busted"]) & pl.col("chain").is_not_null() & ~pl.col("is_away"))
    last = executed.sort("e").unique("chain", keep="last", maintain_order=True)
    stands = executions.filter("stands").group_by("chain").agg(summed=pl.col("qty").sum().cast(QTY), paid=pl.sql_expr("px * qty").cast(NOTIONAL).sum())
    summed = last.join(stands, on="chain", how="left", maintain_order="left").with_columns(pl.col("summed").fill_null(0).cast(QTY))
    wrong_sum = summed.filter((pl.col("cumulative_qty") != pl.col("summed")).fill_null(value=False)).with_columns(why=pl.lit(SUM_BREAK))
    away = (pl.col("average_px").cast(pl.Float64) - pl.col("paid").cast(pl.Float64) / pl.col("summed").cast(pl.Float64)).abs()
    wrong_average = summed.filter(((pl.col("summed") > 0) & (away > float(HALF_CENT) + 1e-9)).fill_null(value=False)).with_columns(why=pl.lit(AVERAGE_BREAK))
    still = pl.col("raw_kind").str.contains(r"150=(1|F)\b") | (pl.col("leaves_qty") > 0)
    differs = (pl.col("ordered_qty") - pl.col("cumulative_qty")) != pl.col("leaves_qty")
    wrong_open = executed.filter((still & differs & (pl.col("kind") == "fill")).fill_null(value=False)).with_columns(why=pl.lit(OPEN_BREAK))
    return pl.concat([part.select(*reports.columns, "why") for part in (wrong_sum, wrong_average, wrong_open)])


def breaks(rows: pl.DataFrame, detail: pl.Expr) -> pl.DataFrame:
    """BREAKS of events with `why`."""
    return rows.select(
        source=pl.lit("fix"), day="day", reason="why", symbol="symbol", order_id="order_id", detail=detail.cast(pl.String), line="line", import_id="import_id"
    ).cast(dict(BREAKS))  # type: ignore[arg-type]  # a schema is a mapping of types


def facts(events: pl.DataFrame, reports: pl.DataFrame, links: pl.DataFrame, fills: pl.DataFrame, routes: pl.DataFrame) -> pl.DataFrame:
    """FACTS: messages by kind; reports and executions attached; children tied, by rule; fills-only, where it holds.

    `links`: (`day`, `parent`, `rule`, `depth`) of each order at each hop; `fills`, `routes`: rows of these tables.
    """
    by_day = events.group_by("day").agg(of=pl.len())
    kinds = (
        events.group_by("day", "kind").agg(count=pl.len()).join(by_day, on="day").select("day", pl.format("messages: {}", "kind").alias("fact"), "count", "of")
    )
    said = reports.filter(pl.col("kind").is_in(["fill", "fill_corrected", "fill_busted"]))
    attached = (
        said.group_by("day")
        .agg(count=pl.col("chain").is_not_null().sum(), of=pl.len())
        .select("day", pl.lit("executions attached to an order").alias("fact"), "count", "of")
    )
    children = links.filter(pl.col("depth") > 0)
    many = links.group_by("day").agg(of=pl.len())
    tied = (
        children.group_by("day").agg(count=pl.len()).join(many, on="day").select("day", pl.lit("orders that are another's child").alias("fact"), "count", "of")
    )
    of_children = children.group_by("day").agg(of=pl.len())
    rules = (
        children.group_by("day", "rule")
        .agg(count=pl.len())
        .join(of_children, on="day")
        .select("day", pl.format("children tied by {}", "rule").alias("fact"), "count", "of")
    )
    only = _fills_only(fills, routes, children)
    parts = [kinds, attached, tied, rules, only]
    typed = [part.cast({"count": pl.Int64, "of": pl.Int64}) for part in parts]
    return pl.concat(typed).select(source=pl.lit("fix"), day="day", fact="fact", count="count", of="of").cast(dict(FACTS)).sort("day", "fact")  # type: ignore[arg-type]


def _fills_only(fills: pl.DataFrame, routes: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """The days with executions on which no order had two children and none was sent to a known market (topology A)."""
    split = children.filter(pl.len().over("parent") > 1).select("day")
    marketed = routes.filter(pl.col("venue_kind").is_not_null() & (pl.col("venue_kind") != "broker")).select(day="routed_on")
    days = fills.select(day="traded_on").unique().join(pl.concat([split, marketed]), on="day", how="anti", maintain_order="left")
    return days.select("day", fact=pl.lit(FILLS_ONLY), count=pl.lit(1), of=pl.lit(1))
