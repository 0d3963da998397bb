"""The two de-minimis tests of Rule 606(b)(4) and (b)(5): whether a firm, or one customer, has so few not-held orders that (b)(1) suffices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from bestexec.filings.rule606.document import quantized
from bestexec.filings.rule606.period import MONTHS, Period, month_after

FIRST_TIME_MONTHS, LATER_MONTHS = 4, 1
"""Calendar months from the one in which a firm crosses to the first in which it must comply: the first time, and later."""


@dataclass(frozen=True)
class DeMinimis:
    """One test: what was measured, what it was held to, and whether it exempts. `is_exempt` is None where it cannot be told."""

    test: str
    measured: Fraction
    limit: Decimal
    is_exempt: bool | None
    says: str


def firm(orders: pl.DataFrame, period: Period, limit: Decimal) -> DeMinimis:
    """(b)(4): not-held shares among all shares of customers' orders in NMS stocks, received in the period; exempt below `limit`.

    `orders` are LINKED_ORDERS of every customer. Orders of brokers or dealers are no customer orders.
    """
    of_period = _stocks(orders, period).filter(pl.col("customer_class").fill_null("retail") != "broker_dealer")
    shares = pl.col("order_qty").cast(pl.Decimal(38, 6)).sum()
    every = Fraction(of_period.select(shares).item() or 0)
    not_held = Fraction(of_period.filter(~pl.col("is_held").fill_null(True)).select(shares).item() or 0)
    part = not_held / every if every else Fraction()
    says = f"{_plain(not_held)} of {_plain(every)} shares of customers' orders were not held: {100 * float(part):.2f} %, and {100 * limit:f} % is the limit"
    return DeMinimis("(b)(4), the firm", part, limit, part < limit, says)


def customer(orders: pl.DataFrame, period: Period, limit: Decimal) -> DeMinimis:
    """(b)(5): the average value a month of a customer's not-held orders in NMS stocks, over the period's six months; exempt below `limit`.

    Worth is at the limit price, else at the average execution price, else at the midpoint on receipt; an order without any leaves it untold,
    unless the others reach the limit alone.
    """
    not_held = _stocks(orders, period).filter(~pl.col("is_held").fill_null(True))
    worth = [_worth(*row) for row in not_held.select("order_qty", "limit_px", "filled_qty", "filled_notional_usd", "mid_at_receipt").iter_rows()]
    total, unknown = sum((value for value in worth if value is not None), Fraction()), worth.count(None)
    average = total / MONTHS
    is_exempt = False if average >= limit else None if unknown else True
    says = f"its not-held orders were worth {_plain(average)} USD a month on average, and {limit:,f} USD is the limit"
    return DeMinimis("(b)(5), the customer", average, limit, is_exempt, says + (f"; {unknown:,} more have no price" if unknown else ""))


def over_part(test: DeMinimis, measured: Period) -> DeMinimis:
    """The test where only a part of the six months was measured: what is missing could take it to the limit, so that it exempts nobody."""
    says = f"{test.says}; only {measured.first} to {measured.last} was measured, so that it exempts nobody"
    return replace(test, is_exempt=None, says=says) if test.is_exempt else test


def compliance(by_month: Mapping[date, Fraction], limit: Decimal, *, has_complied: bool = False) -> tuple[tuple[date, date], ...]:
    """The spans of months, (first, last), in which a firm must give (b)(3) reports, from its six-month part at the end of each month.

    A crossing begins a span of at least six months: four calendar months later the first time, in the next month from then on. It goes on
    while the part stays at the limit or above at its end.
    """
    spans: list[tuple[date, date]] = []
    for month, part in sorted(by_month.items()):
        if part < limit or (spans and _later(month, 1) <= spans[-1][1]):
            continue
        if spans and _later(spans[-1][1], 1) == _later(month, 1):
            spans[-1] = (spans[-1][0], _later(spans[-1][1], MONTHS))
            continue
        starts = _later(month, LATER_MONTHS if spans or has_complied else FIRST_TIME_MONTHS)
        spans.append((starts, _later(starts, MONTHS - 1)))
    return tuple(spans)


def _worth(qty: Decimal, limit_px: Decimal | None, filled: Decimal | None, notional: Decimal | None, mid: Decimal | None) -> Fraction | None:
    if limit_px is not None:
        return Fraction(qty) * Fraction(limit_px)
    if filled and notional is not None:
        return Fraction(quantized(Fraction(qty) * Fraction(notional) / Fraction(filled), 6))
    return None if mid is None else Fraction(qty) * Fraction(mid)


def _stocks(orders: pl.DataFrame, period: Period) -> pl.DataFrame:
    return orders.filter(pl.col("day").is_between(period.first, period.last), pl.col("asset_class") == "equity")


def _later(month: date, months: int) -> date:
    for _ in range(months):
        month = month_after(month)
    return month


def _plain(number: Fraction) -> str:
    return f"{Decimal(number.numerator) / Decimal(number.denominator):,.2f}".removesuffix(".00")
