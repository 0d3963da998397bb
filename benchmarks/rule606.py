"""Times a quarter's Rule 606(a)(1) report, a customer's two reports and a comparison over N made-up orders: seconds of each step, and the most memory."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

import numpy as np
import polars as pl

from bestexec.filings.rule606.comparing import compare
from bestexec.filings.rule606.customer import routes_report
from bestexec.filings.rule606.document import write
from bestexec.filings.rule606.figures import Fed
from bestexec.filings.rule606.handling import handling_report
from bestexec.filings.rule606.period import before
from bestexec.filings.rule606.public import public, report
from bestexec.filings.rule606.readings import Readings
from bestexec.filings.rule606.terms import OnFile
from bestexec.linking.columns import LINKED_FILLS, LINKED_ORDERS
from bestexec.market.sessions import trading_days
from bestexec.schema import BY_NAME, conform

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
VENUES = ("XNAS", "XNYS", "ARCX", "BATS", "EDGX", "MEMX", "IEXG", "CDED", "VALX", "JSJX", "G1XX", "UBSA", "LEVL", "XBOS", "BATY", "XASE")
CUSTOMERS_ORDERS = 20_000
"""Orders of the customer whose reports are timed."""
R = TypeVar("R")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rule606", description=__doc__)
    parser.add_argument("--orders", type=int, default=1_000_000, help="orders of the quarter; a tenth of them are not held")
    orders = parser.parse_args(arguments).orders
    fed = made(orders)
    print(f"{orders:,} orders, {fed.routes.height:,} routes, {fed.fills.height:,} fills")
    figures = timed("public report, computed", lambda: public(fed, FIRST, "Sample", Readings(), OnFile()))
    node = timed("laid out", lambda: report(figures))
    timed("written as XML", lambda: write(node))
    timed("compared with itself", lambda: compare(node, node))
    one = fed.orders.head(CUSTOMERS_ORDERS)
    named: dict[str, Any] = {"broker": "Sample", "customer": "C", "names": {}}
    span = before(date(2026, 10, 1))
    timed(f"(b)(1) of {one.height:,} orders", lambda: write(routes_report(one, fed.routes, fed.fills, span, with_not_held=False, **named)))
    timed(f"(b)(3) of {one.height:,} orders", lambda: write(handling_report(one, fed.routes, fed.fills, span, Readings(), **named)))
    print(f"{'most memory':28}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:10,.0f} MB, the made-up tables among it")
    return 0


def timed(what: str, do: Callable[[], R]) -> R:
    began, used = time.perf_counter(), time.process_time()
    result = do()
    print(f"{what:28}{time.perf_counter() - began:10.2f} s, {time.process_time() - used:.2f} s of processors")
    return result


def made(count: int) -> Fed:
    """Orders of a quarter, 1.2 routes and 1.3 fills each, with a ledger of nothing: the ties are all told as gaps."""
    rng = np.random.default_rng(606)
    days = pl.Series(trading_days(FIRST, LAST)).gather(rng.integers(0, 60, count))
    ids = pl.select(pl.format("O{}", pl.int_range(count))).to_series()
    kinds = pl.Series(["market", "limit", "stop"]).gather(rng.choice(3, count, p=[0.4, 0.5, 0.1]))
    key = {"firm": pl.repeat("F", count, eager=True), "key_on": days, "symbol": pl.Series([f"S{n}" for n in rng.integers(0, 3_000, count)]), "order_id": ids}
    side = pl.Series(rng.choice([-1, 1], count), dtype=pl.Int8)
    received = days.cast(pl.Datetime("ns")).cast(pl.Int64) + 54_000_000_000_000 + pl.Series(rng.integers(0, 10**13, count))
    qty = pl.Series(rng.integers(1, 1_000, count)).cast(pl.Decimal(18, 6))
    of_order = pl.DataFrame({
        **key, "side": side, "day": days, "order_type": kinds, "order_qty": qty, "received_at": received, "is_held": pl.Series(rng.random(count) > 0.1),
        "is_directed": pl.Series(rng.random(count) < 0.02), "marketability": pl.Series(["marketable", "non_marketable"]).gather(rng.integers(0, 2, count)),
    })  # fmt: skip
    orders = conform(of_order.with_columns(asset_class=pl.lit("equity"), customer_class=pl.lit("retail")), LINKED_ORDERS)
    at = rng.integers(0, count, int(count * 1.2))
    routed = of_order[at].with_columns(
        route_id=pl.format("R{}", pl.int_range(len(at))), routed_on="day", qty="order_qty", routed_at="received_at", tif=pl.lit("day"),
        venue=pl.Series(VENUES).gather(rng.integers(0, len(VENUES), len(at))),
    )  # fmt: skip
    routes = conform(routed, BY_NAME["routes"])
    filled = routed[rng.integers(0, len(at), int(count * 1.3))]
    fills = filled.with_columns(
        fill_id=pl.format("F{}", pl.int_range(filled.height)), fill_qty=pl.col("order_qty"), filled_at="received_at",
        fill_px=pl.lit("10.05").cast(pl.Decimal(18, 8)),
        mid_at_execution=pl.lit("10.05").cast(pl.Decimal(18, 9)), liquidity=pl.lit("removed"), venue_fee_usd=pl.lit("0.01").cast(pl.Decimal(18, 8)),
    )  # fmt: skip
    symbols = conform(pl.DataFrame({"symbol": [f"S{n}" for n in range(3_000)], "is_sp500": [n % 6 == 0 for n in range(3_000)]}), BY_NAME["symbols"])
    ledger = pl.DataFrame({
        "venue": ["XNAS"] * 3, "month_on": [date(2026, month, 1) for month in (7, 8, 9)], "kind": ["fee"] * 3,
        "amount_usd": pl.Series(["0"] * 3).cast(pl.Decimal(18, 8)),
    })  # fmt: skip
    return Fed(orders, routes, conform(fills, LINKED_FILLS), symbols, BY_NAME["venues"].schema.to_frame(), conform(ledger, BY_NAME["payments"]))


if __name__ == "__main__":
    sys.exit(main())
