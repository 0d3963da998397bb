"""How often the venue that leaks ranks first and is named, and how often a venue is named where nothing leaks."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import polars as pl

from benchmarks.steering import interval
from bestexec.linking.routes import AFTER_END_NS, LINKED_ROUTES
from bestexec.market.sessions import local_hour
from bestexec.practice.worlds import Leaky, leaky
from bestexec.schema import conform
from bestexec.verdicts.leaking import FADE, LEAKS, Terms, judged

TERMS = Terms(limit_bps=0.5, probe_ns=1_000_000_000, minimum_n=30)
"""As the shipped policy says."""
SHOWN = ("fade_50ms", "fade_1s")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--parents", type=int, nargs="+", default=[5_000])
    parser.add_argument("--sizes", type=float, nargs="+", default=[0.0, 0.1, 0.25])
    parser.add_argument("--first", type=int, default=0, help="the first seed, to go on where a run stopped")
    options = parser.parse_args(arguments)
    print("| fade, part of the spread | parents | worlds | horizon | leaking venue first | 95 % interval | named | another named | seconds a world |")
    print("|---:|---:|---:|---|---:|---|---:|---:|---:|")
    for parents in options.parents:
        for size in options.sizes:
            _tried(size, parents, range(options.first, options.first + options.worlds))
    return 0


def _tried(size: float, parents: int, seeds: range) -> None:
    first, named, wrong = (dict.fromkeys(SHOWN, 0) for _ in range(3))
    began = time.perf_counter()
    for seed in seeds:
        world = leaky(seed, size=size, parents=parents)
        told = judged(routes_of(world), TERMS).filter(pl.col("judgement") == FADE)
        for metric in SHOWN:
            rows = told.filter(pl.col("metric") == metric)
            first[metric] += rows.filter(pl.col("rank") == 1)["subject"].to_list() == [world.venue]
            found = rows.filter(pl.col("verdict") == LEAKS)["subject"].to_list()
            named[metric] += world.venue in found
            wrong[metric] += any(venue != world.venue for venue in found) if size else bool(found)
    each, of = (time.perf_counter() - began) / len(seeds), len(seeds)
    for metric in SHOWN:
        ranked = f"{first[metric] / of:.1%} | {interval(first[metric], of)} | {named[metric] / of:.1%}" if size else "nothing leaks | | "
        print(f"| {size:g} | {parents:,} | {of} | {metric.removeprefix('fade_')} | {ranked} | {wrong[metric] / of:.1%} | {each:.1f} |", flush=True)


def routes_of(world: Leaky) -> pl.DataFrame:
    """The world's routes as LINKED_ROUTES: what it tells of a midpoint after a route stands for that after its end, 0.9 ms later."""
    orders = world.orders.select("order_id", "received_at", "mid_at_receipt")
    filled = pl.when(pl.col("filled_qty") > 0).then("ended_at")
    known = world.routes.sort("order_id", "routed_at").join(orders, on="order_id", how="left", maintain_order="left")
    after = [pl.col(f"mid_after_{name}").alias(f"mid_after_end_{name}") for name in AFTER_END_NS if f"mid_after_{name}" in world.routes.columns]
    rows = known.with_columns(
        *after, is_unfilled=pl.col("filled_qty") == 0, is_split=pl.lit(value=False), is_left_out=pl.lit(value=False),
        worked_ns=pl.col("ended_at") - pl.col("routed_at"), hour=local_hour(known["routed_at"]), session=pl.lit("regular"),
    )  # fmt: skip
    return conform(rows.with_columns(next_filled_at=filled.backward_fill().over("order_id")), LINKED_ROUTES)


if __name__ == "__main__":
    raise SystemExit(main())
