"""What the price would have been: counterfactuals as data, each a price per share for one fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from bestexec.errors import Problem
from bestexec.metrics import measure
from bestexec.units import PX_SCALE

FAR_T0 = "CASE WHEN side = 1 THEN ask_at_t0 ELSE bid_at_t0 END"
OK_T0, OK_EXECUTION = "quote_state_at_t0 = 'ok'", "quote_state_at_execution = 'ok'"
_PLACES = Decimal(1).scaleb(-PX_SCALE)
_NO_T0, _NO_EXECUTION = "no good quote at its benchmark instant", "no good quote at its execution"


@dataclass(frozen=True)
class Counterfactual:
    """One counterfactual. `px` is SQL over a fill's columns, known where `holds`; `takes` says what must be stated with it."""

    key: str
    title: str
    says: str
    px: str
    holds: str
    why_not: str
    takes: str = ""


COUNTERFACTUALS = (
    Counterfactual(
        "quote_at_t0", "The quote at the benchmark instant",
        "The customer would have bought at the best offer, or sold at the best bid, that was displayed at the order's benchmark instant t0.",
        FAR_T0, OK_T0, _NO_T0,
    ),
    Counterfactual(
        "quote_at_execution", "The quote at the execution",
        "The customer would have bought at the best offer, or sold at the best bid, that was in force when the fill was made.",
        "CASE WHEN side = 1 THEN ask_at_execution ELSE bid_at_execution END", OK_EXECUTION, _NO_EXECUTION,
    ),
    Counterfactual(
        "mid_at_t0", "The midpoint at the benchmark instant", "The customer would have traded at the midpoint of the quote at t0.",
        "mid_at_t0", OK_T0, _NO_T0,
    ),
    Counterfactual(
        "best_displayed_at_t0", "The best displayed price, odd lots included",
        "The customer would have traded at the best price displayed at t0, odd lots included, as if its size had sufficed.",
        "CASE WHEN side = 1 THEN best_ask_at_t0 ELSE best_bid_at_t0 END", OK_T0, "no odd-lot quote at its benchmark instant",
    ),
    Counterfactual(
        "comparison_eq", "The effective over quoted spread of a comparison",
        "The customer would have paid that part of half the quoted spread at t0 which the fills of the comparison paid on average: "
        "midpoint ± ratio × half spread, the ratio to eight places.",
        "", OK_T0, "no fill of the comparison, or no good quote at its benchmark instant", takes="comparison",
    ),
    Counterfactual(
        "stated_improvement", "A stated price improvement",
        "The customer would have had the quote at t0 improved by the stated dollars a share.",
        FAR_T0, OK_T0, _NO_T0, takes="improvement_px",
    ),
    Counterfactual(
        "limit_px", "The customer's limit", "The customer would have traded at the limit, and no worse.",
        "limit_px", "limit_px IS NOT NULL", "the order has no limit",
    ),
)  # fmt: skip
BY_KEY = {one.key: one for one in COUNTERFACTUALS}


@dataclass(frozen=True)
class Comparison:
    """Whose average ratio is applied: fills at other venues than the fill's own that agree with it in `by`."""

    key: str
    title: str
    by: tuple[str, ...]


COMPARISONS = (
    Comparison("symbol_day", "other venues, same symbol and day, same class and size", ("day", "symbol", "order_class", "size_bucket")),
    Comparison("day", "other venues, same day, same class and size, any symbol", ("day", "order_class", "size_bucket")),
    Comparison("symbol_period", "other venues, same symbol over the whole period, same class and size", ("symbol", "order_class", "size_bucket")),
    Comparison("period", "other venues, whole period, same class and size, any symbol", ("order_class", "size_bucket")),
)
COMPARISON_BY_KEY = {one.key: one for one in COMPARISONS}


@dataclass(frozen=True)
class Stated:
    """The counterfactual that a person stated, with what it takes."""

    key: str
    comparison: str = ""
    improvement_px: Decimal | None = None

    @property
    def counterfactual(self) -> Counterfactual:
        return BY_KEY[self.key]


