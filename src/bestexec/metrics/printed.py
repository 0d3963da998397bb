"""The metrics as a page to read: formula, unit, sign, weight, source, worked example."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bestexec.metrics import worked
from bestexec.metrics.base import Metric, On
from bestexec.metrics.catalog import FAMILIES, METRICS
from bestexec.units import Unit

_HEAD = """# Metrics

Written by the program from what it runs: {count} metrics. *row* is what one row of the linked table shows, *summary* what a group of them shows.
Both are SQL text, run by Polars and tried on DuckDB. A name in a formula is a column of the linked table ([schema.md](schema.md)) or a metric on it.

- **Missing inputs.** A row that lacks an input leaves numerator *and* denominator. Where *counts* says `excluded IS NULL`, so does an excluded row.
- **Printed beside each figure.** The rows that counted (n), their coverage (the known part of the shares, or of the rows), and a standard error.
- **Standard error.** Clustered by symbol-day, delta method: √(G/(G−1) · Σ u²), u = (numerator − value × denominator) ÷ Σ denominator of each of G clusters.
  Totals are facts and have none.
- **Sign.** A positive cost is bad for the customer. *Better* says which way is good.
- **Exactness.** Sums are exact decimals; the one division is in double precision; nothing is rounded before it is printed.
"""
_ROWS = (
    ("Fills", "one market order to buy 300 shares, filled inside the offer, at it, and outside it", worked.FILLS),
    ("Orders", "a market buy, a market sell, a limit buy half filled and canceled, a limit buy that never became executable", worked.ORDERS),
    ("Resting limit orders", "times in nanoseconds after the executable time", worked.LIMIT_ORDERS),
    ("Trades of the tape", "a buyer at the offer, one of unknown side inside the quote, a seller below the bid", worked.TRADES),
    ("Quoted time", "the day of those trades", worked.QUOTED_TIME),
)
_TABLE: dict[On, str] = {"fills": "fills", "orders": "orders", "trades": "trades of the tape"}


def markdown() -> str:
    """The page `docs/metrics.md`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD.format(count=len(METRICS))
    for title, family in FAMILIES:
        yield f"## {title}\n"
        for metric in family:
            yield from _metric(metric)
    yield "## The rows of the worked examples\n"
    for title, words, rows in _ROWS:
        yield from _rows(title, words, rows)


def _metric(metric: Metric) -> Iterator[str]:
    yield f"### {metric.title}: `{metric.key}`\n"
    if metric.note:
        yield f"Note: {metric.note}.\n"
    yield "```sql"
    if metric.row_sql:
        yield f"row      {metric.row_sql}"
    yield f"summary  {metric.summary.sql}"
    if metric.counts:
        yield f"counts   {metric.counts}"
    yield "```\n"
    yield f"- Over {_TABLE[metric.on]}; unit {_unit(metric.unit)}; better: {metric.better}; weight: {metric.weight}; coverage of {metric.covers}."
    yield f"- Source: {metric.source.key} ({metric.source.standing}). {metric.source.says}"
    yield f"- Worked: {_arithmetic(metric.example.arithmetic)} = {_shown(metric.example.gives, metric.unit)}\n"


def _unit(unit: Unit) -> str:
    return f"{unit.name} ({unit.symbol})" if unit.symbol else unit.name


def _arithmetic(text: str) -> str:
    return text.replace("*", "×").replace("-", "−").replace("_", ",")


def _shown(value: float, unit: Unit) -> str:
    shown = f"{value:,.6f}".rstrip("0").rstrip(".").replace("-", "−")
    if unit.scale == 1:
        return shown
    return f"{shown}, printed as {Decimal(repr(value)) * unit.scale:,.{unit.decimals}f} {unit.symbol}".replace("-", "−")


def _rows(title: str, words: str, rows: tuple[worked.Row, ...]) -> Iterator[str]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    yield f"### {title}\n\n{words[0].upper()}{words[1:]}.\n"
    yield "| column |" + "".join(f" {number} |" for number in range(1, len(rows) + 1))
    yield "|---|" + "---|" * len(rows)
    for column in columns:
        yield f"| `{column}` |" + "".join(f" {'' if row.get(column) is None else row[column]} |" for row in rows)
    yield ""
