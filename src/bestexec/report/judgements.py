"""The report's judgements: what differs beyond chance and beyond the line set beforehand, and what other markets published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from bestexec.competing import CAVEATS, EVERY_CENTER
from bestexec.competing import HEADLINE as SHOWN
from bestexec.report.blocks import Block, Callout, Cell, Column, Figure, Heading, Items, Table, Text
from bestexec.report.charts import SCORECARD
from bestexec.report.run_figures import RunFigures
from bestexec.report.sentences import counted
from bestexec.units import FRACTION, SHARES, USD, USD_PER_SHARE
from bestexec.verdicts.base import worst_first

DRAWN = "effective_spread"
MOST_DRAWN = 20
MOST_SENTENCES = 5
Row = Mapping[str, Any]


def verdicts(run: RunFigures) -> tuple[Block, ...]:
    """Like against like: what a person must decide on first, then every subject of which something can be said."""
    title = Heading("Verdicts")
    if run.verdicts is None:
        return (title, Text("This run was sealed before verdicts were made."))
    told = run.verdicts.filter(pl.col("effect").is_not_null())
    silent = run.verdicts.height - told.height
    how = Text(
        "Each subject stands against all others in the same kinds of orders: symbol, order type, lot, time of day, spread and volatility. Intervals are "
        "clustered by symbol-day and parent order; all comparisons together are corrected as one family; the line of materiality was set beforehand."
    )
    if told.is_empty():
        return (title, how, Callout("note", "No verdict.", f"{counted(silent, 'comparison', 'comparisons')} had too little to stand on."))
    return (title, how, *_to_decide(told), *_drawn(run, told), _table(run, told, silent), *_single_orders(run))


def competing(run: RunFigures) -> tuple[Block, ...]:
    """Markets used and not used today, by their own published reports, over the firm's mix."""
    title = Heading("Competing markets")
    if run.competing is None or run.competing.is_empty():
        said = "No published Rule 605 report of the period was imported, so no other market stands beside the firm's. Import them: they are public."
        return (title, Callout("attention", "No evidence collected.", said))
    parts: list[Block] = []
    for layout, group in sorted(run.competing.select("layout", "order_group").unique().iter_rows()):
        of_group = run.competing.filter(pl.col("layout") == layout, pl.col("order_group") == group, pl.col("metric").is_in(SHOWN))
        parts += [
            _of_group(run, part, f"{group.capitalize()} orders: {run.words[metric].title} ({layout} layout)", metric) for metric, part in _by_metric(of_group)
        ]
    how = Text(
        "Each market center's average of a month, symbol, order type and size is weighted by what the firm had there; the firm's own is of the same cells."
    )
    return (title, how, *parts, Items(CAVEATS))


def routers(run: RunFigures) -> tuple[Block, ...]:
    """How the vendors' routers behaved: changes in like markets, flow that follows payment, hops, and what the vendors state of their rules."""
    title = Heading("How the routers behaved")
    if run.detected is None:
        return (title, Text("This run was sealed before routers were watched."))
    found = run.detected.filter(pl.col("verdict") == "found").sort("day", pl.col("effect").abs(), "metric", descending=[False, True, False], nulls_last=True)
    told = run.detected.filter(pl.col("judgement") != "change", pl.col("verdict") != "found")
    quiet = run.detected.filter(pl.col("judgement") == "change", pl.col("verdict") != "found")["verdict"].value_counts().sort("verdict")
    rest = ", ".join(f"{count} {word}" for word, count in quiet.iter_rows())
    how = Text(
        "A router that did not move shows, in today's market, what it showed in the same kinds of market during the first days of the period. "
        f"Where it shows something else, it moved. Figures that were watched without an alarm: {rest or 'none'}."
    )
    call = (Callout("attention", "Found.", f"{counted(found.height, 'figure', 'figures')} moved, or something else was found."), *_sentences(found))
    words = tuple(told["sentence"])
    return (title, how, *(call if found.height else (Text("Nothing was found."),)), *((Items(words),) if words else ()), *_stated(run))


def _stated(run: RunFigures) -> tuple[Block, ...]:
    if run.standing is None or run.standing.is_empty():
        return (Text("No stated routing rule is on file: the vendors' own rules were not tested."),)
    names = ("rule", "vendor", "kind", "standing", "tested", "kept", "broken", "cannot_tell")
    heads = (*(Column(name.capitalize()) for name in names[:4]), *(Column(name.replace("_", " ").capitalize(), align="right") for name in names[4:]))
    rows = tuple(tuple(Cell(value) for value in row) for row in run.standing.select(names).iter_rows())
    strong = tuple(index for index, word in enumerate(run.standing["standing"]) if word == "broken")
    return (
        Table("What the vendors state of their routers", heads, rows, run.signed("Bold: broken. Each route that breaks one is in the run's table."), strong),
    )


