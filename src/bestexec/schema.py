"""The canonical tables: every column with its type, unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from bestexec.units import AMOUNT, COUNT, DAY, DURATION, FLAG, INSTANT, PX, QTY, SIDE, TEXT

ORDER_TYPES = (
    "market", "limit", "stop", "stop_limit", "market_on_open", "limit_on_open", "market_on_close", "limit_on_close",
    "pegged", "midpoint_peg", "trailing_stop", "all_or_none", "benchmark", "rfq", "other",
)  # fmt: skip
TIFS = ("day", "ioc", "fok", "gtc", "gtd", "opg", "cls", "extended")
SESSIONS = ("pre", "regular", "post", "overnight", "continuous")
CUSTOMER_CLASSES = ("retail", "institutional", "broker_dealer")
ASSET_CLASSES = ("equity", "option", "crypto", "fixed_income", "other")
CAPACITIES = ("agency", "principal", "riskless_principal")
LIQUIDITY = ("added", "removed", "midpoint", "auction", "routed")
TRADE_KINDS = ("regular", "open", "close", "reopen", "extended", "other")
QUOTE_KINDS = ("nbbo", "venue", "odd_lot", "depth")
END_REASONS = ("filled", "canceled", "expired", "replaced", "rejected", "open")
VENUE_KINDS = ("exchange", "ats", "wholesaler", "broker", "off_exchange")
SETTLEMENT_STATES = ("pending", "settled", "failed")
STATUS_KINDS = ("halt", "luld_pause", "luld_limit", "short_sale_restriction", "session_open", "session_close")
PAYMENT_KINDS = ("pfof", "rebate", "fee", "profit_share")
TOTAL_MEASURES = ("orders", "order_shares", "fills", "fill_shares")
ORDER_CLASSES = ("MXXNN", "LYNNN", "LYNYN", "LNYNN", "LNYYN", "LNNNN", "LNNYN", "MXXNY", "LYNNY", "LNNNY")
"""Rule 605's ten order types (`rule 605` detail column 7)."""
SIZE_BUCKETS = (0, 250, 1_000, 5_000, 10_000, 20_000, 50_000, 200_000)
"""Rule 605 notional buckets by lower bound in USD: lower inclusive, upper exclusive."""


@dataclass(frozen=True)
class Column:
    """One column: its Polars type, the unit it is in, what it means, whether a row may lack it, and any closed list."""

    name: str
    dtype: pl.DataType
    unit: str
    meaning: str
    required: bool = False
    values: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Table:
    """A table: what a row is, its columns, and the columns that name a row for life."""

    name: str
    row: str
    key: tuple[str, ...]
    day: str
    """The column that decides the day a row is filed under; empty for reference tables."""
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pl.Schema:
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)


def _clock(prefix: str, what: str, *, required: bool) -> tuple[Column, ...]:
    return (
        Column(f"{prefix}_at", INSTANT, "ns since 1970, UTC", what, required),
        Column(f"{prefix}_source", TEXT, "", f"Which clock {prefix}_at was read from, in the source's own words."),
        Column(f"{prefix}_resolution_ns", DURATION, "ns", f"Finest step {prefix}_at can show; 1 when unknown to be coarser."),
    )


LINE = Column("line", COUNT, "", "Line (or record number, from 1) of the raw file that made this row.", required=True)
_FIRM = Column("firm", TEXT, "", "Reporting firm.", required=True)
_KEY_ON = Column("key_on", DAY, "date", "Trading date of the order's receipt; part of its name for life.", required=True)
_ORDER_ID = Column("order_id", TEXT, "", "The source's order id.", required=True)
_SYMBOL = Column("symbol", TEXT, "", "Symbol of the primary listing, upper case.", required=True)
_SIDE = Column("side", SIDE, "+1 buy, −1 sell", "Side of the order.", required=True)
_CURRENCY = Column("currency", TEXT, "ISO 4217", "Currency of every amount in the row; nothing adds two.")

