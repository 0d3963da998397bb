"""What is planted in the firm's files: rows lost, doubled, moved in time or price, called by another name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from bestexec.market.sessions import HOUR_NS
from bestexec.practice.customers import VENDOR_B
from bestexec.practice.draws import MS, rng
from bestexec.practice.market import DayMarket
from bestexec.practice.planted import Day, Planted
from bestexec.practice.records import Fill, Order, Route
from bestexec.practice.truth import Fault
from bestexec.practice.venues import ALIAS, ALIASED, UNAPPROVED

BAD_GATEWAY = f"{VENDOR_B}:gw2"
SLOW_NS = 9_700 * MS
EARLY_NS = 120 * MS
STOPS = ("stop", "stop_limit", "trailing_stop")


@dataclass(frozen=True)
class DayFiles:
    """What the firm's files would say of one day, before they are spoiled. The lists are changed in place."""

    market: DayMarket
    orders: dict[str, Order]
    """By order id, all that have worked on the day."""
    routes: list[Route]
    fills: list[Fill]
    quotes: pl.DataFrame


def missing_orders(orders: Sequence[Order], planted: Day, seed: int, day: date) -> list[Fault]:
    """Orders that the vendor's file lacks, with their routes and fills; the control totals have them."""
    told = []
    if "missing_order" in planted:
        says = "the vendor's file lacks the order, its routes and fills"
        told += _missing("missing_order", says, orders, planted["missing_order"].size, rng(seed, day.toordinal(), "missing"), day)
    if "missing_stop" in planted:
        stops, lost = [order for order in orders if order.order_type in STOPS], {fault.order_id for fault in told}
        says = "the vendor's file lacks the stop order, its routes and fills"
        missing = _missing("missing_stop", says, stops, planted["missing_stop"].size, rng(seed, day.toordinal(), "missing stops"), day)
        told += [fault for fault in missing if fault.order_id not in lost]
    return told


def _missing(kind: str, says: str, orders: Sequence[Order], share: float, draw: np.random.Generator, day: date) -> list[Fault]:
    lost = [order for order, mark in zip(orders, draw.random(len(orders)).tolist(), strict=True) if mark < share]
    return [Fault(kind, day, says, order.symbol, order.order_id, vendor=order.vendor) for order in lost]


def spoil(files: DayFiles, planted: Day, seed: int) -> list[Fault]:
    """Plants the day's faults in its routes and fills, and tells what was planted."""
    wanted = [kind for kind in _SPOILERS if kind in planted]
    candidates = _candidates(files, seed) if wanted else []
    return [fault for kind in wanted for fault in _SPOILERS[kind](files, candidates, planted[kind])]


def _candidates(files: DayFiles, seed: int) -> list[Fill]:
    """Regular whole-share fills of market orders of the day itself, one an order, in a drawn order; each is used for one fault at most."""
    good = [fill for fill in files.fills if fill.fill_id.endswith("-1") and fill.order_id in files.orders and _is_plain(files, fill)]
    return [good[n] for n in rng(seed, files.market.day.toordinal(), "faults").permutation(len(good)).tolist()]


def _is_plain(files: DayFiles, fill: Fill) -> bool:
    order, quote = files.orders[fill.order_id], files.market.quote(_position(files, fill), fill.filled_at)
    of_the_day = order.key_on == fill.traded_on and order.session == "regular" and fill.kind == "regular"
    return of_the_day and order.order_type == "market" and fill.route_id is not None and quote.is_usable


def _clock_offset(files: DayFiles, _: list[Fill], planted: Planted) -> list[Fault]:
    late = [route for route in files.routes if route.routed_source == BAD_GATEWAY]
    for route in late:
        route.routed_at += round(planted.size * MS)
    says = f"the clock of {BAD_GATEWAY} is {planted.size:g} ms ahead all day: {len(late)} routes"
    return [Fault("clock_offset", files.market.day, says, vendor=VENDOR_B)]


