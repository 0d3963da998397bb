"""The two figures anyone asks of a workspace: a run's scorecard and the market's tape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from bestexec import policy
from bestexec.books import Books
from bestexec.errors import Problem
from bestexec.linking.asof import AsOf
from bestexec.linking.columns import HORIZONS_NS
from bestexec.linking.grade import grade, tape_grade
from bestexec.pipeline import Progress, compute, quiet
from bestexec.recompute import asked_of, chosen
from bestexec.scorecards import excluded_rows, keys_on, scorecard_rows, tape_rows
from bestexec.store import days_of, imports_in
from bestexec.workspace import Workspace


@dataclass(frozen=True)
class Figures:
    """Figures as shown: rows, what was left out and why, and what the data cannot support."""

    rows: pl.DataFrame
    excluded: pl.DataFrame
    grade: pl.DataFrame
    by: tuple[str, ...]
    notes: tuple[str, ...]
    """What a reader must know: benchmark, as-of rule, run, facts that importers noted."""

    def as_json(self) -> dict[str, Any]:
        """{"by", "rows", "excluded", "grade", "notes"}: numbers unrounded, ratios as fractions, null where there is none."""
        return {
            "by": list(self.by), "rows": self.rows.to_dicts(), "excluded": self.excluded.to_dicts(),
            "grade": self.grade.to_dicts(), "notes": list(self.notes),
        }  # fmt: skip


def scorecard(
    workspace: Workspace, by: Sequence[str] = ("vendor",), *, pool: Sequence[str] = (), run: str = "", first: date | None = None, last: date | None = None,
    symbols: Sequence[str] = (), as_of: AsOf | None = None, horizons: Sequence[str] = (), metrics: Sequence[str] = (), progress: Progress = quiet,
) -> Figures:  # fmt: skip
    """Figures of a sealed run (by default the last) over any mix of dimensions; see `scorecards.scorecard_rows` for the columns.

    `metrics` keeps to those keys. Another `as_of` than the run's measures the same imports anew under that rule, unsealed.
    """
    sealed = chosen(workspace, run)
    limits = policy.sealed(sealed.folder / "policy")
    rule = AsOf(sealed.manifest["asked"]["as_of"])
    if as_of is None or as_of is rule:
        fills, orders = sealed.table("fills"), sealed.table("orders")
    else:
        _, outputs = compute(workspace, replace(asked_of(sealed.manifest), as_of=as_of), limits, progress)
        fills, orders, rule = outputs["fills"], outputs["orders"], as_of
    fills, orders = (chosen_rows(rows, first, last, symbols) for rows in (fills, orders))
    keys = tuple(metrics) or _without_horizons([*keys_on("fills"), *keys_on("orders")], horizons)
    rows, dimensions = scorecard_rows(fills, orders, by, pool=pool, min_n=int(limits.limit("min_n")), keys=keys)
    notes = (
        f"run {sealed.id[:12]}",
        f"benchmark: {', '.join(sealed.manifest['benchmarks']) or 'none'}",
        _rule_words(rule),
        *_input_notes(sealed.manifest["inputs"].values()),
    )
    return Figures(rows, excluded_rows(fills, orders), grade(fills, orders), dimensions, notes)


def tape(
    workspace: Workspace, by: Sequence[str] = ("symbol",), *, first: date | None = None, last: date | None = None, symbols: Sequence[str] = (),
    as_of: AsOf = AsOf.BEFORE, horizons: Sequence[str] = (), progress: Progress = quiet,
) -> Figures:  # fmt: skip
    """The market's own figures over its regular-way tape: trades, shares, and the spread measures of `metrics` on trades."""
    imports = imports_in(workspace.imports)
    days = [day for day in days_of(imports, "trades") if (first is None or day >= first) and (last is None or day <= last)]
    if not days:
        raise Problem("there is no tape", where=str(workspace.root), do="import trades of those days")
    books = Books(workspace.books, imports, nbbo_source=policy.load(workspace.policy).nbbo_source, stale_after_ns=None)
    keys = _without_horizons(keys_on("trades"), horizons)
    with workspace.writing():
        figures = tape_rows(imports, days, books, as_of, by=by, symbols=symbols, keys=keys, progress=progress)
    streams = sorted({stream.words for day in days for stream in books.benchmark(day)})
    notes = (f"benchmark: {', '.join(streams) or 'none'}", _rule_words(as_of), *_input_notes(item.manifest for item in imports))
    return Figures(figures.rows, figures.excluded, tape_grade(figures.linked), tuple(by), notes)


def chosen_rows(rows: pl.DataFrame, first: date | None, last: date | None, symbols: Sequence[str] = ()) -> pl.DataFrame:
    """The rows of those days, and of those symbols where any are named."""
    if first is not None:
        rows = rows.filter(pl.col("day") >= first)
    if last is not None:
        rows = rows.filter(pl.col("day") <= last)
    return rows.filter(pl.col("symbol").is_in(symbols)) if symbols else rows


def _without_horizons(keys: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The keys, less those of a horizon that was not asked for; all when none was named."""
    unknown = sorted(set(wanted) - set(HORIZONS_NS))
    if unknown:
        raise Problem(f"there is no horizon {unknown[0]}", where="--horizons", do=f"choose among {', '.join(HORIZONS_NS)}")
    unwanted = tuple(f"_{name}" for name in HORIZONS_NS if wanted and name not in wanted)
    return tuple(key for key in keys if not (unwanted and key.removesuffix("_pct").removesuffix("_bps").endswith(unwanted)))


def _rule_words(rule: AsOf) -> str:
    words = {
        AsOf.BEFORE: "strictly before the event",
        AsOf.AT_OR_BEFORE: "at or before the event",
        AsOf.SEQUENCE: "the state just before the event in sequence",
    }
    return f"quotes as of: {words[rule]}; at receipt, at t0 and after a horizon: at or before"


def _input_notes(manifests: Any) -> tuple[str, ...]:
    return tuple(sorted({note for manifest in manifests for note in manifest["notes"]}))
