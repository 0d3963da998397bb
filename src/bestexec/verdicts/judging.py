"""From measured fills to verdicts: each comparison's subjects, corrected as one family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import polars as pl

from bestexec.verdicts import materiality
from bestexec.verdicts.base import INCONCLUSIVE, LEVEL, VERDICTS, table
from bestexec.verdicts.families import corrected, ranks, shrunk, smallest_visible
from bestexec.verdicts.matched.comparison import Comparison, costs
from bestexec.verdicts.matched.contrast import Estimate, contrast
from bestexec.verdicts.matched.reducing import Reduced, pooled, reduced
from bestexec.verdicts.matched.states import with_market_state
from bestexec.verdicts.running import with_times_running
from bestexec.verdicts.sentences import sentence
from bestexec.verdicts.simpson import is_reversal

OTHERS = "all others"


@dataclass(frozen=True)
class Subject:
    """One subject of one comparison before the family is corrected."""

    comparison: Comparison
    name: str
    shares: float
    """All its shares, matched or not."""
    price: float | None
    """Their average price, where known."""
    within: Estimate
    pooled: Estimate


def judge(fills: pl.DataFrame, comparisons: Sequence[Comparison], previous: pl.DataFrame | None = None) -> pl.DataFrame:
    """VERDICTS: one row a subject of each comparison. What is judged in one call is one family.

    `fills` has the columns of `linked_fills` that the comparisons name and one column a metric; `spread_class` and
    `volatility_class` are made where a cell names them. `previous` is the table of the period before: a difference that
    was inconclusive at or above the line of materiality then and now has `times_running` 2. A subject of which
    nothing can be said is `inconclusive`, and `why` says the reason.
    """
    stated = _with_states(fills, comparisons)
    found = [(comparison, list(_subjects(stated, comparison))) for comparison in comparisons]
    subjects = [subject for _, group in found for subject in group]
    q = corrected([subject.within.p for subject in subjects])
    family = sum(value is not None for value in q)
    drawn = [shrunk([subject.within for subject in group]) for _, group in found]
    places = [
        ranks([None if effect is None else comparison.sign * effect for effect in effects]) for (comparison, _), effects in zip(found, drawn, strict=True)
    ]
    rows = [_row(*told, family) for told in zip(subjects, q, chain(*drawn), chain(*places), strict=True)]
    running = with_times_running(table(rows), previous)
    return table({**row, "sentence": sentence(row, _comparison_of(row, comparisons))} for row in running.iter_rows(named=True)).select(VERDICTS.schema.names())


def estimates(fills: pl.DataFrame, comparison: Comparison) -> list[Subject]:
    """The subjects of one comparison, judged alone."""
    return list(_subjects(_with_states(fills, (comparison,)), comparison))


def _with_states(fills: pl.DataFrame, comparisons: Sequence[Comparison]) -> pl.DataFrame:
    named = {name for comparison in comparisons for name in comparison.cells if name in ("spread_class", "volatility_class")}
    return with_market_state(fills) if named - set(fills.columns) else fills


def _subjects(fills: pl.DataFrame, comparison: Comparison) -> Iterator[Subject]:
    rows = reduced(fills, comparison)
    plain = pooled(rows)
    facts = {name: told for name, *told in _facts(fills, comparison).iter_rows()}
    for name in comparison.subjects or facts:
        n, shares, price = facts.get(name, (0, 0.0, None))
        within, without = _estimate(rows, comparison, name, n), _estimate(plain, comparison, name, n)
        yield Subject(comparison, name, shares, price, within, without)


def _facts(fills: pl.DataFrame, comparison: Comparison) -> pl.DataFrame:
    """(subject, rows, shares, average price) of every value of `kind`, whether or not a row of it can be compared."""
    weight = pl.col(comparison.weight).cast(pl.Float64).fill_null(0)
    price = pl.col("fill_px").cast(pl.Float64) if "fill_px" in fills.columns else pl.lit(None, pl.Float64)
    priced = pl.when(price.is_not_null()).then(weight)
    columns = fills.lazy().select(subject=pl.col(comparison.kind).cast(pl.String), shares=weight, priced=priced, paid=priced * price).drop_nulls("subject")
    summed = columns.group_by("subject").agg(pl.len(), pl.col("shares", "priced", "paid").sum()).sort("subject")
    return summed.select("subject", "len", "shares", price=pl.when(pl.col("priced") > 0).then(pl.col("paid") / pl.col("priced"))).collect()


def _estimate(rows: Reduced, comparison: Comparison, name: str, fills: int) -> Estimate:
    if not fills:
        return Estimate(why="it has no fills")
    if name not in rows.subjects:
        return Estimate(why=f"weight, {comparison.metric} or a column of the cell is not known in any of its {fills:,} fills")
    made = contrast(rows, rows.subjects.index(name))
    short = ""
    if rows.days == 1:
        short = "one trading day only"
    elif made.n < comparison.minimum_n and not (made.why and not made.n):
        short = f"{made.n:,} of its fills stand beside others in the same cell; the minimum, set beforehand, is {comparison.minimum_n:,}"
    return Estimate(made.n, made.shares, made.clusters, why=short) if short else made


def _row(subject: Subject, q: float | None, drawn: float | None, place: int | None, family: int) -> Mapping[str, Any]:
    comparison, within = subject.comparison, subject.within
    low, high = within.interval(LEVEL)
    line = materiality.line(comparison, within.shares, subject.price)
    row: dict[str, Any] = {
        "judgement": comparison.key, "kind": comparison.kind, "subject": subject.name, "against": OTHERS, "metric": comparison.metric, "unit": comparison.unit,
        "n": within.n, "clusters": within.clusters, "coverage": within.shares / subject.shares if subject.shares else None,
        "effect": within.effect, "low": low, "high": high, "smallest_visible": smallest_visible(within, family), "materiality": line,
        "p": within.p, "q": q, "pooled_effect": subject.pooled.effect, "shrunk_effect": drawn, "rank": place,
        "is_reversal": is_reversal(within, subject.pooled),
    }  # fmt: skip
    if within.effect is None or low is None or high is None or q is None:
        return {**row, "verdict": INCONCLUSIVE, "why": within.why, "is_material": False, "needs_decision": False}
    cost, least, most = costs(comparison, within.effect, low, high)
    said = materiality.said(cost=cost, low=least, high=most, q=q, line=line)
    per_unit = comparison.dollars_per_unit * within.shares
    dollars = {"dollars": cost * per_unit, "dollars_low": least * per_unit, "dollars_high": most * per_unit}
    judged = {"verdict": said.verdict, "why": said.why or None, "is_material": said.is_material, "needs_decision": said.needs_decision}
    return {**row, **dollars, **judged}


def _comparison_of(row: Mapping[str, Any], comparisons: Sequence[Comparison]) -> Comparison:
    return next(each for each in comparisons if (each.key, each.kind, each.metric) == (row["judgement"], row["kind"], row["metric"]))
