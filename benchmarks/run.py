"""Runs the speed benchmark: every engine in a fresh process, turn by turn, answers compared, medians told."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.market import make
from benchmarks.task import Row, differences

MB = 1 << 20


@dataclass(frozen=True)
class Entry:
    """One way to run task T. `solve` and `prepare` are `module:function`, each taking the folder."""

    name: str
    starts_from: str
    solve: str
    prepare: str = ""
    package: str = ""


READY = Entry("quote book", "book ready", "book:ready")
BUILT = Entry("quote book", "Parquet, book built in the run", "book:built")
FROM_FILES = (
    Entry("Polars", "Parquet", "peers:polars", package="polars"),
    Entry("DuckDB", "Parquet", "peers:duckdb", package="duckdb"),
    Entry("ClickHouse", "Parquet", "peers:clickhouse", package="chdb"),
    Entry("pandas", "Parquet", "peers:pandas", package="pandas"),
)
AHEAD = (
    Entry("Polars", "sorted Arrow IPC", "peers:polars_ahead", "peers:prepare_polars", "polars"),
    Entry("DuckDB", "native table, symbols as enum", "peers:duckdb_ahead", "peers:prepare_duckdb", "duckdb"),
    Entry("ClickHouse", "MergeTree sorted by symbol, instant", "peers:clickhouse_ahead", "peers:prepare_clickhouse", "chdb"),
    Entry("pandas", "sorted Arrow IPC", "peers:pandas_ahead", "peers:prepare_pandas", "pandas"),
)
NOT_RUN = (
    "a cold page cache",
    "seven as-of joins one after the other (DuckDB: minutes)",
    "symbols as plain strings in Polars",
    "kdb+, QuestDB and other servers that need a process of their own",
    "markoutlib (it pins an older Polars)",
)


@dataclass(frozen=True)
class Run:
    """One run: the seconds inside the process, those of its processors, its peaks of anonymous and of mapped file memory, its answer."""

    seconds: float
    cpu: float
    anonymous: int
    mapped: int
    rows: list[Row]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _arguments(arguments)
    entries = [entry for entry in (READY, BUILT, *FROM_FILES, *AHEAD) if not entry.package or find_spec(entry.package)]
    missing = [entry.name for entry in (*FROM_FILES, *AHEAD) if entry not in entries]
    folder = asked.dir / f"{asked.quotes}"
    say(f"making {asked.quotes:,} quotes and {asked.fills:,} fills in {folder}")
    make(folder, asked.quotes, asked.fills)
    build = run("book:build", folder)
    size = sum(path.stat().st_size for path in (folder / "book").iterdir())
    for entry in entries:
        if entry.prepare:
            say(f"head start of {entry.name}: {run(entry.prepare, folder).seconds:.1f} s")
    runs = interleaved(entries, folder, asked.runs)
    apart = {entry: differences(runs[READY][0].rows, each.rows) for entry, all_runs in runs.items() for each in all_runs}
    for line in report(asked, runs, build, size, missing):
        print(line)
    for entry, cells in apart.items():
        if cells:
            print(f"\n**The answers differ**: {entry.name} ({entry.starts_from}), {cells} cells.")
    if asked.scaling:
        for line in scaling(asked, folder):
            print(line)
    return 1 if any(apart.values()) else 0


def run(solve: str, folder: Path) -> Run:
    """One run in a fresh process, its memory read from outside while it lasts."""
    with tempfile.TemporaryFile("w+") as told:
        child = subprocess.Popen([sys.executable, "-m", "benchmarks.one", solve, str(folder)], stdout=told)
        anonymous = mapped = 0
        while child.poll() is None:
            for name, kilobytes in _memory(child.pid):
                anonymous = max(anonymous, kilobytes << 10) if name == "RssAnon" else anonymous
                mapped = max(mapped, kilobytes << 10) if name == "RssFile" else mapped
            time.sleep(0.01)
        if child.returncode:
            raise SystemExit(f"{solve} failed on {folder}")
        told.seek(0)
        answer = json.loads(told.read().splitlines()[-1])
    return Run(answer["seconds"], answer["cpu"], anonymous, mapped, [tuple(row) for row in answer["rows"]])


def interleaved(entries: Sequence[Entry], folder: Path, count: int) -> dict[Entry, list[Run]]:
    """`count` runs of each, in turn, after every file they read has been read once. The ready book is looked up in what `built` left."""
    runs: dict[Entry, list[Run]] = {entry: [] for entry in entries}
    for turn in range(count):
        for entry in entries:
            warm(folder / "book" if entry is READY else folder)
            runs[entry].append(run(entry.solve, folder))
            say(f"run {turn + 1}: {entry.name} ({entry.starts_from}) {runs[entry][-1].seconds:.2f} s")
    return runs


def warm(folder: Path) -> None:
    """Read every file once, so that it is in the page cache."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                while file.read(MB):
                    pass


