"""Every metric there is, family by family."""

from __future__ import annotations

import hashlib
import inspect
import json
from typing import Any

from bestexec.errors import Problem
from bestexec.metrics import estimators
from bestexec.metrics.base import Estimator, Metric, On
from bestexec.metrics.cost import COST
from bestexec.metrics.fills import FILL_RATES
from bestexec.metrics.improvement import IMPROVEMENT
from bestexec.metrics.likelihood import LIKELIHOOD
from bestexec.metrics.size import SIZE
from bestexec.metrics.speed import SPEED
from bestexec.metrics.spreads import SPREADS
from bestexec.metrics.tape import TAPE
from bestexec.metrics.venues import VENUES

FAMILIES: tuple[tuple[str, tuple[Metric, ...]], ...] = (
    ("Spreads", SPREADS),
    ("Speed", SPEED),
    ("Price improvement", IMPROVEMENT),
    ("Size", SIZE),
    ("Fills and cancels", FILL_RATES),
    ("Likelihood of a fill", LIKELIHOOD),
    ("Cost", COST),
    ("Venues", VENUES),
    ("The tape", TAPE),
)
METRICS: tuple[Metric, ...] = tuple(metric for _, family in FAMILIES for metric in family)
"""In an order in which each metric comes after those that it names."""

_BY_KEY = {(metric.on, metric.key): metric for metric in METRICS}


def by_key(key: str, on: On | None = None) -> Metric:
    """The metric of that key; without `on`, of the fills, else the orders, else the tape. Raises Problem when there is none."""
    tables: tuple[On, ...] = (on,) if on else ("fills", "orders", "trades")
    for table in tables:
        if (table, key) in _BY_KEY:
            return _BY_KEY[table, key]
    raise Problem(f"no metric is called {key}", where=" or ".join(tables), do="see docs/metrics.md for the keys")


def chosen(on: On, keys: tuple[str, ...] | None) -> tuple[Metric, ...]:
    """The metrics on a table, all or those of `keys`, in catalog order. Raises Problem on an unknown key."""
    wanted = None if keys is None else {by_key(key, on).key for key in keys}
    return tuple(metric for metric in METRICS if metric.on == on and (wanted is None or metric.key in wanted))


def definitions() -> tuple[dict[str, Any], ...]:
    """All that decides a figure, one plain dictionary a metric: the formulas as they run, and the source of the estimators by hash."""
    source = hashlib.sha256(inspect.getsource(estimators).encode()).hexdigest()
    return tuple(_definition(metric, source) for metric in METRICS)


def definitions_text() -> str:
    """The definitions as JSON: the text that is hashed."""
    return json.dumps(definitions(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def definitions_hash() -> str:
    """sha256 of the definitions as JSON."""
    return hashlib.sha256(definitions_text().encode()).hexdigest()


def _definition(metric: Metric, estimators_sha256: str) -> dict[str, Any]:
    return {
        "key": metric.key,
        "on": metric.on,
        "title": metric.title,
        "row": metric.row_sql,
        "summary": metric.summary.sql,
        "counts": metric.counts,
        "covers": metric.covers,
        "unit": metric.unit.name,
        "better": metric.better,
        "weight": metric.weight,
        "source": {"key": metric.source.key, "standing": metric.source.standing},
        "note": metric.note,
        "example": {"given": [dict(row) for row in metric.example.given], "by": metric.example.by, "gives": metric.example.gives},
        "estimators_sha256": estimators_sha256 if isinstance(metric.summary, Estimator) else None,
    }
