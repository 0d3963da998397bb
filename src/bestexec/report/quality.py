"""The execution-quality report: what a tired reader needs first, then the evidence, then how it was made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import polars as pl

from bestexec.linking.columns import KEPT_APART
from bestexec.report import cards, distributions, evidence, judgements, routed
from bestexec.report.blocks import TOO_FEW, Block, Callout, Cell, Column, Figure, Heading, KeyFigure, KeyFigures, Pack, Table, Text
from bestexec.report.charts import IMPROVEMENT, TIME_CURVE
from bestexec.report.numerals import printed
from bestexec.report.run_figures import SEVERITIES, FrameworkRow, KeyRow, Measured, RunFigures, Scorecard, TcaRow
from bestexec.report.sentences import compared, counted, level, sentence
from bestexec.units import FRACTION, SHARES, USD_PER_SHARE

HEADLINE = (
    "effective_over_quoted", "effective_spread", "quoted_spread", "net_price_improvement", "at_or_inside", "realized_spread_1min", "reversion_1min",
    "mean_time_to_execution", "fill_rate_orders", "limit_fill_rate_orders", "arrival_slippage_bps", "customer_cost_per_share",
)  # fmt: skip
"""Metrics of the scorecards in the body, where the run has them; the last section has all."""
QUALITY = "effective_over_quoted"
IMPROVED, TIME = "net_price_improvement", "t0_to_fill_ns"
"""Columns of the measured fills behind the two distributions."""
REACHED = {True: "reached", False: "not reached", None: "cannot be judged"}


def assemble(run: RunFigures) -> Pack:
    """The pack of one run. Raises ValueError when `run` names a metric that its registry lacks or a frame lacks a column."""
    blocks = (
        *summary(run), *transaction_costs(run), *framework(run), *judgements.verdicts(run), *judgements.competing(run), *judgements.routers(run),
        *routed.routed(run), *judgements.claimed(run),
        *vendors(run), *venues(run), *improvement(run), *times(run), *reversions(run), *evidence.completeness(run), *evidence.coverage(run),
        *evidence.data_grade(run), *evidence.findings(run), *other_cards(run), *all_measures(run), *evidence.methodology(run), *evidence.identity(run),
    )  # fmt: skip
    subtitle = "Measured from the firm's orders, routes and fills against the quotes in force. The figures are evidence; the firm concludes."
    return Pack("Execution quality", subtitle, run.firm, run.first_on, run.last_on, run.run_id, blocks)


def summary(run: RunFigures) -> tuple[Block, ...]:
    """Headline figures, what needs attention, and what the data cannot support."""
    sign = Callout(
        "note",
        "How to read it.",
        f"A positive cost is bad for the customer, everywhere. Policy {run.policy_version}; figures on fewer than {run.min_n} print as too few.",
    )
    tiles = tuple(_tile(run, row) for row in run.kpis)
    return (
        Heading("Summary"),
        *((KeyFigures(tiles),) if tiles else ()),
        *_attention(run),
        *_gaps(run),
        sign,
        *(Callout("note", "Note.", note) for note in run.notes),
    )


def transaction_costs(run: RunFigures) -> tuple[Block, ...]:
    """The transaction-cost table: market and limit orders beside the benchmark."""
    if not run.tca:
        return (Heading("Transaction costs"), Text("This run made no transaction-cost table."))
    columns = (
        Column("Metric"), Column("Unit"), Column("Market orders", align="right", bare=True), Column("n", align="right"),
        Column("Limit orders", align="right", bare=True), Column("n", align="right"), Column("Benchmark", align="right", bare=True), Column("Analysis"),
    )  # fmt: skip
    rows = tuple(
        (Cell(run.words[row.key].title), Cell(run.words[row.key].unit.symbol), *_pair(run, row.key, row.market), *_pair(run, row.key, row.limit),
         _pair(run, row.key, row.benchmark)[0], Cell(_analysis(run, row)))
        for row in run.tca
    )  # fmt: skip
    source = run.signed(f"Benchmark: {run.benchmark_name}. Each sentence is made from the figures in its row.")
    return (Heading("Transaction costs"), Table("Market and limit orders against the benchmark", columns, rows, source))


def framework(run: RunFigures) -> tuple[Block, ...]:
    """The quarterly review framework: key metrics against the policy's action thresholds."""
    if not run.framework:
        return (Heading("Quarterly review framework"), Text("This run made no framework table."))
    columns = (
        Column("Component"), Column("Key metric"), Column("Unit"), Column("Value", align="right", bare=True), Column("n", align="right"),
        Column("Benchmark", align="right", bare=True), Column("State"), Column("Action threshold"), Column("Sources"),
    )  # fmt: skip
    rows = tuple(
        _framework_row(run, row, "" if index and run.framework[index - 1].component == row.component else row.component)
        for index, row in enumerate(run.framework)
    )
    strong = tuple(index for index, row in enumerate(run.framework) if row.reached)
    source = run.signed(f"Action thresholds from policy {run.policy_version}. Bold: reached.")
    return (Heading("Quarterly review framework"), Table("Review components, key metrics and action thresholds", columns, rows, source, strong))


