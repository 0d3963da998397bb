"""What linking asks of a quote book: the quote in force at an instant, under a named rule."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

Instants = npt.NDArray[np.int64]


class AsOf(StrEnum):
    """Which quote is in force at an instant."""

    BEFORE = "before"
    """Strictly before: another source's quotes at an event."""
    AT_OR_BEFORE = "at-or-before"
    """Rule 605's columns, and an instant plus a horizon."""
    SEQUENCE = "sequence"
    """One sequenced source: the state just before the event in (instant, sequence) order."""


class QuoteLookup(Protocol):
    """The quotes of one trading day. Never looks ahead."""

    def at(self, symbols: pl.Series, instants: pl.Series, rule: AsOf, sequences: pl.Series | None = None) -> pl.DataFrame:
        """The quote in force for each (symbol, instant), in the order asked; instants may be unsorted or null.

        Columns, each as long as the question: bid_px, ask_px (Decimal(18,8)), mid_px (Decimal(18,9), null unless state
        is `ok`), bid_qty, ask_qty (Decimal(18,6)), quoted_at (Int64 ns), age_ns (Int64), state (one of
        `linking.columns.QUOTE_STATES`). `sequences` is needed by AsOf.SEQUENCE alone.
        """

    def first_reach(self, symbols: pl.Series, from_at: pl.Series, to_at: pl.Series, sides: pl.Series, limits: pl.Series) -> pl.Series:
        """First instant in [from_at, to_at) at which the near quote reaches the limit: buy, bid ≤ limit; sell, offer ≥ limit.

        Int64 ns, null when it never does. Sides are ±1 and limits Decimal(18,8). The quote in force at from_at counts.
        """

    def time_weighted(self, symbols: pl.Series, from_at: int, to_at: int) -> pl.DataFrame:
        """Per symbol: `spread_ns` (Σ spread × ns, Decimal) and `quoted_ns` (ns with a two-sided, uncrossed, unlocked quote) over [from_at, to_at).

        The state at from_at is carried in and the last one cut at to_at; missing, locked and crossed time is left out.
        """
