"""Classes of the market's state: terciles of spread and of volatility, each within its symbol."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.units import NS_PER_SECOND
from bestexec.verdicts.arrays import Floats, Ints
from bestexec.verdicts.matched.codes import code, first_of_each

STATES = ("low", "middle", "high")
STATE = pl.Enum(STATES)
NO_STATE = np.uint8(255)
Places = npt.NDArray[np.uint8]


def with_market_state(fills: pl.DataFrame) -> pl.DataFrame:
    """`fills` with spread_class and volatility_class, each one of STATES; null where there is no quote at t0.

    The spread is the quoted one at t0. The volatility is that of the symbol's day: √(Σ (Δ log midpoint)² ÷ Σ Δt) over the
    firm's own t0 in order, so that nothing after a fill takes part in its class. Bounds are the symbol's own terciles over
    the frame, by fills for the spread and by days for the volatility; a value at a bound belongs to the class below.
    """
    (symbols, count), (days, length) = code(fills.get_column("symbol")), code(fills.get_column("day"))
    symbol, day = symbols.to_numpy(), (symbols * length + days).to_numpy()
    spread = fills.select((pl.col("ask_at_t0") - pl.col("bid_at_t0")).cast(pl.Float64)).to_series().to_numpy()
    volatile, value = _volatility(fills, day)
    by_day = np.full(count * length, NO_STATE)
    by_day[volatile] = _terciles(volatile // length, count, value)
    return fills.with_columns(spread_class=_named(_terciles(symbol, count, spread)), volatility_class=_named(by_day[day]))


def _volatility(fills: pl.DataFrame, day: Ints) -> tuple[Ints, Floats]:
    """Symbol-days with two instants or more, in order, and their √(Σ moved² ÷ Σ seconds)."""
    instants = fills.select(day=pl.Series(day), at="t0_at", log=pl.col("mid_at_t0").cast(pl.Float64).log())
    ordered = instants.filter(pl.col("log").is_finite(), pl.col("at").is_not_null()).sort("day", "at", "log")
    of, at, log = (ordered.get_column(name).to_numpy() for name in ordered.columns)
    is_same = of[1:] == of[:-1]
    of = of[1:][is_same]
    starts = first_of_each(of)
    moved, seconds = (np.diff(values)[is_same] for values in (log, at / NS_PER_SECOND))
    squares, spans = (np.add.reduceat(values, starts) if starts.size else np.empty(0) for values in (moved**2, seconds))
    lasts = spans > 0
    return of[starts][lasts], np.sqrt(squares[lasts] / spans[lasts])


def _terciles(symbol: Ints, count: int, value: Floats) -> Places:
    """The place in STATES of each value among those of its symbol, or NO_STATE."""
    known = pl.DataFrame({"symbol": symbol, "value": value}).fill_nan(None).drop_nulls()
    bounds = known.group_by("symbol").agg(low=pl.col("value").quantile(1 / 3, "linear"), high=pl.col("value").quantile(2 / 3, "linear"))
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    low[bounds.get_column("symbol").to_numpy()] = bounds.get_column("low").to_numpy()
    high[bounds.get_column("symbol").to_numpy()] = bounds.get_column("high").to_numpy()
    place = (value > low[symbol]).astype(np.uint8) + (value > high[symbol])
    return np.where(np.isnan(value), NO_STATE, place)


def _named(places: Places) -> pl.Series:
    return pl.select(pl.when(pl.lit(pl.Series(places)) != NO_STATE).then(pl.lit(pl.Series(places))).cat.to(STATE)).to_series()
