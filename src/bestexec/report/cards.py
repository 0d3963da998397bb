"""Scorecards as tables and charts: each figure with its interval, count and coverage, and *too few* where it would rest on too little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from bestexec.linking.columns import HORIZONS_NS
from bestexec.report import distributions
from bestexec.report.blocks import TOO_FEW, Cell, Column, Figure, Table
from bestexec.report.charts import REVERSION, SCORECARD, TREND, VENUE_PICTURE
from bestexec.report.run_figures import MetricWords, RunFigures, Scorecard
from bestexec.report.sentences import Z, counted
from bestexec.report.theme import SERIES
from bestexec.units import FRACTION, SHARES, USD_PER_SHARE

ACROSS = 2
"""Groups, or metrics, that stand side by side: four columns each."""
FEW_GROUPS, MOST_GROUPS, MOST_DRAWN = 4, 40, 20
TIMES = ("day", "week", "month", "hour")
WORDS = {"is_held": ("not held", "held"), "is_directed": ("not directed", "directed"), "is_short": ("not short", "short")}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """One row of a scorecard under the name that tells it from the others."""

    name: str
    row: Row


def groups(card: Scorecard) -> tuple[Group, ...]:
    """A scorecard's rows, by time or else the most shares first, named by the dimensions that differ."""
    told = _told(card)
    rows = [Group(" · ".join(_said(dimension, row[dimension]) for dimension in told), row) for row in card.table.iter_rows(named=True)]
    if any(dimension in TIMES for dimension in card.by):
        return tuple(sorted(rows, key=lambda group: group.name))
    return tuple(sorted(rows, key=lambda group: (-float(group.row["shares"] or 0), group.name)))


def _told(card: Scorecard) -> list[str]:
    return [dimension for dimension in card.by if card.table[dimension].n_unique() > 1] or list(card.by)


def tables(run: RunFigures, card: Scorecard, keys: Iterable[str]) -> tuple[Table, ...]:
    """The metrics of `keys` that the card has: metrics down where groups are few, else groups down, `ACROSS` at a time."""
    metrics = [run.words[key] for key in keys if key in run.words and key in card.table.columns]
    found = groups(card)
    if not metrics or not found:
        return ()
    if len(found) <= FEW_GROUPS:
        return tuple(_metrics_down(run, card, metrics, part, card.title if len(found) <= ACROSS else _naming(card, part)) for part in _parts(found))
    return tuple(_groups_down(run, card, part, found) for part in _parts(metrics))


def dots(run: RunFigures, card: Scorecard, key: str) -> Figure | None:
    """One metric by group, with intervals; nothing where the card lacks it."""
    return None if key not in card.table.columns else _drawn(run, card, key, SCORECARD, lambda group: {"group": group.name})


def venues(run: RunFigures, card: Scorecard, key: str) -> Figure | None:
    """Each venue's share of the card's executed shares, and the metric there."""
    total = card.table["shares"].sum()
    if key not in card.table.columns or not total:
        return None
    return _drawn(run, card, key, VENUE_PICTURE, lambda group: {"venue": group.name, "share": float(group.row["shares"] or 0) / float(total)})


def reversion(run: RunFigures, card: Scorecard) -> Figure | None:
    """Reversion by horizon for the groups with the most shares."""
    horizons = [(key, f"reversion_{key}") for key in HORIZONS_NS if f"reversion_{key}" in card.table.columns]
    largest = groups(card)[: len(SERIES)]
    rows = [{"series": group.name, "horizon": _horizon(name), **_interval(run, group.row, key)} for group in largest for name, key in horizons]
    frame = pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()
    if frame.is_empty() or frame["value"].null_count() == frame.height:
        return None
    return REVERSION.draw(frame, title="Reversion after execution", unit=USD_PER_SHARE, source=about(run, card, largest))


