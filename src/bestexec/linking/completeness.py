"""Whether every order, route and fill is there: what was fed beside what somebody else counted, or that nobody did."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bestexec.linking.link import Linked
from bestexec.schema import BY_NAME, Column, Table, conform
from bestexec.units import COUNT, DAY, TEXT

UNKNOWN = "completeness unknown"
STATES = ("complete", "gaps", UNKNOWN)
COMPLETENESS = Table(
    "completeness", "Orders, routes or fills of a day: fed = measured + left out + apart, beside what is known of how many there were.", ("day", "of"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("of", TEXT, "", "Orders, routes or fills.", required=True),
        Column("fed", COUNT, "rows", "How many were fed, each once.", required=True),
        Column("measured", COUNT, "rows", "Of these, measured.", required=True),
        Column("excluded", COUNT, "rows", "Of these, left out by a rule that says why.", required=True),
        Column("apart", COUNT, "rows", "Of these, fills withdrawn or without an order.", required=True),
        Column("total", COUNT, "rows", "The control total, where there is one."),
        Column("counted_by", TEXT, "", "Who counted it."),
        Column("missing", COUNT, "rows", "Total less fed, where the total is higher."),
        Column("surplus", COUNT, "rows", "Fed less total, where the total is lower."),
        Column("feeds", TEXT, "", "Feeds that tell of them."),
        Column("unmatched", COUNT, "rows", "Rows that one of several feeds lacks or tells otherwise."),
        Column("state", TEXT, "", "What follows.", required=True, values=STATES),
    ),
)  # fmt: skip


def completeness(fed: pl.DataFrame, control: pl.DataFrame, feeds: pl.DataFrame, unmatched: pl.DataFrame) -> pl.DataFrame:
    """COMPLETENESS rows: complete, with gaps, or unknown because there is neither a control total nor a second feed.

    `fed` as `fed` gives it and `feeds` as `told_by` does; `control`: control totals; `unmatched`: `reconciling.UNMATCHED` rows.
    """
    coarse = control.filter(pl.all_horizontal(pl.col("order_type", "size_bucket").is_null()))
    whole = coarse.filter(pl.all_horizontal(pl.col("session", "customer_class").is_null()))
    parts = coarse.filter(pl.all_horizontal(pl.col("session", "customer_class").is_not_null()))
    totals = pl.concat([_totals(whole), _totals(parts)]).unique(subset=["day", "of"], keep="first", maintain_order=True)
    gaps = unmatched.group_by("day", of="table").agg(unmatched=pl.len().cast(COUNT))
    joined = fed.join(totals, on=["day", "of"], how="left").join(feeds, on=["day", "of"], how="left").join(gaps, on=["day", "of"], how="left")
    difference = pl.col("total") - pl.col("fed")
    told = joined.with_columns(
        missing=pl.max_horizontal(difference, 0), surplus=pl.max_horizontal(-difference, 0), unmatched=pl.when("several").then(pl.col("unmatched").fill_null(0))
    ).with_columns(pl.when(pl.col("total").is_not_null()).then(pl.col("missing", "surplus")))  # fmt: skip
    is_known = pl.col("total").is_not_null() | pl.col("several").fill_null(value=False)
    has_gaps = pl.sum_horizontal(pl.col("missing", "surplus", "unmatched").fill_null(0)) > 0
    state = pl.when(~is_known).then(pl.lit(UNKNOWN)).when(has_gaps).then(pl.lit("gaps")).otherwise(pl.lit("complete"))
    return conform(told.with_columns(state=state), COMPLETENESS).sort("day", "of")


def fed(linked: Linked, fills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """day, of, fed, measured, excluded, apart of everything linked: the first of these is the sum of the other three."""
    parts = [
        _counts(orders, "orders", "day", excluded="excluded"), _counts(fills, "fills", "day", excluded="excluded"),
        _counts(linked.routes, "routes", "routed_on"),
        *(_counts(rows, "fills", "traded_on", apart=True) for rows in (linked.unlinked, linked.withdrawn)),
    ]  # fmt: skip
    summed = pl.concat(parts).group_by("day", "of").agg(pl.col("measured", "excluded", "apart").sum())
    return summed.with_columns(fed=pl.sum_horizontal("measured", "excluded", "apart"))


def told_by(feeds: Mapping[str, pl.DataFrame], feed_of: Mapping[str, str]) -> pl.DataFrame:
    """day, of, feeds (their names), several (whether two or more): who tells of the orders, routes and fills of each day."""
    parts = []
    for table, rows in feeds.items():
        named = rows.select(day=pl.col(BY_NAME[table].day), feed=pl.col("import_id").replace_strict(dict(feed_of), default=None, return_dtype=pl.String))
        names = named.group_by("day").agg(feeds=pl.col("feed").unique().sort().str.join(", "), several=pl.col("feed").n_unique() > 1)
        parts.append(names.select("day", "feeds", "several", of=pl.lit(table)))
    return pl.concat(parts)


def _counts(rows: pl.DataFrame, of: str, day: str, *, excluded: str = "", apart: bool = False) -> pl.DataFrame:
    left_out = pl.col(excluded).is_not_null().sum() if excluded else pl.lit(0)
    return rows.group_by(day=day).agg(
        of=pl.lit(of), measured=(pl.lit(0) if apart else pl.len() - left_out).cast(COUNT), excluded=left_out.cast(COUNT),
        apart=(pl.len() if apart else pl.lit(0)).cast(COUNT),
    ).select("day", "of", "measured", "excluded", "apart")  # fmt: skip


def _totals(control: pl.DataFrame) -> pl.DataFrame:
    """day, of, total, counted_by: the sum over the parts of one source, the first source by name where several counted."""
    rows = control.filter(pl.col("measure").is_in(["orders", "routes", "fills"])).group_by("day", "source", of="measure").agg(pl.col("total").sum().cast(COUNT))
    first = rows.sort("day", "of", "source").unique(subset=["day", "of"], keep="first", maintain_order=True)
    return first.select("day", "of", "total", counted_by="source")
