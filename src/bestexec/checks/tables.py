"""The tables whose rows are fills, orders, routes or copies, with the facts of the policy beside each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from bestexec.checks.base import Asked
from bestexec.claimed import CLAIMED
from bestexec.linking.exclusions import exclusions
from bestexec.linking.identity import ORDER_KEY
from bestexec.policy import Listed, Policy
from bestexec.schema import ORDERS
from bestexec.units import DAY
from bestexec.verdicts.base import SUBJECTS_JOINED

Given = Mapping[str, pl.DataFrame]

FILL_FACTS: dict[str, str] = {
    "far_px_at_t0": "CASE WHEN side = 1 THEN ask_at_t0 ELSE bid_at_t0 END",
    "far_qty_at_t0": "CASE WHEN side = 1 THEN ask_qty_at_t0 ELSE bid_qty_at_t0 END",
    "best_far_px_at_t0": "CASE WHEN side = 1 THEN best_ask_at_t0 ELSE best_bid_at_t0 END",
    "far_px_at_execution": "CASE WHEN side = 1 THEN ask_at_execution ELSE bid_at_execution END",
    "outside_usd": "fill_qty * side * (fill_px - far_px_at_t0)",
    "outside_at_execution_usd": "fill_qty * side * (fill_px - far_px_at_execution)",
    "through_limit_usd": "fill_qty * side * (fill_px - limit_px)",
    "worse_than_displayed_usd": "fill_qty * side * (fill_px - best_far_px_at_t0)",
}
"""Positive is bad for the customer. The far quote is the offer for a buy, the bid for a sell."""

ORDER_FACTS: dict[str, str] = {
    "slippage_usd": "side * (filled_notional_usd - filled_qty * mid_at_receipt)",
    "at_mid_usd": "filled_qty * mid_at_receipt",
    "at_spread_usd": "filled_qty * (ask_at_receipt - bid_at_receipt)",
    "slippage_bps": "CAST(slippage_usd AS DOUBLE) * 10000 / NULLIF(CAST(at_mid_usd AS DOUBLE), 0)",
    "open_qty": "order_qty - filled_qty",
    "returned_qty": "CASE WHEN end_reason = 'filled' THEN COALESCE(canceled_qty, 0) ELSE canceled_qty END",
    "lost_qty": "open_qty - returned_qty",
    "t0_to_end_ns": "ended_at - t0_at",
}

ROUTE_FACTS: dict[str, str] = {
    "day": "routed_on",
    "route_to_ack_ns": "acked_at - routed_at",
    "route_to_fill_ns": "first_filled_at - routed_at",
    "returned_qty": "CASE WHEN end_reason = 'filled' THEN COALESCE(canceled_qty, 0) ELSE canceled_qty END",
    "lost_qty": "qty - filled_qty - returned_qty",
}


def fills(given: Given, policy: Policy) -> pl.DataFrame:
    """Linked fills with FILL_FACTS, the speed limit of their kind and whether the policy says that their venue pays.

    `has_route` is whether the route that a fill names is in a feed; null where it names none, or no route of the day is fed.
    """
    rows = with_facts(given["fills"], FILL_FACTS)
    kinds = [(order_class, bucket, ns) for (order_class, bucket), ns in policy.speed_limits_ns.items()]
    speed = pl.DataFrame(kinds, schema={"order_class": pl.String, "size_bucket": pl.Int64, "speed_limit_ns": pl.Int64}, orient="row")
    timed = rows.join(speed, on=["order_class", "size_bucket"], how="left", maintain_order="left")
    fed = timed.group_by("day").agg(_fed=pl.col("routed_at").is_not_null().any())
    routed = timed.join(fed, on="day", how="left", maintain_order="left").with_columns(
        has_route=pl.when(pl.col("_fed") & pl.col("route_id").is_not_null()).then(pl.col("routed_at").is_not_null())
    )
    return on_list(routed.drop("_fed"), "venue", policy.venues_that_pay, "is_paying")


def orders(given: Given, policy: Policy) -> pl.DataFrame:
    """Linked orders with ORDER_FACTS."""
    return with_facts(given["orders"], ORDER_FACTS)


def routes(given: Given, policy: Policy) -> pl.DataFrame:
    """Routes with what was filled on each, whether it was sent on in parts, and ROUTE_FACTS.

    `filled_qty` is null where no fill of the day names its route: then nothing is known of any.
    """
    key = [*ORDER_KEY, "route_id"]
    filled = (
        given["fills"]
        .filter(pl.col("route_id").is_not_null())
        .group_by(key)
        .agg(filled_qty=pl.col("fill_qty").sum(), first_filled_at=pl.col("filled_at").min())
    )
    parents = given["routes"].select(*ORDER_KEY, route_id="parent_route_id").drop_nulls("route_id").unique().with_columns(is_split=pl.lit(True))
    told = given["fills"].group_by("day").agg(names_routes=pl.col("route_id").is_not_null().any()).rename({"day": "routed_on"})
    joined = given["routes"]
    for facts, on in ((filled, key), (parents, key), (told, ["routed_on"])):
        joined = joined.join(facts, on=on, how="left", maintain_order="left")
    known = joined.with_columns(
        filled_qty=pl.when(pl.col("names_routes").fill_null(True)).then(pl.col("filled_qty").fill_null(0)), is_split=pl.col("is_split").fill_null(False)
    )
    days = known["routed_on"].unique().drop_nulls()
    iso = pl.DataFrame(
        {"routed_on": days, "iso_is_checked": [policy.setting("iso_checks", day) for day in days]}, schema_overrides={"iso_is_checked": pl.Boolean}
    )
    return with_facts(known.join(iso, on="routed_on", how="left", maintain_order="left"), ROUTE_FACTS).drop("names_routes")


def unlinked_fills(given: Given, policy: Policy) -> pl.DataFrame:
    """Fills without their order."""
    return given["unlinked_fills"].with_columns(day=pl.col("traded_on"))


def duplicates(given: Given, policy: Policy) -> pl.DataFrame:
    """Copies that say something else than the row that stays."""
    return given["duplicates"].filter(pl.col("copies") == "superseded")


def control(given: Given, policy: Policy) -> pl.DataFrame:
    """Control totals beside our own counts."""
    return with_facts(given["control"], {"difference": "counted - total"})


def left_out(given: Given, policy: Policy) -> pl.DataFrame:
    """Orders left out by name, day by day, beside who approved that and until when."""
    return exclusions(given["orders"], policy)


def unmatched(given: Given, policy: Policy) -> pl.DataFrame:
    """Rows that one feed lacks or tells otherwise than another, counted by day, what they are, the two feeds and the reason; with the first three ids."""
    return given["unmatched"].group_by("day", "table", "left", "right", "reason", maintain_order=True).agg(
        rows=pl.len().cast(pl.Int64), shares=pl.col("qty").sum(), first_ids=pl.col("id").sort().head(3).str.join(", "),
    )  # fmt: skip


def verdicts(given: Given, policy: Policy) -> pl.DataFrame:
    """Verdicts, each on the day its change began, or else on the last day of the fills that it rests on; with the vendor or the venue it is about."""
    of_vendor = pl.col("subject").str.split(SUBJECTS_JOINED).list.first()
    return given["verdicts"].with_columns(
        day=pl.coalesce("day", pl.lit(given["fills"]["day"].max(), DAY)),
        vendor=pl.when(pl.col("kind").str.starts_with("vendor")).then(of_vendor), venue=pl.when(pl.col("kind").str.starts_with("venue")).then("subject"),
    )  # fmt: skip


def claimed(given: Given, policy: Policy) -> pl.DataFrame:
    """A vendor's own figures beside ours, each on the last day of its period."""
    return given["claimed"].with_columns(day=pl.col("period_to_on"))


