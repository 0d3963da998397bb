"""LOBSTER: a message file and its order-book file, line by line the events of one symbol's Nasdaq book and the book after each.

Message: seconds after midnight in New York (up to nanoseconds), type, order id, size, price in ten-thousandths of a
dollar, direction of the resting order. Executions are the types 4 (visible) and 5 (hidden); who took liquidity is the
other side of the resting order. 6 is an auction, 7 a halt: price −1 begins it, 0 resumes quoting, 1 resumes trading.
Order book: offer price and size, bid price and size, by level; ±9999999999 where a level is empty.
Symbol and date stand in the files' name: `MSFT_2012-06-21_34200000_37800000_message_50.csv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import polars as pl

from bestexec.errors import Problem
from bestexec.importers import cells
from bestexec.importers.base import Batch, Kept, Reject, head_of
from bestexec.importers.cells import Cell
from bestexec.importers.delimited import Fields, Layout, in_step, mostly
from bestexec.importers.order import backward
from bestexec.importers.scaled import px_of, qty_of
from bestexec.market.sessions import local_to_epoch
from bestexec.schema import STATUSES

name = "lobster"
makes = frozenset({"quotes", "trades", "statuses"})
looks_for = "a pair named SYMBOL_DATE_START_END_message_LEVELS.csv and …_orderbook_LEVELS.csv: LOBSTER"

SOURCE, VENUE = "lobster", "XNAS"
PRICE_DIGITS = 4
VISIBLE, HIDDEN, CROSS, HALT = 4, 5, 6, 7
EMPTY = 9_999_999_999

_NAMED = re.compile(r"(?:^|_)(?P<symbol>[^_]+)_(?P<day>\d{4}-\d{2}-\d{2})_(?P<span>\d+_\d+)_(?P<part>message|orderbook)_(?P<levels>\d+)\.csv")
_MESSAGE_LINE = re.compile(r"\d{1,5}(\.\d+)?,[1-7],\d+,-?\d+,-?\d+,-?1")
_BOOK_LINE = re.compile(r"-?\d+,\d+,-?\d+,\d+(,-?\d+,\d+,-?\d+,\d+)*")
_WHOLE = cells.integer()
MESSAGE_CELLS = (
    Cell("clock", cells.seconds_after_midnight()),
    Cell("type", cells.integer(least=1, most=HALT)),
    Cell("order", cells.text(), required=False),
    Cell("size", cells.integer(least=0)),
    Cell("price", _WHOLE),
    Cell("direction", cells.side()),
)
BOOK_CELLS = (Cell("ask", _WHOLE), Cell("ask_size", _WHOLE), Cell("bid", _WHOLE), Cell("bid_size", _WHOLE))
_HALTED, _TRADING = -1, 1
"""Prices of a halt message."""
_IS_TRADE = pl.col("type").is_in([VISIBLE, HIDDEN, CROSS])
_NOT_PRICED = (_IS_TRADE & ((pl.col("price") <= 0) | (pl.col("size") <= 0)), "an execution without price or size")


def recognizes(name: str, head: bytes) -> bool:
    named = _NAMED.search(name)
    return named is not None and mostly(_MESSAGE_LINE if named["part"] == "message" else _BOOK_LINE, head)


def groups(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Message and order book of the same symbol, day, span and levels together; message first."""
    pairs: dict[str, list[str]] = {}
    for name in sorted(names):
        pairs.setdefault(name.replace("_orderbook_", "_message_"), []).append(name)
    return tuple(tuple(pair) for pair in pairs.values())


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """A record is a message with its order-book line. Raises Problem when half of the pair is missing."""
    parts = {named["part"]: (file, named) for file in kept if (named := _NAMED.search(file.name))}
    if parts.keys() != {"message", "orderbook"} or len(kept) != 2:
        missing = "orderbook" if "message" in parts else "message"
        raise Problem(f"the {missing} file of this pair is missing", where=kept[0].name, do="import both files of the pair together")
    (messages, named), (books, _) = parts["message"], parts["orderbook"]
    symbol, day = named["symbol"].upper(), date.fromisoformat(named["day"])
    notes = (f"symbol {symbol} and trading date taken from {messages.name}",)
    levels = (head_of(books.path).split(b"\n", 1)[0].count(b",") + 1) // 4
    halts, last = list[pl.DataFrame](), None
    of_messages = Layout(tuple(cell.name for cell in MESSAGE_CELLS))
    of_books = Layout((*(cell.name for cell in BOOK_CELLS), *[""] * 4 * (levels - 1)))
    for message, book in in_step((messages.path, of_messages), (books.path, of_books)):
        rows, rejects, skipped, records = _paired(message, book)
        rows = rows.with_columns(at=local_to_epoch(day, rows["clock"]), day=pl.lit(day), symbol=pl.lit(symbol), source=pl.lit(SOURCE), resolution_ns=pl.lit(1))
        backward_notes, last = backward(rows["at"], rows["line"], last)
        halts.append(rows.filter(pl.col("type") == HALT).select("line", "at", "price"))
        yield Batch({"quotes": _quotes(rows), "trades": _trades(rows)}, records, rows.height, rejects, skipped, (*notes, *backward_notes))
    if spans := _halts(pl.concat(halts).sort("line") if halts else pl.DataFrame(), symbol, day):
        yield Batch({"statuses": pl.DataFrame(spans, schema=STATUSES.schema)}, 0, 0, notes=notes)


