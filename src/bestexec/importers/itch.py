"""Nasdaq TotalView-ITCH 5.0 as Nasdaq publishes it: every message of one venue's day, from which its best quotes, trades, halts and round lots are told.

The best quotes are those of the displayed book of this venue alone, odd lots in them; they are not the national best. Trades are executions of displayed
orders (types E and C), of hidden ones (P) and crosses (Q). Who took liquidity is known for E alone: see docs/decisions/038. Broken trades are
counted and stay. The trading date stands in the file's name (`01302019.NASDAQ_ITCH50`, `S013019-v50.txt`), or is stated; `BX_ITCH` and `PSX_ITCH` in the
name tell those venues. An event of an order that was never added, as in a file that begins within a day, says nothing and is skipped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
import polars as pl

from bestexec.errors import Problem
from bestexec.importers.archives import inner_name
from bestexec.importers.base import Batch, Kept, Reject, alone, trading_date_or_none
from bestexec.importers.itch_book import best_after
from bestexec.importers.itch_messages import LAYOUTS, SIZES, UNREAD, Block, Break, read_blocks
from bestexec.importers.itch_orders import Orders
from bestexec.importers.itch_status import TOLD, spans
from bestexec.importers.scaled import px_of, qty_of
from bestexec.market.sessions import DATE_NOT_STATED, local_to_epoch, regular_hours
from bestexec.market.symbols import canonical

name = "itch"
makes = frozenset({"quotes", "trades", "statuses", "symbols"})
looks_for = "messages of ITCH 5.0, each after its length in two bytes: Nasdaq TotalView-ITCH"
groups = alone

SOURCE = "itch"
PRICE_DIGITS = 4
VENUES = (("BX_ITCH", "XBOS"), ("PSX_ITCH", "XPSX"))
LISTINGS = {"Q": "XNAS", "G": "XNAS", "S": "XNAS", "N": "XNYS", "A": "XASE", "P": "ARCX", "Z": "BATS", "V": "IEXG"}
"""Primary listing by the directory's market category."""
MOST_SHARES = 10**12
CROSSES = {"O": "open", "C": "close", "H": "reopen"}
UNDATED = f"trading date not stated by the file; filed under {DATE_NOT_STATED} · import with --date YYYY-MM-DD"
UNKNOWN = "event of an order that the file never added"
_NAMED = ((re.compile(r"(?<!\d)(\d{8})(?=\.\w*_?ITCH)", re.IGNORECASE), "%m%d%Y"), (re.compile(r"^S(\d{6})-v5"), "%m%d%y"))
_FEWEST = 3
"""Messages at a file's beginning that must be of known type and length."""


@dataclass
class _Stream:
    """What is known while a file is read."""

    day: date
    venue: str
    notes: tuple[str, ...]
    orders: Orders = field(default_factory=Orders)
    stocks: dict[int, str] = field(default_factory=dict)
    """Locate → stock as Nasdaq spells it."""
    told: list[pl.DataFrame] = field(default_factory=list)


def recognizes(name: str, head: bytes) -> bool:
    at, found = 0, 0
    while at + 2 < len(head) and found < _FEWEST:
        length = int.from_bytes(head[at : at + 2], "big")
        if SIZES.get(chr(head[at + 2])) != length:
            return False
        found, at = found + 1, at + 2 + length
    return found >= _FEWEST or (found > 0 and at == len(head))


def read(kept: tuple[Kept, ...]) -> Iterator[Batch]:
    """Raises Problem when the stated date and the file's name differ."""
    (file,) = kept
    stream = _stream(file)
    for part in read_blocks(file.path):
        yield Batch({}, 1, 0, (Reject(part.record, part.why),), notes=stream.notes) if isinstance(part, Break) else _batch(part, stream)
    if stream.told:
        events = pl.concat(stream.told, how="diagonal_relaxed")
        yield Batch({"statuses": spans(_placed(events, stream))}, 0, 0)


