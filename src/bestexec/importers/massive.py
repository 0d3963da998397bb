"""Massive (formerly Polygon) flat files of US stocks: the consolidated tapes' national best quotes, or their trades, of one day.

Comma-separated with a header; instants are epoch nanoseconds. A quotes file's rows are the changes of the *national* best, never a venue's own book;
a side whose price is 0 is none. Exchanges are Massive's own numbers. Instants are the tape's (`sip_timestamp`), or with `clock` stated as `participant`
the venues'; the source then is another. Which record of a corrected trade holds the right figures is not settled for these files, so a trade
counts as regular only where its correction is 0 or empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from bestexec.errors import Problem
from bestexec.importers import cells
from bestexec.importers.base import Batch, Kept, alone, head_of
from bestexec.importers.cells import Cell
from bestexec.importers.delimited import Layout, header_of
from bestexec.importers.rows import read_rows
from bestexec.market import conditions
from bestexec.market.conditions import judged, read_massive
from bestexec.market.dated import in_force, in_force_by_day
from bestexec.market.lots import SIP_QUOTE_UNIT
from bestexec.market.sessions import regular_hours, trading_date
from bestexec.market.symbols import canonical
from bestexec.market.venues import MASSIVE_MICS, OFF_EXCHANGE
from bestexec.schema import TRADES
from bestexec.units import PX_SCALE, QTY

name = "massive"
makes = frozenset({"quotes", "trades"})
looks_for = "a header with ticker, sip_timestamp and ask_exchange (quotes), or correction (trades): Massive flat files"
groups = alone

SOURCE, TRADES_SOURCE = "massive", "massive_trades"
CLOCKS = {"sip": "sip_timestamp", "participant": "participant_timestamp"}
FACILITIES = 4
"""Massive's exchange number of every trade reporting facility; `trf_id` says which."""
_QUOTED = frozenset({"ticker", "ask_exchange", "ask_price", "bid_exchange", "bid_price", "sip_timestamp"})
_TRADED = frozenset({"ticker", "conditions", "correction", "exchange", "price", "size", "sip_timestamp"})


def recognizes(name: str, head: bytes) -> bool:
    header = set(header_of(head)[0])
    return header >= _QUOTED or header >= _TRADED


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """Raises Problem on a clock that is none of CLOCKS."""
    (file,) = kept
    stated = file.options.get("clock", "sip")
    if stated not in CLOCKS:
        raise Problem(f"{stated!r} is no clock of Massive", where=file.name, do=f"state one of {', '.join(CLOCKS)}")
    header, separator = header_of(head_of(file.path))
    quoted = set(header) >= _QUOTED
    named = tuple("at" if column == CLOCKS[stated] else column for column in header)
    wanted = QUOTE_CELLS if quoted else TRADE_CELLS
    known = {cell.name for cell in wanted}
    layout = Layout(tuple(column if column in known and column not in named[:at] else "" for at, column in enumerate(named)), separator, header=True)
    suffix, clock = ("", "the tape's own") if stated == "sip" else ("_participant", "the venues' (participant timestamps)")
    notes = (f"instants are {clock}", *((UNIT_NOTE,) if quoted else ()))
    for rows in read_rows(file.path, layout, wanted):
        days = trading_date(rows.values["at"])
        values = rows.values.with_columns(day=days, symbol=canonical(rows.values["ticker"], "cqs", SPELLED_ON))
        tables = {"quotes": _quotes(values, suffix)} if quoted else {"trades": _trades(values, suffix)}
        yield Batch(tables, rows.records, values.height, rows.rejects, rows.skipped, notes)


UNIT_NOTE = "sizes are taken as round lots of 100 shares before 2025-11-03, as shares from then, as the tapes tell them"


