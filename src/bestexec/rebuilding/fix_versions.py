"""Versions of each order at each hop: what was asked first and every replacement that came into force."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bestexec.rebuilding.fix_once import latest, tops

BY_ID = {"firm": "firm", "hop": "hop", "order_id": "order_id"}
SHOWS_FORCE = ("acknowledged", "fill", "fill_corrected", "order_canceled", "expired", "done")
"""Reports under a new ClOrdID that show its replacement in force where no acknowledgement was logged."""
ENDS = ("order_canceled", "expired", "done", "rejected")


@dataclass(frozen=True)
class Versions:
    """`rows`: one row a version in force, with `v`, `chain` (the first version of the same order), `prior` and `since` (place of its start among
    the events). `all`: also those that never came into force."""

    rows: pl.DataFrame
    all: pl.DataFrame


def versions(events: pl.DataFrame) -> Versions:
    """The versions that the requests, and acknowledgements of replacements whose request no log shows, speak of."""
    asked = events.filter(pl.col("kind").is_in(["order", "replace_request"]) & pl.col("order_id").is_not_null())
    acked = events.filter((pl.col("kind") == "order_replaced") & pl.col("order_id").is_not_null())
    unasked = acked.join(asked, on=["firm", "hop", "order_id"], how="anti", maintain_order="left")
    given = pl.concat([asked, unasked]).unique(["firm", "hop", "order_id", "day"], keep="first", maintain_order=True)
    given = given.with_row_index("v").with_columns(pl.col("v").cast(pl.Int64), replaces=pl.when(pl.col("kind") != "order").then("prior_order_id"))
    linked = latest(given, given, by={"firm": "firm", "hop": "hop", "replaces": "order_id"}, on=("day", "day"), take={"prior": "v"})
    linked = linked.with_columns(prior=pl.when(pl.col("prior") != pl.col("v")).then("prior"))
    chained = linked.join(tops(linked.select("v", "prior"), "v", "prior").select("v", chain="top"), on="v", how="left", maintain_order="left")
    since = _since(chained, events)
    known = chained.join(since, on="v", how="left", maintain_order="left")
    first = pl.col("v") == pl.col("chain")
    whole = known.with_columns(since=pl.when(first).then(pl.lit(-1, pl.Int64)).otherwise("since"))
    in_force = whole.filter(pl.col("since").is_not_null()).sort("chain", "since", "v").with_columns(
        number=pl.int_range(pl.len()).over("chain"), prior=pl.col("v").shift(1).over("chain"), prior_id=pl.col("order_id").shift(1).over("chain"),
        until=pl.col("since").shift(-1).over("chain"), replaced_at=pl.col("effective_at").shift(-1).over("chain"),
    )  # fmt: skip
    return Versions(in_force, whole)


def _since(chained: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """When each replacement came into force: its acknowledgement, else the first report that shows it."""
    later = chained.filter(pl.col("v") != pl.col("chain"))
    said = events.filter(pl.col("kind").is_in(["order_replaced", *SHOWS_FORCE])).select("firm", "hop", "order_id", "day", "kind", "e", "event_at")
    found = latest(said, later, by=BY_ID, on=("day", "day"), take={"v": "v"}).drop_nulls("v")
    ranked = found.sort(pl.col("kind") != "order_replaced", "e").unique("v", keep="first", maintain_order=True)
    return ranked.select("v", since="e", effective_at="event_at")


def attached(events: pl.DataFrame, found: Versions) -> pl.DataFrame:
    """Reports with the order they are on: `chain` by OrderID (37), then ClOrdID (11), then 41; then by these on any session (`is_away`).

    `named` is the version that 11 names, `v` the version in force at that moment.
    """
    by_id = latest(events, found.all, by=BY_ID, on=("day", "day"), take={"named": "v", "chain_by_id": "chain"})
    by_id = latest(by_id, found.all, by={"firm": "firm", "hop": "hop", "prior_order_id": "order_id"}, on=("day", "day"), take={"chain_by_prior": "chain"})
    named = by_id.with_columns(chain=pl.coalesce("chain_by_id", "chain_by_prior"))
    here = _unambiguous(named, ["firm", "hop", "alternate_id"], "chain_by_alternate")
    placed = named.join(here, on=["firm", "hop", "alternate_id"], how="left", maintain_order="left").with_columns(
        chain=pl.coalesce("chain_by_alternate", "chain")
    )
    anywhere = _unambiguous(placed, ["firm", "alternate_id", "symbol"], "away_by_alternate")
    placed = placed.join(anywhere, on=["firm", "alternate_id", "symbol"], how="left", maintain_order="left")
    first = found.all.sort("day", pl.col("e"), descending=[False, True])
    placed = latest(placed, first, by={"firm": "firm", "order_id": "order_id", "symbol": "symbol"}, on=("day", "day"), take={"away_by_id": "chain"})
    placed = placed.with_columns(
        is_away=pl.col("chain").is_null() & pl.coalesce("away_by_alternate", "away_by_id").is_not_null(),
        chain=pl.coalesce("chain", "away_by_alternate", "away_by_id"),
    )
    return latest(placed, found.rows, by={"chain": "chain"}, on=("e", "since"), take={"v": "v"}).drop(
        "chain_by_id", "chain_by_prior", "chain_by_alternate", "away_by_alternate", "away_by_id"
    )


def _unambiguous(rows: pl.DataFrame, key: list[str], name: str) -> pl.DataFrame:
    """The chain of each key that has exactly one."""
    grouped = rows.drop_nulls([*key, "chain"]).group_by(key).agg(pl.col("chain").n_unique().alias("n"), pl.col("chain").min().alias(name))
    return grouped.filter(pl.col("n") == 1).drop("n")


def ends(rows: pl.DataFrame, found: Versions) -> pl.DataFrame:
    """(v, `end_kind`, `ended`, `end_reason_words`, `restated`): the first report that ends each version; a refusal only of the version it names."""
    said = rows.filter(pl.col("kind").is_in(ENDS) & pl.col("chain").is_not_null())
    refused = pl.col("kind") == "rejected"
    on = said.with_columns(v=pl.when(refused).then("named").otherwise("v")).drop_nulls("v")
    first = found.rows.select("v", "number", _tif="tif")
    on = on.join(first, on="v", how="inner", maintain_order="left").filter(~refused | (pl.col("number") == 0))
    works_on = (pl.col("kind") == "done") & pl.col("_tif").is_in(["gtc", "gtd"])
    last = on.filter(~works_on).sort("e").unique("v", keep="first", maintain_order=True)
    return last.select("v", end_kind="kind", ended="event_at", end_words="reason")


def acknowledged(rows: pl.DataFrame) -> pl.DataFrame:
    """(v, `acked_at`) by the first acknowledgement that names each version."""
    said = rows.filter(pl.col("kind").is_in(["acknowledged", "order_replaced"]) & pl.col("named").is_not_null())
    return said.sort("e").unique("named", keep="first", maintain_order=True).select(v="named", acked_at="event_at")


def with_session_rejects(events: pl.DataFrame) -> pl.DataFrame:
    """The events with the order that each session reject (35=3, by its RefSeqNum) refuses."""
    number = pl.col("related").str.extract(r"^refused sequence ([0-9]+)$").cast(pl.Int64, strict=False)
    asks = events.filter(pl.col("kind").is_in(["order", "replace_request"])).select(
        "firm", "day", "sequence", sender="receiver", receiver="sender", refused_id="order_id"
    ).unique(["firm", "day", "sequence", "sender", "receiver"], keep="last", maintain_order=True)  # fmt: skip
    named = events.with_columns(refused=pl.when(pl.col("order_id").is_null()).then(number))
    theirs = ["firm", "day", "sequence", "sender", "receiver"]
    joined = named.join(asks, left_on=["firm", "day", "refused", "sender", "receiver"], right_on=theirs, how="left", maintain_order="left")
    return joined.with_columns(order_id=pl.coalesce("order_id", "refused_id")).drop("refused", "refused_id")