def vendors(run: RunFigures) -> tuple[Block, ...]:
    """The scorecards by vendor, of fills and of orders, and how the main figure moved."""
    found = [card for card in run.scorecards if _by_vendor(card)]
    if not found:
        return (Heading("Scorecard by vendor"), Text("This run made no scorecard by vendor."))
    moving = _first(run, _by_time)
    tables = (table for card in found for table in cards.tables(run, card, HEADLINE))
    trend = cards.trend(run, moving, QUALITY) if moving else None
    return (Heading("Scorecard by vendor"), *_some(cards.dots(run, found[0], QUALITY)), *tables, *_some(trend))


def venues(run: RunFigures) -> tuple[Block, ...]:
    """Where the flow went, the quality there, and the market's own figures."""
    card = _first(run, _by_venue)
    market = _tape(run)
    if card is None:
        return (Heading("Venues"), Text("This run made no scorecard by venue."), *market)
    return (Heading("Venues"), *_some(cards.venues(run, card, QUALITY)), *cards.tables(run, card, HEADLINE[:6]), *market)


def improvement(run: RunFigures) -> tuple[Block, ...]:
    """How price improvement is spread over the executed shares."""
    title = Heading("Price improvement")
    if run.fills is None or IMPROVED not in run.fills.columns:
        return (title, Text(f"Not drawn: the run has no measured fills with {IMPROVED}."))
    rows, without = distributions.improvement(run.fills, IMPROVED)
    if rows["fraction"].null_count():
        return (title, Text("Not drawn: no fill has a quote at its benchmark instant."))
    source = run.signed(
        f"Weighted by executed shares; above zero is inside the quote; a class holds the bound farther from zero.{_left_out(run.fills, without)}"
    )
    return (title, IMPROVEMENT.draw(rows, title="Executed shares by price improvement against the quote", unit=distributions.CENTS_PER_SHARE, source=source))


def times(run: RunFigures) -> tuple[Block, ...]:
    """How long executed shares waited."""
    title = Heading("Time to execution")
    if run.fills is None or TIME not in run.fills.columns:
        return (title, Text(f"Not drawn: the run has no measured fills with {TIME}."))
    rows, without = distributions.time_curve(run.fills, TIME, "vendor")
    if rows.is_empty():
        return (title, Text("Not drawn: no fill has both clocks."))
    source = run.signed(
        f"Weighted by executed shares; from receipt, or from the executable time of non-marketable limits and stops.{_left_out(run.fills, without)}"
    )
    return (title, TIME_CURVE.draw(rows, title="Executed shares by time to execution", unit=FRACTION, source=source))


