"""Columns of sealed tables, each read once per process and kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

import polars as pl

from bestexec import Run
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources

ROOM = 600_000_000
"""Bytes of columns that a process keeps; the least recently read leave first."""

_kept: OrderedDict[tuple[str, str, str], pl.Series] = OrderedDict()
_lock = Lock()


def columns(run: Run, table: str, names: Iterable[str]) -> pl.DataFrame:
    """These columns of an output of the run, those it has, in its own order of rows."""
    path = run.folder / f"{table}.parquet"
    schema = _schema(str(path))
    wanted = [name for name in dict.fromkeys(names) if name in schema]
    with _lock:
        missing = [name for name in wanted if (run.id, table, name) not in _kept]
    read = pl.read_parquet(path, columns=missing) if missing else pl.DataFrame()
    with _lock:
        for name in missing:
            _kept[run.id, table, name] = read[name]
        found = {name: _kept.get((run.id, table, name)) for name in wanted}
        for name in wanted:
            if (run.id, table, name) in _kept:
                _kept.move_to_end((run.id, table, name))
        _make_room()
    return pl.DataFrame([series if series is not None else pl.read_parquet(path, columns=[name])[name] for name, series in found.items()])


def within(sources: Sources, scope: Scope, table: str, names: Iterable[str], *, places: bool = False) -> pl.DataFrame:
    """The rows of `table` in the scope, of each run only its days in force; `places` adds `run_id`."""
    parts = []
    needed = [*dict.fromkeys([*names, *scope.columns(table)])]
    for run, days in sources.during(scope.first, scope.last).in_force:
        rows = columns(run, table, needed)
        is_in_force = pl.lit(True) if set(run.manifest["days"]) == {day.isoformat() for day in days} else pl.col("day").is_in(days)
        part = rows.filter(scope.within(table) & is_in_force)
        parts.append(part.with_columns(run_id=pl.lit(run.id)) if places else part)
    if not parts:
        run = sources.in_force[0][0]
        none = columns(run, table, needed).clear()
        return none.with_columns(run_id=pl.lit("")).clear() if places else none
    return parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal")


def whole(sources: Sources, table: str, names: Iterable[str] = ()) -> pl.DataFrame:
    """All rows of a small output, in the days that each run is in force for, where it has days."""
    parts = []
    for run, days in sources.in_force:
        schema = _schema(str(run.folder / f"{table}.parquet"))
        rows = columns(run, table, names or schema)
        parts.append(rows.filter(pl.col("day").is_in(days)) if "day" in schema else rows)
    return pl.concat(parts, how="diagonal")


def forget() -> None:
    """Keep nothing: for benchmarks that measure the first look."""
    with _lock:
        _kept.clear()
    _schemas.clear()


_schemas: dict[str, tuple[str, ...]] = {}


def _schema(path: str) -> tuple[str, ...]:
    if path not in _schemas:
        _schemas[path] = tuple(pl.read_parquet_schema(path))
    return _schemas[path]


def _make_room() -> None:
    while len(_kept) > 1 and sum(series.estimated_size() for series in _kept.values()) > ROOM:
        _kept.popitem(last=False)
