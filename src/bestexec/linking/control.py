"""Our own counts beside each independent control total: the same day, session and customers."""

from __future__ import annotations

import polars as pl

from bestexec.schema import FILLS, ORDERS
from bestexec.units import QTY

SCOPES = ((), ("session",), ("customer_class",), ("session", "customer_class"))
"""What a control total may be cut by; a null there means all."""
ANY = "*"


def control(totals: pl.DataFrame, orders: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    """`totals` (schema.CONTROL_TOTALS rows) with `counted`: the same measure over orders or fills, each key once; 0 where there are none."""
    counts = pl.concat([*_counts(_once_orders(orders), "order"), *_counts(_once_fills(fills, orders), "fill")])
    named = totals.with_columns(pl.col("session").fill_null(ANY).alias("_session"), pl.col("customer_class").fill_null(ANY).alias("_class"))
    joined = named.join(counts, on=["day", "measure", "_session", "_class"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("counted").fill_null(0)).drop("_session", "_class")


def _once_orders(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.unique(subset=ORDERS.key, keep="last").select("qty", "session", "customer_class", day="key_on")


def _once_fills(fills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Fills that stand, with the session and customer class of their order."""
    of_order = orders.unique(subset=ORDERS.key, keep="last").select(*ORDERS.key, "session", "customer_class")
    single = fills.unique(subset=FILLS.key, keep="last").filter(~pl.col("is_busted").fill_null(False))
    corrected = single.filter(pl.col("corrects_fill_id").is_not_null()).select(pl.exclude("fill_id")).with_columns(fill_id="corrects_fill_id")
    stands = single.join(corrected, on=FILLS.key, how="anti")
    return stands.join(of_order, on=ORDERS.key, how="left").select("qty", "session", "customer_class", day="traded_on")


def _counts(rows: pl.DataFrame, what: str) -> list[pl.DataFrame]:
    measures = {f"{what}s": pl.len().cast(QTY), f"{what}_shares": pl.col("qty").sum().cast(QTY)}
    found = []
    for scope in SCOPES:
        session = pl.col("session") if "session" in scope else pl.lit(ANY)
        customers = pl.col("customer_class") if "customer_class" in scope else pl.lit(ANY)
        cut = rows.select("day", "qty", _session=session, _class=customers)
        found += [cut.group_by("day", "_session", "_class").agg(counted=counted).with_columns(measure=pl.lit(measure)) for measure, counted in measures.items()]
    return [frame.select("day", "measure", "_session", "_class", "counted") for frame in found]
