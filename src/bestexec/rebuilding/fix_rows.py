"""Orders, routes and fills as canonical rows, out of versions and executions."""

from __future__ import annotations

import polars as pl

from bestexec.market.venues import KINDS, NAME_MICS
from bestexec.rebuilding.fix_once import latest
from bestexec.schema import FILLS, ORDERS, ROUTES, Table, conform
from bestexec.units import QTY

END_REASONS = {"order_canceled": "canceled", "expired": "expired", "done": "expired", "rejected": "rejected"}
NOT_WHOLE = "order without symbol, side, quantity or type"


def states(rows: pl.DataFrame, fills: pl.DataFrame, ends: pl.DataFrame, acks: pl.DataFrame) -> pl.DataFrame:
    """Versions in force with `open_qty` (what each began with), `filled_qty`, `end_reason`, `ended_at`, `canceled_qty`, `acked_at`.

    38 counts from the order's beginning; a replacement begins with what 38 leaves after all that was executed before it. `fills`: (`v`, `qty`, `event_at`)
    of the executions that stand.
    """
    sums = fills.group_by("v").agg(filled_qty=pl.col("qty").sum(), last_fill_at=pl.col("event_at").max())
    joined = rows.join(sums, on="v", how="left", maintain_order="left").join(ends, on="v", how="left", maintain_order="left")
    joined = joined.join(acks, on="v", how="left", maintain_order="left").with_columns(pl.col("filled_qty").fill_null(0).cast(QTY))
    before = pl.col("filled_qty").cum_sum().over("chain", order_by="number") - pl.col("filled_qty")
    whole = joined.with_columns(open_qty=(pl.col("qty") - before).cast(QTY))
    refused, replaced = pl.col("end_kind") == "rejected", pl.col("until").is_not_null()
    full = (pl.col("filled_qty") >= pl.col("open_qty")) & (pl.col("filled_qty") > 0)
    reason = (
        pl.when(refused).then(pl.lit("rejected")).when(full).then(pl.lit("filled")).when(replaced).then(pl.lit("replaced"))
        .otherwise(pl.col("end_kind").replace_strict(END_REASONS, default=None, return_dtype=pl.String))
    )  # fmt: skip
    ended = pl.when(full & ~refused.fill_null(value=False)).then("last_fill_at").when(replaced).then("replaced_at").otherwise("ended")
    told = whole.with_columns(end_reason=reason)
    rest = pl.max_horizontal(pl.col("open_qty") - pl.col("filled_qty"), pl.lit(0).cast(QTY))
    return told.with_columns(ended_at=ended, canceled_qty=pl.when(pl.col("end_reason").is_not_null()).then(rest).cast(QTY))


def usable() -> pl.Expr:
    """Whether a version says all that a canonical order needs."""
    return pl.all_horizontal(pl.col(name).is_not_null() for name in ("symbol", "side", "order_type", "event_at")) & (pl.col("open_qty") > 0).fill_null(
        value=False
    )


def named(rows: pl.DataFrame) -> pl.DataFrame:
    """Versions with what they lack of symbol, side, type and terms taken from the version they replace."""
    terms = ["symbol", "side", "order_type", "tif", "account_key", "customer_class", "capacity", "currency", "is_short", "is_short_exempt", "is_held"]
    return rows.sort("chain", "number").with_columns(pl.col(name).forward_fill().over("chain") for name in terms)


def orders(rows: pl.DataFrame) -> pl.DataFrame:
    """schema.ORDERS rows of the customers' versions."""
    made = rows.with_columns(
        key_on="day", qty="open_qty", received_at="event_at", received_source="event_source", received_resolution_ns="event_resolution_ns",
        prior_order_id="prior_id", special_handling="handling",
    )  # fmt: skip
    return _conformed(made.with_columns(pl.lit(None).alias("session"), pl.lit(None).alias("parent_order_id")), ORDERS)


