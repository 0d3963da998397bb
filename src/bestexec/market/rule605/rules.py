"""What the cells of one line of a Rule 605 file owe each other: sums, ratios within rounding, averages where there are shares.

Cells are rounded to six decimals, so a sum or a ratio is held to what that rounding allows and no closer. Nothing is computed
from these floats; they only say whether a line contradicts itself.
"""

from __future__ import annotations

import polars as pl

from bestexec.market.rule605.base import FiledLayout, LineRule
from bestexec.market.rule605.codes import BEST_DISPLAYED_FROM, WITH_QUOTE

HALF = 5e-7
"""Most that rounding to six decimals changes a cell."""
SHARES_TOLERANCE = 1e-5
SENTINELS = (0.0001, 999_999.99)
"""Limit prices that some systems give a market order, found multiplied into the value of real files."""
FAR = 10.0
"""A value per share this many times above or below the midpoint is no value of that stock."""
HORIZONS = ("50ms", "1s", "15s", "1min", "5min")
AMENDED_BUCKETS = tuple(
    f"shares_{name}" for name in ("under_100us", "100us_to_1ms", "1ms_to_10ms", "10ms_to_1s", "1s_to_10s", "10s_to_30s", "30s_to_5min", "5min_or_more")
)
LEGACY_BUCKETS = tuple(f"shares_{name}" for name in ("0s_to_9s", "10s_to_29s", "30s_to_59s", "60s_to_299s", "5min_to_30min"))
QUOTE_GROUPS = ("inside_shares", "at_quote_shares", "outside_shares")
BEST_GROUPS = ("best_displayed_inside_shares", "best_displayed_at_quote_shares", "best_displayed_outside_shares")
AVERAGES = (
    ("inside_shares", ("price_improvement", "inside_time_ns")),
    ("at_quote_shares", ("at_quote_time_ns",)),
    ("outside_shares", ("price_disimprovement", "outside_time_ns")),
    ("best_displayed_inside_shares", ("best_displayed_price_improvement",)),
    ("best_displayed_outside_shares", ("best_displayed_price_disimprovement",)),
    ("filled_order_count", ("filled_order_time_ns",)),
)
"""Averages, each over the shares (or orders) of another cell."""
_ASK = "ask the reporter for a corrected file"


def rules_of(layout: FiledLayout) -> tuple[LineRule, ...]:
    """The rules about lines of a layout, in the order in which they are told."""
    return {"legacy": _LEGACY, "detail": _DETAIL, "summary": _SUMMARY}[layout.name]


def _real(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64)


def _sum(names: tuple[str, ...]) -> pl.Expr:
    return pl.sum_horizontal(_real(name).fill_null(0.0) for name in names)


def _ratio_is_off(ratio: str, above: str, below: str) -> pl.Expr:
    """Whether `ratio` differs from `above` / `below` by more than the rounding of all three allows."""
    expected = _real(above) / _real(below)
    allowed = HALF + HALF * 1.1 * (1 + expected.abs()) / _real(below).abs()
    return (_real(below).abs() > HALF) & ((_real(ratio) - expected).abs() > allowed)


def _add_up(key: str, names: tuple[str, ...], broken: pl.Expr, says: str) -> LineRule:
    return LineRule(key, names, broken, says, _ASK)


_EXECUTED = _sum(("executed_shares", "executed_away_shares"))
_COMPARED = pl.col("order_class").is_in(WITH_QUOTE) & (_EXECUTED > 0)
_PER_SHARE = _real("ordered_notional_usd") / _real("ordered_shares")
_IS_SENTINEL = pl.any_horizontal((_PER_SHARE - price).abs() <= price * 1e-6 for price in SENTINELS)
_TIMES_MID = _PER_SHARE / _real("average_mid")
_IS_FAR = (_TIMES_MID > FAR) | (_TIMES_MID < 1 / FAR)


