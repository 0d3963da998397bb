"""Feeds that tell of the same orders, routes and fills, held against each other row by row: CAT, FIX, the OMS, the vendor's file.

A row of one feed is matched with a row of the other by their ids, then, of what is left, by weaker keys; how each pair was found is counted.
What stays alone, and what is matched and says something else, is a row of UNMATCHED with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from bestexec.schema import LINE, Column, Table
from bestexec.units import COUNT, DAY, NS_PER_SECOND, PX, QTY, SIDE, TEXT

_PAIR = (
    Column("day", DAY, "date", "Trading date.", required=True),
    Column("table", TEXT, "", "What was compared: orders, routes or fills.", required=True),
    Column("left", TEXT, "", "One feed.", required=True),
    Column("right", TEXT, "", "The other.", required=True),
)
RECONCILED = Table(
    "reconciled", "Two feeds of a day, held against each other.", ("day", "table", "left", "right"), "day",
    (
        *_PAIR,
        Column("left_rows", COUNT, "rows", "Rows of the one, each key once.", required=True),
        Column("right_rows", COUNT, "rows", "Rows of the other.", required=True),
        Column("by_id", COUNT, "rows", "Pairs of the same ids.", required=True),
        Column("by_value", COUNT, "rows", "Pairs whose ids differ and that say the same.", required=True),
        Column("differing", COUNT, "rows", "Of these pairs, those that differ in side, quantity or price.", required=True),
        Column("only_left", COUNT, "rows", "Rows of the one without a counterpart.", required=True),
        Column("only_right", COUNT, "rows", "Rows of the other without a counterpart.", required=True),
    ),
)  # fmt: skip
UNMATCHED = Table(
    "unmatched", "One row of a feed that another feed of the day lacks, or tells otherwise.",
    ("day", "table", "left", "right", "reason", "order_id", "id"), "day",
    (
        *_PAIR,
        Column("reason", TEXT, "", "Why it does not match.", required=True),
        Column("symbol", TEXT, "", "Symbol."),
        Column("order_id", TEXT, "", "The order's id."),
        Column("id", TEXT, "", "Id of the order, route or fill."),
        Column("side", SIDE, "+1 buy, −1 sell", "Side."),
        Column("qty", QTY, "shares", "Quantity."),
        Column("px", PX, "currency/share", "Price of a fill, limit of an order or route."),
        Column("other_qty", QTY, "shares", "Quantity that the other feed tells."),
        Column("other_px", PX, "currency/share", "Price that the other feed tells."),
        LINE, Column("import_id", TEXT, "", "Import that made the row."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class _Kind:
    """How rows of one table are compared: their day, id, price and clock; ids to match by, the strongest first."""

    day: str
    id: str
    px: str
    at: str
    by_id: tuple[tuple[str, ...], ...]


_BY_VALUE = ("symbol", "side", "qty", "px", "_second")
KINDS = {
    "orders": _Kind("key_on", "order_id", "limit_px", "received_at", (("symbol", "id"),)),
    "routes": _Kind("routed_on", "route_id", "limit_px", "routed_at", (("symbol", "order_id", "id"), ("symbol", "id"))),
    "fills": _Kind("traded_on", "fill_id", "px", "filled_at", (("symbol", "order_id", "id"), ("symbol", "side", "id"))),
}
_PLACE = "_place"


def reconcile(feeds: Mapping[str, pl.DataFrame], feed_of: Mapping[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(RECONCILED, UNMATCHED) of the orders, routes and fills in `feeds`; `feed_of` names the feed of each import id.

    Two feeds are compared on the days on which both have rows of a table. Neither has the last word: what only one tells is said of it.
    """
    counts, alone = [_none(RECONCILED)], [_none(UNMATCHED)]
    for table, kind in KINDS.items():
        rows = _alike(feeds[table], kind, feed_of)
        for left, right in combinations(rows["feed"].unique().sort().to_list(), 2):
            a, b = (rows.filter(pl.col("feed") == feed) for feed in (left, right))
            days = a.select("day").unique().join(b.select("day").unique(), on="day")
            if days.height:
                pair = [pl.lit(value).alias(name) for name, value in (("table", table), ("left", left), ("right", right))]
                a, b = (side.join(days, on="day", maintain_order="left") for side in (a, b))
                counted, unmatched = _compared(a, b, kind, left, right)
                counts.append(counted.with_columns(pair).select(RECONCILED.schema.names()))
                alone.append(unmatched.with_columns(pair).select(UNMATCHED.schema.names()))
    return pl.concat(counts).sort(RECONCILED.key, maintain_order=True), pl.concat(alone).sort(UNMATCHED.key, maintain_order=True)


