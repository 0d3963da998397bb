"""Every trade of the tape with the quote in force at it: the market a firm's fills are set beside."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from bestexec.linking.asof import AsOf
from bestexec.linking.columns import HORIZONS_NS, LINKED_TRADES
from bestexec.linking.daymarket import DayMarket
from bestexec.market.sessions import local_hour
from bestexec.schema import conform
from bestexec.units import MID

FILTERED = "filtered"


def link_trades(trades: pl.DataFrame, market: DayMarket, rule: AsOf, horizons: Mapping[str, int] = HORIZONS_NS) -> pl.DataFrame:
    """`schema.TRADES` rows of one day as `LINKED_TRADES`, in the order given; what takes no part says why in `excluded`.

    Midpoints after a trade are looked up at or before the instant plus the horizon; past the close the last regular quote stands.
    """
    quoted = _quotes(trades, market, rule)
    linked = trades.select(
        "day", "symbol", "venue", "source", "sequence", "kind", "traded_at", "aggressor", trade_qty="qty", trade_px="px",
        month=pl.col("day").dt.strftime("%Y-%m"),
    ).with_columns(local_hour(trades["traded_at"]).alias("hour"), *quoted, *_mids_after(trades, market, horizons))  # fmt: skip
    return conform(linked.with_columns(excluded=_excluded(trades, market)), LINKED_TRADES)


def _quotes(trades: pl.DataFrame, market: DayMarket, rule: AsOf) -> list[pl.Series]:
    if market.nbbo is None:
        return [pl.repeat("missing", trades.height, eager=True).alias("quote_state_at_trade")]
    sequences = trades["sequence"] if rule is AsOf.SEQUENCE else None
    found = market.nbbo.at(trades["symbol"], trades["traded_at"], rule, sequences)
    names = {"bid_px": "bid_at_trade", "ask_px": "ask_at_trade", "mid_px": "mid_at_trade", "state": "quote_state_at_trade"}
    return [found[old].alias(new) for old, new in names.items()]


def _mids_after(trades: pl.DataFrame, market: DayMarket, horizons: Mapping[str, int]) -> list[pl.Series]:
    if market.nbbo is None:
        return []
    return [_mid_after(trades, market, ns).alias(f"mid_after_{name}") for name, ns in horizons.items()]


def _mid_after(trades: pl.DataFrame, market: DayMarket, horizon_ns: int) -> pl.Series:
    assert market.nbbo is not None
    instants = clamp_to_close(trades["traded_at"], horizon_ns, market)
    return market.nbbo.at(trades["symbol"], instants, AsOf.AT_OR_BEFORE)["mid_px"].cast(MID)


def clamp_to_close(instants: pl.Series, horizon_ns: int, market: DayMarket) -> pl.Series:
    """Instant plus horizon; when an instant of the regular session passes the close, the last regular nanosecond instead."""
    later = instants + horizon_ns
    if market.close_at is None:
        return later
    close = pl.lit(market.close_at)
    frame = pl.DataFrame({"at": instants, "later": later})
    return frame.select(pl.when((pl.col("at") < close) & (pl.col("later") >= close)).then(close - 1).otherwise(pl.col("later"))).to_series()


def _excluded(trades: pl.DataFrame, market: DayMarket) -> pl.Expr:
    irregular = pl.Series("irregular", ~trades["is_regular"])
    reason = pl.format("{}: {}", pl.lit(FILTERED), pl.Series("why", trades["filtered_reason"].fill_null("not a regular-way trade")))
    state = pl.col("quote_state_at_trade")
    outside = pl.lit(False)
    if market.open_at is not None and market.close_at is not None:
        outside = (pl.col("traded_at") < market.open_at) | (pl.col("traded_at") >= market.close_at)
    return pl.when(irregular).then(reason).when(outside).then(pl.lit("out of session")).when(state != "ok").then(pl.format("quote {}", state))
