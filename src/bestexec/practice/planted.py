"""What is planted, and when: disturbances of the market, and faults in the firm's files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from bestexec.market.sessions import HOUR_NS
from bestexec.practice.customers import VENDOR_B
from bestexec.practice.draws import MS, rng
from bestexec.practice.market import CROSSED_NS, HALTED_NS, LOCKED_NS, DayMarket, Disturbance, clock_at
from bestexec.practice.records import Fill, Order, Route
from bestexec.practice.routers import DIVERTED_SHARE, DIVERTS_FROM
from bestexec.practice.truth import Fault
from bestexec.practice.venues import PAYER, UNAPPROVED

CLOCK_OFFSET_NS = 37 * MS
BAD_GATEWAY = f"{VENDOR_B}:gw2"
MISSING_SHARE = 0.003
SLOW_NS = 9_700 * MS
EARLY_NS = 120 * MS
PAUSED_NS = 300_000 * MS

SCHEDULE = (
    ("clock_offset", (0.5,)), ("duplicate_fill", (0.25, 1.0)), ("lost_route", (0.5, 0.9)), ("fill_before_order", (0.0, 0.7)), ("odd_lot_inside", (0.1, 0.55)),
    ("outside_quote", (0.33, 0.66, 1.0)), ("slow_fill", (0.2, 0.75)), ("unapproved_venue", (0.5, 0.6, 1.0)), ("bust", (0.15, 0.8)), ("correction", (0.15, 0.8)),
    ("crossed", (0.3,)), ("halt", (0.5,)), ("luld_pause", (0.8,)), ("short_sale_restriction", (0.6,)),
)  # fmt: skip
"""When each is planted, as parts of the span: 0 is its first day, 1 its last."""


@dataclass(frozen=True)
class DayFiles:
    """What the firm's files would say of one day, before they are spoiled. The lists are changed in place."""

    market: DayMarket
    orders: dict[str, Order]
    """By order id, all that have worked on the day."""
    routes: list[Route]
    fills: list[Fill]
    quotes: pl.DataFrame


def planned(days: Sequence[date]) -> dict[date, list[str]]:
    """Kinds by day."""
    by_day: dict[date, list[str]] = {day: [] for day in days}
    for kind, parts in SCHEDULE:
        for part in parts:
            on = by_day[days[round(part * (len(days) - 1))]]
            if kind not in on:
                on.append(kind)
    return by_day


def disturbances(day: date, kinds: Sequence[str], open_at: int) -> tuple[Disturbance, ...]:
    """The quotes' disturbances of one day: every day a lock of 3 ms; now and then a halt, a pause, or a crossed market of 40 ms."""
    hour = 1 + day.toordinal() % 4
    made = [Disturbance("locked", 2, open_at + hour * HOUR_NS + 17 * MS, LOCKED_NS)]
    if "crossed" in kinds:
        made.append(Disturbance("crossed", 1, clock_at(day, 14), CROSSED_NS))
    if "halt" in kinds:
        made.append(Disturbance("halted", 3, clock_at(day, 10.75), HALTED_NS))
    if "luld_pause" in kinds:
        made.append(Disturbance("halted", 4, clock_at(day, 11.5), PAUSED_NS))
    return tuple(made)


def diversion() -> Fault:
    """The change in vendor_b's routing, as the answer key tells it."""
    paid = f"which pays it ${PAYER.pays / 1e6:.4f} a share"
    says = f"from this Wednesday on {VENDOR_B} sends {DIVERTED_SHARE:.0%} of its retail marketable orders to {PAYER.mic}, {paid}"
    return Fault("diversion", DIVERTS_FROM, says, venue=PAYER.mic, vendor=VENDOR_B)


def disturbed(market: DayMarket, planned: Sequence[Disturbance]) -> list[Fault]:
    """The day's disturbances of the quotes, as the answer key tells them."""
    return [
        Fault(f"{one.kind}_quote", market.day, f"{one.kind} for {one.lasts_ns // MS:,} ms from {one.at} ns", market.issues[one.issue].symbol) for one in planned
    ]


def missing_orders(orders: Sequence[Order], seed: int, day: date) -> list[Fault]:
    """Orders that the vendor's file lacks, with their routes and fills; the control totals have them."""
    draw = rng(seed, day.toordinal(), "missing").random(len(orders))
    lost = [order for order, mark in zip(orders, draw, strict=True) if mark < MISSING_SHARE]
    says = "the vendor's file lacks the order, its routes and fills"
    return [Fault("missing_order", day, says, order.symbol, order.order_id, vendor=order.vendor) for order in lost]


def spoil(files: DayFiles, kinds: Sequence[str], seed: int) -> list[Fault]:
    """Plants the day's faults in its routes and fills, and tells what was planted."""
    candidates = _candidates(files, seed)
    told: list[Fault] = []
    for kind in kinds:
        if kind in _SPOILERS:
            told += _SPOILERS[kind](files, candidates)
    return told


def _candidates(files: DayFiles, seed: int) -> list[Fill]:
    """Regular whole-share fills of market orders of the day itself, one an order, in a drawn order; each is used for one fault at most."""
    good = [fill for fill in files.fills if fill.fill_id.endswith("-1") and fill.order_id in files.orders and _is_plain(files, fill)]
    return [good[n] for n in rng(seed, files.market.day.toordinal(), "faults").permutation(len(good)).tolist()]


