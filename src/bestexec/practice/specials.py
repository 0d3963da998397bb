"""Orders that are not shares: a two-legged option package and a crypto order, which a measurement of equities leaves out by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bestexec.market.sessions import HOUR_NS
from bestexec.practice.customers import ACCOUNTS, ARRANGEMENTS, FIRM, VENDOR_A, account_key
from bestexec.practice.draws import MICRO, MS, Draws, rng
from bestexec.practice.market import DayMarket
from bestexec.practice.records import Fill, Order, Route
from bestexec.practice.venues import OPTIONS_EXCHANGE

CRYPTO_VENUE = "CRYPTO_DESK"
"""A venue without a market identifier code."""


@dataclass(frozen=True)
class Special:
    """One such order with its only route and fill."""

    order: Order
    route: Route
    fill: Fill


def specials(market: DayMarket, seed: int) -> list[Special]:
    """About one option package in four days and one crypto order in three; on a span's every day the same, whatever the span."""
    draw = rng(seed, market.day.toordinal(), "specials")
    option_today, crypto_today = draw.random(2)
    draws = Draws(draw.random(64))
    made = []
    if option_today < 0.34:
        made += _package(market, seed, draws)
    if crypto_today < 0.40:
        made.append(_crypto(market, seed, draws))
    return made


def _package(market: DayMarket, seed: int, draws: Draws) -> list[Special]:
    """A vertical spread: one call bought, a higher one sold, as one package."""
    issue = market.issues[8]
    at = market.hours.open_at + int(draws.between(0.5, 5.5) * HOUR_NS)
    strike = max(round(market.quote(8, at).bid / MICRO / 5) * 5, 5)
    key = account_key(seed, int(draws.unit() * ACCOUNTS))
    legs = []
    for n, (side, width, px) in enumerate(((1, 0, 2_150_000), (-1, 5, 1_050_000)), start=1):
        contract = f"{issue.symbol}{market.day.replace(month=12, day=18):%y%m%d}C{(strike + width) * 1_000:08d}"
        order = Order(
            firm=FIRM, key_on=market.day, order_id=f"C{market.day:%y%m%d}-P000{n}", symbol=contract, side=side, qty=4 * MICRO, order_type="limit", limit_px=px,
            received_at=at // 1_000 * 1_000, session="regular", asset_class="option", package_id=f"P{market.day:%y%m%d}-1", leg_ratio=1, account_key=key,
            vendor=VENDOR_A, arrangement=ARRANGEMENTS[VENDOR_A],
        )  # fmt: skip
        legs.append(_executed(market, order, OPTIONS_EXCHANGE, "exchange", px, int(draws.between(20, 90) * MS)))
    return legs


def _crypto(market: DayMarket, seed: int, draws: Draws) -> Special:
    at = market.hours.open_at + int(draws.between(-9, 7) * HOUR_NS)
    px = int(draws.between(58_000, 71_000) * 100) * 10_000
    order = Order(
        firm=FIRM, key_on=market.day, order_id=f"C{market.day:%y%m%d}-K0001", symbol="BTC-USD", side=1 if draws.chance(0.6) else -1,
        qty=int(draws.between(0.001, 0.2) * MICRO), order_type="market", received_at=at // 1_000 * 1_000, session="continuous", asset_class="crypto",
        account_key=account_key(seed, int(draws.unit() * ACCOUNTS)), vendor=VENDOR_A, arrangement=ARRANGEMENTS[VENDOR_A],
    )  # fmt: skip
    return _executed(market, order, CRYPTO_VENUE, "broker", px, int(draws.between(80, 400) * MS))


def _executed(market: DayMarket, order: Order, venue: str, kind: str, px: int, after_ns: int) -> Special:
    routed_at, filled_at = order.received_at + 900_000, order.received_at + after_ns
    shared: dict[str, Any] = {name: getattr(order, name) for name in ("firm", "key_on", "order_id", "symbol", "side", "qty", "vendor")}
    shared |= {"venue": None if venue == CRYPTO_VENUE else venue, "venue_raw": venue, "route_id": f"R{order.order_id[1:]}-1"}
    route = Route(
        **shared, routed_on=market.day, routed_at=routed_at, routed_source=f"{order.vendor}:gw1", venue_kind=kind, order_type=order.order_type,
        limit_px=order.limit_px, tif="day", attempt=1, acked_at=routed_at + 2 * MS, ended_at=filled_at, end_reason="filled",
    )  # fmt: skip
    fill = Fill(
        **shared, fill_id=f"X{order.order_id[1:]}-1", traded_on=market.day, px=px, filled_at=filled_at, filled_source=order.vendor,
        filled_resolution_ns=1_000_000, reported_at=filled_at + 5 * MS, contra=None, capacity=order.capacity, liquidity="removed", liquidity_raw="R",
        fee_code=None, kind="regular", fee_usd=None, customer_cost_usd=0, settlement="pending" if order.asset_class == "crypto" else "settled",
    )  # fmt: skip
    order.ended_at, order.end_reason = filled_at, "filled"
    return Special(order, route, fill)
