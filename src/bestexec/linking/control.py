"""Our own counts beside each independent control total: the same day, and the same session, customers, order type and size."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bestexec.linking.identity import ORDER_KEY
from bestexec.schema import FILLS, ROUTES
from bestexec.units import QTY

CUTS = ("session", "customer_class", "order_type", "size_bucket")
"""What a control total may be cut by; a null there means all."""


def control(totals: pl.DataFrame, orders: pl.DataFrame, feeds: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """`totals` (schema.CONTROL_TOTALS rows) with `counted`: the same measure over what was fed, each key once; 0 where there is nothing.

    `orders` are linked orders: session, order type and size class of a route or fill are its order's.
    """
    facts = orders.select(*ORDER_KEY, *CUTS)
    rows = {
        "order": orders.select("day", *CUTS, qty="order_qty"),
        "route": _of_orders(feeds["routes"].unique(subset=ROUTES.key, keep="last"), facts, "routed_on"),
        "fill": _of_orders(_standing(feeds["fills"]), facts, "traded_on"),
    }
    scopes = totals.select(pl.col(cut).is_not_null().alias(cut) for cut in CUTS).unique().rows() if totals.height else []
    parts = [totals.clear().with_columns(counted=pl.lit(None, QTY))]
    for scope in sorted(scopes):
        cuts = [cut for cut, given in zip(CUTS, scope, strict=True) if given]
        of_scope = totals.filter(pl.col(cut).is_not_null() == given for cut, given in zip(CUTS, scope, strict=True))
        counts = pl.concat(_counted(frame, what, cuts) for what, frame in rows.items())
        parts.append(of_scope.join(counts, on=["day", "measure", *cuts], how="left", maintain_order="left"))
    counted = pl.concat(parts).with_columns(pl.col("counted").fill_null(0))
    return totals.join(counted.select("import_id", "line", "counted"), on=["import_id", "line"], how="left", maintain_order="left")


def _of_orders(rows: pl.DataFrame, facts: pl.DataFrame, day: str) -> pl.DataFrame:
    drop = [cut for cut in CUTS if cut in rows.columns]
    return rows.drop(drop).join(facts, on=ORDER_KEY, how="left").select("qty", *CUTS, day=day)


def _standing(fills: pl.DataFrame) -> pl.DataFrame:
    """Fills that were neither busted nor replaced."""
    single = fills.unique(subset=FILLS.key, keep="last").filter(~pl.col("is_busted").fill_null(value=False))
    corrected = single.filter(pl.col("corrects_fill_id").is_not_null()).select(pl.exclude("fill_id")).with_columns(fill_id="corrects_fill_id")
    return single.join(corrected, on=FILLS.key, how="anti")


def _counted(rows: pl.DataFrame, what: str, cuts: list[str]) -> pl.DataFrame:
    sums = rows.group_by("day", *cuts).agg(**{f"{what}s": pl.len().cast(QTY), f"{what}_shares": pl.col("qty").sum().cast(QTY)})
    return sums.unpivot(index=["day", *cuts], variable_name="measure", value_name="counted")
