"""What the command line prints: tables for a terminal, the important thing first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from rich.table import Table

from bestexec import metrics as registry
from bestexec.explain import Step
from bestexec.filings import Validated
from bestexec.importers.mapped.proposing import Proposal
from bestexec.linking.clocks import apart
from bestexec.linking.grade import by_feed
from bestexec.metrics.base import Metric, On
from bestexec.policy import sealed as sealed_policy
from bestexec.printed.terminal import drawn, lined
from bestexec.runs import Run
from bestexec.units import FRACTION, NS_PER_MS, Unit
from bestexec.views import Figures

HEADLINE = {
    "fills": (
        "quoted_spread", "effective_spread", "effective_over_quoted", "price_improvement", "at_or_inside", "fill_rate", "mean_time_to_execution",
        "realized_spread_1min", "arrival_slippage_bps",
    ),
    "trades": ("time_weighted_spread", "quoted_spread", "effective_spread", "effective_over_quoted", "at_or_inside"),
}  # fmt: skip
"""Metrics shown when there are too many groups for all of them."""
MANY_GROUPS = 5
MOST_VIOLATIONS = 200
"""Violations shown of one file."""
TOO_FEW = "too few"
NOTHING = "—"


def imported(told: pl.DataFrame) -> str:
    """One line a file: what it was, and what became of each record."""
    table = lined(("file", "format", "status", ">records", ">accepted", ">rejected", ">skipped"))
    for row in told.iter_rows(named=True):
        counts = [NOTHING if row[name] is None else f"{row[name]:,}" for name in ("records", "accepted", "rejected", "skipped")]
        table.add_row(row["files"], row["importer"], row["status"], *counts)
    notes = [f"{row['files']}: {row['notes']}" for row in told.iter_rows(named=True) if row["notes"]]
    return drawn(table, *notes)


def proposal(told: Proposal) -> str:
    """A mapping to confirm: what each column of the file would fill, the doubtful ones marked, and what is lacking."""
    table = lined(("column", "values such as", "fills", ">sure", "read"))
    for guess in told.guesses:
        sure = f"{round(100 * guess.confidence)} %" if guess.fills else NOTHING
        table.add_row(
            guess.source, ", ".join(guess.samples) or NOTHING, guess.fills or "not used", sure, f"{guess.how} · {guess.doubt}" if guess.doubt else guess.how
        )
    lacking = [f"lacking: {words}" for words in told.lacking]
    return drawn(table, f"mapping {told.mapping.name}: {', '.join(told.mapping.tables)}", *lacking)


FAR_APART_NS = 2 * NS_PER_MS
"""Clocks whose least time of a leg differs so much from the others' are named."""


