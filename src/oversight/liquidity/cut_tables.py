"""Coverage as tables by session, asset class and symbol; and the tape of the firm's symbols that each number is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.urls import reverse

from oversight.liquidity import cuts, symbol_tape, tape
from oversight.liquidity.coverage import MISSING, NO_EVIDENCE, PARTS, Coverage
from oversight.liquidity.cuts import Covered
from oversight.liquidity.overview import PART, SHARES, of_vendor, rests
from oversight.liquidity.tape import SESSIONS
from oversight.measured.dimensions import UNKNOWN
from oversight.measured.figures import unit_named
from oversight.sheets import Column, Row, Sheet

USD = unit_named("US dollars")
CLASSES: dict[str | None, str] = {
    "equity": "equities", "option": "options", "crypto": "crypto", "fixed_income": "fixed income", "other": "other", None: "unknown: not in the symbols file",
}  # fmt: skip
WEIGHING = (
    "Reached: shares on the tape at venues on the router's list, of all shares there, not weighed. Weighed by the firm's executed value: what is reached of "
    "each symbol, each counting by what the firm executed in it in US dollars through any router; a symbol without a trade on the tape counts in neither."
)
ORDERS: Mapping[str, tuple[str, Callable[[Covered], Any]]] = {
    "gap": ("largest gap first, weighed by the firm's executed value", lambda row: -row.gap),
    "missing": ("largest part not on the list first, not weighed", lambda row: -(row.part(MISSING) or 0)),
    "reached": ("least reached first, not weighed", lambda row: 2 if row.reached is None else row.reached),
    "value": ("largest executed value first", lambda row: -row.value),
    "symbol": ("by symbol", lambda row: row.name or ""),
}
"""How the symbols can be sorted, each in words; the worst first."""
MOST_ROWS = 20_000
"""So many rows of the tape are shown or downloaded at once; the filters make them fewer."""


def sessions_and_classes(found: Sequence[Coverage]) -> Sheet:
    """Each router's coverage of the firm's symbols by session and by asset class."""
    rows = [
        _cut(each, title, name, words.get(row.name, str(row.name)), row)
        for each in found for name, title, words in (("session", "session", SESSIONS), ("asset_class", "asset class", CLASSES)) for row in cuts.by(each, name)
    ]  # fmt: skip
    runs, source = (found[0].tape.runs, f"{rests(found[0].tape)} {WEIGHING}") if found else ((), "")
    return Sheet("cuts", "Coverage by session and by asset class", CUTS, tuple(rows), runs, source, _nothing(found))


def symbols(found: Coverage, order: str = "gap") -> Sheet:
    """Each of the firm's symbols against one router, the worst first; a symbol without a trade on the tape stands last and says so."""
    classes: dict[str | None, list[str]] = {}
    held = found.tape.cut
    if held is not None:
        for symbol, kind in pl.concat([frame.select("symbol", "asset_class") for frame in (held.rows, held.own)]).unique().sort("symbol", "asset_class").rows():
            classes.setdefault(symbol, []).append(CLASSES[kind])
    every = cuts.by(found, "symbol")
    value = sum((row.value for row in every), start=Decimal(0))
    sort = ORDERS[order][1]
    worst = sorted(every, key=lambda row: (not row.shares, sort(row), row.name or ""))
    rows = tuple(_symbol(found, row, ", ".join(classes.get(row.name, [])), value) for row in worst)
    source = f"{rests(found.tape)} Sorted: {ORDERS[order][0]}. Gap: the firm's executed value times the part of the symbol's tape that is not on the list."
    return Sheet("symbols", "The firm's symbols", SYMBOLS, rows, found.tape.runs, source, _nothing([found]))


def of_tape(first: date, last: date, by: Sequence[str], chosen: Mapping[str, str]) -> tuple[Sheet, int]:
    """(the tape of the firm's symbols by what is asked, as the runs hold it; how many rows there are in all)."""
    found, runs = tape.rows_of(first, last, by, chosen)
    rows = tuple(_of_tape(row, first, last, by, chosen) for row in found.head(MOST_ROWS).iter_rows(named=True))
    columns = (*(Column(name, title[0].upper() + title[1:], kind=KINDS.get(name, "text")) for name, title in symbol_tape.BY.items() if name in by), *SUMS)
    source = f"{first} to {last}. Sealed sums, of each symbol on the days on which the firm had an order or a fill in it; value is price times quantity."
    empty = f"{_capital(NO_EVIDENCE)}: no trade of the firm's symbols is held for this. Import the trades of these days and measure them again."
    return Sheet("tape", "The tape of the firm's symbols", columns, rows, runs, source, empty), found.height


def tape_link(first: date, last: date, by: str, **chosen: str | None) -> str:
    """The address of that tape: what a number of coverage is made of."""
    values = {name: UNKNOWN if value is None else str(value) for name, value in chosen.items()}
    return f"{reverse('liquidity:tape')}?{urlencode({'first': first.isoformat(), 'last': last.isoformat(), 'by': by, **values})}"


