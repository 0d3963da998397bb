"""The two vendors' routers: where an order goes, and when.

`vendor_a` divides retail orders by a fixed, fair table. `vendor_b` does the same until a diversion is planted; from that day
on it sends most of them to the venue that pays it. What else is planted in routing is asked for where it is done.
"""

from __future__ import annotations

from bestexec.practice.customers import VENDOR_A, VENDOR_B
from bestexec.practice.draws import MICRO, MS, Draws
from bestexec.practice.market import EXCHANGES as QUOTING
from bestexec.practice.market import VENUE_QUOTED, DayMarket, Quote
from bestexec.practice.records import Order
from bestexec.practice.resting import auction, extended, midpoint, negotiated, overnight, rest
from bestexec.practice.ticket import Ticket, close
from bestexec.practice.venues import (
    AFFILIATE,
    EXCHANGES,
    FAIR_SHARES,
    FIRST_LOOK,
    GOOD_ELSEWHERE,
    LEAKY,
    PAYER,
    POOLS,
    SMALL_CAPS,
    WHOLESALERS,
    Exchange,
    Wholesaler,
)

CROSSED_NS = 40 * MS
"""How long a locked or crossed market is waited out."""
DESK_MS = {VENDOR_A: 0.6, VENDOR_B: 1.1}
"""Median time from receipt to the first route."""


def work(ticket: Ticket) -> bool:
    """Works the order through the day; True while it lives on to the next. Its routes, fills and end are written into the ticket.

    A locked or crossed market is waited out.
    """
    order, draws, hours = ticket.order, ticket.draws, ticket.market.hours
    if order.key_on != ticket.market.day:
        now = hours.open_at + int(draws.between(200, 4_000)) * MS
    elif order.session == "pre" and order.tif not in ("extended", "opg"):
        now = hours.open_at + int(draws.between(5, 900)) * MS
    else:
        now = order.received_at
    quote = ticket.quote(now)
    if 0 < quote.ask <= quote.bid:
        now += CROSSED_NS
    _PLANS.get(_plan(order), _take)(ticket, now + int(draws.around(DESK_MS[order.vendor] * MS, 0.5)))
    return ticket.finish()


def _plan(order: Order) -> str:
    if order.session == "overnight":
        return "overnight"
    if order.tif == "extended":
        return "extended"
    if order.order_type in ("stop", "stop_limit", "trailing_stop"):
        return "stop"
    if order.tif in ("opg", "cls"):
        return "auction"
    return order.order_type


def _limit(ticket: Ticket, now: int) -> None:
    """At or through the far quote: taken at once. Else it rests, or tries a midpoint pool if it is immediate."""
    order, quote = ticket.order, ticket.quote(now)
    assert order.limit_px is not None
    if not quote.is_usable:
        _refused(ticket, now)
    elif ticket.allows(quote.far(order.side)):
        _take(ticket, now)
    elif order.tif in ("ioc", "fok"):
        _cross(ticket, now)
    else:
        rest(ticket, now, order.limit_px)


def _take(ticket: Ticket, now: int) -> None:
    """Marketable orders: retail to a wholesaler; the rest to a pool first, and then to the exchanges."""
    order, draws = ticket.order, ticket.draws
    if not ticket.quote(now).is_usable:
        _refused(ticket, now)
    elif order.directed_to:
        _sweep(ticket, now, [venue for venue in EXCHANGES if venue.mic == order.directed_to])
    elif order.customer_class == "retail" and (order.qty % MICRO or draws.chance(ticket.design.wholesale)):
        _wholesale(ticket, now, _wholesaler(order, ticket.market, draws))
    else:
        if order.customer_class != "retail" and not order.is_iso and draws.chance(ticket.design.probes):
            for _ in range(ticket.design.pools):
                now = _cross(ticket, now) if ticket.left else now
        if ticket.left:
            _sweep(ticket, now, _exchanges(ticket, now))


def _stop(ticket: Ticket, now: int) -> None:
    """Held at the vendor until the far quote reaches the stop, then worked as what it has become."""
    order, hours = ticket.order, ticket.market.hours
    assert order.stop_px is not None
    elected = ticket.market.first(ticket.issue, now, hours.close_at, -order.side, order.stop_px, far=False) if now < hours.close_at else None
    if elected is not None:
        order.triggered_at = elected + int(ticket.draws.between(0.05, 0.6) * MS)
        plan = _take if order.limit_px is None else _limit
        plan(ticket, order.triggered_at + int(ticket.draws.around(DESK_MS[order.vendor] * MS, 0.5)))


def _pegged(ticket: Ticket, now: int) -> None:
    quote = ticket.quote(now)
    if quote.is_usable:
        rest(ticket, now, quote.near(ticket.order.side), order_type="pegged")
    else:
        _refused(ticket, now)