def coverage(
    completeness: pl.DataFrame, reconciled: pl.DataFrame, unmatched: pl.DataFrame, facts: pl.DataFrame, breaks: pl.DataFrame, grade: pl.DataFrame,
    grade_days: pl.DataFrame, clocks: pl.DataFrame, consolidated: pl.DataFrame | None = None, match_rates: pl.DataFrame | None = None,
    exclusions: pl.DataFrame | None = None,
) -> str:  # fmt: skip
    """The ledger day by day, feeds held against each other, what does not match or fit together, and what the data does not wholly support."""
    pairs = lined(("day", "what", "one", "other", ">rows", ">of other", ">by id", ">by value", ">differ", ">only one", ">only other"))
    for day, *names, one, other, by_id, by_value, differing, only_one, only_other in reconciled.iter_rows():
        pairs.add_row(str(day), *names, *(f"{count:,}" for count in (one, other, by_id, by_value, differing, only_one, only_other)))
    rates = lined(("day", "what", "feed", "held against", ">told by both", ">by id", ">agreeing", ">told by all"))
    for line in rate_lines(match_rates) if match_rates is not None else ():
        rates.add_row(*line)
    first = unmatched.head(FIRST_ROWS).to_dicts()
    lone = [f"  {row['day']} {row['table']} {row['id']} {row['symbol']}: {row['reason']} ({row['left']} and {row['right']})" for row in first]
    rest = [f"  … and {unmatched.height - FIRST_ROWS:,} more: --json gives all"] if unmatched.height > FIRST_ROWS else []
    told = [f"  {row['source']} {row['day'] or ''}: {row['fact']}: {row['count']:,} of {row['of']:,}" for row in facts.to_dicts()]
    broken = [f"  {row['source']}: {row['reason']}: {row['len']:,}" for row in breaks.group_by("source", "reason").len().sort("source", "reason").to_dicts()]
    lacking = [f"  {row['capability']}: {row['have']:,} of {row['of']:,} · {row['lacking']}" for row in grade.to_dicts() if row["supports"] in ("partly", "no")]
    feeds = [
        f"  {row['feed'] or 'no feed'}: {row['capability']}: {row['have']:,} of {row['of']:,} {row['on']}, least on {row['worst_on']}"
        for row in by_feed(grade_days).to_dicts() if row["supports"] != "yes"
    ]  # fmt: skip
    off = [
        f"  {row['leg']}, {row['first_source']} to {row['second_source']}: about {row['apart_ns'] / NS_PER_MS:+,.3f} ms against the others; the least time is "
        f"{row['least_ns'] / NS_PER_MS:,.3f} ms, {row['early']:,} of {row['pairs']:,} before their cause"
        for row in apart(clocks).to_dicts() if row["early"] or abs(row["apart_ns"] or 0) >= FAR_APART_NS
    ]  # fmt: skip
    left_out = [] if exclusions is None else [_exclusion(row) for row in exclusions.to_dicts()]
    made = [
        f"  {row['day']}: {row['benchmark']}: {row['quotes']:,} quotes, {row['changes']:,} changes; {row['below_lot']:,} sides below a round lot took no part; "
        f"the round lot of {row['lots_estimated']:,} of {row['symbols']:,} symbols is read off the price"
        for row in ([] if consolidated is None else consolidated.to_dicts())
    ]
    parts = (
        ("left out by name:", left_out), ("what the events tell of themselves:", told),
        ("events that do not fit together, by reason:", broken), ("what does not match:", [*lone, *rest]),
        ("what the data does not wholly support:", lacking), ("by feed:", feeds), ("clocks that may be off:", off),
        ("the national best, where no feed told it:", made),
    )  # fmt: skip
    ledger = [_ledger_line(row) for row in completeness.iter_rows(named=True)]
    tables = [table for table in (pairs, rates) if table.row_count]
    return drawn(*ledger, *tables, *(line for title, lines in parts if lines for line in (title, *lines)))


def _exclusion(row: Mapping[str, Any]) -> str:
    until = f"until {row['until']}{', which has ended' if row['is_ended'] else ''}" if row["until"] else "without an end"
    name = f"{row['dimension'].replace('_', ' ')} {row['value']}"
    return f"  {row['day']} {name}: {row['orders']:,} orders, approved by {row['approved_by']}, {until}"


def rate_lines(match_rates: pl.DataFrame) -> Iterator[tuple[str, ...]]:
    """A line a feed and what it is held against, each rate with the count it rests on; what is the same from either side is said once."""
    for (day, table, feed, other), rows in match_rates.group_by("day", "table", "feed", "other", maintain_order=True):
        said = {row["rate"]: f"{shown(row['value'], FRACTION)}{FRACTION.symbol} of {row['n']:,}" for row in rows.iter_rows(named=True)}
        yield (str(day), str(table), str(feed), str(other or "all others"), *(said.get(rate, "") for rate in ("matched", "by_id", "agreeing", "in_all_feeds")))


def _ledger_line(row: Mapping[str, Any]) -> str:
    """One line of the ledger: what was fed adds up, and what is known of how many there were."""
    parts = ((row["measured"], "measured"), (row["excluded"], "left out"), (row["apart"], "set apart"))
    fed = f"{row['fed']:,} fed = {' + '.join(f'{count:,} {words}' for count, words in parts)}"
    gap = f" ({row['missing']:,} missing)" if row["missing"] else f" ({row['surplus']:,} too many)" if row["surplus"] else ""
    total = f"{row['total']:,} by {row['counted_by']}{gap}" if row["total"] is not None else "no control total"
    apart = f", {row['unmatched']:,} told otherwise" if row["unmatched"] else ""
    return f"{row['day']} {row['of']}: {row['state']} · {fed} · {total} · told by {row['feeds'] or 'nobody'}{apart}"


FIRST_ROWS = 20
"""Unmatched rows that are printed; the run holds all."""


def validated(checked: Sequence[Validated]) -> str:
    """Each file: what it is, its records, and each rule that it breaks at its cell."""
    return "\n\n".join(_validated(item) for item in checked)


