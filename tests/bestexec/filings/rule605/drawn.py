"""A month of orders drawn by chance over prices in cents, and each figure of the report worked out one order at a time in fractions."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.bestexec.filings.rule605.made import AT, DAY, MS, OPEN, Row, S, fill, order

DAY_NS = 24 * 3600 * S
SPANS = (50_000, 500_000, 5 * MS, 500 * MS, 5 * S, 20 * S, 100 * S, 400 * S)


def market(seed: int, count: int, symbols: int = 6, days: int = 5) -> tuple[list[Row], list[Row]]:
    """Orders and executions; every kind that the rule has a class for, some left out, a crossed quote now and then."""
    draw = random.Random(seed)
    orders, fills = [], []
    for number in range(count):
        day, bid = draw.randrange(days), draw.randrange(500, 30_000)
        ask = bid + draw.choice((1, 2, 5, 10, -2) if draw.random() < 0.1 else (1, 2, 5, 10))
        side, kind = draw.choice((1, -1)), draw.choice(("market", "limit", "limit", "stop", "stop_limit"))
        at = AT + day * DAY_NS + draw.randrange(3600 * S)
        limit = draw.randrange(min(bid, ask) - 3, max(bid, ask) + 4) if kind.endswith("limit") else None
        qty = draw.choice((Fraction(1, 2), Fraction(7), Fraction(100), Fraction(350), Fraction(1234, 10)))
        moved = at + draw.choice((0, 3 * S))
        made = order(
            cents(bid), cents(ask), order_id=str(number), symbol=f"S{draw.randrange(symbols)}", key_on=DAY + timedelta(days=day), side=side, qty=text(qty),
            order_type=kind, limit_px=None if limit is None else cents(limit), tif=draw.choice(("day", "day", "ioc")), received_at=at,
            executable_at=moved if kind != "market" else at, until_at=OPEN + day * DAY_NS + 390 * 60 * S, is_held=draw.random() > 0.1,
            at_executable=(cents(bid - 1), cents(ask + 1)), best_bid_at_receipt=cents(max(bid, bid + 1)), best_ask_at_receipt=cents(ask),
            best_bid_at_executable=cents(bid - 1), best_ask_at_executable=cents(ask), line=number + 2,
        )  # fmt: skip
        orders.append(made)
        rest = qty
        for part in range(draw.randrange(3)):
            some = rest if draw.random() < 0.5 else rest / 2
            rest -= some
            px, after = draw.randrange(min(bid, ask) - 2, max(bid, ask) + 3), draw.choice(SPANS)
            mids = [cents(Fraction(2 * bid + draw.randrange(-9, 10), 2)) for _ in range(5)]
            if some:
                fills.append(fill(
                    text(some), cents(px), moved - AT + after + part, mids, order_id=str(number), symbol=made["symbol"], key_on=made["key_on"],
                    fill_id=f"{number}-{part}", capacity=draw.choice(("principal", "agency", None)),
                ))  # fmt: skip
    return orders, fills


def cents(amount: Fraction | int) -> str:
    return text(Fraction(amount) / 100)


def text(number: Fraction) -> str:
    whole, rest = divmod(abs(number * 10**6), 1)
    assert rest == 0
    return f"{'-' if number < 0 else ''}{int(whole) // 10**6}.{int(whole) % 10**6:06d}"


def figures(orders: list[dict[str, Any]], fills: list[Row]) -> dict[tuple[str, ...], dict[str, Fraction | None]]:
    """The report's own formulas over covered orders (with lot_class, size_bucket, order_class, t0_at, bid, ask), one execution after another."""
    totals: dict[tuple[str, ...], dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    known = {row["order_id"]: row for row in orders}
    for row in orders:
        total = totals[_key(row)]
        total["CvrdOrderCnt"] += 1
        total["CvrdOrderQty"] += Fraction(row["qty"])
    for done in fills:
        if (row := known.get(done["order_id"])) is None:
            continue
        total, n, px = totals[_key(row)], Fraction(done["fill_qty"]), Fraction(done["fill_px"])
        bid, ask, side = Fraction(row["bid"]), Fraction(row["ask"]), row["side"]
        mid, far = (bid + ask) / 2, ask if side > 0 else bid
        total["executed"] += n
        total["mid"] += n * mid
        total["quoted"] += n * (ask - bid)
        total["effective"] += n * 2 * side * (px - mid)
        total["realized"] += n * 2 * side * (px - Fraction(done["mid_after_15s"]))
        gain = side * (far - px)
        total["better" if gain > 0 else "worse" if gain < 0 else "at"] += n
        total["gained" if gain > 0 else "lost"] += n * abs(gain)
        total["time"] += n * (done["filled_at"] - row["t0_at"])
    return {key: _divided(total) for key, total in totals.items()}


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return row["symbol"], row["lot_class"], str(row["size_bucket"]), row["order_class"]


def _divided(t: dict[str, Fraction]) -> dict[str, Fraction | None]:
    def over(above: str, below: str) -> Fraction | None:
        return t[above] / t[below] if t[below] > 0 else None

    return {
        "CvrdOrderCnt": t["CvrdOrderCnt"], "CvrdOrderQty": t["CvrdOrderQty"], "ExctdOrderMidPtAvg": over("mid", "executed"),
        "ExctdOrderAvgQuotSprd": over("quoted", "executed"), "AvgEffctvSprd": over("effective", "executed"), "AvgEffctvSprdPct": over("effective", "mid"),
        "AvgEFQPct": over("effective", "quoted"), "AvgRealSprd15sec": over("realized", "executed"), "AvgRealSprdPct15sec": over("realized", "mid"),
        "ExctdPIOrdersQty": t["better"], "ExctdPIOrdWghtdAvgAmtPerShare": over("gained", "better"), "ExctdOrderAtQuotQty": t["at"],
        "ExctdOrderOutQuotQty": t["worse"], "ExctdOutQuotOrdWghtdAvgAmt": over("lost", "worse"), "FilledOrderWghtdAvgTime": over("time", "executed"),
    }  # fmt: skip
