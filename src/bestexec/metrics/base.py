"""What a metric is: formulas in SQL text that are executed, printed and hashed, with unit, sign, weight, source and worked example."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

from bestexec.cite import Cite
from bestexec.linking.columns import LINKED, QUOTED_TIME
from bestexec.units import Unit

On = Literal["fills", "orders", "trades"]
Better = Literal["lower", "higher", "neither"]

SHARES = {"fills": "fill_qty", "orders": "order_qty", "trades": "trade_qty"}
"""The column that weighs a row of each linked table."""
QUOTED = {
    on: frozenset(c.name for c in table.columns if c.name.startswith(("bid_", "ask_", "mid_", "best_")) or c.name in ("size_benchmark_qty", "at_or_better_qty"))
    for on, table in LINKED.items()
}
"""Columns that come from a quote."""
AT_T0 = frozenset(name for columns in QUOTED.values() for name in columns if name.endswith("_at_t0") or not name.startswith(("bid_", "ask_", "mid_")))
"""Of these, the columns of the quote at t0."""


def gate(on: On, columns: frozenset[str]) -> str:
    """Which rows a formula that names these columns may read, as SQL; empty for all.

    A formula of the quote at t0 skips every excluded row; one of other quotes only those left out by name, so that an order
    that never became executable still has its shortfall.
    """
    quoted = QUOTED[on] & columns
    if not quoted:
        return ""
    return "excluded IS NULL" if on == "trades" or quoted & AT_T0 else "NOT coalesce(is_left_out, FALSE)"


@dataclass(frozen=True)
class Ratio:
    """Sum over sum. A row that lacks either side leaves both."""

    num: str
    den: str

    @property
    def sql(self) -> str:
        return f"CAST(sum({self.num}) AS DOUBLE) / nullif(CAST(sum({self.den}) AS DOUBLE), 0)"

    @property
    def terms(self) -> tuple[str, ...]:
        return (self.num, self.den)


@dataclass(frozen=True)
class Total:
    """A plain sum: a count of rows, shares or dollars. It is a fact of the rows, so it has no standard error."""

    of: str

    @property
    def sql(self) -> str:
        return f"CAST(sum({self.of}) AS DOUBLE)"

    @property
    def terms(self) -> tuple[str, ...]:
        return (self.of,)


@dataclass(frozen=True)
class Estimator:
    """What one GROUP BY cannot do: a pure function `(rows, by) -> frame` of `by`, value, n, coverage and se, with its formula in words.

    `rests_on` says as SQL which rows its n counts.
    """

    name: str
    formula: str
    reads: tuple[str, ...]
    run: Callable[[pl.DataFrame, tuple[str, ...]], pl.DataFrame]
    rests_on: str

    @property
    def sql(self) -> str:
        return f"{self.name}: {self.formula}"

    @property
    def terms(self) -> tuple[str, ...]:
        return self.reads


Summary = Ratio | Total | Estimator


def weighted_mean(expression: str, by: str) -> Ratio:
    """Σ expression × by ÷ Σ by, over the rows that have both."""
    return Ratio(f"{expression} * {by}", by)


@dataclass(frozen=True)
class Example:
    """Rows, what the metric gives of them (of the first group, when there are dimensions), and the arithmetic as a hand writes it."""

    given: tuple[Mapping[str, object], ...]
    gives: float
    arithmetic: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric. `row` is what each row shows, `summary` what a group shows; both may name columns of the linked table and earlier metrics."""

    key: str
    title: str
    on: On
    row: str | None = None
    summary: Summary
    unit: Unit
    better: Better
    source: Cite
    example: Example
    weight: str
    covers: Literal["shares", "rows"] = "shares"
    """What `coverage` is a fraction of."""
    note: str = ""

    @property
    def row_sql(self) -> str | None:
        """The row's formula as it runs: null where linking left the row out of what the formula reads."""
        if self.row is None or not (test := gate(self.on, names(self.row))):
            return self.row
        return f"CASE WHEN {test} THEN {self.row} END"

    @property
    def counts(self) -> str:
        """Which rows take part in the summary, as SQL; empty for an estimator, whose formula says it."""
        if isinstance(self.summary, Estimator):
            return ""
        known = [f"{term if term.isidentifier() else f'({term})'} IS NOT NULL" for term in self.summary.terms]
        return " AND ".join(([self.gate] if self.gate else []) + known)

    @property
    def gate(self) -> str:
        """Which rows its sums may read where they name a quote's column themselves; empty when they do not."""
        return "" if isinstance(self.summary, Estimator) else gate(self.on, frozenset().union(*(names(term) for term in self.summary.terms)))

    def formulas(self) -> Iterator[str]:
        """Every piece of SQL in it, without the sums around them."""
        if self.row:
            yield self.row
        if not isinstance(self.summary, Estimator):
            yield from self.summary.terms

    @property
    def reads(self) -> frozenset[str]:
        """Columns and metrics that its formulas name."""
        return frozenset(self.summary.terms if isinstance(self.summary, Estimator) else ()).union(*(names(text) for text in self.formulas()))


@cache
def names(sql: str) -> frozenset[str]:
    """The columns that a piece of SQL names."""
    return frozenset(pl.sql_expr(sql).meta.root_names())


def readable(on: On) -> frozenset[str]:
    """Columns that a metric on this table may name, other metrics apart."""
    joined = (column.name for column in QUOTED_TIME.columns) if on == "trades" else ()
    return frozenset(column.name for column in LINKED[on].columns).union(joined)