def _validated(item: Validated) -> str:
    broken, doubts = item.broken.height, item.violations.height - item.broken.height
    counts = f"{item.records:,} records, {item.accepted:,} of them can be read"
    table = lined((">line", "cell", "rule", "what is wrong", "found", "what to do"))
    for row in item.violations.head(MOST_VIOLATIONS).iter_rows(named=True):
        cell = f"{row['place']} {row['cell']}" if row["place"] else row["cell"]
        table.add_row(str(row["line"]), cell, f"{row['rule']}{' (doubt)' if row['is_doubt'] else ''}", row["says"], row["text"] or NOTHING, row["do"])
    more = item.violations.height - MOST_VIOLATIONS
    return drawn(
        f"{item.file} ({item.what}): {counts}; {broken:,} violations, {doubts:,} doubts", *(f"  {note}" for note in item.notes),
        *([table] if item.violations.height else []), *([f"and {more:,} more; --json has them all"] if more > 0 else []),
    )  # fmt: skip


def validation_facts(item: Validated) -> dict[str, Any]:
    """A file's validation as plain values, every violation among them."""
    return {
        "file": item.file, "what": item.what, "records": item.records, "accepted": item.accepted, "skipped": item.skipped,
        "is_valid": item.is_valid, "notes": list(item.notes), "violations": item.violations.to_dicts(),
    }  # fmt: skip


def measured(run: Run) -> str:
    """What a run holds, and what to do next."""
    rows = {name: run.manifest["outputs"][f"{name}.parquet"]["rows"] for name in ("orders", "fills", "unlinked")}
    days = run.manifest["days"]
    found = run.table("findings")
    severities = {row[0]: row[1] for row in found.group_by("severity").len().iter_rows()}
    told = ", ".join(f"{severities[name]:,} {name}" for name in ("high", "medium", "low", "info") if name in severities) or "none"
    return "\n".join((
        f"run {run.id[:12]} sealed: {days[0]} to {days[-1]}, {len(days)} days",
        f"  {rows['orders']:,} orders, {rows['fills']:,} fills, {rows['unlinked']:,} fills without an order",
        f"  exceptions: {told}",
        *_watched(run, days),
        f"  in {run.folder}",
        "next: bestexec scorecard --by vendor, bestexec report, bestexec verify",
    ))  # fmt: skip


def _watched(run: Run, days: Sequence[str]) -> list[str]:
    """Vendors under heightened monitoring on days of the run, and where the run comes less often than they are owed one."""
    held = [entry for entry in sealed_policy(run.folder / "policy").heightened if any(entry.holds(date.fromisoformat(day)) for day in days)]
    return [
        f"  heightened monitoring of {entry.vendor} (case {entry.case}): {len(entry.limits)} narrower limits, a run every {entry.every_days} trading days"
        + (f" · this one covers {len(days)} days" if len(days) > entry.every_days else "")
        for entry in held
    ]


def figures(shown: Figures) -> str:
    """Scorecard or tape: metrics down and groups across when the groups are few, else groups down and the headline metrics across."""
    on = "trades" if "trades" in shown.rows.columns else "fills"
    wanted = [metric for metric in registry.METRICS if metric.key in shown.rows.columns and (metric.on == "trades") == (on == "trades")]
    table = _across(shown, wanted) if shown.rows.height <= MANY_GROUPS else _down(shown, wanted, HEADLINE[on])
    left_out = [_reason(row) for row in shown.excluded.to_dicts()]
    lacking = [
        f"  {row['capability']}: {row['have']:,} of {row['of']:,} · {row['lacking']}" for row in shown.grade.to_dicts() if row["supports"] in ("partly", "no")
    ]
    return drawn(
        table, *shown.notes, *(["left out of measures that need a quote:", *left_out] if left_out else []),
        *(["what the data does not wholly support:", *lacking] if lacking else []),
    )  # fmt: skip


def _reason(row: Mapping[str, Any]) -> str:
    return f"  {row['reason']}: " + ", ".join(f"{_count(value)} {name}" for name, value in row.items() if name != "reason" and value)


def _across(shown: Figures, wanted: Sequence[Metric]) -> Table:
    rows = shown.rows.to_dicts()
    table = lined(("metric", "unit", *(f">{_group(row, shown.by)}" for row in rows)))
    for name in ("trades", "fills", "shares", "orders", "order_shares"):
        if name in shown.rows.columns:
            table.add_row(name.replace("_", " "), "", *(_count(row[name]) for row in rows))
    for metric in wanted:
        table.add_row(metric.title, metric.unit.symbol, *(_figure(row, metric) for row in rows))
    return table


