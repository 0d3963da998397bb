"""The summary report out of the same sums: market and marketable limit orders, by size group and membership of the S&P 500."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import polars as pl

from bestexec.filings.rule605.exact import CELL, DOLLAR, SHARE
from bestexec.filings.rule605.readings import Readings
from bestexec.filings.rule605.sums import SUMS
from bestexec.market.rule605 import SUMMARY
from bestexec.schema import SIZE_BUCKETS

TYPES = {"MXXNN": "M", "LYNNN": "ML"}
ALL_UNDER = 199_999
LARGEST = 200_000
KEYS = ("DsgntParticipant", "RprtEntityCd", "RptDate", "Sp500", "OrderSize", "OrderType")
_NS_PER_MS = 10**6
Sums = dict[str, int]


def summarized(sums: pl.DataFrame, members: Collection[str], readings: Readings, *, code: str, participant: str) -> pl.DataFrame:
    """One row for each group that has orders, under the 18 names of the file; numbers as Decimal(38,6). `members` are the symbols of the index."""
    chosen = sums.filter(pl.col("order_class").is_in(list(TYPES))).with_columns(sp500=pl.col("symbol").is_in(list(members)))
    rows = []
    for flag in (True, False):
        for size in (*SIZE_BUCKETS[:-1], ALL_UNDER, LARGEST):
            for order_class, word in TYPES.items():
                within = pl.col("size_bucket") < LARGEST if size == ALL_UNDER else pl.col("size_bucket") == size
                group = chosen.filter(within, pl.col("sp500") == flag, pl.col("order_class") == order_class)
                if group.height:
                    named = (participant, code, readings.month.strftime("%Y%m"), "Y" if flag else "N", str(size), word)
                    rows.append((*named, *_figures(_by_symbol(group), readings)))
    names = [item.name for item in SUMMARY.fields]
    schema = {name: pl.String() if name in KEYS else pl.Int128() for name in names}
    made = pl.DataFrame(rows, schema=schema, orient="row")
    return made.with_columns((pl.col(name).cast(pl.Decimal(38, 0)) * pl.lit("0.000001").cast(CELL)).cast(CELL) for name in names if name not in KEYS)


def _by_symbol(group: pl.DataFrame) -> list[Sums]:
    return group.group_by("symbol").agg(pl.col(name).sum() for name in SUMS).sort("symbol").select(SUMS).to_dicts()


def _figures(symbols: list[Sums], readings: Readings) -> tuple[int | None, ...]:
    """The twelve figures in millionths: over all shares, or the mean of the symbols' own where the policy weighs them equally."""
    pooled = {name: sum(symbol[name] for symbol in symbols) for name in SUMS}
    if readings.cross_symbol_weighting == "shares":
        return tuple(_rounded(value) for value in _exact(pooled))
    each = [_exact(symbol) for symbol in symbols]
    return tuple(_rounded(_mean([figures[place] for figures in each])) for place in range(len(each[0])))


def _exact(s: Sums) -> tuple[Fraction | None, ...]:
    """The twelve figures. The file's form allows no quoted spread below zero: that of orders received in crossed markets alone stands as zero."""
    executed = s["executed"] + s["executed_away"]
    mid, quoted = _over(s["mid_amount"], executed * 10**9), _over(s["quoted_amount"], s["quoted_shares"] * 10**9)
    effective = _over(s["effective_amount"], executed * 10**9)
    floored = quoted if quoted is None else max(quoted, Fraction(0))
    at_15s, at_1min = (_over(s[f"realized_amount_{name}"], s[f"realized_shares_{name}"] * 10**9) for name in ("15s", "1min"))
    return (
        _over(s["ordered"], s["orders"] * SHARE),
        _over(s["notional"], s["orders"] * DOLLAR),
        mid,
        _over(s["inside_shares"] + s["at_shares"], executed),
        _over(s["inside_shares"], executed),
        _over(s["inside_amount"] - s["outside_amount"], s["mid_amount"]),
        _part(effective, mid),
        _part(floored, mid),
        _part(effective, quoted),
        _part(at_15s, mid),
        _part(at_1min, mid),
        _over(s["time_amount"], executed * _NS_PER_MS),
    )


def _over(above: int, below: int) -> Fraction | None:
    return Fraction(above, below) if below > 0 else None


def _part(above: Fraction | None, below: Fraction | None) -> Fraction | None:
    return above / below if above is not None and below is not None and below > 0 else None


def _mean(values: list[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, start=Fraction(0)) / len(known) if known else None


def _rounded(value: Fraction | None) -> int | None:
    """In millionths, halves away from zero."""
    if value is None:
        return None
    magnitude = (abs(value.numerator) * 2 * 10**6 + value.denominator) // (2 * value.denominator)
    return -magnitude if value < 0 else magnitude