def detected(given: Given, policy: Policy) -> pl.DataFrame:
    """What was looked for in how each router behaves, changes apart; each on the last day of the fills that it rests on."""
    rows = given["detected"].filter(pl.col("judgement") != "change")
    return rows.with_columns(day=pl.lit(given["fills"]["day"].max(), DAY), vendor="subject")


def router_changes(given: Given, policy: Policy) -> pl.DataFrame:
    """Each vendor's router on each day on which it began to behave otherwise: the figure that moved the most, and how many did."""
    of_router = given["changes"].filter(pl.col("moved") == "router moved").sort(pl.col("effect").abs(), "figure", descending=[True, False])
    said = given["detected"].select("day", "sentence", vendor="subject", figure="metric").unique(["day", "vendor", "figure"], keep="first", maintain_order=True)
    told = of_router.join(said, left_on=["vendor", "began_on", "figure"], right_on=["vendor", "day", "figure"], how="left", maintain_order="left")
    first = [pl.col(name).first() for name in ("figure", "effect", "low", "high", "raised_on", "notice", "release", "sentence")]
    return told.group_by("vendor", "began_on", maintain_order=True).agg(*first, figures=pl.len().cast(pl.Int64)).with_columns(day=pl.col("began_on"))


def violations(given: Given, policy: Policy) -> pl.DataFrame:
    """Routes that break a rule which their vendor stated, counted by rule and day; with the first three orders."""
    return given["violations"].group_by("day", "vendor", "rule", maintain_order=True).agg(
        routes=pl.len().cast(pl.Int64), first_why=pl.col("why").sort_by("order_id", "route_id").first(),
        first_orders=pl.col("order_id").unique().sort().head(3).str.join(", "),
    )  # fmt: skip


def leaking(given: Given, policy: Policy) -> pl.DataFrame:
    """Who learns of orders from their routes, each venue at the horizon at which it leaks the most; on the last day of the fills."""
    rows = given["leaking"].filter(pl.col("verdict") == "leaks").sort("effect_bps", "metric", descending=[True, False])
    first = rows.unique(["judgement", "subject"], keep="first", maintain_order=True)
    is_venue = pl.col("judgement") == "fade"
    return first.with_columns(day=pl.lit(given["fills"]["day"].max(), DAY), venue=pl.when(is_venue).then("subject"), vendor=pl.when(~is_venue).then("subject"))


