"""The two linked tables that metrics and checks read: one row a fill, one row an order."""

from __future__ import annotations

import polars as pl

from bestexec import schema
from bestexec.schema import ASSET_CLASSES, SESSIONS, Column, Table
from bestexec.units import AMOUNT, COUNT, DAY, DURATION, FLAG, INSTANT, MID, NOTIONAL, PX, QTY, QTY_SCALE, SIDE, TEXT

HORIZONS_NS = {"50ms": 50_000_000, "1s": 1_000_000_000, "15s": 15_000_000_000, "1min": 60_000_000_000, "5min": 300_000_000_000}
"""Rule 605's horizons after execution; a column named for one ends in its key."""

INSTANTS = ("receipt", "t0", "route", "execution")
"""The instants whose quote stands beside a fill. `t0` is Rule 605's benchmark: receipt, or the executable time of non-marketable limits and stops."""

ORDER_CLASSES = schema.ORDER_CLASSES
"""Rule 605's ten order types (`rule 605` detail column 7)."""
MARKETABILITIES = ("marketable", "midpoint_or_better", "non_marketable", "not_executable", "unknown")
SIZE_BUCKETS = schema.SIZE_BUCKETS
"""Rule 605 notional buckets by lower bound in USD: lower inclusive, upper exclusive."""
LOT_CLASSES = ("fractional", "odd", "round")
QUOTE_STATES = ("ok", "missing", "one_sided", "locked", "crossed", "stale", "halted", "out_of_session")

_NS = "ns since 1970, UTC"
_PX = "currency/share"

_DIMENSIONS = (
    Column("day", DAY, "date", "Trading date (of the execution, in fills; of receipt, in orders).", required=True),
    Column("firm", TEXT, "", "Reporting firm.", required=True),
    Column("key_on", DAY, "date", "Trading date of the order's receipt.", required=True),
    Column("order_id", TEXT, "", "The source's order id.", required=True),
    Column("symbol", TEXT, "", "Symbol.", required=True),
    Column("side", SIDE, "+1 buy, −1 sell", "Side.", required=True),
    Column("vendor", TEXT, "", "Vendor of the router."),
    Column("arrangement", TEXT, "", "Arrangement."),
    Column("order_type", TEXT, "", "Order type as entered."),
    Column("order_class", TEXT, "", "Rule 605 order class, fixed at t0; null when not a covered kind.", values=ORDER_CLASSES),
    Column("marketability", TEXT, "", "Against the quote at t0.", values=MARKETABILITIES),
    Column("tif", TEXT, "", "Time in force."),
    Column("session", TEXT, "", "Session at receipt."),
    Column("customer_class", TEXT, "", "Kind of customer."),
    Column("asset_class", TEXT, "", "Kind of instrument."),
    Column("currency", TEXT, "ISO 4217", "Currency."),
    Column("is_held", FLAG, "", "Held."),
    Column("is_directed", FLAG, "", "Directed."),
    Column("is_short", FLAG, "", "Short."),
    Column("size_bucket", COUNT, "USD, lower bound", "Rule 605 notional bucket of the order."),
    Column("lot_class", TEXT, "", "Fractional, odd lot, or round lot and greater.", values=LOT_CLASSES),
    Column("liquidity_class", TEXT, "", "The firm's grouping of the symbol."),
    Column("hour", COUNT, "hour of the market's day", "Market-local hour of receipt."),
    Column("week", DAY, "date", "Monday of the week of `day`."),
    Column("month", TEXT, "yyyy-mm", "Month of `day`."),
    Column("excluded", TEXT, "", "Why the row takes no part in measures that need the quote at t0; null when it does."),
    Column("is_left_out", FLAG, "", "Left out of every measure that needs a quote: by name in the policy, or an auction order."),
)


def _quote_at(instant: str) -> tuple[Column, ...]:
    when = {"receipt": "receipt", "t0": "the benchmark instant t0", "route": "the route's sending", "execution": "execution"}[instant]
    return (
        Column(f"bid_at_{instant}", PX, _PX, f"Best bid at {when}."),
        Column(f"ask_at_{instant}", PX, _PX, f"Best offer at {when}."),
        Column(f"mid_at_{instant}", MID, _PX, f"Midpoint at {when}; null unless the quote's state is ok."),
        Column(f"quote_state_at_{instant}", TEXT, "", f"State of the quote at {when}.", values=QUOTE_STATES),
        Column(f"quote_age_at_{instant}_ns", DURATION, "ns", f"Age of the quote at {when}."),
    )