def claimed(run: RunFigures) -> tuple[Block, ...]:
    """What vendors say of themselves, beside what the firm's records say of the same orders; nothing where no vendor's report was imported."""
    if run.claimed is None or run.claimed.is_empty():
        return ()
    rank = pl.col("verdict").replace_strict({"contradicted": 0, "cannot tell": 1, "supported": 2}, return_dtype=pl.Int64)
    ordered = run.claimed.sort(rank, "vendor", "metric", "period_from_on", "order_type", nulls_last=True)
    wrong = ordered.filter(pl.col("verdict") == "contradicted")
    counts = ", ".join(f"{count} {word}" for word, count in ordered["verdict"].value_counts().sort("verdict").iter_rows())
    said = Text(f"Each figure that a vendor states of its own routing was recomputed from the firm's records of the same orders: {counts}.")
    call = (Callout("attention", "Contradicted.", f"{counted(wrong.height, 'figure lies', 'figures lie')} beyond rounding and small gaps of records."),)
    heads = (
        Column("Vendor"), Column("Measure"), Column("Unit"), Column("Period"), Column("Of"), Column("Stated", align="right", bare=True),
        Column("Recomputed", align="right", bare=True), Column("n", align="right"), Column("Difference", align="right", bare=True),
        Column("Tolerance", align="right", bare=True), Column("Result"),
    )  # fmt: skip
    rows = tuple(_claim(run, row) for row in ordered.iter_rows(named=True))
    table = Table(
        "The vendors' own figures", heads, rows, run.signed("Bold: contradicted. Why one cannot be told is in the run's table."), tuple(range(wrong.height))
    )
    return (Heading("The vendors' own figures"), said, *((*call, *_sentences(wrong)) if wrong.height else ()), table)


def _claim(run: RunFigures, row: Row) -> tuple[Cell, ...]:
    metric = run.words.get(row["metric"])
    unit, title = (metric.unit, metric.title) if metric else (None, row["metric"])
    cut = ", ".join(str(row[name]) for name in ("venue", "symbol", "order_type", "size_group", "side") if row[name]) or "everything"
    figures = [Cell(row[name], unit) for name in ("claimed", "ours", "difference", "tolerance")]
    period = f"{row['period_from_on']} to {row['period_to_on']}"
    named = (Cell(row["vendor"]), Cell(title), Cell(unit.symbol if unit else row["unit"]), Cell(period), Cell(cut))
    return (*named, *figures[:2], Cell(row["n"]), *figures[2:], Cell(row["verdict"]))


def _to_decide(told: pl.DataFrame) -> tuple[Block, ...]:
    """What a person must decide on, in sentences, and then what is worse beyond chance and below the line."""
    due, below = worst_first(told.filter(pl.col("needs_decision"))), worst_first(told.filter(~pl.col("needs_decision"), pl.col("verdict") == "worse"))
    if due.is_empty():
        first: tuple[Block, ...] = (Text("None of them needs a decision."),)
    else:
        words = f"{counted(due.height, 'comparison asks', 'comparisons ask')} for one: worse beyond the line of materiality, or not told apart from it."
        first = (Callout("attention", "To decide.", words), *_sentences(due))
    return (*first, *((Heading("Worse beyond chance, below the line of materiality", 2), *_sentences(below)) if below.height else ()))


def _sentences(rows: pl.DataFrame) -> tuple[Block, ...]:
    left = rows.height - MOST_SENTENCES
    more = (Text(f"{counted(left, 'more', 'more')}: in the table of every comparison."),) if left > 0 else ()
    return (Items(tuple(rows["sentence"].head(MOST_SENTENCES))), *more)


def _drawn(run: RunFigures, told: pl.DataFrame) -> tuple[Figure, ...]:
    """Venues by the difference in effective spread, the largest first."""
    rows = told.filter(pl.col("kind") == "venue", pl.col("metric") == DRAWN).sort("n", "subject", descending=[True, False]).head(MOST_DRAWN)
    if rows.is_empty():
        return ()
    drawn = rows.select(group="subject", value="effect", low="low", high="high", n="n").sort("value", "group")
    source = run.signed("Venue less all others in the same kinds of orders; above zero costs the customer more. Intervals of 95 %, clustered.")
    return (SCORECARD.draw(drawn, title="Effective spread, venue against the others", unit=USD_PER_SHARE, source=source),)


