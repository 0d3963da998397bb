"""Databento DBN, versions 1 to 3: quotes, trades, statuses and definitions.

- quotes: `mbp-1`, `mbp-10` (its first level), `bbo-1s|1m`, `cmbp-1`, `cbbo-1s|1m`; and `tbbo`, `tcbbo`, which hold the quote just *before* each trade
- trades: `trades`, and the trade records of the schemas above that are not sampled
- statuses: halts, pauses, short-sale restrictions, opening and closing; a halt lasts until trading resumes
- symbols: `definition`

Everything else is skipped and counted by kind. The source is the dataset, whose quotes are not the SIP's national best; only consolidated
schemas make quotes of kind nbbo. Instants are the venue's (`ts_event`), those of sampled quotes the end of the sample (`ts_recv`).
`sequence` is twice the record's number, less one for the quote before a trade. Symbols come from the mapping of the record's UTC date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import databento_dbn as databento
import polars as pl

from bestexec.errors import Problem
from bestexec.importers.base import Batch, Kept, Reject, alone
from bestexec.importers.cells import Fault
from bestexec.importers.dbn_records import MAGIC, Break, Run, read_runs
from bestexec.importers.dbn_status import TELLING, spans
from bestexec.importers.scaled import px_of, qty_of
from bestexec.market.sessions import trading_date
from bestexec.market.venues import mic_from_publisher
from bestexec.units import NS_PER_SECOND

name = "dbn"
makes = frozenset({"quotes", "trades", "statuses", "symbols"})
looks_for = "the letters DBN at the start: Databento"
groups = alone

_NAMED = re.compile(r"\.(dbn(\.frag)?|dbz)(\.zst)?$", re.IGNORECASE)
_DBZ_MAGIC = b"DBZ"
PRICE_DIGITS = 9
UNDEFINED_PRICE = 2**63 - 1
UNDEFINED_INTEGER = 2**31 - 1


@dataclass(frozen=True)
class Shape:
    """What a kind of record holds: its layout, and what is made of it."""

    record: Any
    quoted: bool = True
    consolidated: bool = False
    resolution_ns: int = 1
    """Of the quote's time; a sampled quote is told at the end of its sample."""

    @property
    def sampled(self) -> bool:
        return self.resolution_ns > 1


SHAPES = {
    0: Shape(databento.TradeMsg, quoted=False),
    1: Shape(databento.MBP1Msg),
    10: Shape(databento.MBP10Msg),
    177: Shape(databento.CMBP1Msg, consolidated=True),
    192: Shape(databento.CBBOMsg, consolidated=True, resolution_ns=NS_PER_SECOND),
    193: Shape(databento.CBBOMsg, consolidated=True, resolution_ns=60 * NS_PER_SECOND),
    194: Shape(databento.CMBP1Msg, consolidated=True),
    195: Shape(databento.BBOMsg, resolution_ns=NS_PER_SECOND),
    196: Shape(databento.BBOMsg, resolution_ns=60 * NS_PER_SECOND),
    197: Shape(databento.MBP1Msg),
}
"""By the record's kind (`rtype`)."""
STATUS, DEFINITION, MAPPING = 18, 19, 22
TRADE_WITH_QUOTE = (194, 197)
UNREAD = {
    **dict.fromkeys((17, 32, 33, 34, 35, 36), "bar"),
    20: "auction imbalance",
    21: "error message of the gateway",
    22: "symbol mapping, kept for the records behind it",
    23: "system message of the gateway",
    24: "statistic",
    160: "order of a full book (mbo is not supported)",
}
"""Kinds that carry nothing for the canonical tables."""
VERSIONS = {1: databento.v1, 2: databento.v2, 3: databento.v3}
_UNPLACED: tuple[Fault, ...] = ((pl.col("at").is_null(), "no time"), (pl.col("symbol").is_null(), "no symbol for its instrument on that date"))
ASSET_CLASSES = {"K": "equity", "C": "option", "P": "option", "B": "fixed_income"}


