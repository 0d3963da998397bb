"""What traded while orders rested, held against a look at every trade for every order."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import polars as pl

from bestexec.filings import rule605

Rows = list[dict[str, Any]]


def drawn(seed: int) -> tuple[Rows, Rows]:
    draw = random.Random(seed)
    names = ("AAA", "BBB", "CCC")
    trades = [
        {"symbol": draw.choice(names), "traded_at": 1_000 + draw.randrange(60), "px": Decimal(draw.randrange(998, 1003)) / 100,
         "qty": Decimal(draw.randrange(1, 400)) / 4, "on_exchange": draw.choice((True, False, None))}
        for _ in range(300)
    ]  # fmt: skip
    orders = []
    for place in range(120):
        begin = 1_000 + draw.randrange(60)
        orders.append({
            "_order": place, "symbol": draw.choice((*names, "NONE")), "side": draw.choice((1, -1)), "limit_px": Decimal(draw.randrange(998, 1003)) / 100,
            "from_at": begin, "to_at": begin + draw.randrange(30),
        })  # fmt: skip
    return orders, trades


def reached(order: dict[str, Any], trade: dict[str, Any]) -> bool:
    better = trade["px"] <= order["limit_px"] if order["side"] > 0 else trade["px"] >= order["limit_px"]
    return bool(trade["symbol"] == order["symbol"] and order["from_at"] <= trade["traded_at"] < order["to_at"] and better)


def test_every_order_has_the_trades_at_its_limit_or_better_within_its_life() -> None:
    orders, trades = drawn(53)
    lives = pl.DataFrame(orders, schema_overrides={"_order": pl.UInt32, "side": pl.Int8, "limit_px": pl.Decimal(18, 8)})
    tape = pl.DataFrame(trades, schema_overrides={"px": pl.Decimal(18, 8), "qty": pl.Decimal(18, 6)})
    found = rule605.opportunities(lives, tape)
    for order, (place, every, listed) in zip(orders, found.iter_rows(), strict=True):
        met = [trade for trade in trades if reached(order, trade)]
        wanted = [sum((trade["qty"] for trade in some), Decimal(0)) * 10**6 for some in (met, [trade for trade in met if trade["on_exchange"]])]
        assert (place, Decimal(every), Decimal(listed)) == (order["_order"], *wanted)
    assert found["opportunity"].max() > found["opportunity"].min() == 0


def test_no_orders_have_no_trades() -> None:
    orders, trades = drawn(1)
    none = pl.DataFrame(orders, schema_overrides={"_order": pl.UInt32, "limit_px": pl.Decimal(18, 8)}).clear()
    assert rule605.opportunities(none, pl.DataFrame(trades)).height == 0