def _stream(file: Kept) -> _Stream:
    stated = trading_date_or_none(file)
    names = (inner_name(file.path), file.name)
    named = {day for name in names for form, spelled in _NAMED for text in form.findall(name) if (day := _date_or_none(text, spelled))}
    days = named | ({stated} if stated else set())
    if len(days) > 1:
        raise Problem(
            f"the file's name and the options give several dates ({', '.join(map(str, sorted(days)))})", where=file.name, do="state the right one alone"
        )
    venue = next((mic for mark, mic in VENUES if any(mark in name.upper() for name in names)), "XNAS")
    dated = "trading date taken from the file's name" if named else "trading date as stated at import" if stated else UNDATED
    return _Stream(days.pop() if days else DATE_NOT_STATED, venue, (dated, f"best quotes of {venue} alone, odd lots among them: not the national best"))


def _date_or_none(text: str, spelled: str) -> date | None:
    try:
        return datetime.strptime(text, spelled).date()  # noqa: DTZ007  # a date alone
    except ValueError:
        return None


def _batch(block: Block, stream: _Stream) -> Batch:
    rejects, skipped = _unread(block)
    directory = block.frame("R")
    for known in (directory, *(block.frame(kind) for kind in "AFPQ")):
        if known is not None:
            stream.stocks |= dict(known.select("locate", "stock").unique("locate", keep="last").iter_rows())
    changes, executed, unknown = stream.orders.follow(block)
    if unknown:
        skipped[UNKNOWN] = unknown
    stream.told += [told for kind in TOLD if (told := _told(block, kind)) is not None]
    trades = pl.concat([_executions(executed), *_others(block, skipped)], how="diagonal_relaxed")
    tables = {"quotes": _quotes(changes, stream), "trades": _trades(trades, stream)}
    if directory is not None:
        tables["symbols"] = _symbols(directory, stream, skipped)
    records = len(block.starts)
    return Batch(tables, records, records - len(rejects) - sum(skipped.values()), rejects, dict(skipped), stream.notes)


def _unread(block: Block) -> tuple[tuple[Reject, ...], Counter[str]]:
    """Messages of a wrong length, and how many there are of each kind that is not read."""
    rejects, skipped = list[Reject](), Counter[str]()
    kinds = block.kinds()
    for code in np.unique(kinds).tolist():
        kind, which = chr(code), np.flatnonzero(kinds == code)
        right = (block.lengths[which] == SIZES.get(kind, -1)) & ~block.late[which]
        if kind in UNREAD:
            skipped[UNREAD[kind][1]] += int(right.sum())
        elif kind not in LAYOUTS:
            skipped[f"message of unknown type {kind!r}"] += len(which)
            continue
        rejects += [Reject(int(at) + block.first, _wrong(kind, int(block.lengths[at]))) for at in which[~right]]
    return tuple(rejects), +skipped


def _wrong(kind: str, length: int) -> str:
    return f"a message {kind} of {length} bytes, where {SIZES[kind]} belong" if length != SIZES[kind] else "a time beyond the end of the day"


def _told(block: Block, kind: str) -> pl.DataFrame | None:
    frame = block.frame(kind)
    return None if frame is None else frame.select("record", "clock", "stock", *TOLD[kind]).with_columns(message=pl.lit(kind))


def _executions(executed: pl.DataFrame) -> pl.DataFrame:
    resting = pl.col("side").replace_strict({"B": 1, "S": -1}, default=None, return_dtype=pl.Int8)
    return executed.with_columns(aggressor=pl.when(pl.col("kind") == "E").then(-resting), conditions="kind").drop("side")


def _others(block: Block, skipped: Counter[str]) -> list[pl.DataFrame]:
    """Executions of hidden orders, and crosses; a cross of no shares told no trade."""
    found, hidden, crosses = [], block.frame("P"), block.frame("Q")
    if hidden is not None:
        found.append(hidden.select("record", "clock", "locate", "shares", "price", printable=pl.lit("Y"), conditions=pl.lit("P")))
    if crosses is not None:
        real = crosses.filter((pl.col("shares") > 0) & (pl.col("price") > 0) & (pl.col("shares") < MOST_SHARES))
        if real.height < crosses.height:
            skipped["cross of no shares"] += crosses.height - real.height
        found.append(real.select("record", "clock", "locate", "shares", "price", "cross", printable=pl.lit("Y"), conditions=pl.format("Q{}", "cross")))
    return found