@dataclass
class _Stream:
    """What is known while a stream is read: its header, and the symbols told so far."""

    dataset: str = ""
    before_trades: bool = False
    mixed: bool = False
    """Of several schemas, as live streams are: then only trade records make trades, for the others may tell the same ones."""
    version: int = 3
    mapped: dict[int, list[tuple[date, date, str]]] = field(default_factory=dict)
    """Instrument → (first day, first day no longer, symbol)."""
    told: dict[int, str] = field(default_factory=dict)
    """Instrument → symbol, from mapping records of a live stream."""
    statuses: list[pl.DataFrame] = field(default_factory=list)

    def meet(self, header: databento.Metadata) -> None:
        self.dataset, self.version, self.mapped = header.dataset, header.version, {}
        self.before_trades, self.mixed = str(header.schema) in ("tbbo", "tcbbo"), header.schema is None
        reverse = str(header.stype_out) == "raw_symbol"
        for key, intervals in header.mappings.items():
            for interval in intervals:
                instrument, symbol = (key, interval["symbol"]) if reverse else (interval["symbol"], key)
                if instrument.isdecimal() and symbol:
                    self.mapped.setdefault(int(instrument), []).append((interval["start_date"], interval["end_date"], symbol.upper()))

    def symbol_on(self, instrument: int, day: date) -> str | None:
        dated = (symbol for start, end, symbol in self.mapped.get(instrument, ()) if start <= day < end)
        return self.told.get(instrument) or next(dated, None)


def recognizes(name: str, head: bytes) -> bool:
    return head.startswith(MAGIC) or head[8:11] == _DBZ_MAGIC or bool(_NAMED.search(name))


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """Raises Problem on files before DBN 1 and on fragments, which lack the header that names dataset and symbols."""
    (file,) = kept
    stream, records = _Stream(), 0
    for part in read_runs(file.path):
        if isinstance(part, databento.Metadata):
            stream.meet(part)
            continue
        if not stream.dataset:
            raise Problem("no DBN header: an old DBZ file, or a fragment", where=file.name, do="fetch it again as DBN, or convert it with Databento's dbn tool")
        batch = Batch({}, 1, 0, (Reject(part.record, part.why),)) if isinstance(part, Break) else _batch(part, stream)
        records += batch.records
        yield batch
    if stream.statuses:
        yield Batch({"statuses": spans(stream.statuses)}, 0, 0)
    if not records:
        yield Batch({}, 0, 0, notes=("the file has a header and no records",))


def _batch(run: Run, stream: _Stream) -> Batch:
    if run.rtype == MAPPING:
        _learn(run, stream)
    if run.rtype in SHAPES:
        return _market(run, SHAPES[run.rtype], stream)
    if run.rtype == STATUS:
        return _status(run, stream)
    if run.rtype == DEFINITION:
        return _definitions(run, stream)
    return Batch({}, run.count, 0, skipped={UNREAD.get(run.rtype, f"record of unknown kind {run.rtype}"): run.count})


