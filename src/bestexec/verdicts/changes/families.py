"""What of a router is watched: families of figures, each a share of its rows or the logarithm of a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from bestexec.verdicts.arrays import Floats

Of = Literal["fills", "routes"]


@dataclass(frozen=True)
class Family:
    """One family. Rows of the table `of` where `among` is true and `value` is known take part; a `value` of words gives one figure a word."""

    key: str
    of: Of
    among: str
    value: str
    unit: Literal["fraction of flow", "fraction of the time"]
    title: str
    """What the figure is, in a sentence; `{}` is the word."""


FAMILIES = (
    Family("venue_share", "fills", "venue IS NOT NULL", "venue", "fraction of flow", "the share of {} in fills"),
    Family("first_attempt_share", "routes", "attempt = 1", "venue", "fraction of flow", "the share of {} in first attempts"),
    Family("passive_share", "fills", "liquidity IN ('added', 'removed')", "liquidity = 'added'", "fraction of flow", "the share of fills that added liquidity"),
    Family("receipt_to_route", "fills", "receipt_to_route_ns > 0", "ln(receipt_to_route_ns)", "fraction of the time", "the time from receipt to route"),
    Family("route_to_ack", "fills", "route_to_ack_ns > 0", "ln(route_to_ack_ns)", "fraction of the time", "the time from route to acknowledgement"),
    Family("ack_to_fill", "fills", "ack_to_fill_ns > 0", "ln(ack_to_fill_ns)", "fraction of the time", "the time from acknowledgement to fill"),
    Family("route_to_fill", "fills", "receipt_to_fill_ns > receipt_to_route_ns", "ln(receipt_to_fill_ns - receipt_to_route_ns)", "fraction of the time",
           "the time from route to fill"),
)  # fmt: skip


@dataclass(frozen=True)
class Watched:
    """The rows of one family and vendor: each figure's value, and the columns that say in which market a row stood."""

    family: Family
    words: tuple[str, ...]
    """One a figure; empty words for a family of one."""
    value: Floats
    """[row, figure]"""
    rows: pl.DataFrame
    """day, symbol and the cells as numbers, in the order of `value`: sorted by day and symbol."""


def watched(family: Family, table: pl.DataFrame, cells: tuple[str, ...]) -> Watched | None:
    """The rows of `table` that take part; None where it lacks a column or no row takes part."""
    needed = pl.sql_expr(family.among).meta.root_names() + pl.sql_expr(family.value).meta.root_names()
    if any(name not in table.columns for name in needed):
        return None
    columns = tuple(dict.fromkeys(("day", "symbol", *cells)))
    known = (pl.col(name).is_not_null() for name in ("day", "symbol", "_value"))
    rows = table.filter(pl.sql_expr(family.among)).select(*columns, _value=pl.sql_expr(family.value)).filter(*known).sort(*columns, "_value")
    if rows.is_empty():
        return None
    kept = rows.select(columns)
    if rows["_value"].dtype != pl.String:
        return Watched(family, ("",), rows["_value"].cast(pl.Float64).to_numpy()[:, None], kept)
    words = tuple(rows["_value"].unique().sort().to_list())
    return Watched(family, words, np.stack([(rows["_value"] == word).cast(pl.Float64).to_numpy() for word in words], axis=1), kept)