def _single_orders(run: RunFigures) -> tuple[Block, ...]:
    """Orders that an average hides."""
    if run.harmed_orders is None:
        return ()
    if run.harmed_orders.is_empty():
        return (Text("No single order cost the customer more, against other orders of its kind, than the limit."),)
    columns = (
        Column("Order"), Column("Symbol"), Column("Day"), Column("Fills", align="right"), Column("Shares", align="right"),
        Column("Worse than its like", USD, "right"), Column("A share", USD_PER_SHARE, "right"),
    )  # fmt: skip
    rows = tuple(
        (Cell(row["order_id"]), Cell(row["symbol"]), Cell(row["key_on"]), Cell(row["n"]), Cell(round(row["shares"])), Cell(row["dollars"], USD),
         Cell(row["per_share"], USD_PER_SHARE))
        for row in run.harmed_orders.head(MOST_DRAWN).iter_rows(named=True)
    )  # fmt: skip
    count = run.harmed_orders.height
    shown = "" if count <= MOST_DRAWN else f" The {MOST_DRAWN} worst of {count:,}; the JSON has all."
    source = f"Net price improvement against the other orders of the same symbol and kind. Averages hide these.{shown}"
    return (Table("Single orders that fared worse than their like", columns, rows, source),)


def _table(run: RunFigures, told: pl.DataFrame, silent: int) -> Table:
    heads = (
        Column("Subject"), Column("Measure"), Column("Verdict"), Column("Difference", USD_PER_SHARE, "right"), Column("From", USD_PER_SHARE, "right"),
        Column("To", USD_PER_SHARE, "right"), Column("Smallest visible", USD_PER_SHARE, "right"), Column("Material from", USD_PER_SHARE, "right"),
        Column("Fills", align="right"), Column("Symbol-days", align="right"), Column("Matched", FRACTION, "right"), Column("Cost", USD, "right"),
    )  # fmt: skip
    ordered = worst_first(told)
    rows = tuple(_row(run, row) for row in ordered.iter_rows(named=True))
    strong = tuple(index for index, decided in enumerate(ordered["needs_decision"]) if decided)
    left = f" {counted(silent, 'other comparison', 'others')} had too little to stand on: the run's table says why." if silent else ""
    source = run.signed(f"Bold: a person must decide. Cost is over the subject's matched shares; below zero it is a saving.{left}")
    return Table("Every comparison", heads, rows, source, strong)


def _row(run: RunFigures, row: Row) -> tuple[Cell, ...]:
    figures = tuple(Cell(row[name], USD_PER_SHARE) for name in ("effect", "low", "high", "smallest_visible", "materiality"))
    named = (Cell(f"{row['kind'].replace('_', ' ')} {row['subject']}"), Cell(run.words[row["metric"]].title), Cell(row["verdict"]))
    return (*named, *figures, Cell(row["n"]), Cell(row["clusters"]), Cell(row["coverage"], FRACTION), Cell(row["dollars"], USD))


def _by_metric(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    return [(metric, rows.filter(pl.col("metric") == metric)) for metric in SHOWN if rows["metric"].is_in([metric]).any()]


def _of_group(run: RunFigures, rows: pl.DataFrame, caption: str, metric: str) -> Table:
    unit = run.words[metric].unit
    heads = (
        Column("Market center"), Column("Used today"), Column("Theirs, our mix", unit, "right"), Column("Ours, same cells", unit, "right"),
        Column("Ours less theirs", unit, "right"), Column("Part of our shares", FRACTION, "right"), Column("Their shares", SHARES, "right"),
        Column("Why empty"),
    )  # fmt: skip
    used = {True: "yes", False: "no", None: "not known"}
    body = tuple(
        (
            Cell(_center(row)), Cell("" if row["center"] == EVERY_CENTER else used[row["is_used"]]), Cell(row["theirs"], unit), Cell(row["ours"], unit),
            Cell(row["difference"], unit), Cell(row["coverage"], FRACTION), Cell(row["their_shares"], SHARES), Cell(row["why"] or ""),
        )
        for row in rows.iter_rows(named=True)
    )  # fmt: skip
    broken = max(rows["broken_lines"].to_list(), default=0)
    left = f" {counted(broken, 'line that breaks', 'lines that break')} a rule of the report left out." if broken else ""
    return Table(caption, heads, body, run.signed(f"Published Rule 605 reports. {run.words[metric].title}.{left}"), (0,))


def _center(row: Row) -> str:
    return f"{row['center']} ({row['venue']})" if row["venue"] and row["venue"] != row["center"] else str(row["center"])
