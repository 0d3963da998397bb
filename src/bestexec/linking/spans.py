"""Whether instants lie in spans in which a symbol's trading was not ordinary."""

from __future__ import annotations

import polars as pl

from bestexec.market.sessions import trading_date


def within(rows: pl.DataFrame, column: str, spans: pl.DataFrame) -> pl.Series:
    """Whether each row's instant lies in a span of its symbol; a span without an end lasts to the end of its day.

    `rows` have symbol and the instant in `column`; `spans` are rows of `schema.STATUSES`, which may overlap.
    """
    asked = rows.select("symbol", at=pl.col(column), day=trading_date(rows[column])).with_row_index("_row")
    lasts = pl.when(pl.col("to_at").is_null()).then(pl.col("day") == pl.col("span_day")).otherwise(pl.col("at") < pl.col("to_at"))
    both = asked.join(spans.select("symbol", "from_at", "to_at", span_day="day"), on="symbol")
    met = both.filter(pl.col("at") >= pl.col("from_at"), lasts)
    return asked.select(pl.col("_row").is_in(met["_row"].unique().implode()).alias("within")).to_series()
