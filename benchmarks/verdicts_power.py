"""Power of the matched comparison: how often a difference of the size that the verdict itself printed as the smallest visible is seen.

Each quarter is judged without effects first; then one venue, another for each seed, is made worse by what was printed for
it, and the same orders are judged again. Each is one line of power.csv in `--dir`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from benchmarks.verdicts_null import Line, append, done, interval, keys, options, reading


def main(arguments: Sequence[str] | None = None) -> int:
    asked = options(__doc__, arguments)
    path = asked.dir / "power.csv"
    for key in keys(asked):
        if key not in done(path):
            append(path, key, seen(*key))
    for line in table(list(reading(path)), asked.within_order):
        print(line)
    return 0


def seen(seed: int, correlation: float, within_order: float) -> dict[str, float]:
    """Whether the planted venue was found worse, and what was planted."""
    from benchmarks.verdicts_world import BY_VENUE, VENUES, quarter_of
    from bestexec.verdicts.judging import judge

    venue = f"V{seed % VENUES + 1:03}"
    printed = judge(quarter_of(seed, correlation, within_order), (BY_VENUE,)).row(by_predicate=_of(venue), named=True)["smallest_visible"]
    if printed is None:
        return {"planted": 0.0, "judged": 0, "seen": 0}
    verdict = judge(quarter_of(seed, correlation, within_order, {venue: printed}), (BY_VENUE,)).row(by_predicate=_of(venue), named=True)["verdict"]
    return {"planted": printed, "judged": 1, "seen": int(verdict == "worse")}


def table(lines: Sequence[Line], within_order: float) -> Iterator[str]:
    """Per correlation: quarters, those in which it was seen with its exact interval, what was planted, as Markdown."""
    yield "| correlation within symbol-days | quarters (seeds) | seen | share | its 95 % interval | planted, ¢ a share, on average |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for correlation in sorted({float(line["correlation"]) for line in lines}):
        those = [line for line in lines if float(line["correlation"]) == correlation and float(line["within_order"]) == within_order and line["judged"] == "1"]
        if those:
            hits, seeds = sum(int(line["seen"]) for line in those), [int(line["seed"]) for line in those]
            planted = sum(float(line["planted"]) for line in those) / len(those)
            yield (
                f"| {correlation} | {len(those)} ({min(seeds)} to {max(seeds)}) | {hits} | {hits / len(those):.2%} | {interval(hits, len(those))} "
                f"| {100 * planted:.2f} |"
            )


def _of(venue: str) -> object:
    import polars as pl

    return pl.col("subject") == venue


if __name__ == "__main__":
    sys.exit(main())
