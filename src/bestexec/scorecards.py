"""Figures over any mix of dimensions, of the firm's fills and of the market's tape, with what was left out beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bestexec import metrics
from bestexec.books import Books
from bestexec.errors import Problem
from bestexec.linking.asof import AsOf
from bestexec.linking.columns import KEPT_APART, LINKED_FILLS, LINKED_ORDERS, LINKED_TRADES, QUOTED_TIME, TAPE_SYMBOLS
from bestexec.linking.daymarket import DayMarket
from bestexec.linking.feed_lags import FEED_LAGS, feed_lags
from bestexec.linking.symbol_tape import symbol_tape
from bestexec.linking.tape import link_trades
from bestexec.metrics.base import SHARES, Estimator, readable
from bestexec.metrics.estimators import CLUSTER
from bestexec.schema import conform
from bestexec.store import Imported, read_rows
from bestexec.units import QTY

Progress = Callable[[str, int, int], None]
"""Dimensions that are never pooled unless the reader says so."""
_SHORT = {"held": "is_held", "directed": "is_directed", "short": "is_short"}


@dataclass(frozen=True)
class TapeFigures:
    """Rows of figures, what was left out of them, and the linked trades they rest on."""

    rows: pl.DataFrame
    excluded: pl.DataFrame
    linked: pl.DataFrame


def scorecard_rows(
    fills: pl.DataFrame, orders: pl.DataFrame, by: Sequence[str], *, pool: Sequence[str] = (), min_n: int = 0, keys: Sequence[str] | None = None
) -> tuple[pl.DataFrame, tuple[str, ...]]:  # fmt: skip
    """(one row a group, its dimensions). Dimensions of KEPT_APART are added to `by` unless `pool` names them.

    Columns: the dimensions, `fills`, `shares`, `orders`, `order_shares`, and per metric its key, `_n`, `_coverage`, `_se`.
    A dimension that only fills have (venue, liquidity …) leaves the order metrics null.
    """
    dimensions = _dimensions(by, pool)
    of_fills = _summary(fills, dimensions, "fills", min_n, keys).rename({"n": "fills"})
    if not set(dimensions) <= {column.name for column in LINKED_ORDERS.columns}:
        return of_fills, dimensions
    of_orders = _summary(orders, dimensions, "orders", min_n, keys).rename({"n": "orders", "shares": "order_shares"})
    if not dimensions:
        counts = ("fills", "shares", "orders", "order_shares")
        return pl.concat([of_fills, of_orders], how="horizontal_extend").with_columns(pl.col(counts).fill_null(0)), dimensions
    joined = of_fills.join(of_orders, on=list(dimensions), how="full", coalesce=True, nulls_equal=True)
    return joined.sort(dimensions, nulls_last=True), dimensions


def _summary(rows: pl.DataFrame, by: tuple[str, ...], on: metrics.On, min_n: int, keys: Sequence[str] | None) -> pl.DataFrame:
    wanted = None if keys is None else tuple(key for key in keys_on(on) if key in keys)
    return metrics.summarize(rows, by, on, min_n=min_n, keys=wanted)


FIGURE, WEIGHT = "figure", "weight"
"""Columns that `rows_behind` adds."""


def columns_read(on: metrics.On, keys: Sequence[str]) -> frozenset[str]:
    """The columns of a run's measured table that summarizing `keys`, or listing the rows behind them, reads; dimensions apart."""
    of_metrics = frozenset().union(
        *(metric.reads | ({metric.key} if metric.row else set()) for metric in metrics.METRICS if metric.on == on and metric.key in keys)
    )
    return of_metrics & {*readable(on), *keys_on(on)} | {*CLUSTER, SHARES[on], "excluded", "is_left_out"}


def rows_behind(rows: pl.DataFrame, key: str, on: metrics.On) -> pl.DataFrame:
    """The rows that count in a metric's figure, the worst for the customer first, then by order.

    Adds `figure`, what the row shows (its own numerator over its denominator where the metric has no formula for a row; the first number that an
    estimator reads), and `weight`, its denominator. Raises Problem for an unknown key.
    """
    metric = metrics.by_key(key, on)
    if isinstance(metric.summary, Estimator):
        times = [name for name in metric.summary.reads if rows.schema.get(name) in (pl.Int64(), QTY)]
        counted = rows.filter(pl.sql_expr(metric.summary.rests_on))
        return _worst_first(counted.with_columns(pl.col(times[0]).alias(FIGURE), pl.lit(1).alias(WEIGHT)), descending=True)
    num, *den = (pl.sql_expr(term) for term in metric.summary.terms)
    counted = rows.filter(pl.sql_expr(metric.counts)) if metric.counts else rows
    counted = counted.filter(den[0] != 0) if den else counted
    own = pl.col(metric.key) if metric.row else num.cast(pl.Float64) / den[0].cast(pl.Float64) if den else num
    shown = counted.with_columns(own.alias(FIGURE), (den[0] if den else pl.lit(1)).alias(WEIGHT))
    return _worst_first(shown, descending=metric.better != "higher")


def _worst_first(rows: pl.DataFrame, *, descending: bool) -> pl.DataFrame:
    names = [name for name in ("day", "order_id", "fill_id") if name in rows.columns]
    return rows.sort(FIGURE, *names, descending=[descending, *(False for _ in names)], nulls_last=True, maintain_order=True)


def keys_on(on: metrics.On) -> tuple[str, ...]:
    """Keys of the metrics on a linked table."""
    return tuple(metric.key for metric in metrics.METRICS if metric.on == on)


