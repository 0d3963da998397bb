"""How late a feed of quotes is against prices that were executed on it: the shift at which most of them lie within the quote.

A feed that is late by d shows at every instant the quote of d before. Executed prices then lie outside it for d after each change, and within it when
they are set beside the quote told d later. The shift is measured for each hour, because a feed is slow when the market is busy. A shift that is always
there, such as trades reported late, shows on all days alike; it is for the check to compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from bestexec.linking.asof import AsOf
from bestexec.linking.daymarket import DayMarket
from bestexec.market.sessions import local_hour
from bestexec.schema import Column, Table
from bestexec.units import COUNT, DAY, NS_PER_MS, TEXT

STEPS_MS = (10, 20, 50, 100, 200, 500, 1_000, 2_000)
SHIFTS_MS = (*(-step for step in reversed(STEPS_MS)), 0, *STEPS_MS)
"""Shifts that are tried first, positive where quotes are late; then tenths of the way from the best one to its neighbours."""
PARTS = 10
TOLD_APART = 2.0
"""Standard errors by which a shift must agree less than the best one to be ruled out."""

FEED_LAGS = Table(
    "feed_lags", "How late the quotes were against one kind of executed prices in one hour.", ("day", "hour", "against"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("hour", COUNT, "hour", "Hour of the market's day in which the prices were executed.", required=True),
        Column("against", TEXT, "", "Whose prices.", required=True, values=("trades", "fills")),
        Column("n", COUNT, "prices", "Prices executed in the regular session.", required=True),
        Column("moved", COUNT, "prices", "Of these, with a change of the quote within two seconds: they alone tell one shift from another.", required=True),
        Column("within", COUNT, "prices", "Prices within the quote as told.", required=True),
        Column("within_at_lag", COUNT, "prices", "Prices within the quote told `lag_ms` later."),
        Column("lag_ms", COUNT, "ms", "The shift with most prices within the quote, positive where quotes are late; null where all are alike."),
        Column("low_ms", COUNT, "ms", "Least shift that is not told apart from it, at two standard errors of the paired difference."),
        Column("high_ms", COUNT, "ms", "Greatest such shift."),
        Column("gain_sigmas", pl.Float64(), "standard errors", "Prices within at that shift alone less those as told alone, over the root of their sum."),
    ),
)  # fmt: skip

Within = dict[int, npt.NDArray[np.bool_]]
"""By shift in ms: whether each price lies within the quote."""


def feed_lags(prices: pl.DataFrame, market: DayMarket, against: str) -> pl.DataFrame:
    """FEED_LAGS of one day from `prices` (symbol, at, px), of which those in the regular session count; no rows where there is no quote or no session."""
    open_at, close_at = market.open_at, market.close_at
    if market.nbbo is None or open_at is None or close_at is None:
        return pl.DataFrame(schema=FEED_LAGS.schema)
    regular = prices.filter((pl.col("at") >= open_at) & (pl.col("at") < close_at))
    first, last = (quotes["quoted_at"] for quotes in _quotes(market, regular, (SHIFTS_MS[0], SHIFTS_MS[-1])))
    told = regular.with_columns(local_hour(regular["at"]), moved=first.ne_missing(last))
    moved, still = told.filter("moved"), told.filter(~pl.col("moved"))
    still = still.with_columns(within=pl.Series(_within(market, still, (0,))[0]))
    tried, hour_of = _within(market, moved, SHIFTS_MS), moved["hour"].to_numpy()
    hours = []
    for (hour,), rows in sorted(told.partition_by("hour", as_dict=True).items()):
        of_hour = hour_of == hour
        within = {shift: some[of_hour] for shift, some in zip(SHIFTS_MS, tried, strict=True)}
        if len({int(some.sum()) for some in within.values()}) > 1:
            between = _between(_best(within))
            within |= dict(zip(between, _within(market, moved.filter(pl.Series(of_hour)), between), strict=True))
        found = _found(within, int(still.filter(pl.col("hour") == hour)["within"].sum()))
        hours.append({"day": market.day, "hour": hour, "against": against, "n": rows.height, "moved": int(of_hour.sum()), **found})
    return pl.DataFrame(hours, schema=FEED_LAGS.schema)


def _found(within: Within, still: int) -> dict[str, int | float | None]:
    """What the hour's prices say; `still` of those beside which no quote moved are within at every shift."""
    as_told: dict[str, int | float | None] = {"within": still + int(within[0].sum())}
    if len({int(some.sum()) for some in within.values()}) == 1:
        return as_told
    best = _best(within)
    alike = [shift for shift, some in within.items() if _sigmas(within[best], some) < TOLD_APART]
    return as_told | {
        "within_at_lag": still + int(within[best].sum()), "lag_ms": best, "low_ms": min(alike), "high_ms": max(alike),
        "gain_sigmas": round(_sigmas(within[best], within[0]), 6),
    }  # fmt: skip


def _quotes(market: DayMarket, rows: pl.DataFrame, shifts_ms: Sequence[int]) -> list[pl.DataFrame]:
    """The quotes in force so much after each price, a frame a shift."""
    assert market.nbbo is not None
    instants = pl.concat([rows["at"] + shift * NS_PER_MS for shift in shifts_ms])
    every = market.nbbo.at(pl.concat([rows["symbol"]] * len(shifts_ms)), instants, AsOf.BEFORE)
    return [every.slice(place * rows.height, rows.height) for place in range(len(shifts_ms))]


def _within(market: DayMarket, rows: pl.DataFrame, shifts_ms: Sequence[int]) -> list[npt.NDArray[np.bool_]]:
    px = rows["px"]
    return [((quote["bid_px"] <= px) & (px <= quote["ask_px"])).fill_null(value=False).to_numpy() for quote in _quotes(market, rows, shifts_ms)]


def _best(within: Within) -> int:
    """The shift with the most prices within; of several, the one nearest to none."""
    return max(within, key=lambda shift: (int(within[shift].sum()), -abs(shift), shift))


def _between(best: int) -> tuple[int, ...]:
    """Shifts between the best of SHIFTS_MS and its neighbours."""
    place = SHIFTS_MS.index(best)
    around = SHIFTS_MS[max(place - 1, 0) : place + 2]
    return tuple(one + (other - one) * part // PARTS for one, other in pairwise(around) for part in range(1, PARTS))


def _sigmas(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    """McNemar's paired difference: of the prices within at one of two shifts alone, how many more at the first, in standard errors."""
    first, second = int((one & ~other).sum()), int((other & ~one).sum())
    return float((first - second) / np.sqrt(first + second)) if first + second else 0.0
