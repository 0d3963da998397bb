"""The quarter factor by factor: one row for each kind of order that there was, one cell for each factor, none left blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from bestexec import Cell, printed_cell
from oversight.analysis.factors import FACTORS, READ, Factor
from oversight.measured import figures
from oversight.measured.dimensions import APART, BY_NAME
from oversight.measured.scope import Scope
from oversight.measured.sources import Sources
from oversight.vendors.quarters import Quarter

CUT = ("order_type", *(apart.name for apart in APART))
"""Kinds of orders: never pooled over what must stay apart."""


@dataclass(frozen=True)
class Filled:
    """One cell: the figure as printed with its n, or why there is none; where the rows behind it are."""

    figure: str
    n: int
    why: str
    scope: Scope
    key: str


@dataclass(frozen=True)
class Kind:
    """One kind of orders. `key` names it for life."""

    key: str
    order_type: str
    flow: str
    orders: int
    cells: tuple[Filled, ...]
    scope: Scope


def every(quarter: Quarter) -> Scope:
    """The quarter over every flow."""
    return Scope(quarter.first, quarter.last).pooling(*(apart.name for apart in APART))


def kinds(sources: Sources, quarter: Quarter) -> list[Kind]:
    """Every kind of order of the quarter, the most frequent first."""
    made = figures.grouped(sources, every(quarter), CUT, READ)
    rows = made.rows.filter(pl.col("orders") > 0).sort(
        "orders", *(BY_NAME[name].column for name in CUT), descending=[True, *(False for _ in CUT)], nulls_last=True
    )
    return [_kind(row, quarter, made.min_n) for row in rows.iter_rows(named=True)]


def by_symbol(sources: Sources, quarter: Quarter, kind: str) -> list[tuple[str, int, tuple[Filled, ...]]]:
    """(symbol, orders, cells) of one kind, the most orders first: the same factors security by security."""
    scope = scope_of(quarter, kind)
    made = figures.grouped(sources, scope, ("symbol",), READ)
    rows = made.rows.filter(pl.col("orders") > 0).sort("orders", "symbol", descending=[True, False], nulls_last=True)
    return [
        (row["symbol"], row["orders"], _cells(row, kind.split("|", maxsplit=1)[0], scope.narrowed({"symbol": row["symbol"]}), made.min_n))
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def scope_of(quarter: Quarter, kind: str) -> Scope:
    """The rows of a kind, by its key."""
    scope = every(quarter)
    for name, value in zip(CUT, kind.split("|"), strict=True):
        scope = scope.having(name, value)
    return scope


def is_kind(text: str) -> bool:
    """Whether it can be the key of a kind."""
    return text.count("|") == len(CUT) - 1 and all(text.split("|"))


def _kind(row: dict[str, Any], quarter: Quarter, min_n: int) -> Kind:
    written = [BY_NAME[name].written(row[BY_NAME[name].column]) for name in CUT]
    flow = ", ".join(BY_NAME[name].titled(value) for name, value in zip(CUT[1:], written[1:], strict=True))
    key = "|".join(written)
    scope = scope_of(quarter, key)
    return Kind(key, BY_NAME["order_type"].titled(written[0]), flow, row["orders"], _cells(row, written[0], scope, min_n), scope)


def _cells(row: dict[str, Any], order_type: str, scope: Scope, min_n: int) -> tuple[Filled, ...]:
    return tuple(_cell(row, factor, order_type, scope, min_n) for factor in FACTORS)


def _cell(row: dict[str, Any], factor: Factor, order_type: str, scope: Scope, min_n: int) -> Filled:
    key = factor.key
    if not key:
        return Filled("", 0, f"see {factor.elsewhere[1]}", scope, "")
    value, n = row.get(key), int(row.get(f"{key}_n") or 0)
    if value is not None:
        return Filled(printed_cell(Cell(value, figures.unit_of(key))), n, "", scope, key)
    return Filled("", n, _why_none(row, factor, order_type, n, min_n), scope, key)


def _why_none(row: dict[str, Any], factor: Factor, order_type: str, n: int, min_n: int) -> str:
    among = int(row.get(f"{factor.of}_n") or 0)
    if n == 0 and not factor.speaks_of(order_type):
        return "not a limit order"
    if n == 0 and among:
        return f"none of {among:,} fills"
    return "no evidence collected" if n == 0 else f"n is {n:,}, fewer than {min_n:,}" if n < min_n else "cannot be computed"