def reversions(run: RunFigures) -> tuple[Block, ...]:
    """Whether the price came back after the fill."""
    card = _first(run, _by_vendor)
    figure = cards.reversion(run, card) if card else None
    said = Text("Positive: the price came back after the fill, which cost the customer. Negative: it moved on in the direction of the order.")
    return (Heading("Reversion"), said, figure) if figure else (Heading("Reversion"), Text("Not drawn: no reversion was measured by vendor."))


def other_cards(run: RunFigures) -> tuple[Block, ...]:
    """The scorecards that the body has not shown."""
    parts: list[Block] = []
    shown = [*(card for card in run.scorecards if _by_vendor(card)), _first(run, _by_venue), _first(run, _by_time)]
    for card in run.scorecards:
        if not any(card is other for other in shown):
            parts += [Heading(card.title, 2), *(cards.tables(run, card, HEADLINE[:6]) or (Text("No figures."),))]
    return (Heading("Other scorecards"), *parts) if parts else ()


def all_measures(run: RunFigures) -> tuple[Block, ...]:
    """Every metric of the run by vendor: the body shows the main ones."""
    keys = [key for key in run.words if key not in HEADLINE]
    firsts = [next((card for card in run.scorecards if _by_vendor(card) and card.on == on), None) for on in ("fills", "orders")]
    found: list[Table] = []
    for card, unit in product((card for card in firsts if card), dict.fromkeys(run.words[key].unit for key in keys)):
        of_unit = [key for key in keys if run.words[key].unit == unit]
        found += cards.tables(run, replace(card, title=f"{card.title}, other measures ({unit.symbol or unit.name})"), of_unit)
    return (Heading("All other measures by vendor"), *found) if found else ()


def _tile(run: RunFigures, row: KeyRow) -> KeyFigure:
    figure, n = _pair(run, row.key, row.value)
    name = f"{row.against_name} ({level(run, row.key, Measured(row.against.value))})" if row.against else ""
    return KeyFigure(run.words[row.key].title, figure, n, sentence(compared(run, row.key, row.value, row.against, name)))


def _attention(run: RunFigures) -> tuple[Block, ...]:
    """Findings by severity, the worst first."""
    said = [Callout("attention", "Action threshold reached.", _reached(run, row)) for row in run.framework if row.reached]
    if run.findings.is_empty():
        return (*said, Text("No check found anything in this period."))
    counts = {severity: int(run.findings.filter(pl.col("severity") == severity)["count"].sum()) for severity in SEVERITIES}
    parts = ", ".join(f"{printed(Cell(count))} {severity}" for severity, count in counts.items() if count)
    worst = run.findings.filter(pl.col("severity") == next(severity for severity in SEVERITIES if severity in run.findings["severity"]))
    return (*said, Text(f"Exceptions: {parts}. Those of the highest severity:"), evidence.findings_table(run, worst, "What needs attention first"))


def _gaps(run: RunFigures) -> tuple[Block, ...]:
    """One callout for everything the data cannot support."""
    lacking = run.grade.filter(pl.col("supports") != "yes")
    if lacking.is_empty():
        return ()
    none = lacking.filter(pl.col("supports") != "partly")["capability"].to_list()
    partly = lacking.filter(pl.col("supports") == "partly").sort(pl.col("have") / pl.col("of"), "capability")
    least = [f"{row['capability']} ({printed(Cell(row['have']))} of {printed(Cell(row['of']))})" for row in partly.head(3).iter_rows(named=True)]
    more = f" and {counted(partly.height - len(least), 'other', 'others')}" if partly.height > len(least) else ""
    said = ((f"Not supported: {'; '.join(none)}.",) if none else ()) + ((f"Supported in part: {'; '.join(least)}{more}.",) if least else ())
    return (Callout("attention" if none else "note", "Data grade.", " ".join(said)),)


