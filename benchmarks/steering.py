"""How often the conflict test finds steering of a known size, and how often it finds what is not there."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from scipy import stats

from bestexec.practice.worlds.steered import Steered, steered
from bestexec.verdicts.steering import chasing, steering

DRIFT = 0.01
"""Standard deviation of what a venue's share changes by from month to month for reasons of its own."""
CHASED = 0.10
"""Part of the flow that a chasing router sends to the venue whose tier is ahead, on the month's last five days."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--fills", type=int, nargs="+", default=[20_000, 60_000])
    options = parser.parse_args(arguments)
    print("| world, a quarter of 63 days, 60 symbols, 8 venues | fills | quarters | found | 95 % interval | mean effect | truth | interval holds the truth |")
    print("|---|---:|---:|---:|---|---:|---:|---:|")
    for fills in options.fills:
        for name, make in (
            ("honest router", lambda seed, n=fills: steered(seed, moved=0.0, fills=n, vendors=1)),
            (
                f"honest router, venues drift by {100 * DRIFT:.0f} point a month",
                lambda seed, n=fills: drifting(steered(seed, moved=0.0, fills=n, vendors=1), seed),
            ),
            ("3 % of the flow follows the best payer", lambda seed, n=fills: steered(seed, moved=0.03, fills=n, vendors=1)),
            ("the same, venues drift", lambda seed, n=fills: drifting(steered(seed, moved=0.03, fills=n, vendors=1), seed)),
        ):
            _steering(name, fills, make, options.runs)
    print()
    print("| tier chasing, the same quarters | fills | quarters | venue months found | quarters with any found | 95 % interval |")
    print("|---|---:|---:|---:|---:|---|")
    for fills in options.fills:
        for name, part in (("honest router", 0.0), (f"{100 * CHASED:.0f} % chases one venue's tier", CHASED)):
            _chasing(name, fills, part, options.runs)
    return 0


def in_force(payments: pl.DataFrame) -> pl.DataFrame:
    """A world's payments by month, as spans of days."""
    first = (pl.col("month") + "-01").str.to_date()
    return payments.with_columns(from_on=first, to_on=first.dt.offset_by("1mo"))


def drifting(world: Steered, seed: int) -> Steered:
    """The world with each venue's share moved by a draw of its own each month, whoever pays."""
    draw = np.random.default_rng((seed, 77))
    venues, months = (world.fills[name].unique().sort().to_list() for name in ("venue", "month"))
    place = world.fills["venue"].replace_strict(venues, range(len(venues)), return_dtype=pl.Int64).to_numpy().copy()
    month = world.fills["month"].replace_strict(months, range(len(months)), return_dtype=pl.Int64).to_numpy().copy()
    share = np.bincount(place, minlength=len(venues)) / place.size
    gain = draw.normal(0, DRIFT, (len(months), len(venues)))
    gain -= gain.mean(axis=1, keepdims=True)
    leaves = draw.random(place.size) < (np.maximum(-gain, 0) / share)[month, place]
    goes = np.array([draw.choice(len(venues), p=np.maximum(each, 0) / np.maximum(each, 0).sum()) for each in gain[month[leaves]]], dtype=np.int64)
    place[leaves] = goes
    return replace(world, fills=world.fills.with_columns(venue=pl.Series(venues).gather(pl.Series(place))))


def chased(world: Steered, part: float, seed: int) -> tuple[pl.DataFrame, str]:
    """The fills with `part` of the flow sent to one venue on each month's last five days while its tier is ahead; and that venue."""
    draw = np.random.default_rng((seed, 78))
    tiers = {(row["month"], row["venue"]): row["from_shares"] for row in world.payments.filter(pl.col("from_shares") > 0).iter_rows(named=True)}
    counts = pl.Series([venue for _, venue in tiers]).value_counts(sort=True)
    chosen = counts.row(0)[0]
    venue, days, shares = np.array(world.fills["venue"].to_list(), dtype=object), world.fills["day"].to_numpy(), world.fills["fill_qty"].to_numpy()
    months = world.fills["month"].to_numpy().astype(str)
    for month in np.unique(months):
        if (month, chosen) not in tiers:
            continue
        for day in np.unique(days[months == month])[-5:]:
            before = shares[(months == month) & (days < day) & (venue == chosen)].sum()
            if before < tiers[month, chosen]:
                venue[(days == day) & (draw.random(venue.size) < part)] = chosen
    return world.fills.with_columns(venue=pl.Series(venue.tolist(), dtype=pl.String)), chosen


def _steering(name: str, fills: int, make: Callable[[int], Steered], runs: int) -> None:
    found, effects, truths, held = 0, [], [], 0
    for seed in range(runs):
        world = make(seed)
        verdicts, _ = steering(world.fills, in_force(world.payments), seed=seed)
        row = verdicts.row(0, named=True)
        found += row["verdict"] == "found"
        truth = world.moved * (1 - _payers_share(world))
        effects.append(row["effect"])
        truths.append(truth)
        held += row["low"] <= truth <= row["high"]
    print(
        f"| {name} | {fills:,} | {runs} | {found / runs:.1%} | {interval(found, runs)} | {np.mean(effects):.2%} | {np.mean(truths):.2%} | {held / runs:.1%} |",
        flush=True,
    )


def _payers_share(world: Steered) -> float:
    """Share of the flow that an honest router sends to the month's best payer."""
    best = world.fills["month"].replace_strict(dict(world.payers))
    honest = world.fills.filter(~world.followed)
    return float((honest["venue"] == best.filter(~world.followed)).mean() or 0.0)


def _chasing(name: str, fills: int, part: float, runs: int) -> None:
    hits, quarters, asked = 0, 0, 0
    for seed in range(runs):
        world = steered(seed, moved=0.0, fills=fills, vendors=1)
        rows, chosen = chased(world, part, seed)
        verdicts, _ = chasing(rows, in_force(world.payments))
        judged = verdicts.filter(pl.col("against") == chosen) if part else verdicts
        hits += judged.filter(pl.col("verdict") == "found").height
        asked += judged.height
        quarters += judged.filter(pl.col("verdict") == "found").height > 0
    print(f"| {name} | {fills:,} | {runs} | {hits / max(asked, 1):.1%} | {quarters / runs:.1%} | {interval(quarters, runs)} |", flush=True)


def interval(hits: int, of: int) -> str:
    """Clopper and Pearson's, at 95 %."""
    low, high = stats.binomtest(hits, of).proportion_ci(method="exact")
    return f"{low:.1%} to {high:.1%}"


if __name__ == "__main__":
    sys.exit(main())
