"""Orders, routes and fills out of FIX messages.

What is asked (D, G) makes versions of an order at each hop; reports are attached to them by 37, then 11; children are tied to parents; executions
are counted once over hops. The customer's order is the one without a parent: each of its versions in force is a row of orders, every version of a
child a row of routes, every execution a row of fills at the customer's order. Why a replaced order is several rows: docs/decisions/055.
"""

from __future__ import annotations

import polars as pl

from bestexec.rebuilding import fix_checks, fix_fills, fix_once, fix_parents, fix_rows, fix_versions
from bestexec.rebuilding.base import BREAKS, FACTS, Rebuilt, empty
from bestexec.schema import FILLS, ORDERS, ROUTES

LOW_CONFIDENCE, SENT_TWICE = "parent inferred, low confidence", "order id sent twice on one session"
UNKNOWN_PRIOR, UNKNOWN_END = "replaces an order that no log shows", "cancel, expiry or refusal of an order that no log shows"
UNKNOWN_FILL, NOTHING_OPEN = "execution of an order that no log shows", "replacement that leaves nothing to execute"


def rebuild(events: pl.DataFrame) -> Rebuilt:
    """The orders, routes and fills that FIX events (schema.EVENTS rows with `import_id`) report: a pure function of their set."""
    if not events.height:
        return Rebuilt(empty(ORDERS), empty(ROUTES), empty(FILLS), pl.DataFrame(schema=BREAKS), pl.DataFrame(schema=FACTS))
    single, _ = fix_once.once(events)
    told = fix_versions.with_session_rejects(single)
    found = fix_versions.versions(told)
    reports = fix_versions.attached(told.filter(~pl.col("kind").is_in(["order", "replace_request", "cancel_request", "status", "other"])), found)
    executed = fix_fills.executions(reports)
    links = fix_parents.parents(_chains(found), _ids(found, reports))
    ends, acks = fix_versions.ends(reports, found), fix_versions.acknowledged(reports)
    standing = executed.rows.filter(pl.col("stands") & pl.col("v").is_not_null())
    above, unreported = fix_fills.upward(executed.rows, links, found.rows)
    named = fix_rows.named(found.rows).join(links.select("chain", "depth"), on="chain", how="left", maintain_order="left")
    own = above.filter(pl.col("stands") & (pl.col("depth") == 0))
    of_children = fix_rows.states(named.filter(pl.col("depth") > 0), standing, ends, acks)
    of_customers = fix_rows.states(named.filter(pl.col("depth") == 0), own, ends, acks)
    whole = of_customers.filter(fix_rows.usable())
    sent = fix_rows.routed(of_children.drop("depth"), links, found.rows).filter(fix_rows.usable())
    owners = whole.select("v", owner_on="day", owner_id="order_id", owner_symbol="symbol", owner_side="side")
    routes = fix_rows.routes(sent, owners.select("owner_on", "owner_id", root_v="v"))
    leaves = sent.select(leaf_v="v", leaf_route="route_id", leaf_venue="venue")
    fills = fix_rows.fills(above.drop("parent", "depth"), owners, leaves)
    breaks = _breaks(told, found, reports, executed, unreported, of_customers, links)
    days = _chains(found).select("chain", "day").join(links, on="chain", how="left", maintain_order="left")
    return Rebuilt(fix_rows.orders(whole), routes, fills, breaks, fix_checks.facts(single, reports, days, fills, routes))


def _chains(found: fix_versions.Versions) -> pl.DataFrame:
    """The first version of each order with every custom tag of its versions."""
    said = found.all.drop_nulls("custom").group_by("chain").agg(customs=pl.col("custom").sort().str.join("|"))
    first = found.all.filter(pl.col("v") == pl.col("chain"))
    return first.join(said, on="chain", how="left", maintain_order="left")


def _ids(found: fix_versions.Versions, reports: pl.DataFrame) -> pl.DataFrame:
    """Every ClOrdID and OrderID by which an order is known."""
    by_id = found.all.select("chain", "firm", id="order_id")
    by_alternate = pl.concat([found.all, reports], how="diagonal").select("chain", "firm", id="alternate_id")
    return pl.concat([by_id, by_alternate]).drop_nulls().unique().sort("chain", "id")


def _breaks(
    told: pl.DataFrame, found: fix_versions.Versions, reports: pl.DataFrame, executed: fix_fills.Executions, unreported: pl.DataFrame,
    customers: pl.DataFrame, links: pl.DataFrame,
) -> pl.DataFrame:  # fmt: skip
    """Everything that does not fit, each with the event that shows it."""
    asked = told.filter(pl.col("kind") == "order")
    again = asked.join(found.all.select("e"), on="e", how="anti", maintain_order="left").drop_nulls("order_id").with_columns(why=pl.lit(SENT_TWICE))
    orphans = found.all.filter(pl.col("replaces").is_not_null() & (pl.col("v") == pl.col("chain"))).with_columns(why=pl.lit(UNKNOWN_PRIOR))
    lost = reports.filter(pl.col("chain").is_null())
    executions = lost.filter(pl.col("kind").is_in(["fill", "fill_corrected"])).with_columns(why=pl.lit(UNKNOWN_FILL))
    ended = lost.filter(pl.col("kind").is_in(fix_versions.ENDS)).with_columns(why=pl.lit(UNKNOWN_END))
    unusable = customers.filter(~fix_rows.usable())
    short = unusable.with_columns(
        why=pl.when((pl.col("number") > 0) & (pl.col("open_qty") <= 0)).then(pl.lit(NOTHING_OPEN)).otherwise(pl.lit(fix_rows.NOT_WHOLE))
    )
    weak = found.all.filter(pl.col("v") == pl.col("chain")).join(
        links.filter(pl.col("rule") == fix_parents.INFERRED), on="chain", how="semi", maintain_order="left"
    )
    above = unreported.with_columns(why=pl.lit(fix_fills.NOT_ABOVE))
    counted = fix_checks.arithmetic(reports, executed.rows)
    parts = (
        (again, pl.col("reporter")), (orphans, pl.col("prior_order_id")), (executions, pl.col("fill_id")), (ended, pl.col("raw_kind")),
        (short, pl.col("reporter")), (weak.with_columns(why=pl.lit(LOW_CONFIDENCE)), pl.col("reporter")), (above, pl.col("fill_id")),
        (executed.breaks, pl.coalesce("prior_fill_id", "fill_id")),
        (counted, pl.format("14={} 151={} 6={}", *(pl.col(name).cast(pl.String).fill_null("") for name in ("cumulative_qty", "leaves_qty", "average_px")))),
    )  # fmt: skip
    made = pl.concat([fix_checks.breaks(rows, detail) for rows, detail in parts])
    return made.sort("day", "reason", "import_id", "line", "order_id", "detail", nulls_last=True)