def _quotes(changes: pl.DataFrame, stream: _Stream) -> pl.DataFrame:
    """The best prices after each message that changed them."""
    moved = changes.filter(pl.col("record").is_not_null())
    here = moved["locate"].unique()
    before = changes.filter(pl.col("record").is_null() & pl.col("locate").is_in(here.implode())).group_by("locate", "side", "price").agg(pl.col("change").sum())
    before = before.sort("locate", "side", "price").with_row_index("place").with_columns(place=pl.col("place").cast(pl.Int64) - before.height)
    events = pl.concat([before, moved.with_columns(place=pl.col("record") * 2 + pl.col("part"))], how="diagonal_relaxed")
    best = best_after(events.select("locate", "place", "side", "price", "change"))
    best = best.with_columns(record=pl.col("place") // 2).unique(["locate", "record"], keep="last", maintain_order=True)
    shown = ("bid", "bid_qty", "ask", "ask_qty")
    changed = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1).over("locate")) for name in shown)
    best = best.filter(changed & (pl.col("place") >= 0)).join(moved.select("record", "clock").unique("record"), on="record", how="left", maintain_order="left")
    rows = _placed(best.sort("record"), stream)
    return rows.select(
        "day", "symbol", quoted_at="at", sequence="record",
        bid_px=px_of("bid", PRICE_DIGITS), ask_px=px_of("ask", PRICE_DIGITS), bid_qty=_held("bid_qty"), ask_qty=_held("ask_qty"),
        kind=pl.lit("venue"), venue=pl.lit(stream.venue), source=pl.lit(SOURCE), resolution_ns=pl.lit(1), line="record",
    ).filter(pl.col("symbol").is_not_null())  # fmt: skip


def _held(column: str) -> pl.Expr:
    """A quantity; null where it is larger than a quantity can be, as in a damaged file."""
    return pl.when(pl.col(column) < MOST_SHARES).then(qty_of(column))


def _trades(rows: pl.DataFrame, stream: _Stream) -> pl.DataFrame:
    rows = rows if "cross" in rows.columns else rows.with_columns(cross=pl.lit(None, pl.String))
    rows = _placed(rows.sort("record"), stream)
    hours = regular_hours(stream.day)
    outside = (pl.col("at") < hours.open_at) | (pl.col("at") >= hours.close_at) if hours else pl.lit(value=True)
    reason = (
        pl.when(pl.col("cross").is_not_null()).then(pl.lit("auction")).when(pl.col("printable") == "N").then(pl.lit("not printed: its cross tells it"))
        .when(outside).then(pl.lit("outside regular hours"))
    )  # fmt: skip
    kind = pl.when(pl.col("cross").is_not_null()).then(pl.col("cross").replace_strict(CROSSES, default="other", return_dtype=pl.String))
    by_clock = pl.when(reason.is_null()).then(pl.lit("regular")).when(pl.col("printable") == "N").then(pl.lit("other")).otherwise(pl.lit("extended"))
    return rows.select(
        "day", "symbol", "conditions", "aggressor", traded_at="at", sequence="record", px=px_of("price", PRICE_DIGITS), qty=qty_of("shares"),
        venue=pl.lit(stream.venue), is_regular=reason.is_null(), filtered_reason=reason, kind=pl.coalesce(kind, by_clock),
        source=pl.lit(SOURCE), resolution_ns=pl.lit(1), line="record",
    ).filter(pl.col("symbol").is_not_null())  # fmt: skip


def _symbols(directory: pl.DataFrame, stream: _Stream, skipped: Counter[str]) -> pl.DataFrame:
    rows = _placed(directory, stream)
    tests = rows.filter(pl.col("authenticity") == "T").height
    if tests:
        skipped["test symbol"] += tests
    return rows.filter(pl.col("authenticity") != "T").select(
        "symbol", listed_at=pl.col("category").replace_strict(LISTINGS, default=None, return_dtype=pl.String), asset_class=pl.lit("equity"),
        currency=pl.lit("USD"), round_lot=pl.when(pl.col("round_lot") > 0).then(qty_of("round_lot")), from_on=pl.lit(stream.day), line="record",
    )  # fmt: skip


def _placed(rows: pl.DataFrame, stream: _Stream) -> pl.DataFrame:
    """With `day`, `symbol` and `at`."""
    stock = rows["stock"] if "stock" in rows.columns else rows["locate"].replace_strict(stream.stocks, default=None, return_dtype=pl.String)
    return rows.with_columns(
        canonical(stock, "nasdaq", stream.day).alias("symbol"), local_to_epoch(stream.day, rows["clock"]).alias("at"), day=pl.lit(stream.day)
    )  # fmt: skip
