"""Executions that CAT itself shows: the firm's own trades, and what it gave customers out of its own orders."""

from __future__ import annotations

import polars as pl

from bestexec.market.sessions import trading_date
from bestexec.rebuilding.cat_chains import KEY, Chains
from bestexec.rebuilding.cat_orders import Versions, in_force
from bestexec.units import QTY

_DETAIL = pl.Struct({"on": pl.String, "order_id": pl.String, "side": pl.Int8, "qty": pl.String})
_SIDES = ("buy", "sell", "client")
TRADE = ["firm", "reporter", "symbol", "key_on", "fill_id"]
"""What names a trade or fulfillment in CAT; the date is that in its key."""

NO_ORDER = "an execution of an order that is not here"
NAMES_NO_ORDER = "an execution that names no order"
NO_TRADE = "a supplement of a trade that is not here"
QTY_NOT_SAID = "an execution of several orders that does not say each one's quantity"
LACKING = "an execution that lacks what every fill has"
TOO_MUCH = "more was executed than was ordered"
TOO_MUCH_WITH_CANCELS = "more was executed and canceled than was ordered"


def fills(rows: pl.DataFrame, known: Chains, made: Versions) -> tuple[pl.DataFrame, list[pl.DataFrame], dict[str, pl.DataFrame]]:
    """(rows with the columns of schema.FILLS, what does not fit, by fact the rows it counts)."""
    trades = rows.filter(pl.col("kind").is_in(["trade", "fulfillment", "fulfillment_replaced", "fill_busted"]))
    supplements, lost = _supplements(rows, trades)
    details = pl.concat([_details(trades), _details(supplements)], how="diagonal")
    silent = trades.join(details.select(TRADE), on=TRADE, how="anti")
    own = details.join(known.nodes.select(*KEY, "owner", "is_rep"), left_on=[*KEY[:3], "on", "of"], right_on=KEY, how="left", maintain_order="left")
    firms = own.filter(pl.col("is_rep").fill_null(value=False) & pl.col("raw_kind").is_in(["MEOT", "MEOTS"]))
    customers = own.join(firms.select("row"), on="row", how="anti")
    found = in_force(customers, made.rows)
    placed = _named(
        found.with_columns(cat_id="of", order_id=pl.coalesce("order_id", "of"), at_key=pl.coalesce("order_key_on", "on"), own=pl.col("order_id").is_not_null())
    )
    whole = pl.all_horizontal(pl.col(name).is_not_null() for name in ("side", "qty", "px", "event_at", "symbol", "order_id", "key_on", "fill_id"))
    breaks = [
        lost, _broken(silent, NAMES_NO_ORDER), _broken(placed.filter(~pl.col("own")), NO_ORDER), _broken(placed.filter("qty_unsaid"), QTY_NOT_SAID),
        _broken(placed.filter(~whole & ~pl.col("qty_unsaid")), LACKING),
    ]  # fmt: skip
    return placed.filter(whole), breaks, {"executions of the firm's own orders; the customer's is in the fulfillment": firms}


