"""An order being worked on one day: what was sent, what came back, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from bestexec.practice.designs import SEQUENTIAL, Design
from bestexec.practice.draws import MICRO, MS, Draws
from bestexec.practice.market import DayMarket, Fade, Quote
from bestexec.practice.records import Fill, Order, Route
from bestexec.practice.truth import Fault
from bestexec.practice.venues import INTERNAL, fee_per_share, rebate_change

GATEWAYS = 3
"""Each vendor's routes leave by one of so many gateways, each with a clock of its own."""
COMMISSION = {"retail": 0, "institutional": 4_000, "broker_dealer": 1_000}
"""Borne by the customer, millionths of a dollar a share."""
FADES_NS = 2_000 * MS
_CODES = {"added": "A", "removed": "R", "midpoint": "M", "auction": "O"}


@dataclass
class Ticket:
    """One order, its own numbers, and its routes and fills of the day. `left` is what is still to be executed."""

    order: Order
    draws: Draws
    issue: int
    market: DayMarket
    left: int
    routes: list[Route] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    sent: int = 0
    """Routes sent on all days."""
    done: int = 0
    """Fills received on all days."""
    design: Design = SEQUENTIAL
    fade: Fade | None = None
    """How the quote has moved away from this order alone, so far as it knows."""

    def next_day(self, market: DayMarket) -> None:
        self.market, self.routes, self.fills = market, [], []

    def quote(self, at: int) -> Quote:
        quote, fade = self.market.quote(self.issue, at), self.fade
        if fade is None or not fade.at <= at < fade.ends_at or not quote.is_usable:
            return quote
        return quote._replace(ask=quote.ask + fade.by) if fade.side > 0 else quote._replace(bid=max(quote.bid - fade.by, 100))

    @property
    def tick(self) -> int:
        return self.market.ticks[self.issue]

    def allows(self, px: int) -> bool:
        """Whether the customer's limit, if any, allows the price."""
        limit = self.order.limit_px
        return limit is None or (px - limit) * self.order.side <= 0

    def send(self, at: int, mic: str, kind: str, ack_ms: float, limit: int | None, tif: str, *, qty: int | None = None, order_type: str | None = None) -> Route:
        """Sends what is left, or `qty` of it; the answer is awaited."""
        order, draws = self.order, self.draws
        self.sent += 1
        at = at // 1_000 * 1_000
        route = Route(
            firm=order.firm, key_on=order.key_on, order_id=order.order_id, route_id=f"R{order.order_id[1:]}-{self.sent}", routed_on=self.market.day,
            symbol=order.symbol, side=order.side, qty=self.left if qty is None else qty, routed_at=at,
            routed_source=f"{order.vendor}:gw{1 + int(draws.unit() * GATEWAYS)}", venue=mic, venue_raw=mic, venue_kind=kind, vendor=order.vendor,
            order_type=order_type or ("market" if limit is None else "limit"), limit_px=limit, tif=tif, attempt=self.sent,
            acked_at=at + int(draws.around(ack_ms * MS, 0.35)), is_iso=order.is_iso and kind == "exchange",
        )  # fmt: skip
        self.routes.append(route)
        return route

    def fill(self, route: Route | None, at: int, qty: int, px: int, liquidity: str, *, kind: str = "regular", capacity: str | None = None) -> None:
        """An execution at a venue or, without a route, against the firm's own book. Regular fills stay within the day."""
        order, draws, qty = self.order, self.draws, min(qty, self.left)
        close_at = self.market.hours.close_at
        if kind == "regular" and at >= close_at:
            at = close_at - int(draws.between(1, 900) * MS)
        self.left -= qty
        self.done += 1
        mic = (route and route.venue) or INTERNAL
        lit = route is not None and route.venue_kind == "exchange"
        fee = (fee_per_share(mic, liquidity, px, self.market.day) + self._fee_change(mic, liquidity, px)) * qty // MICRO
        self.fills.append(
            Fill(
                firm=order.firm, key_on=order.key_on, order_id=order.order_id, route_id=route.route_id if route else None,
                fill_id=f"X{order.order_id[1:]}-{self.done}", traded_on=self.market.day, symbol=order.symbol, side=order.side, qty=qty, px=px,
                filled_at=at if lit else at // 1_000 * 1_000, filled_source=mic if lit else order.vendor, filled_resolution_ns=1 if lit else 1_000,
                reported_at=at + int(draws.around(1.5 * MS, 0.5)), venue=mic, venue_raw=mic,
                contra=mic if route and route.venue_kind == "wholesaler" else None, vendor=order.vendor, capacity=capacity or order.capacity,
                liquidity=liquidity, liquidity_raw=_CODES[liquidity], fee_code=_CODES[liquidity] if lit else None, kind=kind,
                fee_usd=None if draws.chance(0.15) else fee, customer_cost_usd=COMMISSION[order.customer_class] * qty // MICRO,
                is_fractional_principal=route is None,
            )
        )  # fmt: skip

    def note(self, kind: str, says: str, venue: str, route: Route | None = None) -> None:
        """Notes for the answer key what was done of what is planted."""
        order, route_id = self.order, route.route_id if route else None
        self.market.noted.append(Fault(kind, self.market.day, says, order.symbol, order.order_id, route_id, venue=venue, vendor=order.vendor))

    def leak(self, route: Route) -> None:
        """After a probe that met nobody the far quote moves away, for this order and on the feed."""
        at, by = route.acked_at or route.routed_at, round(self.market.planted["probe_leak"].size) * self.tick
        self.fade = Fade(self.issue, at, at + FADES_NS, self.order.side, by)
        self.market.fades.append(self.fade)
        self.note("leaking_probe", f"after the probe the far quote is {by / MICRO:g} USD away for {FADES_NS // MS:,} ms", route.venue or "", route)

    def _fee_change(self, mic: str, liquidity: str, px: int) -> int:
        change = self.market.planted.get("fee_change")
        return rebate_change(mic, liquidity, px, change.size) if change else 0

    def finish(self) -> bool:
        """Settles how the routes and the order ended. True while the order lives on to the next day."""
        order, close_at = self.order, self.market.hours.close_at
        for route in self.routes:
            mine = [fill for fill in self.fills if fill.route_id == route.route_id]
            route.canceled_qty = route.qty - sum(fill.qty for fill in mine)
            if not route.canceled_qty:
                route.end_reason, route.ended_at = "filled", max(fill.filled_at for fill in mine)
        if not self.left:
            order.ended_at, order.end_reason = max(fill.filled_at for fill in self.fills), "filled"
            return False
        if order.end_reason == "open":
            if order.triggered_at is None and (order.tif == "gtc" or (order.tif == "gtd" and (order.expires_at or 0) > close_at)):
                return True
            immediate = order.tif in ("ioc", "fok") or (self.routes and order.order_type in ("market", "rfq"))
            latest = max((route.ended_at or 0 for route in self.routes), default=close_at)
            order.ended_at = latest if immediate else order.ended_at or max(latest, close_at)
            order.end_reason = "canceled" if immediate else "expired"
        order.canceled_qty = self.left
        return False


def close(route: Route, at: int, reason: str) -> None:
    """Ends a route that has not ended; what it did not execute comes back when the ticket is finished."""
    if route.ended_at is None:
        route.ended_at, route.end_reason = at, reason
