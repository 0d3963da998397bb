"""Speed of the matched comparison: one comparison of one metric over many fills, then a family of six, each in a fresh process.

The fills are made once, in parts, and kept as Parquet in `--dir`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

SYMBOLS = 500
READ = (
    "firm", "day", "key_on", "order_id", "symbol", "venue", "vendor", "order_type", "size_bucket", "hour", "t0_at", "bid_at_t0", "ask_at_t0", "mid_at_t0",
    "fill_qty", "fill_px", "effective_spread", "net_price_improvement",
)  # fmt: skip
"""The columns that the comparisons name: Parquet gives these alone."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "bestexec-bench", help="where the fills are kept")
    parser.add_argument("--fills", type=lambda text: int(float(text)), default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--one", choices=("one", "family"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    folder = asked.dir / f"verdicts-{asked.fills}"
    if asked.one:
        print(json.dumps(timed(folder, asked.one)))
        return 0
    make(folder, asked.fills)
    print("| | seconds | lowest to highest | CPU seconds | peak memory, MB | verdicts |")
    print("|---|---:|---:|---:|---:|---:|")
    for what, title in (("one", "one comparison"), ("family", "a family of six comparisons")):
        command = [sys.executable, "-m", "benchmarks.verdicts_speed", "--dir", str(asked.dir), "--fills", str(asked.fills), "--one", what]
        runs = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(asked.runs)]
        seconds = [run["seconds"] for run in runs]
        print(
            f"| {title} | {median(seconds):.1f} | {min(seconds):.1f} to {max(seconds):.1f} | {median(run['cpu'] for run in runs):.1f} "
            f"| {max(run['peak_mb'] for run in runs):,.0f} | {runs[0]['verdicts']} |"
        )
    return 0


def make(folder: Path, fills: int) -> None:
    """The fills in parts; a folder that is there is complete."""
    from bestexec.practice.worlds import parts

    if folder.exists():
        return
    unfinished = folder.with_suffix(".part")
    unfinished.mkdir(parents=True, exist_ok=True)
    for n, part in enumerate(parts(1, fills=fills, symbols=SYMBOLS, correlation=0.1, within_order=0.1)):
        part.select(READ).write_parquet(unfinished / f"{n:04}.parquet")
    unfinished.rename(folder)


def timed(folder: Path, what: str) -> dict[str, float]:
    """One run in this process: from files that have been read once, to the verdicts."""
    import polars as pl

    from bestexec.verdicts.judging import judge
    from bestexec.verdicts.matched import Comparison, Materiality, cells_without

    line = Materiality(usd=1_000, bps=1)
    kinds = ("venue", "vendor", "hour")
    family = [
        Comparison(kind=kind, metric=metric, better=better, materiality=line, cells=cells_without(kind))
        for kind in kinds
        for metric, better in (("effective_spread", "lower"), ("net_price_improvement", "higher"))
    ]
    started, cpu = time.perf_counter(), time.process_time()
    fills = pl.read_parquet(folder / "*.parquet")
    verdicts = judge(fills, family[:1] if what == "one" else family)
    return {
        "seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu, "verdicts": verdicts.height,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
