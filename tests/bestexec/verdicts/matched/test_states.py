"""Classes of spread and volatility, each within its symbol."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from bestexec.linking.columns import LINKED_FILLS
from bestexec.verdicts.matched import with_market_state

SECOND = 1_000_000_000
NAMES = ("symbol", "day", "t0_at", "bid_at_t0", "ask_at_t0", "mid_at_t0")
SCHEMA = {name: LINKED_FILLS.schema[name] for name in NAMES}
Quote = tuple[str | None, str | None]


def fills(*rows: tuple[str, int, int, Quote]) -> pl.DataFrame:
    """(symbol, day of July, second, (bid, ask)) as linked fills have them: exact decimals."""
    made = []
    for symbol, day, second, (bid, ask) in rows:
        known = (Decimal(bid), Decimal(ask)) if bid and ask else (None, None)
        mid = (known[0] + known[1]) / 2 if known[0] and known[1] else None
        made.append((symbol, date(2026, 7, day), second * SECOND, *known, mid))
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def test_the_spread_is_classed_by_the_terciles_of_its_own_symbol() -> None:
    """A has spreads 1, 2, 3, 4 cents: linear terciles 2 and 3, and a value at a bound belongs below. B's 10 to 40 cents are classed among themselves."""
    spreads = [("A", "10.01"), ("A", "10.02"), ("A", "10.03"), ("A", "10.04"), ("B", "10.40"), ("B", "10.10"), ("B", "10.20"), ("B", "10.30")]
    made = with_market_state(fills(*((symbol, 1, n, ("10.00", ask)) for n, (symbol, ask) in enumerate(spreads))))
    assert made["spread_class"].to_list() == ["low", "low", "middle", "high", "high", "low", "low", "middle"]


def test_volatility_is_of_the_symbols_day_and_per_second() -> None:
    """Day 1 moves from 100 to 101 in one second; day 2 the same in 100 seconds, a tenth as volatile; day 3 does not move."""
    steps = [(1, 0, 100), (1, 1, 101), (2, 0, 100), (2, 100, 101), (3, 0, 100), (3, 50, 100)]
    made = with_market_state(fills(*(("A", day, second, (str(mid - 1), str(mid + 1))) for day, second, mid in steps)))
    assert made["volatility_class"].to_list() == ["high", "high", "middle", "middle", "low", "low"]


def test_the_rows_stay_in_their_order_and_an_instant_seen_twice_counts_once() -> None:
    """Day 2 has each instant twice: its volatility is what it was."""
    once = [("A", 2, 100, 101), ("A", 1, 1, 101), ("A", 3, 50, 100), ("A", 1, 0, 100), ("A", 2, 0, 100), ("A", 3, 0, 100)]
    rows = [(symbol, day, second, (str(mid - 1), str(mid + 1))) for symbol, day, second, mid in once]
    single, double = with_market_state(fills(*rows)), with_market_state(fills(*rows, rows[0], rows[4]))
    assert single["volatility_class"].to_list() == ["middle", "high", "low", "high", "middle", "low"]
    assert double["volatility_class"].to_list() == ["middle", "high", "low", "high", "middle", "low", "middle", "middle"]


def test_no_quote_is_no_class_and_one_quote_a_day_is_no_volatility() -> None:
    made = with_market_state(
        fills(("A", 1, 0, (None, None)), ("A", 1, 5, ("9", "11")), ("A", 2, 0, ("9", "11")), ("A", 2, 9, ("10", "12")), ("B", 1, 0, (None, None)))
    )
    assert made["spread_class"].to_list() == [None, "low", "low", "low", None]
    assert made["volatility_class"].to_list() == [None, None, "low", "low", None]


def test_without_any_quote_all_classes_are_null() -> None:
    made = with_market_state(fills(("A", 1, 0, (None, None)), ("A", 2, 0, (None, None))))
    assert made.select("spread_class", "volatility_class").rows() == [(None, None), (None, None)]
    assert with_market_state(fills()).height == 0
