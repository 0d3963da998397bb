"""Where the flow went, beside the quality there; payments are named beside the score and never in it."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.urls import reverse

from bestexec import is_few
from oversight.desk import charting
from oversight.desk.charting import Picture
from oversight.desk.scorecard import FEW, orders_link, rests, runs_of
from oversight.measured import figures, frames
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources
from oversight.sheets import Column, Row, Sheet

QUALITY = ("effective_over_quoted", "net_price_improvement", "mean_route_to_ack", "venue_share")
FRACTION = "fraction, printed as percent"
ROUTED = ("venue", "routed_on", "end_reason", "reject_reason", "vendor", "order_id", "key_on", "symbol", "route_id")


def of_scope(sources: Sources, scope: Scope) -> tuple[Sheet, tuple[str, ...]]:
    """(the venues with share and quality, sentences of facts)."""
    made = figures.grouped(sources, scope, ("venue",), QUALITY)
    vendors = dict(scope.chosen).get("vendor", ())
    routed = figures.once(("routed", scope.first, scope.last, vendors), sources, lambda: _routed(sources, scope))
    tape = _tape_shares(sources, scope)
    pays = {listed.name: listed.kind or "yes" for listed in sources.policy.venues_that_pay or () if listed.holds(scope.last)}
    rows = made.rows.sort("shares", "venue", descending=[True, False], nulls_last=True)
    return _sheet(sources, scope, rows, routed, tape, pays, made.min_n), _facts(sources, scope, rows, pays)


def picture(sources: Sources, scope: Scope) -> Picture | None:
    """The venues' shares, and E/Q at each."""
    sheet, _ = of_scope(sources, scope)
    rows = figures.grouped(sources, scope, ("venue",), QUALITY).rows.sort("shares", "venue", descending=[True, False], nulls_last=True)
    drawn = charting.intervals(rows.head(18), "effective_over_quoted").select(
        pl.col("venue").fill_null("unknown"), share=pl.col("venue_share").fill_null(0.0), value="value", low="low", high="high",
        n="effective_over_quoted_n",
    )  # fmt: skip
    title, unit = "Share of executed shares, and E/Q there", figures.unit_of("effective_over_quoted")
    return figures.once(("venue picture", scope), sources, lambda: charting.draw("venue_picture", drawn, title, unit, sheet))


def _sheet(
    sources: Sources, scope: Scope, rows: pl.DataFrame, routed: dict[str | None, dict[str, int]], tape: dict[str, float], pays: dict[str, str], min_n: int
) -> Sheet:  # fmt: skip
    part = figures.unit_named(FRACTION)
    columns = (
        Column("venue", "Venue", kind="code"), Column("share", "Share of shares", part), Column("fills", "Fills", kind="count"),
        Column("shares", "Shares", figures.unit_named("shares")), Column("tape_share", "Share of the tape", part),
        *(Column(key, figures.metric(key).title, figures.unit_of(key)) for key in QUALITY[:3]),
        Column("routes", "Routes", kind="count"), Column("fill_rate", "Routes filled", part), Column("rejects", "Refused", kind="count"),
        Column("pays", "Pays the firm (outside the score)", kind="tag"),
        *(Column(f"{key}_{end}", f"{figures.metric(key).title}, {end}", is_for_files=True, kind="number") for key in QUALITY[:3] for end in ("n", "se")),
    )  # fmt: skip
    drawn = []
    for row in rows.iter_rows(named=True):
        of = scope.having("venue", row["venue"] or "unknown")
        sent = routed.get(row["venue"], {})
        quality = [FEW if row[key] is None and is_few(figures.metric(key), min_n, row[f"{key}_n"]) else row[key] for key in QUALITY[:3]]
        cells: tuple[Any, ...] = (
            row["venue"] or "unknown", row["venue_share"], row["fills"], row["shares"], tape.get(row["venue"] or ""), *quality, sent.get("routes"),
            sent["filled"] / sent["routes"] if sent.get("routes") else None, sent.get("rejected"), pays.get(row["venue"] or "", ""),
            *(row[f"{key}_{end}"] for key in QUALITY[:3] for end in ("n", "se")),
        )  # fmt: skip
        fills = reverse("desk:orders") + of.query(list="fills")
        links = {"venue": reverse("desk:scorecard") + of.query(), "share": fills, "fills": fills, "shares": fills}
        drawn.append(Row(cells, links | {key: orders_link(of, key) for key in QUALITY[:3] if row[f"{key}_n"]}))
    source = (
        "Share of the tape: of all regular trades in the same days, per venue; off-exchange trades are one group there. Routes are those of the same days and "
        f"vendor, every flow together, for a route does not say its customers. {rests(sources, scope, min_n)}"
    )
    return Sheet("venues", "Venues: share beside quality", columns, tuple(drawn), runs_of(sources, scope), source, "No fills in this scope.")


