"""The coverage ledger: control total = measured + left out + missing, to the order; and what the data can support."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.urls import reverse

from bestexec import Exclusion, clocks_apart, grade_by_feed
from oversight.desk.scorecard import runs_of
from oversight.measured import figures, frames
from oversight.measured.dimensions import BY_NAME
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources
from oversight.sheets import Column, Row, Sheet

CUT = ("session", "customer_class")
KINDS = ("order_type", "size_bucket")
"""What the orders are cut by besides, each alone: totals seldom know both."""
SIDES = ("total", "measured", "excluded", "missing", "surplus")


@dataclass(frozen=True)
class Ledger:
    """The ledger of a period: by day, by session and customers, by order type and size, what else was totaled; `is_even` where every line of sessions and
    customers adds up to its total."""

    by_day: Sheet
    by_flow: Sheet
    by_kind: Sheet
    others: Sheet
    reasons: Sheet
    total: int
    measured: int
    excluded: int
    missing: int
    surplus: int
    uncovered: int
    is_even: bool


def ledger(sources: Sources, scope: Scope, *, only_gaps: bool = False) -> Ledger:
    """The ledger of the scope's period; its other filters do not apply, for totals know only day, session and customers."""
    lines = figures.once(("ledger", scope.first, scope.last), sources, lambda: _lines(sources, scope.first, scope.last))
    control = _control(sources, scope.first, scope.last)
    known = lines.filter(pl.col("total").is_not_null())
    sums = {name: int(known[name].sum() or 0) for name in SIDES}
    is_even = known.filter(pl.col("total") != pl.col("measured") + pl.col("excluded") + pl.col("missing") - pl.col("surplus")).is_empty()
    shown = lines.filter((pl.col("missing") > 0) | (pl.col("surplus") > 0) | pl.col("total").is_null()) if only_gaps else lines
    by_flow = lines.group_by(CUT).agg(pl.col("day").n_unique().alias("days"), *(pl.col(name).sum() for name in SIDES), pl.col("counted").sum(),
                                      uncovered=pl.col("counted").filter(pl.col("total").is_null()).sum())  # fmt: skip
    by_flow = by_flow.sort("total", *CUT, descending=[True, *(False for _ in CUT)], nulls_last=True)
    return Ledger(
        _sheet(sources, scope, "coverage", "By day, session and customers", shown.sort("day", *CUT, nulls_last=True), ("day",)),
        _sheet(sources, scope, "coverage-flows", "By session and customers, days together", by_flow, ()),
        _kinds(sources, scope), _others(sources, scope, control), _reasons(sources, scope), **sums,
        uncovered=int(lines.filter(pl.col("total").is_null())["counted"].sum() or 0), is_even=is_even,
    )  # fmt: skip


def _control(sources: Sources, first: date, last: date) -> pl.DataFrame:
    having = Sources(tuple(pair for pair in sources.during(first, last).in_force if "control.parquet" in pair[0].manifest["outputs"]))
    if not having.in_force:
        return pl.DataFrame(
            schema={"day": pl.Date, "source": pl.String, "measure": pl.String, "session": pl.String, "customer_class": pl.String, "order_type": pl.String,
                    "size_bucket": pl.Int64, "total": pl.Decimal(18, 6), "counted": pl.Decimal(38, 6)}
        )  # fmt: skip
    return frames.whole(having, "control").filter(pl.col("day").is_between(first, last))


def _lines(sources: Sources, first: date, last: date, cut: tuple[str, ...] = CUT) -> pl.DataFrame:
    """One line a day and part of a cut: total, counted, measured, excluded, missing, surplus; total null where nobody counted."""
    every = Scope(first, last, pooled=frozenset(apart for apart in BY_NAME if BY_NAME[apart].default))
    orders = frames.within(sources, every, "orders", ("day", *cut, "excluded"))
    counted = orders.group_by("day", *cut).agg(
        counted=pl.len().cast(pl.Int64),
        excluded=pl.col("excluded").is_not_null().sum().cast(pl.Int64),
        measured=pl.col("excluded").is_null().sum().cast(pl.Int64),
    )
    joined = counted.join(_totals(_control(sources, first, last), cut), on=["day", *cut], how="full", coalesce=True, nulls_equal=True)
    filled = joined.with_columns(pl.col("counted", "excluded", "measured").fill_null(0))
    gap = pl.col("total") - pl.col("counted")
    return filled.with_columns(missing=pl.max_horizontal(gap, 0).fill_null(0), surplus=pl.max_horizontal(-gap, 0).fill_null(0))