def first_looks(given: Given, policy: Policy) -> pl.DataFrame:
    """What it cost to show orders to one venue first; on the last day of the fills."""
    return given["first_looks"].with_columns(day=pl.lit(given["fills"]["day"].max(), DAY))


def with_facts(rows: pl.DataFrame, facts: Mapping[str, str]) -> pl.DataFrame:
    """`rows` with one column for each formula, in order: a later one may name an earlier one."""
    for name, formula in facts.items():
        rows = rows.with_columns(pl.sql_expr(formula).alias(name))
    return rows


def on_list(rows: pl.DataFrame, column: str, listed: Iterable[Listed] | None, name: str) -> pl.DataFrame:
    """`rows` with the flag `name`: whether `column` is on the firm's list on that `day`; null where either is not known."""
    pairs = rows.select(column, "day").unique()
    flags = [_is_listed(value, day, listed) for value, day in pairs.iter_rows()]
    return rows.join(pairs.with_columns(pl.Series(name, flags, dtype=pl.Boolean)), on=[column, "day"], how="left", nulls_equal=True, maintain_order="left")


def _is_listed(value: str | None, day: Any, listed: Iterable[Listed] | None) -> bool | None:
    if value is None or listed is None:
        return None
    return any(entry.name == value and entry.holds(day) for entry in listed)


ROWS = (
    Asked(
        "fills", "One linked fill.", ("fills",), fills, ("firm", "symbol", "order_id", "fill_id"),
        "fill {fill_id} of order {order_id}, {fill_qty} {symbol} at {fill_px} on {venue}", ("fill_line", "fill_import"),
    ),
    Asked("orders", "One linked order.", ("orders",), orders, ORDERS.key, "order {order_id}, {order_qty} {symbol}", ("order_line", "order_import")),
    Asked(
        "routes", "One route.", ("routes", "fills"), routes, (*ORDERS.key, "route_id"),
        "route {route_id} of order {order_id}, {qty} {symbol} to {venue}", ("line", "import_id"),
    ),
    Asked(
        "unlinked_fills", "One fill without its order.", ("unlinked_fills",), unlinked_fills, (*ORDERS.key, "fill_id"),
        "fill {fill_id} of order {order_id}, {qty} {symbol} at {px}", ("line", "import_id"), may_be_empty=True,
    ),
    Asked(
        "duplicates", "One copy that says something else than the row that stays.", ("duplicates",), duplicates,
        ("table", "firm", "symbol", "order_id", "id", "import_id", "line"), "line {line} of {table}, {id} in {symbol}", ("line", "import_id"),
        may_be_empty=True,
    ),
    Asked(
        "control", "One control total beside our count.", ("control",), control,
        ("source", "measure", "session", "customer_class", "order_type", "size_bucket"), "{measure} by {source}",
    ),
    Asked(
        "exclusions", "The orders of a day that one exclusion of the policy leaves out.", ("orders",), left_out, ("dimension", "value"),
        "{dimension} {value} left out", may_be_empty=True,
    ),
    Asked(
        "unmatched", "The rows of a day that one feed lacks or tells otherwise than another, for one reason.", ("unmatched",), unmatched,
        ("table", "left", "right", "reason"), "{table} of {left} and {right}: {reason}", may_be_empty=True,
    ),
    Asked(
        "verdicts", "One judgement of one subject over the days of the run.", ("verdicts", "fills"), verdicts,
        ("judgement", "kind", "subject", "against", "metric"), "{kind} {subject} by {metric}", is_of_period=True, may_be_empty=True,
    ),
    Asked(
        "claimed", "One figure of a vendor's own report beside ours.", ("claimed",), claimed, CLAIMED.key,
        "{metric} as {vendor} states it", ("line", "import_id"), may_be_empty=True,
    ),
    Asked(
        "detected", "One thing looked for in how a router behaves.", ("detected", "fills"), detected,
        ("judgement", "kind", "subject", "against", "metric"), "{judgement} of {subject}", is_of_period=True, may_be_empty=True,
    ),
    Asked(
        "router_changes", "One day on which a vendor's router began to behave otherwise.", ("changes", "detected"), router_changes, ("vendor",),
        "router of {vendor}", may_be_empty=True,
    ),
    Asked(
        "violations", "The routes of a day that break one rule which their vendor stated.", ("violations",), violations, ("vendor", "rule"),
        "rule {rule} of {vendor}", may_be_empty=True,
    ),
    Asked(
        "leaking", "One venue or router from which the market learns of orders.", ("leaking", "fills"), leaking, ("judgement", "subject"),
        "{judgement} of {subject}", is_of_period=True, may_be_empty=True,
    ),
    Asked(
        "first_looks", "One venue that a router shows orders to before any other.", ("first_looks", "fills"), first_looks, ("vendor", "venue"),
        "first look of {venue} through {vendor}", is_of_period=True, may_be_empty=True,
    ),
)  # fmt: skip
