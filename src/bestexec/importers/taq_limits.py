"""Limit states of the limit-up limit-down plan, as TAQ's national indicators tell them row by row, made spans of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from bestexec.market.conditions import LIMIT_STATES, NO_LIMIT_STATES
from bestexec.schema import STATUSES


@dataclass
class LimitSpans:
    """The spans of a file as they are read: what its last row leaves open stays open."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    running: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(self, quotes: pl.DataFrame, *, blank_ends: bool) -> None:
        """Quotes (day, symbol, quoted_at, line) with `luld`, the indicator of each, in the file's order.

        A blank says that the plan does not apply: it ends a state where every row tells of the national best (`blank_ends`), else it says nothing.
        """
        known = [*LIMIT_STATES, *NO_LIMIT_STATES]
        told = quotes.with_columns(luld=pl.col("luld").str.strip_chars().replace("", None)).filter(pl.col("luld").is_in(known) | pl.lit(blank_ends))
        if not self.running and not told["luld"].is_in(list(LIMIT_STATES)).any():
            return
        told = told.with_columns(code=pl.when(pl.col("luld").is_in(list(LIMIT_STATES))).then("luld"))
        changes = told.filter((pl.col("code").ne_missing(pl.col("code").shift(1).over("symbol"))) | (pl.int_range(pl.len()).over("symbol") == 0))
        for day, symbol, at, line, code in changes.select("day", "symbol", "quoted_at", "line", "code").iter_rows():
            before = self.running.get(symbol)
            if before is not None and before["reason"] != code:
                self.running.pop(symbol)["to_at"] = at
            if code is not None and symbol not in self.running:
                self.running[symbol] = {"day": day, "symbol": symbol, "kind": "luld_limit", "from_at": at, "to_at": None, "reason": code, "line": line}
                self.rows.append(self.running[symbol])

    def spans(self) -> pl.DataFrame:
        """The spans as rows of `statuses`; the reason is the tape's letter."""
        return pl.DataFrame(self.rows, schema=STATUSES.schema)
