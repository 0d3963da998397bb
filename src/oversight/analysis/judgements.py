"""What the runs of a quarter judged: verdicts, and what other markets published; and each as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
from django.urls import reverse

from bestexec import Cell, Run, first_competing, with_times_running, worst_first
from oversight.analysis.queries import sources_of
from oversight.findings.models import Finding
from oversight.measured import figures
from oversight.sheets import Column, Row, Sheet
from oversight.vendors.quarters import Quarter

SHARE, PART, USD = figures.unit_of("effective_spread"), figures.unit_of("at_or_inside"), figures.unit_of("net_improvement_usd")
MOST_SENTENCES = 5
VERDICT = (
    Column("subject", "Subject"), Column("measure", "Measure"), Column("verdict", "Verdict", kind="tag"), Column("effect", "Difference", SHARE),
    Column("low", "From", SHARE), Column("high", "To", SHARE), Column("materiality", "Material from", SHARE), Column("n", "Fills", kind="count"),
    Column("coverage", "Matched", PART), Column("dollars", "Cost", USD), Column("sentence", "In words", is_for_files=True),
    Column("smallest_visible", "Smallest visible", SHARE, is_for_files=True), Column("clusters", "Symbol-days", kind="count", is_for_files=True),
    Column("q", "q", kind="number", is_for_files=True), Column("why", "Why inconclusive", is_for_files=True),
    Column("times_running", "Quarters running", kind="count", is_for_files=True),
    Column("needs_decision", "Needs a decision", is_for_files=True),
)  # fmt: skip
COMPETING = (
    Column("measure", "Measure"), Column("orders", "Orders"), Column("center", "Market center"), Column("used", "Used today"),
    Column("theirs", "Theirs, our mix"), Column("ours", "Ours, same cells"), Column("difference", "Ours less theirs"), Column("coverage", "Part of our shares"),
    Column("why", "Why empty"), Column("layout", "Layout", is_for_files=True), Column("venue", "Venue", is_for_files=True),
    Column("their_shares", "Their shares", kind="number", is_for_files=True), Column("broken_lines", "Broken lines", kind="count", is_for_files=True),
)  # fmt: skip
SOURCE = (
    "Each subject against all others in the same kinds of orders; intervals of 95 % clustered by symbol-day and parent order; corrected as one family. "
    "Cost over the matched shares: below zero it is a saving."
)
PUBLISHED = (
    "Published Rule 605 reports, each cell weighted by the firm's own shares; a month's averages, so minutes and customers within a cell may differ. "
    "Reversion, orders not held and options are in no such report."
)
NO_VERDICT = "No run of the quarter holds verdicts."
NO_REPORT = "No evidence collected: no published Rule 605 report of the quarter was imported. They are public."


@dataclass(frozen=True)
class Judged:
    """A run's judgements; `days` of the quarter that it is in force for, of `of` that were measured."""

    run: Run
    days: int
    of: int
    verdicts: pl.DataFrame
    competing: pl.DataFrame

    @property
    def comparisons(self) -> int:
        return self.verdicts.height

    @property
    def to_decide(self) -> int:
        return int(self.verdicts["needs_decision"].fill_null(False).sum())

    @property
    def first(self) -> list[str]:
        """What must be decided, in words: worse before what may be chance, then by what it costs."""
        return worst_first(self.verdicts.filter("needs_decision"))["sentence"].head(MOST_SENTENCES).to_list()

    @property
    def again(self) -> list[str]:
        """What was inconclusive at or above the line in the quarter before, too, in words: that escalates."""
        return worst_first(self.verdicts.filter(pl.col("times_running") > 1))["sentence"].to_list()

    @property
    def silent(self) -> int:
        """Comparisons that had too little to stand on."""
        return self.verdicts["effect"].null_count()


def judged(quarter: Quarter) -> Judged | None:
    """Of the run in force for the most days of the quarter among those that judge: one run judges all its days together. None where there is none.

    `times_running` counts on from what the quarter before had, where a run of it judged.
    """
    made, before = _judged(quarter), _judged(quarter.before)
    return replace(made, verdicts=with_times_running(made.verdicts, before.verdicts)) if made and before else made


def _judged(quarter: Quarter) -> Judged | None:
    sources = sources_of(quarter)
    if sources is None:
        return None
    able = [(len(days), run) for run, days in sources.in_force if "verdicts.parquet" in run.manifest["outputs"]]
    if not able:
        return None
    days, run = max(able, key=lambda one: (one[0], one[1].id))
    return Judged(run, days, len(sources.days), run.table("verdicts"), run.table("competing"))


def verdicts(made: Judged | None, quarter: Quarter, *, every: bool = False) -> Sheet:
    """One row a comparison of which something can be said, those that need a decision first; `every` adds the silent ones."""
    runs = (made.run.id,) if made else ()
    if made is None:
        return Sheet(f"verdicts-{quarter}", "Verdicts", VERDICT, (), runs, SOURCE, NO_VERDICT)
    told = made.verdicts if every else made.verdicts.filter(pl.col("effect").is_not_null())
    asked = {row.subject_text: row.get_absolute_url() for row in Finding.objects.filter(check_id__startswith="VER-", run_id=made.run.id)}
    rows = []
    for row in worst_first(told).iter_rows(named=True):
        kind = row["kind"].replace("_", " ")
        measures = [row[name] for name in ("effect", "low", "high", "materiality")]
        cells = (
            f"{kind} {row['subject']}", figures.BY_KEY[row["metric"]].title, row["verdict"], *measures, row["n"], row["coverage"],
            row["dollars"], row["sentence"], row["smallest_visible"], row["clusters"], row["q"], row["why"], row["times_running"], row["needs_decision"],
        )  # fmt: skip
        link = asked.get(f"{row['kind']} {row['subject']} by {row['metric']}", "")
        rows.append(
            Row(cells, {"verdict": link} if link else {}, key=f"{kind}|{row['subject']}|{row['metric']}", tone="attention" if row["needs_decision"] else "")
        )
    return Sheet(f"verdicts-{quarter}", "Verdicts", VERDICT, tuple(rows), runs, SOURCE, "No comparison had enough to stand on.")


def competing(made: Judged | None, quarter: Quarter, *, every: bool = False) -> Sheet:
    """One row a figure of a market center: those that are read first, or `every` one."""
    rows = []
    table = None if made is None else made.competing.sort("metric", "order_group", "layout", "center") if every else first_competing(made.competing)
    used = {True: "yes", False: "no", None: "not known"}
    for row in (table if table is not None else pl.DataFrame()).iter_rows(named=True):
        unit = figures.unit_of(row["metric"])
        cells = (
            figures.BY_KEY[row["metric"]].title, row["order_group"], row["center"], "" if row["center"] == "every center" else used[row["is_used"]],
            *(Cell(row[name], unit) for name in ("theirs", "ours", "difference")), Cell(row["coverage"], PART), row["why"] or "", row["layout"], row["venue"],
            row["their_shares"], row["broken_lines"],
        )  # fmt: skip
        rows.append(
            Row(cells, {"ours": f"{reverse('desk:scorecard')}#{row['metric']}"}, key=f"{row['metric']}|{row['order_group']}|{row['layout']}|{row['center']}")
        )
    return Sheet(f"competing-{quarter}", "Competing markets", COMPETING, tuple(rows), (made.run.id,) if made else (), PUBLISHED, NO_REPORT)