def _alike(rows: pl.DataFrame, kind: _Kind, feed_of: Mapping[str, str]) -> pl.DataFrame:
    """Rows of a table under common names, each id of a feed once: the last that was received."""
    named = rows.with_columns(
        feed=pl.col("import_id").replace_strict(dict(feed_of), default=None, return_dtype=pl.String),
        day=pl.col(kind.day), id=pl.col(kind.id), px=pl.col(kind.px), _second=pl.col(kind.at) // NS_PER_SECOND,
    )  # fmt: skip
    once = named.unique(subset=["feed", "day", "symbol", "order_id", "id"], keep="last", maintain_order=True).sort("day", "symbol", "order_id", "id")
    return once.select("feed", "day", "symbol", "order_id", "id", "side", "qty", "px", "_second", "line", "import_id").with_row_index(_PLACE)


def _compared(left: pl.DataFrame, right: pl.DataFrame, kind: _Kind, one: str, other: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    pairs: list[pl.DataFrame] = []
    alone: tuple[pl.DataFrame, ...] = (left, right)
    for nth, key in enumerate((*kind.by_id, _BY_VALUE)):
        found = _paired(alone[0], alone[1], ("day", *key)).with_columns(by_id=pl.lit(nth < len(kind.by_id)))
        pairs.append(found)
        places = zip(alone, (_PLACE, "other"), strict=True)
        alone = tuple(rows.join(found, left_on=_PLACE, right_on=place, how="anti", maintain_order="left") for rows, place in places)
    told = right.select("day", other=_PLACE, other_side="side", other_qty="qty", other_px="px").drop("day")
    matched = left.join(pl.concat(pairs), on=_PLACE, maintain_order="left").join(told, on="other", maintain_order="left")
    differs = pl.concat_list(
        pl.when(_unlike("side")).then(pl.lit("side")), pl.when(_unlike("qty")).then(pl.lit("quantity")), pl.when(_unlike("px")).then(pl.lit("price")),
    ).list.drop_nulls().list.join(" and ")  # fmt: skip
    matched = matched.with_columns(differs=differs)
    unlike = matched.filter(pl.col("differs") != "").with_columns(reason=pl.lit("another ") + pl.col("differs"))
    lone = [side.with_columns(reason=pl.lit(f"not in {feed}")) for side, feed in ((alone[0], other), (alone[1], one))]
    unmatched = pl.concat([unlike, *lone], how="diagonal").with_columns(
        other_qty=pl.col("other_qty").cast(QTY), other_px=pl.col("other_px").cast(PX)
    )  # fmt: skip
    tallies = (
        left.group_by("day").agg(left_rows=pl.len()), right.group_by("day").agg(right_rows=pl.len()),
        matched.group_by("day").agg(by_id=pl.col("by_id").sum(), by_value=(~pl.col("by_id")).sum(), differing=(pl.col("differs") != "").sum()),
        alone[0].group_by("day").agg(only_left=pl.len()), alone[1].group_by("day").agg(only_right=pl.len()),
    )  # fmt: skip
    counted = tallies[0]
    for tally in tallies[1:]:
        counted = counted.join(tally, on="day", how="left")
    return counted.with_columns(pl.exclude("day").fill_null(0).cast(COUNT)), unmatched


def _paired(left: pl.DataFrame, right: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """(`_place` of the left row, `other` of the right one) of rows with the same key: the first with the first, the second with the second."""
    named = [column for column in key if column != "px"]
    nth = pl.int_range(pl.len()).over(list(key)).alias("_nth")
    sides = [rows.drop_nulls(named).select(*key, nth, place) for rows, place in ((left, pl.col(_PLACE)), (right, pl.col(_PLACE).alias("other")))]
    return sides[0].join(sides[1], on=[*key, "_nth"], nulls_equal=True).select(_PLACE, "other")


def _unlike(name: str) -> pl.Expr:
    """Whether both feeds tell it and tell it differently."""
    return (pl.col(name) != pl.col(f"other_{name}")).fill_null(value=False)


def _none(table: Table) -> pl.DataFrame:
    return pl.DataFrame(schema=table.schema)
