"""Whose time it was: from receipt to fill by leg and owner, each with how far its two clocks may be apart."""

from __future__ import annotations

import polars as pl

from bestexec.linking.identity import ORDER_KEY
from bestexec.schema import Column, Table, conform
from bestexec.units import COUNT, DURATION, TEXT

FIRM, ROUTER, NETWORK, VENUE = OWNERS = ("firm", "router", "network", "venue")
LEGS = {
    FIRM: "receipt to first route", ROUTER: "end of one route to the next", NETWORK: "route to acknowledgement", VENUE: "acknowledgement to fill or end",
}  # fmt: skip
"""Which leg is whose.

The venue's is that of orders to be filled at once (market, immediate or cancel, fill or kill): another waits, and its time is nobody's delay.
"""
AT_ONCE = ("ioc", "fok")
TOLD, CANNOT_TELL = "told", "cannot tell"
LEAST = 30
"""Fewer times than this tell no 95th percentile."""
OWNED = Table(
    "owned", "How long one leg took at one vendor and destination, and how far its clocks may be apart.", ("owner", "vendor", "venue"), "",
    (
        Column("owner", TEXT, "", "Whose leg it is.", required=True, values=OWNERS),
        Column("leg", TEXT, "", "From which event to which.", required=True),
        Column("vendor", TEXT, "", "Vendor whose router it was."),
        Column("venue", TEXT, "MIC", "Destination; null for the firm's and the router's legs."),
        Column("n", COUNT, "legs", "Times that both clocks told.", required=True),
        Column("unknown", COUNT, "legs", "Times that one of them did not tell.", required=True),
        Column("early", COUNT, "legs", "Told as if the end came before the beginning; left out of the figures.", required=True),
        Column("median_ns", DURATION, "ns", "Half of them took at most this."),
        Column("p95_ns", DURATION, "ns", "Nineteen of twenty took at most this."),
        Column("clocks", COUNT, "pairs", "Pairs of clocks that told them.", required=True),
        Column("bar_ns", DURATION, "ns", "How far the pair of clocks that is farthest off may be apart: zero for one clock; null where too few others tell."),
        Column("verdict", TEXT, "", "Whether the leg can be told from its clocks' error.", required=True, values=(TOLD, CANNOT_TELL)),
        Column("why", TEXT, "", "The reason where it cannot."),
    ),
)  # fmt: skip
_KEY = ("owner", "vendor", "venue")
_LEG_OF_CLOCKS = {FIRM: "receipt to route", NETWORK: "route to acknowledgement", VENUE: "route to fill"}


def owned(orders: pl.DataFrame, routes: pl.DataFrame, fills: pl.DataFrame, clocks: pl.DataFrame) -> pl.DataFrame:
    """OWNED of `schema.ORDERS`, `ROUTES` and `FILLS` rows; `clocks` are `linking.clocks.LEGS` of their days.

    The firm's leg is that of orders received in the regular session, stops aside: others wait for the market, not for the firm. The router's is
    between two routes of one trading day.
    A pair of clocks may be apart by the size of its `apart_ns`, the median of its days, and by the steps to which both readings were cut.
    """
    timed = pl.concat([_firm(orders, routes), _router(routes, fills), _network(routes), _venue(routes, fills)])
    bars = timed.join(_apart(clocks), on=["owner", "first_source", "second_source"], how="left").with_columns(
        bar_ns=pl.when(pl.col("first_source") == pl.col("second_source")).then(0).otherwise(pl.col("apart_ns").abs()) + pl.col("step_ns")
    )
    told, early = pl.col("ns").is_not_null() & (pl.col("ns") >= 0), pl.col("ns") < 0
    good = pl.col("ns").filter(told)
    found = bars.group_by(*_KEY).agg(
        n=told.sum(), unknown=pl.col("ns").is_null().sum(), early=early.sum(), median_ns=good.quantile(0.5, "lower"), p95_ns=good.quantile(0.95, "higher"),
        clocks=pl.struct("first_source", "second_source").filter(told).n_unique(),
        bar_ns=pl.when(pl.col("bar_ns").filter(told).null_count() == 0).then(pl.col("bar_ns").filter(told).max()),
    )  # fmt: skip
    figures = [pl.when(pl.col("n") > 0).then(pl.col(name)).alias(name) for name in ("median_ns", "p95_ns", "bar_ns")]
    leg = pl.col("owner").replace_strict(LEGS, return_dtype=pl.String)
    judged = (
        found.with_columns(*figures, leg=leg)
        .with_columns(why=_why())
        .with_columns(verdict=pl.when(pl.col("why").is_null()).then(pl.lit(TOLD)).otherwise(pl.lit(CANNOT_TELL)))
    )
    return conform(judged, OWNED).sort(pl.col("owner").replace_strict({name: place for place, name in enumerate(OWNERS)}), "vendor", "venue", nulls_last=True)


def _why() -> pl.Expr:
    return (
        pl.when(pl.col("n") == 0).then(pl.lit("no time was told by both clocks"))
        .when(pl.col("n") < LEAST).then(pl.lit(f"fewer than {LEAST} times"))
        .when(pl.col("bar_ns").is_null()).then(pl.lit("two clocks, and too few others to tell how far they are apart"))
        .when(pl.col("bar_ns") >= pl.col("median_ns")).then(pl.lit("the clocks may be apart by as much as the leg took"))
    )  # fmt: skip