KEPT_APART = ("is_held", "is_directed", "session", "customer_class", "asset_class", "currency")
"""Kinds of flow that are never pooled or compared in silence."""
LINKED_FILLS = Table(
    "linked_fills", "One execution with its order, its route and the quotes around it.", ("firm", "day", "symbol", "order_id", "fill_id"), "day",
    (
        *_DIMENSIONS,
        Column("fill_id", TEXT, "", "Execution id.", required=True),
        Column("route_id", TEXT, "", "Route."),
        Column("venue", TEXT, "MIC", "Where it traded."),
        Column("venue_kind", TEXT, "", "Kind of venue."),
        Column("contra", TEXT, "", "Counterparty."),
        Column("capacity", TEXT, "", "Capacity."),
        Column("liquidity", TEXT, "", "Added or removed."),
        Column("kind", TEXT, "", "Regular trading or an auction."),
        Column("fill_qty", QTY, "shares", "Executed quantity.", required=True),
        Column("fill_px", PX, _PX, "Execution price.", required=True),
        Column("order_qty", QTY, "shares", "Ordered quantity."),
        Column("limit_px", PX, _PX, "Limit price."),
        Column("received_at", INSTANT, _NS, "Receipt."),
        Column("t0_at", INSTANT, _NS, "Benchmark instant."),
        Column("routed_at", INSTANT, _NS, "Sending of the route."),
        Column("acked_at", INSTANT, _NS, "Acknowledgement."),
        Column("filled_at", INSTANT, _NS, "Execution."),
        Column("receipt_to_fill_ns", DURATION, "ns", "Receipt to execution."),
        Column("t0_to_fill_ns", DURATION, "ns", "Benchmark instant to execution: Rule 605's time."),
        Column("receipt_to_route_ns", DURATION, "ns", "The firm's leg."),
        Column("route_to_ack_ns", DURATION, "ns", "The way to the venue and back."),
        Column("ack_to_fill_ns", DURATION, "ns", "The venue's leg."),
        Column("clock_resolution_ns", DURATION, "ns", "Coarsest of the clocks involved."),
        *(column for instant in INSTANTS for column in _quote_at(instant)),
        Column("bid_qty_at_t0", QTY, "shares", "Displayed size at the bid at t0."),
        Column("ask_qty_at_t0", QTY, "shares", "Displayed size at the offer at t0."),
        Column("best_bid_at_t0", PX, _PX, "Best available displayed bid at t0, odd lots included; null without an odd-lot feed."),
        Column("best_ask_at_t0", PX, _PX, "Best available displayed offer at t0, odd lots included."),
        *(Column(f"mid_after_{name}", MID, _PX, f"Midpoint {name} after execution; the last regular one past the close.") for name in HORIZONS_NS),
        Column("venue_fee_usd", AMOUNT, "USD", "Venue fee (+) or rebate (−), borne by the firm: stated on the fill, else from the schedule."),
        Column("schedule_fee_usd", AMOUNT, "USD", "The same by the venue's schedule in force; null where it does not say."),
        Column("customer_cost_usd", AMOUNT, "USD", "Borne by the customer."),
        Column("fill_line", COUNT, "", "Line of the raw file that made the fill."),
        Column("fill_import", TEXT, "", "Import (its hash) that made the fill."),
    ),
)  # fmt: skip

LINKED_ORDERS = Table(
    "linked_orders", "One order with what became of it.", ("firm", "key_on", "symbol", "order_id"), "day",
    (
        *_DIMENSIONS,
        Column("order_qty", QTY, "shares", "Ordered quantity.", required=True),
        Column("limit_px", PX, _PX, "Limit price."),
        Column("stop_px", PX, _PX, "Stop price."),
        Column("filled_qty", QTY, "shares", "Executed quantity (busts apart)."),
        Column("filled_notional_usd", NOTIONAL, "USD", "Sum of quantity × price of its fills, exact."),
        Column("canceled_qty", QTY, "shares", "Canceled before execution."),
        Column("fills", COUNT, "fills", "Number of fills."),
        Column("routes", COUNT, "routes", "Number of routes; null when the feeds carry none."),
        Column("rejects", COUNT, "routes", "Routes refused; null when the feeds carry none."),
        Column("received_at", INSTANT, _NS, "Receipt."),
        Column("executable_at", INSTANT, _NS, "First instant at which it could be executed; null if never."),
        Column("t0_at", INSTANT, _NS, "Benchmark instant."),
        Column("first_routed_at", INSTANT, _NS, "First route."),
        Column("first_filled_at", INSTANT, _NS, "First fill."),
        Column("last_filled_at", INSTANT, _NS, "Last fill."),
        Column("ended_at", INSTANT, _NS, "End of its working life; the close when the source does not say."),
        Column("end_reason", TEXT, "", "Why it ended."),
        Column("t0_to_first_fill_ns", DURATION, "ns", "Benchmark instant to first fill."),
        Column("t0_to_last_fill_ns", DURATION, "ns", "Benchmark instant to last fill, of orders filled at all."),
        Column("receipt_to_route_ns", DURATION, "ns", "Receipt to first route."),
        Column("working_ns", DURATION, "ns", "Executable time to first fill, or to the end if none: the time at risk."),
        Column("is_filled", FLAG, "", "Has at least one fill."),
        Column("is_complete", FLAG, "", "Filled in full."),
        *_quote_at("receipt"), *_quote_at("t0"),
        Column("bid_qty_at_t0", QTY, "shares", "Displayed size at the bid at t0."),
        Column("ask_qty_at_t0", QTY, "shares", "Displayed size at the offer at t0."),
        Column("size_benchmark_qty", QTY, "shares", "min(order size, displayed size at the far quote at t0)."),
        Column("at_or_better_qty", QTY, "shares", "Shares executed at the quote at t0 or better."),
        Column("mid_at_end", MID, _PX, "Midpoint at the order's end, against which the unfilled part is valued."),
        Column("interval_vwap", MID, _PX, "VWAP of the regular tape from receipt to last fill, own fills included."),
        Column("order_line", COUNT, "", "Line of the raw file that made the order."),
        Column("order_import", TEXT, "", "Import (its hash) that made the order."),
    ),
)  # fmt: skip

