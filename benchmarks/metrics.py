"""Times the full set of metrics on a day of fills, ten instants each: receipt, t0, route, execution, five horizons after it and the order's end."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import polars as pl

from benchmarks.book import build
from benchmarks.market import CLOSE_AT, DAY, OPEN_AT, make
from bestexec.linking.asof import AsOf
from bestexec.linking.daymarket import DayMarket
from bestexec.linking.link import link
from bestexec.linking.rules import Rules
from bestexec.metrics import METRICS, measure, summarize
from bestexec.quotes import QuoteBook
from bestexec.schema import FEES, FILLS, ORDERS, ROUTES, SYMBOLS, TRADES, VENUES, conform
from bestexec.units import PX, QTY

INSTANTS = 10
T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metrics", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "bestexec-bench")
    parser.add_argument("--quotes", type=lambda text: int(float(text)), default=50_000_000)
    parser.add_argument("--fills", type=lambda text: int(float(text)), default=1_000_000)
    asked = parser.parse_args(arguments)
    folder = asked.dir / f"metrics-{asked.quotes}-{asked.fills}"
    make(folder, asked.quotes, asked.fills, plain=False)
    if not (folder / "book").exists():
        build(folder)
    book = QuoteBook.open(folder / "book", open_at=OPEN_AT, close_at=CLOSE_AT)
    feeds = _feeds(pl.read_parquet(folder / "fills.parquet"))
    day = DayMarket(DAY, OPEN_AT, CLOSE_AT, book, None, pl.DataFrame(schema=TRADES.schema))
    _, looked_up = _timed(lambda: [book.at(feeds["fills"]["symbol"], feeds["fills"]["filled_at"] + i, AsOf.AT_OR_BEFORE) for i in range(INSTANTS)])
    linked, linking = _timed(lambda: link(feeds, [DAY], lambda _: day, rules=Rules()))
    measured, measuring = _timed(lambda: measure(linked.fills, "fills"))
    orders, measuring_orders = _timed(lambda: measure(linked.orders, "orders"))
    _, summing = _timed(lambda: (summarize(measured, ("venue",), "fills"), summarize(orders, ("side",), "orders")))
    steps = {"linking": linking, "measuring": measuring + measuring_orders, "summing up by venue": summing}
    whole = sum(steps.values())
    print(f"{measured.height:,} fills × {INSTANTS} instants, {asked.quotes:,} quotes, {sum(metric.on != 'trades' for metric in METRICS)} metrics\n")
    print("| step | seconds | fills a second |\n|---|---:|---:|")
    for name, seconds in {**steps, "all": whole}.items():
        print(f"| {name} | {seconds:.2f} | {measured.height / seconds:,.0f} |")
    bound = max(steps, key=lambda name: steps[name])
    print(f"\nBound by {bound} ({steps[bound] / whole:.0%}). The ten lookups of each fill alone take {looked_up:.2f} s, {looked_up / whole:.0%} of the whole.")
    return 0


def _feeds(fills: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """One order, one route and one fill of each row, as canonical tables; the route leaves halfway between receipt and execution."""
    rows = fills.sort("symbol", "rt").select(
        "symbol", "side", day=pl.lit(DAY), id=pl.format("O{}", pl.int_range(pl.len())), line=pl.int_range(1, pl.len() + 1),
        qty=pl.col("qty").cast(QTY), px=pl.col("px").cast(PX), venue=pl.format("V{}", "venue"),
        received=pl.col("rt"), routed=(pl.col("rt") + pl.col("et")) // 2, executed=pl.col("et"),
        firm=pl.lit("FIRM"), order_type=pl.lit("market"), tif=pl.lit("day"), session=pl.lit("regular"), asset_class=pl.lit("equity"),
        import_id=pl.lit("made up"),
    )  # fmt: skip
    named = rows.with_columns(
        order_id="id", route_id="id", fill_id="id", key_on="day", routed_on="day", traded_on="day",
        received_at="received", routed_at="routed", filled_at="executed", ended_at="executed",
    )  # fmt: skip
    tables = {table.name: conform(named, table).with_columns(named["import_id"]) for table in (ORDERS, ROUTES, FILLS)}
    return tables | {table.name: pl.DataFrame(schema=table.schema) for table in (FEES, SYMBOLS, VENUES)}


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    outcome = work()
    return outcome, time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
