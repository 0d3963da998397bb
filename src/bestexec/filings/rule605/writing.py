"""The two files as their layouts ask: detail parted by bars, summary by commas with CRLF; numbers without needless zeros."""

from __future__ import annotations

import polars as pl

from bestexec.market.rule605 import DETAIL, SUMMARY, FiledLayout


def detail_bytes(detail: pl.DataFrame) -> bytes:
    """The detailed file of `detailed` rows: a header, then a line a row in the order of symbol, lot flag, size group and order type."""
    ordered = detail.with_columns(_size=pl.col("OrderSize").cast(pl.Int64)).sort("Symbol", "LotSizeFlag", "_size", "OrderType").drop("_size")
    return _lines(ordered, DETAIL, "\n")


def summary_bytes(summary: pl.DataFrame) -> bytes:
    """The summary file of `summarized` rows, in their order."""
    return _lines(summary, SUMMARY, "\r\n")


def _lines(rows: pl.DataFrame, layout: FiledLayout, end: str) -> bytes:
    names = [item.name for item in layout.fields]
    texts = rows.select(_text(name, rows.schema[name]) for name in names)
    lines = texts.select(pl.concat_str(names, separator=layout.separator)).to_series().to_list()
    return "".join(f"{line}{end}" for line in (layout.separator.join(names), *lines)).encode("ascii")


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    plain = text.str.replace(r"\.?0+$", "") if isinstance(dtype, pl.Decimal) else text
    return plain.fill_null("").alias(name)
