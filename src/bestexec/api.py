"""The verbs of the command line for a notebook: each gives a Polars frame."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import polars as pl

from bestexec import explain as explaining
from bestexec import filings, intake, pipeline, printed, recompute, views
from bestexec.linking.asof import AsOf
from bestexec.runs import Run
from bestexec.workspace import Workspace


def import_files(
    workspace: Workspace, paths: Sequence[str | Path], *, received_at: int | None = None, options: Mapping[str, str] | None = None, by_reference: bool = False
) -> pl.DataFrame:  # fmt: skip
    """Import files and folders; one row a group of files read together. `received_at` (epoch ns) is now unless stated."""
    return intake.import_files(workspace, paths, received_at=time.time_ns() if received_at is None else received_at, options=options, by_reference=by_reference)


def validate(paths: Sequence[str | Path]) -> pl.DataFrame:
    """Every rule that reports filed under Rules 605 and 606 break, one row each: file, line, cell, rule, what it says, what to do."""
    return filings.as_table([filings.validate(Path(path)) for path in paths])


def measure(workspace: Workspace, *, first: date | None = None, last: date | None = None, known_at: int | None = None, as_of: str = "before") -> Run:
    """Measure and seal; the run's `table(name)` gives its frames, `run.manifest["outputs"]` their names."""
    return pipeline.measure(workspace, pipeline.Asked(first, last, known_at, AsOf(as_of)))


def scorecard(
    workspace: Workspace, by: Sequence[str] = ("vendor",), *, pool: Sequence[str] = (), run: str = "", first: date | None = None, last: date | None = None,
    symbols: Sequence[str] = (), as_of: str | None = None, horizons: Sequence[str] = (),
) -> pl.DataFrame:  # fmt: skip
    """Figures of a run over any mix of dimensions; per metric its key, `_n`, `_coverage` and `_se`."""
    rule = AsOf(as_of) if as_of else None
    return views.scorecard(workspace, by, pool=pool, run=run, first=first, last=last, symbols=symbols, as_of=rule, horizons=horizons).rows


def tape(
    workspace: Workspace, by: Sequence[str] = ("symbol",), *, first: date | None = None, last: date | None = None, symbols: Sequence[str] = (),
    as_of: str = "before", horizons: Sequence[str] = (),
) -> pl.DataFrame:  # fmt: skip
    """The market's own figures over its regular-way tape."""
    return views.tape(workspace, by, first=first, last=last, symbols=symbols, as_of=AsOf(as_of), horizons=horizons).rows


def explain(workspace: Workspace | None = None, *, metric: str = "", order: str = "", run: str = "") -> pl.DataFrame:
    """A metric's declaration, one row a table it is measured on; or an order's metrics, one row a step of arithmetic."""
    if metric:
        return pl.DataFrame([printed.metric_facts(item) for item in explaining.explain_metric(metric)])
    if workspace is None:
        raise ValueError("an order is explained from a run: give the workspace")
    told = explaining.explain_order(recompute.chosen(workspace, run), order)
    steps = [
        {"on": on, "id": item["row"].get("fill_id", item["row"]["order_id"]), **asdict(step)}
        for on in ("orders", "fills")
        for item in told[on]
        for step in item["steps"]
    ]
    return pl.DataFrame(steps, schema_overrides={"gives": pl.String}, strict=False, infer_schema_length=None)


def findings(workspace: Workspace, run: str = "") -> pl.DataFrame:
    """What a person must look at, and why."""
    return recompute.chosen(workspace, run).table("findings")


def alerts(workspace: Workspace, run: str = "") -> pl.DataFrame:
    """Findings of one cause together, the most telling of each day first, and which of them the day's budget reaches."""
    return recompute.chosen(workspace, run).table("alerts")


def excluded(workspace: Workspace, run: str = "") -> pl.DataFrame:
    """What takes no part in measures that need a quote, by reason."""
    return recompute.chosen(workspace, run).table("excluded")


def completeness(workspace: Workspace, run: str = "") -> pl.DataFrame:
    """Whether every order, route and fill of each day was fed: complete, with gaps, or unknown."""
    return recompute.chosen(workspace, run).table("completeness")


def verdicts(workspace: Workspace, run: str = "") -> pl.DataFrame:
    """Each vendor, venue, kind of order and month against all others in the same kinds of orders, with interval and verdict."""
    return recompute.chosen(workspace, run).table("verdicts")


def competing(workspace: Workspace, run: str = "") -> pl.DataFrame:
    """Each market center's published Rule 605 figures over the firm's own mix of orders."""
    return recompute.chosen(workspace, run).table("competing")


def claimed(workspace: Workspace, run: str = "") -> pl.DataFrame:
    """Each figure of a vendor's own report beside the same figure of the firm's records."""
    return recompute.chosen(workspace, run).table("claimed")


def grade(workspace: Workspace, run: str = "") -> pl.DataFrame:
    """What the run's data can and cannot support."""
    return recompute.chosen(workspace, run).table("grade")
