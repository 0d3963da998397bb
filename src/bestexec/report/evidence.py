"""The report's account of itself: what was left out, what the data supports, what checks found, how it was computed and from what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from bestexec.report.blocks import Block, Cell, Column, Definition, Definitions, Heading, Table, Text
from bestexec.report.run_figures import SEVERITIES, MetricWords, RunFigures
from bestexec.report.sentences import SIGNS
from bestexec.units import SHARES, USD

METHOD_LABELS = ("Rows", "Unit", "Sign", "Weight", "Source", "Note", "Each row", "Group")


def coverage(run: RunFigures) -> tuple[Block, ...]:
    """What was left out of the measures that need a quote, and why."""
    title = Heading("Coverage and exclusions")
    if run.excluded.is_empty():
        return (title, Text("No fill was excluded."))
    counts = [name for name in ("fills", "shares", "orders", "order_shares") if name in run.excluded.columns]
    units = [SHARES if name.endswith("shares") else None for name in counts]
    columns = (Column("Reason"), *(Column(name.replace("_", " ").capitalize(), unit, "right") for name, unit in zip(counts, units, strict=True)))
    ordered = run.excluded.sort("fills", "reason", descending=[True, False], nulls_last=True)
    rows = tuple((Cell(reason), *map(Cell, figures, units)) for reason, *figures in ordered.select("reason", *counts).iter_rows())
    total = (Cell("All exclusions"), *map(Cell, ordered.select(pl.col(counts).sum()).row(0), units))
    source = run.signed("A fill without its quote leaves the numerator and the denominator of a measure.")
    return (title, Table("Left out of measures that need a quote", columns, (*rows, total), source, (len(rows),)))


def data_grade(run: RunFigures) -> tuple[Block, ...]:
    """What this data can and cannot support."""
    title = Heading("Data grade")
    if run.grade.is_empty():
        return (title, Text("The data was not graded."))
    feed = ("feed",) if "feed" in run.grade.columns else ()
    named = ("capability", "supports", "have", "of", "lacking")
    heads = (Column("Capability"), Column("Supported"), Column("Rows that have it", align="right"), Column("of", align="right"), Column("Where it is lacking"))
    columns = (*(Column("Feed") for _ in feed), *heads)
    graded = run.grade.with_columns(lacking=pl.when(pl.col("supports") != "yes").then("lacking").otherwise(pl.lit("")))
    rows = _rows(graded, (*feed, *named))
    strong = tuple(index for index, supports in enumerate(graded["supports"]) if supports == "no")
    return (title, Table("What this data can support", columns, rows, run.signed("Bold: not supported at all."), strong))


def findings(run: RunFigures) -> tuple[Block, ...]:
    """Every check that found something, and every check that could not be asked."""
    found = Text("No check found anything.") if run.findings.is_empty() else findings_table(run, run.findings, "Exceptions by check")
    if run.unevaluated is None or run.unevaluated.is_empty():
        return (Heading("Exceptions"), found)
    columns = (Column("Check"), Column("Title"), Column("Why it could not be asked"), Column("Rows", align="right"), Column("of", align="right"))
    rows = _rows(run.unevaluated, ("check_id", "title", "reason", "rows", "of_rows"))
    return (Heading("Exceptions"), found, Table("Rows that a check could not judge", columns, rows, run.signed("Not judged is neither passed nor failed.")))


def findings_table(run: RunFigures, found: pl.DataFrame, caption: str) -> Table:
    """Checks with their findings, the most severe first."""
    columns = (Column("Severity"), Column("Check"), Column("Title"), Column("Exceptions", align="right"), Column("Estimated harm", USD, "right"))
    ordered = found.sort(pl.col("severity").cast(pl.Enum(SEVERITIES)), "check_id")
    rows = tuple(
        (Cell(row["severity"]), Cell(row["check_id"]), Cell(row["title"]), Cell(row["count"]), Cell(row["harm_usd"], USD))
        for row in ordered.iter_rows(named=True)
    )
    strong = tuple(index for index, severity in enumerate(ordered["severity"]) if severity == SEVERITIES[0])
    return Table(
        caption,
        columns,
        rows,
        run.signed("An exception is a row that a person must look at. Harm is estimated where it is arithmetic on customers' own fills."),
        strong,
    )


def methodology(run: RunFigures) -> tuple[Block, ...]:
    """Each metric's formula, unit, sign, weight and source, as they were executed; then what the sources say."""
    if not run.metrics:
        return (Heading("Methodology"), Text("This run carries no definitions."))
    cites = {metric.source.key: metric.source for metric in run.metrics}
    rows = tuple((Cell(key), Cell(cite.standing), Cell(cite.says)) for key, cite in sorted(cites.items()))
    sources = Table("Sources, in our words", (Column("Source"), Column("Standing"), Column("What it says")), rows, "The authority's own text governs.")
    said = Text("These formulas are the ones that were executed: SQL over the linked tables, whose rows are fills, orders or trades.")
    return (Heading("Methodology"), said, Definitions(METHOD_LABELS, tuple(_definition(metric) for metric in run.metrics), code=("Each row", "Group")), sources)


def identity(run: RunFigures) -> tuple[Block, ...]:
    """What the run was made from, by hash."""
    rows = tuple((Cell(name), Cell(digest)) for name, digest in (("run", run.run_id), *run.identity))
    source = "The same inputs give the same hashes; `bestexec verify` recomputes them."
    return (Heading("Run identity"), Table("Inputs, code, policy and definitions of this run", (Column("Part"), Column("SHA-256", code=True)), rows, source))


def _definition(metric: MetricWords) -> Definition:
    group = str(getattr(metric.summary, "sql", metric.summary))
    facts = (metric.on, metric.unit.name, SIGNS[metric.better], metric.weight, metric.source.key, metric.note)
    return Definition(metric.title, metric.key, (*facts, metric.row or "", group))


def _rows(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[tuple[Cell, ...], ...]:
    values: Iterable[tuple[str | int, ...]] = frame.select(columns).iter_rows()
    return tuple(tuple(Cell(value) for value in row) for row in values)