ORDERS = Table(
    "orders", "One customer order.", ("firm", "key_on", "symbol", "order_id"), "key_on",
    (
        _FIRM, _KEY_ON, _ORDER_ID, _SYMBOL, _SIDE,
        Column("qty", QTY, "shares", "Ordered quantity; fractions are legal.", required=True),
        Column("order_type", TEXT, "", "Order type.", required=True, values=ORDER_TYPES),
        Column("limit_px", PX, "currency/share", "Limit price."),
        Column("stop_px", PX, "currency/share", "Stop (trigger) price."),
        Column("min_qty", QTY, "shares", "Smallest quantity that may be executed at once."),
        Column("tif", TEXT, "", "Time in force.", values=TIFS),
        *_clock("received", "Time of receipt by the firm.", required=True),
        Column("triggered_at", INSTANT, "ns since 1970, UTC", "When a stop was elected, if the source says so."),
        Column("expires_at", INSTANT, "ns since 1970, UTC", "When a good-till order ends by itself."),
        Column("ended_at", INSTANT, "ns since 1970, UTC", "When the order stopped working: last fill, cancel, expiry or replacement."),
        Column("end_reason", TEXT, "", "Why it stopped.", values=END_REASONS),
        Column("canceled_qty", QTY, "shares", "Quantity canceled or expired before execution."),
        Column("prior_order_id", TEXT, "", "Order that this one replaces."),
        Column("parent_order_id", TEXT, "", "Order that this one was split from."),
        Column("is_held", FLAG, "", "Held: the firm has no discretion over price or time."),
        Column("is_directed", FLAG, "", "The customer named the venue."),
        Column("directed_to", TEXT, "MIC", "Venue the customer named."),
        Column("is_unsolicited_instruction", FLAG, "", "The customer's own, unsolicited instruction on where to execute."),
        Column("is_manual", FLAG, "", "Handled by a person rather than automatically."),
        Column("is_iso", FLAG, "", "Intermarket sweep."),
        Column("is_short", FLAG, "", "Marked short."),
        Column("is_short_exempt", FLAG, "", "Marked short exempt."),
        Column("special_handling", TEXT, "", "Any other handling instruction, in the source's words."),
        Column("capacity", TEXT, "", "Capacity of the firm.", values=CAPACITIES),
        Column("session", TEXT, "", "Trading session at receipt.", values=SESSIONS),
        Column("customer_class", TEXT, "", "Kind of customer.", values=CUSTOMER_CLASSES),
        Column("account_key", TEXT, "", "Keyed hash of the account; never the account."),
        Column("asset_class", TEXT, "", "Kind of instrument.", values=ASSET_CLASSES),
        _CURRENCY,
        Column("arrangement", TEXT, "", "Arrangement under which the order was routed, as the vendor register names it."),
        Column("vendor", TEXT, "", "Vendor of the router that handled the order."),
        Column("package_id", TEXT, "", "Multi-leg package this order is a leg of."),
        Column("leg_ratio", COUNT, "", "Ratio of this leg within its package."),
        Column("rfq_id", TEXT, "", "Request for quote that led to this order."),
        LINE,
    ),
)  # fmt: skip

