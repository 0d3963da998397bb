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
from bestexec.importers.delimited import Layout, first_lines, in_step, read_fields
from bestexec.importers.scaled import px_of, qty_of
from bestexec.market.sessions import local_to_epoch

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
_IS_TRADE = pl.col("type").is_in([VISIBLE, HIDDEN, CROSS])
_NOT_PRICED = (_IS_TRADE & ((pl.col("price") <= 0) | (pl.col("size") <= 0)), "an execution without price or size")


def recognizes(name: str, head: bytes) -> bool:
    named, lines = _NAMED.search(name), first_lines(head)
    form = _MESSAGE_LINE if named and named["part"] == "message" else _BOOK_LINE
    return named is not None and bool(lines) and all(form.fullmatch(line) for line in lines)


def groups(names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Message and order book of the same symbol, day, span and levels together; message first."""
    pairs: dict[str, list[str]] = {}
    for name in sorted(names):
        pairs.setdefault(name.replace("_orderbook_", "_message_"), []).append(name)
    return tuple(tuple(pair) for pair in pairs.values())


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    parts = {named["part"]: (file, named) for file in kept if (named := _NAMED.search(file.name))}
    if parts.keys() != {"message", "orderbook"} or len(kept) != 2:
        missing = "orderbook" if "message" in parts else "message"
        raise Problem(f"the {missing} file of this pair is missing", where=kept[0].name, do="import both files of the pair together")
    (messages, named), (books, _) = parts["message"], parts["orderbook"]
    symbol, day, halts = named["symbol"].upper(), date.fromisoformat(named["day"]), list[pl.DataFrame]()
    note = f"symbol {symbol} and trading date taken from {messages.name}"
    levels = len(first_lines(head_of(books.path), 1)[0].split(",")) // 4
    of_messages = read_fields(messages.path, Layout(tuple(cell.name for cell in MESSAGE_CELLS)))
    of_books = read_fields(books.path, Layout((*(cell.name for cell in BOOK_CELLS), *[""] * 4 * (levels - 1))))
    for message, book in in_step(of_messages, of_books):
        rows, rejects = cells.parse(message.frame, MESSAGE_CELLS, (_NOT_PRICED,)) if message.records else (message.frame, ())
        sides, unread = cells.parse(book.frame, BOOK_CELLS) if book.records else (book.frame, ())
        ...
