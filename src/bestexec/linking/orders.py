"""Orders with the quote at receipt, the time they became executable, Rule 605's t0 and class, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from bestexec.linking import classify
from bestexec.linking.asof import AsOf
from bestexec.linking.daymarket import NO_HALTS, MarketOf, quotes_at
from bestexec.linking.executable import executable_at, halted_soon_after
from bestexec.linking.identity import ORDER_KEY
from bestexec.linking.rules import Rules
from bestexec.linking.spans import within
from bestexec.linking.vwap import interval_vwap
from bestexec.market.lots import lot_class, round_lot
from bestexec.market.sessions import local_hour, session_of, trading_date
from bestexec.units import NOTIONAL, QTY

AUCTION_TYPES = ("market_on_open", "limit_on_open", "market_on_close", "limit_on_close")


def benchmark_orders(orders: pl.DataFrame, symbols: pl.DataFrame, days: Sequence[date], market_of: MarketOf, rules: Rules) -> pl.DataFrame:
    """`schema.ORDERS` rows with dimensions, quotes at receipt and t0, class and exclusion; still without fills."""
    named = described(orders, symbols, days, market_of)
    received = with_quotes(named, "received_at", "receipt", AsOf.AT_OR_BEFORE, market_of)
    first = received.with_columns(executable_at=executable_at(received, days, market_of))
    timed = first.with_columns(t0_at=classify.t0_at())
    quoted = with_quotes(timed, "t0_at", "t0", AsOf.AT_OR_BEFORE, market_of, sizes=True)
    classed = _classes(quoted, rules)
    halted = halted_soon_after(classed, market_of, rules.executable_before_halt_ns) & (classed["marketability"] == "non_marketable")
    limited = _in_limit_state(classed, market_of) if rules.leaves_out_limit_states else pl.lit(value=False)
    return classed.with_columns(halted.alias("_halted"), limited.alias("_limited")).with_columns(
        order_class=pl.when(~pl.col("_halted").fill_null(False)).then("order_class"),
        excluded=pl.coalesce(
            _left_out(rules),
            _without_t0(),
            pl.when("_limited").then(pl.lit("quote of a limit state at t0")),
            pl.when("_halted").then(pl.lit("halted soon after it became executable")),
        ),
        is_left_out=_left_out(rules).is_not_null(),
    )


def described(orders: pl.DataFrame, symbols: pl.DataFrame, days: Sequence[date], market_of: MarketOf) -> pl.DataFrame:
    """`schema.ORDERS` rows with their dimensions, what is known of the symbol on their day, and `until_at`, the end of their working life."""
    return _reference(_session(orders), symbols).with_columns(until_at=_until(orders, days, market_of), asset_class=pl.col("asset_class").fill_null("equity"))


def with_quotes(rows: pl.DataFrame, instant: str, suffix: str, rule: AsOf, market_of: MarketOf, *, sizes: bool = False) -> pl.DataFrame:
    """`rows` with bid, ask, mid, state and age of the quote in force at the column `instant`, named `…_at_<suffix>`."""
    found = quotes_at(rows["symbol"], rows[instant], rule, market_of)
    names = {
        "bid_px": f"bid_at_{suffix}",
        "ask_px": f"ask_at_{suffix}",
        "mid_px": f"mid_at_{suffix}",
        "state": f"quote_state_at_{suffix}",
        "age_ns": f"quote_age_at_{suffix}_ns",
    }
    if sizes:
        names |= {"bid_qty": f"bid_qty_at_{suffix}", "ask_qty": f"ask_qty_at_{suffix}"}
    return rows.with_columns(found[old].alias(new) for old, new in names.items())


def _session(orders: pl.DataFrame) -> pl.DataFrame:
    by_clock = session_of(orders["received_at"])
    return orders.with_columns(
        session=pl.coalesce("session", by_clock),
        day=pl.col("key_on"),
        week=pl.col("key_on").dt.truncate("1w"),
        month=pl.col("key_on").dt.strftime("%Y-%m"),
        hour=local_hour(orders["received_at"]),
    )


def _reference(orders: pl.DataFrame, symbols: pl.DataFrame) -> pl.DataFrame:
    """Round lot, liquidity class and currency of the symbol on the order's day, where a symbols feed says."""
    facts = symbols.select("symbol", "from_on", "to_on", "round_lot", "liquidity_class", symbol_currency="currency").with_row_index("_fact")
    dated = orders.select("symbol", "key_on").unique().join(facts, on="symbol", how="inner").filter(
        pl.col("from_on").is_null() | (pl.col("key_on") >= pl.col("from_on")), pl.col("to_on").is_null() | (pl.col("key_on") < pl.col("to_on"))
    )  # fmt: skip
    latest = dated.sort("_fact").unique(subset=["symbol", "key_on"], keep="last", maintain_order=True).drop("from_on", "to_on", "_fact")
    joined = orders.join(latest, on=["symbol", "key_on"], how="left", maintain_order="left")
    return joined.with_columns(currency=pl.coalesce("currency", "symbol_currency")).drop("symbol_currency")