def _duplicates(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    chosen = _use(candidates, planted)
    files.fills.extend(chosen)
    return [_told("duplicate_fill", fill, "the drop copy has the fill twice") for fill in chosen]


def _lost_routes(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    chosen = _use(candidates, planted)
    lost = {fill.route_id for fill in chosen}
    files.routes[:] = [route for route in files.routes if route.route_id not in lost]
    return [_told("lost_route", fill, "the child order that was filled is in no file") for fill in chosen]


def _early_fills(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    chosen = _use(candidates, planted)
    for fill in chosen:
        fill.filled_at = files.orders[fill.order_id].received_at - EARLY_NS
    return [_told("fill_before_order", fill, "executed 120 ms before the order was received") for fill in chosen]


def _outside(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    chosen = _use(candidates, planted)
    for fill in chosen:
        order, position = files.orders[fill.order_id], _position(files, fill)
        quotes = [files.market.quote(position, at) for at in (order.received_at, fill.filled_at)]
        beyond = max(2 * max(quote.ask - quote.bid for quote in quotes), 5 * files.market.ticks[position])
        fill.px = max(fill.side * quote.far(fill.side) for quote in quotes) * fill.side + fill.side * beyond
        fill.px = max(fill.px, 100)
    return [_told("outside_quote", fill, "executed at least two spreads outside the quote") for fill in chosen]


def _slow(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    chosen = _use([fill for fill in candidates if fill.filled_at + SLOW_NS + 60_000 * MS < files.market.hours.close_at], planted)
    for fill in chosen:
        candidates.remove(fill)
        order = files.orders[fill.order_id]
        fill.filled_at += SLOW_NS
        fill.reported_at += SLOW_NS
        order.ended_at = max(order.ended_at or 0, fill.filled_at)
        for route in files.routes:
            if route.route_id == fill.route_id:
                route.ended_at = max(route.ended_at or 0, fill.filled_at)
    return [_told("slow_fill", fill, "a market order executed 9.7 seconds late") for fill in chosen]


def _unapproved(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    chosen = _use(candidates, planted)
    moved = {fill.route_id for fill in chosen}
    for route in files.routes:
        if route.route_id in moved:
            route.venue = route.venue_raw = UNAPPROVED
            route.venue_kind = "ats"
    for fill in chosen:
        fill.venue = fill.venue_raw = UNAPPROVED
        fill.contra, fill.fee_code = None, None
    return [_told("unapproved_venue", fill, "executed at a venue that the firm has not approved") for fill in chosen]


def _odd_lot_inside(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    """Fills at the national best while an odd lot stood inside it at receipt."""
    odd, chosen = files.quotes.filter(pl.col("kind") == "odd_lot"), list[Fill]()
    for fill in candidates:
        if len(chosen) == int(planted.size):
            break
        position, received_at = _position(files, fill), files.orders[fill.order_id].received_at
        standing = odd.filter((pl.col("issue") == position) & (pl.col("quoted_at") <= received_at)).tail(1)
        quote = files.market.quote(position, received_at)
        if standing.height and standing["ask" if fill.side > 0 else "bid"].item() and quote.is_usable:
            fill.px = quote.far(fill.side)
            chosen.append(fill)
    candidates[:] = [fill for fill in candidates if not any(fill is one for one in chosen)]
    return [_told("odd_lot_inside", fill, "executed at the national best while a displayed odd lot was better") for fill in chosen]


def _bust(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    chosen = _use(candidates, planted)
    for fill in chosen:
        fill.is_busted, fill.settlement = True, "failed"
    return [_told("bust", fill, "canceled by the venue afterwards") for fill in chosen]


def _correction(files: DayFiles, candidates: list[Fill], planted: Planted) -> list[Fault]:
    """A second fill that replaces the first, a cent better for the customer."""
    chosen = _use(candidates, planted)
    for fill in chosen:
        files.fills.append(
            replace(fill, fill_id=f"{fill.fill_id}C", corrects_fill_id=fill.fill_id, px=fill.px - fill.side * 100, reported_at=fill.reported_at + 600_000 * MS)
        )
    return [_told("correction", fill, "its price was corrected by a hundredth of a cent ten minutes later") for fill in chosen]


def _split_adjusted(files: DayFiles, _: list[Fill], planted: Planted) -> list[Fault]:
    """All of the vendor's fills in the issue of which it has most, at the price divided by the split."""
    mine = [fill for fill in files.fills if fill.vendor == VENDOR_B and fill.symbol in files.market.positions and not fill.is_busted]
    symbol = _most(fill.symbol for fill in mine)
    chosen = _once(fill for fill in mine if fill.symbol == symbol)
    for fill in chosen:
        fill.px = max(round(fill.px / planted.size / 100) * 100, 100)
    return [_told("split_adjusted", fill, f"its price is that after a split of {planted.size:g} for 1 that has not been") for fill in chosen]


def _rebate_sign(files: DayFiles, _: list[Fill], planted: Planted) -> list[Fault]:
    """The vendor's rebates at the exchange that gives it most of them."""
    rebates = [fill for fill in files.fills if fill.vendor == VENDOR_B and (fill.fee_usd or 0) < 0]
    venue = _most(fill.venue for fill in rebates)
    chosen = _once(fill for fill in rebates if fill.venue == venue)
    chosen = chosen[: max(round(planted.size * len(chosen)), 1)]
    for fill in chosen:
        fill.fee_usd = -(fill.fee_usd or 0)
    return [_told("rebate_sign", fill, "the exchange's rebate is told as a fee") for fill in chosen]


def _venue_alias(files: DayFiles, _: list[Fill], planted: Planted) -> list[Fault]:
    """The vendor's routes to the exchange, and their fills, under its other name."""
    routes = [route for route in files.routes if route.vendor == VENDOR_B and route.venue == ALIASED]
    chosen = {route.route_id for route in routes[: round(planted.size * len(routes))]}
    rows: list[Route | Fill] = [*files.routes, *files.fills]
    for row in rows:
        if row.route_id in chosen and row.venue == ALIASED:
            row.venue = row.venue_raw = ALIAS
    says = f"{VENDOR_B} calls {ALIASED} {ALIAS}: {len(chosen)} routes of the day"
    return [Fault("venue_alias", files.market.day, says, venue=ALIASED, vendor=VENDOR_B)]


def _utc_swap(files: DayFiles, _: list[Fill], planted: Planted) -> list[Fault]:
    """Fills that the vendor's own clock tells, earlier by the difference of New York's time to UTC."""
    chosen = _once(fill for fill in files.fills if fill.filled_source == VENDOR_B)
    for fill in chosen:
        fill.filled_at -= round(planted.size * HOUR_NS)
    return [_told("utc_swap", fill, f"told in New York's time as if it were UTC: {planted.size:g} hours early") for fill in chosen]


def _symbol_change(files: DayFiles, _: list[Fill], planted: Planted) -> list[Fault]:
    """The new symbol's orders, routes and fills under the old one, in the vendors' files of the first days."""
    renamed = files.market.renamed
    if renamed is None or renamed.days >= planted.size:
        return []
    orders = [order for order in files.orders.values() if order.symbol == renamed.after]
    rows: list[Order | Route | Fill] = [*orders, *files.routes, *files.fills]
    for row in rows:
        if row.symbol == renamed.after:
            row.symbol = renamed.before
    says = f"the vendor's file still says {renamed.before} for {renamed.after}"
    return [Fault("former_symbol", files.market.day, says, renamed.before, order.order_id, vendor=order.vendor) for order in orders]


def _once(fills: Iterable[Fill]) -> list[Fill]:
    """Each fill once, whether or not the drop copy doubles it."""
    return list({id(fill): fill for fill in fills}.values())


def _most(words: Iterable[str | None]) -> str | None:
    """The word that occurs most, of equals the first in the alphabet."""
    counts = Counter(word for word in words if word is not None)
    return min(counts, key=lambda word: (-counts[word], word), default=None)


_SPOILERS: dict[str, Callable[[DayFiles, list[Fill], Planted], list[Fault]]] = {
    "clock_offset": _clock_offset, "duplicate_fill": _duplicates, "lost_route": _lost_routes, "fill_before_order": _early_fills,
    "odd_lot_inside": _odd_lot_inside, "outside_quote": _outside, "slow_fill": _slow, "unapproved_venue": _unapproved, "bust": _bust,
    "correction": _correction, "split_adjusted": _split_adjusted, "rebate_sign": _rebate_sign, "venue_alias": _venue_alias, "utc_swap": _utc_swap,
    "symbol_change": _symbol_change,
}  # fmt: skip


def _use(candidates: list[Fill], planted: Planted) -> list[Fill]:
    """As many of the next candidates as the size says, which serve for nothing else."""
    count = int(planted.size)
    chosen = candidates[:count]
    del candidates[:count]
    return chosen


def _told(kind: str, fill: Fill, says: str) -> Fault:
    return Fault(kind, fill.traded_on, says, fill.symbol, fill.order_id, fill.route_id, fill.fill_id, fill.venue, fill.vendor)


def _position(files: DayFiles, fill: Fill) -> int:
    return files.market.positions[fill.symbol]