def _totals(control: pl.DataFrame, cut: tuple[str, ...]) -> pl.DataFrame:
    """The total of orders of each part of a cut: as somebody counted that part whole, the highest of several, else the sum of one source's smaller parts."""
    rest = [each for each in (*CUT, *KINDS) if each not in cut]
    parts = control.filter((pl.col("measure") == "orders") & pl.all_horizontal(pl.col(cut).is_not_null()))
    is_whole = pl.all_horizontal(pl.col(rest).is_null())
    whole = parts.filter(is_whole).group_by("day", *cut).agg(pl.col("total").max().cast(pl.Int64), pl.col("source").first())
    fine = parts.filter(~is_whole).group_by("day", *cut, "source").agg(pl.col("total").sum().cast(pl.Int64)).sort("source")
    return pl.concat([whole, fine.select(whole.columns)]).unique(["day", *cut], keep="first", maintain_order=True)


def _kinds(sources: Sources, scope: Scope) -> Sheet:
    """Orders by order type and by size, days together: beside totals of the same, where somebody counted them so."""
    columns = (
        Column("cut", "By"), Column("value", "Which"), Column("total", "Control total", kind="count"), Column("measured", "Measured", kind="count"),
        Column("excluded", "Left out", kind="count"), Column("missing", "Missing", kind="count"), Column("surplus", "More than the total", kind="count"),
        Column("said", "What to do"),
    )  # fmt: skip
    rows = []
    for cut in KINDS:
        name, list_ = BY_NAME[cut], reverse("desk:orders")
        every = Scope(scope.first, scope.last, pooled=frozenset(each for each in BY_NAME if BY_NAME[each].default))
        lines = figures.once(("kinds", cut, scope.first, scope.last), sources, lambda cut=cut: _lines(sources, scope.first, scope.last, (cut,)))  # type: ignore[misc]
        summed = lines.group_by(cut).agg(
            *(pl.col(side).sum() for side in ("measured", "excluded", "missing", "surplus")), covered=pl.col("total").is_not_null().any(),
            total=pl.col("total").sum(), uncovered=pl.col("counted").filter(pl.col("total").is_null()).sum(), source=pl.col("source").drop_nulls().first(),
        ).with_columns(total=pl.when("covered").then("total"))  # fmt: skip
        for line in summed.sort(cut, nulls_last=True).iter_rows(named=True):
            of = every.narrowed({cut: line[cut]})
            links = {"measured": list_ + of.having("excluded", "unknown").query(), "excluded": list_ + of.query(rows="excluded")}
            said, tone = _said(line) if line["total"] is not None else ("", "")
            rows.append(Row((name.title, name.said(line[cut]), *(line[side] for side in SIDES), said), links, tone=tone))
    source = "The same orders twice, once by their type and once by their size; a total stands beside them where somebody counted them so."
    return Sheet("coverage-kinds", "By order type and by size, days together", columns, tuple(rows), runs_of(sources, scope), source, "No order was fed.")


def _sheet(sources: Sources, scope: Scope, name: str, caption: str, lines: pl.DataFrame, first: tuple[str, ...]) -> Sheet:
    columns = (
        *(Column(each, BY_NAME[each].title, kind="day") for each in first), Column("session", "Session"), Column("customer_class", "Customers"),
        Column("total", "Control total", kind="count"), Column("measured", "Measured", kind="count"), Column("excluded", "Left out", kind="count"),
        Column("missing", "Missing", kind="count"), Column("surplus", "More than the total", kind="count"), Column("said", "What to do"),
    )  # fmt: skip
    rows = []
    for line in lines.iter_rows(named=True):
        of = Scope(scope.first, scope.last, pooled=frozenset({"held", "directed", "asset_class", "currency"}))
        of = of.during(line["day"], line["day"]) if "day" in line else of
        of = of.narrowed({each: line[each] for each in CUT})
        list_ = reverse("desk:orders")
        links = {"measured": list_ + of.having("excluded", "unknown").query(), "excluded": list_ + of.query(rows="excluded")}
        said, tone = _said(line)
        cells = (*(line[each] for each in first), *(BY_NAME[each].said(line[each]) for each in CUT), *(line[side] for side in SIDES), said)
        rows.append(Row(cells, links, tone=tone))
    source = (
        "Control total = measured + left out + missing − more than the total, to the order. "
        "Sessions and customers are never pooled; no total says the order type."
    )
    return Sheet(name, caption, columns, tuple(rows), runs_of(sources, scope), source, "Every line adds up: nothing is missing, nothing is too many.")


