"""What the customers of the practice firm order on a day."""

from __future__ import annotations

from datetime import date
from hashlib import blake2b

import numpy as np

from bestexec.market.sessions import HOUR_NS
from bestexec.practice.draws import MICRO, MS, Draws, rng
from bestexec.practice.market import DayMarket, clock_at, instants
from bestexec.practice.records import Order

FIRM = "PRACTICE"
VENDOR_A, VENDOR_B = "vendor_a", "vendor_b"
ARRANGEMENTS = {VENDOR_A: "own_mpid_licensed_router", VENDOR_B: "member_as_agent"}
ACCOUNTS = 900
DRAWS_PER_ORDER = 96
LAST_ORDERS_NS = 3_000 * MS
"""Orders for the regular session come at the latest this long before its end."""

RETAIL_TYPES = (
    ("market", 0.46), ("marketable_limit", 0.19), ("limit", 0.20), ("inside_limit", 0.05), ("stop", 0.025), ("stop_limit", 0.02),
    ("trailing_stop", 0.01), ("market_on_open", 0.015), ("market_on_close", 0.01), ("all_or_none", 0.01), ("fill_or_kill", 0.005), ("limit_ioc", 0.005),
)  # fmt: skip
INSTITUTIONAL_TYPES = (
    ("market", 0.12), ("marketable_limit", 0.20), ("limit", 0.20), ("inside_limit", 0.06), ("midpoint_peg", 0.14), ("limit_ioc", 0.08), ("inside_ioc", 0.03),
    ("pegged", 0.03), ("benchmark", 0.04), ("market_on_close", 0.04), ("limit_on_close", 0.02), ("market_on_open", 0.015), ("limit_on_open", 0.01),
    ("rfq", 0.005), ("other", 0.01),
)  # fmt: skip
"""What is asked for, by weight. The names are order types, or wishes that become one with a limit: `marketable_limit`,
`inside_limit` (between the midpoint and the far quote), `limit_ioc`, `inside_ioc`, `fill_or_kill`."""

LEANING = {"retail": 0.20, "institutional": 0.24, "broker_dealer": 0.24}
"""How often a customer trades the way the price goes in the next minute, beyond chance: the venues' adverse selection."""


def orders_of(market: DayMarket, seed: int, count: int) -> list[tuple[Order, Draws]]:
    """The day's `count` orders in the order of receipt, each with its own numbers. Overnight ones are dated by the next morning."""
    draw = rng(seed, market.day.toordinal(), "orders")
    weights = np.array([one.liquidity.orders * _liking(one.px / MICRO) for one in market.issues])
    issue = draw.choice(len(market.issues), count, p=weights / weights.sum())
    progress = np.sort(0.012 + 0.98 * draw.random(count) ** 1.12)
    at = instants(progress, market.hours) // 1_000 * 1_000
    close_at = market.hours.close_at
    at = np.where((at > close_at - LAST_ORDERS_NS) & (at < close_at), close_at - LAST_ORDERS_NS, at)
    numbers = draw.random((count, DRAWS_PER_ORDER))
    made = []
    for n in range(count):
        draws = Draws(numbers[n])
        made.append((_order(market, seed, n, int(issue[n]), int(at[n]), draws), draws))
    return [*_overnight(market, seed, draw), *made]


def account_key(seed: int, account: int) -> str:
    """The keyed hash that stands for an account."""
    return blake2b(str(account).encode(), key=seed.to_bytes(8, "big"), digest_size=8).hexdigest()


def order_id(day: date, n: int) -> str:
    return f"C{day:%y%m%d}-{n:05d}"


def _order(market: DayMarket, seed: int, n: int, issue: int, at: int, draws: Draws) -> Order:
    customer = draws.pick((("retail", 0.72), ("institutional", 0.23), ("broker_dealer", 0.05)))
    account = int(draws.unit() * ACCOUNTS)
    vendor = VENDOR_A if account % 2 else VENDOR_B
    side = _side(market, issue, at, customer, draws)
    order = Order(
        firm=FIRM, key_on=market.day, order_id=order_id(market.day, n), symbol=market.issues[issue].symbol, side=side, qty=_qty(market, issue, customer, draws),
        order_type="market", received_at=at, session=_session(market, at), customer_class=customer, account_key=account_key(seed, account),
        vendor=vendor, arrangement=ARRANGEMENTS[vendor],
    )  # fmt: skip
    if order.session == "regular":
        _ask_for(order, market, issue, draws.pick(RETAIL_TYPES if customer == "retail" else INSTITUTIONAL_TYPES), draws)
    else:
        _extended(order, market, issue, draws)
    _mark(order, draws)
    return order


