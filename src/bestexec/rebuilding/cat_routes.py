"""Routes out of CAT records: one row a version, each ended by what replaced, canceled or refused it."""

from __future__ import annotations

import polars as pl

from bestexec.market.sessions import trading_date
from bestexec.rebuilding.cat_chains import KEY, Chains
from bestexec.rebuilding.cat_orders import Versions, in_force

_BASE = {"MEORS": "MEOR", "MEMRS": "MEMR", "MECRS": "MECR"}
_OVERLAID = ("route_id", "sender", "receiver", "receiver_kind", "stream", "venue", "venue_raw")

NO_ORDER = "a route of an order that is not here"
NO_ROUTE_TO_CANCEL = "a cancel of a route that is not here"
NO_ROUTE_TO_REPLACE = "a route that replaces one that is not here"
NO_ROUTE_TO_SUPPLEMENT = "a supplement of a route that is not here"
TOO_EARLY = "a route before its order, by more than clocks may differ"
TOO_LARGE = "a route that is larger than its order"
LACKING = "a route that lacks what every route has"


def routes(rows: pl.DataFrame, known: Chains, made: Versions) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """(rows with the columns of schema.ROUTES and `root`, what does not fit)."""
    events, unmatched = _supplemented(rows)
    owned = events.join(known.nodes.select(*KEY, "owner"), on=KEY, how="left", maintain_order="left")
    found = in_force(owned.with_columns(cat_id="order_id"), made.rows)
    unknown = found.filter(pl.col("order_id").is_null() & pl.col("kind").is_in(["route", "route_replaced"]))
    placed = found.with_columns(
        order_id=pl.coalesce("order_id", "cat_id"), key_on=pl.coalesce("order_key_on", "key_on"),
        root=pl.coalesce(pl.col("order_root").cast(pl.String), pl.format("{}|{}|{}|{}|{}", "firm", "reporter", "symbol", "key_on", "cat_id")),
    ).sort("root", "event_at", "event_key", "content", nulls_last=True)  # fmt: skip
    sent = placed.filter(pl.col("kind").is_in(["route", "route_replaced"])).with_columns(route_id=pl.coalesce("route_id", "event_key"))
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in ("side", "qty", "event_at", "symbol", "order_id", "key_on"))
    lacking = sent.filter(~whole)
    named = _named(sent.filter(whole))
    cancels = placed.filter((pl.col("kind") == "route_canceled") & pl.col("event_at").is_not_null())
    ends, lost = _ends(named, cancels)
    done = _ended(named, ends)
    breaks = [
        _broken(unknown, NO_ORDER, "cat_id"), _broken(unmatched, NO_ROUTE_TO_SUPPLEMENT, "route_id"), _broken(lacking, LACKING, "event_key"),
        *lost, _broken(named.filter("is_early"), TOO_EARLY, "route_id"), _broken(named.filter(pl.col("qty") > pl.col("order_qty")), TOO_LARGE, "route_id"),
    ]  # fmt: skip
    return done, breaks