def _said(line: dict[str, Any]) -> tuple[str, str]:
    """(what to do, how urgent it looks)."""
    if line["total"] is None:
        return "Not covered: ask for a control total.", "attention"
    if line.get("uncovered"):
        return f"{line['uncovered']} orders of days without a control total.", "attention"
    if line["missing"]:
        return f"Ask {line.get('source') or 'who counted'} for the ids of {line['missing']}.", "attention"
    return (f"Look for {line['surplus']} copies or late orders.", "attention") if line["surplus"] else ("", "")


def _others(sources: Sources, scope: Scope, control: pl.DataFrame) -> Sheet:
    """Totals of other things than orders, or not by session and customers: by source and measure."""
    columns = (
        Column("source", "Who counted"), Column("measure", "What"), Column("days", "Days", kind="count"), Column("total", "Their count", kind="number"),
        Column("counted", "Our count", kind="number"), Column("difference", "Difference", kind="number"), Column("uneven", "Days that differ", kind="count"),
    )  # fmt: skip
    rows = []
    summed = control.group_by("source", "measure").agg(
        pl.col("day").n_unique().alias("days"), pl.col("total").sum(), pl.col("counted").sum(),
        uneven=pl.col("day").filter(pl.col("total") != pl.col("counted")).n_unique()
    )  # fmt: skip
    for line in summed.sort("source", "measure").iter_rows(named=True):
        difference = Decimal(line["counted"]) - Decimal(line["total"])
        cells = (
            line["source"],
            line["measure"].replace("_", " "),
            line["days"],
            *(_bare(value) for value in (line["total"], line["counted"], difference)),
            line["uneven"],
        )
        rows.append(Row(cells, {"uneven": reverse("findings:queue") + "?q=control"} if line["uneven"] else {}, tone="attention" if line["uneven"] else ""))
    return Sheet("control-totals", "Every control total", columns, tuple(rows), runs_of(sources, scope), "Ours minus theirs.", "No control total was imported.")


