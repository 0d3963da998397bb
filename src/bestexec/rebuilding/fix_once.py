"""FIX events each once and in one order, whichever files they came from."""

from __future__ import annotations

import polars as pl

SAME = ["firm", "hop", "kind", "order_id", "prior_order_id", "fill_id", "prior_fill_id", "qty", "px", "cumulative_qty"]
"""What a message says; a possible duplicate (43, 97) that says it again adds nothing."""
PLACE = ["import_id", "line"]


def once(events: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """(the events sorted by time with `e`, their place in that order, and `hop`, the two ends of their session; how many were copies)."""
    both = pl.col("sender").is_not_null() & pl.col("receiver").is_not_null()
    upward = (pl.col("sender") <= pl.col("receiver")).fill_null(value=True)
    first, second = pl.when(upward).then("sender").otherwise("receiver"), pl.when(upward).then("receiver").otherwise("sender")
    numbered = pl.when(~pl.col("event_key").str.starts_with("line ")).then("event_key")
    named = events.with_columns(
        hop=pl.when(both).then(pl.format("{}|{}", first, second)).otherwise(pl.coalesce("sender", "receiver", pl.lit("?"))),
        at=pl.coalesce("sent_at", "event_at"), is_copy=pl.col("is_copy").fill_null(value=False), numbered=numbered,
    ).sort(*PLACE)  # fmt: skip
    single = named.unique(["firm", "reporter", "numbered", "content"], keep="first", maintain_order=True)
    ordered = single.sort("at", "sequence", "reporter", "event_key", "content", nulls_last=True)
    first_said = ordered.with_row_index("_row").sort("is_copy", "_row").unique(SAME, keep="first", maintain_order=True)["_row"]
    kept = ordered.with_row_index("_row").filter(~pl.col("is_copy") | pl.col("_row").is_in(first_said.implode())).drop("_row", "numbered")
    return kept.with_row_index("e").with_columns(pl.col("e").cast(pl.Int64)), events.height - kept.height


def latest(rows: pl.DataFrame, table: pl.DataFrame, *, by: dict[str, str], on: tuple[str, str], take: dict[str, str]) -> pl.DataFrame:
    """`rows` with columns of the last row of `table` that is not after theirs: equal in `by`, at or before in `on` (names left: right)."""
    left, right = on
    names = [*(f"_by_{name}" for name in by), "_on"]
    given = table.select(
        *(pl.col(theirs).alias(f"_by_{name}") for name, theirs in by.items()),
        pl.col(right).alias("_on"),
        *(pl.col(old).alias(new) for new, old in take.items()),
    )
    asked = rows.with_row_index("_row").with_columns(*(pl.col(name).alias(f"_by_{name}") for name in by), pl.col(left).alias("_on"))
    given = given.drop_nulls(names).sort("_on", *names[:-1], maintain_order=True)
    found = asked.drop_nulls(names).sort("_on", "_row").join_asof(given, on="_on", by=names[:-1], strategy="backward", check_sortedness=False)
    return rows.with_row_index("_row").join(found.select("_row", *take), on="_row", how="left", maintain_order="left").drop("_row")


def tops(links: pl.DataFrame, child: str, parent: str, most: int = 16) -> pl.DataFrame:
    """(child, `top`, `depth`) of a forest given as (child, parent or null); a circle is cut, its members stand alone with depth 0."""
    found = links.select(child, top=pl.coalesce(parent, child), depth=pl.col(parent).is_not_null().cast(pl.Int64))
    step = links.select(pl.col(child).alias("top"), pl.col(parent).alias("_next"))
    for _ in range(most):
        joined = found.join(step, on="top", how="left", maintain_order="left")
        if joined["_next"].null_count() == joined.height:
            return found
        found = joined.select(child, top=pl.coalesce("_next", "top"), depth=pl.col("depth") + pl.col("_next").is_not_null().cast(pl.Int64))
    circular = found.join(step, on="top", how="left", maintain_order="left")["_next"].is_not_null()
    return found.with_columns(top=pl.when(circular).then(child).otherwise("top"), depth=pl.when(circular).then(0).otherwise("depth"))