def _supplemented(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(routes, their changes and cancels, with what supplements added; supplements of none of these). A refusal may come late."""
    events = rows.filter(pl.col("kind").is_in(["route", "route_replaced", "route_canceled"]))
    later = rows.filter(pl.col("kind") == "route_supplement").with_columns(base=pl.col("raw_kind").replace_strict(_BASE, default=None, return_dtype=pl.String))
    places = ["import_id", "line"]
    by_id = [*KEY, "route_id"]
    of_id = later.join(events.select(*by_id, base="raw_kind", at_import="import_id", at_line="line"), on=[*by_id, "base"], how="inner")
    open_ones = events.filter(pl.col("route_id").is_null()).select(*KEY, "event_at", base="raw_kind", at_import="import_id", at_line="line")
    of_time = later.join(of_id.select(places), on=places, how="anti").join(open_ones, on=[*KEY, "event_at", "base"], how="inner")
    matched = pl.concat([of_id, of_time])
    said = [pl.col(name).drop_nulls().min().alias(f"late:{name}") for name in _OVERLAID]
    sums = matched.group_by(import_id="at_import", line="at_line").agg(*said, refused=pl.col("is_rejected").any())
    joined = events.join(sums, on=places, how="left", maintain_order="left")
    told = joined.with_columns(
        *(pl.coalesce(name, f"late:{name}").alias(name) for name in _OVERLAID), is_rejected=pl.col("is_rejected") | pl.col("refused").fill_null(value=False)
    ).select(events.columns)
    return told, later.join(matched.select(places), on=places, how="anti").drop("base")


def _named(sent: pl.DataFrame) -> pl.DataFrame:
    """Routes under names of their own: where one id went to several places or was changed under the same id, `/2`, `/3` … follow."""
    place = pl.int_range(pl.len()).over("firm", "key_on", "symbol", "order_id", "route_id")
    numbered = sent.with_columns(cat_route="route_id", place=place)
    return numbered.with_columns(
        route_id=pl.when(pl.col("place") == 0).then("route_id").otherwise(pl.col("route_id") + "/" + (pl.col("place") + 1).cast(pl.String)),
        routed_at="event_at", routed_source="event_source", routed_resolution_ns="event_resolution_ns", routed_on=trading_date(numbered["event_at"]),
        venue_kind="receiver_kind",
    ).drop("place")  # fmt: skip


def _ends(named: pl.DataFrame, cancels: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """(what ended each route: its `import_id` and `line`, `until`, `why`, `back`; changes and cancels of routes that are not here)."""
    changes = named.filter(pl.col("kind") == "route_replaced").with_columns(of=pl.coalesce("prior_route_id", "cat_route"), why=pl.lit("replaced"))
    cuts = cancels.with_columns(of=pl.col("route_id"), why=pl.lit("canceled"))
    columns = ["root", "of", "event_at", "event_key", "content", "why", "is_rejected", "canceled_qty", "import_id", "line"]
    asked = pl.concat([changes.select(columns), cuts.select(columns)])
    earlier = named.select("root", of="cat_route", routed_at="routed_at", its_key="event_key", its_import="import_id", its_line="line")
    pairs = asked.join(earlier, on=["root", "of"], how="inner").filter((pl.col("routed_at") <= pl.col("event_at")) & (pl.col("its_key") != pl.col("event_key")))
    last = pairs.sort("routed_at", "its_key").unique(subset=["event_key", "content"], keep="last", maintain_order=True)
    lost = asked.join(last.select("event_key", "content"), on=["event_key", "content"], how="anti").select("import_id", "line", "why")
    reasons = {"replaced": NO_ROUTE_TO_REPLACE, "canceled": NO_ROUTE_TO_CANCEL}
    everyone = pl.concat([named.select(cancels.columns), cancels]).join(lost, on=["import_id", "line"], how="inner")
    broken = [_broken(everyone.filter(pl.col("why") == why), reason, "route_id") for why, reason in reasons.items()]
    taken = last.filter(~pl.col("is_rejected").fill_null(value=False)).sort("event_at", "event_key")
    first = taken.group_by(import_id="its_import", line="its_line", maintain_order=True).agg(
        until=pl.col("event_at").first(), why=pl.col("why").first(),
        back=pl.when((pl.col("canceled_qty").fill_null(0) == 0).any()).then(None).otherwise(pl.col("canceled_qty").sum()),
    )  # fmt: skip
    return first, broken


def _ended(named: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """A refusal has no time of its own in CAT; a cancel of zero shares is of all that was open."""
    joined = named.join(ends, on=["import_id", "line"], how="left", maintain_order="left")
    refused = pl.col("is_rejected").fill_null(value=False)
    return joined.with_columns(
        ended_at=pl.when(~refused).then("until"), end_reason=pl.when(refused).then(pl.lit("rejected")).otherwise("why"),
        canceled_qty=pl.when(~refused & (pl.col("why") == "canceled")).then(pl.col("back").cast(named.schema["qty"])),
    )  # fmt: skip


def _broken(rows: pl.DataFrame, reason: str, detail: str) -> pl.DataFrame:
    return rows.with_columns(reason=pl.lit(reason), detail=pl.col(detail))