def _bare(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _reasons(sources: Sources, scope: Scope) -> Sheet:
    """Orders left out by reason, who decided so, and the way to them."""
    every = Scope(scope.first, scope.last, pooled=frozenset(name for name in BY_NAME if BY_NAME[name].default))
    policy = sources.policy
    columns = (Column("reason", "Reason"), Column("orders", "Orders", kind="count"), Column("by", "Decided by"))
    treated = {f"{kind.replace('_', ' ')} {value} is not measured": exclusion for (kind, value), exclusion in policy.exclusions.items()}
    rows = []
    for line in figures.left_out(sources, every).filter(pl.col("orders") > 0).sort("orders", "reason", descending=[True, False]).iter_rows(named=True):
        exclusion = treated.get(line["reason"])
        by = f"policy {policy.version}, {_approved(exclusion)}" if exclusion else "the measures' own rule: no quote to measure against"
        rows.append(Row((line["reason"], line["orders"], by), {"orders": reverse("desk:orders") + every.having("excluded", line["reason"]).query()}))
    source = "Left out of measures that need a quote; counted in everything else."
    return Sheet("exclusions", "Left out, by reason", columns, tuple(rows), runs_of(sources, scope), source, "No order was left out.")


def _approved(exclusion: Exclusion) -> str:
    return f"approved by {exclusion.approved_by}{f' until {exclusion.until}' if exclusion.until else ', without an end'}"


def grade(sources: Sources, scope: Scope) -> Sheet:
    """What the data can and cannot support."""
    columns = (
        Column("capability", "Capability"), Column("supports", "Supported", kind="tag"), Column("have", "Have it", kind="count"),
        Column("of", "Of", kind="count"), Column("on", "Rows"), Column("lacking", "Where it is lacking"), Column("feeds", "Feeds"),
    )  # fmt: skip
    runs = [run for run, _ in sources.during(scope.first, scope.last).in_force]
    read = ("capability", "have", "of", "on", "lacking")
    lines = pl.concat([frames.columns(run, "grade", read) for run in runs]).group_by("capability", "on", "lacking", maintain_order=True).sum()
    feeds = {on: ", ".join(dict.fromkeys(_feeds(run.manifest, on) for run in runs)) for on in ("fills", "orders")}
    rows = []
    for line in lines.iter_rows(named=True):
        supports = _supports(line["have"], line["of"])
        cells = (line["capability"], supports, line["have"], line["of"], line["on"], "" if supports == "yes" else line["lacking"], feeds[line["on"]])
        rows.append(Row(cells, tone="attention" if supports in ("no", "no rows") else ""))
    source = "Graded over every row of the runs in force, whatever the filters. “Partly” says for how many rows it holds."
    return Sheet("data-grade", "Data grade: what each feed supports", columns, tuple(rows), runs_of(sources, scope), source)


def _supports(have: int, of: int) -> str:
    if of == 0:
        return "no rows"
    return "yes" if have == of else "no" if have == 0 else "partly"


def _feeds(manifest: Any, table: str) -> str:
    feeds = sorted({item["importer"] for item in manifest["inputs"].values() if table in item["rows"]})
    files = sum(len(item["files"]) for item in manifest["inputs"].values() if table in item["rows"])
    return f"{', '.join(feeds)} ({files} file{'s' if files != 1 else ''})"


def feeds(sources: Sources, scope: Scope) -> Sheet:
    """What each feed supports, days together, and on which day the least; what is lacking first."""
    columns = (
        Column("feed", "Feed"), Column("capability", "Capability"), Column("supports", "Supported", kind="tag"), Column("have", "Have it", kind="count"),
        Column("of", "Of", kind="count"), Column("on", "Rows"), Column("whole_days", "Whole days", kind="count"), Column("days", "Days", kind="count"),
        Column("worst_on", "Least on", kind="day"), Column("coarsest_ns", "Coarsest clock", figures.unit_of("mean_time_to_execution")),
    )  # fmt: skip
    told = _made(sources, scope, "grade_days")
    rows = []
    for line in grade_by_feed(told).sort((pl.col("have") / pl.col("of")), "feed", "on", "capability").iter_rows(named=True) if told is not None else ():
        of = scope.during(line["worst_on"], line["worst_on"]) if line["worst_on"] else scope
        links = {"worst_on": reverse("desk:coverage") + of.query()} if line["worst_on"] else {}
        rows.append(Row(tuple(line[column.key] for column in columns), links, tone="attention" if line["supports"] == "no" else ""))
    source = "Over every row of the runs in force in this period, by the feed that told of it; a day is whole where every row supports it."
    empty = "No run of the period graded its feeds day by day: measure its days again."
    return Sheet("data-grade-feeds", "By feed", columns, tuple(rows), runs_of(sources, scope), source, empty)


def clocks(sources: Sources, scope: Scope) -> Sheet:
    """Clocks held against each other by the least time of each leg, the farthest apart first."""
    unit = figures.unit_of("mean_time_to_execution")
    columns = (
        Column("leg", "Leg"), Column("first_source", "First clock"), Column("second_source", "Second clock"), Column("days", "Days", kind="count"),
        Column("pairs", "Pairs", kind="count"), Column("early", "Before their cause", kind="count"), Column("least_ns", "Least time", unit),
        Column("apart_ns", "Against the others", unit),
    )  # fmt: skip
    told = _made(sources, scope, "clocks")
    lines = clocks_apart(told).iter_rows(named=True) if told is not None else ()
    rows = tuple(Row(tuple(line[column.key] for column in columns), tone="attention" if line["early"] else "") for line in lines)
    source = (
        "No leg takes less than no time: the second clock is ahead by the least time at most, and one that is told before its cause is behind. "
        "Against the others: the median day's difference from the leg's other clocks, about how far one of the two is off."
    )
    empty = "No run of the period held clocks against each other: measure its days again."
    return Sheet("clocks", "Clocks against each other", columns, rows, runs_of(sources, scope), source, empty)


def _made(sources: Sources, scope: Scope, table: str) -> pl.DataFrame | None:
    """The rows of a table of the runs in force within the period; None where no run has it."""
    having = Sources(tuple(pair for pair in sources.during(scope.first, scope.last).in_force if f"{table}.parquet" in pair[0].manifest["outputs"]))
    if not having.in_force:
        return None
    return frames.whole(having, table).filter(pl.col("day").is_between(scope.first, scope.last))


def unasked(sources: Sources, scope: Scope) -> Sheet:
    """Checks that could not be asked of some rows, and why."""
    columns = (
        Column("check_id", "Check", kind="code"), Column("title", "Asks"), Column("reason", "Could not be asked because"),
        Column("rows", "Rows", kind="count"), Column("of_rows", "Of", kind="count"),
    )  # fmt: skip
    read = [column.key for column in columns]
    runs = [run for run, _ in sources.during(scope.first, scope.last).in_force]
    lines = pl.concat([frames.columns(run, "not_evaluated", read) for run in runs]).group_by(read[:3], maintain_order=True).sum().sort("check_id", "reason")
    rows = [Row(tuple(line[name] for name in read)) for line in lines.iter_rows(named=True)]
    source = "A check that lacks a fact is counted here and finds nothing there; it is never taken for a pass."
    return Sheet(
        "not-evaluated", "Checks that could not be asked", columns, tuple(rows), runs_of(sources, scope), source, "Every check could be asked of every row."
    )