ROUTES = Table(
    "routes", "One order, or part of one, sent to one destination.", ("firm", "key_on", "symbol", "order_id", "route_id"), "routed_on",
    (
        _FIRM, _KEY_ON, _ORDER_ID,
        Column("route_id", TEXT, "", "Id the router gave this route.", required=True),
        Column("parent_route_id", TEXT, "", "Route that this one was split from."),
        Column("routed_on", DAY, "date", "Trading date of the route.", required=True),
        _SYMBOL, _SIDE,
        Column("qty", QTY, "shares", "Routed quantity.", required=True),
        *_clock("routed", "Time the route was sent.", required=True),
        Column("acked_at", INSTANT, "ns since 1970, UTC", "Time the destination acknowledged it."),
        Column("ended_at", INSTANT, "ns since 1970, UTC", "Time it stopped working."),
        Column("end_reason", TEXT, "", "Why it stopped.", values=END_REASONS),
        Column("reject_reason", TEXT, "", "The destination's words when it refused."),
        Column("canceled_qty", QTY, "shares", "Quantity that came back."),
        Column("venue", TEXT, "MIC", "Destination as a market identifier code."),
        Column("venue_raw", TEXT, "", "Destination as the source spelled it."),
        Column("venue_kind", TEXT, "", "Kind of destination.", values=VENUE_KINDS),
        Column("vendor", TEXT, "", "Vendor whose router sent it."),
        Column("order_type", TEXT, "", "Order type as routed.", values=ORDER_TYPES),
        Column("limit_px", PX, "currency/share", "Limit as routed."),
        Column("tif", TEXT, "", "Time in force as routed.", values=TIFS),
        Column("is_iso", FLAG, "", "Sent as an intermarket sweep."),
        Column("attempt", COUNT, "", "Position in the router's sequence of attempts, from 1."),
        LINE,
    ),
)  # fmt: skip

FILLS = Table(
    "fills", "One execution of an order.", ("firm", "traded_on", "symbol", "order_id", "fill_id"), "traded_on",
    (
        _FIRM, _KEY_ON, _ORDER_ID,
        Column("route_id", TEXT, "", "Route that was executed; null when the source does not say."),
        Column("fill_id", TEXT, "", "Execution id.", required=True),
        Column("traded_on", DAY, "date", "Trading date of the execution.", required=True),
        _SYMBOL, _SIDE,
        Column("qty", QTY, "shares", "Executed quantity.", required=True),
        Column("px", PX, "currency/share", "Execution price.", required=True),
        *_clock("filled", "Time of execution.", required=True),
        Column("reported_at", INSTANT, "ns since 1970, UTC", "Time the report reached the firm."),
        Column("venue", TEXT, "MIC", "Where it traded."),
        Column("venue_raw", TEXT, "", "Where it traded, as the source spelled it."),
        Column("contra", TEXT, "", "Counterparty, where named."),
        Column("vendor", TEXT, "", "Vendor whose router obtained it."),
        Column("capacity", TEXT, "", "Capacity on the execution.", values=CAPACITIES),
        Column("liquidity", TEXT, "", "Whether it added or removed liquidity.", values=LIQUIDITY),
        Column("liquidity_raw", TEXT, "", "The venue's own liquidity code."),
        Column("fee_code", TEXT, "", "The venue's fee code."),
        Column("kind", TEXT, "", "Regular trading, or an opening, closing or reopening auction.", values=TRADE_KINDS),
        Column("is_busted", FLAG, "", "Canceled by the venue afterwards."),
        Column("corrects_fill_id", TEXT, "", "Execution that this one replaces."),
        Column("settlement", TEXT, "", "State of settlement.", values=SETTLEMENT_STATES),
        Column("is_fractional_principal", FLAG, "", "The fractional part, taken by the firm as principal."),
        Column("fee_usd", AMOUNT, "USD", "Fee (+) or rebate (−) of the venue, borne by the firm, where the source states it."),
        Column("customer_cost_usd", AMOUNT, "USD", "Commission, markup and passed-through fees, borne by the customer."),
        _CURRENCY,
        LINE,
    ),
)  # fmt: skip

QUOTES = Table(
    "quotes", "The state of a quote from an instant on.", ("day", "symbol", "source", "kind", "venue", "quoted_at", "sequence"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        _SYMBOL,
        Column("quoted_at", INSTANT, "ns since 1970, UTC", "From when on it stood.", required=True),
        Column("sequence", COUNT, "", "Order within the source, for instants that tie.", required=True),
        Column("bid_px", PX, "currency/share", "Best bid; null when there is none."),
        Column("ask_px", PX, "currency/share", "Best offer; null when there is none."),
        Column("bid_qty", QTY, "shares", "Size at the bid, in shares whatever the source's unit."),
        Column("ask_qty", QTY, "shares", "Size at the offer, in shares."),
        Column("bid_venue", TEXT, "MIC", "Venue of the bid, where known."),
        Column("ask_venue", TEXT, "MIC", "Venue of the offer, where known."),
        Column("kind", TEXT, "", "National best, one venue's best, odd-lot best, or depth.", required=True, values=QUOTE_KINDS),
        Column("venue", TEXT, "MIC", "Venue whose quote it is; null for a consolidated one."),
        Column("source", TEXT, "", "Feed it came from.", required=True),
        Column("resolution_ns", DURATION, "ns", "Finest step quoted_at can show."),
        LINE,
    ),
)  # fmt: skip

