"""When an order could first be executed: a limit when the near quote reaches it, a stop when the tape does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from bestexec.linking.classify import STOPS
from bestexec.linking.daymarket import NO_HALTS, DayMarket, MarketOf
from bestexec.market.sessions import trading_date

LIMIT_TYPES = ("limit", "all_or_none")


def executable_at(orders: pl.DataFrame, days: Sequence[date], market_of: MarketOf) -> pl.Series:
    """First instant (Int64 ns, null if never or unknown) at which each order could be executed in regular hours.

    Orders need symbol, side, order_type, limit_px, stop_px, received_at, triggered_at, until_at (end of working life,
    exclusive). Rule 605's test: a limit without a stop is executable while buy limit ≥ national best bid, sell limit ≤ national
    best offer; a stop, from its election: as the source states it, else the first regular trade at or through the stop price.
    Market and other orders are executable from receipt, or from the open when received before it.
    """
    waiting = orders.select("symbol", "side", "order_type", "limit_px", "stop_px", "received_at", "triggered_at", "until_at").with_row_index("_order")
    found: list[pl.DataFrame] = []
    for day in days:
        if waiting.is_empty():
            break
        market = market_of(day)
        if market.open_at is None or market.close_at is None:
            continue
        today = waiting.with_columns(
            from_at=pl.max_horizontal("received_at", pl.lit(market.open_at)), to_at=pl.min_horizontal("until_at", pl.lit(market.close_at))
        ).filter(pl.col("from_at") < pl.col("to_at"))
        reached = pl.concat([_limits(today, market), _stops(today, market), _others(today)]).drop_nulls("executable_at")
        found.append(reached)
        waiting = waiting.join(reached, on="_order", how="anti")
    empty = pl.DataFrame(schema={"_order": pl.UInt32, "executable_at": pl.Int64})
    every = pl.DataFrame({"_order": pl.int_range(orders.height, dtype=pl.UInt32, eager=True)})
    return every.join(pl.concat([empty, *found]), on="_order", how="left", maintain_order="left")["executable_at"]


def _limits(today: pl.DataFrame, market: DayMarket) -> pl.DataFrame:
    limits = today.filter(pl.col("order_type").is_in(LIMIT_TYPES), pl.col("limit_px").is_not_null())
    if market.nbbo is None:
        return _none(limits)
    reached = market.nbbo.first_reach(limits["symbol"], limits["from_at"], limits["to_at"], limits["side"], limits["limit_px"])
    return limits.select("_order", executable_at=reached.cast(pl.Int64))


def _stops(today: pl.DataFrame, market: DayMarket) -> pl.DataFrame:
    stops = today.filter(pl.col("order_type").is_in(STOPS))
    stated = stops.filter(pl.col("triggered_at") >= pl.col("from_at"), pl.col("triggered_at") < pl.col("to_at"))
    unstated = stops.filter(pl.col("triggered_at").is_null(), pl.col("stop_px").is_not_null())
    through = unstated.join(market.trades.select("symbol", "traded_at", "px"), on="symbol", how="inner").filter(
        pl.col("traded_at") >= pl.col("from_at"),
        pl.col("traded_at") < pl.col("to_at"),
        pl.when(pl.col("side") > 0).then(pl.col("px") >= pl.col("stop_px")).otherwise(pl.col("px") <= pl.col("stop_px")),
    )
    elected = through.group_by("_order").agg(executable_at=pl.col("traded_at").min())
    return pl.concat([stated.select("_order", executable_at="triggered_at"), elected])


def _others(today: pl.DataFrame) -> pl.DataFrame:
    others = today.filter(~pl.col("order_type").is_in((*STOPS, *LIMIT_TYPES)))
    return others.select("_order", executable_at="from_at")


def _none(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select("_order", executable_at=pl.lit(None, pl.Int64))


def halted_soon_after(orders: pl.DataFrame, market_of: MarketOf, within_ns: int) -> pl.Series:
    """Whether trading halted less than `within_ns` after each order became executable, with the order still working (Boolean).

    Orders need symbol, executable_at and until_at.
    """
    asked = orders.select("symbol", "executable_at", "until_at", day=trading_date(orders["executable_at"])).with_row_index("_order")
    days = [day for day in asked["day"].unique().drop_nulls().to_list() if market_of(day).halts.height]
    halts = pl.concat([NO_HALTS.select("symbol", "from_at"), *(market_of(day).halts.select("symbol", "from_at") for day in days)])
    met = asked.join(halts, on="symbol").filter(
        pl.col("from_at") >= pl.col("executable_at"), pl.col("from_at") - pl.col("executable_at") < within_ns, pl.col("until_at") > pl.col("from_at")
    )  # fmt: skip
    return asked.select(pl.col("_order").is_in(met["_order"].unique().implode())).to_series()