def _routed(sources: Sources, scope: Scope) -> dict[str | None, dict[str, int]]:
    """Routes by venue in the period and of the vendor: how many, how many with a fill, how many refused."""
    vendors, parts = dict(scope.chosen).get("vendor", ()), []
    for run, days in sources.during(scope.first, scope.last).in_force:
        if "routes.parquet" not in run.manifest["outputs"]:
            continue
        routes = frames.columns(run, "routes", ROUTED).filter(pl.col("routed_on").is_in(days))
        routes = routes.filter(pl.col("vendor").is_in(vendors)) if vendors else routes
        filled = frames.columns(run, "fills", ["route_id", "key_on", "symbol", "order_id"]).drop_nulls("route_id").unique()
        parts.append(routes.join(filled.with_columns(is_filled=pl.lit(True)), on=["key_on", "symbol", "order_id", "route_id"], how="left"))
    if not parts:
        return {}
    counted = pl.concat(parts).group_by("venue").agg(
        routes=pl.len(), filled=pl.col("is_filled").fill_null(False).sum(), rejected=(pl.col("end_reason") == "rejected").fill_null(False).sum()
    )  # fmt: skip
    return {row.pop("venue"): row for row in counted.iter_rows(named=True)}


def _tape_shares(sources: Sources, scope: Scope) -> dict[str, float]:
    """Each venue's part of the shares on the tape in the period."""
    tape = frames.whole(sources.during(scope.first, scope.last), "tape_venues", ("day", "venue", "shares")).filter(
        pl.col("day").is_between(scope.first, scope.last)
    )
    every = float(tape["shares"].sum())
    shares = tape.group_by("venue").agg(pl.col("shares").sum())
    return {row["venue"]: row["shares"] / every for row in shares.iter_rows(named=True)} if every else {}


def _facts(sources: Sources, scope: Scope, rows: pl.DataFrame, pays: dict[str, str]) -> tuple[str, ...]:
    """Sentences from the table: the largest, how concentrated, how much went where somebody pays."""
    known = rows.filter(pl.col("venue").is_not_null())
    if known.is_empty():
        return ("No fill in this scope names its venue.",)
    whole = figures.grouped(sources, scope, (), ("venue_concentration",)).rows.row(0, named=True)
    largest = known.row(0, named=True)
    said = [f"{largest['venue']} executed {largest['venue_share'] * 100:.1f}% of the shares, the largest part of {known.height} venues."]
    if whole["venue_concentration"] is not None:
        limit = sources.policy.limit("max_hhi", scope.last)
        side = "above" if whole["venue_concentration"] > float(limit) else "not above"
        said.append(
            f"The Herfindahl–Hirschman index is {whole['venue_concentration']:.4f}, {side} the policy's limit of {limit.normalize():f} for a vendor's day."
        )
    if pays:
        paying = known.filter(pl.col("venue").is_in(list(pays)))
        part = paying["venue_share"].sum() if paying.height else 0.0
        said.append(f"Venues that pay the firm ({', '.join(sorted(pays))}) executed {part * 100:.1f}% of the shares. Payment is no part of any score here.")
    else:
        said.append("The policy names no venue that pays the firm.")
    return tuple(said)