def _liking(px: float) -> float:
    """Customers order issues at ordinary prices more often than very cheap or very dear ones."""
    return 0.2 if px < 1 else 1 / (1 + px / 300)


def _side(market: DayMarket, issue: int, at: int, customer: str, draws: Draws) -> int:
    now, soon = market.quote(issue, at), market.quote(issue, at + 60_000 * MS)
    drift = (soon.bid + soon.ask) - (now.bid + now.ask)
    if draws.chance(LEANING[customer]) and drift and now.is_usable and soon.is_usable:
        return 1 if drift > 0 else -1
    return 1 if draws.chance(0.54) else -1


def _qty(market: DayMarket, issue: int, customer: str, draws: Draws) -> int:
    """Millionths of a share: mostly odd lots, an eighth of retail orders for an amount of dollars, institutions in round lots."""
    px, lot = market.quote(issue, market.hours.open_at + HOUR_NS).bid, market.issues[issue].round_lot
    if customer != "retail":
        lots = max(round(draws.around(10_000 if px > MICRO else 700, 1.1) / (px / MICRO) / lot), 1)
        return (lots * lot if draws.chance(0.6) else max(round(lots * lot * draws.between(0.3, 1.0)), 1)) * MICRO
    dollars = draws.around(1_200 if px > MICRO else 150, 1.25)
    if draws.chance(0.13):
        return max(int(dollars / 4 / px * MICRO * MICRO), 100)
    shares = max(round(dollars / (px / MICRO)), 1)
    if shares > lot and draws.chance(0.6):
        shares = round(shares / lot) * lot
    return shares * MICRO


def _session(market: DayMarket, at: int) -> str:
    if at < market.hours.open_at:
        return "pre"
    return "regular" if at < market.hours.close_at else "post"


