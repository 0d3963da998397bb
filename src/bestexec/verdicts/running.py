"""How many periods in a row a question stayed open: the second time it escalates."""

from __future__ import annotations

import polars as pl

from bestexec.verdicts.base import INCONCLUSIVE

SAME = ("judgement", "kind", "subject", "against", "metric")
"""What makes rows of two periods the same question."""


def with_times_running(verdicts: pl.DataFrame, previous: pl.DataFrame | None) -> pl.DataFrame:
    """`verdicts` with times_running: how many periods in a row the same question was inconclusive at or above the line, this one included; 2 escalates.

    `previous` is the table of the period before. Null where this period is not such a row.
    """
    open_now = (pl.col("verdict") == INCONCLUSIVE) & (pl.col("effect").abs() >= pl.col("materiality"))
    if previous is None:
        return verdicts.with_columns(times_running=pl.when(open_now).then(pl.lit(1, pl.Int64)))
    before = previous.select(*SAME, before="times_running").unique(SAME, keep="last", maintain_order=True)
    told = verdicts.join(before, on=list(SAME), how="left", nulls_equal=True, maintain_order="left")
    return told.with_columns(times_running=pl.when(open_now).then(pl.col("before").fill_null(0) + 1)).drop("before")
