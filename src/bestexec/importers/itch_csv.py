"""Decoded Nasdaq ITCH: a CSV of one row per book event, with the book's best levels after it.

Times are nanoseconds after midnight in New York; prices and sizes are decimals. Executions are the message types E (at the
resting order's price) and C (at `execution_price`, another than the displayed one); `direction` is the resting order's side, so that of an
E who took liquidity is the other. By convention the aggressor of a C is left unknown: see docs/decisions/038.
The file carries no trading date: it is filed under the date that the operator states, else under 1970-01-01, and a note says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from bestexec.importers import cells
from bestexec.importers.base import Batch, Kept, alone, head_of, trading_date_or_none
from bestexec.importers.cells import Cell
from bestexec.importers.delimited import Layout, header_of, read_fields
from bestexec.importers.order import backward
from bestexec.market.sessions import DATE_NOT_STATED, local_to_epoch

name = "itch_csv"
makes = frozenset({"quotes", "trades"})
looks_for = "a header with timestamp_ns, source_message_sequence, message_type, direction, bid_price_1, ask_price_1: decoded ITCH"
groups = alone

SOURCE, VENUE = "itch", "XNAS"
CELLS = (
    Cell("source_message_sequence", cells.integer(least=0)),
    Cell("timestamp_ns", cells.integer(least=0, most=86_400_000_000_000 - 1)),
    Cell("message_type", cells.text()),
    Cell("size", cells.size(), required=False),
    Cell("price", cells.price(), required=False),
    Cell("execution_price", cells.price(), required=False),
    Cell("direction", cells.side(), required=False),
    Cell("stock", cells.symbol()),
    Cell("ask_price_1", cells.price(), required=False),
    Cell("ask_size_1", cells.size(), required=False),
    Cell("bid_price_1", cells.price(), required=False),
    Cell("bid_size_1", cells.size(), required=False),
)
UNDATED = f"trading date not stated by the file; filed under {DATE_NOT_STATED} · import with --date YYYY-MM-DD"
_IS_TRADE = pl.col("message_type").is_in(["E", "C"])
_PX = pl.when(pl.col("message_type") == "C").then("execution_price").otherwise("price")
_NOT_PRICED = (_IS_TRADE & (_PX.is_null() | pl.col("size").is_null() | (pl.col("size") == 0)), "an execution without price or size")


def recognizes(name: str, head: bytes) -> bool:
    return {cell.name for cell in CELLS} <= set(header_of(head)[0])


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    (file,) = kept
    stated = trading_date_or_none(file)
    day, notes = stated or DATE_NOT_STATED, () if stated else (UNDATED,)
    header, separator = header_of(head_of(file.path))
    wanted = {cell.name for cell in CELLS}
    layout = Layout(tuple(column if column in wanted else "" for column in header), separator, header=True)
    last: int | None = None
    for fields in read_fields(file.path, layout):
        rows, rejects = cells.parse(fields.frame, CELLS, (_NOT_PRICED,))
        rows = rows.with_columns(at=local_to_epoch(day, rows["timestamp_ns"]))
        backward_notes, last = backward(rows["at"], rows["line"], last)
        tables = {"quotes": _quotes(rows, day), "trades": _trades(rows, day)}
        yield Batch(tables, fields.records, rows.height, (*fields.rejects, *rejects), fields.skipped, (*notes, *backward_notes))


def _quotes(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    return rows.select(
        day=pl.lit(day),
        symbol="stock",
        quoted_at="at",
        sequence="source_message_sequence",
        bid_px="bid_price_1",
        ask_px="ask_price_1",
        bid_qty="bid_size_1",
        ask_qty="ask_size_1",
        kind=pl.lit("venue"),
        venue=pl.lit(VENUE),
        source=pl.lit(SOURCE),
        resolution_ns=pl.lit(1),
        line="line",
    )


def _trades(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    return rows.filter(_IS_TRADE).select(
        day=pl.lit(day),
        symbol="stock",
        traded_at="at",
        sequence="source_message_sequence",
        px=_PX,
        qty="size",
        venue=pl.lit(VENUE),
        aggressor=pl.when(pl.col("message_type") == "E").then(-pl.col("direction")),
        conditions="message_type",
        is_regular=pl.lit(value=True),
        kind=pl.lit("regular"),
        source=pl.lit(SOURCE),
        resolution_ns=pl.lit(1),
        line="line",
    )
