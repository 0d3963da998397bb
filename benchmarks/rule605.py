"""Times the monthly Rule 605 report over many orders and symbols, from linked orders and executions to the bytes of both files."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import numpy as np
import polars as pl

from bestexec import policy
from bestexec.filings import rule605
from bestexec.filings.rule605 import FILLS, ORDERS
from bestexec.filings.rule605.columns import HORIZONS
from bestexec.filings.rule605.writing import detail_bytes, summary_bytes

MONTH = date(2026, 8, 1)
FIRST_OPEN, DAY_NS, DAYS = 1_785_763_800_000_000_000, 86_400_000_000_000, 5
TRADES_A_SYMBOL = 2_000
"""Trades of one symbol's day on the tape beside the resting orders."""
T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rule605", description=__doc__)
    parser.add_argument("--orders", type=lambda text: int(float(text)), default=1_000_000)
    parser.add_argument("--symbols", type=int, default=5_000)
    asked = parser.parse_args(arguments)
    orders, fills = made(asked.orders, asked.symbols)
    print(f"{orders.height:,} orders, {fills.height:,} executions, {asked.symbols:,} symbols, {memory():.1f} GB before the first step\n")
    print("| step | seconds | highest memory so far, GB |\n|---|---:|---:|")
    read, begun = rule605.read(policy.default(), MONTH), time.perf_counter()
    told = timed("class, t0, quote, reasons", lambda: rule605.judged(orders, fills, read))
    population = timed("value, size group, lot class", lambda: rule605.parted(told, read))
    traded = timed("what traded while orders rested (the tape is made in it)", lambda: opportunity(population.covered, asked.symbols, read.limit_classes))
    sums = timed("sums of every row", lambda: rule605.sums_of(population.covered, fills, traded, read))
    detail = timed("55 columns", lambda: rule605.detailed(sums, read, code="BENCH", participant="T"))
    timed("invariants", lambda: rule605.hold(detail, read))
    summary = timed("summary", lambda: rule605.summarized(sums, members(asked.symbols), read, code="BENCH", participant="T"))
    size = timed("bytes of both files", lambda: len(detail_bytes(detail)) + len(summary_bytes(summary)))
    seconds = time.perf_counter() - begun
    print(f"| all | {seconds:.1f} | {memory():.1f} |\n")
    print(f"{population.covered.height:,} orders covered, {detail.height:,} rows, {size / 1e6:.0f} MB; {orders.height / seconds:,.0f} orders a second")
    return 0


def timed(what: str, work: Callable[[], T]) -> T:
    begun = time.perf_counter()
    done = work()
    print(f"| {what} | {time.perf_counter() - begun:.1f} | {memory():.1f} |", flush=True)
    return done


def memory() -> float:
    """The most memory that the process ever held, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def members(symbols: int) -> list[str]:
    return [f"S{number:05d}" for number in range(min(500, symbols))]


def made(count: int, symbols: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Orders and executions as the report takes them: half market, the rest limits about the quote and stops; sizes and prices of retail flow."""
    draw = np.random.default_rng(605)
    number = np.arange(count)
    symbol, day = draw.zipf(1.3, count) % symbols, draw.integers(0, DAYS, count)
    bid = 500 + (symbol * 7919) % 40_000 + draw.integers(0, 20, count)
    ask, side = bid + draw.choice([1, 1, 2, 4, 10], count), draw.choice([1, -1], count)
    kind = draw.choice(4, count, p=[0.5, 0.42, 0.05, 0.03])
    limit = bid + draw.integers(-2, 8, count)
    at = FIRST_OPEN + day * DAY_NS + draw.integers(0, 6 * 3600 * 10**9, count)
    waits = np.where(kind >= 2, draw.integers(0, 60 * 10**9, count), 0)
    qty = draw.choice([1, 5, 20, 100, 300, 1_000, 5_000], count) + np.where(draw.random(count) < 0.1, 0.25, 0)
    cents = {"bid": bid, "ask": ask, "best_bid": bid, "best_ask": ask - (draw.random(count) < 0.1)}
    sizes = {"bid_qty": draw.choice([100, 300, 2_000], count), "ask_qty": draw.choice([100, 300, 2_000], count)}
    base = pl.DataFrame({
        "number": number, "symbol": symbol, "day": day, "side": side, "qty": qty, "kind": kind, "limit": limit, "at": at, "waits": waits, **cents, **sizes
    })  # fmt: skip
    named = base.select(
        firm=pl.lit("BENCH"), key_on=pl.lit(date(2026, 8, 3)) + pl.duration(days=pl.col("day")),
        symbol=pl.format("S{}", pl.col("symbol").cast(pl.String).str.zfill(5)),
        order_id=pl.format("O{}", "number"),
    )  # fmt: skip
    types = pl.col("kind").replace_strict({0: "market", 1: "limit", 2: "stop", 3: "stop_limit"}, return_dtype=pl.String)
    quotes = [
        (pl.col(name).cast(pl.Decimal(18, 8)) / 100 if name in cents else pl.col(name)).alias(f"{name}_at_{instant}")
        for instant in ("receipt", "executable") for name in (*cents, *sizes)
    ]  # fmt: skip
    said = base.select(
        "side", "qty", *quotes, order_type=types, limit_px=pl.when(pl.col("kind") % 2 == 1).then(pl.col("limit").cast(pl.Decimal(18, 8)) / 100),
        tif=pl.when(pl.col("number") % 20 == 0).then(pl.lit("ioc")).otherwise(pl.lit("day")), received_at="at", executable_at=pl.col("at") + pl.col("waits"),
        until_at=pl.col("at") + pl.col("waits") + 60 * 10**9, is_held=pl.col("number") % 50 != 0, is_open_at_receipt=pl.lit(value=True), round_lot=pl.lit(100),
        line="number", import_id=pl.lit("bench"),
    )  # fmt: skip
    orders = rule605.columns.conformed(pl.concat([named, said], how="horizontal"), ORDERS)
    return orders, _executions(orders, base, draw)


