"""What is known beside them: venues, fees, symbols, payments, control totals."""

from __future__ import annotations

from bestexec.schema.shape import CURRENCY, LINE, SYMBOL, Column, Table
from bestexec.schema.words import ASSET_CLASSES, CUSTOMER_CLASSES, LIQUIDITY, ORDER_TYPES, PAYMENT_KINDS, SESSIONS, TOTAL_MEASURES, VENUE_KINDS
from bestexec.units import AMOUNT, COUNT, DAY, FLAG, PX, QTY, TEXT


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
        SYMBOL,
        Column("name", TEXT, "", "Name of the issue."),
        Column("listed_at", TEXT, "MIC", "Primary listing."),
        Column("asset_class", TEXT, "", "Kind of instrument.", values=ASSET_CLASSES),
        CURRENCY,
        Column("round_lot", QTY, "shares", "Round lot assigned for the period."),
        Column("tick_px", PX, "currency/share", "Minimum price increment."),
        Column("is_sp500", FLAG, "", "In the S&P 500 over this span."),
        Column("liquidity_class", TEXT, "", "The firm's own grouping by liquidity."),
        Column("prior_symbol", TEXT, "", "Symbol it had before."),
        Column("split_ratio", AMOUNT, "new/old", "Split that took effect on from_on."),
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
    "control_totals", "An independent count against which the orders are held.",
    ("day", "source", "measure", "session", "customer_class", "order_type", "size_bucket"), "day",
    (
        Column("day", DAY, "date", "Trading date.", required=True),
        Column("source", TEXT, "", "System that counted: OMS, CAT or clearing.", required=True),
        Column("measure", TEXT, "", "What was counted.", required=True, values=TOTAL_MEASURES),
        Column("session", TEXT, "", "Session it was counted over; null for all.", values=SESSIONS),
        Column("customer_class", TEXT, "", "Customers it was counted over; null for all.", values=CUSTOMER_CLASSES),
        Column("order_type", TEXT, "", "Order type it was counted over; null for all.", values=ORDER_TYPES),
        Column("size_bucket", COUNT, "USD", "Rule 605 notional bucket it was counted over, by its lower bound; null for all."),
        Column("total", QTY, "rows or shares", "The count.", required=True),
        LINE,
    ),
)  # fmt: skip
