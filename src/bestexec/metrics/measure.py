"""One column a metric: what each row of a linked table shows."""

from __future__ import annotations

import polars as pl

from bestexec.metrics.base import Metric, On, names
from bestexec.metrics.catalog import by_key, chosen


def measure(linked: pl.DataFrame, on: On, keys: tuple[str, ...] | None = None) -> pl.DataFrame:
    """`linked` (a table of `linking.columns.LINKED`) with a column for each metric that has a row form, in the order of the rows.

    `keys` keeps to those metrics and what they are built on. A row that is excluded, or lacks an input, shows null. Raises Problem on an unknown key.
    """
    measured = linked.lazy()
    for wave in _waves(_with_inputs(chosen(on, keys))):
        measured = measured.with_columns(pl.sql_expr(str(metric.row_sql)).alias(metric.key) for metric in wave)
    return measured.collect()


def _with_inputs(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """The metrics and those that they name, in catalog order."""
    if not metrics:
        return ()
    on = metrics[0].on
    every = {metric.key: metric for metric in chosen(on, None)}
    wanted: set[str] = set()
    stack = [metric.key for metric in metrics]
    while stack:
        key = stack.pop()
        if key in every and key not in wanted:
            wanted.add(key)
            stack.extend(by_key(key, on).reads - {key})
    return tuple(metric for key, metric in every.items() if key in wanted)


def _waves(metrics: tuple[Metric, ...]) -> list[list[Metric]]:
    """Metrics with a row form, those that name none first, then those that name the first, and so on."""
    depth: dict[str, int] = {}
    waves: list[list[Metric]] = []
    for metric in metrics:
        if metric.row is None:
            continue
        depth[metric.key] = 1 + max((depth[name] for name in names(metric.row) if name in depth), default=-1)
        waves.extend([] for _ in range(depth[metric.key] + 1 - len(waves)))
        waves[depth[metric.key]].append(metric)
    return waves