SPELLED_ON = date(2026, 1, 1)
"""The day whose notation is taken: the convention has not changed while these files were made."""
_NUMBER = cells.integer(least=0)
"""Massive's number of an exchange; 0 and empty are none."""
_PRICE = cells.decimal(PX_SCALE, least=0)
QUOTE_CELLS = (
    Cell("ticker", cells.text()), Cell("at", cells.epoch(1)), Cell("sequence_number", cells.integer(least=0)),
    Cell("bid_price", _PRICE, required=False), Cell("bid_size", cells.size(), required=False), Cell("bid_exchange", _NUMBER, required=False),
    Cell("ask_price", _PRICE, required=False), Cell("ask_size", cells.size(), required=False), Cell("ask_exchange", _NUMBER, required=False),
)  # fmt: skip
TRADE_CELLS = (
    Cell("ticker", cells.text()), Cell("at", cells.epoch(1)), Cell("sequence_number", cells.integer(least=0)),
    Cell("price", cells.price()), Cell("size", cells.size()), Cell("decimal_size", cells.size(), required=False), Cell("exchange", _NUMBER, required=False),
    Cell("trf_id", _NUMBER, required=False), Cell("conditions", cells.text(), required=False), Cell("correction", cells.integer(least=0), required=False),
)  # fmt: skip


def _quotes(rows: pl.DataFrame, suffix: str) -> pl.DataFrame:
    unit = in_force_by_day(tuple((since, pl.lit(shares)) for since, shares in SIP_QUOTE_UNIT), pl.col("day"))
    sides: dict[str, pl.Expr] = {}
    for side in ("bid", "ask"):
        there = (pl.col(f"{side}_price") > 0) & (pl.col(f"{side}_size") > 0)
        sides[f"{side}_px"] = pl.when(there).then(f"{side}_price")
        sides[f"{side}_qty"] = pl.when(there).then(pl.col(f"{side}_size") * unit).cast(QTY)
        sides[f"{side}_venue"] = pl.when(there).then(_mic(f"{side}_exchange"))
    return rows.select(
        "day",
        "symbol",
        "line",
        quoted_at="at",
        sequence="sequence_number",
        **sides,
        kind=pl.lit("nbbo"),
        source=pl.lit(SOURCE + suffix),
        resolution_ns=pl.lit(1),
    )


def _trades(rows: pl.DataFrame, suffix: str) -> pl.DataFrame:
    parts = [_trades_of_day(part, suffix) for part in rows.partition_by("day", maintain_order=True)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=TRADES.schema)


def _trades_of_day(rows: pl.DataFrame, suffix: str) -> pl.DataFrame:
    day = rows["day"][0]
    table, hours = in_force(conditions.SALE_CONDITIONS, day), regular_hours(day)
    fix = pl.col("correction")
    struck = pl.when(fix.fill_null(0) != 0).then(pl.format("correction {}", fix))
    rows = rows.with_columns(key=pl.col("conditions").fill_null(""), struck=struck)
    readings = {key: _reading(key, table) for key in rows["key"].unique()}
    facility = pl.coalesce(_mic("trf_id"), pl.lit(OFF_EXCHANGE))
    found = judged(rows, readings, (hours.open_at, hours.close_at) if hours else None)
    return found.select(
        "day", "symbol", "line", "filtered_reason", "is_regular", "kind", "conditions",
        traded_at="at",
        sequence="sequence_number",
        px="price",
        qty=pl.coalesce("decimal_size", "size"),
        venue=pl.when(pl.col("exchange") == FACILITIES).then(facility).otherwise(_mic("exchange")),
        venue_raw=pl.concat_str(pl.col("exchange").cast(pl.String), pl.when(pl.col("trf_id") > 0).then(pl.format(":{}", "trf_id")).otherwise(pl.lit(""))),
        source=pl.lit(TRADES_SOURCE + suffix),
        resolution_ns=pl.lit(1),
    )  # fmt: skip


def _reading(codes: str, table: tuple[conditions.SaleCondition, ...]) -> conditions.Reading:
    numbers = [text.strip() for text in codes.strip("[]").split(",") if text.strip()]
    if not all(number.isdecimal() for number in numbers):
        return conditions.Reading(f"unknown sale condition {codes}", "other")
    return read_massive(tuple(map(int, numbers)), table)


def _mic(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(MASSIVE_MICS, default=None, return_dtype=pl.String)
