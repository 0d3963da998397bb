"""What the metric tests share: rows into figures, and figures as the rule's examples print them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest

from bestexec.linking.columns import LINKED
from bestexec.metrics import On, measure, summarize
from bestexec.metrics.worked import Row, as_table

Figure = Callable[..., float | None]


@pytest.fixture(scope="session")
def linked() -> Callable[[Iterable[Row], On], pl.DataFrame]:
    """Rows as a linked table."""
    return lambda rows, on="fills": as_table(rows, LINKED[on])


@pytest.fixture(scope="session")
def figure() -> Figure:
    """`figure(rows, key, on="fills")`: one metric over all rows."""

    def of(rows: Iterable[Row], key: str, on: On = "fills") -> float | None:
        return summarize(measure(as_table(rows, LINKED[on]), on, (key,)), (), on, keys=(key,))[key][0]

    return of


@pytest.fixture(scope="session")
def printed(figure: Figure) -> Callable[..., str]:
    """The same with 6 decimals, half up, as section 4 of the rule's specification prints; empty when there is none."""

    def of(rows: Iterable[Row], key: str, on: On = "fills", *, scale: float = 1) -> str:
        value = figure(rows, key, on)
        return "" if value is None else str(Decimal(f"{value * scale:.12g}").quantize(Decimal("0.000001"), ROUND_HALF_UP))

    return of
