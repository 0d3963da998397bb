"""The arithmetic of every metric of one row, by family, with what it means and why a result is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bestexec import explain
from bestexec.explain import Step
from bestexec.metrics import FAMILIES, Metric, On
from bestexec.metrics.base import gate, names


@dataclass(frozen=True)
class Worked:
    """One metric of one row. `why_not` says why there is no result; empty where there is one."""

    metric: Metric
    step: Step
    why_not: str


def worked(row: Mapping[str, Any], on: On) -> tuple[tuple[str, tuple[Worked, ...]], ...]:
    """(family, its metrics) that a row of `on` has a formula for; families without any are left out."""
    steps = {step.metric: step for step in explain.steps(row, on)}
    families = (
        (title, tuple(Worked(metric, steps[metric.key], _why_not(metric, row)) for metric in family if metric.on == on and metric.key in steps))
        for title, family in FAMILIES
    )
    return tuple((title, found) for title, found in families if found)


def _why_not(metric: Metric, row: Mapping[str, Any]) -> str:
    if row[metric.key] is not None or metric.row is None:
        return ""
    read = names(metric.row)
    gated = gate(metric.on, read)
    if gated and row.get("is_left_out"):
        return f"left out: {row['excluded']}"
    if gated == "excluded IS NULL" and row.get("excluded"):
        return f"left out: {row['excluded']}"
    missing = sorted(name for name in read if row.get(name) is None)
    return f"not known: {', '.join(missing)}" if missing else "the formula gives nothing here"
