"""Executions each once: over copies, busts, corrections, and the hops that all report the same one."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bestexec.rebuilding.fix_once import latest, tops

UNKNOWN_BUST, UNKNOWN_CORRECTION = "bust of an unknown execution", "correction of an unknown execution"
DIFFERS, WITHOUT_ID, WITHOUT_PX = "execution repeated with another quantity or price", "execution without an id (17)", "execution without a price or quantity"
NOT_ABOVE = "child's execution that its parent does not report"
EXECUTED = ("fill", "fill_corrected")


@dataclass(frozen=True)
class Executions:
    """`rows`: one row an execution at the hop that reported it; `breaks`: events with `reason` that fit nowhere."""

    rows: pl.DataFrame
    breaks: pl.DataFrame


def executions(reports: pl.DataFrame) -> Executions:
    """The executions among attached `reports`: repeated ones once, with `is_busted`, `corrects` and `stands`; `v` is that of what they correct."""
    said = reports.filter(pl.col("kind").is_in(EXECUTED))
    faulty = said.select(
        pl.when(pl.col("fill_id").is_null()).then(pl.lit(WITHOUT_ID))
        .when(pl.col("px").is_null() | ~(pl.col("qty") > 0).fill_null(False)).then(pl.lit(WITHOUT_PX))
    ).to_series()  # fmt: skip
    good = said.filter(faulty.is_null()).with_columns(node=_node())
    key = ["firm", "node", "day", "fill_id"]
    ordered = good.sort("is_away", "is_copy", "e")
    single = ordered.unique(key, keep="first", maintain_order=True)
    again = ordered.join(single.select(*key, one_e="e", one_qty="qty", one_px="px"), on=key, how="left", maintain_order="left")
    apart = again.filter((pl.col("e") != pl.col("one_e")) & ((pl.col("qty") != pl.col("one_qty")) | (pl.col("px") != pl.col("one_px"))))
    corrected, lost = _corrected(single.sort("e"))
    busted, astray = _busted(corrected, reports)
    named = ["firm", "node", "fill_id"]
    replaced = busted.filter(pl.col("corrects").is_not_null()).select("firm", "node", fill_id="corrects").unique()
    marked = busted.join(replaced.with_columns(_replaced=pl.lit(True)), on=named, how="left", maintain_order="left")
    rows = marked.with_columns(stands=~pl.col("is_busted") & pl.col("_replaced").is_null()).drop("_replaced")
    breaks = (said.with_columns(why=faulty).drop_nulls("why"), apart.with_columns(why=pl.lit(DIFFERS)), lost, astray)
    return Executions(rows, pl.concat([part.select(*reports.columns, "why") for part in breaks]))


def _node() -> pl.Expr:
    """The order that an execution is on; where no log shows it, what its session calls it."""
    return pl.coalesce(pl.format("chain {}", "chain"), pl.format("{} {}", "hop", pl.coalesce("order_id", "alternate_id", pl.lit("?"))))


def _corrected(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The executions with what each corrects; a correction takes version and trading date of the first that it goes back to."""
    target = pl.when(pl.col("kind") == "fill_corrected").then("prior_fill_id")
    asked = rows.with_row_index("x").with_columns(pl.col("x").cast(pl.Int64), target=target)
    known = asked.select("firm", "node", target="fill_id", prior_x="x").unique(["firm", "node", "target"], keep="first", maintain_order=True)
    joined = asked.join(known, on=["firm", "node", "target"], how="left", maintain_order="left").with_columns(
        prior_x=pl.when(pl.col("prior_x") != pl.col("x")).then("prior_x")
    )
    first = tops(joined.select("x", "prior_x"), "x", "prior_x").select("x", first_x="top")
    origin = asked.select(first_x="x", first_v="v", first_day="day")
    whole = joined.join(first, on="x", how="left", maintain_order="left").join(origin, on="first_x", how="left", maintain_order="left")
    lost = whole.filter((pl.col("kind") == "fill_corrected") & pl.col("prior_x").is_null())
    told = whole.with_columns(corrects=pl.when(pl.col("prior_x").is_not_null()).then("target"), v="first_v", day="first_day")
    return told.drop("x", "target", "prior_x", "first_x", "first_v", "first_day"), lost.select(rows.columns).with_columns(why=pl.lit(UNKNOWN_CORRECTION))


