"""The fills that stand behind a row of a summary: a population to hold against a counterfactual, for a group has no affected orders of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from bestexec.checks.summaries import VENDOR
from bestexec.linking.identity import ORDER_KEY
from bestexec.metrics import measure
from bestexec.scorecards import rows_behind

EQ = "effective_over_quoted"


@dataclass(frozen=True)
class Population:
    """Whose fills stand behind a group: rows of `on` that agree with it in `by`, and `among` them only some; `metric` keeps those that count in it."""

    says: str
    on: str
    by: tuple[str, ...]
    among: str = "TRUE"
    metric: str = ""


POPULATIONS: Mapping[str, Population] = {
    "quotes_coverage": Population("every fill in that symbol on that day", "fills", ("day", "symbol")),
    "clock_days": Population("every fill of that vendor on that day", "fills", ("day", "vendor")),
    "gateway_days": Population("every fill of a route stamped by that clock on that day", "routes", ("day", "vendor", "routed_source")),
    "vendor_feeds": Population("every fill of an order of that vendor received on that day", "orders", ("day", "vendor")),
    "fee_days": Population("every fill of that vendor at that venue on that day", "fills", ("day", "vendor", "venue")),
    "venue_days": Population("every fill of that vendor, kind of flow and venue on that day", "fills", ("day", *VENDOR, "venue")),
    "vendor_days": Population("every fill of that vendor and kind of flow on that day", "fills", ("day", *VENDOR)),
    "route_days": Population("every fill of an order that was routed there by that vendor on that day", "routes", ("day", "vendor", "venue")),
    "venue_answers": Population("every fill of an order that was routed there on that day", "routes", ("day", "venue")),
    "class_orders": Population("every fill of an order of that vendor and class received on that day", "orders", ("day", *VENDOR, "order_class")),
    "class_quality": Population(
        "every fill of that vendor and class on that day that counts in effective over quoted spread", "fills", ("day", *VENDOR, "order_class"), metric=EQ
    ),
    "paying_cells": Population(
        "every fill at a venue that pays, of that vendor, class and size on that day, that counts in effective over quoted spread",
        "fills", ("day", *VENDOR, "order_class", "size_bucket"), among="is_paying", metric=EQ,
    ),
}  # fmt: skip
"""By the table that the check is asked of."""
NO_ORDERS: Mapping[str, str] = {
    "copies": "its rows are files delivered twice; each order in them was counted once",
    "duplicates": "its rows are copies that were left out; the row that counts was measured",
    "control": "its rows are totals of a day; which orders are missing is found by comparing the two lists",
    "feed_hours": "its rows judge a feed of quotes; every figure of the hour rests on it, and is to be measured again on quotes that came in time",
    "detected": "its rows judge how a router behaves over all its orders; harm to single orders is found by the checks of fills and orders",
    "router_changes": "its rows say when a router began to behave otherwise; what that cost is told by comparing the days before and after",
    "exclusions": "its orders were left out of every measure that needs a quote, so what they cost is not measured",
    "leaking": "its rows judge what the market learns over all routes of a venue; no single order tells it",
    "first_looks": "its rows judge what a first look costs over all orders; of one order the market's own move cannot be told apart",
    "violations": "its rows count routes that break a stated rule; each route and order is named in the run's table of violations",
    "claimed": "its rows are figures of a vendor's report over all its orders of a period; the report is wrong, not an order",
    "verdicts": "its rows compare all fills of a subject with all others; harm to single orders is found by the checks of fills and orders",
    "unmatched": "its rows count what one feed lacks or tells otherwise; each is named in the run's table of unmatched rows",
}
"""Tables that no order stands behind, and why."""


def behind(groups: pl.DataFrame, table: str, given: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The fills behind the groups that were found. `given` are the tables that the summary was made of, and `made_fills` with the policy's facts."""
    one = POPULATIONS[table]
    rows = given["made_fills"] if one.on == "fills" else given["routes"].rename({"routed_on": "day"}) if one.on == "routes" else given["orders"]
    inside = rows.filter(pl.sql_expr(one.among)).join(groups.select(one.by).unique(), on=list(one.by), how="semi", nulls_equal=True)
    if one.on != "fills":
        key = [*ORDER_KEY, "route_id"] if table == "gateway_days" else ORDER_KEY
        inside = given["made_fills"].join(inside.select(key).unique(), on=key, how="semi")
    if not one.metric:
        return inside
    return rows_behind(measure(inside, "fills", keys=("quoted_spread", "effective_spread", one.metric)), one.metric, "fills")