def _executions(orders: pl.DataFrame, base: pl.DataFrame, draw: np.random.Generator) -> pl.DataFrame:
    """One execution for nine orders in ten, half of them with a second one."""
    parts = []
    for part, chance in (("1", 0.9), ("2", 0.45)):
        chosen = draw.random(orders.height) < chance if part == "1" else parts[0]["chosen"].to_numpy() & (draw.random(orders.height) < chance)
        away = draw.choice([0, 0, 1, -1], orders.height)
        time_ns = draw.choice([50_000, 500_000, 5_000_000, 100_000_000, 3_000_000_000], orders.height) + 7
        parts.append(pl.DataFrame({"chosen": chosen, "away": away, "time": time_ns}).with_columns(part=pl.lit(part)))
    made = []
    for part in parts:
        both = pl.concat([orders, base.select("waits", low="bid", high="ask"), part], how="horizontal").filter("chosen")
        far = pl.when(pl.col("side") > 0).then("high").otherwise("low")
        mid = ((pl.col("low") + pl.col("high")).cast(pl.Decimal(18, 9)) / 200).cast(pl.Decimal(18, 9))
        made.append(both.select(
            "firm", "key_on", "symbol", "order_id", fill_id="part", fill_qty=pl.col("qty") / 2, fill_px=(far + pl.col("away")).cast(pl.Decimal(18, 8)) / 100,
            filled_at=pl.col("received_at") + pl.col("waits") + pl.col("time"), venue=pl.lit("XNAS"), capacity=pl.lit("agency"), is_regular=pl.lit(value=True),
            **{f"mid_after_{name}": mid for name in HORIZONS}, import_id=pl.lit("bench"), line=pl.lit(1),
        ))  # fmt: skip
    return rule605.columns.conformed(pl.concat(made), FILLS)


def opportunity(covered: pl.DataFrame, symbols: int, classes: tuple[str, ...]) -> pl.DataFrame:
    """The shares traded meanwhile, over a tape of TRADES_A_SYMBOL trades a symbol and day, day by day."""
    draw = np.random.default_rng(53)
    resting = covered.filter(pl.col("order_class").is_in(classes)).with_row_index("_order")
    found = []
    for (on,), today in resting.partition_by("key_on", as_dict=True).items():
        open_at = FIRST_OPEN + (on - date(2026, 8, 3)).days * DAY_NS  # type: ignore[operator]  # the key is a date
        names = today["symbol"].unique()
        count = TRADES_A_SYMBOL * len(names)
        tape = pl.DataFrame({
            "symbol": names.gather(np.arange(count) % len(names)), "traded_at": open_at + draw.integers(0, 390 * 60 * 10**9, count),
            "px": draw.integers(500, 40_000, count), "qty": draw.integers(1, 500, count), "on_exchange": draw.random(count) < 0.6,
        }).with_columns(px=pl.col("px").cast(pl.Decimal(18, 8)) / 100, qty=pl.col("qty").cast(pl.Decimal(18, 6)))  # fmt: skip
        lives = today.select("_order", "symbol", "side", "limit_px", from_at="t0_at", to_at="until_at")
        found.append(rule605.opportunities(lives, tape))
    return resting.select("_order", *rule605.ORDER_KEY).join(pl.concat(found), on="_order", how="left")


if __name__ == "__main__":
    sys.exit(main())
