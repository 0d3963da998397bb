"""QuantConnect LEAN equity ticks: one day of one symbol's national best quotes or trades.

A row is milliseconds after midnight in New York, prices in ten-thousandths of a dollar, sizes in shares, the venue's SIP
letter, condition flags in hexadecimal and whether the source suspects the tick. A quote row mostly carries one side only,
0 on the other; carried forward, the last bid and the last offer together are the national best quote.

Symbol and date stand in names alone: of the zip's member (`20131007_ibm_Quote_Tick.csv`), else of the file. Trades are regular under
LEAN's default filter: 09:30 ≤ time < 16:00, not suspicious, and no condition but regular, intermarket sweep, trade-through exempt and odd lot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec.errors import Problem
from bestexec.importers import cells
from bestexec.importers.archives import head_of, inner_name
from bestexec.importers.base import Batch, Kept, alone, trading_date_or_none
from bestexec.importers.cells import Cell, Fault
from bestexec.importers.delimited import Layout, mostly, read_fields
from bestexec.importers.order import backward
from bestexec.importers.scaled import px_of, qty_of
from bestexec.market.sessions import local_to_epoch
from bestexec.market.venues import mic_from_sip
from bestexec.units import NS_PER_MS

name = "lean"
makes = frozenset({"quotes", "trades"})
looks_for = "lines such as 34200000,1836300,100,0,0,Q,1,0 (quotes) or 34200000,1836300,100,Q,1,0 (trades): LEAN equity ticks"
groups = alone

SOURCE = "lean"
PRICE_DIGITS = 4
OPEN_MS, CLOSE_MS = 34_200_000, 57_600_000
OUTSIDE = "outside 09:30–16:00"
REGULAR_FLAGS = 0x1 | 0x20 | 0x20000000 | 0x80000000
"""Regular, intermarket sweep, trade-through exempt, odd lot: the conditions of the default filter."""
KIND_OF_FLAG = ((0x40, "open"), (0x80, "close"), (0x100, "reopen"), (0x400, "extended"), (0x2000, "extended"))
"""Flags that say which kind of trade it was: opening, closing and reopening prints, form T, extended hours."""

_QUOTE_LINE = re.compile(r"\d{1,8},\d+,\d+,\d+,\d+,[A-Za-z_]*,[0-9A-Fa-f]+,[01]")
_TRADE_LINE = re.compile(r"\d{1,8},\d+,\d+,[A-Za-z_]*,[0-9A-Fa-f]+,[01]")
_NAMED = re.compile(r"(?P<day>\d{8})_(?:(?P<symbol>[^_.]+)_)??(?:tick_)?(?:quote|trade)(?:_tick)?\.", re.IGNORECASE)

_MS = Cell("ms", cells.integer(least=0, most=86_399_999))
_TAIL = (Cell("venue_raw", cells.text(), required=False), Cell("flags", cells.hexadecimal()), Cell("suspicious", cells.flag()))
_SIZE = cells.integer(least=0)
QUOTE_CELLS = (_MS, Cell("bid", _SIZE), Cell("bid_size", _SIZE), Cell("ask", _SIZE), Cell("ask_size", _SIZE), *_TAIL)
TRADE_CELLS = (_MS, Cell("price", cells.integer(least=1)), Cell("size", cells.integer(least=1)), *_TAIL)
_NO_SIDE: Fault = ((pl.col("bid") == 0) & (pl.col("ask") == 0), "neither side has a price")


@dataclass(frozen=True)
class _Facts:
    """What only names carry."""

    symbol: str
    day: date
    note: str


@dataclass(frozen=True)
class _Sides:
    """The last bid and offer before a batch: price, size and venue letter of each."""

    bid: int | None = None
    bid_size: int | None = None
    bid_letter: str | None = None
    ask: int | None = None
    ask_size: int | None = None
    ask_letter: str | None = None


def recognizes(name: str, head: bytes) -> bool:
    return _kind(head) is not None


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    (file,) = kept
    facts, quoted = _facts(file), _kind(head_of(file.path)) == "quotes"
    wanted = QUOTE_CELLS if quoted else TRADE_CELLS
    sides, last = _Sides(), None
    for fields in read_fields(file.path, Layout(tuple(cell.name for cell in wanted))):
        rows, rejects = cells.parse(fields.frame, wanted, (_NO_SIDE,) if quoted else ())
        backward_notes, last = backward(rows["ms"], rows["line"], last)
        skipped = dict(fields.skipped)
        if quoted and (suspicious := rows.filter("suspicious").height):
            skipped["quote that the source suspects"] = suspicious
            rows = rows.filter(~pl.col("suspicious"))
        if quoted:
            rows, sides = _carried(rows, sides)
        tables = {"quotes": _quotes(rows, facts)} if quoted else {"trades": _trades(rows, facts)}
        yield Batch(tables, fields.records, rows.height, (*fields.rejects, *rejects), skipped, (facts.note, *backward_notes))


def _kind(head: bytes) -> str | None:
    if mostly(_QUOTE_LINE, head):
        return "quotes"
    return "trades" if mostly(_TRADE_LINE, head) else None


def _facts(file: Kept) -> _Facts:
    """Symbol and date, from what the operator stated or else from a name. Raises Problem if they are nowhere, or differ."""
    named = [found for candidate in (inner_name(file.path), file.name) if (found := _NAMED.search(candidate))]
    symbol = file.options.get("symbol") or next((found["symbol"] for found in named if found["symbol"]), None)
    if not symbol:
        raise Problem("the symbol stands in no name", where=file.name, do="import with --symbol, or keep LEAN's name of the zip's member")
    stated = trading_date_or_none(file)
    days = {date.fromisoformat(found["day"]) for found in named} | ({stated} if stated else set())
    if len(days) != 1:
        said = f"several dates ({', '.join(map(str, sorted(days)))})" if days else "no date"
        raise Problem(f"the names and options give {said}", where=file.name, do="import with --date yyyy-mm-dd, and keep LEAN's names")
    return _Facts(symbol.upper(), days.pop(), f"symbol {symbol.upper()} and trading date taken from {inner_name(file.path) or file.name}")


def _carried(rows: pl.DataFrame, before: _Sides) -> tuple[pl.DataFrame, _Sides]:
    """Each row with both sides: its own where it has one, else the last before it."""
    letters = rows.with_columns(bid_letter="venue_raw", ask_letter="venue_raw")
    both = letters.with_columns(
        pl.when(pl.col(side) > 0).then(pl.col(column)).forward_fill().fill_null(pl.lit(getattr(before, column))).alias(column)
        for side in ("bid", "ask")
        for column in (side, f"{side}_size", f"{side}_letter")
    )
    if not both.height:
        return both, before
    return both, _Sides(**both.select("bid", "bid_size", "bid_letter", "ask", "ask_size", "ask_letter").row(-1, named=True))


def _quotes(rows: pl.DataFrame, facts: _Facts) -> pl.DataFrame:
    return rows.select(
        day=pl.lit(facts.day),
        symbol=pl.lit(facts.symbol),
        quoted_at=local_to_epoch(facts.day, rows["ms"] * NS_PER_MS),
        sequence="line",
        bid_px=px_of("bid", PRICE_DIGITS),
        ask_px=px_of("ask", PRICE_DIGITS),
        bid_qty=qty_of("bid_size"),
        ask_qty=qty_of("ask_size"),
        bid_venue=_mic("bid_letter", rows),
        ask_venue=_mic("ask_letter", rows),
        kind=pl.lit("nbbo"),
        source=pl.lit(SOURCE),
        resolution_ns=pl.lit(NS_PER_MS),
        line="line",
    )


def _trades(rows: pl.DataFrame, facts: _Facts) -> pl.DataFrame:
    ms, flags = pl.col("ms"), pl.col("flags")
    filtered = (
        pl.when("suspicious").then(pl.lit("suspected by the source"))
        .when((ms < OPEN_MS) | (ms >= CLOSE_MS)).then(pl.lit(OUTSIDE))
        .when((flags & ~REGULAR_FLAGS) != 0).then(pl.lit("sale condition outside the default filter"))
    )  # fmt: skip
    kind = pl.coalesce(pl.when((flags & flag) != 0).then(pl.lit(kind)) for flag, kind in KIND_OF_FLAG)
    trades = rows.select(
        day=pl.lit(facts.day),
        symbol=pl.lit(facts.symbol),
        traded_at=local_to_epoch(facts.day, rows["ms"] * NS_PER_MS),
        sequence="line",
        px=px_of("price", PRICE_DIGITS),
        qty=qty_of("size"),
        venue=_mic("venue_raw", rows),
        venue_raw="venue_raw",
        conditions=_hexadecimal(rows),
        filtered_reason=filtered,
        marked=kind,
        source=pl.lit(SOURCE),
        resolution_ns=pl.lit(NS_PER_MS),
        line="line",
    )
    regular = pl.col("filtered_reason").is_null()
    extended = pl.col("filtered_reason") == OUTSIDE
    ordinary = pl.when(regular).then(pl.lit("regular")).when(extended).then(pl.lit("extended")).otherwise(pl.lit("other"))
    return trades.with_columns(is_regular=regular, kind=pl.coalesce("marked", ordinary)).drop("marked")


def _hexadecimal(rows: pl.DataFrame) -> pl.Expr:
    flags = rows["flags"].unique().to_list()
    return pl.col("flags").replace_strict({flag: f"{flag:x}" for flag in flags}, return_dtype=pl.String)


def _mic(column: str, rows: pl.DataFrame) -> pl.Expr:
    letters = [letter for letter in rows[column].unique().to_list() if letter]
    return pl.col(column).replace_strict({letter: mic_from_sip(letter) for letter in letters}, default=None, return_dtype=pl.String)