def priced(fills: pl.DataFrame, stated: Stated, others: pl.DataFrame) -> pl.DataFrame:
    """`fills` with `counterfactual_px` (null where unknown), and of a comparison `ratio` and `ratio_n`, the fills behind it.

    Raises Problem for an unknown counterfactual or comparison, or where what it takes is not stated.
    """
    _check(stated)
    one = stated.counterfactual
    if one.takes == "comparison":
        return _compared(fills, COMPARISON_BY_KEY[stated.comparison], others)
    px = pl.sql_expr(one.px)
    if one.takes == "improvement_px":
        px = pl.sql_expr(f"({one.px}) - side * improvement_px")
        fills = fills.with_columns(improvement_px=pl.lit(stated.improvement_px, pl.Decimal(18, PX_SCALE)))
    return fills.with_columns(
        counterfactual_px=pl.when(pl.sql_expr(one.holds)).then(px).cast(_EXACT), ratio=pl.lit(None, _RATIO), ratio_n=pl.lit(None, pl.Int64)
    )


_EXACT, _RATIO = pl.Decimal(38, PX_SCALE + 1), pl.Decimal(38, PX_SCALE)


def _check(stated: Stated) -> None:
    if stated.key not in BY_KEY:
        raise Problem(f"there is no counterfactual {stated.key[:40]}", where="look-back", do=f"choose among {', '.join(BY_KEY)}")
    takes = stated.counterfactual.takes
    if takes == "comparison" and stated.comparison not in COMPARISON_BY_KEY:
        raise Problem("the comparison is not named", where="look-back", do=f"choose among {', '.join(COMPARISON_BY_KEY)}")
    if takes == "improvement_px" and (stated.improvement_px is None or not stated.improvement_px.is_finite() or stated.improvement_px < 0):
        raise Problem("the price improvement is not stated", where="look-back", do="state dollars a share, from 0 up")


def _compared(fills: pl.DataFrame, comparison: Comparison, others: pl.DataFrame) -> pl.DataFrame:
    ratios = _ratios(fills, comparison, others)
    cell = [*comparison.by, "venue"]
    joined = fills.join(ratios, on=cell, how="left", nulls_equal=True, maintain_order="left")
    names = ("side", "mid_at_t0", "bid_at_t0", "ask_at_t0", "ratio")
    prices = [_at(*row) if state == "ok" else None for *row, state in joined.select(*names, "quote_state_at_t0").iter_rows()]
    return joined.with_columns(pl.Series("counterfactual_px", prices, dtype=_EXACT))


def _at(side: int, mid: Decimal | None, bid: Decimal | None, ask: Decimal | None, ratio: Decimal | None) -> Decimal | None:
    if mid is None or bid is None or ask is None or ratio is None:
        return None
    return (mid + side * ratio * (ask - bid) / 2).quantize(_PLACES, ROUND_HALF_UP)


def _ratios(fills: pl.DataFrame, comparison: Comparison, others: pl.DataFrame) -> pl.DataFrame:
    """(cell, venue): the sums of the whole cell less those of the venue itself, divided once, with their count. Sums are exact, so their order is no matter."""
    by, cell = list(comparison.by), [*comparison.by, "venue"]
    wanted = fills.select(cell).unique()
    near = others.join(fills.select(by).unique(), on=by, how="semi", nulls_equal=True)
    measured = measure(near, "fills", keys=("quoted_spread", "effective_spread")).filter(
        pl.col("quoted_spread").is_not_null(), pl.col("kind").fill_null("regular") == "regular"
    )
    sums = {"effective": pl.sql_expr("sum(effective_spread * fill_qty)"), "quoted": pl.sql_expr("sum(quoted_spread * fill_qty)"), "n": pl.len().cast(pl.Int64)}
    whole = measured.group_by(by).agg(**sums)
    own = measured.group_by(cell).agg(**{f"own_{name}": total for name, total in sums.items()})
    joined = wanted.join(whole, on=by, how="left", nulls_equal=True).join(own, on=cell, how="left", nulls_equal=True)
    rest = [_divided(row) for row in joined.iter_rows(named=True)]
    return joined.select(cell).with_columns(
        pl.Series("ratio", [ratio for ratio, _ in rest], dtype=_RATIO), pl.Series("ratio_n", [n for _, n in rest], dtype=pl.Int64)
    )


def _divided(row: Mapping[str, object]) -> tuple[Decimal | None, int]:
    effective, quoted, n = (Decimal(str(row[name] or 0)) - Decimal(str(row[f"own_{name}"] or 0)) for name in ("effective", "quoted", "n"))
    return (None, int(n)) if not n or quoted <= 0 else ((effective / quoted).quantize(_PLACES, ROUND_HALF_UP), int(n))
