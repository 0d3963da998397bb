"""Which rows a page is about: a period and filters, all of it in the address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import polars as pl

from oversight.lifecycle import Refusal
from oversight.measured.dimensions import APART, BY_NAME, DIMENSIONS, FILLS, UNKNOWN, Dimension

VALUE = re.compile(r"[\w .:/\-+]{1,80}", re.ASCII)


@dataclass(frozen=True)
class Scope:
    """A period, both ends included, and the values chosen by dimension. `pooled` names dimensions held together though they are kept apart by rule."""

    first: date
    last: date
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pooled: frozenset[str] = frozenset()

    @property
    def filters(self) -> dict[str, tuple[str, ...]]:
        """Values in force by dimension: those chosen, and the default flow of what is kept apart and neither chosen nor pooled."""
        chosen = dict(self.chosen)
        return chosen | {apart.name: (apart.default,) for apart in APART if apart.name not in chosen and apart.name not in self.pooled}

    def within(self, on: str) -> pl.Expr:
        """The rows of that table: a filter to run on its columns. A dimension that the table lacks does not cut it."""
        inside = pl.col("day").is_between(self.first, self.last)
        for name, values in self.filters.items():
            if on in BY_NAME[name].on:
                inside &= BY_NAME[name].is_among(values)
        return inside

    def columns(self, on: str) -> frozenset[str]:
        """What that filter reads."""
        return frozenset({"day", *(BY_NAME[name].column for name in self.filters if on in BY_NAME[name].on)})

    def lacks(self, on: str) -> tuple[str, ...]:
        """Chosen dimensions that the table does not have: venue, for orders."""
        return tuple(name for name, _ in self.chosen if on not in BY_NAME[name].on)

    def cut(self, by: Iterable[str]) -> Scope:
        """The same, with what `by` cuts by not held to its default: each of its groups stands apart."""
        return replace(self, pooled=self.pooled | {apart.name for apart in APART if apart.name in by and apart.name not in dict(self.chosen)})

    def narrowed(self, values: Mapping[str, Any]) -> Scope:
        """Only the rows with these values by dimension, as the column stores them."""
        scope = self
        for name, value in values.items():
            scope = scope.having(name, BY_NAME[name].written(value))
        return scope

    def having(self, name: str, *values: str) -> Scope:
        """The same with other values of one dimension; none takes the filter away."""
        rest = [pair for pair in self.chosen if pair[0] != name]
        chosen = [*rest, (name, values)] if values else rest
        return replace(self, chosen=_ordered(chosen), pooled=self.pooled - {name})

    def pooling(self, *names: str) -> Scope:
        """The same with these dimensions held together."""
        return replace(self, chosen=tuple(pair for pair in self.chosen if pair[0] not in names), pooled=self.pooled | set(names))

    def during(self, first: date, last: date) -> Scope:
        """The same in another period."""
        return replace(self, first=first, last=last)

    @property
    def before(self) -> Scope:
        """The same over the period of the same length just before."""
        return self.during(self.first - (self.last - self.first) - timedelta(days=1), self.first - timedelta(days=1))

    def parts(self) -> dict[str, str]:
        """The address of it, part by part."""
        pool = {"pool": ",".join(sorted(self.pooled))} if self.pooled else {}
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), **{name: ",".join(values) for name, values in self.chosen}, **pool}

    def query(self, **more: object) -> str:
        """The address of it with more parts, beginning with `?`."""
        return f"?{urlencode({**self.parts(), **{name: str(value) for name, value in more.items() if value not in (None, '')}})}"

    @property
    def flow(self) -> str:
        """Which flow is shown, in words: `held, not directed, retail, regular session, equities, USD`."""
        return ", ".join(_flow_words(apart, self) for apart in APART)

    @property
    def words(self) -> str:
        """The other filters in words, empty when there are none."""
        kept = {apart.name for apart in APART}
        return "; ".join(f"{BY_NAME[name].title}: {_joined(BY_NAME[name], values)}" for name, values in self.chosen if name not in kept)


def parse(query: Mapping[str, str], default: tuple[date, date]) -> Scope:
    """The scope that an address names; `default` is its period where it names none. Raises Refusal in words for what it cannot mean."""
    first, last = (_day(query.get(name), name) or day for name, day in zip(("first", "last"), default, strict=True))
    if first > last:
        raise Refusal(f"The period begins on {first}, after it ends on {last}. Choose a first day that is not after the last.")
    chosen = [(name, _values(BY_NAME[name], query[name])) for name in BY_NAME if query.get(name)]
    pooled = frozenset(filter(None, query.get("pool", "").split(",")))
    if unknown := sorted(pooled - {apart.name for apart in APART}):
        raise Refusal(f"“{unknown[0]}” cannot be pooled. What is kept apart: {', '.join(apart.name for apart in APART)}.")
    return Scope(first, last, _ordered(chosen), pooled - {name for name, _ in chosen})


def dimension_named(name: str) -> Dimension:
    """The dimension of that name. Raises Refusal for another."""
    if name not in BY_NAME:
        raise Refusal(f"There is no dimension “{name}”. Choose among {', '.join(BY_NAME)}.")
    return BY_NAME[name]


def _day(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(f"“{text}” is not a day for {name}. Write it as 2026-09-30.") from None


def _values(dimension: Dimension, text: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(filter(None, (part.strip() for part in text.split(",")))))
    for value in values:
        if dimension.values and value not in dimension.values and value != UNKNOWN:
            raise Refusal(f"“{value}” is no value of {dimension.name}. Choose among {', '.join(dimension.values)}, {UNKNOWN}.")
        if not VALUE.fullmatch(value):
            raise Refusal(f"“{value[:40]}” cannot be a value of {dimension.name}.")
        if dimension.column in ("day", "week") and value != UNKNOWN:
            _day(value, dimension.name)
    return values


def _ordered(chosen: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    places = [dimension.name for dimension in DIMENSIONS]
    return tuple(sorted(((name, tuple(values)) for name, values in chosen if values), key=lambda pair: places.index(pair[0])))


def _flow_words(apart: Dimension, scope: Scope) -> str:
    values = scope.filters.get(apart.name)
    return f"every {apart.title.lower()} pooled" if values is None else _joined(apart, values)


def _joined(dimension: Dimension, values: tuple[str, ...]) -> str:
    return " or ".join(dimension.titled(value) for value in values)


def period_of(days: Iterable[date], kind: str) -> tuple[date, date] | None:
    """The last day, five days, month, quarter or year of trading `days`, or all of them; None when there are none."""
    known = sorted(days)
    if not known:
        return None
    last = known[-1]
    starts = {
        "day": last, "week": known[-5:][0], "month": last.replace(day=1), "quarter": date(last.year, 3 * ((last.month - 1) // 3) + 1, 1),
        "year": last.replace(year=last.year - 1) + timedelta(days=1) if (last.month, last.day) != (2, 29) else date(last.year - 1, 3, 1), "all": known[0],
    }  # fmt: skip
    return max(starts[kind], known[0]), last


__all__ = ["FILLS", "Scope", "dimension_named", "parse", "period_of"]