def _until(orders: pl.DataFrame, days: Sequence[date], market_of: MarketOf) -> pl.Series:
    """End of each order's working life: as stated, else its expiry, else the close of its day (of the last day for good-till orders)."""
    closes = pl.DataFrame({"key_on": list(days), "close": [market_of(day).close_at for day in days]}, schema={"key_on": pl.Date, "close": pl.Int64})
    joined = orders.select("key_on", "tif", "ended_at", "expires_at").join(closes, on="key_on", how="left", maintain_order="left")
    last = pl.lit(closes["close"].max(), pl.Int64)
    close = pl.when(pl.col("tif").is_in(["gtc", "gtd"])).then(last).otherwise(pl.col("close"))
    return joined.select(until_at=pl.coalesce("ended_at", "expires_at", close)).to_series()


def _classes(orders: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    lots = pl.coalesce(pl.col("round_lot"), round_lot(pl.coalesce("mid_at_receipt", "limit_px"), pl.col("key_on")))
    return orders.with_columns(marketability=classify.marketability()).with_columns(
        order_class=classify.order_class(market_ioc_is_marketable_ioc=rules.market_ioc_is_marketable_ioc),
        size_bucket=classify.size_bucket(),
        lot_class=lot_class(pl.col("qty"), lots),
    )


def _left_out(rules: Rules) -> pl.Expr:
    """Why an order takes no part in any measure that needs a quote."""
    return pl.coalesce(rules.excludes(), pl.when(pl.col("order_type").is_in(AUCTION_TYPES)).then(pl.lit("auction order")))


def _without_t0() -> pl.Expr:
    """Why there is no good quote at t0."""
    return (
        pl.when(pl.col("t0_at").is_null())
        .then(pl.lit("never executable in regular hours"))
        .when(pl.col("quote_state_at_t0") != "ok")
        .then(pl.format("quote {} at t0", "quote_state_at_t0"))
    )


def _in_limit_state(orders: pl.DataFrame, market_of: MarketOf) -> pl.Series:
    days = trading_date(orders["t0_at"]).unique().drop_nulls().sort().to_list()
    return within(orders, "t0_at", pl.concat([NO_HALTS, *(market_of(day).limit_states.select(NO_HALTS.columns) for day in days)]))


def close_orders(orders: pl.DataFrame, fills: pl.DataFrame, routes: pl.DataFrame, market_of: MarketOf) -> pl.DataFrame:
    """Benchmarked orders with what became of them: fills, routes, times, the midpoint at the end, the interval's VWAP."""
    done = _outcome(orders, fills).join(_routed(routes), on=ORDER_KEY, how="left", maintain_order="left")
    if routes.is_empty():
        done = done.with_columns(pl.lit(None, pl.Int64).alias(name) for name in ("routes", "rejects"))
    else:
        done = done.with_columns(pl.col("routes", "rejects").fill_null(0))
    closed = done.with_columns(
        ended_at=pl.coalesce("ended_at", "until_at"),
        t0_to_first_fill_ns=pl.col("first_filled_at") - pl.col("t0_at"),
        t0_to_last_fill_ns=pl.col("last_filled_at") - pl.col("t0_at"),
        receipt_to_route_ns=pl.col("first_routed_at") - pl.col("received_at"),
        working_ns=pl.coalesce("first_filled_at", "ended_at", "until_at") - pl.col("executable_at"),
        order_qty=pl.col("qty"), order_line=pl.col("line"), order_import=pl.col("import_id"),
    )  # fmt: skip
    return closed.with_columns(
        quotes_at(closed["symbol"], _within_day(closed, market_of), AsOf.AT_OR_BEFORE, market_of)["mid_px"].alias("mid_at_end"),
        interval_vwap(closed, market_of).alias("interval_vwap"),
        _size_benchmark().cast(QTY).alias("size_benchmark_qty"),
    )


def _outcome(orders: pl.DataFrame, fills: pl.DataFrame) -> pl.DataFrame:
    at_or_better = pl.sql_expr("side * (fill_px - (CASE WHEN side > 0 THEN ask_at_t0 ELSE bid_at_t0 END)) <= 0")
    sums = fills.group_by(ORDER_KEY, maintain_order=True).agg(
        filled_qty=pl.col("fill_qty").sum(),
        filled_notional_usd=pl.sql_expr("sum(fill_qty * fill_px)"),
        fills=pl.len().cast(pl.Int64),
        first_filled_at=pl.col("filled_at").min(),
        last_filled_at=pl.col("filled_at").max(),
        at_or_better_qty=pl.col("fill_qty").filter(at_or_better).sum(),
    )
    joined = orders.join(sums, on=ORDER_KEY, how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("filled_qty").fill_null(0).cast(QTY), pl.col("fills").fill_null(0), pl.col("filled_notional_usd").cast(NOTIONAL),
        at_or_better_qty=pl.when(pl.col("quote_state_at_t0") == "ok").then(pl.col("at_or_better_qty").fill_null(0)).cast(QTY),
        is_filled=pl.col("fills").is_not_null(), is_complete=pl.col("filled_qty").fill_null(0) >= pl.col("qty"),
    )  # fmt: skip


def _routed(routes: pl.DataFrame) -> pl.DataFrame:
    return routes.group_by(ORDER_KEY, maintain_order=True).agg(
        routes=pl.len().cast(pl.Int64),
        rejects=(pl.col("end_reason") == "rejected").sum().cast(pl.Int64),
        first_routed_at=pl.col("routed_at").min(),
    )


def _within_day(orders: pl.DataFrame, market_of: MarketOf) -> pl.Series:
    """The end of each order, no later than the last nanosecond of the regular session of that day."""
    days = trading_date(orders["ended_at"])
    closes = {day: market_of(day).close_at for day in days.unique().drop_nulls().to_list()}
    close = (
        days.replace_strict(list(closes), list(closes.values()), default=None, return_dtype=pl.Int64)
        if closes
        else pl.repeat(None, len(days), dtype=pl.Int64, eager=True)
    )
    frame = pl.DataFrame({"end": orders["ended_at"], "close": close})
    return frame.select(pl.when(pl.col("end") >= pl.col("close")).then(pl.col("close") - 1).otherwise(pl.col("end"))).to_series()


def _size_benchmark() -> pl.Expr:
    far = pl.when(pl.col("side") > 0).then(pl.col("ask_qty_at_t0")).otherwise(pl.col("bid_qty_at_t0"))
    return pl.when(far.is_not_null() & (pl.col("quote_state_at_t0") == "ok")).then(pl.min_horizontal(pl.col("qty"), far))