def _down(shown: Figures, wanted: Sequence[Metric], headline: Sequence[str]) -> Table:
    few = [metric for metric in wanted if metric.key in headline]
    counts = [name for name in ("trades", "fills", "orders", "shares") if name in shown.rows.columns]
    dimensions = [name for name in shown.by if shown.rows[name].n_unique() > 1] or list(shown.by[:1])
    table = lined((*dimensions, *(f">{name}" for name in counts), *(f">{metric.title}\n{metric.unit.symbol}" for metric in few)))
    for row in shown.rows.to_dicts():
        table.add_row(*(_dimension(row[name]) for name in dimensions), *(_count(row[name]) for name in counts), *(_figure(row, metric) for metric in few))
    return table


def _group(row: Mapping[str, Any], by: Sequence[str]) -> str:
    return "\n".join(f"{name.removeprefix('is_')} {_dimension(row[name])}" if isinstance(row[name], bool) else _dimension(row[name]) for name in by) or "all"


def _dimension(value: Any) -> str:
    return "not stated" if value is None else {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _figure(row: Mapping[str, Any], metric: Metric) -> str:
    value, n = row[metric.key], row.get(f"{metric.key}_n")
    if value is None:
        return TOO_FEW if n else NOTHING
    return number(value, metric.unit)


def number(value: Any, unit: Unit) -> str:
    """A value in its unit's decimals, with the true minus sign."""
    scaled = Decimal(str(value)) * unit.scale
    return f"{scaled:,.{unit.decimals}f}".replace("-", "−")


def shown(value: Any, unit: Unit) -> str:
    """A value as `number` has it, or NOTHING where it is not known."""
    return NOTHING if value is None else number(value, unit)


def _count(value: Any) -> str:
    return NOTHING if value is None else f"{round(Decimal(str(value)), 6).normalize():,f}"


def metric_facts(metric: Metric) -> dict[str, Any]:
    """A metric's declaration as plain values."""
    return {
        "key": metric.key, "title": metric.title, "on": metric.on, "unit": metric.unit.symbol, "better": metric.better, "row": metric.row,
        "summary": metric.summary.sql, "weight": metric.weight, "source": metric.source.key, "standing": metric.source.standing,
        "says": metric.source.says, "note": metric.note, "example": metric.example.arithmetic, "gives": metric.example.gives,
    }  # fmt: skip


def metrics(found: Sequence[Metric]) -> str:
    """A metric's page: formula, unit, sign, weight, source, worked example."""
    return "\n\n".join(_metric(metric) for metric in found)


def _metric(metric: Metric) -> str:
    better = {"lower": "lower is better for the customer", "higher": "higher is better for the customer", "neither": "neither direction is better by itself"}[
        metric.better
    ]
    lines = [
        f"{metric.title} ({metric.key}), on {metric.on}, in {metric.unit.name}; {better}",
        f"  each row   {metric.row}" if metric.row else "",
        f"  a group    {metric.summary.sql}",
        f"  weight     {metric.weight}",
        f"  source     {metric.source.key} ({metric.source.standing}): {metric.source.says}",
        f"  example    {metric.example.arithmetic}",
        f"  note       {metric.note}" if metric.note else "",
    ]
    return "\n".join(line for line in lines if line)


def order(told: Mapping[str, Any]) -> str:
    """One order and its fills: the facts, then each metric with its arithmetic."""
    parts = [f"run {told['run'][:12]}"]
    parts += [_row_page("orders", item) for item in told["orders"]] + [_row_page("fills", item) for item in told["fills"]]
    return "\n\n".join(parts)


def _row_page(kind: On, item: Mapping[str, Any]) -> str:
    row = item["row"]
    facts = [f"  {name:<26} {_fact(name, value)}" for name, value in row.items()]
    steps = [f"  {step.title} ({step.metric}) = {_given(step, kind)}\n      {step.formula}\n      {step.arithmetic}" for step in item["steps"]]
    return "\n".join((f"{kind.removesuffix('s')} {row.get('fill_id') or row['order_id']}", *facts, "", *steps))


def _given(step: Step, on: On) -> str:
    unit = registry.by_key(step.metric, on).unit
    return NOTHING if step.gives is None else f"{number(step.gives, unit)} {unit.symbol}"


def _fact(name: str, value: Any) -> str:
    return f"{value}  ({instant(value)})" if name.endswith("_at") and isinstance(value, int) else str(value)


def instant(ns: int) -> str:
    """ISO text with nine digits, UTC."""
    seconds, rest = divmod(ns, 1_000_000_000)
    moment = pl.select(pl.from_epoch(pl.lit(seconds), time_unit="s").dt.strftime("%Y-%m-%dT%H:%M:%S")).item()
    return f"{moment}.{rest:09d}Z"
