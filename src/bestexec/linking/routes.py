"""Routes with what became of them and the quotes around them: at the sending, and after the end."""

from __future__ import annotations

import polars as pl

from bestexec.linking.asof import AsOf
from bestexec.linking.classify import STOPS
from bestexec.linking.columns import KEPT_APART, QUOTE_STATES
from bestexec.linking.daymarket import MarketOf
from bestexec.linking.fills import mid_after
from bestexec.linking.identity import ORDER_KEY
from bestexec.linking.orders import with_quotes
from bestexec.market.sessions import local_hour
from bestexec.schema import END_REASONS, VENUE_KINDS, Column, Table, conform
from bestexec.units import COUNT, DAY, DURATION, FLAG, INSTANT, MID, PX, QTY, SIDE, TEXT

AFTER_END_NS = {"50ms": 50_000_000, "1s": 1_000_000_000, "10s": 10_000_000_000}
"""How long after a route's end the quote is looked up; a column named for one ends in its key."""
_NS, _PX = "ns since 1970, UTC", "currency/share"

LINKED_ROUTES = Table(
    "linked_routes", "One route with its order's facts, what was filled on it, and the quotes around it.",
    ("firm", "key_on", "symbol", "order_id", "route_id"), "day",
    (
        Column("day", DAY, "date", "Trading date of the route.", required=True),
        Column("firm", TEXT, "", "Reporting firm.", required=True),
        Column("key_on", DAY, "date", "Trading date of the order's receipt.", required=True),
        Column("symbol", TEXT, "", "Symbol.", required=True),
        Column("order_id", TEXT, "", "The source's order id.", required=True),
        Column("route_id", TEXT, "", "Route.", required=True),
        Column("side", SIDE, "+1 buy, −1 sell", "Side of the order."),
        Column("is_stop", FLAG, "", "The order waited for a stop price: between its receipt and its routes the market moved to it; null without its type."),
        Column("vendor", TEXT, "", "Vendor whose router sent it."),
        Column("venue", TEXT, "MIC", "Where it was sent."),
        Column("venue_kind", TEXT, "", "Kind of venue.", values=VENUE_KINDS),
        Column("is_held", FLAG, "", "Held."),
        Column("is_directed", FLAG, "", "Directed."),
        Column("session", TEXT, "", "Session at the order's receipt."),
        Column("customer_class", TEXT, "", "Kind of customer."),
        Column("asset_class", TEXT, "", "Kind of instrument."),
        Column("currency", TEXT, "ISO 4217", "Currency."),
        Column("is_left_out", FLAG, "", "The order is left out of every measure that needs a quote."),
        Column("is_split", FLAG, "", "It was sent on in parts, which are routes of their own.", required=True),
        Column("qty", QTY, "shares", "Routed quantity."),
        Column("filled_qty", QTY, "shares", "Executed on it; null where no fill of the day names its route."),
        Column("end_reason", TEXT, "", "Why it stopped.", values=END_REASONS),
        Column("is_unfilled", FLAG, "", "It was canceled or expired without a fill; null where that cannot be told."),
        Column("received_at", INSTANT, _NS, "Receipt of the order."),
        Column("routed_at", INSTANT, _NS, "Sending."),
        Column("ended_at", INSTANT, _NS, "When it stopped working."),
        Column("next_filled_at", INSTANT, _NS, "The order's first fill on any route, at or after the sending."),
        Column("worked_ns", DURATION, "ns", "Sending to end."),
        Column("hour", COUNT, "hour of the market's day", "Market-local hour of the sending."),
        Column("mid_at_receipt", MID, _PX, "Midpoint at the order's receipt."),
        Column("bid_at_route", PX, _PX, "Best bid at the sending."),
        Column("ask_at_route", PX, _PX, "Best offer at the sending."),
        Column("mid_at_route", MID, _PX, "Midpoint at the sending; null unless the quote's state is ok."),
        Column("quote_state_at_route", TEXT, "", "State of the quote at the sending.", values=QUOTE_STATES),
        Column("quote_age_at_route_ns", DURATION, "ns", "Its age."),
        *(Column(f"mid_after_end_{name}", MID, _PX, f"Midpoint {name} after the end; the last regular one past the close.") for name in AFTER_END_NS),
        Column("line", COUNT, "", "Line of the raw file that made the route."),
        Column("import_id", TEXT, "", "Import (its hash) that made the route."),
    ),
)  # fmt: skip

