"""Figures of a router before and after a change of its settings: read from sealed runs, kept with the runs, shown side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bestexec import Cell, Problem, trading_days
from oversight import clock
from oversight.configuration.models import Analysis
from oversight.lifecycle import Refusal
from oversight.measured import figures
from oversight.measured.dimensions import APART
from oversight.measured.reading import METRIC, Figure, Reading, read
from oversight.measured.sources import NothingReceived, all_in_force
from oversight.sheets import Column, Row, Sheet

OPENS = time(9, 30)
MOST_FIGURES, MOST_DAYS = 8, 130
COLUMNS = (
    Column("figure", "Figure"), Column("before", "Before", kind="number"), Column("before_n", "n", kind="count"),
    Column("before_se", "Standard error", kind="number"), Column("after", "After", kind="number"), Column("after_n", "n after", kind="count"),
    Column("after_se", "Standard error after", kind="number"), Column("difference", "Difference", kind="number"),
    Column("difference_se", "Its standard error", kind="number"), Column("why", "What could not be read"),
)  # fmt: skip


def readings(vendor: str, metrics: Sequence[str], filters: Mapping[str, Sequence[str]], first: date, last: date) -> list[dict[str, Any]]:
    """Each figure of the vendor over the period, as an analysis stores it. Raises Refusal for an unknown metric or a period that cannot be."""
    if not 1 <= len(metrics) <= MOST_FIGURES:
        raise Refusal(f"Choose one to {MOST_FIGURES} figures.")
    for key in metrics:
        figures.metric(key)
    if first > last or last >= clock.today():
        raise Refusal("The period begins before it ends and ends before today.")
    days(first, last)
    kept = {name: tuple(values) for name, values in filters.items()}
    return [_stored(read(Figure(METRIC, key, kept), vendor=vendor, first=first, last=last)) for key in metrics]


def days(first: date, last: date) -> Sequence[date]:
    """The trading days of the period. Raises Refusal for none, or too many."""
    try:
        found = trading_days(first, last)
    except Problem as problem:
        raise Refusal(f"The calendar does not know these days: {problem}.") from problem
    if not found or len(found) > MOST_DAYS:
        raise Refusal(f"The period holds {len(found)} trading days; it takes one to {MOST_DAYS}.")
    return found


def days_after(set_at: datetime, count: int) -> Sequence[date]:
    """As many trading days from the first that was routed whole under the change: the same day where it was set before the opening."""
    local = set_at.astimezone(clock.MARKET_ZONE)
    begins = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return trading_days(begins, begins + timedelta(days=2 * count + 15))[:count]


def measured_until() -> date | None:
    """The last day that a run in force measured; None before the first run."""
    try:
        return all_in_force().days[-1]
    except NothingReceived:
        return None


def flow_words(filters: Mapping[str, Sequence[str]]) -> str:
    """Which flow the figures are about, in words."""
    chosen = {apart.name: tuple(filters.get(apart.name, (apart.default,))) for apart in APART}
    return ", ".join(" or ".join(apart.titled(value) for value in chosen[apart.name]) for apart in APART)


def sheet(analysis: Analysis) -> Sheet:
    """Before and after, side by side, each with n and its standard error; the difference is after less before."""
    after = {row["metric"]: row for row in analysis.after}
    rows = tuple(_row(analysis, row, after.get(row["metric"], {})) for row in analysis.before)
    period = f"Before: {analysis.first} to {analysis.last}."
    later = f" After: {analysis.after_first} to {analysis.after_last}." if analysis.after_first else " After: not read yet."
    caution = "The two periods are taken as independent; a difference within two of its standard errors tells little."
    source = f"{flow_words(analysis.filters)}. {period}{later} {caution}"
    runs = tuple(dict.fromkeys(run for row in [*analysis.before, *analysis.after] for run in row["runs"]))
    return Sheet(f"analysis-{analysis.version_id}", "Before and after", COLUMNS, rows, runs=runs, source=source)


def _row(analysis: Analysis, was: Mapping[str, Any], now: Mapping[str, Any]) -> Row:
    figure = Figure(METRIC, was["metric"], {name: tuple(values) for name, values in analysis.filters.items()})
    before, after = _exact(was["value"]), _exact(now.get("value"))
    before_se, after_se = _exact(was["se"]), _exact(now.get("se"))
    difference = after - before if after is not None and before is not None else None
    error = (before_se**2 + after_se**2).sqrt() if before_se is not None and after_se is not None else None
    cells = (Cell(value, figure.unit) for value in (before, before_se, after, after_se, difference, error))
    shown = dict(zip(("before", "before_se", "after", "after_se", "difference", "difference_se"), cells, strict=True))
    why = "; ".join(f"{when}: {row['why']}" for when, row in (("before", was), ("after", now)) if row.get("why"))
    vendor = analysis.version.vendor.key
    links = {"before": _address(figure, vendor, analysis.first, analysis.last)}
    if analysis.after_first and analysis.after_last:
        links["after"] = _address(figure, vendor, analysis.after_first, analysis.after_last)
    return Row(
        (
            figure.title, shown["before"], was["n"], shown["before_se"], shown["after"], now.get("n"), shown["after_se"], shown["difference"],
            shown["difference_se"], why,
        ),
        links, key=was["metric"],
    )  # fmt: skip


def _address(figure: Figure, vendor: str, first: date, last: date) -> str:
    return Reading(figure, vendor, first, last, None, 0, None, ()).address


def _stored(reading: Reading) -> dict[str, Any]:
    value, se = (None if each is None else f"{each:f}" for each in (reading.value, reading.se))
    return {"metric": reading.figure.key, "value": value, "n": reading.n, "se": se, "runs": list(reading.runs), "why": reading.why}


def _exact(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def choices() -> Iterable[tuple[str, str]]:
    """The metrics that can be chosen, by title."""
    return sorted(((metric.key, metric.title) for metric in figures.BY_KEY.values()), key=lambda pair: pair[1])
