"""The same days measured twice: as known then, as known now, and which inputs explain the difference."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from bestexec import metrics, policy
from bestexec.errors import Problem
from bestexec.linking.identity import ORDER_KEY
from bestexec.metrics import On
from bestexec.pipeline import Progress, compute, quiet
from bestexec.recompute import asked_of
from bestexec.runs import Run
from bestexec.scorecards import scorecard_rows
from bestexec.store import imports_in, in_force
from bestexec.workspace import Workspace

SOURCES = {"orders": ("order_import", "order_line"), "fills": ("fill_import", "fill_line")}
"""Where a row came from: told of a row that differs, and no difference by itself."""
KEYS: dict[On, list[str]] = {"orders": ORDER_KEY, "fills": [*ORDER_KEY, "fill_id"]}
CHANGED, CAME, GONE = "changed", "came", "gone"


class Measured(Protocol):
    """A run, sealed or not: what it was made of, and its tables."""

    @property
    def manifest(self) -> Mapping[str, Any]: ...

    def table(self, name: str, columns: Collection[str] | None = None) -> pl.DataFrame: ...


@dataclass(frozen=True)
class Unsealed:
    """A measurement that nobody sealed."""

    manifest: Mapping[str, Any]
    outputs: Mapping[str, pl.DataFrame]
    folder: Path
    """Where the policy that it was measured under lies, as in a run's folder."""

    def table(self, name: str, columns: Collection[str] | None = None) -> pl.DataFrame:
        """An output by name, whole or only those of `columns` that it has."""
        made = self.outputs[name]
        return made if columns is None else made.select(name for name in made.columns if name in columns)


@dataclass(frozen=True)
class Change:
    """One thing that a run was made of and that is not the same in both. `kind`: import, policy, limit, definitions, code, question, benchmark or days."""

    kind: str
    what: str
    then: str | None
    now: str | None


@dataclass(frozen=True)
class Twice:
    """What differs between two measurements of the same days, and what explains it.

    `figures`: the dimensions, then on, metric, unit, then, now, difference (now − then, null where either is), n_then, n_now; those that differ alone, of
    `of_figures` compared. `rows`: on, day, the key, how (changed, came, gone), the columns that differ, the import and line it came from then and now.
    """

    days: tuple[str, ...]
    changes: tuple[Change, ...]
    figures: pl.DataFrame
    of_figures: int
    rows: pl.DataFrame

    @property
    def is_same(self) -> bool:
        return not self.changes and self.figures.is_empty() and self.rows.is_empty()

    def as_json(self) -> dict[str, Any]:
        """{"days", "changes", "figures", "of_figures", "rows"}: numbers unrounded, null where there is none."""
        return {
            "days": list(self.days), "changes": [asdict(change) for change in self.changes], "figures": self.figures.to_dicts(),
            "of_figures": self.of_figures, "rows": self.rows.to_dicts(),
        }  # fmt: skip


def compare(then: Measured, now: Measured, by: Sequence[str] = ("vendor",), *, pool: Sequence[str] = ()) -> Twice:
    """Which figures of the scorecard differ over the days that both measured, by how much, and the orders, fills and inputs behind it.

    Summaries are made of both runs' rows under the definitions of this program. Raises Problem when they have no day in common.
    """
    days = tuple(sorted(set(then.manifest["days"]) & set(now.manifest["days"])))
    if not days:
        raise Problem("the two runs have no day in common", do="name two runs of the same period")
    tables = {name: tuple(_of_days(side.table(name), days) for side in (then, now)) for name in KEYS}
    figures, of_figures = _figures(tables, by, pool)
    rows = pl.concat([_rows(name, *tables[name]) for name in KEYS])
    return Twice(days, tuple(changes(then.manifest, now.manifest)), figures, of_figures, rows)


def as_known(workspace: Workspace, run: Run, at: int, progress: Progress = quiet) -> Unsealed:
    """What `run` would have been with those of its imports alone that had been received by then (epoch ns), or with what they take the place of, under its
    own question and policy.

    Raises Problem where that is none of them.
    """
    published = imports_in(workspace.imports)
    used = {name for item in published if item.id in run.manifest["inputs"] for name in (item.id, *item.manifest.get("replaces", ()))}
    known = tuple(item.id for item in in_force([item for item in published if item.id in used and item.manifest["received_at"] <= at]))
    if not known:
        raise Problem("nothing of this run had been received by then", where=run.id[:12], do="name a later instant")
    manifest, outputs = compute(workspace, replace(asked_of(run.manifest), only=known), policy.load(run.folder / "policy"), progress)
    return Unsealed(manifest, outputs, run.folder)


def changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """What two runs were made of and that is not the same, imports first: each named by its files, a file of the same name with other bytes as one restated."""
    found = _imports(then["inputs"], now["inputs"])
    if then["days"] != now["days"]:
        found.append(Change("days", "the days measured", _span(then["days"]), _span(now["days"])))
    for kind, part in (("question", "asked"), ("policy", "policy"), ("definitions", "definitions"), ("code", "code")):
        names = sorted({*then[part], *now[part]})
        found += [Change(kind, name, _text(then[part].get(name)), _text(now[part].get(name))) for name in names if then[part].get(name) != now[part].get(name)]
    if then["benchmarks"] != now["benchmarks"]:
        found.append(Change("benchmark", "quotes held against", ", ".join(then["benchmarks"]), ", ".join(now["benchmarks"])))
    return found