def _market(run: Run, shape: Shape, stream: _Stream) -> Batch:
    """Quotes and trades."""
    levels = ("bid_px_00", "ask_px_00", "bid_sz_00", "ask_sz_00") if shape.quoted else ()
    publishers = ("bid_pb_00", "ask_pb_00") if shape.consolidated else ()
    acts = () if shape.sampled else ("action",)
    wanted = ("publisher_id", "instrument_id", "ts_event", "ts_recv", "price", "size", "side", *acts, *levels, *publishers)
    rows = run.frame(shape.record, wanted)
    untold = shape.sampled or (stream.mixed and shape.quoted)
    rows = rows.with_columns(
        at=pl.col("ts_recv") if shape.sampled else pl.coalesce("ts_event", "ts_recv"),
        is_trade=pl.lit(value=False) if untold else pl.col("action") == "T",
    )
    rows = rows.with_columns(pl.when(pl.col(column) != UNDEFINED_PRICE).then(column).alias(column) for column in ("price", *levels[:2]))
    rows, rejects = _sound(_named(rows, stream), (*_UNPLACED, *_mispriced(levels[:2])))
    idle = rows.filter(~pl.col("is_trade")).height if not shape.quoted else 0
    skipped = {"record of a trades stream that is no trade": idle} if idle else {}
    rows = rows.with_columns(day=trading_date(rows["at"]))
    before = run.rtype in TRADE_WITH_QUOTE or stream.before_trades
    tables = {"trades": _trades(rows.filter("is_trade"), stream)} | ({"quotes": _quotes(rows, shape, stream, before=before)} if shape.quoted else {})
    notes = [f"quotes of {stream.dataset} are not the SIP's national best"] if shape.quoted else []
    notes += [f"{stream.dataset} states no sale conditions; every trade counts as regular"] if tables["trades"].height else []
    notes += ["a stream of several schemas: trades come from its trades records alone"] if stream.mixed else []
    return Batch(tables, run.count, rows.height - idle, rejects, skipped, tuple(notes))


def _mispriced(sides: tuple[str, ...]) -> list[Fault]:
    """Faults in the price and size of trades, and in the prices of quotes; an undefined price is null before."""
    trade = pl.col("is_trade")
    found: list[Fault] = [(trade & (pl.col("price").is_null() | (pl.col("size") == 0)), "a trade without price or size")]
    for column, matters in (("price", trade), *((side, pl.lit(value=True)) for side in sides)):
        found.append((matters & (pl.col(column) <= 0), f"{column} not above 0"))
        found.append((matters & (pl.col(column) % 10 != 0), f"{column} has more than 8 decimals"))
    return found


def _sound(rows: pl.DataFrame, faults: tuple[Fault, ...]) -> tuple[pl.DataFrame, tuple[Reject, ...]]:
    """The rows without a fault, and a reject for each other."""
    said = rows.with_columns(why=pl.coalesce(pl.when(condition).then(pl.lit(why)) for condition, why in faults))
    bad = said.filter(pl.col("why").is_not_null())
    rejects = tuple(Reject(record, why, f"instrument {instrument}") for record, why, instrument in bad.select("record", "why", "instrument_id").iter_rows())
    return said.filter(pl.col("why").is_null()), rejects


def _named(rows: pl.DataFrame, stream: _Stream) -> pl.DataFrame:
    """With `symbol` as mapped on the UTC date of the time that the mapping goes by."""
    dated = rows.with_columns(on=pl.coalesce("ts_recv", "ts_event").cast(pl.Datetime("ns")).dt.date())
    pairs = dated.select("instrument_id", "on").unique()
    symbols = [stream.symbol_on(instrument, on) if on else None for instrument, on in pairs.iter_rows()]
    named = pairs.with_columns(symbol=pl.Series(symbols, dtype=pl.String))
    return dated.join(named, on=["instrument_id", "on"], how="left", maintain_order="left", nulls_equal=True)


def _quotes(rows: pl.DataFrame, shape: Shape, stream: _Stream, *, before: bool) -> pl.DataFrame:
    kind = "nbbo" if shape.consolidated else "venue"
    venues = {f"{side}_venue": _mic(f"{side}_pb_00", rows) for side in ("bid", "ask")} if shape.consolidated else {"venue": _mic("publisher_id", rows)}
    return rows.select(
        "day", "symbol",
        quoted_at="at",
        sequence=pl.col("record") * 2 - int(before),
        bid_px=px_of("bid_px_00", PRICE_DIGITS),
        ask_px=px_of("ask_px_00", PRICE_DIGITS),
        bid_qty=pl.when(pl.col("bid_px_00").is_not_null()).then(qty_of("bid_sz_00")),
        ask_qty=pl.when(pl.col("ask_px_00").is_not_null()).then(qty_of("ask_sz_00")),
        **venues,
        kind=pl.lit(kind),
        source=pl.lit(stream.dataset),
        resolution_ns=pl.lit(shape.resolution_ns),
        line="record",
    )  # fmt: skip


