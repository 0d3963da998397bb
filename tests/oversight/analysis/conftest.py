"""A quarter with kinds of orders, a block and an order not held."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.oversight.desk.conftest import Bench, bench

from bestexec import Run

__all__ = ("Bench", "bench")


@pytest.fixture
def third(bench: Bench) -> Callable[[], Run]:
    """Third quarter 2026, one day: two retail market orders, a retail block of 20,000 shares, an institutional order that is not held.

    Kinds: retail held (three orders) and institutional not held (one). Single orders: the block and the one not held.
    """
    bench.order("O1")
    bench.fill("O1", "10.01")
    bench.order("O2")
    bench.fill("O2", "10.00")
    bench.order("O3", order_qty=Decimal(20_000), filled_qty=Decimal(20_000))
    bench.fill("O3", "10.02", 20_000)
    bench.order("O4", customer_class="institutional", is_held=False)
    bench.fill("O4", "10.00", customer_class="institutional", is_held=False)
    return bench.receive