def _is_plain(files: DayFiles, fill: Fill) -> bool:
    order, quote = files.orders[fill.order_id], files.market.quote(_position(files, fill), fill.filled_at)
    of_the_day = order.key_on == fill.traded_on and order.session == "regular" and fill.kind == "regular"
    return of_the_day and order.order_type == "market" and fill.route_id is not None and quote.is_usable


def _clock_offset(files: DayFiles, _: list[Fill]) -> list[Fault]:
    late = [route for route in files.routes if route.routed_source == BAD_GATEWAY]
    for route in late:
        route.routed_at += CLOCK_OFFSET_NS
    return [Fault("clock_offset", files.market.day, f"the clock of {BAD_GATEWAY} is 37 ms ahead all day: {len(late)} routes", vendor=VENDOR_B)]


def _duplicates(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    chosen = _use(candidates, 5)
    files.fills.extend(chosen)
    return [_told("duplicate_fill", fill, "the drop copy has the fill twice") for fill in chosen]


def _lost_routes(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    chosen = _use(candidates, 3)
    lost = {fill.route_id for fill in chosen}
    files.routes[:] = [route for route in files.routes if route.route_id not in lost]
    return [_told("lost_route", fill, "the child order that was filled is in no file") for fill in chosen]


def _early_fills(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    chosen = _use(candidates, 2)
    for fill in chosen:
        fill.filled_at = files.orders[fill.order_id].received_at - EARLY_NS
    return [_told("fill_before_order", fill, "executed 120 ms before the order was received") for fill in chosen]


def _outside(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    chosen = _use(candidates, 3)
    for fill in chosen:
        order, position = files.orders[fill.order_id], _position(files, fill)
        quotes = [files.market.quote(position, at) for at in (order.received_at, fill.filled_at)]
        beyond = max(2 * max(quote.ask - quote.bid for quote in quotes), 5 * files.market.issues[position].tick(files.market.day))
        fill.px = max(fill.side * quote.far(fill.side) for quote in quotes) * fill.side + fill.side * beyond
        fill.px = max(fill.px, 100)
    return [_told("outside_quote", fill, "executed at least two spreads outside the quote") for fill in chosen]


def _slow(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    chosen = _use([fill for fill in candidates if fill.filled_at + SLOW_NS + 60_000 * MS < files.market.hours.close_at], 2)
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


def _unapproved(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    chosen = _use(candidates, 2)
    moved = {fill.route_id for fill in chosen}
    for route in files.routes:
        if route.route_id in moved:
            route.venue = route.venue_raw = UNAPPROVED
            route.venue_kind = "ats"
    for fill in chosen:
        fill.venue = fill.venue_raw = UNAPPROVED
        fill.contra, fill.fee_code = None, None
    return [_told("unapproved_venue", fill, "executed at a venue that the firm has not approved") for fill in chosen]


def _odd_lot_inside(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    """A fill at the national best while an odd lot stood inside it at receipt."""
    odd = files.quotes.filter(pl.col("kind") == "odd_lot")
    for fill in candidates:
        position, received_at = _position(files, fill), files.orders[fill.order_id].received_at
        standing = odd.filter((pl.col("issue") == position) & (pl.col("quoted_at") <= received_at)).tail(1)
        quote = files.market.quote(position, received_at)
        if standing.height and standing["ask" if fill.side > 0 else "bid"].item() and quote.is_usable:
            fill.px = quote.far(fill.side)
            candidates.remove(fill)
            return [_told("odd_lot_inside", fill, "executed at the national best while a displayed odd lot was better")]
    return []


def _bust(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    chosen = _use(candidates, 1)
    for fill in chosen:
        fill.is_busted, fill.settlement = True, "failed"
    return [_told("bust", fill, "canceled by the venue afterwards") for fill in chosen]


def _correction(files: DayFiles, candidates: list[Fill]) -> list[Fault]:
    """A second fill that replaces the first, a cent better for the customer."""
    chosen = _use(candidates, 1)
    for fill in chosen:
        files.fills.append(
            replace(fill, fill_id=f"{fill.fill_id}C", corrects_fill_id=fill.fill_id, px=fill.px - fill.side * 100, reported_at=fill.reported_at + 600_000 * MS)
        )
    return [_told("correction", fill, "its price was corrected by a hundredth of a cent ten minutes later") for fill in chosen]


_SPOILERS = {
    "clock_offset": _clock_offset, "duplicate_fill": _duplicates, "lost_route": _lost_routes, "fill_before_order": _early_fills, "outside_quote": _outside,
    "slow_fill": _slow, "unapproved_venue": _unapproved, "odd_lot_inside": _odd_lot_inside, "bust": _bust, "correction": _correction,
}  # fmt: skip


def _use(candidates: list[Fill], count: int) -> list[Fill]:
    """The next candidates, which serve for nothing else."""
    chosen = candidates[:count]
    del candidates[:count]
    return chosen


def _told(kind: str, fill: Fill, says: str) -> Fault:
    return Fault(kind, fill.traded_on, says, fill.symbol, fill.order_id, fill.route_id, fill.fill_id, fill.venue, fill.vendor)


def _position(files: DayFiles, fill: Fill) -> int:
    return next(n for n, one in enumerate(files.market.issues) if one.symbol == fill.symbol)