def _paired(message: Fields, book: Fields) -> tuple[pl.DataFrame, tuple[Reject, ...], dict[str, int], int]:
    """Events with the book's best level after each, the rejects, what is skipped, and the records there were."""
    rows, bad_rows = cells.parse(message.frame, MESSAGE_CELLS, (_NOT_PRICED,))
    sides, bad_sides = cells.parse(book.frame, BOOK_CELLS)
    pairs = rows.join(sides, on="line", how="left", maintain_order="left")
    why = {reject.line: f"order book: {reject.reason}" for reject in (*book.rejects, *bad_sides)}
    bookless = tuple(Reject(line, why.get(line, "no order-book line beside it")) for line in pairs.filter(pl.col("ask").is_null())["line"])
    orphans = len(_lines(book) - _lines(message))
    skipped = {**message.skipped, **({"order-book line without its message": orphans} if orphans else {})}
    return pairs.filter(pl.col("ask").is_not_null()), (*message.rejects, *bad_rows, *bookless), skipped, message.records + orphans


def _lines(fields: Fields) -> set[int]:
    return {*fields.frame["line"], *(reject.line for reject in fields.rejects)}


def _quotes(rows: pl.DataFrame) -> pl.DataFrame:
    priced = rows.with_columns(pl.when((pl.col(side) > 0) & (pl.col(side) < EMPTY)).then(side).alias(side) for side in ("ask", "bid"))
    return priced.select(
        "day", "symbol", "source", "resolution_ns", "line",
        quoted_at="at",
        sequence="line",
        bid_px=px_of("bid", PRICE_DIGITS),
        ask_px=px_of("ask", PRICE_DIGITS),
        bid_qty=pl.when(pl.col("bid").is_not_null()).then(qty_of("bid_size")),
        ask_qty=pl.when(pl.col("ask").is_not_null()).then(qty_of("ask_size")),
        kind=pl.lit("venue"),
        venue=pl.lit(VENUE),
    )  # fmt: skip


def _trades(rows: pl.DataFrame) -> pl.DataFrame:
    """Executions; an auction is on the tape but is no regular trade, and its direction means nothing."""
    crossed = pl.col("type") == CROSS
    return rows.filter(_IS_TRADE).select(
        "day", "symbol", "source", "resolution_ns", "line",
        traded_at="at",
        sequence="line",
        px=px_of("price", PRICE_DIGITS),
        qty=qty_of("size"),
        venue=pl.lit(VENUE),
        aggressor=pl.when(~crossed).then(-pl.col("direction")),
        conditions=pl.col("type").cast(pl.String),
        is_regular=~crossed,
        filtered_reason=pl.when(crossed).then(pl.lit("auction")),
        kind=pl.when(crossed).then(pl.lit("other")).otherwise(pl.lit("regular")),
    )  # fmt: skip


def _halts(events: pl.DataFrame, symbol: str, day: date) -> list[dict[str, object]]:
    """Spans from each halt to the resumption of trading; the last may still be open."""
    spans: list[dict[str, object]] = []
    for line, at, price in events.iter_rows():
        if price == _HALTED and not (spans and spans[-1]["to_at"] is None):
            spans.append({"day": day, "symbol": symbol, "kind": "halt", "from_at": at, "to_at": None, "reason": None, "line": line})
        elif price == _TRADING and spans:
            spans[-1]["to_at"] = at
    return spans
