"""A rule that changes on known days."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import polars as pl

Value = TypeVar("Value")
Dated = tuple[tuple[date | None, Value], ...]
"""(first day, what holds from then on), earliest first; the first entry's day is None: since always."""


def in_force(rule: Dated[Value], on: date) -> Value:
    """What `rule` says on the day `on`."""
    return [value for since, value in rule if since is None or since <= on][-1]


def in_force_by_day(rule: Dated[pl.Expr], day: pl.Expr) -> pl.Expr:
    """What `rule` says on each row's `day`; null where the day is null."""
    answer = rule[0][1]
    for since, value in rule[1:]:
        answer = pl.when(day >= since).then(value).otherwise(answer)
    return pl.when(day.is_not_null()).then(answer)