def trend(run: RunFigures, card: Scorecard, key: str) -> Figure | None:
    """One metric over time, a panel for each of the groups with the most shares; nothing with fewer than three periods."""
    time = next(dimension for dimension in card.by if dimension in TIMES)
    others = [dimension for dimension in card.by if dimension != time]
    others = [dimension for dimension in others if card.table[dimension].n_unique() > 1] or others
    if key not in card.table.columns or card.table[time].n_unique() < 3:
        return None
    rows = [
        {
            "panel": " · ".join(_said(other, row[other]) for other in others) or "All",
            "period": _said(time, row[time]),
            **_interval(run, row, key),
            "shares": row["shares"],
        }
        for row in card.table.iter_rows(named=True)
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    sizes = frame.group_by("panel").agg(size=pl.col("shares").cast(pl.Float64).sum()).sort("size", "panel", descending=[True, False])
    largest = sizes["panel"].to_list()[: len(SERIES)]
    kept = frame.filter(pl.col("panel").is_in(largest)).sort(pl.col("panel").cast(pl.Enum(largest)), "period")
    if kept["value"].null_count() == kept.height:
        return None
    return TREND.draw(kept, title=f"{run.words[key].title} by {time}", unit=run.words[key].unit, source=about(run, card))


def about(run: RunFigures, card: Scorecard, shown: Sequence[Group] | None = None) -> str:
    """What a table or chart of this card rests on: its rows, what is alike in all of them, the interval, what was left out."""
    alike = [_said(dimension, card.table[dimension][0]) for dimension in card.by if card.table[dimension].n_unique() == 1 and len(card.by) > 1]
    of_all = f" All rows are {', '.join(alike)}." if alike else ""
    pooled = "" if run.fills is None else distributions.pooled(run.fills, card.by)
    left = "" if shown is None or len(shown) == card.table.height else f" The {len(shown)} groups with the most shares of {card.table.height}."
    return run.signed(f"By {', '.join(_dimension(name) for name in card.by)}.{of_all}{pooled}{left} Intervals are ±{Z} clustered standard errors.")


def _metrics_down(run: RunFigures, card: Scorecard, metrics: Sequence[MetricWords], part: Sequence[Group], caption: str) -> Table:
    """Metrics of several units under their counts, or of one unit, which then stands in the headings."""
    if len({metric.unit for metric in metrics}) == 1:
        heads = (Column("Metric"), *(head for group in part for head in _heads(group.name, metrics[0])))
        rows = tuple((Cell(metric.title), *(cell for group in part for cell in _four(run, group.row, metric))) for metric in metrics)
        return Table(caption, heads, rows, about(run, card))
    heads = (Column("Metric"), Column("Unit"), *(head for group in part for head in _heads(group.name)))
    count, shares = _counts(card)
    first = (
        (Cell(count), Cell(card.on), *(cell for group in part for cell in (Cell(group.row["n"]), *_BLANK))),
        (Cell(shares), Cell("shares"), *(cell for group in part for cell in (Cell(group.row["shares"], SHARES), *_BLANK))),
    )
    rows = tuple((Cell(metric.title), Cell(metric.unit.symbol), *(cell for group in part for cell in _four(run, group.row, metric))) for metric in metrics)
    return Table(caption, heads, (*first, *rows), about(run, card), strong=(0, 1))


def _groups_down(run: RunFigures, card: Scorecard, part: Sequence[MetricWords], found: Sequence[Group]) -> Table:
    """Groups with their figures; those with too few for any figure together in the last row."""
    shown = found[:MOST_GROUPS]
    told = [group for group in shown if any(_is_enough(run, group.row, metric) for metric in part)]
    rest = [group for group in shown if group not in told]
    count, shares = _counts(card)
    stub = (Column(" · ".join(_dimension(name) for name in _told(card)).capitalize()), Column(count, align="right"), Column(shares, SHARES, "right"))
    heads = (*stub, *(head for metric in part for head in _heads(metric.title, metric)))
    rows = [(*_size(group.name, [group]), *(cell for metric in part for cell in _four(run, group.row, metric))) for group in told]
    few = (TOO_FEW, Cell(None), Cell(None), Cell(None))
    rows += [(*_size(counted(len(rest), "other group", "other groups"), rest), *(cell for _ in part for cell in few))] if rest else []
    return Table(f"{card.title}: {', '.join(metric.title for metric in part)}", heads, tuple(rows), about(run, card, shown))


def _is_enough(run: RunFigures, row: Row, metric: MetricWords) -> bool:
    return row.get(metric.key) is not None and not run.is_few(metric, row.get(f"{metric.key}_n"))


def _size(name: str, together: Sequence[Group]) -> tuple[Cell, Cell, Cell]:
    """A name with the rows and the shares of its groups."""
    rows = [group.row["n"] for group in together if group.row["n"] is not None]
    shares = [group.row["shares"] for group in together if group.row["shares"] is not None]
    return Cell(name), Cell(sum(rows) if rows else None), Cell(sum(shares) if shares else None, SHARES)


def _naming(card: Scorecard, part: Sequence[Group]) -> str:
    return f"{card.title}: {', '.join(group.name for group in part)}"


def _counts(card: Scorecard) -> tuple[str, str]:
    return ("Fills", "Executed shares") if card.on == "fills" else ("Orders", "Ordered shares")


_BLANK = (Cell(""), Cell(""), Cell(""))


def _heads(group: str, metric: MetricWords | None = None) -> tuple[Column, ...]:
    unit = metric.unit if metric else None
    return (
        Column("value", unit, "right", group, bare=True),
        Column("±", unit, "right", group, bare=True),
        Column("n", align="right", group=group),
        Column("covered", FRACTION, "right", group),
    )


def _four(run: RunFigures, row: Row, metric: MetricWords) -> tuple[Cell, Cell, Cell, Cell]:
    """Value, half interval, count, coverage."""
    n, coverage = Cell(row.get(f"{metric.key}_n")), Cell(row.get(f"{metric.key}_coverage"), FRACTION)
    if run.is_few(metric, row.get(f"{metric.key}_n")):
        return TOO_FEW, Cell(None), n, coverage
    se = row.get(f"{metric.key}_se")
    return Cell(row[metric.key], metric.unit), Cell(None if se is None else Z * float(se), metric.unit), n, coverage


def _interval(run: RunFigures, row: Row, key: str) -> dict[str, float | None]:
    value, se = row.get(key), row.get(f"{key}_se")
    if value is None or run.is_few(run.words[key], row.get(f"{key}_n")):
        return {"value": None, "low": None, "high": None}
    half = None if se is None else Z * float(se)
    return {"value": float(value), "low": None if half is None else float(value) - half, "high": None if half is None else float(value) + half}


def _drawn(run: RunFigures, card: Scorecard, key: str, chart: Any, named: Any) -> Figure | None:
    shown = groups(card)[:MOST_DRAWN]
    rows = [{**named(group), **_interval(run, group.row, key), "n": group.row.get(f"{key}_n")} for group in shown]
    if all(row["value"] is None for row in rows):
        return None
    metric = run.words[key]
    figure: Figure = chart.draw(pl.DataFrame(rows, infer_schema_length=None), title=metric.title, unit=metric.unit, source=about(run, card, shown))
    return figure


def _parts(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + ACROSS] for start in range(0, len(items), ACROSS))


def _dimension(name: str) -> str:
    return name.removeprefix("is_").replace("_", " ")


def _said(dimension: str, value: object) -> str:
    if value is None:
        return f"{_dimension(dimension)} unknown"
    if isinstance(value, bool) and dimension in WORDS:
        return WORDS[dimension][value]
    if dimension == "hour":
        return f"{value:02d}:00"
    if dimension == "size_bucket":
        return f"from ${value:,}"
    return str(value)


def _horizon(name: str) -> str:
    """`50ms` as `50 ms`."""
    digits = name.rstrip("abcdefghijklmnopqrstuvwxyz")
    return f"{digits} {name[len(digits) :]}"