def _slices(ticket: Ticket, now: int) -> None:
    """A VWAP order: an hour of slices, by turns to a pool and to the exchanges."""
    draws, hours = ticket.draws, ticket.market.hours
    end = max(min(now + 3_600_000 * MS, hours.close_at - 60_000 * MS), now)
    pieces = max(min(8, ticket.left // MICRO // 50), 1)
    size = max(ticket.left // MICRO // pieces, 1) * MICRO
    for n in range(pieces):
        at = now + (end - now) * n // pieces + int(draws.between(0, 20_000) * MS)
        if at >= hours.close_at or not ticket.left or not ticket.quote(at).is_usable:
            break
        kept = 0 if n == pieces - 1 else max(ticket.left - size, 0)
        ticket.left -= kept
        if n % 2:
            at = _cross(ticket, at)
        if ticket.left:
            _sweep(ticket, at, _exchanges(ticket, at)[:2])
        ticket.left += kept


def _wholesaler(order: Order, market: DayMarket, draws: Draws) -> Wholesaler:
    diversion = market.planted.get("diversion")
    if diversion and order.vendor == VENDOR_B and draws.chance(diversion.size):
        return PAYER
    return draws.pick(tuple(zip(WHOLESALERS, FAIR_SHARES, strict=True)))


def _exchanges(ticket: Ticket, now: int) -> list[Exchange]:
    """The exchange at the best price first, then up to three others by their share; vendor_a's affiliate before all, where that is planted."""
    order, draws, planted = ticket.order, ticket.draws, ticket.market.planted.get("affiliate_first")
    best, others = _AFTER[ticket.quote(now).far_venue(order.side)]
    picked = {venue.mic: venue for venue in (draws.pick(others) for _ in range(3))}
    venues = [*best, *picked.values()]
    if ticket.design.is_cheapest_first:
        venues.sort(key=lambda venue: venue.taker)
    if planted and order.vendor == VENDOR_A and draws.chance(planted.size) and venues[0] is not AFFILIATE:
        ticket.note("affiliate_sweep", f"{VENDOR_A} tries its affiliate first, not {venues[0].mic}", AFFILIATE.mic)
        venues = [AFFILIATE, *(venue for venue in venues if venue is not AFFILIATE)]
    return venues


def _wholesale(ticket: Ticket, now: int, venue: Wholesaler) -> None:
    """The whole shares to one market maker, priced against the quote as they are sent; a fraction of a share goes to the firm's own book."""
    order, draws, quote = ticket.order, ticket.draws, ticket.quote(now)
    if draws.chance(0.004):
        _refused(ticket, now)
        return
    fraction, px = ticket.left % MICRO, _improved(ticket, quote, venue)
    whole, at = ticket.left - fraction, now + int(draws.between(0.4, 4) * MS)
    if whole:
        route = ticket.send(now, venue.mic, "wholesaler", venue.ack_ms, order.limit_px, order.tif, qty=whole)
        at = (route.acked_at or now) + int(draws.around(venue.fill_ms * MS, 0.9))
        half = whole // 2 // MICRO * MICRO
        parts = [half, whole - half] if whole > quote.far_qty(order.side) * MICRO * 3 and draws.chance(0.5) else [whole]
        for part in parts:
            ticket.fill(route, at, part, px, "removed")
            at += int(draws.between(3, 40) * MS)
    if fraction:
        ticket.fill(None, at, fraction, px, "removed", capacity="principal")


def _improved(ticket: Ticket, quote: Quote, venue: Wholesaler) -> int:
    """The far quote less an improvement in hundredths of a cent, rarely beyond the midpoint; a limit order gets less of it."""
    draws, side, limit = ticket.draws, ticket.order.side, ticket.order.limit_px
    far, half, planted = quote.far(side), (quote.ask - quote.bid) // 2, ticket.market.planted.get("small_caps")
    if planted and venue is SMALL_CAPS:
        thin, beyond = ticket.market.issues[ticket.issue].liquidity.name == "thin", far + 2 * side * ticket.tick
        if thin and ticket.left >= MICRO and draws.chance(planted.size) and ticket.allows(beyond):
            ticket.note("small_caps_fill", "filled two ticks outside the quote in a thin issue", venue.mic)
            return beyond
        venue = venue if thin else GOOD_ELSEWHERE
    if draws.chance(venue.slips * (1.0 if limit is None else 1.6)):
        return far + side * ticket.tick if ticket.allows(far + side * ticket.tick) else far
    if not draws.chance(venue.improves * (1.0 if limit is None else 0.82)):
        return far
    depth = venue.depth * (1.0 if limit is None else 0.66) * draws.between(0.35, 1.65)
    by = int(half * min(depth, 1.0 if draws.chance(0.96) else 1.4)) // 100 * 100
    return far - side * max(by, min(half // 100 * 100, 100))


def _cross(ticket: Ticket, now: int) -> int:
    """An immediate order at the midpoint of one pool; returns when its answer is known."""
    order, draws, quote = ticket.order, ticket.draws, ticket.quote(now)
    pool, middle = draws.pick(tuple((pool, 1.0) for pool in POOLS)), (quote.bid + quote.ask) // 2 // 50 * 50
    route = ticket.send(now, pool.mic, "ats", pool.ack_ms, middle, "ioc", order_type="midpoint_peg")
    acked_at, planted = route.acked_at or now, ticket.market.planted
    looked_at = acked_at
    if pool is FIRST_LOOK and "first_look" in planted:
        looked_at += round(planted["first_look"].size * MS)
        ticket.note("late_answer", f"the pool answers {planted['first_look'].size:g} ms late", pool.mic, route)
    if quote.is_usable and ticket.allows(middle) and draws.chance(pool.meets):
        part = ticket.left if order.tif == "fok" or draws.chance(0.5) else max(int(ticket.left * draws.between(0.2, 0.9)) // MICRO, 1) * MICRO
        ticket.fill(route, looked_at + int(draws.around(0.2 * MS, 0.5)), part, middle, "midpoint")
    elif pool is LEAKY and "probe_leak" in planted and quote.is_usable and ticket.issue >= VENUE_QUOTED:
        ticket.leak(route)
    answered_at = looked_at + int(draws.between(0.6, 1.2) * MS)
    close(route, answered_at, "canceled")
    return answered_at + int(draws.between(0.1, 0.4) * MS)


def _sweep(ticket: Ticket, now: int, venues: list[Exchange]) -> None:
    """Immediate orders to exchanges, each for about what it shows; the last one takes what is left, deeper if it must."""
    order, draws, unsent = ticket.order, ticket.draws, ticket.left
    for n, venue in enumerate(venues):
        quote, last = ticket.quote(now), n == len(venues) - 1
        far, shown = quote.far(order.side), quote.far_qty(order.side) * MICRO
        unsent = unsent if ticket.design.is_at_once else ticket.left
        if not unsent or not quote.is_usable or not ticket.allows(far):
            break
        deep = last and unsent > 12 * shown
        px = far + order.side * ticket.tick * (1 + int(draws.waiting(0.6))) if deep else far
        px = px if ticket.allows(px) else order.limit_px or px
        asked = unsent if last or order.tif == "fok" else min(unsent, max(int(shown * draws.between(0.5, 1.6)) // MICRO, 1) * MICRO)
        unsent -= asked
        route = ticket.send(now, venue.mic, "exchange", venue.ack_ms, px, "ioc", qty=asked)
        acked_at = route.acked_at or now
        inside = not deep and quote.ask - quote.bid > 2 * ticket.tick and draws.chance(0.10)
        got = asked if order.limit_px is None or order.tif == "fok" or draws.chance(0.93) else asked // 2 // MICRO * MICRO
        if got:
            ticket.fill(route, acked_at + int(draws.around(0.06 * MS, 0.6)), got, px - order.side * ticket.tick * inside, "removed")
        answered_at = acked_at + int(draws.between(0.4, 0.8) * MS)
        close(route, answered_at, "canceled")
        now = now if ticket.design.is_at_once else answered_at + int(draws.between(0.05, 0.3) * MS)


def _refused(ticket: Ticket, now: int) -> None:
    """Sent and refused: trading is halted, or the destination will not have it. The order ends there."""
    order, halted = ticket.order, not ticket.quote(now).is_usable
    mic, kind = (EXCHANGES[0].mic, "exchange") if halted else (WHOLESALERS[1].mic, "wholesaler")
    route = ticket.send(now, mic, kind, 1.0, order.limit_px, order.tif)
    close(route, route.acked_at or now, "rejected")
    route.reject_reason, route.acked_at = "trading halted" if halted else "account type not supported", None
    order.ended_at, order.end_reason = route.ended_at, "rejected"


_AFTER = {mic: ([venue for venue in EXCHANGES if venue.mic == mic], tuple((venue, venue.share) for venue in EXCHANGES if venue.mic != mic)) for mic in QUOTING}
"""By the market that shows the best price: that exchange, and the others with their shares."""

_PLANS = {
    "limit": _limit, "all_or_none": _limit, "stop": _stop, "midpoint_peg": midpoint, "pegged": _pegged, "auction": auction, "benchmark": _slices,
    "rfq": negotiated, "other": negotiated, "extended": extended, "overnight": overnight,
}  # fmt: skip
"""How each kind of order is worked; all others are marketable and are taken."""
