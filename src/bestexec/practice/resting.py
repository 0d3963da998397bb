"""Orders that wait: posted on an exchange, resting in a pool, sent to an auction, negotiated, or worked outside regular hours."""

from __future__ import annotations

from bestexec.practice.draws import MICRO, MS
from bestexec.practice.tape import auction_px
from bestexec.practice.ticket import Ticket, close
from bestexec.practice.venues import BROKER, EXCHANGES, NIGHT_POOL, POOLS

HOUR_MS = 3_600_000
_BY_SHARE = tuple((venue, venue.share) for venue in EXCHANGES)
_PAYS_MOST = min(EXCHANGES, key=lambda venue: venue.maker)


def rest(ticket: Ticket, now: int, limit: int, order_type: str = "limit") -> None:
    """Posted on an exchange: filled when the far quote comes to it, or after a wait in the queue once the near quote stands at it.

    Some customers lose patience and cancel; a few of the executions are in part.
    """
    order, draws, close_at = ticket.order, ticket.draws, ticket.market.hours.close_at
    venue = draws.pick(_BY_SHARE)
    if ticket.design.rests_for_rebate:
        venue = _PAYS_MOST
    route = ticket.send(now, venue.mic, "exchange", venue.ack_ms, limit, "day", order_type=order_type)
    live_at = route.acked_at or now
    patience = live_at + int(draws.waiting(1.5 * HOUR_MS) * MS) if order.tif in ("day", "gtc") and draws.chance(0.5) else close_at
    until = max(min(patience, close_at), live_at + MS)
    found = _execution_at(ticket, limit, live_at, until)
    if found is not None:
        at, half = max(found, live_at) + int(draws.around(0.4 * MS, 0.5)), ticket.left // 2 // MICRO * MICRO
        in_parts = order.order_type != "all_or_none" and half > 0 and draws.chance(0.22)
        ticket.fill(route, at, half if in_parts else ticket.left, limit, "added")
        if in_parts and draws.chance(0.7):
            ticket.fill(route, at + int(draws.waiting(25_000) * MS), ticket.left, limit, "added")
    if ticket.left:
        close(route, until, "canceled" if until < close_at else "expired")
        if until < close_at:
            order.ended_at, order.end_reason = until, "canceled"


def _execution_at(ticket: Ticket, limit: int, live_at: int, until: int) -> int | None:
    side, issue, market = ticket.order.side, ticket.issue, ticket.market
    crossed = market.first(issue, live_at, until, side, limit, far=True)
    reached = market.first(issue, live_at, until, side, limit, far=False)
    queued = None if reached is None else reached + int(ticket.draws.waiting(420_000) * MS)
    if queued is not None and (queued >= until or not ticket.quote(queued).is_usable or (ticket.quote(queued).near(side) - limit) * side > 0):
        queued = None
    return min((at for at in (crossed, queued) if at is not None), default=None)


def midpoint(ticket: Ticket, now: int) -> None:
    """Rests in a pool, pegged to the midpoint, until contras come."""
    draws, close_at = ticket.draws, ticket.market.hours.close_at
    pool = draws.pick(tuple((pool, pool.meets) for pool in POOLS))
    route = ticket.send(now, pool.mic, "ats", pool.ack_ms, None, "day", order_type="midpoint_peg")
    at = (route.acked_at or now) + int(draws.waiting(240_000) * MS)
    while ticket.left and at < close_at and len(ticket.fills) < 4:
        quote = ticket.quote(at)
        if quote.is_usable:
            part = ticket.left if draws.chance(0.45) else max(int(ticket.left * draws.between(0.2, 0.7)) // MICRO, 1) * MICRO
            ticket.fill(route, at, part, (quote.bid + quote.ask) // 2 // 50 * 50, "midpoint")
        at += int(draws.waiting(400_000) * MS)
    close(route, close_at, "expired")


def auction(ticket: Ticket, now: int) -> None:
    """To the listing exchange's opening or closing auction, at its price if the limit allows it."""
    order, hours = ticket.order, ticket.market.hours
    kind, at = ("open", hours.open_at + 400 * MS) if order.tif == "opg" else ("close", hours.close_at + 150 * MS)
    route = ticket.send(now, ticket.market.issues[ticket.issue].listed_at, "exchange", 0.3, order.limit_px, order.tif, order_type=order.order_type)
    px = auction_px(ticket.market, ticket.issue, at)
    if ticket.allows(px):
        ticket.fill(route, at, ticket.left, px, "auction", kind=kind)
    close(route, at, "expired")


def negotiated(ticket: Ticket, now: int) -> None:
    """A block at a broker, minutes later, between the midpoint and the far quote; a conditional order meets half the time."""
    order, draws, close_at = ticket.order, ticket.draws, ticket.market.hours.close_at
    route = ticket.send(now, BROKER, "broker", 4.0, None, "day", order_type=order.order_type)
    at = (route.acked_at or now) + int(draws.waiting(150_000) * MS)
    quote = ticket.quote(at)
    if at < close_at and quote.is_usable and (order.order_type == "rfq" or draws.chance(0.5)):
        px = (quote.bid + quote.ask) // 2 + order.side * int((quote.ask - quote.bid) * draws.between(0.0, 0.45)) // 100 * 100
        ticket.fill(route, at, ticket.left, px, "removed", capacity="principal" if order.order_type == "rfq" else None)
    close(route, close_at, "expired")


def extended(ticket: Ticket, now: int) -> None:
    """Outside regular hours: one exchange, at the far quote when it can be, else waiting for the end of the session."""
    order, draws, hours = ticket.order, ticket.draws, ticket.market.hours
    assert order.limit_px is not None
    until = hours.open_at if order.session == "pre" else hours.close_at + 4 * HOUR_MS * MS
    venue = EXCHANGES[2] if draws.chance(0.7) else EXCHANGES[4]
    route = ticket.send(now, venue.mic, "exchange", venue.ack_ms, order.limit_px, "extended")
    live_at = route.acked_at or now
    at = ticket.market.first(ticket.issue, live_at, until, order.side, order.limit_px, far=True) if live_at < until else None
    if at is None:
        close(route, max(until, live_at), "expired")
        order.ended_at = route.ended_at
    else:
        immediate = at == live_at
        px = ticket.quote(at).far(order.side) if immediate else order.limit_px
        ticket.fill(route, at + int(draws.around(0.3 * MS, 0.5)), ticket.left, px, "removed" if immediate else "added", kind="extended")


def overnight(ticket: Ticket, now: int) -> None:
    """In the overnight system, at the limit or not at all."""
    order, draws = ticket.order, ticket.draws
    assert order.limit_px is not None
    route = ticket.send(now, NIGHT_POOL, "ats", 3.0, order.limit_px, "extended")
    if draws.chance(0.6):
        ticket.fill(route, (route.acked_at or now) + int(draws.waiting(0.25 * HOUR_MS) * MS), ticket.left, order.limit_px, "added", kind="extended")
    else:
        close(route, now + HOUR_MS * MS, "canceled")
        order.ended_at, order.end_reason = route.ended_at, "canceled"
