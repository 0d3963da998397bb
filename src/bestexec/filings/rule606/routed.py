"""To which venues orders were routed: routes looked through where the feed shows what a router-only broker did with them."""

from __future__ import annotations

import polars as pl

from bestexec.filings.rule606.readings import Readings
from bestexec.linking.identity import ORDER_KEY
from bestexec.market.venues import OFF_EXCHANGE, kind_of, venue_kind

UNNAMED = "no name given"


def seen_through(routes: pl.DataFrame) -> pl.DataFrame:
    """`routes` without those to a router-only broker whose own routes the feed shows: what it sent on stands in their place.

    Adds `reported_venue`, the MIC; null where the feed gives none that is one. `named` is that MIC, or the venue as the source spelled it.
    """
    onward = routes.filter(pl.col("parent_route_id").is_not_null()).select(*ORDER_KEY, route_id="parent_route_id").unique().with_columns(_sent_on=pl.lit(True))
    joined = routes.join(onward, on=[*ORDER_KEY, "route_id"], how="left", maintain_order="left")
    kept = joined.filter(~(pl.col("_sent_on").fill_null(False) & (_kind() == "broker").fill_null(False))).drop("_sent_on")
    mic = pl.when(pl.col("venue") != OFF_EXCHANGE).then("venue")
    return kept.with_columns(reported_venue=mic, named=pl.coalesce(mic, "venue_raw", "venue", pl.lit(UNNAMED)))


def router_only(routes: pl.DataFrame) -> frozenset[str]:
    """The venues of `seen_through` routes that are brokers which route on, as the routes say it, else as the list of venues does."""
    said = routes.drop_nulls("reported_venue").group_by("reported_venue").agg(pl.col("venue_kind").drop_nulls().first())
    return frozenset(mic for mic, kind in said.iter_rows() if (kind or kind_of(mic)) == "broker")


def counted(routes: pl.DataFrame, orders: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """One row for each order of `orders` at each venue where it counts: the order's columns, `reported_venue`, `named`."""
    ordered = routes.sort("routed_at", "attempt", "route_id", nulls_last=True, maintain_order=True).select(*ORDER_KEY, "reported_venue", "named")
    key = ORDER_KEY if readings.rerouted_orders == "first_venue" else [*ORDER_KEY, "named"]
    once = ordered.unique(subset=key, keep="first", maintain_order=True)
    return orders.join(once, on=ORDER_KEY, how="inner", maintain_order="left")


def _kind() -> pl.Expr:
    return pl.coalesce("venue_kind", venue_kind(pl.col("venue")))