def _dimensions(by: Sequence[str], pool: Sequence[str]) -> tuple[str, ...]:
    named = [_SHORT.get(name, name) for name in by]
    pooled = {_SHORT.get(name, name) for name in pool}
    known = {
        column.name for column in LINKED_FILLS.columns if str(column.dtype) in ("String", "Boolean", "Date", "Int8") or column.name in ("hour", "size_bucket")
    }
    for name in (*named, *pooled):
        if name not in known:
            raise Problem(f"there is no dimension {name}", where="--by or --pool", do=f"choose among {', '.join(sorted(known))}")
    return tuple(dict.fromkeys([*named, *(name for name in KEPT_APART if name not in pooled)]))


def excluded_rows(fills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """What takes no part in measures that need a quote: reason, fills, shares, orders, order_shares."""
    of_fills = fills.filter(pl.col("excluded").is_not_null()).group_by(reason="excluded").agg(fills=pl.len(), shares=pl.col("fill_qty").sum())
    of_orders = orders.filter(pl.col("excluded").is_not_null()).group_by(reason="excluded").agg(orders=pl.len(), order_shares=pl.col("order_qty").sum())
    return of_fills.join(of_orders, on="reason", how="full", coalesce=True).sort("reason")


def tape_rows(
    imports: Sequence[Imported], days: Sequence[date], books: Books, rule: AsOf, *, by: Sequence[str], symbols: Sequence[str] = (),
    keys: tuple[str, ...] | None = None, progress: Progress = lambda what, done, of: None,
) -> TapeFigures:  # fmt: skip
    """The market's own figures over its regular-way tape, by any of symbol, venue, day, month, hour, kind, source, aggressor."""
    known = {column.name for column in LINKED_TRADES.columns if str(column.dtype) in ("String", "Date") or column.name in ("hour", "aggressor")}
    for name in by:
        if name not in known:
            raise Problem(f"the tape has no dimension {name}", where="--by", do=f"choose among {', '.join(sorted(known))}")
    linked, times = [pl.DataFrame(schema=LINKED_TRADES.schema)], [pl.DataFrame(schema=QUOTED_TIME.schema)]
    for done, day in enumerate(days):
        progress(f"linking the tape of {day}", done, len(days))
        of_day = _linked_day(imports, day, books, rule, symbols)
        linked.append(of_day)
        times.append(_quoted_time(books.market_of(day), of_day["symbol"].unique().sort()))
    every = pl.concat(linked)
    rows = metrics.summarize(metrics.measure(every, "trades"), tuple(by), "trades", keys=keys, quoted_time=pl.concat(times))
    left_out = every.filter(pl.col("excluded").is_not_null()).group_by(reason="excluded").agg(trades=pl.len(), shares=pl.col("trade_qty").sum())
    return TapeFigures(rows.rename({"n": "trades"}), left_out.sort("reason"), every)


BENCHMARK_KEYS = ("average_mid", "quoted_spread", "effective_spread", "effective_over_quoted", "at_or_inside")


def tape_benchmarks(
    imports: Sequence[Imported], days: Sequence[date], books: Books, progress: Progress, wanted: Mapping[date, pl.Series], symbols: pl.DataFrame,
    fills: pl.DataFrame,
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """The market of the same days, a day at a time: `tape` by day, symbol and hour; `tape_venues` by day and venue; `tape_symbols` of those `wanted`;
    `feed_lags`, how late its quotes were against its trades and against our `fills`.
    """
    cuts = {"tape": ("day", "symbol", "hour"), "tape_venues": ("day", "venue")}
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in (*cuts, TAPE_SYMBOLS.name, FEED_LAGS.name)}
    for done, day in enumerate(days):
        progress(f"setting the tape of {day} beside the fills", done, len(days))
        trades = read_rows(imports, "trades", [day])
        measured = metrics.measure(link_trades(trades, books.market_of(day), AsOf.BEFORE, {}), "trades", keys=BENCHMARK_KEYS)
        for name, by in cuts.items():
            parts[name].append(
                metrics.summarize(measured, by, "trades", keys=BENCHMARK_KEYS).rename({"n": "trades"}).select(*by, "trades", "shares", *BENCHMARK_KEYS)
            )
        parts[TAPE_SYMBOLS.name].append(symbol_tape(trades, wanted.get(day), symbols))
        parts[FEED_LAGS.name] += _feed_lags(trades, fills.filter(pl.col("day") == day), books.market_of(day))
    return {name: pl.concat(frames) for name, frames in parts.items()}


def _feed_lags(trades: pl.DataFrame, fills: pl.DataFrame, market: DayMarket) -> tuple[pl.DataFrame, pl.DataFrame]:
    printed = trades.filter("is_regular").select("symbol", at="traded_at", px="px")
    own = fills.filter(pl.col("kind").fill_null("regular") == "regular").select("symbol", at="filled_at", px="fill_px")
    return feed_lags(printed, market, "trades"), feed_lags(own, market, "fills")


def _linked_day(imports: Sequence[Imported], day: date, books: Books, rule: AsOf, symbols: Sequence[str]) -> pl.DataFrame:
    trades = read_rows(imports, "trades", [day])
    trades = trades.filter(pl.col("symbol").is_in(symbols)) if symbols else trades
    return link_trades(trades, books.market_of(day), rule)


def _quoted_time(market: DayMarket, symbols: pl.Series) -> pl.DataFrame:
    if market.nbbo is None or market.open_at is None or market.close_at is None:
        return pl.DataFrame(schema=QUOTED_TIME.schema)
    return conform(market.nbbo.time_weighted(symbols, market.open_at, market.close_at).with_columns(day=pl.lit(market.day)), QUOTED_TIME)