def routed(rows: pl.DataFrame, linked: pl.DataFrame, in_force: pl.DataFrame) -> pl.DataFrame:
    """Children's versions with `root_v`, the customer's version in force when they were sent, `route_id`, `parent_route_id` and `venue`.

    A child's replacement hands on what was asked of the order: it belongs to the version asked for last, though not yet acknowledged.
    A route is called by its ClOrdID; where two routes of an order have the same, each is told apart by its receiver.
    """
    placed = rows.join(linked.select("chain", "parent", "top", "depth", "rule"), on="chain", how="inner", maintain_order="left").filter(pl.col("depth") > 0)
    for over, version in (("top", "root_v"), ("parent", "parent_v")):
        placed = latest(placed, in_force, by={over: "chain"}, on=("e", "since"), take={version: "v"})
        placed = latest(placed, in_force, by={over: "chain"}, on=("e", "e"), take={"asked_v": "v"})
        placed = placed.with_columns(pl.when(pl.col("number") > 0).then(pl.coalesce("asked_v", version)).otherwise(version).alias(version)).drop("asked_v")
    several = pl.col("chain").n_unique().over("top", "order_id") > 1
    called = placed.with_columns(route_id=pl.when(several).then(pl.format("{}@{}", "order_id", pl.col("receiver").fill_null("?"))).otherwise("order_id"))
    parents = called.select(parent_v="v", parent_route_id="route_id")
    told = called.drop("parent_route_id", strict=False).join(parents, on="parent_v", how="left", maintain_order="left")
    return told.with_columns(venue=pl.coalesce(_mic("venue_raw"), _mic("receiver")), venue_raw=pl.coalesce("venue_raw", "receiver"))


def routes(rows: pl.DataFrame, owners: pl.DataFrame) -> pl.DataFrame:
    """schema.ROUTES rows of `routed`; `owners`: (`root_v`, `owner_on`, `owner_id`) of the customers' versions."""
    made = rows.join(owners, on="root_v", how="inner", maintain_order="left").with_columns(
        key_on="owner_on", order_id="owner_id", routed_on="day", qty="open_qty", routed_at="event_at", routed_source="event_source",
        routed_resolution_ns="event_resolution_ns", reject_reason=pl.when(pl.col("end_reason") == "rejected").then("end_words"),
        venue_kind=pl.col("venue").replace_strict(KINDS, default=None, return_dtype=pl.String),
    )  # fmt: skip
    return _conformed(made, ROUTES)


def fills(rows: pl.DataFrame, owners: pl.DataFrame, children: pl.DataFrame) -> pl.DataFrame:
    """schema.FILLS rows of executions; one whose order no log shows keeps the id it names, to be told as unlinked.

    `owners`: (`v`, `owner_on`, `owner_id`, `owner_symbol`, `owner_side`); `children`: (`leaf_v`, `leaf_route`, `leaf_venue`).
    """
    joined = rows.join(owners, on="v", how="left", maintain_order="left").join(children, on="leaf_v", how="left", maintain_order="left")
    own = pl.col("owner_id").is_not_null()
    made = joined.with_columns(
        key_on=pl.coalesce("owner_on", "day"), order_id=pl.when(own).then("owner_id").otherwise(pl.coalesce("order_id", "alternate_id")),
        symbol=pl.coalesce("owner_symbol", "symbol"), side=pl.coalesce("owner_side", "side"), route_id="leaf_route", traded_on="day", filled_at="event_at",
        filled_source="event_source", filled_resolution_ns="event_resolution_ns", reported_at=pl.when(pl.col("direction") == "in").then("logged_at"),
        venue=pl.coalesce("pl_venue", pl.when(pl.col("venue_raw").is_null()).then("leaf_venue")), liquidity="pl_liquidity", liquidity_raw="pl_raw",
        corrects_fill_id="corrects", is_busted=pl.when("is_busted").then(True),
    )  # fmt: skip
    twice = pl.len().over("firm", "traded_on", "symbol", "order_id", "fill_id") > 1
    made = made.with_columns(fill_id=pl.when(twice & pl.col("leaf_route").is_not_null()).then(pl.format("{}@{}", "fill_id", "leaf_route")).otherwise("fill_id"))
    return _conformed(made.drop_nulls(["order_id", "symbol", "side"]), FILLS)


def _mic(column: str) -> pl.Expr:
    return pl.col(column).str.to_uppercase().replace_strict(NAME_MICS, default=None, return_dtype=pl.String)


def _conformed(rows: pl.DataFrame, table: Table) -> pl.DataFrame:
    key = [*table.key, "import_id", "line"]
    return conform(rows, table).with_columns(rows["import_id"]).sort(key)