def _firm(orders: pl.DataFrame, routes: pl.DataFrame) -> pl.DataFrame:
    first = routes.sort("routed_at", "route_id").group_by(*ORDER_KEY, maintain_order=True).first()
    at_once = orders.filter(pl.col("session").fill_null("regular") == "regular", pl.col("stop_px").is_null()).unique(
        ORDER_KEY, keep="first", maintain_order=True
    )
    both = at_once.join(first, on=ORDER_KEY, suffix="_routed")
    vendor = pl.coalesce("vendor_routed", "vendor") if "vendor_routed" in both.columns else pl.col("vendor")
    return _leg(
        both, FIRM, pl.col("routed_at") - pl.col("received_at"), ("received_source", "orders"), ("routed_source", "routes"),
        ("received_resolution_ns", "routed_resolution_ns"), vendor, pl.lit(None, pl.String),
    )  # fmt: skip


def _router(routes: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """From the end of an unfilled route to the sending of the order's next one; routes that worked side by side are no wait."""
    filled = fills.drop_nulls("route_id").select(*ORDER_KEY, "route_id").unique().with_columns(is_filled=pl.lit(True))
    ordered = routes.join(filled, on=[*ORDER_KEY, "route_id"], how="left").sort(*ORDER_KEY, "routed_at", "route_id")
    before = [pl.col(name).shift(1).over(ORDER_KEY).alias(f"{name}_before") for name in ("ended_at", "is_filled", "vendor", "routed_source", "routed_on")]
    pairs = ordered.with_columns(before).filter(
        pl.col("ended_at_before").is_not_null(), pl.col("is_filled_before").is_null(), pl.col("vendor_before").eq_missing(pl.col("vendor")),
        pl.col("routed_on_before") == pl.col("routed_on"),
        pl.col("ended_at_before") <= pl.col("routed_at"),
    )  # fmt: skip
    return _leg(
        pairs, ROUTER, pl.col("routed_at") - pl.col("ended_at_before"), ("routed_source_before", "routes"), ("routed_source", "routes"),
        ("routed_resolution_ns", "routed_resolution_ns"), pl.col("vendor"), pl.lit(None, pl.String),
    )  # fmt: skip


def _network(routes: pl.DataFrame) -> pl.DataFrame:
    asked = routes.filter(pl.col("end_reason").fill_null("") != "rejected")
    return _leg(
        asked, NETWORK, pl.col("acked_at") - pl.col("routed_at"), ("routed_source", "routes"), ("acked_source", "acknowledgements"),
        ("routed_resolution_ns",), pl.col("vendor"), pl.col("venue"),
    )  # fmt: skip


def _venue(routes: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    first = fills.drop_nulls("route_id").sort("filled_at").group_by(*ORDER_KEY, "route_id", maintain_order=True).first()
    shown = first.select(*ORDER_KEY, "route_id", "filled_at", "filled_source", "filled_resolution_ns")
    at_once = routes.filter(pl.col("tif").is_in(AT_ONCE) | (pl.col("order_type") == "market"), pl.col("end_reason").fill_null("") != "rejected")
    both = at_once.join(shown, on=[*ORDER_KEY, "route_id"], how="left")
    is_filled = pl.col("filled_at").is_not_null()
    both = both.with_columns(
        end_at=pl.coalesce("filled_at", "ended_at"), end_source=pl.when(is_filled).then(pl.col("filled_source").fill_null("fills")).otherwise("routed_source"),
        end_step=pl.when(is_filled).then("filled_resolution_ns").otherwise("routed_resolution_ns"),
    )  # fmt: skip
    return _leg(
        both, VENUE, pl.col("end_at") - pl.col("acked_at"), ("routed_source", "routes"), ("end_source", "routes"), ("end_step",),
        pl.col("vendor"), pl.col("venue"),
    )  # fmt: skip


def _leg(
    rows: pl.DataFrame, owner: str, ns: pl.Expr, first: tuple[str, str], second: tuple[str, str], steps: tuple[str, ...], vendor: pl.Expr, venue: pl.Expr
) -> pl.DataFrame:  # fmt: skip
    """owner, vendor, venue, ns, the two clocks and the steps to which they cut, of one leg's rows."""
    clocks = [
        (pl.col(name).fill_null(table) if name in rows.columns else pl.lit(table)).alias(place)
        for place, (name, table) in zip(("first_source", "second_source"), (first, second), strict=True)
    ]
    cut = [pl.col(name).fill_null(1) - 1 for name in steps if name in rows.columns]
    step = pl.sum_horizontal(cut).cast(DURATION) if cut else pl.lit(0, DURATION)
    return rows.select(*clocks, owner=pl.lit(owner), vendor=vendor, venue=venue, ns=ns.cast(DURATION), step_ns=step)


def _apart(clocks: pl.DataFrame) -> pl.DataFrame:
    """owner, first_source, second_source, apart_ns: the median of the pair's days; of two clocks of routes, what their legs from receipt say of each."""
    owner = {leg: owner for owner, leg in _LEG_OF_CLOCKS.items()}
    known = clocks.filter(pl.col("leg").is_in(list(owner)))
    named = known.with_columns(owner=pl.col("leg").replace_strict(owner, return_dtype=pl.String))
    pairs = named.group_by("owner", "first_source", "second_source").agg(apart_ns=pl.col("apart_ns").median().round(0).cast(DURATION))
    one = pairs.filter(pl.col("owner") == FIRM).group_by(source="second_source").agg(ns=pl.col("apart_ns").median())
    two = one.join(one, how="cross", suffix="_second").select(
        owner=pl.lit(ROUTER), first_source="source", second_source="source_second", apart_ns=(pl.col("ns_second") - pl.col("ns")).round(0).cast(DURATION)
    )
    return pl.concat([pairs, two])