def _busted(rows: pl.DataFrame, reports: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The executions with `is_busted`, and the busts that name none of them."""
    busts = reports.filter(pl.col("kind") == "fill_busted").with_columns(
        target=pl.coalesce("prior_fill_id", "fill_id"),
        node=_node(),
    )
    key = ["firm", "node", "target"]
    marks = busts.select(key).drop_nulls().unique().rename({"target": "fill_id"}).with_columns(_busted=pl.lit(True))
    marked = rows.join(marks, on=["firm", "node", "fill_id"], how="left", maintain_order="left").with_columns(
        is_busted=pl.col("_busted").fill_null(value=False)
    )
    astray = busts.join(rows.select("firm", "node", target="fill_id"), on=key, how="anti", maintain_order="left")
    return marked.drop("_busted"), astray.select(reports.columns).with_columns(why=pl.lit(UNKNOWN_BUST))


def upward(rows: pl.DataFrame, linked: pl.DataFrame, in_force: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(executions at the customers' orders with `leaf_v`, the child's version that was executed; children's executions that no parent reports).

    `linked`: parents.parents. Where a parent reports executions itself, these are the order's, each paired with the child's of the same id, else of
    the same quantity and price; where it reports none, its children's are its own.
    """
    placed = rows.join(linked.select("chain", "parent", "depth"), on="chain", how="left", maintain_order="left")
    placed = placed.with_columns(leaf_v=pl.when(pl.col("depth") > 0).then("v"), leaf_e="e", pl_venue="venue", pl_liquidity="liquidity", pl_raw="liquidity_raw")
    lost = []
    for depth in range(int(placed["depth"].max() or 0), 0, -1):  # type: ignore[arg-type]  # an Int64 maximum
        children = placed.filter(pl.col("depth") == depth)
        others = placed.filter((pl.col("depth") != depth) | pl.col("depth").is_null())
        reported = others.filter(pl.col("depth") == depth - 1)
        silent = children.join(reported.select(parent="chain").unique(), on="parent", how="anti", maintain_order="left")
        answered = children.join(reported.select(parent="chain").unique(), on="parent", how="semi", maintain_order="left")
        others, missing = _paired(others, answered)
        lost.append(missing)
        placed = pl.concat([others, _moved(silent, linked, in_force)])
    return placed, pl.concat([rows.head(0), *(part.select(rows.columns) for part in lost)])


def _paired(above: pl.DataFrame, below: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Executions above with the child's version that each pairs with, and those below that pair with none."""
    for key in (["fill_id", "qty", "px"], ["qty", "px"]):
        free = above.filter(pl.col("leaf_v").is_null() | pl.col("leaf_v").eq(pl.col("v")))
        upper = _ranked(free.rename({"chain": "_at"}), ["_at", *key]).select("_at", *key, "rank", upper_e="e")
        lower = _ranked(below.rename({"parent": "_at"}), ["_at", *key]).select(
            "_at", *key, "rank", lower_e="e", got_v="leaf_v", got_venue="pl_venue", got_liquidity="pl_liquidity", got_raw="pl_raw"
        )
        pairs = upper.join(lower, on=["_at", *key, "rank"], how="inner", maintain_order="left")
        got = pairs.select("got_v", "got_venue", "got_liquidity", "got_raw", e="upper_e")
        told = {
            "leaf_v": ("got_v", "leaf_v"),
            "pl_venue": ("pl_venue", "got_venue"),
            "pl_liquidity": ("pl_liquidity", "got_liquidity"),
            "pl_raw": ("pl_raw", "got_raw"),
        }
        joined = above.join(got, on="e", how="left", maintain_order="left")
        above = joined.with_columns(pl.coalesce(*columns).alias(name) for name, columns in told.items()).select(above.columns)
        below = below.join(pairs.select(e="lower_e"), on="e", how="anti", maintain_order="left")
    return above, below


def _ranked(rows: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    return rows.sort("e").with_columns(rank=pl.int_range(pl.len()).over(key))


def _moved(children: pl.DataFrame, linked: pl.DataFrame, in_force: pl.DataFrame) -> pl.DataFrame:
    """Children's executions as their parent's: of its version in force at that moment."""
    up = (
        children.drop("chain", "v", "depth")
        .rename({"parent": "chain"})
        .join(linked.select("chain", "parent", "depth"), on="chain", how="left", maintain_order="left")
    )
    return latest(up, in_force, by={"chain": "chain"}, on=("e", "since"), take={"v": "v"}).select(children.columns)
