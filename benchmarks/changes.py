"""How soon a change of the router is found, how often one is told that was none, and how often router and market are told apart."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import polars as pl
from scipy import stats

from benchmarks.steering import interval
from bestexec.practice.worlds.released import Released, released
from bestexec.verdicts.changes.judging import Watch, changes

DAYS = 83
"""20 days of reference and a quarter."""
ON = 50
"""Place of the day on which a world changes."""
POINTS = 0.05
NONE = pl.DataFrame(schema={"vendor": pl.String, "released_on": pl.Date, "words": pl.String})
HOW = Watch()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--fills-a-day", type=int, nargs="+", default=[2_000])
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES)
    options = parser.parse_args(arguments)
    for table in options.tables:
        TABLES[table](options.fills_a_day, options.runs)
    return 0


def _alarms_table(fills_a_day: Sequence[int], runs: int) -> None:
    print("| a router that does not move, 63 days watched after 20 of reference | fills a day | quarters | false alarms a quarter | 95 % interval |")
    print("|---|---:|---:|---:|---|")
    for daily in fills_a_day:
        for name, make in CALM:
            _false_alarms(name, daily, make, runs)
    print()


def _found_table(fills_a_day: Sequence[int], runs: int) -> None:
    print(
        "| a change of 5 points (of the time: 5 %) on day 51 | fills a day | quarters | found within 2 days | 95 % interval | ever | mean effect "
        "| interval holds the truth |"
    )
    print("|---|---:|---:|---:|---|---:|---:|---:|")
    for daily in fills_a_day:
        for change in ("venue_mix", "attempt_order", "passive_share", "latency"):
            _found(change, daily, runs)
    print()


def _called_table(fills_a_day: Sequence[int], runs: int) -> None:
    print("| who moved? 63 days watched | fills a day | quarters | called right | 95 % interval |")
    print("|---|---:|---:|---:|---|")
    for daily in fills_a_day:
        for name, make, who in CALLED:
            _called(name, daily, make, who, runs)
    print()


TABLES: dict[str, Callable[[Sequence[int], int], None]] = {"alarms": _alarms_table, "found": _found_table, "called": _called_table}


def _world(seed: int, daily: int, **more: object) -> Released:
    return released(seed, fills=daily * DAYS, days=DAYS, on=ON, **{"points": 0.0, **more})  # type: ignore[arg-type]  # as `released` declares them


def _calm(seed: int, daily: int) -> Released:
    return _world(seed, daily)


def _rough(seed: int, daily: int) -> Released:
    return _world(seed, daily, market=1.0)


def _alike(seed: int, daily: int) -> Released:
    return _clumped(seed, daily, 0.2)


def _whole(seed: int, daily: int) -> Released:
    return _clumped(seed, daily, 1.0)


def _clumped(seed: int, daily: int, part: float) -> Released:
    """On every fifth symbol-day `part` of the fills go to one venue, drawn anew each time: rows of a symbol-day are alike."""
    world, draw = _world(seed, daily), np.random.default_rng((seed, 5))
    cells = world.fills.select("day", "symbol").unique().sort("day", "symbol")
    venues = world.fills["venue"].unique().sort()
    drawn = venues.gather(pl.Series(draw.integers(0, venues.len(), cells.height)))
    alike = cells.with_columns(all_at=pl.when(pl.Series(draw.random(cells.height) < 0.2)).then(drawn))
    told = world.fills.join(alike, on=["day", "symbol"], maintain_order="left")
    goes = pl.Series(draw.random(told.height) < part)
    return _with(world, told.with_columns(venue=pl.when(goes).then(pl.coalesce("all_at", "venue")).otherwise("venue")).drop("all_at"))


def _tilted(seed: int, daily: int) -> Released:
    """From day 51 on customers send more of the symbols that one venue has always got most of: its share rises by about 5 points, and no router moved."""
    world, draw = _world(seed, int(daily * 1.5)), np.random.default_rng((seed, 6))
    share = world.fills.group_by("symbol").agg(share=(pl.col("venue") == world.venue).mean())
    told = world.fills.join(share, on="symbol", maintain_order="left")
    above = (told["share"] - float((told["venue"] == world.venue).mean() or 0)).to_numpy()
    later = (told["day"] >= world.day).to_numpy()
    strength = _strength(told["share"].to_numpy()[later], POINTS)
    kept = draw.random(told.height) < np.where(later, np.exp(strength * (above - above.max())), 2 / 3)
    return _with(world, told.filter(pl.Series(kept)).drop("share"))


def _strength(share: np.ndarray, points: float) -> float:  # type: ignore[type-arg]  # one number a row
    """The exponent by which weighting rows raises the mean of `share` by `points`."""
    low, high = 0.0, 200.0
    for _ in range(60):
        middle = (low + high) / 2
        weight = np.exp(middle * (share - share.max()))
        low, high = (middle, high) if np.average(share, weights=weight) < share.mean() + points else (low, middle)
    return low


def _minding(seed: int, daily: int) -> Released:
    """A router that always sends a third of the orders in wide markets to one venue; from day 51 on spreads are wider by half."""
    world, draw = _world(seed, daily, market=0.5), np.random.default_rng((seed, 7))
    relative = pl.col("quoted_spread") / pl.col("mid_at_t0")
    early = world.fills.filter(pl.col("day") < world.day).group_by("symbol").agg(wide=relative.quantile(0.8))
    told = world.fills.join(early, on="symbol", how="left", maintain_order="left")
    sent = (told.select(relative > pl.col("wide")).to_series().fill_null(False)) & pl.Series(draw.random(told.height) < 1 / 3)
    return _with(world, told.with_columns(venue=pl.when(sent).then(pl.lit(world.venue)).otherwise("venue")).drop("wide"))


def _with(world: Released, fills: pl.DataFrame) -> Released:
    return Released(fills, world.routes.head(0), world.day, world.change, world.points, world.market, world.venue)


CALM = (
    ("calm", _calm), ("spreads and volatility double on day 51", _rough), ("on a fifth of the symbol-days, a fifth goes to one venue for the day", _alike),
    ("on a fifth of the symbol-days, all goes to one venue for the day", _whole),
)  # fmt: skip
CALLED: tuple[tuple[str, Callable[[int, int], Released], str], ...] = (
    ("the router, in a calm market", lambda seed, daily: _world(seed, daily, points=POINTS), "router moved"),
    ("the router, while spreads and volatility double", lambda seed, daily: _world(seed, daily, points=POINTS, market=1.0), "router moved"),
    ("the market: other symbols are traded", _tilted, "market moved"),
    ("the market: spreads widen, and the router has always minded them", _minding, "market moved"),
)


def _told(world: Released) -> pl.DataFrame:
    return changes(world.fills, world.routes, world.fills, NONE, how=HOW)[1]


def _false_alarms(name: str, daily: int, make: Callable[[int, int], Released], runs: int) -> None:
    alarms = sum(_told(make(seed, daily)).filter(pl.col("moved") != "market moved").height for seed in range(runs))
    low, high = stats.chi2.ppf(0.025, 2 * alarms) / 2 if alarms else 0.0, stats.chi2.ppf(0.975, 2 * alarms + 2) / 2
    print(f"| {name} | {daily:,} | {runs} | {alarms / runs:.3f} | {low / runs:.3f} to {high / runs:.3f} |", flush=True)


def _found(change: str, daily: int, runs: int) -> None:
    soon, ever, held, effects = 0, 0, 0, []
    for seed in range(runs):
        world = _world(seed, daily, change=change, points=POINTS)
        figure = {
            "venue_mix": f"venue_share:{world.venue}",
            "attempt_order": f"first_attempt_share:{world.venue}", "passive_share": "passive_share", "latency": "route_to_fill",
        }[change]  # fmt: skip
        days = world.fills["day"].unique().sort().to_list()
        rows = _told(world).filter(pl.col("figure") == figure, pl.col("raised_on") >= world.day, pl.col("effect") > 0)
        if rows.is_empty():
            continue
        row = rows.row(0, named=True)
        ever += 1
        soon += _place(days, row["raised_on"]) <= ON + 1
        effects.append(row["effect"])
        held += row["low"] <= POINTS <= row["high"]
    mean = f"{np.mean(effects):.2%} | {held / len(effects):.1%}" if effects else "|"
    print(f"| {change.replace('_', ' ')} | {daily:,} | {runs} | {soon / runs:.1%} | {interval(soon, runs)} | {ever / runs:.1%} | {mean} |", flush=True)


def _place(days: list[date], day: date) -> int:
    return days.index(day)


def _called(name: str, daily: int, make: Callable[[int, int], Released], who: str, runs: int) -> None:
    right = 0
    for seed in range(runs):
        world = make(seed, daily)
        told = _told(world)
        own = told.filter(pl.col("figure") == f"venue_share:{world.venue}", pl.col("raised_on") >= world.day)
        strange = told.filter(pl.col("moved") != "market moved") if who == "market moved" else own.filter(pl.col("moved") != who)
        right += not own.filter(pl.col("moved") == who).is_empty() and strange.is_empty()
    print(f"| {name} | {daily:,} | {runs} | {right / runs:.1%} | {interval(right, runs)} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
