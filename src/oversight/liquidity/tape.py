"""Where the market trades and where the firm did, read off the sealed runs in force: volume by venue, session and symbol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from bestexec import Problem
from oversight.lifecycle import Refusal
from oversight.liquidity import symbol_tape
from oversight.liquidity.symbol_tape import Cut
from oversight.measured import figures, frames
from oversight.measured.dimensions import APART, FILLS
from oversight.measured.scope import Scope, period_of
from oversight.measured.sources import Sources, all_in_force

SESSIONS: dict[str | None, str] = {
    "pre": "before the open", "regular": "regular", "auction": "auctions", "post": "after the close", "overnight": "overnight",
    "continuous": "around the clock", None: "no session open, or time unknown",
}  # fmt: skip
"""The sessions of the tape in words, in the order of the market's day; auctions stand apart."""
NO_RUN = "no run was received"
NO_TAPE = "the runs of this period hold no trades of the market; import them, and measure again"
NO_SYMBOL = "the tape shows no trade of a symbol on a day on which the firm had an order or a fill in it; import the trades of its symbols, and measure again"


@dataclass(frozen=True)
class Volume:
    """Shares and trades (or fills) counted."""

    shares: Decimal
    number: int


@dataclass(frozen=True)
class Tape:
    """The tape of a period by venue (None: the feed does not say where); `why` says why there is none.

    It is the tape of the firm's symbols where the runs hold that (`cut`), with their auctions and extended hours; else what older runs hold:
    regular trades of every symbol that was imported.
    """

    first: date
    last: date
    venues: Mapping[str | None, Volume]
    days: int
    runs: tuple[str, ...]
    why: str = ""
    cut: Cut | None = None

    @property
    def shares(self) -> Decimal:
        return sum((volume.shares for volume in self.venues.values()), Decimal(0))

    @property
    def trades(self) -> int:
        return sum(volume.number for volume in self.venues.values())

    def share(self, venue: str | None) -> Decimal | None:
        """The venue's part of the shares; None where the tape does not name it."""
        return self.venues[venue].shares / self.shares if venue in self.venues and self.shares else None

    def by_session(self) -> dict[str | None, Mapping[str | None, Volume]]:
        """The tape of the firm's symbols by session and venue; empty where the runs do not hold it."""
        if self.cut is None:
            return {}
        parts = self.cut.rows.filter(pl.col("trades") > 0).partition_by("session", as_dict=True)
        return {session: _volumes(parts[session,], "venue", "shares", "trades") for session in sorted((key[0] for key in parts), key=in_order)}


def in_order(session: str | None) -> int:
    """A session's place in the market's day."""
    return list(SESSIONS).index(session) if session in SESSIONS else len(SESSIONS)


def readable() -> tuple[Sources | None, str]:
    """(the runs in force, nothing); or (None, why they cannot be read): none was received, or one is gone or altered."""
    try:
        return all_in_force(), ""
    except Problem as problem:
        return None, str(problem)
    except Refusal:
        return None, NO_RUN


def period() -> tuple[date, date] | None:
    """The quarter of the last day that a run in force measured, as far as it was measured; None where no run can be read."""
    sources, _ = readable()
    return period_of(sources.days, "quarter") if sources else None


def tape(first: date, last: date) -> Tape:
    """The tape of the period by venue. Never raises for what is not there: `why` says it."""
    every, why = readable()
    if every is None:
        return Tape(first, last, {}, 0, (), why)
    sources = every.during(first, last)
    if not sources.in_force:
        return Tape(first, last, {}, 0, (), f"no day from {first} to {last} was measured")
    cut = symbol_tape.cut(sources)
    return _of_symbols(first, last, sources, cut) if cut.is_held else _of_everything(first, last, sources, cut)


def _of_symbols(first: date, last: date, sources: Sources, cut: Cut) -> Tape:
    traded = cut.rows.filter(pl.col("trades") > 0)
    venues = _volumes(traded, "venue", "shares", "trades")
    why = "" if venues else NO_SYMBOL if _everything(sources).height else NO_TAPE
    return Tape(first, last, venues, len(cut.days), sources.ids, why, cut)


def _of_everything(first: date, last: date, sources: Sources, cut: Cut) -> Tape:
    rows = _everything(sources)
    venues = _volumes(rows, "venue", "shares", "trades")
    return Tape(first, last, venues, rows["day"].n_unique(), sources.ids, "" if venues else NO_TAPE, cut)


def _everything(sources: Sources) -> pl.DataFrame:
    return frames.whole(sources, "tape_venues", ("day", "venue", "trades", "shares"))


def rows_of(first: date, last: date, by: Sequence[str], chosen: Mapping[str, str]) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """(the tape of the firm's symbols in the period by any of `symbol_tape.BY`, with the values chosen; its runs)."""
    sources = _sources(first, last)
    if sources is None or not sources.in_force:
        return symbol_tape.grouped(Sources(()), by, chosen), ()
    asked = ("tape of symbols", tuple(by), tuple(sorted(chosen.items())))
    return figures.once(asked, sources, lambda: symbol_tape.grouped(sources, by, chosen)), sources.ids


def fills(first: date, last: date, by: str, vendor: str = "") -> Mapping[str | None, Volume]:
    """The firm's fills of the period by venue or symbol, every flow together; those of one vendor where it is named."""
    sources = _sources(first, last)
    if sources is None or not sources.in_force:
        return {}
    scope = every_flow(first, last, vendor)

    def count() -> Mapping[str | None, Volume]:
        return _volumes(frames.within(sources, scope, FILLS, (by, "fill_qty")).with_columns(one=pl.lit(1)), by, "fill_qty", "one")

    return figures.once(("liquidity fills", scope, by), sources, count)


def every_flow(first: date, last: date, vendor: str = "") -> Scope:
    """The scope in which nothing is kept apart."""
    every = Scope(first, last).pooling(*(apart.name for apart in APART))
    return every.having("vendor", vendor) if vendor else every


def _sources(first: date, last: date) -> Sources | None:
    sources, _ = readable()
    return sources.during(first, last) if sources else None


def _volumes(rows: pl.DataFrame, by: str, shares: str, number: str) -> dict[str | None, Volume]:
    """Counted by group. Where shares are sealed as floats, six decimals of each day's are taken, then added exactly."""
    exact = rows.select(by, number, shares=pl.col(shares).cast(pl.Decimal(38, 6)))
    counted = exact.group_by(by).agg(pl.col("shares").sum(), number=pl.col(number).sum())
    return {row[by]: Volume(row["shares"].normalize(), int(row["number"])) for row in counted.sort(by, nulls_last=True).iter_rows(named=True)}