def _supplements(rows: pl.DataFrame, trades: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(trade supplements with the price, time and standing of their trades, those of no trade here). They add orders to one."""
    later = rows.filter(pl.col("kind") == "trade_supplement")
    taken = ("px", "capacity", "venue", "venue_raw", "contra", "kind", "event_at", "event_source", "event_resolution_ns", "is_manual")
    of_trade = (
        trades.filter(pl.col("raw_kind") == "MEOT")
        .unique(subset=TRADE, keep="any", maintain_order=True)
        .select(*TRADE, *(pl.col(name).alias(f"its:{name}") for name in taken))
    )
    joined = later.join(of_trade, on=TRADE, how="left", maintain_order="left")
    told = joined.filter(pl.col("its:kind").is_not_null()).with_columns(pl.col(f"its:{name}").alias(name) for name in taken)
    return told.select(rows.columns), _broken(joined.filter(pl.col("its:kind").is_null()).select(rows.columns), NO_TRADE)


def _details(events: pl.DataFrame) -> pl.DataFrame:
    """One row an order that an execution names: `on` and `of` of its key, its side, and its quantity: as said, else the whole of a single one."""
    empty = (
        events.clear()
        .with_columns(on=pl.lit(None, pl.Date), of=pl.lit(None, pl.String), alone=pl.lit(None, pl.Boolean), said=pl.lit(None, QTY), row=pl.lit(""))
        .clear()
    )
    if not events.height:
        return empty
    related = events["related"].str.json_decode(pl.Struct({name: pl.List(_DETAIL) for name in _SIDES}))
    listed = [related.struct.field(name) for name in _SIDES]
    parts = [empty]
    for name, orders in zip(_SIDES, listed, strict=True):
        counted = events.with_columns(orders.alias("order"), alone=orders.list.len() == 1).filter(pl.col("order").list.len() > 0).explode("order")
        parts.append(
            counted.with_columns(
                on=pl.col("order").struct.field("on").str.to_date("%Y-%m-%d", strict=False), of=pl.col("order").struct.field("order_id"),
                side=pl.coalesce(pl.col("order").struct.field("side"), pl.lit({"buy": 1, "sell": -1}.get(name), pl.Int8)),
                said=pl.col("order").struct.field("qty").cast(QTY, strict=False),
                row=pl.format("{}|{}|{}|{}", "import_id", "line", pl.lit(name), pl.int_range(pl.len())),
            ).drop("order").filter(pl.col("of").is_not_null())
        )  # fmt: skip
    return pl.concat(parts, how="diagonal_relaxed")


def _named(found: pl.DataFrame) -> pl.DataFrame:
    """Executions with the columns of schema.FILLS. An amendment of the same id is `/2`, `/3` …, and corrects the one before it."""
    ordered = found.sort("event_at", "event_key", "content", "row", nulls_last=True)
    traded_on = trading_date(ordered["event_at"])
    place = pl.int_range(pl.len()).over("firm", "symbol", "order_id", "fill_id", "key_on")
    amends = pl.col("kind") == "fulfillment_replaced"
    said = [pl.col("said"), pl.when("alone").then("qty")]
    numbered = ordered.with_columns(traded_on.alias("traded_on"), place=place, amends=amends)
    bare = pl.col("fill_id")
    other = pl.when(pl.col("prior_fill_id") != bare).then("prior_fill_id")
    before = pl.when(pl.col("place") <= 1).then(bare).otherwise(bare + "/" + pl.col("place").cast(pl.String))
    return numbered.with_columns(
        key_on=pl.col("at_key"), qty=pl.coalesce(said), qty_unsaid=pl.coalesce(said).is_null() & pl.col("qty").is_not_null(),
        side=pl.coalesce("side", "order_side"), filled_at="event_at", filled_source="event_source", filled_resolution_ns="event_resolution_ns",
        fill_id=pl.when(pl.col("place") == 0).then(bare).otherwise(bare + "/" + (pl.col("place") + 1).cast(pl.String)),
        corrects_fill_id=pl.when("amends").then(pl.coalesce(other, pl.when(pl.col("place") > 0).then(before), bare)),
        is_busted=pl.col("kind") == "fill_busted", route_id=pl.lit(None, pl.String), kind=pl.lit(None, pl.String),
    )  # fmt: skip


def filled(made: pl.DataFrame, executed: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """(versions of orders with those that CAT shows to be filled ended by it, those that do not add up)."""
    key = ["firm", "key_on", "symbol", "order_id"]
    corrected = executed.filter(pl.col("corrects_fill_id").is_not_null()).select(*key, fill_id="corrects_fill_id")
    standing = executed.filter(~pl.col("is_busted")).join(corrected, on=[*key, "fill_id"], how="anti")
    sums = standing.group_by(key).agg(done=pl.col("qty").sum(), last=pl.col("filled_at").max())
    joined = made.join(sums, on=key, how="left", maintain_order="left")
    ends = (pl.col("end_reason").is_null() & (pl.col("done") >= pl.col("qty"))).fill_null(value=False)
    told = joined.with_columns(
        ended_at=pl.when(ends).then("last").otherwise("ended_at"), end_reason=pl.when(ends).then(pl.lit("filled")).otherwise("end_reason")
    )
    over = pl.col("done") > pl.col("qty")
    with_cancels = ~over & (pl.col("done") + pl.col("canceled_qty").fill_null(0) > pl.col("qty"))
    breaks = [_broken(joined.filter(over), TOO_MUCH), _broken(joined.filter(with_cancels), TOO_MUCH_WITH_CANCELS)]
    return told.drop("done", "last"), breaks


def _broken(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    return rows.with_columns(reason=pl.lit(reason), detail=pl.col("event_key"))
