"""False alarms of the matched comparison: quarters in which no venue differs, judged, and how many had a verdict of worse or better.

Each judged quarter is one line of null.csv in `--dir`, so a run that stops goes on where it stopped.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean, median

from scipy import stats

CORRELATIONS = (0.0, 0.05, 0.1, 0.15, 0.2)
NOMINAL = 0.05
Line = Mapping[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(__doc__, arguments)
    path = asked.dir / "null.csv"
    for key in keys(asked):
        if key not in done(path):
            append(path, key, judged(*key))
    lines = list(reading(path))
    for line in table(lines, asked.within_order):
        print(line)
    return 0


def judged(seed: int, correlation: float, within_order: float) -> dict[str, float]:
    """One quarter without effects."""
    from benchmarks.verdicts_world import BY_VENUE, quarter_of
    from bestexec.verdicts.judging import judge

    fills = quarter_of(seed, correlation, within_order)
    started = time.perf_counter()
    verdicts = judge(fills, (BY_VENUE,))
    seconds = time.perf_counter() - started
    effects = verdicts.drop_nulls("effect")
    holding = ((effects["low"] <= 0) & (effects["high"] >= 0)).sum()
    false = effects["verdict"].is_in(["worse", "better"]).sum()
    return {"false": false, "judged": effects.height, "holding_zero": holding, "seconds": round(seconds, 3)}


def table(lines: Sequence[Line], within_order: float) -> Iterator[str]:
    """Per correlation: quarters, those with a false verdict, its exact interval, intervals that hold the truth, seconds; as Markdown."""
    yield "| correlation within symbol-days | quarters (seeds) | false verdict in | share | its 95 % interval | intervals holding 0 | seconds, median | most |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    for correlation in sorted({float(line["correlation"]) for line in lines}):
        those = [line for line in lines if float(line["correlation"]) == correlation and float(line["within_order"]) == within_order]
        if those:
            false, seconds = sum(int(line["false"]) > 0 for line in those), [float(line["seconds"]) for line in those]
            seeds = [int(line["seed"]) for line in those]
            held = mean(int(line["holding_zero"]) / int(line["judged"]) for line in those)
            yield (
                f"| {correlation} | {len(those)} ({min(seeds)} to {max(seeds)}) | {false} | {false / len(those):.2%} | {interval(false, len(those))} "
                f"| {held:.2%} | {median(seconds):.2f} | {max(seconds):.2f} |"
            )


def interval(hits: int, of: int) -> str:
    """Clopper and Pearson's exact 95 % interval."""
    low, high = stats.binomtest(hits, of).proportion_ci(0.95, "exact")
    return f"{low:.2%} to {high:.2%}"


def options(caption: str | None, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=caption)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()) / "bestexec-bench", help="where the results of each quarter are kept")
    parser.add_argument("--quarters", type=int, default=400, help="quarters at each correlation")
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--within-order", type=float, default=0.0, help="correlation that fills of one parent order have more")
    asked = parser.parse_args(arguments)
    asked.dir.mkdir(parents=True, exist_ok=True)
    return asked


def keys(asked: argparse.Namespace) -> Iterator[tuple[int, float, float]]:
    """(seed, correlation, within_order) of every quarter that is asked for."""
    for seed in range(asked.first_seed, asked.first_seed + asked.quarters):
        for correlation in CORRELATIONS:
            yield seed, correlation, asked.within_order


def done(path: Path) -> set[tuple[int, float, float]]:
    return {(int(line["seed"]), float(line["correlation"]), float(line["within_order"])) for line in reading(path)}


def reading(path: Path) -> Iterator[Line]:
    if path.exists():
        with path.open(newline="") as file:
            yield from csv.DictReader(file)


def append(path: Path, key: tuple[int, float, float], told: Mapping[str, float]) -> None:
    """One line more; the heading when the file is new."""
    line = {"seed": key[0], "correlation": key[1], "within_order": key[2], **told}
    is_new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, line)
        if is_new:
            writer.writeheader()
        writer.writerow(line)


if __name__ == "__main__":
    sys.exit(main())
