"""Which customer's order each CAT order id belongs to: modifications, children, internal routes and representative orders followed up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

KEY = ["firm", "reporter", "symbol", "key_on", "order_id"]
"""What names an order in CAT; the date is that in its key."""
ROOTS = ("order", "order_received")
CHANGES = ("order_replaced", "order_restated", "order_effective")
"""What makes a new version of a customer's order; the changes of parts make none."""
BY_PARENT, BY_PRIOR = ("child", "internal"), (*CHANGES, "child_replaced", "internal_replaced")
_AGGREGATED = pl.Struct({"aggregated": pl.List(pl.Struct({"on": pl.String, "order_id": pl.String}))})
_MOST_DOUBLINGS = 40

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NO_PARENT = "an order whose parent is not here"
NO_PRIOR = "a modification of an order that is not here"
USED_TWICE = "an order id that two records begin"
CIRCLE = "orders that point at each other in a circle"


@dataclass(frozen=True)
class Chains:
    """`nodes`: one row an order id, with the record that began it, `node`, `owner` (the node of the customer's order or version that it is of, null if
    none is here), `root` (the first node of that), `is_version` and `is_rep` (a firm's own order for several customers, or for none that is named)."""

    nodes: pl.DataFrame
    breaks: list[pl.DataFrame]


def chains(rows: pl.DataFrame) -> Chains:
    """The nodes of standing records (schema.EVENTS rows)."""
    begun = _begun(rows)
    first = begun.unique(subset=KEY, keep="first", maintain_order=True).with_row_index("node").with_columns(pl.col("node").cast(pl.Int64))
    twice = begun.join(first.select("import_id", "line"), on=["import_id", "line"], how="anti").with_columns(
        reason=pl.lit(USED_TWICE), detail=pl.col("event_key")
    )
    above = first.select(*KEY, "node").rename({"key_on": "up_on", "order_id": "up_id", "node": "up"})
    nodes = first.join(above, on=["firm", "reporter", "symbol", "up_on", "up_id"], how="left", maintain_order="left")
    up = nodes["up"].fill_null(-1).to_numpy()
    by_prior = (nodes["edge"] == "prior").fill_null(value=False)
    head = _followed(np.where(by_prior.to_numpy() & (up >= 0), up, np.arange(len(up))))
    is_round = _is_round(head, up, by_prior.to_numpy())
    is_first = (nodes["edge"].is_null() | (by_prior & nodes["up"].is_null())).to_numpy()
    is_version = is_first[head] & ~is_round
    owner = _followed(np.where(is_version | (up < 0), np.arange(len(up)), up))
    found = is_version[owner] if len(owner) else is_version
    owned = pl.Series("owner", np.where(found, owner, -1), dtype=pl.Int64)
    root = pl.Series("root", np.where(found, head[owner], -1), dtype=pl.Int64)
    rep = (nodes["is_representative"].fill_null(value=False)).to_numpy()
    told = nodes.with_columns(
        pl.when(owned >= 0).then(owned).alias("owner"), pl.when(root >= 0).then(root).alias("root"), pl.Series("is_version", is_version, dtype=pl.Boolean),
        pl.Series("is_rep", rep[head] if len(head) else rep, dtype=pl.Boolean),
    )  # fmt: skip
    return Chains(told, [twice, *_orphans(told, pl.Series(is_round, dtype=pl.Boolean))])


def _begun(rows: pl.DataFrame) -> pl.DataFrame:
    """The records that begin an order id, with `up_on`, `up_id` and `edge` to the one above, in an order that no import decides."""
    sources = rows.filter(pl.col("kind").is_in([*ROOTS, *BY_PARENT, *BY_PRIOR]) & pl.all_horizontal(pl.col(name).is_not_null() for name in KEY))
    single = _single_customer(rows, sources)
    is_copy = pl.col("kind").is_in(ROOTS) & pl.col("is_copy").fill_null(value=False) & pl.col("parent_order_id").is_not_null()
    by_parent, by_prior = pl.col("kind").is_in(BY_PARENT) | is_copy, pl.col("kind").is_in(BY_PRIOR)
    edges = pl.concat([sources, single], how="horizontal").with_columns(
        up_on=pl.when(by_parent).then(pl.coalesce("parent_on", "key_on")).when(by_prior).then(pl.coalesce("prior_on", "key_on")).otherwise("customer_on"),
        up_id=pl.when(by_parent).then("parent_order_id").when(by_prior).then("prior_order_id").otherwise("customer_id"),
    )  # fmt: skip
    itself = (pl.col("up_on") == pl.col("key_on")) & (pl.col("up_id") == pl.col("order_id"))
    rest = edges.filter(pl.col("kind").is_in(ROOTS) | (pl.col("up_id").is_not_null() & ~itself))
    edge = pl.when(pl.col("up_id").is_null() | itself).then(None).when(pl.col("kind").is_in(CHANGES)).then(pl.lit("prior")).otherwise(pl.lit("parent"))
    rank = pl.when(pl.col("kind").is_in(ROOTS)).then(0).otherwise(1)
    return rest.with_columns(edge.alias("edge"), rank.alias("rank")).sort("rank", "event_at", "event_key", "content", nulls_last=True).drop("rank")


def _single_customer(rows: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """`customer_on` and `customer_id` of each source: the customer's order that a representative order works, where it and its supplements name one alone."""
    naming = rows.filter(pl.col("kind").is_in([*ROOTS, "order_supplement"]) & pl.col("related").is_not_null())
    listed = naming.select(*KEY, listed=pl.col("related").str.json_decode(_AGGREGATED).struct.field("aggregated")).explode("listed")
    customers = listed.select(*KEY, customer_on=pl.col("listed").struct.field("on"), customer_id=pl.col("listed").struct.field("order_id"))
    alone = customers.filter(pl.col("customer_id").is_not_null()).unique().filter(pl.len().over(KEY) == 1)
    joined = sources.join(alone, on=KEY, how="left", maintain_order="left")
    is_rep = pl.col("is_representative").fill_null(value=False)
    return joined.select(
        customer_on=pl.when(is_rep).then(pl.col("customer_on").str.to_date("%Y-%m-%d", strict=False)), customer_id=pl.when(is_rep).then("customer_id")
    )


def _followed(step: Ints) -> Ints:
    """Where each node ends up if every step is taken again and again: each round doubles the steps."""
    for _ in range(_MOST_DOUBLINGS):
        further = step[step]
        if np.array_equal(further, step):
            return step
        step = further
    return step


def _is_round(head: Ints, up: Ints, by_prior: Flags) -> Flags:
    """Nodes whose line of modifications never ends."""
    return (by_prior & (up >= 0))[head] if len(head) else np.zeros(0, dtype=np.bool_)


def _orphans(nodes: pl.DataFrame, is_round: pl.Series) -> list[pl.DataFrame]:
    missing, is_change = nodes["edge"].is_not_null() & nodes["up"].is_null(), nodes["kind"].is_in(BY_PRIOR)
    found = ((missing & ~is_change, NO_PARENT), (missing & is_change, NO_PRIOR), (is_round, CIRCLE))
    return [nodes.filter(mask).with_columns(reason=pl.lit(why), detail=pl.col("up_id")) for mask, why in found]
