"""Best bid and offer of crypto venues: Binance's book tickers, as dumped in files or as recorded from its stream, and files in Tardis's form.

- Binance file: a header with `best_bid_price` and `update_id`; the symbol stands in the file's name (`BTCUSDT-bookTicker-2024-01-16.csv`), or is stated
- Binance stream: lines of an instant in nanoseconds, a blank and `{"stream":"btcusdt@bookTicker","data":{…}}`; other messages are skipped
- Tardis: a header with `exchange,symbol,timestamp,local_timestamp`, bid and ask

Instants are the venue's, in milliseconds, microseconds or nanoseconds as their size says; where a message tells none, as on Binance's spot market, the
recorder's, under a source of its own. A day is a UTC day. Quantities are as told: coins, or contracts where the market counts so. The venue is the
exchange's name in capitals: crypto venues have no market identifier code here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from bestexec.errors import Problem
from bestexec.importers import cells
from bestexec.importers.archives import inner_name
from bestexec.importers.base import Batch, Kept, Reject, alone, head_of
from bestexec.importers.cells import Cell
from bestexec.importers.delimited import Layout, header_of, lines_of, mostly, read_pieces
from bestexec.importers.rows import Rows, read_rows
from bestexec.market.sessions import utc_date
from bestexec.units import NS_PER_MS, PX_SCALE

name = "crypto"
makes = frozenset({"quotes"})
looks_for = "a header with best_bid_price (Binance) or exchange,symbol,timestamp,local_timestamp,…,bid_price (Tardis), or lines of a recorded Binance stream"
groups = alone

BINANCE = "BINANCE"
_NAMED = re.compile(r"^(?P<symbol>[A-Z0-9_]+)-bookTicker-\d{4}-\d{2}", re.IGNORECASE)
_MESSAGE = re.compile(r'\d{16,19} \{"stream":"[^"]+","data":\{.*\}\}')
_DUMPED = frozenset({"update_id", "best_bid_price", "best_bid_qty", "best_ask_price", "best_ask_qty", "transaction_time"})
_TARDIS = frozenset({"exchange", "symbol", "timestamp", "local_timestamp", "bid_price", "bid_amount", "ask_price", "ask_amount"})
_RENAMED = {
    "update_id": "sequence", "best_bid_price": "bid", "best_bid_qty": "bid_size", "best_ask_price": "ask", "best_ask_qty": "ask_size",
    "transaction_time": "at", "bid_price": "bid", "bid_amount": "bid_size", "ask_price": "ask", "ask_amount": "ask_size",
    "timestamp": "at", "local_timestamp": "received", "exchange": "exchange", "symbol": "symbol",
}  # fmt: skip
_KEYS = {
    "sequence": r'"u":(\d+)', "symbol": r'"s":"([^"]*)"', "at": r'"T":(\d+)', "bid": r'"b":"([^"]*)"', "bid_size": r'"B":"([^"]*)"',
    "ask": r'"a":"([^"]*)"', "ask_size": r'"A":"([^"]*)"',
}  # fmt: skip
"""What is read of a book ticker's message."""

_PRICE, _TIME = cells.decimal(PX_SCALE, least=0), cells.epoch(1, 1_000, NS_PER_MS)
CELLS = (
    Cell("at", _TIME, required=False), Cell("received", _TIME, required=False), Cell("sequence", cells.integer(least=0), required=False),
    Cell("symbol", cells.symbol(), required=False), Cell("exchange", cells.text(), required=False),
    Cell("bid", _PRICE, required=False), Cell("bid_size", cells.size(), required=False),
    Cell("ask", _PRICE, required=False), Cell("ask_size", cells.size(), required=False),
)  # fmt: skip
_UNTIMED = (pl.col("at").is_null() & pl.col("received").is_null(), "no instant")
_UNNAMED = (pl.col("symbol").is_null(), "no symbol")


def recognizes(name: str, head: bytes) -> bool:
    header = set(header_of(head)[0])
    return header >= _DUMPED or header >= _TARDIS or mostly(_MESSAGE, head)


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """Raises Problem when the symbol of a Binance file is nowhere."""
    (file,) = kept
    header, separator = header_of(head_of(file.path))
    if set(header) >= _DUMPED or set(header) >= _TARDIS:
        yield from _of_file(file, header, separator)
    else:
        for rows in _of_stream(file):
            yield _batch(rows, "", ())