def _ask_for(order: Order, market: DayMarket, issue: int, wish: str, draws: Draws) -> None:
    """Turns a wish into an order type, limit, stop and time in force, against the quote that the customer sees."""
    quote, tick = market.quote(issue, order.received_at - 300 * MS), market.ticks[issue]
    if not quote.is_usable:
        wish = "market"
    if order.qty % MICRO and wish not in ("market", "marketable_limit"):
        wish = "market"
    bid, ask, spread = quote.bid, quote.ask, quote.ask - quote.bid
    near, far = quote.near(order.side), quote.far(order.side)
    away = max(tick, round(spread * draws.waiting(3.0) / tick) * tick)
    if wish in ("market", "market_on_open", "market_on_close", "midpoint_peg", "pegged", "benchmark", "rfq", "other"):
        order.order_type = wish
    elif wish == "marketable_limit":
        order.order_type, order.limit_px = "limit", max(far + order.side * (tick * int(draws.between(0, 3))), tick)
    elif wish in ("limit", "all_or_none"):
        order.order_type, order.limit_px = wish, max(near - order.side * (away if draws.chance(0.75) else 0), tick)
    elif wish in ("inside_limit", "inside_ioc"):
        middle = (bid + ask) // 2
        order.order_type, order.limit_px = "limit", -(-middle // tick) * tick if order.side > 0 else middle // tick * tick
    elif wish in ("limit_ioc", "fill_or_kill"):
        order.order_type, order.limit_px = "limit", far
    elif wish in ("limit_on_open", "limit_on_close"):
        order.order_type, order.limit_px = wish, max((round(far * (1 + order.side * 0.002)) // tick) * tick, tick)
    else:
        order.order_type = wish
        reach = max(round(far * draws.between(0.0005, 0.006) / tick), 1) * tick
        order.stop_px = max(far + order.side * reach, tick)
        if wish == "stop_limit":
            order.limit_px = max(order.stop_px + order.side * tick * int(draws.between(-3, 4)), tick)
    _time_in_force(order, market, wish, draws)


def _time_in_force(order: Order, market: DayMarket, wish: str, draws: Draws) -> None:
    if wish in ("limit_ioc", "inside_ioc"):
        order.tif = "ioc"
    elif wish == "fill_or_kill":
        order.tif = "fok"
    elif wish.endswith("_on_open"):
        order.tif, order.received_at, order.session = "opg", market.hours.open_at - int(draws.between(130, 5_000)) * 1_000 * MS, "pre"
    elif wish.endswith("_on_close"):
        order.tif, order.received_at = "cls", min(order.received_at, market.hours.close_at - int(draws.between(660, 4_000)) * 1_000 * MS)
    elif wish in ("limit", "stop", "stop_limit"):
        order.tif = draws.pick((("day", 0.74), ("gtc", 0.22), ("gtd", 0.04)))
    if order.tif == "gtd":
        order.expires_at = market.hours.close_at + int(draws.between(1, 6)) * 24 * HOUR_NS


def _extended(order: Order, market: DayMarket, issue: int, draws: Draws) -> None:
    """Before and after regular hours only limits are taken; a few market orders wait for the open."""
    quote, tick = market.quote(issue, order.received_at), market.ticks[issue]
    order.qty = max(order.qty // MICRO, 1) * MICRO
    if order.session == "pre" and (not quote.is_usable or draws.chance(0.3)):
        return
    order.order_type, order.tif = "limit", "extended"
    order.limit_px = max(quote.far(order.side) if draws.chance(0.45) else quote.near(order.side) - order.side * tick * int(draws.between(0, 8)), tick)


def _mark(order: Order, draws: Draws) -> None:
    """Marks that do not change how the order is worked: held, directed, short, manual, capacity."""
    order.is_held = order.order_type not in ("benchmark", "rfq", "other", "pegged") and (order.customer_class == "retail" or draws.chance(0.45))
    if order.order_type == "market" and order.customer_class != "retail" and draws.chance(0.02):
        order.is_iso = True
    if order.order_type in ("market", "limit") and order.tif == "day" and draws.chance(0.012):
        order.is_directed, order.is_unsolicited_instruction, order.directed_to = True, True, "IEXG" if draws.chance(0.5) else "ARCX"
    if order.side < 0:
        order.is_short = draws.chance(0.07 if order.customer_class == "retail" else 0.25)
        order.is_short_exempt = order.is_short and draws.chance(0.02)
    order.is_manual = draws.chance(0.006)
    if order.order_type == "benchmark":
        order.special_handling = "VWAP over one hour"
    elif order.order_type == "all_or_none":
        order.special_handling = "AON"
    elif order.order_type == "other":
        order.special_handling = "conditional"
    if order.customer_class == "institutional" and draws.chance(0.03):
        order.capacity = "riskless_principal"
    if order.order_type == "rfq":
        order.rfq_id, order.capacity = f"Q{order.order_id[1:]}", "principal"


def _overnight(market: DayMarket, seed: int, draw: np.random.Generator) -> list[tuple[Order, Draws]]:
    """Now and then an order of the evening before, which belongs to this trading date."""
    if draw.random() > 0.4:
        return []
    draws = Draws(draw.random(DRAWS_PER_ORDER))
    evening = date.fromordinal(market.day.toordinal() - 1)
    received_at = clock_at(evening, 20 + draws.between(0.2, 2.5)) + int(draws.between(0, 1e9))
    opening, side = market.quote(0, market.hours.open_at - HOUR_NS), 1 if draws.chance(0.5) else -1
    order = Order(
        firm=FIRM, key_on=market.day, order_id=f"C{market.day:%y%m%d}-N0001", symbol=market.issues[0].symbol, side=side,
        qty=(5 + int(draws.between(0, 40))) * MICRO, order_type="limit", received_at=received_at // 1_000 * 1_000, session="overnight", tif="extended",
        limit_px=opening.near(side), account_key=account_key(seed, 17), vendor=VENDOR_A, arrangement=ARRANGEMENTS[VENDOR_A],
    )  # fmt: skip
    return [(order, draws)]
