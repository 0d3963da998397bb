"""The payments ledger as it stands: a line that was received later takes the place of the earlier ones of its key."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bestexec.schema import PAYMENTS


def lines_in_force(payments: pl.DataFrame, received_at: Mapping[str, int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(lines that stand, lines that gave way to later ones), both in the order they came.

    The key is venue, month, kind, order type and vendor. `received_at` says when each import was received (epoch ns): lines of one key that
    were received at once add up, as two bills of a month do; those received before them are replaced.
    """
    received = pl.DataFrame({"import_id": list(received_at), "_at": list(received_at.values())}, schema={"import_id": pl.String, "_at": pl.Int64})
    dated = payments.join(received, on="import_id", how="left", maintain_order="left")
    marked = dated.with_columns(_is_last=pl.col("_at") == pl.col("_at").max().over(PAYMENTS.key))
    stand, replaced = (marked.filter(pl.col("_is_last") == is_last).drop("_at", "_is_last") for is_last in (True, False))
    return stand, replaced
