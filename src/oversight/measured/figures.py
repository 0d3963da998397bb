"""Figures over a scope, of the runs in force: what the pages print, each with its count, coverage and error."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import polars as pl

from bestexec import KEPT_APART, METRICS, TWO_TABLES, UNITS, Metric, Unit, columns_read, excluded_rows, rows_behind, scorecard_rows, two_tables
from oversight.lifecycle import Refusal
from oversight.measured import frames
from oversight.measured.dimensions import APART, BOTH, BY_NAME, FILLS, ORDERS
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources

MADE = 400
"""Results that a process keeps."""
BY_KEY: dict[str, Metric] = {metric.key: metric for metric in reversed(METRICS) if metric.on != "trades"}
DEFAULT_KEYS = ("effective_over_quoted", "net_price_improvement", "median_time_to_first_fill", "reversion_1min", "fill_rate_orders")
MOST_KEYS, MOST_GROUPS = 8, 2000

T = TypeVar("T")
_made: OrderedDict[Any, Any] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Grouped:
    """Figures by group: `rows` have the dimensions' columns, counts, and for each key its value, `_n`, `_coverage` and `_se`."""

    rows: pl.DataFrame
    by: tuple[str, ...]
    keys: tuple[str, ...]
    min_n: int


def metric(key: str) -> Metric:
    """The metric of fills or orders of that key. Raises Refusal for another."""
    if key not in BY_KEY:
        raise Refusal(f"There is no metric “{key[:60]}”. The scorecard lists those there are.")
    return BY_KEY[key]


def unit_of(key: str) -> Unit:
    """A metric's unit."""
    return BY_KEY[key].unit


def is_sum(key: str) -> bool:
    """Whether the figure is a plain sum of its rows: a fact, without a standard error."""
    summary = BY_KEY[key].summary
    return len(summary.terms) == 1 and not hasattr(summary, "run")


def tables(sources: Sources, scope: Scope) -> Any:
    """The two tables of the scope."""
    return once(("tables", scope), sources, lambda: _tables(sources, scope))


def _tables(sources: Sources, scope: Scope) -> Any:
    fills, orders = (frames.within(sources, scope, on, _read(on, TWO_TABLES) | {"order_class", "hour", "symbol", "day"}) for on in BOTH)
    return two_tables(fills, orders, frames.whole(sources.during(scope.first, scope.last), "tape"), sources.policy, scope.last)


def grouped(sources: Sources, scope: Scope, by: Sequence[str], keys: Sequence[str]) -> Grouped:
    """Figures of `keys` in each group of `by` (names of dimensions)."""
    asked = tuple(by), tuple(keys)
    return once(("grouped", scope, *asked), sources, lambda: _grouped(sources, scope.cut(by), *asked))


def _grouped(sources: Sources, scope: Scope, by: tuple[str, ...], keys: tuple[str, ...]) -> Grouped:
    cut = [BY_NAME[name].column for name in by]
    read = {on: [key for key in keys if BY_KEY[key].on == on] for on in BOTH}
    both = [frames.within(sources, scope, on, _read(on, read[on]) | set(cut) | {apart.column for apart in APART}) for on in BOTH]
    min_n = int(sources.policy.limit("min_n"))
    rows, _ = scorecard_rows(*both, cut, pool=[name for name in KEPT_APART if name not in cut], min_n=min_n, keys=keys)
    return Grouped(rows, by, keys, min_n)


def behind(sources: Sources, scope: Scope, key: str, columns: Sequence[str]) -> pl.DataFrame:
    """The rows that count in the figure of `key`, the worst first, with `figure`, `weight` and the `columns` asked for."""
    on = metric(key).on
    return once(("behind", scope, key, tuple(columns)), sources, lambda: rows_behind(_rows(sources, scope, on, {*columns, *_read(on, [key])}), key, on))


def listed(sources: Sources, scope: Scope, on: str, columns: Sequence[str]) -> pl.DataFrame:
    """The rows of the scope, the latest first."""
    return once(("listed", scope, on, tuple(columns)), sources, lambda: _latest_first(_rows(sources, scope, on, set(columns)), on))


def _latest_first(rows: pl.DataFrame, on: str) -> pl.DataFrame:
    names = ["day", "order_id", *(["fill_id"] if on == FILLS else [])]
    return rows.sort(names, descending=[True, *(False for _ in names[1:])])


def _rows(sources: Sources, scope: Scope, on: str, names: set[str]) -> pl.DataFrame:
    return frames.within(sources, scope, on, names, places=True)


def left_out(sources: Sources, scope: Scope) -> pl.DataFrame:
    """What takes no part in measures that need a quote: reason, fills, shares, orders, order_shares."""

    def count() -> pl.DataFrame:
        fills, orders = (frames.within(sources, scope, on, {"excluded", f"{on.removesuffix('s')}_qty"}) for on in BOTH)
        return excluded_rows(fills, orders)

    return once(("left out", scope), sources, count)


def counts(sources: Sources, scope: Scope) -> dict[str, int]:
    """How many fills and orders the scope holds."""
    return once(("counts", scope), sources, lambda: {on: frames.within(sources, scope, on, ()).height for on in BOTH})


def flows(sources: Sources, scope: Scope) -> pl.DataFrame:
    """Orders of each kind of flow in the period and the other filters, the most first: what is kept apart, and how much there is of it."""
    every = scope.pooling(*(apart.name for apart in APART))
    names = [apart.column for apart in APART]

    def count() -> pl.DataFrame:
        rows = frames.within(sources, every, ORDERS, {*names, "excluded"})
        counted = rows.group_by(names).agg(orders=pl.len(), left_out=pl.col("excluded").is_not_null().sum())
        return counted.sort("orders", *names, descending=[True, *(False for _ in names)], nulls_last=True)

    return once(("flows", every), sources, count)


def choices(sources: Sources, name: str) -> tuple[str, ...]:
    """The values of a dimension that the runs in force hold, as addresses have them."""
    dimension = BY_NAME[name]

    def look() -> tuple[str, ...]:
        found = {
            dimension.written(value) for run, _ in sources.in_force for value in frames.columns(run, dimension.on[0], [dimension.column]).to_series().unique()
        }
        return tuple(sorted(found, key=lambda text: (not text.isdigit(), int(text) if text.isdigit() else 0, text)))

    return once(("choices", name), sources, look)


def once(asked: tuple[Any, ...], sources: Sources, make: Callable[[], T]) -> T:
    """What `make` gives, kept by what was asked and the runs and days in force it rests on."""
    key = (asked, sources.ids, tuple((days[0], days[-1], len(days)) for _, days in sources.in_force))
    with _lock:
        if key in _made:
            _made.move_to_end(key)
            return _made[key]
    made = make()
    with _lock:
        _made[key] = made
        while len(_made) > MADE:
            _made.popitem(last=False)
    return made


def forget() -> None:
    """Keep nothing."""
    with _lock:
        _made.clear()
    frames.forget()


def _read(on: str, keys: Sequence[str]) -> set[str]:
    return set(columns_read(on, keys))


def values_of(grouped: Grouped, row: Mapping[str, Any]) -> dict[str, Any]:
    """A group's values by dimension."""
    return {name: row[BY_NAME[name].column] for name in grouped.by}


def unit_named(name: str) -> Unit:
    """The library's unit of that name."""
    return next(unit for unit in UNITS if unit.name == name)