TRADES = Table(
    "trades", "One trade on the tape, whoever made it.", ("day", "symbol", "source", "sequence"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        _SYMBOL,
        Column("traded_at", INSTANT, "ns since 1970, UTC", "When it traded.", required=True),
        Column("sequence", COUNT, "", "Order within the source; comparable with a quote's of the same source.", required=True),
        Column("px", PX, "currency/share", "Price.", required=True),
        Column("qty", QTY, "shares", "Quantity.", required=True),
        Column("venue", TEXT, "MIC", "Where it traded; OFFX when off exchange and the facility is unknown."),
        Column("venue_raw", TEXT, "", "Where it traded, as the source spelled it."),
        Column("aggressor", SIDE, "+1 buyer, −1 seller", "Who took liquidity, where the source says so."),
        Column("conditions", TEXT, "", "Sale conditions in the source's own notation."),
        Column("is_regular", FLAG, "", "Counts as a regular-way trade under the source's stated default filter.", required=True),
        Column("filtered_reason", TEXT, "", "Why it does not count, when it does not."),
        Column("kind", TEXT, "", "Regular trading or an auction.", values=TRADE_KINDS),
        Column("source", TEXT, "", "Feed it came from.", required=True),
        Column("resolution_ns", DURATION, "ns", "Finest step traded_at can show."),
        LINE,
    ),
)  # fmt: skip


def _dated(*columns: Column) -> tuple[Column, ...]:
    return (
        *columns,
        Column("from_on", DAY, "date", "First day it holds; null means always."),
        Column("to_on", DAY, "date", "First day it no longer holds; null means until further notice."),
        LINE,
    )


