"""What the cells of a finished row owe each other, in whole millionths: a row that breaks one is never written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from bestexec.errors import Problem
from bestexec.filings.rule605.columns import HORIZONS
from bestexec.filings.rule605.exact import WHOLE, millionths, minus, whole
from bestexec.filings.rule605.executions import BUCKETS
from bestexec.filings.rule605.readings import Readings
from bestexec.market.rule605 import DETAIL
from bestexec.market.rule605.codes import AMENDED_SIZES

_ONE = 10**6
_NAMES = {item.column: item.name for item in DETAIL.fields}
KEYS = ("Symbol", "LotSizeFlag", "OrderSize", "OrderType")


@dataclass(frozen=True)
class Invariant:
    """One rule between cells: its key, what it says, and which rows break it."""

    key: str
    says: str
    broken: pl.Expr


def _c(column: str) -> pl.Expr:
    """The cell of a canonical column in millionths; an empty one counts as nothing."""
    return millionths(pl.col(_NAMES[column])).fill_null(0)


def _stands(*columns: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(_NAMES[column]).is_not_null() for column in columns)


def _add(columns: Iterable[str]) -> pl.Expr:
    total = whole(0)
    for column in columns:
        total = total + _c(column)
    return total


def _is_ratio(quotient: str, above: str, below: str) -> pl.Expr:
    """Whether a quotient is off by more than the rounding of the three cells allows."""
    off = (_c(quotient) * _c(below) + minus(_c(above) * _ONE)).abs()
    return _stands(quotient, above, below) & (off * 2 > _ONE + _c(quotient).abs() + _c(below).abs() + 2)


_EXECUTED = _c("executed_shares") + _c("executed_away_shares")
_QUOTE, _BEST = (
    ("inside_shares", "at_quote_shares", "outside_shares"),
    ("best_displayed_inside_shares", "best_displayed_at_quote_shares", "best_displayed_outside_shares"),
)
_TIMES = ("inside_time_ns", "at_quote_time_ns", "outside_time_ns")
_FLOORS = {f"shares_{name}": low for name, (low, _) in BUCKETS.items()}


def _timed() -> pl.Expr:
    """Shares × time over the three groups, in 10⁻⁶ shares × ns."""
    total = whole(0)
    for shares, time in zip(_QUOTE, _TIMES, strict=True):
        total = total + _c(shares) * _c(time)
    return total


def _floor() -> pl.Expr:
    total = whole(0)
    for column, low in _FLOORS.items():
        total = total + _c(column) * low
    return total


def _without_size() -> pl.Expr:
    """Whether the average value of an order lies outside its size group."""
    low = pl.col("OrderSize").replace_strict({code: bounds[0] for code, bounds in AMENDED_SIZES.items()}, return_dtype=WHOLE)
    high = pl.col("OrderSize").replace_strict({code: bounds[1] for code, bounds in AMENDED_SIZES.items()}, return_dtype=WHOLE)
    value, orders = _c("ordered_notional_usd"), pl.col("CvrdOrderCnt").cast(WHOLE)
    return (value + 1 < low * orders * _ONE) | (value >= high * orders * _ONE + 1).fill_null(value=False)


def invariants(readings: Readings) -> tuple[Invariant, ...]:
    """The rules of a month's file."""
    quoted = pl.col("OrderType").is_in(readings.quote_classes)
    signed = readings.crossed_spread == "signed"
    gain = (_c("inside_shares") * _c("price_improvement") + minus(_c("outside_shares") * _c("price_disimprovement"))) * 2
    identity = ((_c("quoted_spread") + minus(_c("effective_spread"))) * _EXECUTED + minus(gain)).abs()
    best_missing = pl.lit(value=readings.best_displayed_required) & quoted & ~_stands(*_BEST)
    percents = ("effective_spread", *(f"realized_spread_{name}" for name in HORIZONS))
    return (
        Invariant(
            "shares-within-order", "10 ≥ 11 + 12 + 13",
            _add(("canceled_shares", "executed_shares", "executed_away_shares")) > _c("ordered_shares"),
        ),
        Invariant("buckets", "14 + … + 21 = 12 + 13", _add(_FLOORS) != _EXECUTED),
        Invariant("quote-groups", "37 + 40 + 42 = 12 + 13", quoted & (_add(_QUOTE) != _EXECUTED)),
        Invariant("best-groups", "45 + 47 + 48 = 12 + 13", (_stands(*_BEST) & (_add(_BEST) != _EXECUTED)) | best_missing),
        Invariant("percents", "23 = 22/32 … 35 = 34/32", pl.any_horizontal(_is_ratio(f"{name}_pct", name, "average_mid") for name in percents)),
        Invariant("over-quoted", "36 = 34/33", _is_ratio("effective_over_quoted", "effective_spread", "quoted_spread")),
        Invariant(
            "best-no-worse", "45 ≤ 37 and 48 ≥ 42",
            _stands(*_BEST) & ((_c(_BEST[0]) > _c("inside_shares")) | (_c(_BEST[2]) < _c("outside_shares"))),
        ),
        Invariant("times", "39, 41, 44 are no shorter than the time groups say", quoted & (_timed() + _EXECUTED < _floor())),
        Invariant(
            "filled-time", "55 is the weighted mean of 39, 41 and 44",
            quoted & _stands("filled_order_time_ns") & ((_c("filled_order_time_ns") * _EXECUTED + minus(_timed())).abs() > _EXECUTED),
        ),
        Invariant("size-improved", "51 ≤ 12 + 13", _c("size_improved_shares") > _EXECUTED),
        Invariant(
            "size-benchmark", "50 ≤ 10",
            pl.lit(value=readings.size_benchmark_cap == "order_size") & (_c("size_benchmark_shares") > _c("ordered_shares")),
        ),
        Invariant(
            "effective-identity", "34 = 33 − 2 × (37 × 38 − 42 × 43) / (12 + 13)",
            pl.lit(signed) & quoted & (identity > _EXECUTED + _c("inside_shares") + _c("outside_shares")),
        ),
        Invariant("size-group", "9/8 lies in the size group", _without_size()),
        Invariant("exchange-part", "54 ≤ 53", _c("regular_way_exchange_shares") > _c("regular_way_shares")),
        Invariant("orders", "52 ≤ 8", pl.col("FilledOrderCnt").fill_null(0) > pl.col("CvrdOrderCnt")),
    )  # fmt: skip


def hold(detail: pl.DataFrame, readings: Readings) -> tuple[Invariant, ...]:
    """The invariants, all kept. Raises Problem naming the first row and the rule that it breaks, or a key that stands twice."""
    twice = detail.group_by(KEYS).len().filter(pl.col("len") > 1).sort(KEYS)
    if twice.height:
        raise Problem("two rows have one name", where=_named(twice.row(0, named=True)), do="this is a fault of the program: nothing was written")
    rules = invariants(readings)
    told = detail.select(*KEYS, *(rule.broken.fill_null(value=False).alias(rule.key) for rule in rules))
    for rule in rules:
        broken = told.filter(rule.key)
        if broken.height:
            raise Problem(
                f"{broken.height} rows break the rule {rule.key}: {rule.says}", where=_named(broken.row(0, named=True)),
                do="nothing was written; look at the orders of that row",
            )  # fmt: skip
    return rules


def _named(row: dict[str, object]) -> str:
    return ", ".join(f"{name} {row[name]}" for name in KEYS)