def _averages(groups: tuple[tuple[str, tuple[str, ...]], ...], *, zero_is_empty: bool) -> tuple[LineRule, ...]:
    """An average stands exactly where there is something to average; legacy files write 0 where there is nothing."""
    found = []
    for shares, averages in groups:
        for average in averages:
            something = _real(average).fill_null(0.0) != 0 if zero_is_empty else pl.col(average).is_not_null()
            none = _real(shares).fill_null(0.0) == 0
            found += [
                LineRule("average-of-nothing", (average, shares), none & something, "an average although there is nothing to average", "leave the cell empty"),
                LineRule("average-missing", (average, shares), ~none & pl.col(average).is_null(), "no average although there is something to average", _ASK),
            ]
    return tuple(found)


def _within_size(value: pl.Expr) -> pl.Expr:
    return (value < _real("size_from")) | (value >= _real("size_below")).fill_null(value=False)


_SHARES = (
    _add_up(
        "shares-add-up",
        ("ordered_shares", "canceled_shares", "executed_shares", "executed_away_shares"),
        _sum(("canceled_shares", "executed_shares", "executed_away_shares")) > _real("ordered_shares") + SHARES_TOLERANCE,
        "more shares canceled and executed than ordered",
    ),
    _add_up(
        "quote-groups-add-up",
        (*QUOTE_GROUPS, "executed_shares", "executed_away_shares"),
        _COMPARED & ((_sum(QUOTE_GROUPS) - _EXECUTED).abs() > SHARES_TOLERANCE),
        "shares improved, at and outside the quote are not the shares executed",
    ),
)
_LEGACY = (
    *_SHARES,
    _add_up(
        "buckets-add-up",
        (*LEGACY_BUCKETS, "executed_shares", "executed_away_shares"),
        _sum(LEGACY_BUCKETS) > _EXECUTED + SHARES_TOLERANCE,
        "more shares in the time groups than executed",
    ),
    LineRule(
        "spread-missing", ("effective_spread",), _COMPARED & pl.col("effective_spread").is_null(), "no effective spread although shares were executed", _ASK
    ),
    *_averages(AVERAGES[:3], zero_is_empty=True),
)
_DETAIL = (
    *_SHARES,
    _add_up(
        "buckets-add-up",
        (*AMENDED_BUCKETS, "executed_shares", "executed_away_shares"),
        (_sum(AMENDED_BUCKETS) - _EXECUTED).abs() > SHARES_TOLERANCE,
        "the shares in the time groups are not the shares executed",
    ),
    _add_up(
        "best-displayed-add-up",
        (*BEST_GROUPS, "executed_shares", "executed_away_shares"),
        _COMPARED
        & ((pl.col("month_on") >= BEST_DISPLAYED_FROM) | pl.any_horizontal(pl.col(name).is_not_null() for name in BEST_GROUPS))
        & ((_sum(BEST_GROUPS) - _EXECUTED).abs() > SHARES_TOLERANCE),
        "shares better than, at and worse than the best available displayed price are not the shares executed (mandatory from trading month 202611)",
    ),
    _add_up(
        "best-displayed-no-worse",
        ("best_displayed_inside_shares", "inside_shares", "best_displayed_outside_shares", "outside_shares"),
        (_real("best_displayed_inside_shares") > _real("inside_shares") + SHARES_TOLERANCE)
        | (_real("best_displayed_outside_shares") < _real("outside_shares") - SHARES_TOLERANCE),
        "the best available displayed price is never worse than the quote, yet more shares were better than it, or fewer worse",
    ),
    _add_up(
        "size-benchmark",
        ("size_benchmark_shares", "ordered_shares"),
        _real("size_benchmark_shares") > _real("ordered_shares") + SHARES_TOLERANCE,
        "a size benchmark above the shares ordered",
    ),
    _add_up(
        "size-improved",
        ("size_improved_shares", "executed_shares"),
        _real("size_improved_shares") > _EXECUTED + SHARES_TOLERANCE,
        "more shares improved in size than executed",
    ),
    _add_up("orders-filled", ("filled_order_count", "order_count"), _real("filled_order_count") > _real("order_count"), "more orders filled than there were"),
    _add_up(
        "regular-way-on-exchange",
        ("regular_way_exchange_shares", "regular_way_shares"),
        _real("regular_way_exchange_shares") > _real("regular_way_shares") + SHARES_TOLERANCE,
        "more shares on exchanges than anywhere",
    ),
    *(
        LineRule("spread-missing", (name,), _COMPARED & pl.col(name).is_null(), "empty although shares were executed and compared with the quote", _ASK)
        for name in ("quoted_spread", "effective_spread", "effective_spread_pct")
    ),
    LineRule("executed-missing", ("average_mid",), (_EXECUTED > 0) & pl.col("average_mid").is_null(), "empty although shares were executed", _ASK),
    *_averages(AVERAGES, zero_is_empty=False),
    *(
        _add_up(
            "percent-of-midpoint",
            (f"{name}_pct", name, "average_mid"),
            _ratio_is_off(f"{name}_pct", name, "average_mid"),
            "not the average spread over the average midpoint",
        )
        for name in ("effective_spread", *(f"realized_spread_{horizon}" for horizon in HORIZONS))
    ),
    _add_up(
        "effective-over-quoted",
        ("effective_over_quoted", "effective_spread", "quoted_spread"),
        _ratio_is_off("effective_over_quoted", "effective_spread", "quoted_spread"),
        "not the average effective over the average quoted spread",
    ),
    _add_up(
        "effective-from-quoted",
        ("effective_spread", "quoted_spread", "price_improvement", "price_disimprovement"),
        _COMPARED
        & (
            (
                _real("quoted_spread")
                - _real("effective_spread")
                - 2 * (_real("inside_shares") * _real("price_improvement")).fill_null(0.0) / _EXECUTED
                + 2 * (_real("outside_shares") * _real("price_disimprovement")).fill_null(0.0) / _EXECUTED
            ).abs()
            > 6 * HALF
        ),
        "the effective spread is not the quoted spread less twice the net improvement of each share",
    ),
    LineRule(
        "notional-sentinel",
        ("ordered_notional_usd", "ordered_shares"),
        _IS_SENTINEL,
        "0.0001 or 999,999.99 a share is a system's placeholder, not a price",
        "leave the value and the size group of this line out",
        "ordered_notional_usd",
    ),
    LineRule(
        "notional-far",
        ("ordered_notional_usd", "average_mid"),
        ~_IS_SENTINEL & _IS_FAR,
        "a value per share more than ten times away from the midpoint",
        "leave the value and the size group of this line out",
        "ordered_notional_usd",
    ),
    LineRule(
        "notional-outside-size",
        ("ordered_notional_usd", "size_code"),
        ~_IS_SENTINEL & ~_IS_FAR.fill_null(value=False) & _within_size(_real("ordered_notional_usd") / _real("order_count")),
        "the average value of an order is not in its size group",
        _ASK,
    ),
)
_WHEN_EXECUTED = (
    "average_mid",
    "at_or_inside",
    "inside",
    "net_price_improvement_pct",
    "effective_spread_pct",
    "quoted_spread_pct",
    "realized_spread_1min_pct",
    "mean_time_to_execution_ns",
)
_SUMMARY = (
    *(
        LineRule(
            "executed-missing",
            (name,),
            pl.col(name).is_null() & pl.any_horizontal(pl.col(other).is_not_null() for other in _WHEN_EXECUTED),
            "empty although other cells say that shares were executed",
            _ASK,
        )
        for name in _WHEN_EXECUTED
    ),
    _add_up("improved-or-at", ("inside", "at_or_inside"), _real("inside") > _real("at_or_inside") + HALF, "more shares improved than at the quote or better"),
    _add_up(
        "effective-over-quoted",
        ("effective_over_quoted", "effective_spread_pct", "quoted_spread_pct"),
        _ratio_is_off("effective_over_quoted", "effective_spread_pct", "quoted_spread_pct"),
        "not the average effective over the average quoted spread",
    ),
    LineRule(
        "notional-outside-size",
        ("average_order_usd", "size_code"),
        _within_size(_real("average_order_usd")),
        "the average value of an order is not in its size group",
        _ASK,
    ),
)
