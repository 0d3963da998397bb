"""How long the practice market and the worlds of measured tables take to make, each in a process of its own: seconds, CPU seconds, peak memory."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

STAGES = (
    ("quotes of a day", "day_market"), ("quotes as the feed tells them", "quote_rows"), ("orders asked for", "orders_of"), ("orders worked", "work"),
    ("faults in the files", "spoil"), ("trades", "trade_rows"), ("quotes and trades written", "_write_market"), ("records to frames", "records"),
)  # fmt: skip
"""Functions whose time `--stages` tells. Those of quotes and trades run beside the orders, in threads of their own, and are not seen by it."""


def make(orders: int) -> int:
    """A quarter of the practice market; gives the rows written."""
    from bestexec.practice import make_quarter

    with tempfile.TemporaryDirectory() as folder:
        return sum(make_quarter(Path(folder), orders=orders).written.values())


def table(fills: int) -> int:
    """A world's quarter in one frame."""
    from bestexec.practice.worlds import quarter

    return quarter(1, fills=fills, correlation=0.1).height


def in_parts(fills: int) -> int:
    """The same, part by part, nothing kept."""
    from bestexec.practice.worlds import parts

    return sum(part.height for part in parts(1, fills=fills, correlation=0.1))


def planted(name: str) -> int:
    """A world with one thing planted, at its default size."""
    from bestexec.practice import worlds

    made = getattr(worlds, name)(1)
    return sum(getattr(frame, "height", 0) for frame in vars(made).values())


WORK: dict[str, Callable[[], int]] = {
    "practice, 25,000 orders": partial(make, 25_000), "practice, 250,000 orders": partial(make, 250_000), "quarter, 20,000 fills": partial(table, 20_000),
    "quarter, 1,000,000 fills": partial(table, 1_000_000), "parts, 10,000,000 fills": partial(in_parts, 10_000_000),
    **{name: partial(planted, name) for name in ("steered", "released", "leaky", "clocks", "claims")},
}  # fmt: skip


def one(name: str) -> None:
    """One piece of work in this process; a first small world loads what is loaded once."""
    table(100)
    start, worked = time.perf_counter(), time.process_time()
    rows = WORK[name]()
    seconds, cpu = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<28}{rows:>14,} rows{seconds:>9.2f} s{cpu:>9.2f} CPU s{peak:>8,.0f} MB")


def stages(orders: int) -> None:
    """Where the time of a quarter goes, in the main thread, as the profiler sees it (which makes all calls slower)."""
    profile = cProfile.Profile()
    profile.runcall(make, orders)
    spent: dict[str, float] = {}
    for (_, _, function), row in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[function] = spent.get(function, 0.0) + row[3]
    for says, function in STAGES:
        print(f"{says:<32}{spent.get(function, 0.0):>9.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=list(WORK))
    parser.add_argument("--stages", type=int, metavar="ORDERS")
    asked = parser.parse_args()
    if asked.one:
        one(asked.one)
    elif asked.stages:
        stages(asked.stages)
    else:
        for name in WORK:
            subprocess.run([sys.executable, "-m", "benchmarks.practice", "--one", name], check=True)


if __name__ == "__main__":
    main()