def _of_file(file: Kept, header: tuple[str, ...], separator: str) -> Iterator[Batch]:
    dumped = set(header) >= _DUMPED
    named = next((found["symbol"].upper() for name in (inner_name(file.path), file.name) if (found := _NAMED.search(name))), None)
    symbol = (file.options.get("symbol") or named) if dumped else None
    if dumped and not symbol:
        raise Problem("the symbol stands in no name", where=file.name, do="import with --symbol, or keep Binance's name of the file")
    names = tuple(_RENAMED.get(column, "") for column in header)
    layout = Layout(tuple(column if column not in names[:at] else "" for at, column in enumerate(names)), separator, header=True)
    for rows in read_rows(file.path, layout, CELLS, (_UNTIMED,) if dumped else (_UNTIMED, _UNNAMED)):
        yield _batch(rows, symbol or "", (f"symbol {symbol} taken from the file's name or as stated",) if symbol else ())


def _of_stream(file: Kept) -> Iterator[Rows]:
    for piece in read_pieces(file.path, Layout(("text",))):
        lines, rejects = lines_of(piece.chunk, piece.first)
        rejects = (*rejects, *piece.broken)
        text = pl.col("text")
        kinds = lines.with_columns(
            ours=text.str.contains(r'^\d{16,19} \{"stream":"[^"]+@bookTicker","data":'),
            other=text.str.contains(r"^\d{16,19} \{.*\}$"),
            blank=text.str.strip_chars() == "",
        )
        ours = kinds.filter("ours" if kinds.height else pl.lit(value=True)).select(
            "line",
            text.str.extract(r"^(\d+) ").alias("received"),
            *(text.str.extract(key).alias(name) for name, key in _KEYS.items()),
            pl.lit(BINANCE).alias("exchange"),
        )
        rows, faults = cells.parse(ours, CELLS, (_UNTIMED, _UNNAMED))
        strange = kinds.filter(~pl.col("other") & ~pl.col("ours") & ~pl.col("blank")).select("line", text.str.slice(0, 200)).rows()
        skipped = {"message that is no book ticker": kinds.filter(pl.col("other") & ~pl.col("ours")).height, "blank line": int(kinds["blank"].sum())}
        odd = tuple(Reject(line, "not a line of a recorded stream", said) for line, said in strange)
        yield Rows(rows, lines.height + len(rejects), (*rejects, *faults, *odd), {reason: count for reason, count in skipped.items() if count})


def _batch(rows: Rows, symbol: str, notes: tuple[str, ...]) -> Batch:
    values = rows.values
    told = values["at"].is_not_null()
    at = pl.coalesce("at", "received")
    venue = pl.coalesce(pl.col("exchange").str.to_uppercase(), pl.lit(BINANCE))
    sides: dict[str, pl.Expr] = {}
    for side in ("bid", "ask"):
        there = (pl.col(side) > 0) & (pl.col(f"{side}_size") > 0)
        sides |= {f"{side}_px": pl.when(there).then(side), f"{side}_qty": pl.when(there).then(f"{side}_size")}
    source = pl.concat_str(venue.str.to_lowercase(), pl.when(told).then(pl.lit("")).otherwise(pl.lit("_received")))
    quotes = values.with_columns(at=at).select(
        "line", symbol=pl.lit(symbol) if symbol else pl.col("symbol"), quoted_at="at", sequence=pl.coalesce("sequence", "line"), **sides,
        kind=pl.lit("venue"), venue=venue, source=source, resolution_ns=pl.when(told).then(_resolution(values)).otherwise(1),
    )  # fmt: skip
    received = values.height - int(told.sum())
    more = ("the venue tells no time: instants are the recorder's clock, under a source of their own",) if received else ()
    quotes = quotes.with_columns(day=utc_date(quotes["quoted_at"]))
    return Batch({"quotes": quotes}, rows.records, values.height, rows.rejects, rows.skipped, (*notes, *more))


def _resolution(values: pl.DataFrame) -> int:
    """The finest step that the instants of this batch show: milliseconds, microseconds or less."""
    at = values["at"].drop_nulls()
    return next((step for step in (NS_PER_MS, 1_000) if len(at) and (at % step == 0).all()), 1)
