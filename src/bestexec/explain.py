"""How a number came to be, for a metric or an order."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from bestexec import metrics
from bestexec.errors import Problem
from bestexec.metrics.base import Metric
from bestexec.runs import Run


@dataclass(frozen=True)
class Step:
    """One metric of one row: its formula, the formula with the row's own numbers in it, and the result."""

    metric: str
    title: str
    formula: str
    arithmetic: str
    gives: Any
    unit: str


def explain_metric(key: str) -> tuple[Metric, ...]:
    """The metric of that key, on each table that has one. Raises Problem, with the nearest keys, for an unknown one."""
    found = tuple(metric for metric in metrics.METRICS if metric.key == key)
    if not found:
        near = difflib.get_close_matches(key, sorted({metric.key for metric in metrics.METRICS}), 3)
        raise Problem(f"there is no metric {key}", do=f"did you mean {', '.join(near)}?" if near else "see docs/metrics.md")
    return found


def explain_order(run: Run, order_id: str) -> Mapping[str, Any]:
    """The order, its fills, and each metric's arithmetic with the source lines: {"orders": [...], "fills": [...]}.

    An order id may occur on several days or symbols; each is told. Raises Problem when the run has none of that id.
    """
    orders = run.table("orders").filter(pl.col("order_id") == order_id)
    fills = run.table("fills").filter(pl.col("order_id") == order_id)
    if orders.is_empty() and fills.is_empty():
        raise Problem(f"no order {order_id} in the run", where=run.id[:12], do="take an order_id from the run's tables, or measure again after importing it")
    return {
        "run": run.id,
        "orders": [{"row": _stated(row), "steps": steps(row, "orders")} for row in orders.iter_rows(named=True)],
        "fills": [{"row": _stated(row), "steps": steps(row, "fills")} for row in fills.iter_rows(named=True)],
    }


def _stated(row: Mapping[str, Any]) -> dict[str, Any]:
    computed = {metric.key for metric in metrics.METRICS}
    return {name: value for name, value in row.items() if value is not None and name not in computed}


def steps(row: Mapping[str, Any], on: metrics.On) -> list[Step]:
    """Each metric on that table whose formula a row shows, with the row's numbers in it."""
    told = []
    for metric in metrics.METRICS:
        if metric.on == on and metric.row is not None and metric.key in row:
            arithmetic = _with_numbers(metric.row, metric.reads & set(row), row)
            told.append(Step(metric.key, metric.title, " ".join(metric.row.split()), arithmetic, row[metric.key], metric.unit.symbol))
    return told


def _with_numbers(formula: str, names: frozenset[str], row: Mapping[str, Any]) -> str:
    """The formula with each column's value in its place; a missing value reads `null`. Casts, which change no value, are left out."""
    plain = re.sub(r"CAST\((.+?) AS DOUBLE\)", r"(\1)", " ".join(formula.split()))
    return re.sub(r"[a-z_][a-z_0-9]*", lambda word: _value(row[word[0]]) if word[0] in names else word[0], plain)


def _value(value: Any) -> str:
    return "null" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
