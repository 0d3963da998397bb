"""One order is one order, however many feeds show it; a bust or a correction removes what it names."""

from __future__ import annotations

import polars as pl

from bestexec.schema import FILLS, Table

ORDER_KEY = ["firm", "key_on", "symbol", "order_id"]


def once(rows: pl.DataFrame, table: Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(rows with each key once, the copies left out), both in the order of the key, whatever the order they came in.

    `rows` come in the order received: what the last one of a key says is what is known now. Of several that say it, the one
    of the least (import_id, line) stays. A copy carries `copies` = "same" when it says so too, "superseded" when it differs.
    """
    key, place = list(table.key), ["import_id", "line"]
    said = [column.name for column in table.columns if column.name != "line"]
    ordered = rows.with_row_index("_row").sort(*key, *place)
    last = rows.with_row_index("_row").unique(subset=key, keep="last", maintain_order=True).select(said)
    says_it = ordered.join(last, on=said, how="semi", nulls_equal=True, maintain_order="left")
    stays = says_it.unique(subset=key, keep="first", maintain_order=True)
    copies = ordered.join(stays.select("_row"), on="_row", how="anti", maintain_order="left")
    label = pl.when(pl.col("_row").is_in(says_it["_row"].implode())).then(pl.lit("same")).otherwise(pl.lit("superseded"))
    return stays.drop("_row"), copies.with_columns(copies=label).drop("_row")


def fills_in_force(fills: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """(fills that stand, copies left out, fills that were busted or corrected, with `excluded`)."""
    single, copies = once(fills, FILLS)
    day_key = ["firm", "traded_on", "symbol", "order_id"]
    corrected = single.filter(pl.col("corrects_fill_id").is_not_null()).select(*day_key, fill_id="corrects_fill_id").unique()
    marked = single.join(corrected.with_columns(_corrected=pl.lit(True)), on=[*day_key, "fill_id"], how="left", maintain_order="left").with_columns(
        excluded=pl.when(pl.col("is_busted").fill_null(False)).then(pl.lit("busted")).when(pl.col("_corrected")).then(pl.lit("corrected"))
    )
    stands = marked.filter(pl.col("excluded").is_null()).drop("excluded", "_corrected")
    return stands, copies, marked.filter(pl.col("excluded").is_not_null()).drop("_corrected")