def _pair(run: RunFigures, key: str, value: Measured | None) -> tuple[Cell, Cell]:
    """The figure and its count; too few said in words."""
    if value is None:
        return Cell(None), Cell(None)
    return TOO_FEW if run.is_few(run.words[key], value.n) else Cell(value.value, run.words[key].unit), Cell(value.n)


def _reached(run: RunFigures, row: FrameworkRow) -> str:
    return f"{row.component}, {run.words[row.key].title}: {level(run, row.key, row.value)}. Threshold: {row.threshold}."


def _analysis(run: RunFigures, row: TcaRow) -> str:
    """What can be said of each side that was measured."""
    if row.benchmark is None:
        return "No benchmark in this run."
    sides = [(name, value) for name, value in (("market orders", row.market), ("limit orders", row.limit)) if value]
    said = [sentence(f"{name}: {compared(run, row.key, value, row.benchmark, 'the benchmark')}") for name, value in sides]
    return " ".join(said) or "Not measured."


def _framework_row(run: RunFigures, row: FrameworkRow, component: str) -> tuple[Cell, ...]:
    metric = run.words[row.key]
    figures = (*_pair(run, row.key, row.value), _pair(run, row.key, row.against)[0])
    return (Cell(component), Cell(metric.title), Cell(metric.unit.symbol), *figures, Cell(REACHED[row.reached]), Cell(row.threshold), Cell(row.sources))


def _tape(run: RunFigures) -> tuple[Block, ...]:
    """The market's own trades under the same measures."""
    if run.tape is None or run.tape.is_empty():
        return (Text("The run has no tape to set the venues beside."),)
    measures = {"quoted_spread": USD_PER_SHARE, "effective_spread": USD_PER_SHARE, "at_or_inside": FRACTION}
    known = ("trades", "shares", *measures)
    dimensions = [column for column in run.tape.columns if column not in known]
    columns = (
        *(Column(name.capitalize()) for name in dimensions), Column("Trades", align="right"), Column("Shares", SHARES, "right"),
        *(Column(name.replace("_", " ").capitalize(), unit, "right") for name, unit in measures.items()),
    )  # fmt: skip
    shown = run.tape.sort("shares", *dimensions, descending=[True, *(False for _ in dimensions)]).head(cards.MOST_GROUPS)
    rows = tuple(
        (
            *(Cell(str(row[name])) for name in dimensions),
            Cell(row["trades"]),
            Cell(row["shares"], SHARES),
            *(Cell(row[name], unit) for name, unit in measures.items()),
        )
        for row in shown.iter_rows(named=True)
    )
    left = f" The {shown.height} with the most shares of {run.tape.height}." if shown.height < run.tape.height else ""
    source = run.signed(f"Every regular trade of the tape, under the same measures.{left}")
    return (Heading("The market over the same period", 2), Table("The tape's own trades", columns, rows, source))


def _left_out(fills: pl.DataFrame, without: int) -> str:
    """What a distribution leaves out and what it holds together."""
    return f" {counted(without, 'fill', 'fills')} without the facts it needs left out.{distributions.pooled(fills)}"


def _first(run: RunFigures, fits: Callable[[Scorecard], bool]) -> Scorecard | None:
    return next((card for card in run.scorecards if fits(card)), None)


def _by_vendor(card: Scorecard) -> bool:
    """By vendor, also with dimensions that are never pooled in silence, while the groups are few enough to stand side by side."""
    return "vendor" in card.by and set(card.by) <= {"vendor", *KEPT_APART} and card.table.height <= cards.FEW_GROUPS


def _by_venue(card: Scorecard) -> bool:
    return "venue" in card.by and not set(cards.TIMES) & set(card.by)


def _by_time(card: Scorecard) -> bool:
    return len({"day", "week", "month"} & set(card.by)) == 1 and not {"venue", "hour"} & set(card.by)


def _some(figure: Figure | None) -> tuple[Figure, ...]:
    return (figure,) if figure else ()
