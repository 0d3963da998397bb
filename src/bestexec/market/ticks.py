"""Minimum price increments of quotes and orders by price and date (Rule 612)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from bestexec.market.dated import Dated, in_force, in_force_by_day

PENNY, HALF_PENNY, SUB_PENNY = Decimal("0.01"), Decimal("0.005"), Decimal("0.0001")
ONE_DOLLAR = Decimal(1)

HALF_PENNY_ALLOWED: Dated[bool] = ((None, False), (date(2026, 11, 2), True))
"""Whether an issue assigned the half-penny tick may use it. The compliance date was moved to the first business day of
November 2026; whether a later order moved it again is not known, so it is a setting and the default tick is a penny."""

HALF_PENNY_SPREAD = Decimal("0.015")
"""An issue whose time-weighted quoted spread of the evaluation period is at or below this is assigned the half-penny."""


def tick_of(price: Decimal, on: date, *, is_half_penny: bool = False) -> Decimal:
    """Tick of an issue at `price` on the day `on`; `is_half_penny` says that the issue was assigned the half-penny tick."""
    if price < ONE_DOLLAR:
        return SUB_PENNY
    return HALF_PENNY if is_half_penny and in_force(HALF_PENNY_ALLOWED, on) else PENNY


def tick(px: pl.Expr, day: pl.Expr, is_half_penny: pl.Expr | None = None) -> pl.Expr:
    """The same for each row, Decimal."""
    assigned = pl.lit(False) if is_half_penny is None else is_half_penny.fill_null(False)
    above = tuple((since, pl.when(assigned).then(HALF_PENNY if allowed else PENNY).otherwise(PENNY)) for since, allowed in HALF_PENNY_ALLOWED)
    return pl.when(px < ONE_DOLLAR).then(SUB_PENNY).when(px >= ONE_DOLLAR).then(in_force_by_day(above, day))
