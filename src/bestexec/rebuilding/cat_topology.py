"""Through whose hands the day's orders went, and what files of CAT can therefore show of them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bestexec.rebuilding.base import FACTS
from bestexec.rebuilding.cat_orders import Versions

TOPOLOGIES: Mapping[str, str] = {
    "A": "topology A: sent to another broker; what that broker's router did, its routes and fills, is not in these files: ask it for its drop copy",
    "B": "topology B: routed to exchanges in the firm's own name; the routes are complete, the fills are not in these files: ask for the sessions' FIX logs",
    "C": "topology C: worked through an order of the firm's own; the customer's fills are here, the market's are not",
    "D": "topology D: executed or routed inside the firm; these fills are complete",
}
"""What each way of handling means for the data, by its letter; an order can be of several."""
NOWHERE = "no route and no execution: held back, or its routes are in other files"


def facts(made: Versions, sent: pl.DataFrame, executed: pl.DataFrame, rows: pl.DataFrame, counted: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """FACTS of each day: how many of its customers' orders are of each topology, and the counts of `counted`."""
    orders = made.rows.filter(~pl.col("is_rep"))
    roots = (
        orders.sort("received_at", "order_id")
        .unique(subset="root", keep="first", maintain_order=True)
        .select(root=pl.col("root").cast(pl.String), day="key_on")
    )
    to = sent.group_by("root").agg(
        exchange=(pl.col("receiver_kind") == "exchange").any(), broker=(pl.col("receiver_kind").is_in(["broker", "wholesaler", "ats"])).any()
    )
    keys = ["firm", "key_on", "symbol", "order_id"]
    own = executed.join(orders.select(*keys, root=pl.col("root").cast(pl.String)), on=keys, how="inner")
    by_firm = own.group_by("root").agg(given=pl.col("raw_kind").is_in(["MEOF", "MEFA"]).any(), traded=pl.col("raw_kind").is_in(["MEOT", "MEOTS"]).any())
    inside = _inside(rows, orders)
    shape = roots.join(to, on="root", how="left").join(by_firm, on="root", how="left").join(inside, on="root", how="left")
    shape = shape.with_columns(pl.col("exchange", "broker", "given", "traded", "inside").fill_null(value=False))
    is_of = {
        "A": pl.col("broker") & ~pl.col("exchange"), "B": pl.col("exchange"), "C": pl.col("given"), "D": pl.col("traded") | pl.col("inside"),
    }  # fmt: skip
    anything = pl.any_horizontal("exchange", "broker", "given", "traded", "inside")
    told = [_share(shape, TOPOLOGIES[letter], found) for letter, found in is_of.items()]
    told += [_share(shape, NOWHERE, ~anything), _share(shape, "customers' orders", pl.lit(value=True))]
    told += [_share(_days(sent, "routed_on"), "routes", pl.lit(value=True)), _share(_days(sent, "routed_on"), "routes that were refused", pl.col("refused"))]
    told += [_count(frame, fact, counted["records read"]) for fact, frame in counted.items()]
    return pl.concat([pl.DataFrame(schema=FACTS), *told]).filter(pl.col("day").is_not_null()).sort("day", "fact")


def _inside(rows: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Roots whose order, or a part of it, was routed to a desk of the firm."""
    key = ["firm", "reporter", "symbol"]
    moved = rows.filter(pl.col("kind") == "internal").select(*key, cat_on=pl.coalesce("parent_on", "key_on"), cat_id=pl.coalesce("parent_order_id", "order_id"))
    return moved.join(orders.select(*key, "cat_on", "cat_id", root=pl.col("root").cast(pl.String)), on=[*key, "cat_on", "cat_id"], how="inner").select(
        "root", inside=pl.lit(value=True)
    ).unique()  # fmt: skip


def _days(sent: pl.DataFrame, day: str) -> pl.DataFrame:
    return sent.select(day=pl.col(day), refused=(pl.col("end_reason") == "rejected").fill_null(value=False))


def _share(frame: pl.DataFrame, fact: str, found: pl.Expr) -> pl.DataFrame:
    """Of each day, how many rows are found of how many."""
    marked = frame.select("day", found=found)
    return marked.group_by("day").agg(count=pl.col("found").sum().cast(pl.Int64), of=pl.len().cast(pl.Int64)).select(
        source=pl.lit("cat"), day="day", fact=pl.lit(fact), count="count", of="of"
    ).filter(pl.col("count") > 0)  # fmt: skip


def _count(frame: pl.DataFrame, fact: str, read: pl.DataFrame) -> pl.DataFrame:
    """Of each day, how many of the records read."""
    total = read.group_by("day").agg(of=pl.len().cast(pl.Int64))
    return frame.group_by("day").agg(count=pl.len().cast(pl.Int64)).join(total, on="day", how="left").select(
        source=pl.lit("cat"), day="day", fact=pl.lit(fact), count="count", of="of"
    )  # fmt: skip