LINKED_TRADES = Table(
    "linked_trades", "One trade of the tape with the quote in force at it.", ("day", "symbol", "source", "sequence"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("symbol", TEXT, "", "Symbol.", required=True),
        Column("venue", TEXT, "MIC", "Where it traded; OFFX when off exchange and the facility is unknown."),
        Column("source", TEXT, "", "Feed.", required=True),
        Column("sequence", COUNT, "", "Order within the source.", required=True),
        Column("kind", TEXT, "", "Regular trading or an auction."),
        Column("hour", COUNT, "hour of the market's day", "Market-local hour."),
        Column("month", TEXT, "yyyy-mm", "Month of `day`."),
        Column("traded_at", INSTANT, _NS, "When it traded."),
        Column("aggressor", SIDE, "+1 buyer, −1 seller", "Who took liquidity, where known."),
        Column("trade_qty", QTY, "shares", "Quantity."),
        Column("trade_px", PX, _PX, "Price."),
        Column("bid_at_trade", PX, _PX, "Best bid under the as-of rule in use."),
        Column("ask_at_trade", PX, _PX, "Best offer under the as-of rule in use."),
        Column("mid_at_trade", MID, _PX, "Midpoint; null unless the quote's state is ok."),
        Column("quote_state_at_trade", TEXT, "", "State of that quote.", values=QUOTE_STATES),
        *(Column(f"mid_after_{name}", MID, _PX, f"Midpoint {name} after the trade; the last regular one past the close.") for name in HORIZONS_NS),
        Column("excluded", TEXT, "", "Why it takes no part in the measures; null when it does."),
    ),
)  # fmt: skip

QUOTED_TIME = Table(
    "quoted_time", "How long one symbol had a two-sided, unlocked, uncrossed quote on one day, and how wide.", ("day", "symbol"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("symbol", TEXT, "", "Symbol.", required=True),
        Column("spread_ns", pl.Decimal(38, 8), "currency/share × ns", "Sum of spread × time.", required=True),
        Column("quoted_ns", DURATION, "ns", "Time with such a quote.", required=True),
    ),
)  # fmt: skip

TAPE_SYMBOLS = Table(
    "tape_symbols", "What the tape shows of one symbol, on a day on which the firm had an order or a fill in it, at one venue and in one session.",
    ("day", "symbol", "venue", "session"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("symbol", TEXT, "", "Symbol.", required=True),
        Column("venue", TEXT, "MIC", "Where it traded; OFFX when off exchange and the facility is unknown; null when the feed does not say."),
        Column("session", TEXT, "", "By the clock of that day; auctions stand apart. Null when none was open.", values=(*SESSIONS, "auction")),
        Column("asset_class", TEXT, "", "Kind of instrument, as the symbols file says it for that day; null when it does not.", values=ASSET_CLASSES),
        Column("trades", COUNT, "trades", "Trades that count as volume.", required=True),
        Column("shares", pl.Decimal(38, QTY_SCALE), "shares", "Their shares, exact.", required=True),
        Column("notional", NOTIONAL, "currency", "Sum of price × quantity, exact.", required=True),
        Column("filtered_trades", COUNT, "trades", "Trades that the source's filter leaves out, and no auction or extended session explains.", required=True),
        Column("filtered_shares", pl.Decimal(38, QTY_SCALE), "shares", "Their shares.", required=True),
    ),
)  # fmt: skip

LINKED = {"fills": LINKED_FILLS, "orders": LINKED_ORDERS, "trades": LINKED_TRADES}
"""Linked tables by the word that metrics and checks use for them."""
