"""The tape of the firm's own symbols by venue and session: where they really trade."""

from __future__ import annotations

from datetime import date

import polars as pl

from bestexec.linking.columns import TAPE_SYMBOLS
from bestexec.market.sessions import session_of
from bestexec.schema import conform

AUCTIONS = ("open", "close", "reopen")
COUNTED = (*AUCTIONS, "extended")
"""Kinds of trades that are volume though the source's filter, which is made for prices, leaves them out."""


def symbols_by_day(orders: pl.DataFrame, fills: pl.DataFrame) -> dict[date, pl.Series]:
    """The symbols in which the firm had an order or a fill, by day."""
    pairs = pl.concat(rows.select("day", "symbol") for rows in (orders, fills)).unique().sort("day", "symbol")
    return {day: rows["symbol"] for (day,), rows in pairs.partition_by("day", as_dict=True).items() if isinstance(day, date)}


def symbol_tape(trades: pl.DataFrame, wanted: pl.Series | None, symbols: pl.DataFrame) -> pl.DataFrame:
    """`schema.TRADES` rows of one day as `TAPE_SYMBOLS`, of the `wanted` symbols alone; asset classes from `schema.SYMBOLS` rows.

    Sums of decimals alone, so that neither the order of rows nor the number of threads can be seen in them.
    """
    if wanted is None or trades.is_empty():
        return pl.DataFrame(schema=TAPE_SYMBOLS.schema)
    own = trades.filter(pl.col("symbol").is_in(wanted.implode())).select("day", "symbol", "venue", "traded_at", "qty", "px", "kind", "is_regular")
    by, shares = ("day", "symbol", "venue", "session"), pl.col("qty").cast(TAPE_SYMBOLS.schema["shares"])
    counted = pl.col("is_regular") | pl.col("kind").is_in(COUNTED).fill_null(value=False)
    summed = own.with_columns(session=session_of_trades(own), counted=counted, amount=pl.sql_expr("px * qty")).group_by(by).agg(
        trades=pl.col("counted").sum(), shares=shares.filter("counted").sum(), notional=pl.col("amount").filter("counted").sum(),
        filtered_trades=(~pl.col("counted")).sum(), filtered_shares=shares.filter(~pl.col("counted")).sum(),
    )  # fmt: skip
    return conform(_classed(summed, symbols), TAPE_SYMBOLS).sort(by, nulls_last=True)


def session_of_trades(trades: pl.DataFrame, at: str = "traded_at") -> pl.Series:
    """Session of each trade by the clock; `auction` for an auction, which prints on its listing exchange alone, the closing one a moment after the close."""
    clock = pl.DataFrame({"kind": trades["kind"], "clock": session_of(trades[at])})
    return clock.select(pl.when(pl.col("kind").is_in(AUCTIONS)).then(pl.lit("auction")).otherwise("clock").alias("session")).to_series()


def _classed(rows: pl.DataFrame, symbols: pl.DataFrame) -> pl.DataFrame:
    """`rows` with the asset class that the symbols feed gives for their day, the last received where it gives several."""
    facts = symbols.select("symbol", "from_on", "to_on", "asset_class").with_row_index("_fact")
    dated = rows.select("day", "symbol").unique().join(facts, on="symbol", how="inner").filter(
        pl.col("from_on").is_null() | (pl.col("day") >= pl.col("from_on")), pl.col("to_on").is_null() | (pl.col("day") < pl.col("to_on"))
    )  # fmt: skip
    latest = dated.sort("_fact").unique(subset=["day", "symbol"], keep="last", maintain_order=True)
    return rows.join(latest.select("day", "symbol", "asset_class"), on=["day", "symbol"], how="left")
