"""Value, size group and lot class of an order, and the shares of it that were canceled."""

from __future__ import annotations

import polars as pl

from bestexec.errors import Problem
from bestexec.filings.rule605.exact import DOLLAR, SHARE, WHOLE, minus, px, qty, whole
from bestexec.filings.rule605.readings import Readings
from bestexec.market.lots import round_lot
from bestexec.schema import SIZE_BUCKETS
from bestexec.units import MID


def sized(orders: pl.DataFrame, readings: Readings) -> pl.DataFrame:
    """`orders` with `notional` (Int128, 10⁻¹⁵ USD), `size_bucket`, `lot_class` and `canceled`, `quantity` (Int128, 10⁻⁶ shares).

    Raises Problem naming the symbols without a stated round lot, where the policy says that they block the report.
    """
    lotted = orders.with_columns(is_lot_stated=pl.col("round_lot").is_not_null())
    unknown = lotted.filter(~pl.col("is_lot_stated"))["symbol"].unique().sort().to_list()
    if unknown and readings.unknown_round_lot == "block":
        raise Problem(
            f"{len(unknown)} symbols have no stated round lot", where=", ".join(unknown[:5]), do="import a symbols file with round_lot, or read them by price"
        )
    lot = pl.coalesce(qty(pl.col("round_lot")), round_lot(pl.coalesce(_mid(), pl.col("limit_px").cast(MID)), pl.col("key_on")).cast(WHOLE) * SHARE)
    quantity = qty(pl.col("qty"))
    return lotted.with_columns(quantity=quantity, notional=quantity * _per_share(readings), canceled=_canceled(readings)).with_columns(
        size_bucket=pl.max_horizontal(pl.when(pl.col("notional") >= whole(low * DOLLAR)).then(pl.lit(low, pl.Int64)) for low in SIZE_BUCKETS),
        lot_class=pl.when(pl.col("quantity") < SHARE).then(pl.lit("fractional"))
        .when(pl.col("quantity") < lot).then(pl.lit("odd_lot")).otherwise(pl.lit("round_lot")),
    )  # fmt: skip


def _mid() -> pl.Expr:
    return ((pl.col("bid") + pl.col("ask")).cast(pl.Decimal(38, 9)) / 2).cast(MID)


def _per_share(readings: Readings) -> pl.Expr:
    """The limit; without one, the price at t0 that the policy names."""
    bid, ask = px(pl.col("bid")), px(pl.col("ask"))
    is_buy = pl.col("side") > 0
    prices = {
        "far_quote": pl.when(is_buy).then(ask).otherwise(bid),
        "near_quote": pl.when(is_buy).then(bid).otherwise(ask),
        "mid": (bid + ask) // 2,
    }
    return pl.coalesce(px(pl.col("limit_px")), prices[readings.market_notional_px])


def _canceled(readings: Readings) -> pl.Expr:
    """What the source states; else, of an order whose end it states, what was not executed."""
    ends = ["canceled", "replaced", *(["expired"] if readings.expired_is_canceled else [])]
    rest = qty(pl.col("qty")) + minus(qty(pl.col("executed_qty").fill_null(0)))
    stated = pl.when((pl.col("end_reason") != "expired").fill_null(value=True) | readings.expired_is_canceled).then(qty(pl.col("canceled_qty")))
    return pl.coalesce(stated, pl.when(pl.col("end_reason").is_in(ends)).then(rest), whole(0))