def limits(then: Path, now: Path) -> list[Change]:
    """Which limits and readings of the rules differ between the policies in two folders."""
    sides = [policy.load(folder) for folder in (then, now)]
    steps = [{**{name: each.steps for name, each in side.limits.items()}, **{name: each.steps for name, each in side.settings.items()}} for side in sides]
    return [
        Change("limit", name, _steps(steps[0].get(name)), _steps(steps[1].get(name)))
        for name in sorted({*steps[0], *steps[1]})
        if steps[0].get(name) != steps[1].get(name)
    ]


def _imports(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    came, gone = ({_files(made[each]): each for each in made if each not in other} for made, other in ((now, then), (then, now)))
    before = {name: facts for facts in then.values() for name in (_files(facts),)}
    found = []
    for name in sorted({*came, *gone}):
        was = _records(then[gone[name]]) if name in gone else f"{_records(before[name])}; it stays" if name in before else None
        found.append(Change("import", name, was, _records(now[came[name]]) if name in came else None))
    return found


def _files(facts: Mapping[str, Any]) -> str:
    return " + ".join(sorted(file["name"] for file in facts["files"]))


def _records(facts: Mapping[str, Any]) -> str:
    digests = ", ".join(sorted(file["sha256"][:12] for file in facts["files"]))
    return f"{facts['records']:,} records, SHA-256 {digests}"


def _span(days: Sequence[str]) -> str:
    return f"{len(days)}: {days[0]} to {days[-1]}"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _steps(steps: Any) -> str | None:
    return None if steps is None else ", ".join(f"{value}" if day is None else f"{value} from {day}" for day, value in steps)


def _of_days(rows: pl.DataFrame, days: Sequence[str]) -> pl.DataFrame:
    return rows.filter(pl.col("day").is_in([date.fromisoformat(day) for day in days]))


def _figures(tables: Mapping[On, tuple[pl.DataFrame, ...]], by: Sequence[str], pool: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """(the figures that differ, how many were compared), one row a group and metric."""
    long: list[pl.DataFrame] = []
    dimensions: tuple[str, ...] = ()
    for side in (0, 1):
        wide, dimensions = scorecard_rows(tables["fills"][side], tables["orders"][side], by, pool=pool)
        long.append(_long(wide, dimensions))
    key = [*dimensions, "on", "metric", "unit"]
    both = (
        long[0]
        .rename({"value": "then", "n": "n_then"})
        .join(long[1].rename({"value": "now", "n": "n_now"}), on=key, how="full", coalesce=True, nulls_equal=True)
    )
    differs = pl.col("then").ne_missing(pl.col("now")) | pl.col("n_then").ne_missing(pl.col("n_now"))
    told = both.filter(differs).with_columns(difference=pl.col("now") - pl.col("then"))
    return told.sort(key, nulls_last=True).select(*key, "then", "now", "difference", "n_then", "n_now"), both.height


def _long(wide: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    parts = [
        wide.select(
            *dimensions, on=pl.lit(metric.on), metric=pl.lit(metric.key), unit=pl.lit(metric.unit.name), value=pl.col(metric.key).cast(pl.Float64),
            n=pl.col(f"{metric.key}_n").cast(pl.Int64),
        )
        for metric in metrics.METRICS
        if metric.on != "trades" and metric.key in wide.columns and f"{metric.key}_n" in wide.columns
    ]  # fmt: skip
    return pl.concat(parts)


ROWS = pl.Schema({
    "on": pl.String(), "day": pl.Date(), "firm": pl.String(), "key_on": pl.Date(), "symbol": pl.String(), "order_id": pl.String(),
    "fill_id": pl.String(), "how": pl.String(),
    "columns": pl.List(pl.String()), "import_then": pl.String(), "line_then": pl.Int64(), "import_now": pl.String(), "line_now": pl.Int64(),
})  # fmt: skip


def _rows(name: On, then: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The rows of one table that are not the same in both; a column that only one of them has is no difference of a row."""
    key, source = KEYS[name], SOURCES[name]
    shared = [column for column in now.columns if column in then.columns and column not in (*key, *source)]
    sides = [side.select(*key, *shared, *source, is_there=pl.lit(True)) for side in (then, now)]
    both = sides[0].join(sides[1], on=key, how="full", coalesce=True, nulls_equal=True, suffix="_now")
    differing = [pl.when(pl.col(column).ne_missing(pl.col(f"{column}_now"))).then(pl.lit(column)) for column in shared]
    told = both.with_columns(
        how=pl.when(pl.col("is_there").is_null()).then(pl.lit(CAME)).when(pl.col("is_there_now").is_null()).then(pl.lit(GONE)).otherwise(pl.lit(CHANGED)),
        columns=pl.concat_list(differing).list.drop_nulls(),
    ).filter((pl.col("how") != CHANGED) | (pl.col("columns").list.len() > 0))
    fill = pl.col("fill_id") if "fill_id" in key else pl.lit(None, pl.String)
    return (
        told.select(
            on=pl.lit(name),
            day=pl.coalesce("day", "day_now"),
            firm="firm",
            key_on="key_on",
            symbol="symbol",
            order_id="order_id",
            fill_id=fill,
            how="how",
            columns=pl.when(pl.col("how") == CHANGED).then(pl.col("columns")).otherwise(pl.lit([], pl.List(pl.String))),
            import_then=source[0],
            line_then=pl.col(source[1]).cast(pl.Int64),
            import_now=f"{source[0]}_now",
            line_now=pl.col(f"{source[1]}_now").cast(pl.Int64),
        )
        .sort("day", *key)
        .cast(ROWS)
    )