def report(asked: argparse.Namespace, runs: dict[Entry, list[Run]], build: Run, size: int, missing: Sequence[str]) -> Iterator[str]:
    """The table, the three ratios, the losses, and what was not run, as Markdown."""
    seconds = {entry: median(each.seconds for each in all_runs) for entry, all_runs in runs.items()}
    yield f"Task T, {asked.quotes:,} quotes × {asked.fills:,} fills × 7 instants, medians of {asked.runs} interleaved runs, each in a fresh process.\n"
    yield "| engine | starts from | seconds | lowest to highest | × the ready book | CPU seconds | anonymous MB | mapped MB |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for entry, all_runs in sorted(runs.items(), key=lambda item: seconds[item[0]]):
        spread = f"{min(each.seconds for each in all_runs):.2f} to {max(each.seconds for each in all_runs):.2f}"
        anonymous, mapped = max(each.anonymous for each in all_runs) / MB, max(each.mapped for each in all_runs) / MB
        engine = f"{entry.name} {version(entry.package)}" if entry.package else f"**{entry.name}**"
        times = f"{seconds[entry]:.2f} | {spread} | {seconds[entry] / seconds[READY]:.1f} | {median(each.cpu for each in all_runs):.2f}"
        yield f"| {engine} | {entry.starts_from} | {times} | {anonymous:,.0f} | {mapped:,.0f} |"
    yield f"\nThe book is built once, in {build.seconds:.1f} s, {build.anonymous / MB:,.0f} MB anonymous; it takes {size / MB:,.0f} MB on disk.\n"
    from_files, ahead = (min((seconds[entry] for entry in group if entry in seconds), default=float("nan")) for group in (FROM_FILES, AHEAD))
    ratios = {
        "a. the book ready, the best peer from Parquet": from_files / seconds[READY],
        "b. the book built in the run, the best peer from Parquet": from_files / seconds[BUILT],
        "c. the book ready, the best peer with its head start": ahead / seconds[READY],
    }
    yield from (f"- {what}: **{ratio:.2f} ×**" for what, ratio in ratios.items())
    losses = [what for what, ratio in ratios.items() if ratio < 1]
    yield f"- lost: {'; '.join(losses) or 'none of these'}"
    yield f"- not run: {'; '.join([*(f'{name} (not installed)' for name in dict.fromkeys(missing)), *NOT_RUN])}"


def scaling(asked: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Four times the quotes at the same fills, and at a tenth of them."""
    larger = asked.dir / f"{4 * asked.quotes}"
    say(f"making {4 * asked.quotes:,} quotes in {larger}")
    make(larger, 4 * asked.quotes, asked.fills, plain=False)
    build = run("book:build", larger)
    seconds: dict[tuple[str, Path], list[float]] = {(name, of): [] for name in ("ready", "ready_tenth") for of in (folder, larger)}
    for _ in range(asked.runs):
        for (name, of), taken in seconds.items():
            warm(of / "book")
            taken.append(run(f"book:{name}", of).seconds)
    yield f"\nFour times the quotes ({4 * asked.quotes:,}; book built in {build.seconds:.0f} s):\n"
    yield "| fills | seconds | seconds at four times the quotes | ratio |"
    yield "|---:|---:|---:|---:|"
    for name, fills in (("ready", asked.fills), ("ready_tenth", asked.fills // 10)):
        small, large = median(seconds[name, folder]), median(seconds[name, larger])
        yield f"| {fills:,} | {small:.2f} | {large:.2f} | {large / small:.2f} |"


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _memory(pid: int) -> Iterator[tuple[str, int]]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return
    for line in lines:
        name, _, rest = line.partition(":")
        if name.startswith("Rss"):
            yield name, int(rest.split()[0])


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "--dir",
        type=Path,
        default=Path(tempfile.gettempdir()) / "bestexec-bench",
        help="where the made-up day is kept (about 8 GB, 15 GB more for the scaling)",
    )
    parser.add_argument("--quotes", type=lambda text: int(float(text)), default=50_000_000)
    parser.add_argument("--fills", type=lambda text: int(float(text)), default=500_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scaling", action=argparse.BooleanOptionalAction, default=True, help="also four times the quotes")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
