"""The report's account of itself: what was left out, what the data supports, what checks found, how it was computed and from what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from bestexec.checks.alerts import STANDINGS
from bestexec.linking.clocks import apart
from bestexec.linking.grade import by_feed
from bestexec.report.blocks import Block, Cell, Column, Definition, Definitions, Heading, Table, Text
from bestexec.report.run_figures import SEVERITIES, MetricWords, RunFigures
from bestexec.report.sentences import SIGNS
from bestexec.units import NANOSECONDS, SHARES, USD

MOST_CLOCKS = 20
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


def completeness(run: RunFigures) -> tuple[Block, ...]:
    """Whether every order, route and fill was there: the days together, by what is known of them."""
    title = Heading("Completeness")
    if run.completeness is None or run.completeness.is_empty():
        return (title, Text("This run does not say whether everything was fed."))
    counts = ("fed", "measured", "excluded", "apart", "total", "missing", "surplus", "unmatched")
    sums = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in counts]
    who = [pl.col(name).drop_nulls().unique().sort().str.join(", ") for name in ("feeds", "counted_by")]
    whole = run.completeness.group_by("of", "state").agg(pl.col("day").n_unique().alias("days"), *sums, *who).sort("of", "state")
    titles = ("Days", "Fed", "Measured", "Left out", "Set apart", "Control total", "Missing", "Too many", "Told otherwise")
    heads = (Column("What"), Column("State"), *(Column(name, align="right") for name in titles))
    strong = tuple(index for index, state in enumerate(whole["state"]) if state != "complete")
    told = "Fed = measured + left out + set apart (withdrawn, or without an order). Without a control total and a second feed, completeness is unknown."
    table = Table("Was everything there?", heads, _rows(whole, ("of", "state", "days", *counts)), run.signed(told), strong)
    names = (Column("What"), Column("State"), Column("Told by"), Column("Counted by"))
    sources = Table("Who tells of them", names, _rows(whole, ("of", "state", "feeds", "counted_by")), run.signed("Feeds, and who made the control total."))
    return (title, table, sources, *_reconciled(run))


def _reconciled(run: RunFigures) -> tuple[Block, ...]:
    """Each two feeds held against each other, the days together."""
    if run.reconciled is None or run.reconciled.is_empty():
        return ()
    counts = ("left_rows", "right_rows", "by_id", "by_value", "differing", "only_left", "only_right")
    whole = run.reconciled.group_by("table", "left", "right").agg(pl.col("day").n_unique().alias("days"), pl.col(counts).sum()).sort("table", "left", "right")
    titles = ("Days", "Rows of the one", "Of the other", "Paired by id", "By value", "Differing", "Only the one", "Only the other")
    heads = (Column("What"), Column("One feed"), Column("The other"), *(Column(name, align="right") for name in titles))
    told = "By value: the ids differ, symbol, side, quantity, price and second do not."
    return (Table("Feeds held against each other", heads, _rows(whole, ("table", "left", "right", "days", *counts)), run.signed(told)),)


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
    return (title, Table("What this data can support", columns, rows, run.signed("Bold: not supported at all."), strong), *_by_feed(run), *_clocks(run))


def _by_feed(run: RunFigures) -> tuple[Block, ...]:
    """What each feed lacks, and on which day the most."""
    if run.grade_days is None or run.grade_days.is_empty():
        return ()
    lacking = by_feed(run.grade_days).filter(pl.col("supports") != "yes")
    if lacking.is_empty():
        return (Text("Every feed supports all of it on every day."),)
    columns = (
        Column("Feed"), Column("Capability"), Column("Of"), Column("Supported"), Column("Rows that have it", align="right"), Column("of", align="right"),
        Column("Whole days", align="right"), Column("of", align="right"), Column("Least on"), Column("Coarsest clock", NANOSECONDS, "right"),
    )  # fmt: skip
    rows = tuple(
        (Cell(row["feed"] or "no feed"), Cell(row["capability"]), Cell(row["on"]), Cell(row["supports"]), Cell(row["have"]), Cell(row["of"]),
         Cell(row["whole_days"]), Cell(row["days"]), Cell(row["worst_on"]), Cell(row["coarsest_ns"], NANOSECONDS))
        for row in lacking.iter_rows(named=True)
    )  # fmt: skip
    strong = tuple(index for index, supports in enumerate(lacking["supports"]) if supports == "no")
    return (Table("What each feed lacks", columns, rows, run.signed("What a feed supports on every day is left out. Bold: not supported at all."), strong),)


def _clocks(run: RunFigures) -> tuple[Block, ...]:
    """The least time of each leg by each pair of clocks: no leg takes less than no time."""
    if run.clocks is None or run.clocks.is_empty():
        return ()
    told = apart(run.clocks)
    columns = (
        Column("Leg"), Column("First clock"), Column("Second clock"), Column("Days", align="right"), Column("Pairs", align="right"),
        Column("Before their cause", align="right"), Column("Least time", NANOSECONDS, "right"), Column("Against the others", NANOSECONDS, "right"),
    )  # fmt: skip
    rows = tuple(
        (Cell(row["leg"]), Cell(row["first_source"]), Cell(row["second_source"]), Cell(row["days"]), Cell(row["pairs"]), Cell(row["early"]),
         Cell(row["least_ns"], NANOSECONDS), Cell(row["apart_ns"], NANOSECONDS))
        for row in told.head(MOST_CLOCKS).iter_rows(named=True)
    )  # fmt: skip
    strong = tuple(index for index, early in enumerate(told["early"].head(MOST_CLOCKS)) if early)
    left = f" The first {MOST_CLOCKS} of {told.height} pairs." if told.height > MOST_CLOCKS else ""
    said = f"By the least time the second clock is ahead at most; bold: told as if an effect came before its cause, so one of the two is off.{left}"
    return (Table("Clocks against each other, the farthest apart first", columns, rows, run.signed(said), strong if len(strong) < len(rows) else ()),)


def findings(run: RunFigures) -> tuple[Block, ...]:
    """Every check that found something, and every check that could not be asked."""
    found = Text("No check found anything.") if run.findings.is_empty() else findings_table(run, run.findings, "Exceptions by check")
    if run.unevaluated is None or run.unevaluated.is_empty():
        return (Heading("Exceptions"), found, *_alerts(run))
    columns = (Column("Check"), Column("Title"), Column("Why it could not be asked"), Column("Rows", align="right"), Column("of", align="right"))
    rows = _rows(run.unevaluated, ("check_id", "title", "reason", "rows", "of_rows"))
    return (
        Heading("Exceptions"),
        found,
        *_alerts(run),
        Table("Rows that a check could not judge", columns, rows, run.signed("Not judged is neither passed nor failed.")),
    )


def _alerts(run: RunFigures) -> tuple[Block, ...]:
    """How many alerts of each check the days' budgets reached, and how many stand below the line."""
    if run.alerts is None or run.alerts.is_empty():
        return ()
    counted = run.alerts.group_by("severity", "check_id", "title").agg(
        days=pl.col("day").n_unique(), alerts=pl.len(), within=(pl.col("standing") == STANDINGS[0]).sum(), beside=(pl.col("standing") == STANDINGS[1]).sum(),
        drawn=(pl.col("standing") == STANDINGS[2]).sum(), below=(pl.col("standing") == STANDINGS[3]).sum(),
        below_findings=pl.col("findings").filter(pl.col("standing") == STANDINGS[3]).sum(),
    )  # fmt: skip
    numbers = ("days", "alerts", "within", "beside", "drawn", "below", "below_findings")
    heads = ("Days", "Alerts", "Within the budget", "High, beside it", "Drawn from below", "Below the line", "Exceptions below")
    columns = (Column("Severity"), Column("Check"), Column("Title"), *(Column(head, align="right") for head in heads))
    ordered = counted.sort(pl.col("severity").cast(pl.Enum(SEVERITIES)), "check_id")
    rows = [tuple(map(Cell, row)) for row in ordered.select("severity", "check_id", "title", *numbers).iter_rows()]
    total = (Cell("All checks"), Cell(""), Cell(""), Cell(run.alerts["day"].n_unique()), *map(Cell, counted.select(pl.col(numbers[1:]).sum()).row(0)))
    said = run.signed(
        "An alert is a day's exceptions of one check and one cause. What stands below the line is an exception still. Days of all checks: with any."
    )
    return (Table("Alerts by check, and what each day's budget reached", columns, (*rows, total), said, (len(rows),)),)


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
    return (Heading("Methodology"), said, definitions(run.metrics), sources)


def definitions(metrics: Iterable[MetricWords]) -> Definitions:
    """Each metric's formula, unit, sign, weight and source."""
    return Definitions(METHOD_LABELS, tuple(_definition(metric) for metric in metrics), code=("Each row", "Group"))


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
