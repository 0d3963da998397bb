"""A day's trades on the tape: everyone else's, the auctions, and the firm's own fills."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from bestexec.market.venues import VENUES
from bestexec.practice.draws import MS, rng
from bestexec.practice.market import EXCHANGE_SHARES, EXCHANGES, DayMarket, Floats, Ints, instants
from bestexec.practice.records import Fill

FACILITIES, FACILITY_SHARES = ("FINN", "FINC", "FINY"), (0.78, 0.08, 0.14)
LETTERS = {venue.mic: venue.sip[0] for venue in VENUES if venue.sip} | dict.fromkeys(FACILITIES, "D")
OFF_EXCHANGE_SHARE = 0.45


class Print(NamedTuple):
    """One of the firm's own fills as the tape needs it, taken before the firm's files are spoiled."""

    symbol: str
    kind: str
    qty: int
    px: int
    filled_at: int
    venue: str | None


def prints(fills: Iterable[Fill]) -> list[Print]:
    return [Print(fill.symbol, fill.kind, fill.qty, fill.px, fill.filled_at, fill.venue) for fill in fills]


def trade_rows(market: DayMarket, seed: int, fills: Sequence[Print]) -> pl.DataFrame:
    """All trades of the day by (issue, instant), prices in millionths of a dollar; `issue` is a position."""
    others = pl.concat([_continuous(market, seed), _auctions(market, seed, fills)])
    return pl.concat([others, _own(market, fills)]).sort("issue", "traded_at", maintain_order=True)


def auction_px(market: DayMarket, issue: int, at: int) -> int:
    """Price of an auction at `at`: the midpoint of the quote in force, on the tick."""
    quote, tick = market.quote(issue, at), market.ticks[issue]
    middle = (quote.bid + quote.ask) // 2 if quote.is_usable else max(quote.bid, quote.ask)
    return middle // tick * tick


def _continuous(market: DayMarket, seed: int) -> pl.DataFrame:
    draw = rng(seed, market.day.toordinal(), "trades")
    counts = np.maximum(draw.poisson(np.diff(market.starts) * 0.22), 4)
    issue = np.repeat(np.arange(len(market.issues)), counts)
    at = instants(np.sort(draw.random(issue.size) + issue) - issue, market.hours)
    where = _positions(market, issue, at)
    bid, ask = market.bid[where], market.ask[where]
    side = _aggressor(draw, market, issue, at, bid + ask)
    off = draw.random(issue.size) < OFF_EXCHANGE_SHARE
    px = _trade_px(draw, bid, ask, side, off, np.array(market.ticks)[issue])
    lot = np.array([one.round_lot for one in market.issues])[issue]
    odd = draw.random(issue.size) < 0.66
    qty = np.where(odd, 1 + (draw.random(issue.size) ** 2 * (lot - 1)).astype(np.int64), lot * (1 + draw.exponential(1.6, issue.size).astype(np.int64)))
    facility = np.array(FACILITIES)[draw.choice(len(FACILITIES), issue.size, p=FACILITY_SHARES)]
    venue = np.where(off, facility, np.array(EXCHANGES)[draw.choice(len(EXCHANGES), issue.size, p=EXCHANGE_SHARES)])
    regular = (at >= market.hours.open_at) & (at < market.hours.close_at)
    late = draw.random(issue.size) < 0.003
    return pl.DataFrame({"issue": issue, "traded_at": at, "px": px, "qty": qty * 1_000_000, "venue": venue, "odd": qty < lot}).with_columns(
        kind=pl.Series(np.where(regular, "regular", "extended")),
        filtered_reason=pl.Series(np.select([~regular, late], ["extended hours", "sold out of sequence"], default="")).replace("", None),
        conditions=pl.Series(np.where(~regular, "@T", np.where(late, "@Z", "@"))) + pl.when(pl.col("odd")).then(pl.lit("I")).otherwise(pl.lit("")),
    ).filter(pl.Series((bid > 0) & (ask > bid))).drop("odd")  # fmt: skip


def _positions(market: DayMarket, issue: Ints, at: Ints) -> Ints:
    """Positions of the quotes in force just before each instant."""
    day_start = int(market.at.min())
    keys = market.issue * (1 << 47) + (market.at - day_start)
    before: Ints = np.searchsorted(keys, issue * (1 << 47) + (at - day_start)) - 1
    first: Ints = np.array(market.starts)[issue]
    return np.maximum(before, first)


def _aggressor(draw: np.random.Generator, market: DayMarket, issue: Ints, at: Ints, double_mid: Ints) -> Ints:
    """+1 where a buyer took liquidity: somewhat more often than not the way the price goes in the next minute."""
    later = _positions(market, issue, at + 60_000 * MS)
    drift = np.sign(market.bid[later] + market.ask[later] - double_mid)
    toss = np.where(draw.random(issue.size) < 0.5, 1, -1)
    return np.where((drift != 0) & (draw.random(issue.size) < 0.12), drift, toss)


def _trade_px(draw: np.random.Generator, bid: Ints, ask: Ints, side: Ints, off: np.ndarray, tick: Ints) -> Ints:
    """Exchanges: at the quote, some inside it on the tick; off exchange: much at the midpoint or a fraction of a cent better."""
    spread, how = ask - bid, draw.random(bid.size)
    better: Floats = np.where(off, np.where(how < 0.35, 0.5, np.where(how < 0.8, 0.45 * draw.random(bid.size), 0.0)), np.where(how < 0.12, 0.5, 0.0))
    by = np.rint(better * spread).astype(np.int64)
    by = np.where(off, by // 100 * 100, by // tick * tick)
    return np.where(side > 0, ask - by, bid + by)


def _auctions(market: DayMarket, seed: int, fills: Sequence[Print]) -> pl.DataFrame:
    """The opening and the closing auction of each issue on its listing exchange, the firm's own part in them, and the reopening after a halt."""
    draw = rng(seed, market.day.toordinal(), "auctions")
    sizes = draw.integers(2, 60, (2, len(market.issues)))
    own = _in_auctions(fills)
    rows = [
        (n, at, auction_px(market, n, at), max(1, int(sizes[which, n]) * one.round_lot // _PARTS[kind]) * 1_000_000 + own.get((one.symbol, kind), 0),
         one.listed_at, kind, None, code)
        for n, one in enumerate(market.issues)
        for which, (at, kind, code) in enumerate(((market.hours.open_at + 400 * MS, "open", "@O"), (market.hours.close_at + 150 * MS, "close", "@6")))
    ]  # fmt: skip
    halts = np.flatnonzero((market.bid[1:] > 0) & (market.bid[:-1] == 0) & (market.issue[1:] == market.issue[:-1])) + 1
    for where in halts.tolist():
        n, at = int(market.issue[where]), int(market.at[where]) + MS
        rows.append((n, at, auction_px(market, n, at), 50 * market.issues[n].round_lot * 1_000_000, market.issues[n].listed_at, "reopen", None, "@5"))
    return pl.DataFrame(rows, schema=_ROW, orient="row")


def _in_auctions(fills: Sequence[Print]) -> dict[tuple[str, str], int]:
    """The firm's own shares in each auction, in millionths: the print holds them."""
    found: dict[tuple[str, str], int] = {}
    for fill in fills:
        if fill.kind in _PARTS:
            found[fill.symbol, fill.kind] = found.get((fill.symbol, fill.kind), 0) + fill.qty
    return found


_PARTS = {"open": 20, "close": 6}
"""What divides the drawn lots of an auction, so that the closing one is about a tenth of the day's tape, and the opening one far less."""


def _own(market: DayMarket, fills: Sequence[Print]) -> pl.DataFrame:
    """The firm's own fills as the tape shows them: off exchange under a reporting facility."""
    positions = {one.symbol: n for n, one in enumerate(market.issues)}
    rows = []
    for fill in fills:
        if fill.symbol not in positions or fill.kind in ("open", "close") or fill.qty < 1_000_000:
            continue
        extended = fill.kind == "extended"
        venue, reason = fill.venue if fill.venue in EXCHANGES else "FINN", "extended hours" if extended else None
        rows.append((positions[fill.symbol], fill.filled_at, fill.px, fill.qty, venue, fill.kind, reason, "@T" if extended else "@"))
    return pl.DataFrame(rows, schema=_ROW, orient="row")


_ROW = {
    "issue": pl.Int64, "traded_at": pl.Int64, "px": pl.Int64, "qty": pl.Int64,
    "venue": pl.String, "kind": pl.String, "filtered_reason": pl.String, "conditions": pl.String,
}  # fmt: skip
