"""What a published line states that the firm measures too: a quotient for the line and the same one for the firm's own rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from bestexec.market.rule605.codes import RESTING, WITH_QUOTE
from bestexec.metrics.base import Better
from bestexec.schema.words import FILED_CLASSES, FILED_LAYOUTS

On = Literal["fills", "orders"]
WEIGHT: dict[On, str] = {"fills": "fill_qty", "orders": "order_qty"}
"""What the firm's rows weigh: executed shares, or shares ordered."""


def _f(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64)


def _per(top: pl.Expr, bottom: pl.Expr) -> pl.Expr:
    """A quotient that is null where there is nothing to divide by."""
    return top / pl.when(bottom > 0).then(bottom)


def _none_is_zero(name: str) -> pl.Expr:
    """A filer leaves a count of no shares empty."""
    return _f(name).fill_null(0.0)


EXECUTED = _none_is_zero("executed_shares") + _none_is_zero("executed_away_shares")
_SIDES = ("inside", "at_quote", "outside")
COMPARED = pl.sum_horizontal(_none_is_zero(f"{side}_shares") for side in _SIDES)
"""Executed shares that the filer held against the quote."""


def _over_sides(amount: Callable[[str], pl.Expr]) -> pl.Expr:
    """The share-weighted average of what each side of the quote states; null where a side with shares states nothing."""
    known = pl.all_horizontal((_none_is_zero(f"{side}_shares") == 0) | amount(side).is_not_null() for side in _SIDES)
    total = pl.sum_horizontal(_none_is_zero(f"{side}_shares") * amount(side).fill_null(0.0) for side in _SIDES)
    return pl.when(known).then(_per(total, COMPARED))


def _improvement(side: str) -> pl.Expr:
    return {"inside": _f("price_improvement"), "at_quote": pl.lit(0.0), "outside": -_f("price_disimprovement")}[side]


@dataclass(frozen=True)
class Figure:
    """One metric that both sides state.

    `theirs` is the line's average, `over` what it is divided by once both are averaged over the mix (a ratio of averages, not an
    average of ratios); `rests_on` is how many of the line's shares stand behind it. `ours` and `ours_over` are columns of the
    firm's measured rows.
    """

    metric: str
    better: Better
    theirs: pl.Expr
    rests_on: pl.Expr
    ours: pl.Expr
    on: On = "fills"
    over: pl.Expr | None = None
    ours_over: pl.Expr | None = None
    classes: tuple[str, ...] = FILED_CLASSES
    layouts: tuple[str, ...] = FILED_LAYOUTS
    """Which layouts state it."""


_AMENDED = ("amended",)
FIGURES: tuple[Figure, ...] = (
    Figure("net_price_improvement", "higher", _over_sides(_improvement), COMPARED, _f("net_price_improvement"), classes=WITH_QUOTE),
    Figure(
        "at_or_inside", "higher", _per(_none_is_zero("inside_shares") + _none_is_zero("at_quote_shares"), COMPARED), COMPARED, _f("at_or_inside"),
        classes=WITH_QUOTE,
    ),
    Figure("effective_spread", "lower", _f("effective_spread"), EXECUTED, _f("effective_spread"), classes=WITH_QUOTE),
    Figure("quoted_spread", "neither", _f("quoted_spread"), EXECUTED, _f("quoted_spread"), classes=WITH_QUOTE, layouts=_AMENDED),
    Figure(
        "effective_over_quoted", "lower", _f("effective_spread"), EXECUTED, _f("effective_spread"),
        over=_f("quoted_spread"), ours_over=_f("quoted_spread"), classes=WITH_QUOTE, layouts=_AMENDED,
    ),
    Figure("realized_spread_15s", "lower", _f("realized_spread_15s"), EXECUTED, _f("realized_spread_15s"), layouts=_AMENDED),
    Figure("realized_spread_1min", "lower", _f("realized_spread_1min"), EXECUTED, _f("realized_spread_1min"), layouts=_AMENDED),
    Figure("realized_spread_5min", "lower", _f("realized_spread_5min"), EXECUTED, _f("realized_spread_5min")),
    Figure(
        "mean_time_to_execution", "lower", _over_sides(lambda side: _f(f"{side}_time_ns")), COMPARED, _f("mean_time_to_execution"), classes=WITH_QUOTE,
    ),
    Figure("fill_rate", "higher", _per(EXECUTED, _f("ordered_shares")), _f("ordered_shares"), _per(_f("filled_qty"), _f("order_qty")), on="orders"),
    Figure(
        "limit_fill_rate_orders", "higher", _per(_f("filled_order_count"), _f("order_count")), _f("order_count"), _f("is_filled"), on="orders",
        classes=RESTING, layouts=_AMENDED,
    ),
)  # fmt: skip
"""What Rule 605 cannot say is not here: reversion against the midpoint, orders not held, options."""