def _trades(rows: pl.DataFrame, stream: _Stream) -> pl.DataFrame:
    return rows.select(
        "day", "symbol",
        traded_at="at",
        sequence=pl.col("record") * 2,
        px=px_of("price", PRICE_DIGITS),
        qty=qty_of("size"),
        venue=_mic("publisher_id", rows),
        venue_raw=pl.col("publisher_id").cast(pl.String),
        aggressor=pl.col("side").replace_strict({"B": 1, "A": -1}, default=None, return_dtype=pl.Int8),
        is_regular=pl.lit(value=True),
        source=pl.lit(stream.dataset),
        resolution_ns=pl.lit(1),
        line="record",
    )  # fmt: skip


def _status(run: Run, stream: _Stream) -> Batch:
    """Statuses become spans only when the file is at its end."""
    wanted = ("publisher_id", "instrument_id", "ts_event", "ts_recv", "action", "reason", "is_short_sell_restricted")
    rows = run.frame(databento.StatusMsg, wanted).with_columns(at=pl.coalesce("ts_event", "ts_recv"))
    rows, rejects = _sound(_named(rows, stream), _UNPLACED)
    told = rows.filter(pl.col("action").is_in(TELLING))
    stream.statuses.append(told.with_columns(day=trading_date(told["at"])))
    idle = rows.height - told.height
    return Batch({}, run.count, told.height, rejects, {"status that begins or ends nothing": idle} if idle else {})


def _definitions(run: Run, stream: _Stream) -> Batch:
    wanted = ("instrument_id", "ts_event", "ts_recv", "raw_symbol", "min_price_increment", "min_lot_size_round_lot", "currency", "exchange", "instrument_class")
    rows = run.frame(VERSIONS[stream.version].InstrumentDefMsg, wanted)
    rows = rows.with_columns(at=pl.coalesce("ts_recv", "ts_event"), symbol=pl.when(pl.col("raw_symbol") != "").then(pl.col("raw_symbol").str.to_uppercase()))
    rows, rejects = _sound(rows, _UNPLACED)
    tick, lot = pl.col("min_price_increment"), pl.col("min_lot_size_round_lot")
    rows = rows.with_columns(
        tick=pl.when(tick.is_between(1, UNDEFINED_PRICE - 1)).then(tick),
        lot=pl.when(lot.is_between(1, UNDEFINED_INTEGER - 1)).then(lot),
    )
    symbols = rows.select(
        symbol="symbol",
        listed_at=pl.when(pl.col("exchange") != "").then("exchange"),
        asset_class=pl.col("instrument_class").replace_strict(ASSET_CLASSES, default="other", return_dtype=pl.String),
        currency=pl.when(pl.col("currency") != "").then("currency"),
        round_lot=qty_of("lot"),
        tick_px=px_of("tick", PRICE_DIGITS),
        from_on=trading_date(rows["at"]),
        line="record",
    )
    return Batch({"symbols": symbols}, run.count, rows.height, rejects)


def _learn(run: Run, stream: _Stream) -> None:
    rows = run.frame(VERSIONS[stream.version].SymbolMappingMsg, ("instrument_id", "stype_in_symbol", "stype_out_symbol"))
    for instrument, asked, symbol, _ in rows.iter_rows():
        stream.told[instrument] = (symbol or asked).upper()


def _mic(column: str, rows: pl.DataFrame) -> pl.Expr:
    publishers = rows[column].unique().to_list()
    return pl.col(column).replace_strict({publisher: mic_from_publisher(publisher) for publisher in publishers}, default=None, return_dtype=pl.String)