VENUES = Table(
    "venues", "One venue, or one more name for it.", ("alias", "from_on"), "",
    _dated(
        Column("alias", TEXT, "", "Name, MPID, code or MIC as some source spells it.", required=True),
        Column("venue", TEXT, "MIC", "The market identifier code it means.", required=True),
        Column("name", TEXT, "", "Name for people."),
        Column("kind", TEXT, "", "Kind of venue.", values=VENUE_KINDS),
    ),
)  # fmt: skip
FEES = Table(
    "fees", "One line of a venue's fee schedule.", ("venue", "liquidity", "fee_code", "min_px", "from_on"), "",
    _dated(
        Column("venue", TEXT, "MIC", "Venue.", required=True),
        Column("liquidity", TEXT, "", "Liquidity flag it applies to.", values=LIQUIDITY),
        Column("fee_code", TEXT, "", "The venue's fee code, where the schedule goes by code."),
        Column("min_px", PX, "currency/share", "Lowest execution price it applies to."),
        Column("max_px", PX, "currency/share", "Execution price from which it no longer applies."),
        Column("fee_usd_per_share", AMOUNT, "$/share", "Fee (+) or rebate (−), borne by the firm."),
        Column("fee_bps", AMOUNT, "bps", "The same as a share of notional, where the schedule says so."),
        Column("tier", TEXT, "", "Volume tier."),
    ),
)  # fmt: skip
SYMBOLS = Table(
    "symbols", "What is known of a symbol over a span of days.", ("symbol", "from_on"), "",
    _dated(
        _SYMBOL,
        Column("name", TEXT, "", "Name of the issue."),
        Column("listed_at", TEXT, "MIC", "Primary listing."),
        Column("asset_class", TEXT, "", "Kind of instrument.", values=ASSET_CLASSES),
        _CURRENCY,
        Column("round_lot", QTY, "shares", "Round lot assigned for the period."),
        Column("tick_px", PX, "currency/share", "Minimum price increment."),
        Column("is_sp500", FLAG, "", "In the S&P 500 over this span."),
        Column("liquidity_class", TEXT, "", "The firm's own grouping by liquidity."),
        Column("prior_symbol", TEXT, "", "Symbol it had before."),
        Column("split_ratio", AMOUNT, "new/old", "Split that took effect on from_on."),
    ),
)  # fmt: skip
STATUSES = Table(
    "statuses", "A span of time in which a symbol's trading was not ordinary.", ("day", "symbol", "kind", "from_at"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        _SYMBOL,
        Column("kind", TEXT, "", "Halt, limit-up limit-down pause or limit state, short-sale restriction.", required=True, values=STATUS_KINDS),
        Column("from_at", INSTANT, "ns since 1970, UTC", "Start.", required=True),
        Column("to_at", INSTANT, "ns since 1970, UTC", "End, exclusive; null while it lasts."),
        Column("reason", TEXT, "", "Reason code of the market."),
        LINE,
    ),
)  # fmt: skip
PAYMENTS = Table(
    "payments", "What a venue paid, or was paid, for a month's flow.", ("venue", "month_on", "kind", "order_type", "vendor"), "",
    (
        Column("venue", TEXT, "MIC", "Who paid or was paid.", required=True),
        Column("month_on", DAY, "date", "First day of the month.", required=True),
        Column("kind", TEXT, "", "Payment for order flow, rebate, fee or profit share.", required=True, values=PAYMENT_KINDS),
        Column("order_type", TEXT, "", "Order type as Rule 606 groups it; null for all."),
        Column("vendor", TEXT, "", "Vendor through whom it flowed; null when paid to the firm."),
        Column("amount_usd", AMOUNT, "USD", "Received (+) or paid (−) by the firm.", required=True),
        LINE,
    ),
)  # fmt: skip
CONTROL_TOTALS = Table(
    "control_totals", "An independent count against which the orders are held.", ("day", "source", "measure", "session", "customer_class"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("source", TEXT, "", "System that counted: OMS, CAT or clearing.", required=True),
        Column("measure", TEXT, "", "What was counted.", required=True, values=TOTAL_MEASURES),
        Column("session", TEXT, "", "Session it was counted over; null for all.", values=SESSIONS),
        Column("customer_class", TEXT, "", "Customers it was counted over; null for all.", values=CUSTOMER_CLASSES),
        Column("total", QTY, "orders or shares", "The count.", required=True),
        LINE,
    ),
)  # fmt: skip

TABLES = (ORDERS, ROUTES, FILLS, QUOTES, TRADES, VENUES, FEES, SYMBOLS, STATUSES, PAYMENTS, CONTROL_TOTALS)
BY_NAME = {table.name: table for table in TABLES}


def conform(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """`frame` with exactly `table`'s columns, in its order and types; absent ones are null."""
    have = set(frame.columns)
    return frame.select((pl.col(column.name) if column.name in have else pl.lit(None)).cast(column.dtype).alias(column.name) for column in table.columns)


def markdown(title: str = "Canonical tables", tables: tuple[Table, ...] = TABLES) -> str:
    """The page that describes `tables`: docs/schema.md, and docs/linked.md for the linked ones."""
    parts = [f"# {title}", "Instants are int64 nanoseconds since 1970, UTC; prices DECIMAL(18,8), quantities DECIMAL(18,6). Null means unknown, never zero."]
    for table in tables:
        rows = [
            f"| {'**' + column.name + '**' if column.required else column.name} | {column.dtype} | {column.unit} | {_meaning(column)} |"
            for column in table.columns
        ]
        head = f"## {table.name}\n\n{table.row} Named for life by {', '.join(table.key)}. Columns in bold must be there."
        parts.append("\n".join([head, "", "| column | type | unit | meaning |", "|---|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _meaning(column: Column) -> str:
    closed = f" One of: {', '.join(column.values)}." if column.values else ""
    return column.meaning + closed
