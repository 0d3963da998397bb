"""Which order a child was split from, by the rules that routers follow, the certain ones first."""

from __future__ import annotations

import polars as pl

from bestexec.rebuilding.fix_once import tops
from bestexec.units import NS_PER_SECOND

PARENT_TAGS = ("526", "583", "66", "198", "1080")
LEAST_HIT = 0.5
"""A custom tag is believed to name parents when at least so many of its values on orders are ids of another order of the same symbol and side."""
SAME_ID, AFFIX, INFERRED = "same id on two sessions", "prefix or suffix of the id", "inferred from symbol, side, account, time and quantity"
_SEPARATED = r"[_\-.:/~#|]"
_MOST_CANDIDATES = 20
"""Where a sender had received more orders of a symbol and side on a day, none is inferred."""
_SHORTEST_ID = 4
"""Shorter ids are not looked for within others."""
SLACK_NS = NS_PER_SECOND
"""How far the clocks of two hops may differ."""


def parents(chains: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """(`chain`, `parent`, `rule`, `top`, `depth`) of every order at every hop; `parent` and `rule` null where it is a customer's.

    `chains`: the first version of each (`chain`, firm, hop, order_id, symbol, side, qty, account_key, sender, receiver, at, day, `customs`: every
    `custom` of its versions). `ids`: (`chain`, firm, `id`) of every ClOrdID and OrderID that names it.
    """
    tagged = _tagged(chains, ids)
    rules = [_by_tag(tagged), _by_same_id(chains), _by_affix(chains, ids)]
    found = pl.concat(rules).sort("chain", "rank", "parent").unique("chain", keep="first", maintain_order=True)
    left = chains.join(found, on="chain", how="anti", maintain_order="left")
    inferred = _inferred(left, chains)
    linked = chains.select("chain").join(pl.concat([found, inferred]).drop("rank"), on="chain", how="left", maintain_order="left")
    whole = linked.join(tops(linked.select("chain", "parent"), "chain", "parent"), on="chain", how="left", maintain_order="left")
    alone = pl.col("depth") == 0
    return whole.with_columns(parent=pl.when(~alone).then("parent"), rule=pl.when(~alone).then("rule"))


def _fitting(candidates: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
    """Candidates (`chain`, `parent`, …) whose symbol and side agree and whose parent did not come later."""
    mine = chains.select("chain", "symbol", "side", "at", "hop", "sender", "receiver", "qty", "day")
    theirs = mine.rename({name: f"parent_{name}" for name in mine.columns if name != "chain"}).rename({"chain": "parent"})
    both = (
        candidates.drop("symbol", "side", strict=False)
        .join(mine, on="chain", how="inner", maintain_order="left")
        .join(theirs, on="parent", how="inner", maintain_order="left")
    )
    return both.filter(
        (pl.col("chain") != pl.col("parent")) & (pl.col("symbol") == pl.col("parent_symbol")) & (pl.col("side") == pl.col("parent_side"))
        & (pl.col("parent_at") <= pl.col("at") + SLACK_NS)
    )  # fmt: skip


def _tagged(chains: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """(`chain`, `tag`, `parent` or null) of every value that a child's custom tags hold."""
    fields = chains.select("chain", "firm", field=pl.col("customs").str.split("|")).explode("field", empty_as_null=True).drop_nulls("field")
    split = fields.with_columns(pl.col("field").str.extract_groups(r"^([0-9]+)=(.+)$").struct.rename_fields(["tag", "id"])).unnest("field").drop_nulls("id")
    split = split.unique(maintain_order=True)
    kind = chains.select("chain", "symbol", "side")
    theirs, mine = (rows.join(kind, on="chain", how="inner", maintain_order="left") for rows in (ids, split))
    hits = _fitting(mine.join(theirs.rename({"chain": "parent"}), on=["firm", "id", "symbol", "side"], how="inner", maintain_order="left"), chains)
    hit = hits.select("chain", "tag", "id", "parent", "parent_at").sort("parent_at", "parent", descending=[True, False])
    nearest = hit.unique(["chain", "tag", "id"], keep="first", maintain_order=True)
    return split.join(nearest.drop("parent_at"), on=["chain", "tag", "id"], how="left", maintain_order="left")


def _by_tag(tagged: pl.DataFrame) -> pl.DataFrame:
    use = tagged.group_by("tag").agg(hits=pl.col("parent").is_not_null().sum(), of=pl.len())
    standard = pl.col("tag").is_in(PARENT_TAGS)
    good = use.filter((pl.col("hits") > 0) & (standard | (pl.col("hits") >= LEAST_HIT * pl.col("of"))))
    order = {tag: place for place, tag in enumerate(PARENT_TAGS)}
    ranked = good.with_columns(rank=pl.col("tag").replace_strict(order, default=None, return_dtype=pl.Int64).fill_null(10 + pl.col("tag").cast(pl.Int64)))
    return tagged.drop_nulls("parent").join(ranked, on="tag", how="inner", maintain_order="left").select(
        "chain", "parent", rule=pl.format("tag {}", "tag"), rank="rank"
    )  # fmt: skip


def _by_same_id(chains: pl.DataFrame) -> pl.DataFrame:
    """The same ClOrdID handed on: the parent's receiver is the child's sender."""
    pairs = chains.select("chain", "firm", "day", "order_id", "hop").join(
        chains.select("firm", "day", "order_id", parent="chain", other="hop"), on=["firm", "day", "order_id"], how="inner", maintain_order="left"
    ).filter(pl.col("hop") != pl.col("other")).select("chain", "parent")  # fmt: skip
    handed = _fitting(pairs, chains).filter(pl.col("parent_receiver") == pl.col("sender"))
    return handed.select("chain", "parent", rule=pl.lit(SAME_ID), rank=pl.lit(1_000_000, pl.Int64))


def _by_affix(chains: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """An id that is the parent's with a part before or behind it, set off by a sign such as `_` or `-`."""
    cuts = chains.select("chain", "firm", "order_id", id=pl.col("order_id").str.replace_all(_SEPARATED, "\x01").str.split("\x01"))
    pieces = cuts.filter(pl.col("id").list.len() > 1)
    parts = pieces.with_columns(n=pl.col("id").list.len()).with_columns(at=pl.int_ranges(1, "n")).explode("at", empty_as_null=True).drop_nulls("at")
    lengths = pl.col("id").list.head("at").list.eval(pl.element().str.len_chars()).list.sum() + pl.col("at").cast(pl.Int64)
    parts = parts.with_columns(cut=lengths.cast(pl.Int64))
    heads = parts.select("chain", "firm", id=pl.col("order_id").str.slice(0, pl.col("cut") - 1))
    tails = parts.select("chain", "firm", id=pl.col("order_id").str.slice(pl.col("cut")))
    wanted = pl.concat([heads, tails]).filter(pl.col("id").str.len_chars() >= _SHORTEST_ID)
    hits = _fitting(wanted.join(ids.rename({"chain": "parent"}), on=["firm", "id"], how="inner", maintain_order="left"), chains)
    longest = hits.sort("chain", pl.col("id").str.len_chars(), "parent_at", "parent", descending=[False, True, True, False])
    return longest.unique("chain", keep="first", maintain_order=True).select("chain", "parent", rule=pl.lit(AFFIX), rank=pl.lit(2_000_000, pl.Int64))


def _inferred(left: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
    """The one order of the day that the child's sender had received before, of the same symbol, side and account and at least its quantity."""
    theirs = chains.select("firm", "day", "symbol", "side", sender="receiver", parent="chain", account="account_key", most="qty")
    theirs = theirs.filter(pl.len().over("firm", "day", "symbol", "side", "sender") <= _MOST_CANDIDATES)
    pairs = left.join(theirs, on=["firm", "day", "symbol", "side", "sender"], how="inner", maintain_order="left")
    same_account = (pl.col("account_key") == pl.col("account")).fill_null(value=True)
    fits = _fitting(pairs.filter(same_account & (pl.col("qty") <= pl.col("most"))).select("chain", "parent"), chains).filter(
        pl.col("hop") != pl.col("parent_hop")
    )
    single = fits.filter(pl.len().over("chain") == 1)
    return single.select("chain", "parent", rule=pl.lit(INFERRED), rank=pl.lit(3_000_000, pl.Int64))
