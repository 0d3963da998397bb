"""The closed lists: every word that a canonical column may hold."""

from __future__ import annotations

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
TOTAL_MEASURES = ("orders", "order_shares", "routes", "route_shares", "fills", "fill_shares")
ORDER_CLASSES = ("MXXNN", "LYNNN", "LYNYN", "LNYNN", "LNYYN", "LNNNN", "LNNYN", "MXXNY", "LYNNY", "LNNNY")
"""Rule 605's ten order types (`rule 605` detail column 7)."""
SIZE_BUCKETS = (0, 250, 1_000, 5_000, 10_000, 20_000, 50_000, 200_000)
"""Rule 605 notional buckets by lower bound in USD: lower inclusive, upper exclusive."""
EVENT_SOURCES = ("cat", "fix")
DIRECTIONS = ("in", "out")
EVENT_ACTIONS = ("new", "correction", "repair", "deletion")
EVENT_KINDS = (
    "order", "order_received", "order_replaced", "order_canceled", "order_supplement", "order_effective", "order_restated",
    "child", "child_replaced", "child_canceled", "internal", "internal_replaced", "internal_canceled",
    "route", "route_replaced", "route_canceled", "route_supplement",
    "replace_request", "cancel_request", "acknowledged", "rejected", "cancel_rejected", "expired", "done", "fill", "fill_busted", "fill_corrected",
    "trade", "trade_supplement", "fulfillment", "fulfillment_supplement", "fulfillment_replaced", "allocation", "status", "other",
)  # fmt: skip
LEGACY_CLASSES = ("legacy_market", "legacy_marketable_limit", "legacy_inside_the_quote", "legacy_at_the_quote", "legacy_near_the_quote")
FILED_CLASSES = (*ORDER_CLASSES, *LEGACY_CLASSES)
FILED_LAYOUTS = ("legacy", "amended")
FILED_LOTS = ("fractional", "odd_lot", "round_lot")
STOCK_GROUPS = ("sp500", "other")
FILED_SECTIONS = ("sp500", "other_stocks", "options")
FILED_TYPES = ("all", "market", "marketable_limit", "nonmarketable_limit", "other")
"""Order types as Rule 606(a)(1) groups them."""