_OF_ORDER = (*(name for name in KEPT_APART if name != "currency"), "currency", "is_left_out", "received_at", "mid_at_receipt")


def link_routes(routes: pl.DataFrame, orders: pl.DataFrame, fills: pl.DataFrame, market_of: MarketOf, as_of: AsOf) -> pl.DataFrame:
    """`schema.ROUTES` rows as LINKED_ROUTES, in their order; those whose order is not among the benchmarked `orders` lack its facts.

    `fills` are the `schema.FILLS` rows in force. The quote at the sending is looked up by `as_of`, those after the end at or before the instant.
    """
    of_order = orders.select(*ORDER_KEY, *_OF_ORDER, order_side="side", order_vendor="vendor", is_stop=pl.col("order_type").is_in(STOPS))
    known = routes.join(of_order, on=ORDER_KEY, how="left", maintain_order="left").with_columns(
        day=pl.col("routed_on"), hour=local_hour(routes["routed_at"]), worked_ns=pl.col("ended_at") - pl.col("routed_at"),
        side=pl.coalesce("order_side", "side"), vendor=pl.coalesce("vendor", "order_vendor"),
    )  # fmt: skip
    worked = _next_fill(_filled(_split(known, routes), fills), fills)
    quoted = with_quotes(worked.with_columns(is_unfilled=_is_unfilled()), "routed_at", "route", as_of, market_of)
    after = [mid_after(quoted, "ended_at", ns, market_of).alias(f"mid_after_end_{name}") for name, ns in AFTER_END_NS.items()]
    return conform(quoted.with_columns(after), LINKED_ROUTES)


def _split(rows: pl.DataFrame, routes: pl.DataFrame) -> pl.DataFrame:
    parents = routes.select(*ORDER_KEY, route_id="parent_route_id").drop_nulls("route_id").unique().with_columns(is_split=pl.lit(True))
    return rows.join(parents, on=[*ORDER_KEY, "route_id"], how="left", maintain_order="left").with_columns(pl.col("is_split").fill_null(False))


def _filled(rows: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """With filled_qty: 0 for a route that no fill names, on a day whose fills name theirs."""
    of_route = fills.drop_nulls("route_id").group_by(*ORDER_KEY, "route_id").agg(filled_qty=pl.col("qty").sum())
    days = fills.group_by(day="traded_on").agg(names_routes=pl.col("route_id").is_not_null().any())
    joined = rows.join(of_route, on=[*ORDER_KEY, "route_id"], how="left", maintain_order="left").join(days, on="day", how="left", maintain_order="left")
    return joined.with_columns(filled_qty=pl.when(pl.col("names_routes").fill_null(True)).then(pl.col("filled_qty").fill_null(0)))


def _next_fill(rows: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    at = fills.select(*ORDER_KEY, routed_at="filled_at", next_filled_at="filled_at").drop_nulls().sort("routed_at")
    numbered = rows.with_row_index("_row").sort("routed_at")
    return numbered.join_asof(at, on="routed_at", by=ORDER_KEY, strategy="forward", check_sortedness=False).sort("_row").drop("_row")


def _is_unfilled() -> pl.Expr:
    is_back = pl.col("end_reason").is_in(["canceled", "expired"])
    told = pl.coalesce(pl.col("filled_qty") == 0, pl.col("canceled_qty") == pl.col("qty"))
    return pl.when(is_back).then(told).when(pl.col("end_reason").is_not_null() & (pl.col("end_reason") != "open")).then(False)