def _reached(row: Covered) -> Any:
    return NO_EVIDENCE if row.reached is None else row.reached


def _parts(row: Covered) -> tuple[Any, ...]:
    return (row.of_named, *(row.part(name) for name in PARTS))


def _cut(each: Coverage, title: str, name: str, words: str, row: Covered) -> Row:
    cells = (each.vendor.name, title, words, _reached(row), row.weighted, *_parts(row), row.symbols, *_market(row), row.value, row.fills, row.unseen or None)
    made_of = tape_link(each.tape.first, each.tape.last, "venue", **{name: row.name})
    links = {"vendor": of_vendor(each), **(dict.fromkeys(("reached", "shares", "trades"), made_of) if row.shares else {})}
    return Row(cells, links, tone="" if row.shares else "attention")


def _symbol(found: Coverage, row: Covered, classes: str, every: Decimal) -> Row:
    scope = tape.every_flow(found.tape.first, found.tape.last).having("symbol", row.name or UNKNOWN)
    part = row.value / every if every else None
    cells = (row.name or UNKNOWN, classes, _reached(row), *_parts(row), row.gap if row.shares else None, *_market(row), row.value, part, row.fills)
    made_of = tape_link(found.tape.first, found.tape.last, "venue,session", symbol=row.name)
    fills = {name: reverse("desk:orders") + scope.query(list="fills") for name in ("value", "fills")} if row.fills else {}
    return Row(cells, {**(dict.fromkeys(("reached", "shares", "trades"), made_of) if row.shares else {}), **fills}, tone="" if row.shares else "attention")


def _market(row: Covered) -> tuple[Any, ...]:
    """Shares, trades and value on the tape; unknown where it shows none."""
    return (row.shares, row.trades, row.notional) if row.shares else (None, None, None)


def _of_tape(row: Mapping[str, Any], first: date, last: date, by: Sequence[str], chosen: Mapping[str, str]) -> Row:
    shown = {"session": SESSIONS, "asset_class": CLASSES}
    names = [name for name in symbol_tape.BY if name in by]
    cells = [shown[name].get(row[name], row[name]) if name in shown else UNKNOWN if row[name] is None else row[name] for name in names]
    narrowed = {**chosen, **{name: UNKNOWN if row[name] is None else str(row[name]) for name in names}}
    deeper = next((name for name in ("venue", "symbol", "session", "day") if name not in narrowed), None)
    link = {names[0]: tape_link(first, last, deeper, **narrowed)} if deeper else {}
    return Row((*cells, *(row[name] for name in symbol_tape.SUMS)), link)


def _nothing(found: Sequence[Coverage]) -> str:
    """What an empty table says: why, and what to do."""
    whys = "; ".join(dict.fromkeys(each.why for each in found if each.why))
    sealed_before = "the runs of this period were sealed before runs held the tape by symbol, venue and session; measure its days again"
    return f"{_capital(NO_EVIDENCE)}: {whys or (sealed_before if found else 'no vendor is registered')}."


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


_FIRST, _WEIGHED = Column("reached", "Reached", PART), Column("weighted", "Reached, weighed by the firm's executed value", PART)
_PARTS = (
    Column("of_named", "Reached, of what names a venue", PART),
    Column("direct", "Directly", PART), Column("through", "Through another broker only", PART), Column("missing", "Not on the list", PART),
    Column("cannot_tell", "Cannot tell: off exchange", PART),
)  # fmt: skip
_TAPE = (
    Column("shares", "Shares on the tape", SHARES),
    Column("trades", "Trades", kind="count"),
    Column("notional", "Value on the tape", USD, is_for_files=True),
)
CUTS = (
    Column("vendor", "Router of"), Column("by", "By"), Column("what", "Which"), _FIRST, _WEIGHED, *_PARTS, Column("symbols", "Symbols", kind="count"), *_TAPE,
    Column("value", "Firm's executed value", USD), Column("fills", "Firm's fills", kind="count"),
    Column("unseen", "Of it in symbols that the tape does not show", USD),
)  # fmt: skip
SYMBOLS = (
    Column("symbol", "Symbol", kind="code"), Column("asset_class", "Asset class"), _FIRST, *_PARTS, Column("gap", "Gap", USD), *_TAPE,
    Column("value", "Firm's executed value", USD), Column("value_part", "Part of the firm's", PART), Column("fills", "Firm's fills", kind="count"),
)  # fmt: skip
KINDS = {"venue": "code", "symbol": "code", "day": "day"}
SUMS = (
    Column("trades", "Trades", kind="count"), Column("shares", "Shares", SHARES), Column("notional", "Value", USD),
    Column("filtered_trades", "Trades left out by the source's filter", kind="count"), Column("filtered_shares", "Their shares", SHARES),
)  # fmt: skip
